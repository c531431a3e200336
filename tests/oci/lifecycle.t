# From a bundle to a container and back: create, start, state, kill, delete, run.
. tests/lib.sh
tiers root
. tests/oci/bundle.sh

it "runs what spec writes"
cd "$BUNDLE" || exit
run cinit-oci spec
status 0
no_out
ln -s "$ROOTFS" rootfs
sed -i 's/"terminal": true/"terminal": false/; s/"args": .*/"args": [ "sh", "-c", "echo $$; hostname; exit 3" ],/' config.json
run $OCI run one
status 3
out "1
cinit"
no_err
nothing_left one

it "does not write over a config.json"
run cinit-oci spec
status 125
one_sentence
err_has "config.json exists"
rm config.json rootfs
cd "$OLDPWD" || exit

it "gives the status of the command, and of a signal"
script 'exit 42'
run $OCI run --bundle "$BUNDLE" one
status 42

script 'exec sh -c \"kill -USR1 1; exit 7\"'
run $OCI run --bundle "$BUNDLE" one
status 7
config args '["/no/such"]'
run $OCI run --bundle "$BUNDLE" one
status 127
one_sentence
err_has "/no/such" "No such file"
config args '["/etc/passwd"]'
run $OCI run --bundle "$BUNDLE" one
status 126
nothing_left one

it "makes a container that waits, and leaves one process behind"
script 'echo it ran'
make one --pid-file "$T/pid"
status 0
is_state one created
is "the pid file" "$(od -c "$T/pid" | tail -n +1 | tr -d ' 0-9\n')" ""
is "its pid" "$(cat "$T/pid")" "$(pid_of one)"
is "what it is" "$(cat "/proc/$(pid_of one)/comm")" cinit
is "others that have to do with it" "$(grep -sl "${STATE%e}[e]" /proc/[0-9]*/cmdline)" ""
file_is "$T/said" ""

it "runs it when it is told to, as PID 1"
script 'echo pid $$; exec sleep 60'
run $OCI delete one
status 0
make one
run $OCI start one
status 0
no_out
no_err
soon grep -q 'pid 1' "$T/said"
is_state one running
run $OCI start one
status 125
one_sentence
err_has "container one is running"

it "tells its state as the specification has it"
run $OCI state one
status 0
out_like '{"ociVersion":"1.3.0","id":"one","pid":[1-9]*,"status":"running","bundle":"'"$BUNDLE"'",*}'

it "does not delete what runs"
run $OCI delete one
status 125
one_sentence
err_has "container one is running"
is_state one running

it "sends signals by number and by name"
run $OCI kill one 0
status 125
run $OCI kill one SIGKILL
status 0
soon becomes one stopped
run $OCI kill one 9
status 125
one_sentence
err_has "container not running"
run $OCI start one
status 125
err_has "container one is stopped"
run $OCI delete one
status 0
no_err
nothing_left one

it "does not take another process of the same number for it"
script 'exec sleep 60'
make one
run $OCI start one
soon becomes one running
pid=$(pid_of one)
cp "$STATE/one/record" "$T/record"
sed -i 's/started=[0-9]*/started=1/' "$STATE/one/record"
is_state one stopped
run $OCI kill one KILL
status 125
err_has "container not running"
not dead "$pid"
cp "$T/record" "$STATE/one/record"
run $OCI delete --force one
status 0
ok dead "$pid"

it "deletes by force what runs, and what there is not"
script 'sleep 60 & sleep 60'
make one
run $OCI start one
soon becomes one running
pid=$(pid_of one)
run $OCI delete --force one
status 0
ok dead "$pid"
nothing_left one
run $OCI delete --force one
status 0
run $OCI delete one
status 125
one_sentence
err_has "container one does not exist"
for verb in start state kill; do
	run $OCI $verb one
	status 125
	one_sentence
	err_has "does not exist"
done

it "deletes what was created and never started"
make one
pid=$(pid_of one)
run $OCI delete one
status 0
ok dead "$pid"
nothing_left one

it "lets one of two of the same name be made"
make one
status 0
make one
status 125
err_has "already exists"
is_state one created
run $OCI delete one
nothing_left one

it "deletes what a killed create left"
mkdir -p "$STATE/half"
run $OCI state half
out_has '"status":"creating"'
make half
status 125
run $OCI start half
status 125
err_has "creating"
run $OCI delete half
status 0
not test -e "$STATE/half"

it "leaves nothing when a create fails"
config mounts '{"destination":"/mnt","type":"bind","source":"'"$T"'/none"}'
make one
status 125
err_has "$T/none" "No such file"
nothing_left one

it "lists containers as a table, as JSON and by name"
run $OCI list
status 0
out_like "ID*PID*STATUS*BUNDLE*"
config
make one
make two
run $OCI list -q
out "one
two"
run $OCI list --format json
out_like '\[{*"id":"one"*"status":"created"*},{*"id":"two"*}\]'
run $OCI list
out_like "ID*one *created*two *created*"
run $OCI list --format yaml
status 125
run $OCI delete one
run $OCI delete two
run $OCI list --format=json
out "null"

it "runs detached, and keeps what it is told to keep"
script 'sleep 60'
run $OCI run --detach --bundle "$BUNDLE" one
status 0
is_state one running
run $OCI delete -f one
status 0
script 'exit 4'
run $OCI run --keep --bundle "$BUNDLE" one
status 4
is_state one stopped
run $OCI delete one
nothing_left one

it "puts an init before the command when the annotation says so"
script 'echo $$; exit 6' top '"annotations":{"org.cinit.init":"true"}'
run $OCI run --bundle "$BUNDLE" one
status 6
out "2"
make one
run $OCI start one
status 0
soon becomes one stopped
file_is "$T/said" "2"
run $OCI delete one
status 0
script true top '"annotations":{"org.cinit.init":"yes"}'
run $OCI run --bundle "$BUNDLE" one
status 125
err_has "annotations.org.cinit.init"

it "tells annotations in the state"
config top '"annotations":{"a":"b \"c\"","d":""}'
make one
run $OCI state one
out_has '"annotations":{"a":"b \"c\"","d":""}'
run $OCI delete one

it "writes errors to the log, as JSON"
run $OCI --log "$T/log" --log-format json start nobody
status 125
ok grep -q '^{"level":"error","msg":"container nobody does not exist","time":"20..-..-..T..:..:..Z"}$' "$T/log"
run $OCI --log="$T/log2" start nobody
ok grep -q 'level=error msg="container nobody does not exist"' "$T/log2"

it "refuses an id that is none"
for id in .. . a/b '' "a b" "$(printf '%0300d' 1)"; do
	run $OCI create --bundle "$BUNDLE" "$id"
	status 125
	one_sentence
done

done_testing
