# Orphans of a command that stays cost nothing where the kernel reaps them.
. tests/lib.sh
tiers root user vm
. tests/init/ways.sh

# What /proc/PID/schedstat says: nanoseconds on a processor, waits, and turns.
new=$(uname -r | awk -F. '{ print ($1 > 6 || ($1 == 6 && $2 >= 15)) }')
[ "$new" = 1 ] || new=

# ignores PID: does it leave its children to the kernel?
ignores() {
	status_of "$1" SigIgn
	case $value in
	???????????[13579bdf]????) return 0 ;;
	esac
	return 1
}

many=20000
[ "$SLOW" = 1 ] || many=1000
LIMIT=15

# shellcheck disable=SC2086
for name in alone pid1; do
	way $name
	it "does not wake up for $many orphans, as $WHO"
	start $WAY sh -c 'echo up; while [ ! -e '"$T/go.$name"' ]; do sleep 0.02; done
		orphans '$many' >&2; echo made; while [ ! -e '"$T/end.$name"' ]; do sleep 0.02; done
		exit 8'
	soon said up
	keeper
	sleep 0.3
	[ "$new" ] || skip "the kernel cannot tell how a child ended that it has reaped"
	ok ignores "$KEEPER"
	before=$(cat "/proc/$KEEPER/schedstat")
	: >"$T/go.$name"
	soon said made
	is "the time it had" "$(cat "/proc/$KEEPER/schedstat")" "$before"
	: >"$T/end.$name"
	finish
	status 8
done

# shellcheck disable=SC2016
for row in 0:'exit 0' 3:'exit 3' 255:'exit 255' 139:'ulimit -c 0; kill -SEGV $$' \
	137:'kill -KILL $$' 192:'kill -64 $$'; do
	it "knows the status all the same: ${row#*:}"
	run cinit -q -- sh -c "sleep 0.2; ${row#*:}"
	status "${row%%:*}"
done

it "still passes signals on, to one and to a group, and stops"
for group in "" -g; do
	# shellcheck disable=SC2086
	start cinit $group -- sigs 3
	soon said ready
	sleep 0.2
	queue "$JOB" 40=4711 >"$T/queued"
	send USR1
	send TERM
	finish
	status 0
	read -r sender <"$T/queued"
	out_has "SIG 10 " "SIG 15 " "SIG 40 "
	[ ! "$new" ] || out_has "SIG 40 -1 ${sender#queue } 4711"
done

it "still ends what the command leaves"
run cinit --grace 2 -- sh -c '(trap "sleep 0.2; echo cleaned; exit" TERM
	while :; do sleep 0.02; done) & sleep 0.3; exit 9'
status 9
out cleaned

it "still kills what does not end"
start cinit --grace 0.2 -- sh -c '(trap "" TERM; setsid sleep 61.321 & sleep 61.321) &
	trap "" TERM; echo up; while :; do sleep 0.02; done'
soon said up
sleep 0.3
send TERM
finish
status 137
not pgrep -f '^sleep 61.321'

it "gives the command a SIGCHLD that is not ignored"
run cinit -- sh -c 'sleep 0.2; grep SigIgn /proc/self/status'
t_read_out
case $t_out in
???????*[13579bdf]????) fail "$t_out" ;;
*) pass ;;
esac

it "reaps by itself where somebody wants to know of each"
for option in "--report $T/report" -w -v "--orphans term"; do
	# shellcheck disable=SC2086
	start cinit $option -- sleep 0.6
	sleep 0.3
	not ignores "$JOB"
	finish
	status 0
done

it "reaps by itself at a terminal, where ^Z may stop the command"
run ptyrun $((LIMIT * SLOW)) -- cinit -- sh -c 'sleep 0.3
	grep SigIgn /proc/$PPID/status'
status 0
t_read_out
case $t_out in
*[13579bdf]????) fail "it ignores SIGCHLD" ;;
*) pass ;;
esac

done_testing
