# Fourteen defects that were found in other inits: cinit has none of them.
#
# Each check is a function that takes an init's command line, and succeeds if
# that init is free of the defect.  As root it is run against an init that has
# the defect, too, where one is installed: so the check is seen to find it.
. tests/lib.sh
tiers root user vm
. tests/init/ways.sh

# defect NUMBER SENTENCE PEER...: the check of cinit, and of inits that have the
# defect, with "_" for " ".
defect() {
	number=$1 sentence=$2
	shift 2
	it "$number: $sentence"
	ok "check_$number" cinit --
	for peer; do
		peer=$(echo "$peer" | tr _ ' ')
		it "$number, as it is in $peer, is found"
		on root
		[ "$t_off" ] || command -v "${peer%% *}" >/dev/null ||
			skip "${peer%% *} is not installed"
		# shellcheck disable=SC2086
		not thrice "check_$number" $peer
	done
}

# A race may go well: a peer has the defect if one try of three shows it.
thrice() {
	"$@" && "$@" && "$@"
}

# as_pid1 COMMAND...: starts it as PID 1; KEEPER is its pid out here.
as_pid1() {
	# shellcheck disable=SC2086
	start $NEW_PIDS "$@"
	within 2 has_child
}
has_child() {
	first_child "$JOB" && ! file_says "/proc/$KEEPER/comm" unshare
}

# Ends the job whatever it is; for a keeper of the group's own that is all.
drop() {
	kill -KILL "$JOB" 2>/dev/null
	within 2 dead "$JOB"
}

# Its status within a second, into code; 124 and killed if there is none.
code() {
	code=124
	within 1 dead "$JOB" || { drop; return; }
	wait "$JOB"
	code=$?
}

# The peers' options that the issue is about: signals to the group.
check_1() {
	group=-g
	[ "$1" != dumb-init ] || group=-v
	init=$1
	shift
	start strace -D -f -qq -o "$T/race" -e trace=setpgid,setsid \
		-e inject=setpgid,setsid:delay_enter=$((400000 * SLOW)):when=1 \
		"$init" $group "$@" sh -c 'echo "$$" >'"$T/race.pid"'; exec sleep 8'
	sleep 0.25
	kill -TERM "$JOB"
	code
	sleep 0.3
	pid=
	{ read -r pid; } 2>/dev/null <"$T/race.pid"
	rm -f "$T/race.pid"
	[ ! "$pid" ] || ! kill -KILL "$pid" 2>/dev/null || return 1
	[ $code = 143 ]
}

# How many system calls come before the mask: each is a while in which a PID 1
# does not get what is sent to it.
check_2() {
	run strace -o "$T/calls" "$@" true
	calls=$(sed '1d; /^rt_sigprocmask(SIG_\(SETMASK\|BLOCK\), ~\[/,$d' \
		"$T/calls" | grep -c .)
	[ "$STATUS" = 0 ] && [ "$calls" -le 3 ]
}

check_3() {
	run sh -c 'exec "$@" <&-' sh "$@" true
	[ "$STATUS" = 0 ]
}

check_4() {
	rm -f "$T/other.pid"
	start setpriv --bounding-set=-kill "$@" setpriv --reuid=65534 \
		--clear-groups sh -c 'echo $$; exec sleep 60'
	within 2 grep -q . "$t_o"
	read -r other <"$t_o"
	kill -USR1 "$JOB"
	sleep 0.2
	dead "$JOB"
	died=$?
	kill -KILL "$other"
	code
	[ $died != 0 ]
}

check_5() {
	as_pid1 "$@" sigs 7
	within 2 grep -q ready "$t_o"
	for sig in ABRT ILL TRAP BUS FPE SEGV SYS; do
		kill -s $sig "$KEEPER"
	done
	code
	[ $code = 0 ]
}

check_6() {
	run "$@" grep SigBlk /proc/self/status
	t_read_out
	[ "$t_out" = "SigBlk:	0000000000000000" ]
}

check_7() {
	tells='trap "echo INT; kill $!; exit 5" INT
		sleep 20 & echo up; while :; do wait; done'
	run ptyrun $((2 * SLOW)) '?up' '=^Z' '+0.2' '=^C' -- "$@" sh -c "$tells"
	[ "$STATUS" = 5 ] || return
	# Started in the background by a shell that has the foreground.
	run ptyrun $((2 * SLOW)) -- sh -c 'set -m; "$@" sleep 0.5 & sleep 0.3
		read -r pid name state parent group session tty owner rest <"/proc/$$/stat"
		[ "$owner" = "$group" ]' sh "$@"
	[ "$STATUS" = 0 ]
}

check_8() {
	run "$@" /nowhere/at/all
	[ "$STATUS" = 127 ] || return
	run "$@" /etc/passwd
	[ "$STATUS" = 126 ] || return
	printf 'exit 0\n' >"$T/noexec"
	chmod +x "$T/noexec"
	run "$@" "$T/noexec"
	[ "$STATUS" = 126 ]
}

check_9() {
	start "$@" sigs 1
	within 2 grep -q ready "$t_o"
	sender=$(queue "$JOB" 40=4711)
	code
	t_read_out
	t_has "$t_out" "SIG 40 -1 ${sender#queue } 4711"
}

check_10() {
	as_pid1 "$@" sh -c '(trap "sleep 0.3; echo cleaned; exit" TERM; echo up
		while :; do sleep 0.02; done) & sleep 0.3; exit 9'
	code
	grep -q cleaned "$t_o" && [ $code = 9 ]
}

check_11() {
	run env --ignore-signal=HUP --block-signal=USR1 \
		"$@" grep -E 'Sig(Blk|Ign)' /proc/self/status
	t_read_out
	[ "$t_out" = "$(env --ignore-signal=HUP --block-signal=USR1 \
		grep -E 'Sig(Blk|Ign)' /proc/self/status)" ]
}

check_12() {
	start "$@" sleep $((3 * SLOW))
	sleep $((SLOW / 2)).5
	status_of "$JOB" voluntary_ctxt_switches
	before=$value
	sleep 2.1
	status_of "$JOB" voluntary_ctxt_switches
	kill -TERM "$JOB"
	code
	[ "$value" = "$before" ]
}

# The directory of the init, seen by the command as soon as it can look; its
# change of the directory takes long.
check_13() {
	run strace -f -qq -o "$T/where" -e trace=chdir \
		-e inject=chdir:delay_enter=$((200000 * SLOW)) \
		env -C "$T" "$@" sh -c 'readlink /proc/$PPID/cwd; pwd'
	t_read_out
	[ "$t_out" = "/
$T" ]
}

check_14() {
	init=$1
	shift
	run "$init" -v "$@" echo words
	t_read_out
	[ "$t_out" = words ]
}

defect 1 "a TERM that comes while the command starts is not lost" \
	tini_-- dumb-init_-- catatonit_--
defect 2 "signals are held before anything else is done" \
	tini_-- tini-static_-- dumb-init_-- catatonit_--
defect 3 "it works without a standard input" tini_--
[ "$TIER" != root ] && [ "$TIER" != vm ] ||
	defect 4 "a signal that it may not send does not end it" tini_--
defect 5 "ABRT, ILL, TRAP, BUS, FPE, SEGV and SYS reach the command of a PID 1" \
	tini_-- catatonit_--
defect 6 "no signal is blocked for the command that was not before" catatonit_--
defect 7 "^Z freezes nobody, and the background steals no terminal" tini_--
defect 8 "127 and 126 tell what cannot be found and what cannot be run" \
	dumb-init_-- catatonit_--
defect 9 "a signal keeps its value and its sender" tini_-- dumb-init_-- catatonit_--
defect 10 "a PID 1 gives those who are left the time to clean up" \
	tini_-- dumb-init_-- catatonit_--
defect 11 "the command keeps the signals that are ignored and blocked" dumb-init_--
defect 12 "nothing wakes it up" tini_--
defect 13 "it has left the directory before the command runs" dumb-init_--
defect 14 "what it says never gets among the command's output" tini_-v_--
done_testing
