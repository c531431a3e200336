# cinit reaps whatever ends below it, at any rate, and loses nothing.
. tests/lib.sh
tiers root user vm
. tests/init/ways.sh

many=20000 some=2000
[ "$SLOW" = 1 ] || many=2000 some=300

# orphans of "orphans N" are N; their parents are its own children.
reaped() {
	# shellcheck disable=SC2016
	sed -n 's/^ *"processes_reaped": \([0-9]*\),*$/\1/p' "$1"
}

# In a shell that dash and busybox are: counts the zombies of /proc below 1.
# shellcheck disable=SC2016
zombies='zombies() {
	n=0
	for stat in /proc/[0-9]*/stat; do
		{ read -r line <$stat; } 2>/dev/null || continue
		case $line in *") Z $1 "*) n=$((n + 1)) ;; esac
	done
	echo "zombies $n"
}'

LIMIT=15
# shellcheck disable=SC2086,SC2016
for name in alone pid1 claunch; do
	way $name --report "$T/report.$name"
	it "reaps $many orphans that come in a burst, as $WHO"
	run $WAY orphans $many
	status 0
	took_less 8
	out_has "orphans $many"
	is "the number reaped" "$(reaped "$T/report.$name")" $((many + 1))

	way $name
	it "leaves no zombie a tenth of a second after a burst, as $WHO"
	run $WAY sh -c "$zombies"'
		orphans '$some'; sleep 0.1
		read -r pid comm state parent rest </proc/$$/stat
		zombies $parent'
	status 0
	out_has "zombies 0"
done

it "keeps up with orphans: a limit of 300 processes bears $many of them"
on root vm
run claunch --pids 300 "$OWN" orphans $many
status 0
out_has "orphans $many"

it "misses nothing when many ended while it did not look"
start cinit --report "$T/report.late" -- sh -c '
	echo up; read -r go </dev/fd/0 || :; while [ ! -e '"$T"'/go ]; do sleep 0.05; done
	orphans 500; exit 7'
soon said up
command=
read -r command rest <"/proc/$JOB/task/$JOB/children" || :
send STOP
: >"$T/go"
soon dead "$command"
# shellcheck disable=SC2046
set -- $(grep -l "^State:	Z" /proc/[0-9]*/status 2>/dev/null)
ok [ $# -gt 400 ]
send CONT
finish
status 7
ok [ "$(reaped "$T/report.late")" -gt 500 ]

it "reaps although its caller ignores SIGCHLD, and gets the status right"
run env --ignore-signal=CHLD cinit --report "$T/report.ign" -- \
	sh -c 'orphans 100; exit 5'
status 5
is "the number reaped" "$(reaped "$T/report.ign")" 101

it "reaps although its caller blocks SIGCHLD"
run env --block-signal=CHLD cinit -- sh -c 'orphans 100; exit 6'
status 6

it "reaps what was a child of who became cinit"
run sh -c 'sleep 0.1 & exec cinit --report '"$T/report.exec"' -- \
	sh -c "sleep 0.3; exit 4"'
status 4
is "the number reaped" "$(reaped "$T/report.exec")" 2

it "reaps orphans of orphans, and those in sessions of their own"
run cinit --report "$T/report.deep" -- sh -c '
	setsid sh -c "(sleep 0.1 & setsid sh -c \"sleep 0.1 & sleep 0.1\" &) & " &
	sleep 0.5; exit 3'
status 3
ok [ "$(reaped "$T/report.deep")" -ge 4 ]

it "leaves stopped and traced children alone"
run cinit -- sh -c '(kill -STOP $(sh -c "echo \$PPID"); echo lived) &
	sleep 0.2; kill -CONT $!; wait; exit 2'
status 2
out lived

done_testing
