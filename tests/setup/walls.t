# Second walls: what holds by another rule when the first one has failed.
# shellcheck shell=sh disable=SC2016
. tests/lib.sh
tiers root user

mkdir -m 777 "$T/ro" "$T/rw"
echo kept >"$T/ro/file"
chmod 666 "$T/ro/file"

# What an attacker would like to write to, and what a program must.
try='for f; do
	if { echo x >>"$f"; } 2>/dev/null; then echo "$f: written"; else echo "$f: not"; fi
done'
tries() {
	run claunch --landlock -v "$T/ro:/mnt/ro:ro" -v "$T/rw:/mnt/rw" "$@"
	status 0
	no_err
}

# ---- Landlock: files

it "lets writable mounts be written to behind Landlock, and nothing else"
tries "$ROOTFS" sh -c "$try" sh /etc/new /tmp/new /run/new /dev/shm/new /dev/null \
	/mnt/rw/new /mnt/ro/file /mnt/ro/new /proc/self/comm /proc/sys/kernel/hostname \
	/sys/new /new /mnt/new
out "/etc/new: written
/tmp/new: written
/run/new: written
/dev/shm/new: written
/dev/null: written
/mnt/rw/new: written
/mnt/ro/file: not
/mnt/ro/new: not
/proc/self/comm: not
/proc/sys/kernel/hostname: not
/sys/new: not
/new: not
/mnt/new: not"
file_is "$T/ro/file" kept
rm -f "$ROOTFS/etc/new"

it "does the same with a root that is read-only"
tries --read-only "$ROOTFS" sh -c "$try" sh /etc/new /tmp/new /dev/null /mnt/rw/other /mnt/ro/file
out "/etc/new: not
/tmp/new: written
/dev/null: written
/mnt/rw/other: written
/mnt/ro/file: not"

it "does the same with an overlay, a tmpfs that is read-only and one that is not"
tries --overlay --tmpfs /mnt/t --tmpfs /mnt/t/ro:ro "$ROOTFS" sh -c "$try" sh /etc/new \
	/mnt/t/ro/new /mnt/t/new /mnt/ro/file /home/new
out "/etc/new: written
/mnt/t/ro/new: not
/mnt/t/new: not
/mnt/ro/file: not
/home/new: written"

it "lets files be renamed, linked, cut off and removed where they can be written"
tries "$ROOTFS" sh -c 'mkdir /tmp/a /tmp/b && echo x >/tmp/a/f && ln /tmp/a/f /tmp/b/g &&
	mv /tmp/a/f /tmp/b/f && : >/tmp/b/f && rm /tmp/b/f /tmp/b/g && rmdir /tmp/a && echo ended'
out ended

it "lets the standard output be opened anew"
on root
echo >"$T/log"
chmod 666 "$T/log"
run sh -c 'claunch --userns host --landlock "$0" sh -c "echo again >/dev/stdout" >>"$1"' \
	"$ROOTFS" "$T/log"
status 0
file_has "$T/log" again

# The bug: whoever has all rights over the container's mounts makes one writable.
# opened NAME OPTION...: what the command inside says that waits for it.
opened() {
	opened_name=$1
	shift
	start claunch --name "$opened_name" "$@" sh -c 'echo up
		while grep -q " /mnt/[^ ]* [^ ]* ro" /proc/mounts; do sleep 0.05; done
		echo x 2>/dev/null >>/mnt/ro/file && echo written
		echo x 2>/dev/null >>/mnt/ro/new && echo new
		mv /mnt/ro/file /mnt/ro/moved 2>/dev/null && echo moved
		echo end'
	soon said up
	run claunch --join "$opened_name" --privileged sh -c '
		mount -o remount,bind,rw "$(grep -o " /mnt/[^ ]*" /proc/mounts | tail -c +2)"'
	status 0
	finish
	status 0
}

it "keeps what is read-only even when the mount has been made writable"
opened w1 --landlock -v "$T/ro:/mnt/ro:ro" "$ROOTFS"
out "up
end"
file_is "$T/ro/file" kept

it "where nothing but the mount kept it before"
cp -a "$T/ro" "$T/lost"
opened w2 -v "$T/lost:/mnt/ro:ro" "$ROOTFS"
out_has written
out_has moved

it "keeps it behind a link of the image, too"
copy_rootfs
rmdir "$OWN/mnt/ro"
mkdir "$OWN/mnt/real"
ln -s real "$OWN/mnt/link"
ln -s real/ro "$OWN/mnt/ro"
opened w3 --landlock -v "$T/ro:/mnt/link/ro:ro" "$OWN"
out "up
end"
file_is "$T/ro/file" kept

it "does the same for a command that joins"
start claunch --name w4 --landlock=bind:81 -v "$T/ro:/mnt/ro:ro" -v "$HELPERS:/opt:ro" \
	"$ROOTFS" sh -c 'echo up; exec sleep 60'
soon said up
run claunch --join w4 sh -c "$try; timeout 5 nc -l -p 80" sh /tmp/new /new
out "/tmp/new: written
/new: not"
err_has "Permission denied"
send TERM
finish

# ---- Landlock: ports, signals, sockets

it "lets TCP ports be bound and reached that were named, and no others"
run claunch --landlock=bind:80,connect:80 "$ROOTFS" sh -c '
	nc -l -p 80 </dev/null & sleep 0.3; nc 127.0.0.1 80 </dev/null && echo reached; wait
	nc 127.0.0.1 81 </dev/null; timeout 5 nc -l -p 81'
out reached
err_has "bind: Permission denied"
err_has "(127.0.0.1): Permission denied"

it "lets none be bound or reached with none"
run claunch --landlock=bind:none,connect:none "$ROOTFS" sh -c '
	nc 127.0.0.1 80 </dev/null; timeout 5 nc -l -p 80'
err_has "bind: Permission denied"
err_has "(127.0.0.1): Permission denied"

it "says nothing about ports where nothing was said"
run claunch --landlock "$ROOTFS" sh -c 'nc -l -p 80 </dev/null & sleep 0.3
	nc 127.0.0.1 80 </dev/null && echo reached; wait'
out reached

it "keeps signals and abstract sockets of others out of reach with scope"
start "$HELPERS/abstract" listen walls.t
soon said up
LISTENER=$JOB
for wall in "" =scope; do
	run claunch --net host --landlock$wall -v "$HELPERS:/opt:ro" "$ROOTFS" sh -c '
		/opt/abstract connect walls.t; kill -0 1 && echo signal
		sleep 9 & kill $! && echo own'
	case $wall in
	"") out "connected
signal
own" ;;
	*) out "Operation not permitted
own" ;;
	esac
done
send TERM "$LISTENER"
finish "$LISTENER"

for wrong in nothing bind bind: connect:x bind:65536 scope:1 bind:none:1 ","; do
	it "refuses --landlock=$wrong"
	run claunch "--landlock=$wrong" "$ROOTFS" true
	status 125
	one_sentence
done

# ---- kernels that lack it

# without ERRNO|-ABI ARGS...: with Landlock as another kernel would have it.
without() {
	with=error=$1
	[ "${1#-}" = "$1" ] || with=retval=${1#-}
	shift
	run strace -f -qq -o /dev/null -e "inject=landlock_create_ruleset:$with" claunch "$@"
}

it "refuses a kernel without Landlock, and one where it is off"
on root # strace lets nobody else's newuidmap write
for errno in ENOSYS EOPNOTSUPP; do
	without $errno --landlock "$ROOTFS" echo never
	status 125
	no_out
	one_sentence
	err_has "--landlock: not in this kernel"
done

it "refuses one that is too old for what is asked"
on root
while read -r abi linux what; do
	without "-$abi" "--landlock$what" "$ROOTFS" echo never
	status 125
	no_out
	one_sentence
	err_has "(Linux $linux), and the kernel has $abi"
done <<-END
	2 6.2
	3 6.7 =bind:80
	3 6.7 =connect:none
	5 6.12 =scope
END

it "refuses labels of modules that the kernel does not have"
for label in "--apparmor nothing" "--selinux a_u:a_r:a_t:s0"; do
	# shellcheck disable=SC2086 # two words
	run claunch $label "$ROOTFS" echo never
	status 125
	no_out
	one_sentence
	err_has "does this kernel have it"
done
run claunch --selinux "exec nothing" "$ROOTFS" echo never
status 125
err_has "is not USER:ROLE:TYPE"

# CVE-2019-16884, CVE-2023-27561, CVE-2025-52881
it "writes no label to a /proc that is none"
on root
run unshare -m --propagation private sh -c '
	mount --bind /proc "$2/rw" && mkdir -p "$2/fake/thread-self/attr/apparmor" &&
	: >"$2/fake/thread-self/attr/apparmor/exec" && cd "$2/rw" &&
	for f in *; do ln -s "$2/rw/$f" "$2/fake/$f"; done 2>/dev/null
	mount --bind "$2/fake" /proc
	claunch --userns host --apparmor nothing "$1" echo never' sh "$ROOTFS" "$T"
status 125
no_out
file_is "$T/fake/thread-self/attr/apparmor/exec" ""

# ---- --strict

it "leaves a strict container no capability, no write to its root and few files of /proc"
run claunch --strict -v "$HELPERS:/opt:ro" "$ROOTFS" sh -c '/opt/probe status
	touch /new; ls /proc; grep " /proc proc" /proc/self/mounts'
for set in CapInh CapPrm CapEff CapBnd CapAmb; do
	get $set
	is $set "$value" 0000000000000000
done
get NoNewPrivs; is "no_new_privs" "$value" 1
err_has "/new: Read-only file system"
out_has subset=pid
out_has hidepid=invisible
out_has thread-self
out_lacks meminfo sysrq-trigger

it "does not show it the processes of others"
start claunch --name s1 --strict "$ROOTFS" sh -c 'echo up; exec sleep 60'
soon said up
run claunch --join s1 ls -d /proc/1
status 1
send TERM
finish

it "lets it make no user namespace, whatever lets it try"
echo '{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"]}' \
	>"$T/all.json"
run claunch --seccomp "$T/all.json" "$ROOTFS" unshare -U true
status 0
run claunch --strict --seccomp "$T/all.json" "$ROOTFS" unshare -U true
status 1
err_has "No space left"
run claunch --strict --cap-add SYS_ADMIN "$ROOTFS" unshare -U true
status 1
err_has "No space left"

it "lets it make no calls of another architecture, whatever its profile says"
for strict in "" --strict; do
	run claunch $strict --seccomp "$T/all.json" -v "$HELPERS:/opt:ro" "$ROOTFS" /opt/calls
	get i386.getpid
	case $strict in
	"") is "without --strict" "$value" OK ;;
	*) isnt "with --strict" "$value" OK ;;
	esac
done

it "gives back what is asked for by name"
run claunch --strict --cap-add CHOWN --overlay --sysctl user.max_user_namespaces=7 \
	--seccomp "$T/all.json" "$ROOTFS" sh -c 'grep CapEff /proc/self/status
		touch /new && echo written; unshare -U true && echo nested'
out "CapEff:	0000000000000001
written
nested"

for option in --privileged --no-mask --new-privs "--seccomp none" "--share pid" "--share user"; do
	it "does not go with $option"
	# shellcheck disable=SC2086 # two words
	run claunch --strict $option "$ROOTFS" true
	status 125
	one_sentence
	err_has "--strict: does not go with"
done

done_testing
