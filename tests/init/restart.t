# A command that is started again.
. tests/lib.sh
tiers root user vm
. tests/init/ways.sh

# shellcheck disable=SC2086
for name in alone pid1; do
	way $name --restart on-failure:2
	it "starts a command that fails again, so often and no more, as $WHO"
	run $WAY sh -c 'echo run; exit 3'
	status 3
	out "run
run
run"
	took_more 0.3

	it "starts one again that a signal ended, and says which, as $WHO"
	run $WAY sh -c 'echo run; kill -SEGV $$; sleep 1'
	status 139
	out "run
run
run"
	err_like "cinit: sh was ended by SIGSEGV*
cinit: sh was ended by SIGSEGV*
cinit: sh was ended by SIGSEGV*"

	it "ends with a success, as $WHO"
	rm -f "$T/tried"
	run $WAY sh -c '[ ! -e "$1" ] || exit 0; : >"$1"; exit 1' sh "$T/tried"
	status 0
	ok test -e "$T/tried"

	way $name --restart always
	it "starts one again that succeeds, until it is stopped, as $WHO"
	start $WAY sh -c 'echo run; n=$(cat "$1" 2>/dev/null); echo "$n+" >"$1"
		[ "$n" != +++ ] || { echo up; exec sleep 60; }; exit 0' sh "$T/count.$name"
	soon said up
	keeper
	send TERM "$KEEPER"
	finish
	status 143
	t_read_out
	is runs "$(grep -c run "$t_o")" 4
done

it "waits longer before each start"
run cinit -v --restart on-failure:3 false
status 1
err_has "again in 100 ms" "again in 200 ms" "again in 400 ms"
took_more 0.7

it "ends when it is stopped while it waits"
start cinit -v --restart always -- sh -c 'echo run; exit 5'
soon said_err "again in 800 ms"
sleep 0.05
stopwatch
send TERM
finish
stopwatch
status 5
between "the time it took" "$LAP" 0 $((40 * SLOW))

it "keeps a signal that comes while it waits for the next run"
start env --block-signal=40 cinit --restart always -- sh -c '[ -e "$1" ] && exec sigs 1
	: >"$1"; exit 1' sh "$T/second"
within 2 test -e "$T/second"
sleep 0.05
send 40
soon said "SIG 40"
send TERM
finish
status 0

it "does not start again what could not be executed at first"
for row in 127:/nowhere/at/all 126:/etc/passwd; do
	run cinit --restart always -- "${row#*:}"
	status "${row%%:*}"
	one_sentence
done

it "starts again what says 127 by itself"
run cinit --restart on-failure:1 -- sh -c 'echo run; exit 127'
status 127
out "run
run"

it "starts again what was to be found at first"
mkdir "$T/bin"
printf '#!/bin/sh\necho run; rm "$0"; exit 3\n' >"$T/bin/once"
chmod +x "$T/bin/once"
run cinit --restart on-failure:2 -- "$T/bin/once"
status 127
out run
is "the complaints" "$(grep -c once "$T/err")" 2

it "gives each run the files, the directory and the signals of the first"
exec 7<"$T/bin"
# shellcheck disable=SC2016
run env -C "$T/bin" --ignore-signal=HUP cinit --restart on-failure:1 -- \
	sh -c 'pwd; readlink /proc/self/fd/7; grep -E "Sig(Blk|Ign)" /proc/self/status
		ulimit -i; exit 3'
exec 7<&-
t_read_out
is "different lines" "$(echo "$t_out" | sort | uniq -c | awk '$1 % 2' | wc -l)" 0

it "does not start again what was asked to stop"
start cinit --restart always --grace 5 -- sh -c 'trap "exit 1" TERM; echo up
	while :; do sleep 0.02; done'
soon said up
send TERM
finish
status 1
out up

it "counts the time of all runs together"
run cinit --max-runtime 0.9 --restart always -- sh -c 'sleep 0.2; exit 1'
status 124
took_less 3

it "judges by the exit code that is made of it"
run cinit --restart on-failure:3 -e 3:0 -- sh -c 'echo run; exit 3'
status 0
out run

it "lives on after a run of 60 milliseconds as after a short one"
# It has been given to the kernel to reap, and is taken back.
run cinit --restart on-failure:2 -- sh -c 'orphans 100 >&2; sleep 0.2
	orphans 100 >&2; echo run; exit 9'
status 9
out "run
run
run"

done_testing
