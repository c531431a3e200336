# Called as catatonit; and -P, which all names know.
# shellcheck shell=sh disable=SC2016
. tests/lib.sh
tiers root
. tests/with/names.sh
LIMIT=10

it "says a version that begins as docker info expects"
for option in -V --version; do
	run catatonit $option
	status 0
	out_like 'tini version *catatonit*'
done

it "ends with 1 where the options are wrong"
for words in "" "-x" "--nothing"; do
	# shellcheck disable=SC2086 # words
	run catatonit $words
	status 1
	err_has "usage: catatonit [-ghLPV] [--] <progname> [<arguments>...]"
done

it "gives the status of the command"
run catatonit -- sh -c 'exit 3'
status 3
no_err
run catatonit sh -c 'kill -KILL $$'
status 137
no_err

it "ends with 127 and 126 where there is no such command, or it cannot run"
run catatonit -- foobar123
status 127
err_like 'ERROR (catatonit:*): foobar123*'
run catatonit /etc
status 126

it "signals the process group with -g"
start catatonit -g -- sh -c 'trap "exit 6" USR1
	sh -c "trap \"exit 0\" USR1; echo up; while :; do sleep 0.1; done"; sleep 9'
soon said up
send USR1
finish
status 6

it "blocks no signal for the command"
run catatonit grep SigBlk /proc/self/status
out_like 'SigBlk:*0000000000000000'

it "names the command in LISTEN_PID where that was itself"
run sh -c 'LISTEN_PID=$$ LISTEN_FDS=1 exec catatonit sh -c \
	"echo \$((LISTEN_PID - \$\$)); echo there >&3" 3>'"$T/three"
status 0
out 0
file_is "$T/three" there

it "is silent about its work but with CATATONIT_DEBUG"
run env CATATONIT_DEBUG=1 catatonit true
status 0
err_like 'DEBUG (catatonit:*'

# pausing: the process below the job is called as we called it, into pause.
pausing() {
	read -r pause t_more <"/proc/$JOB/task/$JOB/children" || :
	read -r comm <"/proc/$pause/comm" || :
	[ "$comm" = "$name" ]
}

for name in catatonit tini docker-init dumb-init cinit; do
	it "pauses as $name -P, and ends with 0 on TERM and INT"
	for sig in TERM INT; do
		start unshare -pf --kill-child --mount-proc sh -c \
			'sh -c "sleep 0.2 & echo up"; exec '"$name"' -P'
		soon said up
		soon pausing
		kill -s $sig "$pause"
		finish
		status 0
		no_err
	done
done

it "leaves SIGINT alone where it pauses outside of a pod and had it ignored"
start sh -c 'trap "" INT HUP; exec catatonit -P'
soon grep -q catatonit "/proc/$JOB/comm"
sleep 0.1
send INT
send HUP
sleep 0.2
not dead "$JOB"
is "its words" "$(tr '\0' ' ' <"/proc/$JOB/cmdline")" "catatonit -P "
send TERM
finish
status 0

done_testing
