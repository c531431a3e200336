# Asking a cinit that supervises: status, start, stop, restart, reload, logs.
# shellcheck disable=SC2016,SC2034,SC2154
. tests/lib.sh
tiers root user
. tests/init/ways.sh

D=$T/services CINIT_CONTROL=$T/control
export CINIT_CONTROL
mkdir "$D"
service() {
	service_name=$1
	shift
	printf '%s\n' "$@" >"$D/$service_name"
}
ASK=
SLEEPER='while :; do sleep 0.02; done'

# supervise: D's services are up, their cinit is SERVER.
supervise() {
	[ ! "$t_off" ] || return 0
	start cinit --control "$CINIT_CONTROL" --services "$D"
	SERVER=$JOB
	soon test -S "$CINIT_CONTROL"
	soon state_is web up
}
ended() {
	send TERM "$SERVER"
	finish "$SERVER"
	status 0
}
state_of() { $ASK cinit status --json | jq -r ".[] | select(.name == \"$1\").state"; }
state_is() { [ "$(state_of "$1")" = "$2" ]; }
# told_of NAME JSON: its restarts and its last status, and that it is up.
told_of() {
	[ "$(cinit status --json | jq -c ".[] | select(.name == \"$1\") |
		[.restarts, .last_status, .state]")" = "$2" ]
}
pid_of() { cinit status --json | jq -r ".[] | select(.name == \"$1\").pid"; }

service prepare "command = true" "oneshot = yes"
service db "command = sh -c 'trap \"exit 3\" TERM; echo ready >&3; $SLEEPER'" "notify = fd:3" "requires = prepare"
service web "command = sh -c 'trap \"echo told\" HUP; echo hello; $SLEEPER'" "requires = db" "log = prefix" \
	"restart = always"

it "shows a table to people"
supervise
run cinit status
status 0
no_err
out_like "NAME     STATE *PID  SINCE  RESTARTS  LAST
db       up *[0-9]     [0-9]s         0  -
prepare  done *-     [0-9]s         0  0
web      up *[0-9]     [0-9]s         0  -"
run cinit status web
status 0
out_lacks prepare
out_has web
ended

it "shows JSON to programs"
supervise
run cinit status --json
status 0
ok jq -e 'length == 3 and .[0].name == "db" and .[0].state == "up" and
	.[0].pid > 1 and .[0].since_seconds >= 0 and .[0].restarts == 0 and
	.[0].last_status == null and .[1].state == "done" and .[1].pid == null and
	.[1].last_status == 0' "$T/out" >"$T/said"
ended

it "stops a service and what requires it, and starts them again"
supervise
run cinit stop db
status 0
out "db: down"
no_err
is "what requires it" "$(state_of web)" down
is "and what it requires" "$(state_of prepare)" "done"
run cinit status db
status 1
run cinit start web
status 0
out "web: up"
is "what it requires" "$(state_of db)" up
ended

it "stays while all that is left was stopped by hand"
supervise
run cinit stop db
sleep 0.2
is "what requires it" "$(state_of web)" down
run cinit start db
status 0
ended

it "starts one again, by hand or because it was killed, and counts"
supervise
before=$(pid_of web)
run cinit restart web
status 0
out "web: up"
isnt "its pid" "$(pid_of web)" "$before"
is "its restarts" "$(cinit status --json | jq '.[2].restarts')" 0
is "the one it requires" "$(state_of db)" up
before=$(pid_of web)
ok kill -KILL "$before"
soon told_of web '[1,137,"up"]'
isnt "its pid" "$(pid_of web)" "$before"
run cinit status web
out_has KILL
ended

it "tells one to reload, with its own signal"
supervise
run cinit reload web
status 0
out "web: told to reload"
no_err
soon grep -qsx "web | told" "$T"/job*.out
run cinit reload prepare
status 1
err "cinit: prepare: does not run"
ended

it "shows what one has said lately"
supervise
run cinit logs web
status 0
out hello
run cinit logs db
status 1
err_has "db: its output goes where cinit's own goes (log = inherit)"
ended

it "says how a start went, or does not wait for it"
service late "command = sh -c 'sleep 0.5; exit 9'" "oneshot = yes" "failure = ignore"
supervise
run cinit restart --no-wait late
status 0
took_less 0.4
run cinit start late
status 1
took_more 0.2
err "cinit: late: failed, with status 9"
run cinit stop web
out "web: down"
rm "$D/late"
ended

it "says in one sentence what it cannot do"
supervise
for words in "start nope" "stop nope" "status nope" "logs nope"; do
	# shellcheck disable=SC2086
	run cinit $words
	status 1
	no_out
	err "cinit: nope: no such service"
done
for words in start "stop a b" "status --colour" "start --json a" "check" "status a b" "reload --no-wait web"; do
	# shellcheck disable=SC2086
	run cinit $words
	status 125
	no_out
	one_sentence
	err_has "see cinit --help"
done
ended
run cinit status
status 125
one_sentence
err_has "no cinit supervises services here"

it "is a command like any other when it is no first word, or PID 1"
run cinit -- sh -c 'echo sh'
out sh
# shellcheck disable=SC2086
run $NEW_PIDS cinit status
status 127

it "cleans up its socket, and takes the place of one whose owner is gone"
supervise
orphans="$(pid_of web) $(pid_of db)"
send KILL "$SERVER"
finish "$SERVER"
ok test -S "$CINIT_CONTROL"
supervise
is "its mode" "$(stat -c %a "$CINIT_CONTROL")" 600
ended
not test -e "$CINIT_CONTROL"
# Nobody has stopped those that the first one left.
for pid in $orphans; do
	ok kill -KILL "$pid"
done

it "says that it has ended to one who waits for it"
service stubborn "command = sh -c 'trap \"\" TERM; $SLEEPER'"
supervise
orphans="$(pid_of web) $(pid_of db) $(pid_of stubborn)"
start cinit stop stubborn
client=$JOB
soon state_is stubborn stopping
send KILL "$SERVER"
finish "$client"
status 125
err "cinit: cinit has ended, or has no time for us"
finish "$SERVER"
for pid in $orphans; do
	ok kill -KILL "$pid"
done
rm "$D/stubborn" "$CINIT_CONTROL"

it "does not take the place of one who is there"
supervise
run cinit --control "$CINIT_CONTROL" --services "$D"
status 125
one_sentence
err_has "Address in use"
run cinit status web
status 0
ended

it "lets nobody else ask"
on root vm
supervise
ok chmod 755 "$T"
ok chmod 666 "$CINIT_CONTROL"
run setpriv --reuid=65534 --clear-groups cinit status
status 125
one_sentence
run cinit status
status 0
ended

it "is not held up by clients who are silent, rude, or too many"
supervise
start seqpacket "$CINIT_CONTROL" 20
silent=$JOB
sleep 0.2
start seqpacket "$CINIT_CONTROL" 6 "$(printf '%0300d' 0)"
start seqpacket "$CINIT_CONTROL" 3 "stop "
start seqpacket "$CINIT_CONTROL" 3 " "
start seqpacket "$CINIT_CONTROL" 3 "status"
sleep 0.2
ok kill "$silent"
soon state_is web up
run cinit status
status 0
out_has "web      up"
ended

it "has its socket in a directory of its own"
on root vm
run unshare -m sh -c 'mount -t tmpfs none /run; env -u CINIT_CONTROL cinit --services "$1" & sleep 0.3
	stat -c "%a %U" /run/cinit /run/cinit/control; env -u CINIT_CONTROL cinit status web >/dev/null && echo up
	kill $!; wait; ls /run/cinit' sh "$D"
out_has "700 root
600 root
up"

it "finds it by XDG_RUNTIME_DIR when it is not root"
on user vm-user
mkdir -m 700 "$T/run"
ASK="env -u CINIT_CONTROL" XDG_RUNTIME_DIR=$T/run
export XDG_RUNTIME_DIR
start env -u CINIT_CONTROL cinit --services "$D"
SERVER=$JOB
soon test -S "$T/run/cinit/control"
soon state_is web up
is "the mode of the directory" "$(stat -c %a "$T/run/cinit" 2>&1)" 700
ended

done_testing
