# Many commands under one cinit: order, readiness, restarts, failures, the end.
# shellcheck disable=SC2016,SC2086,SC2154
. tests/lib.sh
tiers root user vm
. tests/init/ways.sh

# way_of NAME: as way, but WAY ends before cinit's options.
way_of() {
	way $1
	case $1 in
	alone) WAY="cinit" ;;
	pid1) WAY="$NEW_PIDS cinit" ;;
	esac
}

# directory: an empty one of services, in D; a log that they write to, in L.
directory() {
	[ ! "$t_off" ] || return 0
	t_seq=$((t_seq + 1))
	D=$T/services$t_seq L=$T/log$t_seq
	mkdir "$D"
	: >"$L"
}

# service NAME LINE...: its file, one line each.
service() {
	[ ! "$t_off" ] || return 0
	service_name=$1
	shift
	printf '%s\n' "$@" >"$D/$service_name"
}

# worker NAME [LINE...]: one that writes to the log when it comes and goes.
worker() {
	worker_name=$1
	shift
	service "$worker_name" "notify = fd:3" "command = sh -c 'trap \"echo -$worker_name >>$L; exit\" TERM; echo +$worker_name >>$L; echo >&3; while :; do sleep 0.02; done'" "$@"
}

log_is() { [ "$(tr '\n' ' ' <"$L")" = "$1 " ]; }
log_has() { grep -qx -- "$1" "$L"; }
log_count() { [ "$(grep -cx -- "$1" "$L")" -ge "$2" ]; }

for name in alone pid1; do
	way_of $name

	it "starts in the order of dependencies and stops in reverse, as $WHO"
	directory
	worker c "requires = b"
	worker b "after = a"
	worker a
	start $WAY --services "$D"
	soon log_is "+a +b +c"
	keeper
	send TERM "$KEEPER"
	finish
	status 0
	no_out
	no_err
	is "the order" "$(tr '\n' ' ' <"$L")" "+a +b +c -c -b -a "

	it "runs a oneshot to its end before others start, as $WHO"
	directory
	service prepare "command = sh -c 'sleep 0.3; echo prepared >>$L'" "oneshot = yes"
	worker web "requires = prepare"
	start $WAY --services "$D"
	soon log_is "prepared +web"
	keeper
	send TERM "$KEEPER"
	finish
	status 0

	it "ends with the status of the first that failed, and stops the rest, as $WHO"
	directory
	worker a
	service bad "command = sh -c 'sleep 0.1; exit 7'" "after = a"
	run $WAY --services "$D"
	status 7
	is "the log" "$(tr '\n' ' ' <"$L")" "+a -a "
	err "cinit: bad: ended with status 7: it has failed"

	it "gives 128 and the number of the signal that ended the first, as $WHO"
	directory
	service bad "command = sh -c 'kill -USR1 \$\$; sleep 1'"
	run $WAY --services "$D"
	status 138
	err_has "signal USR1 ended it"

	it "says with 127 what it could not find, as $WHO"
	directory
	service bad "command = /nowhere/at/all"
	run $WAY --services "$D"
	status 127
	err_has "/nowhere/at/all: No such file"

	it "ends with 0 when all are done, as $WHO"
	directory
	service one "command = true"
	service two "command = true" "oneshot = yes" "after = one"
	run $WAY --services "$D"
	status 0
	no_err
	took_less 1

	it "takes whoever fled along at the end, as $WHO"
	directory
	service one "command = sh -c 'setsid sh -c \"trap \\\"echo fled >>$L; exit\\\" TERM; echo up >>$L; while :; do sleep 0.02; done\" & while :; do grep -q up $L && exit 0; sleep 0.02; done'"
	run $WAY --services "$D"
	status 0
	took_less 3
	is "the log" "$(tr '\n' ' ' <"$L")" "up fled "
done
way_of alone

it "starts in parallel what does not wait for each other"
directory
for n in 1 2 3 4 5; do
	service s$n "command = sleep 0.5" "oneshot = yes"
done
run cinit --services "$D"
status 0
took_more 0.5
took_less 1.5

it "waits for a service that says it is ready on a descriptor"
directory
service db "command = sh -c 'sleep 0.3; echo ready >>$L; echo >&4; exec 4>&-; while :; do sleep 0.1; done'" \
	"notify = fd:4"
worker web "requires = db"
start cinit --services "$D"
soon log_is "ready +web"
send TERM
finish
status 0

it "waits for a service that says it is ready by sd_notify"
directory
service db "command = sh -c 'sleep 0.3; echo ready >>$L; notify STATUS=x; notify READY=1; while :; do sleep 0.1; done'" \
	"notify = socket"
worker web "requires = db"
start cinit --services "$D"
soon log_is "ready +web"
send TERM
finish
status 0

it "does not take half a word for it"
directory
service db "command = sh -c 'notify XREADY=1; notify READY=10; sleep 0.3; echo ready >>$L; notify STATUS=x READY=1; while :; do sleep 0.1; done'" \
	"notify = socket"
worker web "requires = db"
start cinit --services "$D"
soon log_is "ready +web"
send TERM
finish

it "takes it from root and from the user of the service, and from nobody else"
on root vm
directory
service db "command = sh -c 'setpriv --reuid=65533 --clear-groups notify READY=1 && echo stranger >>$L; sleep 0.3; echo ready >>$L; notify READY=1; while :; do sleep 0.1; done'" \
	"notify = socket"
service own "command = sh -c 'notify READY=1; while :; do sleep 0.1; done'" "notify = socket" "user = nobody" "requires = db"
worker web "requires = own"
[ "$t_off" ] || chmod 755 "$T"
start cinit --services "$D"
soon log_is "stranger ready +web"
send TERM
finish
status 0

it "does not listen any more for the word of one that has ended"
directory
service db "command = sh -c 'trap \"\" TERM PIPE; (sleep 0.2; echo >&3 || echo unheard >>$L) & exit 3'" "notify = fd:3"
run cinit --services "$D"
status 3
ok log_is unheard

it "stops one that is not ready in time, with status 124"
directory
service slow "command = sh -c 'trap \"exit 0\" TERM; while :; do sleep 0.02; done'" "notify = fd:3" "ready = 0.3"
worker web "requires = slow"
run cinit --services "$D"
status 124
took_more 0.3
took_less 2
is "the log" "$(cat "$L")" ""
err_has "slow: is not ready in time"

it "starts a service again that fails, after a while that grows"
directory
service bad "command = sh -c 'date +%s%3N >>$L; exit 3'" "restart = on-failure:3"
run cinit --services "$D"
status 3
is "how often it ran" "$(wc -l <"$L")" 4
between "milliseconds before the first, second and third" \
	"$(awk 'NR > 1 { d = $1 - last; if (d < 100 * 2 ^ (NR - 2)) bad = 1 }
		{ last = $1 } END { print bad + 0 }' "$L")" 0 0
took_more 0.7
took_less 3
err_has "starts again" "too often: it has failed"

it "starts a service again that ends well only if it always shall"
directory
service one "command = sh -c 'echo one >>$L'" "restart = on-failure"
service two "command = sh -c 'echo two >>$L'" "restart = always"
start cinit --services "$D"
soon log_count two 3
send TERM
finish
status 0
is "how often one ran" "$(grep -c one "$L")" 1

it "leaves those that require it alone when it starts again"
directory
service db "command = sh -c 'echo db >>$L; sleep 0.2; exit 1'" "restart = always"
worker web "requires = db"
start cinit --services "$D"
soon log_count db 3
send TERM
finish
is "how often web came" "$(grep -c +web "$L")" 1

it "keeps the others when a failure shall, and ends with it"
directory
service bad "command = sh -c 'exit 5'" "failure = keep"
service good "command = sh -c 'sleep 0.3; echo good >>$L'"
run cinit --services "$D"
status 5
is "the log" "$(cat "$L")" good

it "does not count a failure that is to be ignored"
directory
service bad "command = sh -c 'exit 5'" "failure = ignore"
service good "command = sh -c 'sleep 0.3; echo good >>$L'"
run cinit --services "$D"
status 0
is "the log" "$(cat "$L")" good

it "stops all when a service ends well that all are for"
directory
worker db
service job "command = sh -c 'sleep 0.2'" "requires = db" "success = stop"
run cinit --services "$D"
status 0
is "the log" "$(tr '\n' ' ' <"$L")" "+db -db "

it "does not start what requires one that failed"
directory
service bad "command = sh -c 'sleep 0.1; exit 6'" "oneshot = yes" "failure = keep"
worker web "requires = bad" "failure = keep"
worker tool "after = bad"
start cinit --services "$D"
soon log_has +tool
send TERM
finish
status 6
is "the log" "$(tr '\n' ' ' <"$L")" "+tool -tool "
err_has "web: does not start: what it requires has failed"

it "stops those that require one that has failed"
directory
service db "command = sh -c 'until grep -qx +app $L; do sleep 0.1; done; exit 4'" "failure = keep"
worker web "requires = db"
worker app "requires = web"
worker other
start cinit --services "$D"
soon log_has -web
sleep 0.2
send TERM
finish
status 4
is "what stopped before the others" "$(grep -e - "$L" | tr '\n' ' ')" "-app -web -other "

it "refuses unknown names and cycles before anything starts"
directory
worker a "requires = b"
worker b "requires = c"
worker c "after = a"
worker d "after = nobody"
run cinit --services "$D"
status 125
no_out
err_has "$D/a: it would have to start before itself: a -> b -> c -> a" \
	"$D/d:3: after: there is no service nobody in $D" "2 faults, nothing is started"
is "the log" "$(cat "$L")" ""
run cinit check "$D"
status 1
err_has "a -> b -> c -> a" nobody

it "says where the faults of a file are, all of them"
directory
service web "# the web" "comand = x" "grace = soon" "restart = no"
service .hidden "nonsense"
service web~ "nonsense"
run cinit check "$D"
status 1
no_out
err "cinit: $D/web:2: comand: there is no such key; see cinit-services(5)
cinit: $D/web:3: grace: \"soon\" is not a number of seconds; write e.g. 10, 0.5, or max to wait without end
cinit: $D/web: there is no command"

it "prints the order of a directory that is right"
directory
service prepare "command = true" "oneshot = yes"
worker redis "requires = prepare"
worker log "after = prepare"
worker web "requires = redis" "log = service:log"
run cinit check "$D"
status 0
no_err
out "They start in this order, those in a line at once:
  prepare (oneshot)
  log  redis
  web"

it "refuses a directory that is none, is empty, or holds something else"
directory
for dir in "$D" "$D/nowhere" /dev/null; do
	run cinit --services "$dir"
	status 125
	no_out
	err_has "$dir"
done
mkdir "$D/sub"
mkfifo "$D/fifo"
ln -s nowhere "$D/link"
run cinit check "$D"
status 1
err_has "$D/sub: is no file" "$D/fifo: is no file" "$D/link: cannot be read: No such file"
run cinit --services "$D" -- true
status 125
err_has "takes no command"

it "gives each service its own time to stop, and kills what does not"
directory
service deaf "command = sh -c 'trap \"\" TERM; echo up >>$L; while :; do sleep 0.02; done'" "grace = 0.4"
worker web "requires = deaf"
start cinit --services "$D"
soon log_has +web
stopwatch
send TERM
finish
stopwatch
status 0
between "hundredths of a second" "$LAP" 38 $((150 * SLOW))
err "cinit: deaf: did not stop in time: SIGKILL"

it "has no patience any more after a second signal"
directory
service deaf "command = sh -c 'trap \"echo asked >>$L\" TERM; echo up >>$L; while :; do sleep 0.02; done'" "grace = max"
worker web "requires = deaf"
start cinit --services "$D"
soon log_has +web
send TERM
soon log_has asked
stopwatch
send TERM
finish
stopwatch
status 0
between "hundredths of a second" "$LAP" 0 $((50 * SLOW))

it "stops for each of the signals that containers are stopped by"
for sig in TERM INT QUIT PWR 37; do
	directory
	worker web
	start cinit --services "$D"
	soon log_has +web
	send $sig
	finish
	status 0
	soon log_has -web
done

it "stops a service with the signal that it wants"
directory
service web "command = sh -c 'trap \"echo quit >>$L; exit\" QUIT; echo up >>$L; while :; do sleep 0.02; done'" \
	"stop-signal = QUIT"
start cinit --services "$D"
soon log_has up
send TERM
finish
status 0
is "the log" "$(tr '\n' ' ' <"$L")" "up quit "

it "passes other signals on to all that run"
directory
for n in a b; do
	service $n "command = sh -c 'trap \"echo $n >>$L\" USR1; echo up >>$L; while :; do sleep 0.02; done'"
done
start cinit --services "$D"
soon log_count up 2
send USR1
soon log_has a
soon log_has b
send TERM
finish
status 0

it "clears what a service left before it starts again"
directory
service web "command = sh -c 'grep -q left $L && exit 0; sh -c \"trap \\\"sleep 0.3; echo left >>$L; exit\\\" TERM; echo child >>$L; while :; do sleep 0.02; done\" & while :; do grep -q child $L && exit 1; sleep 0.02; done'" \
	"restart = on-failure"
run cinit --services "$D"
status 0
is "the log" "$(tr '\n' ' ' <"$L")" "child left "

it "kills what it left when that does not end in time"
directory
service web "command = sh -c 'echo run >>$L; test \$(wc -l <$L) = 2 && exit 0; (trap \"\" TERM; exec sleep 61.235) & sleep 0.1; exit 1'" \
	"restart = on-failure" "grace = 0.3"
run cinit --services "$D"
status 0
took_more 0.3
took_less 3
is "who is left" "$(grep -lz '^61\.235$' /proc/[0-9]*/cmdline 2>/dev/null)" ""

it "gives each a session, /dev/null to read, and the directory it was started in"
directory
mkdir "$T/here"
service web "command = sh -c 'cut -d\" \" -f1,5,6 /proc/\$\$/stat >>$L; readlink /proc/\$\$/fd/0 >>$L; pwd >>$L; ls /proc/\$\$/fd | wc -l >>$L'"
# shellcheck disable=SC2031
run env -C "$T/here" cinit --services "$D"
status 0
ok [ "$(sed -n 1p "$L" | tr ' ' '\n' | sort -u | wc -l)" = 1 ]
is "what it reads, and where it is" "$(sed -n 2,3p "$L" | tr '\n' ' ')" "/dev/null $T/here "

it "gives them the settings of their files"
directory
service web "command = sh -c 'echo \$A-\$B >>$L; pwd >>$L; ulimit -n >>$L; umask >>$L; grep NoNewPrivs /proc/\$\$/status >>$L'" \
	"env = A=one two" "env = B=three" "chdir = /usr" "ulimit = nofile=99:99" "umask = 27" "no-new-privs = yes"
run cinit --services "$D"
status 0
is "the log" "$(tr '\n\t' '  ' <"$L")" "one two-three /usr 99 0027 NoNewPrivs: 1 "

it "runs one as another user"
on root vm
directory
service web "command = sh -c 'id -u >>$L; echo \$HOME >>$L'" "user = nobody"
[ "$t_off" ] || chmod 666 "$L"
[ "$t_off" ] || chmod 755 "$T"
run cinit --services "$D"
status 0
is "who it was" "$(head -n 1 "$L")" 65534

# tasks_of PID: the processes in its cgroup of pids.
pids_group() {
	sed -n 's/^[0-9]*:pids://p; s/^0::\(.\)/\1/p' "/proc/$1/cgroup" | head -n 1
}

# Where cgroups are version 2, cinit needs one that nobody else is in.
GROUP=/sys/fs/cgroup/services.$$ ALONE=
if [ "$TIER" = vm ]; then
	ALONE='mkdir "$1" && echo $$ >"$1/cgroup.procs" && shift && exec "$@"'
fi
alone() {
	alone_how=$1
	shift
	if [ "$ALONE" ]; then "$alone_how" sh -c "$ALONE" sh "$GROUP" "$@"
	else "$alone_how" "$@"
	fi
	[ "$alone_how" != run ] || leave_alone
}
leave_alone() {
	[ ! -d "$GROUP" ] || rmdir "$GROUP"/*/ "$GROUP" 2>/dev/null || rmdir "$GROUP"
}

it "gives one a cgroup of its own with its limits, and takes it away again"
on root vm
directory
service web "command = sh -c 'echo \$\$ >>$L; exec sleep 60'" "pids = 7" "memory.max = 32m"
service other "command = sleep 60"
alone start cinit --services "$D"
soon test -s "$L"
group=$(pids_group "$(cat "$L")")
isnt "its cgroup" "$group" "$(pids_group $$)"
is "its limit" "$(cat /sys/fs/cgroup/pids"$group"/pids.max /sys/fs/cgroup"$group"/pids.max 2>/dev/null)" 7
send TERM
finish
status 0
no_err
leave_alone
not test -d "/sys/fs/cgroup/pids$group"
not test -d "/sys/fs/cgroup$group"

it "ends whoever fled from a service with a cgroup before it starts again"
on root vm
directory
service web "command = sh -c 'echo run >>$L; test \$(grep -c run $L) = 2 && exit 0; setsid sh -c \"trap \\\"\\\" TERM; exec sleep 61.236\" & sleep 0.2; exit 1'" \
	"pids = 20" "restart = on-failure" "grace = 0.3"
service witness "command = sh -c 'while [ \$(grep -c run $L) != 2 ]; do sleep 0.02; done; grep -slz \"^61[.]236\$\" /proc/[0-9]*/cmdline >>$L; sleep 0.1'"
alone run cinit --services "$D"
status 0
is "who was left when it came again" "$(grep -v run "$L" | grep -v "/$$/")" ""

it "starts nothing where the limits of one cannot be had"
on user vm-user
directory
service a "command = sh -c 'echo a >>$L'"
service web "command = true" "pids = 7"
run cinit --services "$D"
status 125
one_sentence
err_like "cinit: web: *cgroup*"
is "the log" "$(cat "$L")" ""

it "says which service cannot have what it asks for"
directory
service web "command = true" "user = nobody-at-all"
run cinit --services "$D"
status 125
one_sentence
err_like "cinit: web: *nobody-at-all*"

it "takes the directory from the environment as well"
directory
service one "command = sh -c 'echo one >>$L'"
run env CINIT_SERVICES="$D" cinit
status 0
is "the log" "$(cat "$L")" one

it "works where nothing can be written"
on root vm
directory
service one "command = sh -c 'echo said'" "log = prefix"
service two "command = sh -c 'sleep 0.1'" "notify = fd:3"
run unshare -m sh -c 'mount --make-rprivate / && mount -o remount,bind,ro / 2>/dev/null
	mount -t tmpfs -o ro none /run && exec cinit --services "$1"' sh "$D"
status 0
out "one | said"
no_err

it "sleeps while nothing happens, and takes little room"
directory
for n in 1 2 3 4 5 6 7 8 9 10; do
	service s$n "command = sleep 60" "log = prefix"
done
start cinit --services "$D"
sleep $((SLOW / 2)).5
status_of "$JOB" voluntary_ctxt_switches
before=$value
sleep 2
status_of "$JOB" voluntary_ctxt_switches
is "the number of switches" "$value" "$before"
status_of "$JOB" VmRSS
between "VmRSS in KB" "$value" 1 200
send TERM
finish
status 0

done_testing
