# A cinit whose command does nothing does nothing, and takes no room.
. tests/lib.sh
tiers root user vm
. tests/init/ways.sh

# shellcheck disable=SC2086
begin() {
	keepers='' jobs=''
	for name in alone pid1 claunch; do
		way $name
		start $WAY sh -c 'sleep 60 & sleep 60'
		keeper
		keepers="$keepers $KEEPER" jobs="$jobs $JOB"
	done
	sleep $((SLOW / 2)).5
}

# Ended by KILL, the one alone would leave its command behind.
end() {
	for pid in $keepers; do
		send TERM "$pid"
	done
	for job in $jobs; do
		finish "$job"
	done
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
end

it "has at most 64 KB of memory while it keeps a command"
begin
for pid in $keepers; do
	status_of "$pid" VmRSS
	between "VmRSS in KB" "$value" 1 64
done
end

it "is one thread, and has no child but the command"
begin
for pid in $keepers; do
	status_of "$pid" Threads
	is threads "$value" 1
	# shellcheck disable=SC2046
	set -- $(cat "/proc/$pid/task/$pid/children")
	is children $# 1
done
end

it "sleeps again after a signal that it has passed on"
start cinit -g -- sh -c 'trap : USR1; echo up; while :; do sleep 60; done'
soon said up
keepers=$JOB jobs=$JOB
send USR1
sleep 0.3
before=$(switches)
sleep 1
is "the number of switches" "$(switches)" "$before"
end

done_testing
