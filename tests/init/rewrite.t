# What becomes of a signal on its way, and that none is lost in a crowd.
. tests/lib.sh
tiers root user vm
. tests/init/ways.sh

many=100000
[ "$SLOW" = 1 ] || many=5000

# shellcheck disable=SC2086
for name in alone pid1; do
	way $name -r USR1:USR2 --rewrite=1:0 -r RTMIN+1:QUIT,WINCH:35
	it "rewrites signals by name and by number, and drops them, as $WHO"
	start $WAY sigs 4
	soon said ready
	keeper
	for sig in HUP USR1 35 WINCH INT; do
		send $sig "$KEEPER"
		sleep 0.05
	done
	finish
	status 0
	out_has "SIG 12 " "SIG 3 " "SIG 35 " "SIG 2 "
	out_lacks "SIG 1 " "SIG 10 "
done

it "rewrites with the value and the sender"
start cinit -r 40:41 -- sigs 1
soon said ready
queue "$JOB" 40=4711 >"$T/queued"
finish
read -r sender <"$T/queued"
out_line "SIG 41 -1 ${sender#queue } 4711"

it "takes what a signal becomes for what it is: a stop begins the grace"
start cinit -r USR1:TERM --grace 0.3 -- sh -c 'trap "" TERM; echo up
	while :; do sleep 0.02; done'
soon said up
stopwatch
send USR1
finish
stopwatch
status 137
between "the time it took" "$LAP" 28 $((100 * SLOW))

it "lets TERM kill at once where it is rewritten so"
start cinit -r TERM:KILL -- sh -c 'trap "" TERM; echo up; while :; do sleep 0.02; done'
soon said up
send TERM
finish
status 137
no_err

it "refuses what is no pair of signals"
for words in TERM TERM: :TERM TERM:NO NO:TERM 65:1 0:1 KILL:TERM STOP:1 \
	CHLD:USR1 1:2:3 ""; do
	run cinit -r "$words" true
	status 125
	one_sentence
done

it "passes values on to a whole group"
if [ "$(uname -r | cut -d. -f1)" -ge 7 ]; then new=1; else
	new=$(uname -r | awk -F. '{ print ($1 == 6 && $2 >= 9) }')
fi
start cinit -g -- sh -c 'sigs 1 & sigs 1 & trap "" 40; wait; wait'
within 2 sh -c "[ \$(grep -c ready $t_o) = 2 ]"
queue "$JOB" 40=4711 >"$T/queued"
sleep 0.2
read -r sender <"$T/queued"
t_read_out
case $new in
1) is "lines with the value" "$(grep -c "SIG 40 -1 ${sender#queue } 4711" "$t_o")" 2 ;;
*) is "lines with the signal" "$(grep -c "SIG 40 " "$t_o")" 2 ;;
esac
finish
status 0

it "passes on what a thread sends to the thread that we are"
start cinit -- sigs 1
soon said ready
ok burst forge "$JOB" 10
finish
status 0
out_has "SIG 10 "

# shellcheck disable=SC2086
for name in alone pid1; do
	way $name
	it "loses none of $many signals that queue, nor their order, as $WHO"
	start prlimit --sigpending=200 $WAY burst take
	soon said ready
	keeper
	sleep 0.1
	ok timeout 20 burst send "$KEEPER" $many 34 35 36 40 41 50 63 64
	sleep 0.3
	send TERM "$KEEPER"
	finish
	status 0
	for sig in 34 35 36 40 41 50 63 64; do
		out_line "SIG $sig $((many / 8))"
	done

	it "loses no kind of signal among $many, as $WHO"
	start $WAY burst take
	soon said ready
	keeper
	ok timeout 20 burst send "$KEEPER" $many 1 2 3 4 5 6 7 8 10 11 12 13 14 16 23 \
		24 25 26 27 28 29 30 31
	sleep 0.3
	send TERM "$KEEPER"
	finish
	status 0
	for sig in 1 2 3 4 5 6 7 8 10 11 12 13 14 16 23 24 25 26 27 28 29 30 31; do
		out_has "SIG $sig "
	done
done

it "hears TERM and its own clock in a flood of other signals"
start cinit --grace 0.3 -- sh -c 'trap "" HUP TERM; echo up; while :; do sleep 0.02; done'
soon said up
kept=$JOB
start burst flood "$kept" 1
flood1=$JOB
start burst flood "$kept" 1
flood2=$JOB
sleep 0.1
send TERM "$kept"
within 3 dead "$kept"
ok dead "$kept"
kill -KILL "$flood1" "$flood2" 2>/dev/null
finish "$kept"
status 137

done_testing
