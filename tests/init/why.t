# The one line that says what ended a command, and when there is none.
. tests/lib.sh
tiers root user vm vm-user
. tests/init/ways.sh

# shellcheck disable=SC2016,SC2086
for name in alone pid1; do
	way $name
	it "names the signal and the command, soon or late, as $WHO"
	for wait in 0 0.2; do
		run $WAY sh -c "ulimit -c 0; sleep $wait;"' kill -SEGV $$'
		status 139
		err "cinit: sh was ended by SIGSEGV"
	done

	it "says that a filter forbade a system call, as $WHO"
	run $WAY die seccomp
	status 159
	err_like "cinit: die was ended by SIGSYS*seccomp*"

	it "says nothing about exit codes, ^C and what was passed on, as $WHO"
	run $WAY sh -c 'exit 77'
	no_err
	run $WAY sh -c 'kill -INT $$'
	status 130
	no_err
	for sig in USR1 TERM KILL; do
		[ $sig != KILL ] || way $name -r QUIT:KILL
		start $WAY sleep 60
		sleep 0.2
		keeper
		[ $sig = KILL ] && send QUIT "$KEEPER" || send $sig "$KEEPER"
		finish
		status '1[34][0-9]'
		no_err
	done
done

it "says that a core was dumped"
on root
run env -C "$T" cinit -- die core 0
status 134
err "cinit: die was ended by SIGABRT"
case $(cat /proc/sys/kernel/core_pattern) in
core*)
	run env -C "$T" cinit -- die core 10000000
	status 134
	err "cinit: die was ended by SIGABRT, core dumped"
	;;
esac

it "says nothing when it is told to be quiet"
run cinit -q -- sh -c 'kill -KILL $$; sleep 1'
status 137
no_err
run cinit -q --max-runtime 0.2 -- sleep 60
status 124
no_err

it "is not held up by a pipe that nobody reads"
mkfifo "$T/pipe"
start sh -c 'exec 4<>"$1"; head -c 65536 /dev/zero >&4
	cinit -- sh -c "kill -KILL \$\$; sleep 1" 2>&4; echo "$?"' sh "$T/pipe"
finish
out 137

# group: a cgroup of this test's own with a memory and a pids controller, as a
# directory each; v1 has two.
memory= pids=
group() {
	case $TIER in
	root)
		memory=/sys/fs/cgroup/memory$(sed -n 's/^[0-9]*:memory://p' /proc/self/cgroup)/why.$$
		pids=/sys/fs/cgroup/pids$(sed -n 's/^[0-9]*:pids://p' /proc/self/cgroup)/why.$$
		;;
	vm) memory=/sys/fs/cgroup/why.$$ pids=$memory ;;
	esac
	mkdir -p "$memory" "$pids"
}
# within_group COMMAND...: runs it in there
within_group() {
	run sh -c 'echo $$ >"$1/cgroup.procs"; echo $$ >"$2/cgroup.procs"
		shift 2; exec "$@"' sh "$memory" "$pids" "$@"
}

it "says that the kernel killed it for want of memory, with limit and peak"
on root vm
[ "$t_off" ] || group
if [ ! "$t_off" ]; then
	echo 32M 2>/dev/null >"$memory/memory.limit_in_bytes" ||
		echo 32M >"$memory/memory.max"
	[ ! -e "$memory/memory.swap.max" ] || echo 0 >"$memory/memory.swap.max"
fi
within_group cinit -- die memory 100
status 137
err_like "cinit: die was ended by SIGKILL: out of memory: memory.max *32*, peak *"

it "does not say so of what somebody else killed in the same group"
on root vm
within_group cinit -- sh -c 'sleep 0.1; kill -KILL $$; sleep 1'
status 137
err "cinit: sh was ended by SIGKILL"

it "says that the kernel refused it processes"
on root vm
[ "$t_off" ] || echo 8 >"$pids/pids.max"
within_group cinit -- sh -c 'ulimit -c 0; sleep 0.1; exec die forks 20'
status 134
err "cinit: sh was ended by SIGABRT: out of processes: pids.max 8"
[ "$t_off" ] || rmdir "$memory" "$pids" 2>/dev/null

done_testing
