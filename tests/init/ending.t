# How a command ends, and all that it leaves running.
. tests/lib.sh
tiers root user vm vm-user
. tests/init/ways.sh

it "gives the status of the command"
for code in 0 1 2 42 124 255; do
	run cinit -- sh -c "exit $code"
	status $code
	no_out
	no_err
done

it "gives 128 and the number of the signal that ended the command"
for sig in 1 3 6 9 10 11 15 31 34 64; do
	# shellcheck disable=SC2016
	run cinit -- sh -c 'ulimit -c 0; kill -'$sig' $$; sleep 1'
	status $((128 + sig))
	one_sentence
	err_like "cinit: sh was ended by SIG[A-Z]*"
done

it "says nothing about ^C, a closed pipe, or with --quiet"
for row in --grace=1:2 -v:13 -q:9 --quiet:15; do
	# shellcheck disable=SC2016
	run cinit "${row%%:*}" -- sh -c 'kill -'"${row#*:}"' $$; sleep 1'
	status $((128 + ${row#*:}))
	no_err
done

mkdir "$T/bin" "$T/bin/directory"
printf 'words\n' >"$T/bin/words"
printf '#!/nowhere/sh\n' >"$T/bin/lost"
printf '#!/bin/sh\nexit 0\n' >"$T/bin/plain"
chmod +x "$T/bin/words" "$T/bin/lost"
PATH=${CINIT%/*}:$HELPERS:/usr/sbin:/usr/bin:/sbin:/bin:$T/bin
for name in alone pid1; do
	way $name
	it "says with 127 or 126 why the command could not run, as $WHO"
	for row in 127:nowhere 127:/nowhere/at/all 127: 126:words 126:plain \
		126:directory "126:$T/bin/words" "126:$T/bin/lost" \
		"126:$T/bin/plain" "126:$T/bin" "127:$T/bin/words/x"; do
		# shellcheck disable=SC2086
		run $WAY "${row#*:}"
		status "${row%%:*}"
		no_out
		one_sentence
		err_like "cinit: *${row#*:}*"
	done
done

it "does not take a directory that it may not search for the command"
on user vm-user
mkdir -m 0 "$T/closed"
run env PATH="$T/closed:$PATH" cinit -- nowhere
status 127
one_sentence

it "says with 125 what is wrong with its own command line"
for words in "" -- --nonsense -x "--grace x -- true" --grace --stop-signal \
	"--stop-signal NO true" "--stop-signal=0 true" "--stop-signal 65 true" \
	"--group=1 true" "--grace -1 true" "--report"; do
	# shellcheck disable=SC2086
	run cinit $words
	status 125
	no_out
	one_sentence
	err_like "cinit: *; see cinit --help"
done

it "tells about itself"
run cinit --help
status 0
out_has "Usage: cinit" --grace --stop-signal --report
no_err
run cinit --version
status 0
out_like "cinit [0-9]*.[0-9]*"

it "leaves the options of the command to the command"
run cinit echo -g --grace -- --help
out "-g --grace -- --help"
run cinit -- echo -v
out "-v"
run cinit -gv --grace=1 --stop-signal SIGQUIT echo one
out one

# shellcheck disable=SC2016
worker='(trap "sleep 0.3; echo cleaned; exit" TERM; echo up
	while :; do sleep 0.02; done) & while :; do sleep 0.02; done'
# The main command of that one ends at once when it is asked to.

# shellcheck disable=SC2086
for name in alone pid1 claunch; do
	way $name
	it "lets what is left clean up after the command's end, as $WHO"
	start $WAY sh -c "$worker"
	soon said up
	keeper
	send TERM "$KEEPER"
	finish
	status 143
	out_line cleaned

	it "asks those who fled into sessions of their own to end, as $WHO"
	run $WAY sh -c 'setsid sh -c "trap \"echo one; exit\" TERM; echo up
			while :; do sleep 0.02; done" &
		(setsid sh -c "trap \"echo two; exit\" TERM; echo up
			while :; do sleep 0.02; done" &)
		sleep 0.3; exit 9'
	status 9
	took_less 1.5
	out_line one two

	way $name --grace 0.4
	it "kills what does not end in its grace, and keeps the status, as $WHO"
	run $WAY sh -c '(trap "" TERM; setsid sleep 60 & sleep 60) & sleep 0.1
		exit 9'
	status 9
	took_more 0.4
	took_less 1.5

	it "kills a command that does not stop in its grace, as $WHO"
	start $WAY sh -c 'trap "" TERM; echo up; while :; do sleep 0.02; done'
	soon said up
	keeper
	stopwatch
	send TERM "$KEEPER"
	finish
	stopwatch
	status 137
	between "the time it took" "$LAP" 38 $((150 * SLOW))

	way $name
	it "gives a command that is stopped at once all the time it takes, as $WHO"
	run $WAY sh -c 'trap "sleep 0.3; echo in order; exit 9" TERM
		kill -TERM $PPID; while :; do sleep 0.02; done'
	status 9
	out "in order"

	it "ends at once when all that is left sleeps, as $WHO"
	start $WAY sh -c 'sleep 60 & setsid sleep 60 & (sleep 60 &) & echo up; exec sleep 60'
	soon said up
	keeper
	sleep 0.1
	stopwatch
	send TERM "$KEEPER"
	finish
	stopwatch
	status 143
	between "hundredths of a second" "$LAP" 0 $((50 * SLOW))

	way $name --stop-signal QUIT
	it "stops the command with the signal that it wants, as $WHO"
	start $WAY sh -c 'trap "echo quit; exit 6" QUIT; trap "echo term" TERM
		echo up; while :; do sleep 0.02; done'
	soon said up
	keeper
	send TERM "$KEEPER"
	finish
	status 6
	out_line quit
	out_lacks term
done

# gone PID: after some time for those who are still ending.
it "leaves nobody alive, however deep they are"
run cinit --grace 0.3 -- sh -c '
	(trap "" TERM; setsid sh -c "trap \"\" TERM; setsid sleep 61.234 & sleep 61.234 & wait" &
	sleep 61.234) & sleep 0.2; exit 8'
status 8
sleep 0.2
left=$(grep -lz '^61\.234$' /proc/[0-9]*/cmdline 2>/dev/null | sed 's/[^0-9]//g')
is "who is left" "$left" ""
# shellcheck disable=SC2086
[ ! "$left" ] || kill -KILL $left

it "asks the children of those who end to end as well"
run cinit -- sh -c '(sh -c "trap \"sleep 0.1; echo deep; exit\" TERM; echo up
	while :; do sleep 0.02; done"; true) & sleep 0.3; exit 8'
status 8
took_less 2
out_line deep

it "asks hundreds of them"
# Their pids fill more than a page.
on root user
run cinit -- sh -c 'i=0; while [ $i -lt 900 ]; do sleep 60 & i=$((i + 1)); done
	exit 8'
status 8
took_less 4

it "gives the patience of 5 seconds when none is asked for"
on root
LIMIT=8
run cinit -- sh -c '(trap "" TERM; sleep 5.5) & sleep 0.1; exit 3'
LIMIT=5
status 3
took_more 5
took_less 5.4

it "passes a second TERM on to those who are left"
start cinit --grace 3 -- sh -c '(n=0; trap "n=\$((n + 1)); echo asked \$n
	[ \$n = 1 ] || exit" TERM; echo up; while :; do sleep 0.02; done) & sleep 0.2; exit 7'
soon said "asked 1"
send TERM
finish
status 7
took_less 2
out_line "asked 2"

it "reports how the command ended, as JSON"
run cinit --report "$T/report" -- sh -c 'orphans 10; i=0
	while [ $i -lt 20000 ]; do i=$((i + 1)); done; exit 3'
ok jq -e '.status == 3 and .signal == 0 and .killed_late == 0 and
	.command == "sh" and .processes_reaped == 11 and
	.ended > .running and .running > 1500000000 and
	.user_seconds + .system_seconds - .cpu_seconds < 0.001 and
	.cpu_seconds > 0 and .memory_peak > 100000' "$T/report" >"$T/said"

it "reports a signal, and a kill at the end of the grace"
run cinit --report "$T/report" -- sh -c 'kill -USR1 $$'
ok jq -e '.status == 138 and .signal == 10 and .killed_late == 0' "$T/report" \
	>"$T/said"
start cinit --grace 0.1 --report "$T/report" -- sh -c \
	'trap "" TERM; echo up; while :; do sleep 0.02; done'
soon said up
send TERM
finish
ok jq -e '.status == 137 and .signal == 9 and .killed_late == 1' "$T/report" \
	>"$T/said"

it "reports names that are no JSON by themselves"
printf '#!/bin/sh\n' >"$T/bin/a\"b\\c	d"
chmod +x "$T/bin/a\"b\\c	d"
run cinit --report "$T/report" -- "a\"b\\c	d"
status 0
is command "$(jq -r .command "$T/report")" "a\"b\\c	d"

it "writes the report to a path as its caller means it"
mkdir "$T/dir"
run env -C "$T/dir" cinit --report here -- true
status 0
no_err
ok jq -e '.status == 0' "$T/dir/here" >"$T/said"

it "starts nothing when the report cannot be written"
run cinit --report "$T/nowhere/report" -- echo started
status 125
no_out
one_sentence
err_has "$T/nowhere/report"

done_testing
