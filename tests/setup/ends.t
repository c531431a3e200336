# The end of a run: statuses, signals, grace, a launcher that dies, and stdio.
# shellcheck shell=sh disable=SC2016
. tests/lib.sh
tiers root user vm vm-user

# family PID: the pids of all that it has started, not its own.
family() {
	for child in $(cat "/proc/$1/task/"*/children 2>/dev/null); do
		echo "$child"
		family "$child"
	done
}

all_dead() {
	for pid; do
		dead "$pid" || return 1
	done
}

# groups NAME: the cgroups that container has on the host.
groups() {
	find /sys/fs/cgroup -type d -name "cinit-$1"
}
no_groups() { [ ! "$(groups "$1")" ]; }
ms() { date +%s%3N; }

# ---- statuses

it "gives the command's own status"
for code in 0 1 42 255; do
	run claunch "$ROOTFS" sh -c "exit $code"
	status $code
	no_err
done

it "gives 128 and the signal that ended the command"
for sig in 1 6 9 11 15 37; do
	run claunch "$ROOTFS" sh -c "kill -$sig \$\$; sleep 5"
	status $((128 + sig))
	no_out
done

it "gives 127 with a sentence for a command that is not there"
for command in nothing-like-it /bin/nothing-like-it ./nothing; do
	run claunch "$ROOTFS" "$command"
	status 127
	no_out
	one_sentence
	err_has "claunch: $command: "
done

it "gives 126 with a sentence for one that cannot be executed"
for command in /etc/passwd /etc; do
	run claunch "$ROOTFS" "$command"
	status 126
	no_out
	one_sentence
	err_has "claunch: $command: "
done

it "gives 125 with a sentence for what is wrong before"
run claunch --no-such-option "$ROOTFS" true
status 125
one_sentence
err_has "claunch: --no-such-option" "claunch --help"
run claunch "$T/nowhere" true
status 125
one_sentence
err_has "$T/nowhere"
run claunch --user nobody-like-it "$ROOTFS" true
status 125
no_out
one_sentence
err_has "nobody-like-it"

it "says why every time a container cannot be made"
i=0
while [ $i -lt $((60 / SLOW)) ]; do
	run claunch --user nobody-like-it "$ROOTFS" true
	err_has "nobody-like-it"
	run claunch --volume "$T/nothing:/mnt" "$ROOTFS" true
	err_has "$T/nothing"
	i=$((i + 1))
done

# ---- signals

it "hands signals on to the command"
start claunch -v "$HELPERS:/helpers:ro" "$ROOTFS" /helpers/sigs 6
soon said ready
for sig in TERM:15 INT:2 HUP:1 USR1:10 QUIT:3 WINCH:28; do
	send "${sig%:*}"
	soon said "SIG ${sig#*:} "
done
finish
status 0
no_err

it "hands real-time signals on, with their values, none lost"
start claunch -v "$HELPERS:/helpers:ro" "$ROOTFS" /helpers/sigs 4
soon said ready
for value in 42 43 44; do
	ok /bin/kill -s RTMIN+3 -q $value "$JOB"
done
soon said " 44"
ok /bin/kill -s 64 -q 7 "$JOB"
finish
status 0
out_like "ready *SIG 37 -1 * 42*SIG 37 -1 * 43*SIG 37 -1 * 44*SIG 64 -1 * 7"

it "ends with the command that a signal ends"
for sig in INT:130 HUP:129 TERM:143 USR2:140; do
	start claunch "$ROOTFS" sh -c 'echo up; exec sleep 100'
	soon said up
	send "${sig%:*}"
	finish
	status "${sig#*:}"
	no_err
done

it "lets the command say its last word after TERM"
start claunch "$ROOTFS" sh -c \
	'trap "echo bye; exit 9" TERM; echo up; while :; do sleep 0.05; done'
soon said up
send TERM
finish
status 9
out_has bye

it "sends the --stop-signal instead of TERM"
for sig in USR1 SIGUSR1 10; do
	start claunch --stop-signal $sig "$ROOTFS" sh -c \
		'trap "exit 9" USR1; echo up; while :; do sleep 0.05; done'
	soon said up
	send TERM
	finish
	status 9
done

it "kills a command that does not mind TERM when the grace is over"
start claunch --grace 1 --report "$T/report" "$ROOTFS" sh -c \
	'trap "" TERM; echo up; while :; do sleep 0.05; done'
soon said up
before=$(ms)
send TERM
finish
status 137
between "milliseconds of grace" $(($(ms) - before)) 950 $((1500 * SLOW))
ok grep -q '"killed_late": 1' "$T/report"

it "gives what the command left behind the same grace, and keeps the status"
start claunch --grace 0.5 "$ROOTFS" sh -c \
	'(trap "" TERM; echo up; sleep 100; sleep 100) & sleep 0.2; exit 4'
finish
status 4
took_more 0.6
took_less 3

it "does not wait for what ends at TERM"
run claunch "$ROOTFS" sh -c 'for i in 1 2 3 4 5; do sleep 100 & done; exit 4'
status 4
took_less 2

# ---- nothing stays

it "takes everything along when the launcher is killed, within 200 ms"
name=ends-$$
start claunch --name $name --pid-file "$T/pid" "$ROOTFS" sh -c \
	'setsid sleep 100 & (trap "" TERM HUP INT; sleep 101; sleep 102) & echo up; sleep 103'
soon said up
soon test -s "$T/pid"
pids=$(family "$JOB")
between "processes" "$(echo "$pids" | wc -w)" 5 20
send KILL
before=$(ms)
# shellcheck disable=SC2086
ok within 5 all_dead $pids
between "milliseconds" $(($(ms) - before)) 0 $((200 * SLOW))
finish
status 137
rm -f "$T/pid"

# Nobody is left to take the directory away; it is empty, and ours to remove.
it "leaves no more of a killed launcher's container than an empty cgroup"
for dir in $(groups $name); do
	is "the processes in $dir" "$(cat "$dir/cgroup.procs")" ""
	is "the cgroups in $dir" "$(find "$dir" -mindepth 1 -type d)" ""
	ok within 2 rmdir "$dir"
done
ok no_groups $name

it "leaves nothing when it is stopped while it sets up"
tries=40
[ "$SLOW" = 1 ] || tries=12
i=0
while [ $i -lt $tries ] && no_groups "early-$$"; do
	start claunch --name "early-$$" --pid-file "$T/early" \
		--report "$T/report" "$ROOTFS" sh -c 'exit 0'
	sleep "0.00$((i / 10))$((i % 10))"
	kill "$JOB" 2>/dev/null
	finish
	case $STATUS in
	0 | 143) ;;
	*) status "0 or 143" ;;
	esac
	no_err
	not test -e "$T/early"
	i=$((i + 1))
done
for dir in $(groups "early-$$"); do
	fail "after $i starts there is $dir"
	rmdir "$dir"
done

it "writes the pid of PID 1 to --pid-file, and takes the file away"
start claunch --pid-file "$T/pid" "$ROOTFS" sh -c \
	'echo up; exec sleep 100'
soon said up
soon test -s "$T/pid"
read -r pid 2>/dev/null <"$T/pid" || pid=0
is "what it is inside" "$(awk '/^NSpid:/ { print $NF }' "/proc/$pid/status")" 1
is "its parent" "$(awk '/^PPid:/ { print $2 }' "/proc/$pid/status")" "$JOB"
send TERM
finish
status 143
not test -e "$T/pid"

it "fails with a sentence when the pid file cannot be written, and runs nothing"
run claunch --pid-file "$T/nowhere/pid" "$ROOTFS" echo ran
status 125
no_out
one_sentence
err_has "$T/nowhere/pid"

# ---- without an init

it "makes the command itself PID 1 with --no-init"
run claunch --no-init "$ROOTFS" sh -c 'echo $$; exit 5'
status 5
out 1
no_err

it "hands signals on to it, and gives its status"
start claunch --no-init "$ROOTFS" sh -c \
	'trap "exit 9" TERM; echo up; while :; do sleep 0.05; done'
soon said up
send TERM
finish
status 9
run claunch --no-init "$ROOTFS" nothing-like-it
status 127
one_sentence
run claunch --no-init "$ROOTFS" /etc/passwd
status 126
one_sentence

it "takes it along when the launcher is killed"
start claunch --name "noinit-$$" --no-init "$ROOTFS" sh -c \
	'trap "" TERM; sleep 100 & echo up; sleep 100; sleep 100'
soon said up
pids=$(family "$JOB")
between "processes" "$(echo "$pids" | wc -w)" 3 9
send KILL
# shellcheck disable=SC2086
ok within 5 all_dead $pids
finish
status 137
for dir in $(groups "noinit-$$"); do
	ok within 2 rmdir "$dir"
done

# ---- standard input and output

it "brings megabytes through -i both ways, none lost"
size=50
[ "$SLOW" = 1 ] || size=8
head -c ${size}m /dev/urandom >"$T/big"
run claunch -i "$ROOTFS" cat <"$T/big"
status 0
no_err
ok cmp "$T/big" "$T/out"
# shellcheck disable=SC2094
ok sh -c 'cat "$1" | claunch -i "$0" sh -c "cat; cat /etc/passwd >/dev/null" |
	cmp - "$1"' "$ROOTFS" "$T/big"
rm -f "$T/big" "$T/out"
: >"$T/out"

it "loses no output that is written just before the end"
run sh -c 'claunch "$0" sh -c "head -c 60000 /dev/zero; exit 3" |
	(sleep 0.3; wc -c)' "$ROOTFS"
out 60000

it "keeps standard output and standard error apart"
run claunch "$ROOTFS" sh -c 'echo to out; echo to err >&2'
out "to out"
err "to err"

it "gives no input without -i, and all of it with -i"
run claunch "$ROOTFS" cat <<-END
	secret
END
status 0
no_out
run claunch -i "$ROOTFS" cat <<-END
	open
END
status 0
out open

it "lets the command die of a pipe that nobody reads"
run sh -c '{ claunch "$0" yes; echo "status $?" >&2; } | head -n 1' "$ROOTFS"
out y
err "status 141"
took_less 5

it "works when it was started without standard input, output and error"
run sh -c 'exec claunch "$0" sh -c "cat; exit 7" <&-' "$ROOTFS"
status 7
run sh -c 'exec claunch -i "$0" sh -c "exit 7" <&-' "$ROOTFS"
status 7
run sh -c 'exec claunch "$0" sh -c "exit 7" >&-' "$ROOTFS"
status 7
run sh -c 'exec claunch "$0" sh -c "exit 7" <&- >&- 2>&-' "$ROOTFS"
status 7
run sh -c 'exec claunch -i "$0" sh -c "exit 7" <&- >&- 2>&-' "$ROOTFS"
status 7
run sh -c 'exec claunch "$0" /nowhere <&- >&- 2>&-' "$ROOTFS"
status 127

it "leaves no descriptor of its own or of its caller to the command"
run sh -c 'exec 5</dev/null 8</etc/passwd; exec claunch "$0" \
	sh -c "cd /proc/self/fd && echo *"' "$ROOTFS"
status 0
# the fourth is the shell reading the directory
out_like '0 1 2 [3-9]*'
out_lacks 5 8

done_testing
