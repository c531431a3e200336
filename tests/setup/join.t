# Joining: a command in what runs already, by name, by pid, in whole or in part.
# shellcheck shell=sh disable=SC2016
. tests/lib.sh
tiers root user vm vm-user

all="cgroup ipc mnt net pid time user uts"

# box NAME [OPTION]... -- [COMMAND]...: a container that stays; its launcher is BOX.
box() {
	box_name=$1
	shift
	start claunch --name "$box_name" -v "$HELPERS:/opt:ro" "$@"
	soon said up
	BOX=$JOB
}

# unbox [PID]: ends it.
unbox() {
	send TERM "${1:-$BOX}"
	finish "${1:-$BOX}"
}

# number KEY NAME: a number that claunch --ps --json says of a container, in N.
number() {
	[ ! "$t_off" ] || return 0
	N=$(claunch --ps --json | sed -n "/\"name\": \"$2\"/s/.*\"$1\": \([0-9]*\).*/\1/p")
	[ "$N" ] || fail "claunch --ps says no $1 of $2"
}

# lines KEY...: those lines of what probe said.
lines() {
	for key; do
		get "$key"
		printf '%s=%s\n' "$key" "$value"
	done
}
facts="Uid Gid Groups CapInh CapPrm CapEff CapBnd CapAmb NoNewPrivs Seccomp
	Umask SigBlk SigIgn uid_map gid_map setgroups hostname"

stay='/opt/probe ns process files; echo up; exec sleep 1000'

# one_of STATUS...: the status is one of these.
one_of() {
	[ ! "$t_off" ] || return 0
	case " $* " in
	*" $STATUS "*) pass ;;
	*) status "$1" ;;
	esac
}

# ---- in whole

it "runs a command in all namespaces of a container, with its privileges"
box whole "$ROOTFS" sh -c "$stay"
WHOLE=$BOX t_jobs= # it stays for the tests that follow
its=$(lines $facts; for ns in $all; do lines "ns.$ns"; done)
run claunch --join whole /opt/probe ns process files
status 0
no_err
is "what the command is given" "$(lines $facts; for ns in $all; do lines "ns.$ns"; done)" "$its"
for ns in $all; do
	get "ns.$ns"
	isnt "the $ns namespace" "$value" "$(readlink "/proc/self/ns/$ns")"
done

it "does so by the number of its PID 1 and by that of its command"
number pid whole
run claunch --join "$N" /opt/probe ns process files
status 0
is "what the command is given" "$(lines $facts)" "$(echo "$its" | sed '/^ns\./d')"
number command_pid whole
run claunch --join "$N" /opt/probe ns process files
status 0
is "what the command is given" "$(lines $facts)" "$(echo "$its" | sed '/^ns\./d')"

it "gives the status of the command, and the words of a start for what fails"
run claunch --join whole sh -c 'exit 7'
status 7
run claunch --join whole sh -c 'kill -9 $$'
status 137
run claunch --join whole not-there
status 127
one_sentence
err_has "not found"
run claunch --join whole /etc/passwd
status 126
one_sentence

it "starts a shell where no command is named"
run claunch -i --join whole <<-'END'
	echo here $$
END
status 0
out_has here

it "gives it what a start gives: stdin, directory, variables, user"
echo word >"$T/in"
run claunch --join whole cat <"$T/in"
status 0
no_out
run claunch -i --join whole cat <"$T/in"
status 0
out word
run claunch --join whole -w /etc -e A=b -u 0:0 sh -c 'pwd; echo $A $HOME $container'
status 0
out "/etc
b /root cinit"
run claunch --join whole -w /missing true
status 125
one_sentence
err_has "/missing"

it "leaves nothing of the caller's open"
run claunch --join whole sh -c 'ls /proc/self/fd | wc -l; echo /proc/$$/fd/*' 7</ 9</etc/passwd
status 0
out_has "/fd/0 " "/fd/1 " "/fd/2"
out_lacks "/fd/7" "/fd/9"

it "passes signals on"
start claunch --join whole sh -c 'trap "exit 9" TERM; echo up; while :; do sleep 0.1; done'
soon said up
send TERM
finish
status 9

it "gives it a terminal made inside"
run "$HELPERS/ptydrive" claunch -t --join whole sh -c 'tty; test -t 2 && echo three; exit 4' <<-'END'
	expect /dev/pts/
	expect three
	end
END
status 0
out_has status=4 restored=yes

it "ends the command with the launcher that joined"
start claunch --pid-file "$T/pid" --join whole sh -c 'echo up; exec sleep 61'
soon said up
read -r pid <"$T/pid"
ok kill -0 "$pid"
send KILL
finish
soon dead "$pid"
rm -f "$T/pid"

it "ends with the container, at once"
box short "$ROOTFS" sh -c 'echo up; exec sleep 1000'
start claunch --join short sh -c 'echo up; exec sleep 62'
soon said up
joined=$JOB
unbox
finish "$joined"
status 137
took_less 15

# ---- what it may do is what the container may

it "has the capabilities, the user and the filter that the container was given"
cat >"$T/filter.json" <<-'END'
	{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
		{ "names": [ "mkdir", "mkdirat" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 42 } ] }
END
box tight --cap-drop ALL --cap-add NET_RAW --ambient NET_RAW -e K=v \
	--seccomp "$T/filter.json" --ulimit nofile=77:88 "$ROOTFS" sh -c "$stay"
its=$(lines $facts)
run claunch --join tight /opt/probe ns process files
status 0
is "what the command is given" "$(lines $facts)" "$its"
run claunch --join tight sh -c 'mkdir /tmp/x; ulimit -Sn; ulimit -Hn; echo $K'
status 0
out "77
88
v"
err_has "No message of desired type"
unbox

it "adds and drops what the caller says, and no more"
run claunch --join whole --cap-drop ALL grep CapBnd /proc/self/status
status 0
out_has 0000000000000000
run claunch --join whole --cap-add NET_ADMIN grep CapEff /proc/self/status
status 0
out_has 00000000800415fb

it "is in the cgroup of the container, with its limits"
on root vm
box small --pids 4 "$ROOTFS" sh -c 'echo up; exec sleep 1000'
number pid small
its=$(grep cinit-small "/proc/$N/cgroup")
ok test "$its"
start claunch --pid-file "$T/pid" --join small sh -c 'echo up; exec sleep 1000'
soon said up
[ "$t_off" ] || read -r pid <"$T/pid"
[ "$t_off" ] || is "its cgroups" "$(grep cinit-small "/proc/$pid/cgroup")" "$its"
run claunch --join small sh -c 'sleep 9 & sleep 9 & sleep 9 & wait'
isnt status "$STATUS" 0
unbox
finish "$JOB"

it "takes oom_score_adj from the container and from the caller"
box adj --oom-score-adj 300 "$ROOTFS" sh -c 'echo up; exec sleep 1000'
run claunch --join adj cat /proc/self/oom_score_adj
status 0
out 300
run claunch --join adj --oom-score-adj 500 cat /proc/self/oom_score_adj
status 0
out 500
unbox

# ---- in part

it "enters only the namespaces that are named, and keeps the caller's root"
for part in net uts ipc; do
	[ "$(id -u)" = 0 ] && list=$part || list=user,$part
	run claunch --join "whole:$list" "$HELPERS/probe" ns
	status 0
	get "ns.$part"
	isnt "the $part namespace" "$value" "$(readlink "/proc/self/ns/$part")"
	get ns.mnt
	is "the mount namespace" "$value" "$(readlink /proc/self/ns/mnt)"
	get ns.pid
	is "the pid namespace" "$value" "$(readlink /proc/self/ns/pid)"
done

it "says that who is not root needs the user namespace for that"
on user vm-user
run claunch --join whole:net true
status 125
one_sentence
err_has "user namespace"

it "enters the file of one namespace"
on root vm
number pid whole
run claunch --join "/proc/$N/ns/uts" hostname
status 0
out whole
run claunch --join "/proc/$N/ns/uts:uts" hostname
out whole
run claunch --join "/proc/$N/ns/uts:net" hostname
status 125
one_sentence

# ---- a process that claunch knows nothing about

it "enters what others have made, with the privileges it has there"
unshare --user --map-root-user --pid --fork --mount --uts --kill-child \
	sh -c 'hostname other; exec sleep 1000' &
unshared=$!
t_jobs="$t_jobs $unshared"
within 10 sh -c "pgrep -P $unshared -x sleep >/dev/null" || fail "no unshare"
pid=$(pgrep -P $unshared -x sleep)
run claunch --join "$pid" sh -c 'hostname; id -u; echo $$; grep CapBnd /proc/self/status'
case $(id -u) in
0) ;;
*) ok test "$pid" ;;
esac
status 0
out_has other
out_line 0
kill -s KILL "$unshared"
wait "$unshared" 2>/dev/null

# ---- refused

refused() {
	run claunch --join "$@"
	status 125
	one_sentence
}

it "refuses what is not there with one sentence"
refused nobody true
err_has "no container of that name"
refused 0 true
refused 4194303 true
err_has "it runs no more"
refused /nowhere true
refused "$ROOTFS" true
refused /etc/passwd true
refused self/.. true
refused "" true
refused whole:nope true
err_has "is not one of"
refused whole: true
err_has "is not one of"

it "refuses to enter what it is in already"
refused $$ true
err_has "nothing to enter"

it "refuses options that make a container"
for option in "-m 64m" "-v /tmp:/tmp" "--read-only" "--name x" "--net host" "--grace 3" \
	"--hostname x" "--no-init"; do
	# shellcheck disable=SC2086
	run claunch $option --join whole true
	status 125
	one_sentence
	err_has "is made"
done

it "refuses the process of another user"
on user vm-user
refused 1 true
err_has "another user"

it "lets nobody but root into a container of root's"
on root
cp "$CLAUNCH" "$T/claunch"
chmod 755 "$T" "$T/claunch"
run claunch --join whole true
status 0
number pid whole
run setpriv --reuid=4243 --regid=4243 --clear-groups "$T/claunch" --join "$N" true
status 125
one_sentence
err_has "another user"
run setpriv --reuid=4243 --regid=4243 --clear-groups "$T/claunch" --join whole true
status 125
one_sentence

# ---- hostile

it "believes no row of who was killed"
box victim "$ROOTFS" sh -c 'echo up; exec sleep 1000'
send KILL
finish
refused victim true
err_has "no container of that name"
# What is left of it is an empty cgroup, and gone at the next --gc.
[ "$t_off" ] || for dir in $(find /sys/fs/cgroup -type d -name cinit-victim); do
	ok within 2 rmdir "$dir"
done

it "believes no number of another process in its table"
box forged "$ROOTFS" sh -c 'echo up; exec sleep 1000'
sleep 63 &
other=$! octal=
t_jobs="$t_jobs $other"
case $(id -u) in
0) table=/run/cinit/containers ;;
*) table=$XDG_RUNTIME_DIR/cinit/containers ;;
esac
at=$(grep -abo forged "$table" | sed 's/:.*//;q')
for shift in 0 8 16 24; do
	octal="$octal\\$(printf %03o $((other >> shift & 255)))"
done
printf "$octal" | dd of="$table" bs=1 seek=$((at - 12)) conv=notrunc 2>/dev/null
refused forged true
run claunch --ps
out_lacks forged
unbox

it "takes no table that others may write"
box mine "$ROOTFS" sh -c 'echo up; exec sleep 1000'
chmod 666 "$table"
refused mine true
chmod 600 "$table"
run claunch --join mine true
status 0
unbox

it "gives what runs there no way to who joins"
box prey --cap-add SYS_PTRACE,SYS_ADMIN,DAC_READ_SEARCH --seccomp none "$ROOTFS" \
	sh -c 'echo up; exec /opt/stalk 4'
while ! dead "$BOX"; do
	timeout 10 claunch --join prey true </dev/null >/dev/null 2>&1
done
finish "$BOX"
status 0
out_has seen
out_lacks caught

it "executes nothing of the host's for what runs there (CVE-2019-5736)"
box exe "$ROOTFS" sh -c 'printf "#!/proc/self/exe\n" >/tmp/evil; chmod 755 /tmp/evil; echo up; exec sleep 1000'
before=$(sha256sum <"$CLAUNCH")
run claunch --join exe /tmp/evil
isnt status "$STATUS" 0
took_less 10
run claunch --join exe sh -c 'readlink /proc/self/exe'
out_lacks claunch
is "claunch" "$(sha256sum <"$CLAUNCH")" "$before"
unbox

it "stays in a root that is full of links, and hangs at nothing in it"
copy_rootfs
box links --cap-add SYS_ADMIN,MKNOD --seccomp none "$OWN" sh -c '
	mount -t tmpfs none /etc; mkfifo /etc/passwd /etc/group
	ln -s ../../../../../../.. /tmp/up; ln -s /proc/1/root /tmp/magic; ln -s /proc/self/fd/5 /tmp/fd
	echo up; exec sleep 1000'
ROOT_INSIDE=$(claunch --join links -u 0:0 stat -c %d:%i / 2>"$T/why")
run claunch --join links true
one_of 0 125
took_less 10
[ "$STATUS" = 0 ] || one_sentence
for dir in /tmp/up /tmp/magic /tmp/fd; do
	run claunch --join links -u 0:0 -w $dir sh -c 'stat -c %d:%i .'
	took_less 10
	case $STATUS in
	0) is "the directory $dir" "$(cat "$T/out")" "$ROOT_INSIDE" ;;
	*) one_sentence ;;
	esac
done
unbox

it "uses nothing that was put in the place of /dev/null or of the terminals"
box null --cap-add SYS_ADMIN --seccomp none "$ROOTFS" sh -c '
	mount -t tmpfs none /dev; mkdir /dev/pts; mkfifo /dev/null /dev/pts/ptmx
	echo up; exec sleep 1000'
refused null true
err_has /dev/null
took_less 10
run "$HELPERS/ptydrive" claunch -t --join null true <<-'END'
	end
END
out_has status=125
unbox

it "gives the same privileges where /proc is covered"
box covered --cap-add SYS_ADMIN --seccomp none "$ROOTFS" \
	sh -c '/opt/probe process files; echo up; mount -t tmpfs none /proc && exec sleep 1000'
its=$(lines CapPrm CapEff CapBnd NoNewPrivs Seccomp)
run claunch --join covered sh -c 'umount /proc; /opt/probe process files'
status 0
is "its privileges" "$(lines CapPrm CapEff CapBnd NoNewPrivs Seccomp)" "$its"
unbox

it "is refused, or runs, but never hangs, while the container ends"
for i in 1 2 3 4 5 6 7 8; do
	start claunch --name "dying$i" "$ROOTFS" sleep 0.$i
	dying=$JOB
	while ! dead "$dying"; do
		run claunch --join "dying$i" true
		one_of 0 125 137
		took_less 10
	done
	finish "$dying"
done

# Before a container has its root it has the host's.
it "starts no command in what is not ready yet"
for i in 1 2 3 4 5 6 7 8 9 10; do
	start claunch --name early --pid-file "$T/early" "$ROOTFS" sleep 0.3
	while ! dead "$JOB"; do
		if [ $((i % 2)) = 0 ]; then
			what=early
		else
			[ -s "$T/early" ] || continue
			read -r what <"$T/early" || continue
		fi
		run claunch --join "$what" cat /proc/1/comm
		t_read_out
		case $STATUS:$t_out in
		0:cinit | 125: | 137:*) pass ;;
		*) fail "PID 1 there is \"$t_out\", the status $STATUS" ;;
		esac
	done
	finish
done

it "leaves a container that was joined as it was"
run claunch --join whole ps -o comm
status 0
is "what runs there" "$(sort "$T/out" | tr '\n' ' ')" "COMMAND cinit ps sleep "
unbox "$WHOLE"
status 143

done_testing
