# Called as dumb-init: its own suite.
# shellcheck shell=sh disable=SC2016
. tests/lib.sh
tiers root
. tests/with/names.sh

tar -xf "$SUITES/dumb-init_1.2.5.orig.tar.gz" -C "$T"

it "passes dumb-init's own suite, all 182 tests of it"
# shellcheck disable=SC2086 # words of a command
run $REAPED sh -c "cd '$T/dumb-init-1.2.5' &&
	exec python3 -m pytest -q -p no:cacheprovider tests"
status 0
count=$(tail -n 1 "$T/out")
echo "# dumb-init: $count"
is "the number that passed" "${count%% in *}" "182 passed"

# What it does where dumb-init does not.

it "ends with 127 and 126 where there is no such command, or it cannot run"
run dumb-init /doesnotexist
status 127
err "[dumb-init] /doesnotexist: No such file or directory"
run dumb-init /etc
status 126

it "leaves ignored signals ignored"
run sh -c 'trap "" HUP; dumb-init grep SigIgn /proc/self/status'
out_like 'SigIgn:*1'

it "gives what is left its time as PID 1"
run unshare -pf --kill-child --mount-proc dumb-init sh -c \
	'(trap "sleep 0.3; echo cleaned; exit" TERM
	echo >'"$T/up"'; while :; do sleep 0.1; done) &
	while [ ! -e '"$T/up"' ]; do sleep 0.05; done'
status 0
out cleaned

done_testing
