# The ways in which cinit comes to keep a command; a part of tests/init/*.t.
#
#	alone	a process among others, and their reaper
#	pid1	PID 1 of a namespace, started by its own name, as an entrypoint is
#	claunch	PID 1 of a container
#
# The helper programs are on PATH in all of them.
#
# shellcheck disable=SC2034 # what is set here is read by those files

LIMIT=5
copy_rootfs
cp "$HELPERS"/* "$OWN/bin/"
PATH=$HELPERS:$PATH
export PATH

# way NAME [OPTION...]: the words before a command into WAY; WHO says it.
way() {
	way=$1
	shift
	case $way in
	alone) WAY="cinit $* --" WHO="a plain process" ;;
	pid1) WAY="$NEW_PIDS cinit $* --" WHO="PID 1" ;;
	claunch) WAY="claunch $* $OWN" WHO="PID 1 of a container" ;;
	esac
}
NEW_PIDS="unshare -Urfp --mount-proc --kill-child"

# keeper: the pid of the cinit that the job started last is or has, into KEEPER.
keeper() {
	KEEPER=$JOB
	[ "$way" != alone ] || return 0
	soon keeper_is_there
}
keeper_is_there() {
	first_child "$JOB" && file_says "/proc/$KEEPER/comm" cinit
}

# first_child PID: into KEEPER.  (That file has no end of line.)
first_child() {
	KEEPER=
	{ read -r KEEPER keeper_rest; } 2>/dev/null <"/proc/$1/task/$1/children"
	[ "$KEEPER" ]
}

# file_says FILE TEXT: its first line is this.
file_says() {
	{ read -r file_text; } 2>/dev/null <"$1"
	[ "$file_text" = "$2" ]
}

# status_of PID KEY: the word after "KEY:" in /proc/PID/status, into value.
status_of() {
	value=
	while read -r status_key value status_rest; do
		[ "$status_key" != "$2:" ] || return 0
	done <"/proc/$1/status"
	return 1
}

# ends_soon PID: it ends within a few seconds; if not it is killed.
ends_soon() {
	within 2 dead "$1" && return
	kill -KILL "$1"
	return 1
}

# stopwatch: hundredths of a second since the last call, into LAP.
stopwatch() {
	read -r lap_now lap_rest </proc/uptime
	lap_now=${lap_now%.*}${lap_now#*.}
	LAP=$((lap_now - ${lap_last:-0})) lap_last=$lap_now
}
