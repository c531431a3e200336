# The cinit of a container is of no use to whoever takes over its command.
. tests/lib.sh
tiers root user vm vm-user
. tests/init/ways.sh

# Without the filter, so that it is cinit's own guard that is seen.
for options in "" "--seccomp none" "--seccomp none -u 1000:1000"; do
	it "cannot be looked into, nor anything taken from it${options:+, with $options}"
	# shellcheck disable=SC2086
	run claunch $options "$OWN" peek 1
	status 0
	for what in mem maps environ auxv fd/0 fdinfo/0 root cwd exe \
		ns/user readv getfd.0 getfd.1 getfd.2 getfd.3 getfd.4 seize; do
		get $what
		isnt "$what" "$value" yes
	done
done

it "is seen to guard itself: the same works on another process"
run claunch --seccomp none "$OWN" sh -c 'sleep 1 & peek $!; kill $!'
for what in mem maps environ fd/0 root cwd exe readv getfd.0 seize; do
	get $what
	is "$what" "$value" yes
done

it "has the right to signal, and no other"
# (The command is there a moment before it has given up all others.)
run claunch "$OWN" sh -c 'sleep 0.2
	grep -E "^(Cap(Inh|Prm|Eff|Amb)|NoNewPrivs)" /proc/1/status'
out "CapInh:	0000000000000000
CapPrm:	0000000000000020
CapEff:	0000000000000020
CapAmb:	0000000000000000
NoNewPrivs:	1"

it "cannot be killed, stopped or ended by its own processes"
run claunch "$OWN" sh -c 'trap "" HUP INT TERM USR1
	for s in KILL STOP HUP INT TERM; do kill -$s 1; done
	sleep 0.2; grep State /proc/1/status; exit 4'
status 4
out "State:	S (sleeping)"

it "holds nothing of the caller's but its word with the launcher"
on root vm
KEEPER=self
exec 7<"$T/err" 8>"$T/held"
start claunch "$OWN" sh -c 'echo up; sleep 60'
exec 7<&- 8>&-
soon said up
way claunch
keeper
# shellcheck disable=SC2012
ls "/proc/$KEEPER/fd" >"$T/fds"
file_is "$T/fds" "0
1
2
3"
for fd in 0 1 2; do
	case $(readlink "/proc/$KEEPER/fd/$fd") in
	/dev/null | /null) pass ;;
	*) fail "descriptor $fd is $(readlink "/proc/$KEEPER/fd/$fd")" ;;
	esac
done
case $(readlink "/proc/$KEEPER/fd/3") in
socket:*) pass ;;
*) fail "descriptor 3 is $(readlink "/proc/$KEEPER/fd/3")" ;;
esac
case $(readlink "/proc/$KEEPER/exe") in
/memfd:*) pass ;;
*) fail "it runs $(readlink "/proc/$KEEPER/exe")" ;;
esac
send TERM
finish

it "holds nothing but its standard input and output, by its own name"
exec 7<"$ROOTFS/etc/passwd"
start cinit -- sh -c 'echo up; exec sleep 60'
exec 7<&-
soon said up
soon test ! -e "/proc/$JOB/fd/7"
# shellcheck disable=SC2012
is descriptors "$(ls "/proc/$JOB/fd" | tr '\n' ' ')" "0 1 2 "
is "the working directory" "$(readlink "/proc/$JOB/cwd")" /
send TERM
finish

it "gives the command the descriptors and the directory that it was given"
exec 7<"$ROOTFS/etc/passwd"
run env -C "$OWN/etc" cinit -- sh -c 'read -r line <&7; echo "$line"; pwd'
exec 7<&-
out "root:x:0:0:root:/root:/bin/sh
$OWN/etc"

done_testing
