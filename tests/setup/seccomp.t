# seccomp: which system calls a container can make, and profiles from files.
. tests/lib.sh
tiers root user vm vm-user

calls() {
	run claunch -v "$HELPERS:/opt:ro" "$@" "$ROOTFS" /opt/calls
	status 0
	no_err
}

# profile TEXT: writes it to $T/profile.json.
profile() {
	printf '%s\n' "$1" >"$T/profile.json"
}

it "has a filter, and one only"
run claunch -v "$HELPERS:/opt:ro" "$ROOTFS" /opt/probe status
get Seccomp; is "the mode" "$value" 2
get Seccomp_filters; is "filters" "$value" 1

calls

it "lets programs do what programs do"
out_line getpid=OK ptrace.traceme=OK socket.inet=OK socket.unix=OK \
	ioctl.other=EBADF personality.ask=OK memfd_create=EFAULT chroot=EFAULT

it "refuses to make namespaces and mounts"
out_line unshare.user=EPERM unshare.mount=EPERM setns=EPERM mount=EPERM umount2=EPERM \
	pivot_root=EPERM fsopen=EPERM open_tree=EPERM move_mount=EPERM \
	sethostname=EPERM clone.newuser=EPERM clone.newuser.high=EPERM

it "has no clone3, whose flags no filter sees"
out_line clone3=ENOSYS

it "refuses to type into a terminal, whatever the high half of the number"
out_line ioctl.tiocsti=EPERM ioctl.tiocsti.high=EPERM ioctl.tioclinux=EPERM \
	ioctl.tioclinux.high=EPERM ioctl.tiocsetd=EPERM

it "refuses sockets that no namespace contains"
out_line socket.alg=EPERM socket.alg.high=EPERM socket.vsock=EPERM

it "refuses what weakens the own address space"
out_line personality.no_random=EPERM

it "refuses what belongs to the whole machine"
out_line bpf=EPERM perf_event_open=EPERM open_by_handle_at=EPERM init_module=EPERM \
	reboot=EPERM settimeofday=EPERM kexec_load=EPERM swapon=EPERM

it "refuses keys, userfaultfd and io_uring to everybody"
out_line keyctl=EPERM add_key=EPERM request_key=EPERM userfaultfd=EPERM io_uring_setup=EPERM

it "does not know calls that it does not name"
out_line unknown=ENOSYS

it "has no second way in, by 32 bits or x32"
case $(uname -m) in
x86_64) out_line i386.getpid=ENOSYS i386.socketcall=ENOSYS i386.mount=ENOSYS \
	x32.getpid=ENOSYS x32.mount=ENOSYS ;;
*) pass ;;
esac

it "allows more to who has the capability, and no more than that"
calls --cap-add SYS_ADMIN
out_line mount=EFAULT setns=EBADF unshare.user=OK open_tree=EFAULT
out_line keyctl=EPERM io_uring_setup=EPERM userfaultfd=EPERM socket.alg=EPERM \
	ioctl.tiocsti=EPERM init_module=EPERM open_by_handle_at=EPERM
calls --cap-drop SYS_CHROOT
out_line chroot=EPERM

it "is the same when the command itself is PID 1, and for a user"
calls --no-init
out_line keyctl=EPERM mount=EPERM getpid=OK clone3=ENOSYS
[ "$TIER" = vm-user ] || calls -u 1000
out_line keyctl=EPERM mount=EPERM getpid=OK clone3=ENOSYS

it "has no filter with --seccomp none"
calls --seccomp none
out_line ioctl.tiocsti=EBADF ioctl.tiocsti.high=EBADF io_uring_setup=EFAULT clone3=EINVAL \
	add_key=EFAULT
run claunch --seccomp none -v "$HELPERS:/opt:ro" "$ROOTFS" /opt/probe status
get Seccomp; is "the mode" "$value" 0

it "has the built-in filter with --seccomp default"
calls --seccomp none --seccomp default
out_line keyctl=EPERM mount=EPERM

# ---- files

it "enforces a profile"
profile '{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64","SCMP_ARCH_AARCH64"],"syscalls":[
	{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":95},
	{"names":["keyctl"],"action":"SCMP_ACT_ERRNO"}]}'
run claunch --seccomp "$T/profile.json" "$ROOTFS" mkdir /tmp/x
status 1
err_has "not supported"
calls --seccomp "$T/profile.json"
out_line keyctl=EPERM getpid=OK
run claunch --seccomp "$T/profile.json" -v "$HELPERS:/opt:ro" "$ROOTFS" /opt/probe status
get Seccomp; is "the mode" "$value" 2
get Seccomp_filters; is "filters" "$value" 1

it "enforces tests of arguments"
profile '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["personality"],"action":"SCMP_ACT_ERRNO","errnoRet":22,
	"args":[{"index":0,"value":262144,"op":"SCMP_CMP_EQ"}]}]}'
calls --seccomp "$T/profile.json"
out_line personality.no_random=EINVAL personality.ask=OK

it "kills where the profile says so"
profile '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_KILL_PROCESS"}]}'
run claunch --seccomp "$T/profile.json" "$ROOTFS" mkdir /tmp/x
status 159

it "allows only what is named, where that is the default"
profile '{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":1,"syscalls":[{"names":["execve","exit","exit_group","write",
	"brk","mmap","munmap","mprotect","arch_prctl","set_tid_address","set_robust_list","rseq","prlimit64","readlink",
	"readlinkat","getrandom","ioctl","fstat","newfstatat","getuid","geteuid","setuid","setgid","getgid","prctl",
	"poll","rt_sigaction","rt_sigprocmask"],"action":"SCMP_ACT_ALLOW"}]}'
run claunch --seccomp "$T/profile.json" "$ROOTFS" /bin/busybox echo allowed
status 0
out allowed
run claunch --seccomp "$T/profile.json" "$ROOTFS" /bin/busybox mkdir /tmp/x
status 1
err_has "not permitted"

it "minds the capabilities that a rule names"
profile '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["sethostname"],"action":"SCMP_ACT_ERRNO","errnoRet":95,
	"excludes":{"caps":["CAP_SYS_ADMIN"]}}]}'
calls --seccomp "$T/profile.json"
out_line sethostname=95
calls --cap-add SYS_ADMIN --seccomp "$T/profile.json"
out_line sethostname=EFAULT

it "lets nobody start a command that the profile forbids"
profile '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["execve"],"action":"SCMP_ACT_ERRNO"}]}'
run claunch --seccomp "$T/profile.json" "$ROOTFS" true
status 126
one_sentence

# What is wrong with it is said with the name of the file.
while read -r text; do
	it "refuses the profile $text"
	profile "$text"
	run claunch --seccomp "$T/profile.json" "$ROOTFS" true
	status 125
	one_sentence
	err_has "profile.json"
done <<-'END'
	{"defaultAction":
	[]
	{}
	nonsense
	{"defaultAction":"SCMP_ACT_NOPE"}
	{"defaultAction":"SCMP_ACT_ALLOW","nope":1}
	{"defaultAction":"SCMP_ACT_ALLOW","syscalls":{}}
	{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"action":"SCMP_ACT_ALLOW"}]}
	{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW","errnoRet":1}]}
	{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["read"],"action":"SCMP_ACT_ERRNO","errnoRet":5000}]}
	{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["read"],"action":"SCMP_ACT_NOTIFY"}]}
	{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["read"],"action":"SCMP_ACT_ERRNO","args":[{"index":6,"value":1,"op":"SCMP_CMP_EQ"}]}]}
	{"defaultAction":"SCMP_ACT_ALLOW","listenerPath":"/run/x"}
	{"defaultAction":"SCMP_ACT_ALLOW"} trailing
	{"defaultAction":"SCMP_ACT_ALLOW","defaultAction":"SCMP_ACT_KILL"}
	{"defaultAction":"SCMP_ACT_ALLOW","flags":["NOPE"]}
END

it "refuses a profile that is no file, is not there, or is empty"
mkfifo "$T/fifo"
mkdir "$T/dir"
: >"$T/empty"
truncate -s 1T "$T/huge"
for file in fifo dir empty huge missing; do
	run claunch --seccomp "$T/$file" "$ROOTFS" true
	status 125
	one_sentence
	err_has "$T/$file"
	took_less 2
done
run claunch --seccomp "" "$ROOTFS" true
status 125
one_sentence

it "refuses a profile that nests without end"
head -c 100000 /dev/zero | tr '\0' '[' >"$T/deep"
run claunch --seccomp "$T/deep" "$ROOTFS" true
status 125
one_sentence
took_less 2

done_testing
