# The words of the behaviour tests: sentences in, TAP out, with few forks.
#
#	. tests/lib.sh
#	tiers root user vm vm-user
#
#	it "gives the status of the command"
#	run claunch "$ROOTFS" sh -c 'echo hello; exit 3'
#	status 3
#	out "hello"
#	no_err
#
#	it "passes TERM to the command"
#	start claunch "$ROOTFS" sh -c 'trap "exit 9" TERM; echo up; sleep 60'
#	soon said "up"
#	send TERM
#	finish
#	status 9
#
#	done_testing
#
# A file is run by tests/run, which sets what a test may use:
#	TIER	root, user, vm or vm-user
#	ROOTFS	an unpacked busybox root, owned as this tier's claunch wants it
#	TARBALL	the same, packed
#	SUITES	the tarballs of other inits, with their own tests
#	DEBIAN	an unpacked Debian root, or empty where there is none
#	HELPERS	the directory of the static programs that run inside
#	CLAUNCH, CINIT	the programs, also on PATH as claunch and cinit
#	SLOW	by how much longer than on the host this tier may take
#	T	a scratch directory of this file alone, removed at its end
#
# Names that begin with t_ are this file's own.

set -u
: "${TIER:?is not set: run the tests with tests/run}"
exec </dev/null

LIMIT=20		# seconds that a command may take, times SLOW
STATUS= TOOK= JOB=

t_nl='
'
t_done= t_count=0 t_bad=0 t_name= t_checks=0 t_why= t_skip= t_off= t_jobs= t_seq=0

# ---- tests

# tiers NAME...: where this whole file applies.
tiers() {
	case " $* " in
	*" $TIER "*) return ;;
	esac
	echo "1..0 # not for this tier"
	t_done=1
	exit 0
}

# it SENTENCE: begins a test; the one before is judged.
it() {
	t_end
	t_name=$1 t_checks=0 t_why= t_skip= t_off= t_cmd=
}

# on TIER...: this test exists on these tiers only.
on() {
	case " $* " in
	*" $TIER "*) ;;
	*) t_off=1 t_name= ;;
	esac
}

# skip REASON: this test cannot be run here; tests/allowed-skips must agree.
skip() {
	t_skip=$1 t_off=1
}

# done_testing: the last line of a file.
done_testing() {
	t_end
	echo "1..$t_count"
	t_done=1
}

t_end() {
	for t_job in $t_jobs; do
		kill -s KILL "$t_job" 2>/dev/null && wait "$t_job"
	done
	t_jobs=
	[ "$t_name" ] || return 0
	t_count=$((t_count + 1))
	if [ "$t_skip" ]; then
		echo "ok $t_count - $t_name # SKIP $t_skip"
	else
		[ $t_checks -gt 0 ] || fail "the test checks nothing"
		if [ "$t_why" ]; then
			t_bad=$((t_bad + 1))
			echo "not ok $t_count - $t_name"
			t_comment "$t_why"
		else
			echo "ok $t_count - $t_name"
		fi
	fi
	t_name=
}

# A file that ends early, by an error or by exit, is a failed test.
t_exit() {
	t_status=$?
	if [ ! "$t_done" ]; then
		t_off=
		[ "$t_name" ] || t_name="the file comes to its end"
		fail "the file ended early, with status $t_status"
		t_end
		echo "1..$t_count"
	fi
	[ ! -e "$T" ] || rm -rf --one-file-system "$T" || t_bad=1
	[ $t_bad = 0 ]
	exit
}
trap t_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
: "${T:=${TMPDIR:-/tmp}/t.$$}"
mkdir "$T"

# ---- running

# run COMMAND...: to its end; STATUS, TOOK (hundredths of a second), $T/out and
# $T/err tell about it.  Standard input is empty unless redirected.
run() {
	[ ! "$t_off" ] || return 0
	t_files "$T/" "$@"
	t_clock; t_from=$t_now
	timeout -k 2 $((LIMIT * SLOW)) "$@" >"$t_o" 2>"$t_e"
	STATUS=$?
	t_clock; TOOK=$((t_now - t_from))
}

# start COMMAND...: in the background, as JOB, which is the pid of COMMAND
# itself.  A shell starts background jobs deaf to INT and QUIT; env undoes that.
start() {
	[ ! "$t_off" ] || return 0
	t_seq=$((t_seq + 1))
	t_files "$T/job$t_seq." "$@"
	t_clock; t_from=$t_now
	: >"$t_o" >"$t_e"
	exec 9<&0
	env --default-signal=INT,QUIT "$@" <&9 9<&- >"$t_o" 2>"$t_e" &
	JOB=$!
	exec 9<&-
	t_jobs="$t_jobs $JOB"
	eval "t_job_$JOB='$t_seq $t_from'"
}

# send SIGNAL [PID]: to the job started last, or to PID.
send() {
	[ ! "$t_off" ] || return 0
	kill -s "$1" "${2:-$JOB}" 2>/dev/null ||
		fail "cannot send $1 to ${2:-$JOB}: it is gone"
}

# finish [PID]: waits for the job; then as after run.
finish() {
	[ ! "$t_off" ] || return 0
	JOB=${1:-$JOB}
	eval "t_job=\$t_job_$JOB"
	t_o=$T/job${t_job% *}.out t_e=$T/job${t_job% *}.err
	t_out_of= t_err_of=
	if ! within $LIMIT dead "$JOB"; then
		fail "still running after $((LIMIT * SLOW)) s: killed"
		kill -s KILL "$JOB"
	fi
	wait "$JOB"
	STATUS=$?
	t_clock; TOOK=$((t_now - ${t_job#* }))
	t_kept=
	for t_job in $t_jobs; do
		[ "$t_job" = "$JOB" ] || t_kept="$t_kept $t_job"
	done
	t_jobs=$t_kept
}

# within SECONDS COMMAND...: repeats COMMAND until it succeeds, or time is up.
within() {
	[ ! "$t_off" ] || return 0
	t_clock; t_until=$((t_now + $1 * 100 * SLOW))
	shift
	until "$@"; do
		t_clock
		[ $t_now -lt $t_until ] || return 1
		sleep 0.02
	done
}

# dead PID: it is gone, or a zombie that nobody has collected.
dead() {
	{ read -r t_stat <"/proc/$1/stat"; } 2>/dev/null || return 0
	case ${t_stat##*) } in
	[ZX]*) return 0 ;;
	esac
	return 1
}

# said TEXT, said_err TEXT: the job started or finished last has written it.
said() { t_out_of=; t_read_out; t_has "$t_out" "$1"; }
said_err() { t_err_of=; t_read_err; t_has "$t_err" "$1"; }

t_files() {
	t_o=${1}out t_e=${1}err
	shift
	t_out_of= t_err_of= t_cmd=
	for t_arg; do
		case $t_arg in
		'' | *[!A-Za-z0-9_/.,:=+@%-]*) t_cmd="$t_cmd '$t_arg'" ;;
		*) t_cmd="$t_cmd $t_arg" ;;
		esac
	done
}

# Hundredths of a second since boot, into t_now.
t_clock() {
	read -r t_now t_rest </proc/uptime
	t_now=${t_now%.*}${t_now#*.}
}

# The text of file $1 into t_text, read by the shell itself while it is short.
t_slurp() {
	t_text= t_lines=0
	while IFS= read -r t_line || [ "$t_line" ]; do
		t_text="$t_text${t_text:+$t_nl}$t_line" t_lines=$((t_lines + 1))
		[ $t_lines -lt 100 ] || break
	done <"$1"
	[ $t_lines -lt 100 ] || t_text=$(cat "$1")
}
t_read_out() { [ "$t_out_of" ] || { t_slurp "$t_o"; t_out=$t_text t_out_of=1; }; }
t_read_err() { [ "$t_err_of" ] || { t_slurp "$t_e"; t_err=$t_text t_err_of=1; }; }

# ---- checks: each adds its complaint to the test, and the test goes on

# fail TEXT...: the plain form; all others end here.
fail() {
	t_checks=$((t_checks + 1))
	t_why="$t_why$*$t_nl"
	[ ! "${t_cmd-}" ] || t_why="$t_why  command:$t_cmd$t_nl"
}

pass() { t_checks=$((t_checks + 1)); }

# status PATTERN: the exit status, e.g. 0, 137, '12[567]', '[!0]*' for any failure.
status() {
	[ ! "$t_off" ] || return 0
	case $STATUS in
	$1) pass; return ;;
	esac
	t_read_err; t_read_out
	fail "status: expected $1, got $STATUS after $((TOOK / 100)).$((TOOK / 10 % 10)) s"
	t_quote stdout "$t_out"
	t_quote stderr "$t_err"
}

# out TEXT: standard output is exactly this; out_has: holds it; out_lacks: does
# not; out_like PATTERN: matches a shell pattern; out_line: has this whole line.
# The same of standard error with err.
out() { t_of out is "$1"; }
out_has() { t_of out has "$@"; }
out_lacks() { t_of out lacks "$@"; }
out_like() { t_of out like "$@"; }
out_line() { t_of out line "$@"; }
no_out() { t_of out is ""; }
err() { t_of err is "$1"; }
err_has() { t_of err has "$@"; }
err_lacks() { t_of err lacks "$@"; }
err_like() { t_of err like "$@"; }
err_line() { t_of err line "$@"; }
no_err() { t_of err is ""; }

# one_sentence: standard error is exactly one line.
one_sentence() {
	[ ! "$t_off" ] || return 0
	t_read_err
	case $t_err in
	"" | *"$t_nl"*) fail "stderr is not one sentence"; t_quote stderr "$t_err" ;;
	*) pass ;;
	esac
}

# took_less SECONDS, took_more SECONDS (decimals allowed); "less" is stretched
# by SLOW.
took_less() {
	[ ! "$t_off" ] || return 0
	t_hundredths "$1"
	if [ "$TOOK" -lt $((t_cs * SLOW)) ]; then pass
	else fail "took $TOOK hundredths of a second, expected less than $((t_cs * SLOW))"
	fi
}
took_more() {
	[ ! "$t_off" ] || return 0
	t_hundredths "$1"
	if [ "$TOOK" -ge "$t_cs" ]; then pass
	else fail "took $TOOK hundredths of a second, expected at least $t_cs"
	fi
}

# ok COMMAND..., not COMMAND...: it succeeds, it fails; functions too.
ok() {
	[ ! "$t_off" ] || return 0
	if "$@"; then pass; else fail "failed: $*"; fi
}
not() {
	[ ! "$t_off" ] || return 0
	if "$@"; then fail "succeeded, and should not: $*"; else pass; fi
}

# soon COMMAND...: it succeeds within LIMIT; no waiting for the word of a dead
# job.
soon() {
	[ ! "$t_off" ] || return 0
	if within $LIMIT t_soon "$@" && "$@"; then pass; return; fi
	t_read_err; t_read_out
	if [ "${1#said}" != "$1" ] && dead "$JOB"; then
		fail "the job ended and never said: $2"
	else
		fail "not within $((LIMIT * SLOW)) s: $*"
	fi
	t_quote stdout "$t_out"
	t_quote stderr "$t_err"
}

# is WHAT GOT EXPECTED, isnt WHAT GOT UNWANTED, between WHAT GOT LOW HIGH
is() {
	[ ! "$t_off" ] || return 0
	if [ "$2" = "$3" ]; then pass; return; fi
	fail "$1 is not as expected"
	t_quote expected "$3"
	t_quote got "$2"
}
isnt() {
	[ ! "$t_off" ] || return 0
	if [ "$2" != "$3" ]; then pass; else fail "$1 is still $3"; fi
}
between() {
	[ ! "$t_off" ] || return 0
	if [ "$2" -ge "$3" ] && [ "$2" -le "$4" ]; then pass
	else fail "$1 is $2, expected $3 to $4"
	fi
}

# file_is FILE TEXT, file_has FILE TEXT
file_is() {
	[ ! "$t_off" ] || return 0
	if [ ! -r "$1" ]; then fail "no file $1"; return; fi
	t_slurp "$1"
	is "$1" "$t_text" "$2"
}
file_has() {
	[ ! "$t_off" ] || return 0
	if [ ! -r "$1" ]; then fail "no file $1"; return; fi
	t_slurp "$1"
	if t_has "$t_text" "$2"; then pass; return; fi
	fail "$1 does not hold \"$2\""
	t_quote "$1" "$t_text"
}

# get KEY: the rest of the line KEY=... of standard output, into the variable
# "value"; for the output of the helper probe.
get() {
	value=
	[ ! "$t_off" ] || return 0
	t_read_out
	value=$t_nl$t_out$t_nl
	case $value in
	*"$t_nl$1="*) value=${value#*"$t_nl$1="}; value=${value%%"$t_nl"*} ;;
	*) value=; fail "stdout has no line $1=" ;;
	esac
}

# copy_rootfs: a root directory of this test's own, its path in OWN.
copy_rootfs() {
	[ ! "$t_off" ] || return 0
	t_seq=$((t_seq + 1))
	OWN=$T/rootfs$t_seq
	cp -a "$ROOTFS" "$OWN" || fail "cannot copy $ROOTFS"
}

t_soon() {
	"$@" && return
	case $1 in
	said*) dead "$JOB" ;;
	*) return 1 ;;
	esac
}

t_has() {
	case $1 in
	*"$2"*) return 0 ;;
	esac
	return 1
}

t_hundredths() {
	case $1 in
	*.?) t_cs=${1%.*}${1#*.}0 ;;
	*.??) t_cs=${1%.*}${1#*.} ;;
	*) t_cs=${1}00 ;;
	esac
	t_cs=${t_cs#0} t_cs=${t_cs#0}
}

# t_of out|err HOW TEXT...: all of the checks on what was written.
t_of() {
	[ ! "$t_off" ] || return 0
	t_stream=std$1 t_how=$2
	case $1 in
	out) t_read_out; t_got=$t_out ;;
	err) t_read_err; t_got=$t_err ;;
	esac
	shift 2
	for t_want; do
		case $t_how in
		is) [ "$t_got" = "$t_want" ] ;;
		has) t_has "$t_got" "$t_want" ;;
		lacks) ! t_has "$t_got" "$t_want" ;;
		line) t_has "$t_nl$t_got$t_nl" "$t_nl$t_want$t_nl" ;;
		like) case $t_got in $t_want) : ;; *) false ;; esac ;;
		esac && { pass; continue; }
		fail "$t_stream: \"$t_how\" does not hold (status $STATUS)"
		t_quote expected "$t_want"
		t_quote got "$t_got"
		[ "$t_stream" = stderr ] || { t_read_err; t_quote stderr "$t_err"; }
	done
}

# Adds a text to the complaint, its first lines, each marked with its name.
t_quote() {
	t_lines=0 t_rest=$2$t_nl
	[ "$2" ] || { t_why="$t_why  $1: (nothing)$t_nl"; return; }
	while [ "$t_rest" ] && [ $t_lines -lt 20 ]; do
		t_why="$t_why  $1: ${t_rest%%"$t_nl"*}$t_nl"
		t_rest=${t_rest#*"$t_nl"} t_lines=$((t_lines + 1))
	done
	[ ! "$t_rest" ] || t_why="$t_why  $1: ...$t_nl"
}

# Prints a text as TAP comments.
t_comment() {
	t_rest=$1
	while [ "$t_rest" ]; do
		echo "# ${t_rest%%"$t_nl"*}"
		t_rest=${t_rest#*"$t_nl"}
	done
}
