# A cinit whose command does nothing does nothing, and takes no room.
. tests/lib.sh
tiers root user vm vm-user
. tests/init/ways.sh

# shellcheck disable=SC2086
begin() {
	keepers=
	for name in alone pid1 claunch; do
		way $name
		start $WAY sh -c 'sleep 60 & sleep 60'
		keeper
		keepers="$keepers $KEEPER"
	done
	sleep 0.5
}

switches() {
	for pid in $keepers; do
		status_of "$pid" voluntary_ctxt_switches
		voluntary=$value
		status_of "$pid" nonvoluntary_ctxt_switches
		echo "$voluntary $value"
	done
}

it "never wakes up while nothing happens"
begin
before=$(switches)
sleep 3
is "the number of switches" "$(switches)" "$before"

it "has at most 64 KB of memory while it keeps a command"
begin
for pid in $keepers; do
	status_of "$pid" VmRSS
	between "VmRSS in KB" "$value" 1 64
done

it "is one thread, and has no child but the command"
begin
for pid in $keepers; do
	status_of "$pid" Threads
	is threads "$value" 1
	# shellcheck disable=SC2046
	set -- $(cat "/proc/$pid/task/$pid/children")
	is children $# 1
done

it "sleeps again after a signal that it has passed on"
start cinit -- sh -c 'trap : USR1; echo up; while :; do sleep 60; done'
soon said up
keepers=$JOB
send USR1
sleep 0.3
before=$(switches)
sleep 1
is "the number of switches" "$(switches)" "$before"

done_testing
