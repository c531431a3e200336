# What cinit does for the command before it starts: options and CINIT_*.
# shellcheck shell=sh disable=SC2016
. tests/lib.sh
tiers root vm

NEW_PIDS="unshare -pfm --mount-proc --kill-child"

it "has a paragraph in cinit(8) for each option"
for option in $(cinit --help | sed -n 's/.*--\([a-z-]*\).*/\1/p'); do
	ok grep -q "Fl Fl $option\>" docs/cinit.8
done

it "takes each option from the environment, where the command line wins"
run env CINIT_UMASK=027 CINIT_CHDIR=/usr cinit --chdir /etc sh -c 'umask; pwd'
status 0
out "0027
/etc"

it "takes several values of a variable apart at semicolons, and yes and no"
run env 'CINIT_ULIMIT=nofile=20:30;core=0' CINIT_NO_NEW_PRIVS=yes CINIT_GROUP=no \
	CINIT_SECCOMP= cinit sh -c \
	'ulimit -n; ulimit -Hn; ulimit -c; grep -E "NoNewPrivs|Seccomp:" /proc/self/status'
status 0
out "20
30
0
NoNewPrivs:	1
Seccomp:	0"

it "names the variable that is wrong"
run env CINIT_GRACE=soon cinit true
status 125
one_sentence
err_has 'CINIT_GRACE: "soon" is not a number of seconds'
run env CINIT_GROUP=perhaps cinit true
status 125
err 'cinit: CINIT_GROUP: "perhaps" is neither yes nor no'

it "keeps its variables from the command, and lets others of that kind be"
run env CINIT_UMASK=022 CINIT_VERSION=1.0 cinit sh -c 'env | grep CINIT_'
out CINIT_VERSION=1.0

it "prints what is set with --print-config, as a service file has it"
run env CINIT_GRACE=3 cinit --group --ulimit nofile=10:20 --ulimit core=0 \
	--grace 4 --print-config -- sh -c "echo 'a b'" ''
status 0
out "grace = 4
group = yes
ulimit = nofile=10:20
ulimit = core=0
command = sh -c 'echo '\\''a b'\\''' ''"

it "runs the command as another user, with its groups and HOME"
run cinit --user nobody --group-add 7 sh -c 'id -u; id -G; echo $HOME'
status 0
out "65534
65534 7
$(awk -F: '$1 == "nobody" { print $6 }' /etc/passwd)"
run cinit -u 1234:77 --env HOME=/here sh -c 'id -u; id -G; echo $HOME'
out "1234
77
/here"
run cinit --user nosuchuser true
status 125
one_sentence
err_has "nosuchuser"

it "gives another user the capabilities that are asked for, and no more"
run cinit -u nobody --cap-add net_raw grep -E 'Cap(Prm|Eff|Amb)' /proc/self/status
out "CapPrm:	0000000000002000
CapEff:	0000000000002000
CapAmb:	0000000000002000"
run cinit --cap-drop ALL --cap-add chown grep -E 'Cap(Prm|Bnd)' /proc/self/status
out "CapPrm:	0000000000000001
CapBnd:	0000000000000001"

it "refuses a capability that it has not got"
run cinit --cap-drop ALL cinit --cap-add sys_admin true
status 125
one_sentence
err_has "not ours to give"

it "loads the built-in filter, and a compiled one from a file"
run cinit --seccomp default grep Seccomp: /proc/self/status
out "Seccomp:	2"
# RET ALLOW
printf '\006\000\000\000\000\000\377\177' >"$T/allow"
run cinit --seccomp "$T/allow" --no-new-privs grep Seccomp: /proc/self/status
out "Seccomp:	2"
printf 'x' >"$T/bad"
run cinit --seccomp "$T/bad" true
status 125
err_has "not a compiled filter"

it "mounts a tmpfs and the /proc of its pid namespace where no one else sees them"
before=$(cat /proc/self/mountinfo)
run unshare -pf --kill-child cinit --mount-proc --tmpfs "$T/a/b:size=1m,mode=700" \
	sh -c "echo \$\$; echo /proc/[0-9]*; stat -f -c %T '$T/a/b'; stat -c %a '$T/a/b'"
status 0
out "2
/proc/1 /proc/2
tmpfs
700"
is "our mounts" "$(cat /proc/self/mountinfo)" "$before"

it "says what mounting takes where it may not"
run setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin cinit --tmpfs /mnt true
status 125
one_sentence
err_has "CAP_SYS_ADMIN"

it "limits the command in a cgroup of its own, which is gone afterwards"
on root
run cinit --pids 20 --memory 64m --name-nothing true
status 125
run cinit --pids 20 --memory 64m cat /proc/self/cgroup
status 0
out_has /command
is "what is left" "$(find /sys/fs/cgroup -name command -type d 2>/dev/null)" ""
run cinit --pids 5 sh -c 'for i in 1 2 3 4 5 6 7 8; do sleep 1 & done; wait'
err_has "fork"

it "finds its cgroup where images have it: as the root of what is mounted"
on root
cat >"$T/rooted" <<'X'
tree=/sys/fs/cgroup/pids own=$tree$(sed -n 's/^[0-9]*:pids://p' /proc/self/cgroup)/rooted-$$
mkdir "$own"
(echo 0 >"$own/tasks" && exec unshare -m sh -c 'mount --bind "$0" "$1" &&
	exec cinit --pids 7 cat "$1/command/pids.max"' "$own" "$tree")
rmdir "$own"
X
run sh "$T/rooted"
status 0
out 7
no_err

# Its words run as the only process of a cgroup of v2, and as its PID 1.
tree=/sys/fs/cgroup/delegated-$$
cat >"$T/delegated" <<'X'
tree=$1 how=$2
shift 2
mkdir "$tree"
echo '+pids +memory' >"${tree%/*}/cgroup.subtree_control"
case $how in
pid1) set -- unshare -pf --mount-proc sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$tree" "$@" ;;
alone) set -- sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$tree" "$@" ;;
esac
"$@"
code=$?
[ $how = alone ] || rmdir "$tree/cinit"
rmdir "$tree" || ls -l "$tree" >&2
exit $code
X

for how in pid1 alone; do
	it "steps aside on v2, where a cgroup with processes has no limited child: $how"
	on vm
	run sh "$T/delegated" "$tree" $how cinit --pids 5 --memory-high 32m sh -c \
		'cat /proc/self/cgroup /proc/$PPID/cgroup
		cd "$0/command" && cat pids.max memory.high' "$tree"
	status 0
	out "0::${tree#/sys/fs/cgroup}/command
0::${tree#/sys/fs/cgroup}/cinit
5
33554432"
	no_err
done

it "leaves others alone that are in the way on v2"
on vm
run sh -c 'sleep 9 & cinit --pids 5 true; code=$?; kill $!; exit $code'
status 125
one_sentence
err_has "pids.max cannot be set" "holds processes"

it "says why a limit cannot be had, and the way out"
on root
run unshare -m sh -c 'for m in $(awk "\$2 ~ \"^/sys/fs/cgroup\" {print \$2}" /proc/mounts); do
	mount -o remount,ro,bind $m; done; exec cinit --pids 20 true'
status 125
one_sentence
err_has "pids.max cannot be set" "Read-only" "give the limit to the container itself"

it "names the command in LISTEN_PID where that was itself"
run sh -c 'LISTEN_PID=$$ exec cinit sh -c "echo \$((LISTEN_PID - \$\$))"'
out 0
run env LISTEN_PID=7 cinit sh -c 'echo $LISTEN_PID'
out 7

it "tells a descriptor that the command runs, and nothing if it does not"
run cinit --ready-fd 5 sh -c '[ -e /proc/self/fd/5 ] || echo not passed on' 5>"$T/ready"
out "not passed on"
is "bytes that came" "$(wc -c <"$T/ready")" 1
run cinit --ready-fd 5 /nonexistent 5>"$T/ready"
status 127
is "bytes that came" "$(wc -c <"$T/ready")" 0

it "makes no system call for what nobody asks for"
run strace -o "$T/calls" cinit true
status 0
not grep -E 'CAPBSET|capget|setres|setgroups|umask|unshare|mmap' "$T/calls"
run strace -o "$T/calls" cinit --umask 022 true
ok grep -q 'umask' "$T/calls"

done_testing
