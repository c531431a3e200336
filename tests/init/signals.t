# cinit passes every signal on, at any moment, with what came along with it.
. tests/lib.sh
tiers root user vm vm-user
. tests/init/ways.sh

# All that can be passed on, in two halves: a stop signal and SIGCONT cancel
# each other while they are pending (signal(7)).
go='1 2 3 4 5 6 7 8 10 11 12 13 14 15 16 18'
stop='20 21 22'
i=23
while [ $i -le 64 ]; do
	go="$go $i"
	i=$((i + 1))
done

# As "queue" takes them.
valued() {
	for sig; do
		echo "$sig=$((sig * 1000 + 7))"
	done
}
count() { echo $#; }
said_lines() {
	[ "$(grep -c "$1" "$T/job$t_seq.out")" = "$2" ]
}

# shellcheck disable=SC2046,SC2086
for name in alone pid1; do
	way $name
	it "passes all of the 64 signals on with their values, as $WHO"
	[ $name = pid1 ] || on root user # one kernel is enough for this one
	start $WAY sigs $(count $go $stop)
	soon said ready
	keeper
	queue "$KEEPER" $(valued $go) >"$T/queued"
	soon said_lines ^SIG $(count $go)
	queue "$KEEPER" $(valued $stop) >>"$T/queued"
	finish
	status 0
	for set in "$go" "$stop"; do
		read -r sender
		sender=${sender#* }
		# Who is outside of a pid namespace is nobody inside.
		[ $name != pid1 ] || sender=0
		for sig in $set; do
			out_line "SIG $sig -1 $sender $((sig * 1000 + 7))"
		done
	done <"$T/queued"
done

it "passes on what kill(1) sends to a command of its own group"
start cinit --single-child -- sigs 3
soon said ready
for sig in 1 2 10; do
	send $sig
	soon said "SIG $sig "
done
finish
status 0

# shellcheck disable=SC2086
for name in alone pid1 claunch; do
	way $name
	it "passes on what kill(1) sends, as $WHO"
	start $WAY sigs 7
	soon said ready
	keeper
	[ $name != claunch ] || KEEPER=$JOB
	for sig in HUP INT QUIT USR1 TERM WINCH 40; do
		send $sig "$KEEPER"
	done
	finish
	status 0
	for sig in 1 2 3 10 15 28 40; do
		out_has "SIG $sig 0 "
	done
done

# shellcheck disable=SC2016,SC2086
for name in pid1 claunch; do
	way $name
	it "passes on what is sent to it from inside, as $WHO"
	run $WAY sh -c '(sleep 0.1; for s in 1 6 10 11 15 31 64; do kill -$s 1
		done) & exec sigs 8'
	status 0
	for sig in 1 6 10 11 15 31 64; do
		out_has "SIG $sig 0 "
	done
done

it "reaches the whole group of the command with -g"
start cinit -g -- sh -c 'sigs 2 & sigs 2 & trap "" USR1 TERM; wait; wait'
soon said_lines ^ready 2
send USR1
send TERM
finish
ok said_lines "^SIG 10 " 2
ok said_lines "^SIG 15 " 2

it "reaches the command alone without -g"
start cinit -- sh -c 'sigs 1 & trap "echo got" USR1; wait; kill -TERM $!'
soon said ready
send USR1
finish
ok said_lines "^got" 1
ok said_lines "^SIG 15 " 1
out_lacks "SIG 10 "

# Not as PID 1 by its own name: before the first instruction of its own a
# PID 1 is deaf, and only its launcher can see to that, as claunch does.
# shellcheck disable=SC2086
for name in alone claunch; do
	way $name
	it "passes a TERM on at any moment from its start, as $WHO"
	for moment in 000 001 002 003 004 005 007 009 012 016 020 030 040; do
		start $WAY sleep 60
		# That shell has a trap of its own; only then it is a process
		# that TERM ends.
		while file_says "/proc/$JOB/comm" sh; do :; done
		sleep 0.$moment
		kill -TERM "$JOB"
		finish
		status 143
	done
done

# The tracer delays one call, and the signal comes in the middle of it.
it "passes a TERM on in the middle of each call of its beginning"
moments="rt_sigprocmask rt_sigaction prctl mmap clone setpgid execve munmap
	close_range chdir"
jobs=
for call in $moments; do
	start strace -D -f -o "$T/strace.$call" \
		-e "inject=$call:delay_enter=$((500000 * SLOW)):when=1" \
		cinit -g -- sleep 60
	jobs="$jobs $JOB"
done
within 1 test -s "$T/strace.chdir"
sleep 0.2
for job in $jobs; do
	send TERM "$job"
done
traced=0
for job in $jobs; do
	finish "$job"
	# strace itself fails in some of its delays, and takes all with it.
	! said_err "delayed wait data" || continue
	status 143
	traced=$((traced + 1))
done
ok [ $traced -ge 5 ]

it "lives on when the command is another user's and may not be signalled"
on root vm
start setpriv --bounding-set=-kill cinit --grace 0.3 -- \
	setpriv --reuid=65534 --clear-groups sigs 9
soon said ready
for sig in USR1 TERM HUP 40; do
	send $sig
done
sleep 0.7
not dead "$JOB"
t_read_out
command=${t_out#ready }
send KILL "$command"
finish
status 137
out "ready $command"

it "does not keep a signal that is ignored from whom it concerns"
start env --ignore-signal=USR1 --ignore-signal=HUP cinit -- sigs 2
soon said ready
send HUP
send USR1
finish
status 0
out_has "SIG 1 0 " "SIG 10 0 "

it "gives the command the signals as it found them itself"
t_set="env --default-signal --ignore-signal=HUP,PIPE --block-signal=USR2"
# shellcheck disable=SC2086
run $t_set cinit -- grep -E 'Sig(Blk|Ign)' /proc/self/status
status 0
# Whoever starts the tests may ignore 32 and 33, which env(1) does not touch.
# shellcheck disable=SC2086
out "$($t_set grep -E 'Sig(Blk|Ign)' /proc/self/status)"
out_like "*SigBlk:	0000000000000800*"
out_like "*1001"

done_testing
