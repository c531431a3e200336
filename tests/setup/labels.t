# Labels of AppArmor: what a profile denies is denied from the command's exec on.
# shellcheck shell=sh disable=SC2016
. tests/lib.sh
tiers vm

cat >"$T/profile" <<'END'
profile cinit-walls flags=(attach_disconnected, mediate_deleted) {
	file,
	mount,
	capability,
	network,
	signal,
	deny /etc/passwd r,
}
END

# parser ARG...: the kernel's side of it is in a file system of its own.
parser() {
	unshare -m sh -c 'mount -t securityfs none /sys/kernel/security &&
		apparmor_parser --skip-cache "$@"' sh "$@"
}
parser --replace "$T/profile" || exit

ask='cat /proc/self/attr/apparmor/current; cat /etc/passwd'
its="cinit-walls (enforce)"
denied="can't open '/etc/passwd': Permission denied"

for how in "" --no-init "--userns host" "--share pid" --new-privs --read-only "-u 1000"; do
	it "runs the command by the profile${how:+, with $how}"
	# shellcheck disable=SC2086 # two words
	run claunch --apparmor cinit-walls $how "$ROOTFS" sh -c "$ask"
	status 1
	out "$its"
	err_has "$denied"
done

it "runs the command by it for somebody who is not root"
run setpriv --reuid nobody-special --regid nobody-special --clear-groups env -i PATH="$PATH" \
	XDG_RUNTIME_DIR=/run/user/4242 claunch --userns single --apparmor cinit-walls \
	"$ROOTFS" sh -c "$ask"
out "$its"
err_has "$denied"

it "gives none where none was asked for"
run claunch "$ROOTFS" sh -c "$ask"
status 0
out_has "unconfined
root:"

it "keeps its own PID 1 out of it"
run claunch --apparmor cinit-walls --cap-add SYS_PTRACE --userns host "$ROOTFS" \
	cat /proc/1/attr/apparmor/current
out unconfined

it "refuses a profile that is not loaded"
run claunch --apparmor no-such-profile "$ROOTFS" echo never
status 125
no_out
one_sentence
err_has "the profile is not loaded"

it "refuses SELinux's label where AppArmor rules"
run claunch --selinux a_u:a_r:a_t:s0 "$ROOTFS" echo never
status 125
no_out
one_sentence

it "gives the profile to a command that joins, by name and by number"
start claunch --name l1 --apparmor cinit-walls "$ROOTFS" sh -c 'echo up; exec sleep 1000'
soon said up
run claunch --join l1 sh -c "$ask"
out "$its"
err_has "$denied"
command=$(claunch --ps --json | sed -n 's/.*"command_pid": \([0-9]*\).*/\1/p')
run claunch --join "$command" sh -c "$ask"
out "$its"
err_has "$denied"
run claunch --join l1:mount,user,pid sh -c "$ask"
out_has unconfined
run claunch --join l1 --apparmor no-such-profile echo never
status 125
no_out
send TERM
finish

it "gives it to a command that joins a process claunch knows nothing of"
start aa-exec -p cinit-walls -- unshare -m -u sh -c 'echo up; exec sleep 1000'
soon said up
run claunch --join "$JOB" sh -c "$ask"
out "$its"
err_has "Permission denied"
send TERM
finish

# CVE-2015-1334
it "gives it also where the container has put something over its /proc"
start claunch --name l2 --apparmor cinit-walls --cap-add SYS_ADMIN "$ROOTFS" sh -c '
	mount -t tmpfs over /proc && echo up; exec sleep 1000'
soon said up
BOX=$JOB
start claunch --join l2 --pid-file "$T/pid" sh -c 'echo joined; exec sleep 1000'
soon said joined
file_is "/proc/$(cat "$T/pid")/attr/apparmor/current" "$its"
send TERM
finish
send TERM "$BOX"
finish "$BOX"

it "refuses a kernel that is too old for Landlock's files"
run claunch --landlock "$ROOTFS" echo never
status 125
no_out
one_sentence
err_has "this takes ABI 3 (Linux 6.2)"

parser --remove "$T/profile"
done_testing
