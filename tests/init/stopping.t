# How a command is stopped: when, how patiently, and what it counts as.
. tests/lib.sh
tiers root user vm
. tests/init/ways.sh

stubborn='trap "echo asked" TERM; echo up; while :; do sleep 0.02; done'
quits='trap "echo asked; exit 0" TERM; echo up; while :; do sleep 0.02; done'

# shellcheck disable=SC2086
for name in alone pid1; do
	way $name --pre-stop-delay 0.5
	it "passes a stop on after its delay, as $WHO"
	start $WAY sh -c "$quits"
	soon said up
	keeper
	stopwatch
	send TERM "$KEEPER"
	finish
	stopwatch
	status 0
	between "the time it took" "$LAP" 48 $((150 * SLOW))

	way $name --pre-stop-delay 60
	for sig in TERM CONT; do
		it "does not wait for the delay after $sig, as $WHO"
		start $WAY sh -c "$quits"
		soon said up
		keeper
		send TERM "$KEEPER"
		sleep 0.2
		t_out_of=; out_lacks asked
		send $sig "$KEEPER"
		finish
		status 0
		out_line asked
		took_less 4
	done

	way $name --grace 60
	it "kills at the second stop signal where the patience has an end, as $WHO"
	start $WAY sh -c "$stubborn"
	soon said up
	keeper
	send TERM "$KEEPER"
	soon said asked
	send TERM "$KEEPER"
	finish
	status 137
	took_less 4
	one_sentence
	err "cinit: sh did not stop in time, and was killed"

	way $name --max-runtime 0.4 --grace 0.2
	it "stops what runs too long, and kills it, with 124, as $WHO"
	run $WAY sh -c "$stubborn"
	status 124
	took_more 0.6
	took_less 3
	out_line asked
	err "cinit: sh has run too long, and was killed"

	way $name --max-runtime 0.4
	it "gives 124 to what stops in order as well, as $WHO"
	run $WAY sh -c "$quits"
	status 124
	took_less 3
	out_line asked
	err "cinit: sh has run too long, and was stopped"

	way $name --wait-all
	it "waits for all that the command leaves, and asks nobody, as $WHO"
	run $WAY sh -c '(trap "echo asked" TERM; sleep 0.5; echo last) &
		(setsid sleep 0.3 &) & exit 6'
	status 6
	out last

	it "passes signals on to all who are left, and stops them when told, as $WHO"
	start $WAY sh -c '(trap "echo usr1" USR1; trap "echo term; exit" TERM
		echo up; while :; do sleep 0.02; done) & exit 6'
	soon said up
	keeper
	sleep 0.2
	send USR1 "$KEEPER"
	soon said usr1
	send TERM "$KEEPER"
	finish
	status 6
	out_line term
done

it "passes a second stop signal on where the patience has no end"
start cinit -- sh -c 'n=0; trap "n=\$((n + 1)); echo asked \$n; [ \$n = 1 ] || exit 3" TERM
	echo up; while :; do sleep 0.02; done'
soon said up
send TERM
soon said "asked 1"
send TERM
finish
status 3

it "ends the rest at once when it is asked twice"
start cinit --grace 60 -- sh -c '(trap "echo asked" TERM; echo up
	while :; do sleep 0.02; done) & sleep 0.2; exit 7'
soon said asked
send TERM
sleep 0.2
send TERM
finish
status 7
took_less 4

it "takes the stop signal itself for a stop"
start cinit --stop-signal QUIT --grace 0.2 -- sh -c \
	'trap "" QUIT; echo up; while :; do sleep 0.02; done'
soon said up
send QUIT
finish
status 137

it "counts an expected stop as success, by signal or by its status"
start cinit --expect-stop -- sleep 60
sleep 0.2
send TERM
finish
status 0
start cinit --expect-stop --stop-signal INT -- \
	sh -c 'trap "exit 130" INT; echo up; while :; do sleep 0.02; done'
soon said up
send TERM
finish
status 0

it "does not count as a success what nobody asked for"
run cinit --expect-stop -- sh -c 'kill -TERM $$; sleep 1'
status 143
start cinit --expect-stop --grace 0.2 -- sh -c "$stubborn"
soon said up
send TERM
finish
status 137
start cinit --expect-stop -- sh -c 'trap "exit 9" TERM; echo up; while :; do sleep 0.02; done'
soon said up
send TERM
finish
status 9

it "makes of exit codes what it is told"
for row in 3=3:0=0 3=3=0 4=3=4 1=1-5:7=7 5=1-5:7=7 6=1-5:7=6 143=143=0 \
	9=1-5:7,9=0 3=3:1,3:2=1 0=0:4=4 255=200-255:255=255; do
	want=${row##*=} have=${row%%=*} codes=${row#*=}
	run cinit -e "${codes%=*}" -- sh -c "exit $have"
	status "$want"
done
run cinit -q --exit-code=143:3 -- sh -c 'kill -TERM $$; sleep 1'
status 3

it "refuses what is no exit code, no time and no policy"
for words in "-e 256" "-e 5-3" "-e x" "-e 1:" "-e 1:256" "-e -1" "-e ," \
	"-e 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17" "--max-runtime x" \
	"--pre-stop-delay max" "--orphans no" "--restart sometimes" \
	"--restart on-failure:0" "--restart on-failure:" "-p NO"; do
	# shellcheck disable=SC2086
	run cinit $words true
	status 125
	one_sentence
done

# shellcheck disable=SC2086
for row in keep:1 term:0 kill:0; do
	for name in alone pid1; do
		way $name --orphans ${row%:*}
		it "does with orphans what --orphans ${row%:*} says, as $WHO"
		time=60.$((JOB % 1000))1 go=$T/go.${row%:*}.$name
		start $WAY sh -c "sh -c 'sleep $time & exit 0'; echo up
			while [ ! -e '$go' ]; do sleep 0.1; done; exit 5"
		soon said up
		sleep $((2 * SLOW))
		is "those who live" "$(pgrep -cfx "sleep $time")" "${row#*:}"
		: >"$go"
		finish
		status 5
	done
done

it "leaves the command's own children alone, whatever becomes of orphans"
run cinit --orphans kill -- sh -c 'sleep 1.6 & (exit 0); wait $!; echo $?'
status 0
out 0

it "ends with its parent, in order"
start sh -c 'cinit -p TERM -- sh -c "trap \"echo asked; exit\" TERM; echo up
	while :; do sleep 0.02; done" & wait'
soon said up
send KILL
within 4 said asked
ok said asked
finish

it "lets the command stay in its process group with -c, and go to one of its own"
run sh -c 'cinit -c -- sh -c "cut -d\" \" -f5 /proc/\$\$/stat"; cut -d" " -f5 /proc/$$/stat'
t_read_out
is "the group" "$(echo "$t_out" | sort -u | wc -l)" 1
run sh -c 'cinit -- sh -c "cut -d\" \" -f5 /proc/\$\$/stat"; cut -d" " -f5 /proc/$$/stat'
t_read_out
is "the groups" "$(echo "$t_out" | sort -u | wc -l)" 2

it "says for each orphan that it reaps it"
run cinit -w -- sh -c '(sleep 0.1 &); (sleep 0.1 &); sleep 0.4; exit 4'
status 4
err_like "*cinit: reaped an orphan: pid [0-9]* (sleep)*cinit: reaped an orphan: pid [0-9]* (sleep)"

done_testing
