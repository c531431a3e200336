# Where the output of services goes, and that nobody's slowness holds cinit up.
# shellcheck disable=SC2016,SC2034,SC2154
. tests/lib.sh
tiers root user
. tests/init/ways.sh

directory() {
	[ ! "$t_off" ] || return 0
	t_seq=$((t_seq + 1))
	D=$T/services$t_seq
	mkdir "$D"
}
service() {
	[ ! "$t_off" ] || return 0
	service_name=$1
	shift
	printf '%s\n' "$@" >"$D/$service_name"
}

it "leaves output alone by default"
directory
service web "command = sh -c 'echo out; echo err >&2'"
run cinit --services "$D"
out out
err err

it "puts the name in front of each line, of both streams"
directory
service web "command = sh -c 'echo one; echo two >&2; printf thr; sleep 0.1; printf ee; echo; printf last'" "log = prefix"
service other "command = sh -c 'sleep 0.05; echo mine'" "log = prefix"
run cinit --services "$D"
out_line "web | one" "web | two" "web | three" "web | last" "other | mine"
no_err

it "breaks lines that are longer than 4096 bytes"
directory
service web "command = sh -c 'printf %05000d 7; echo; echo end'" "log = prefix"
run cinit --services "$D"
is "its lines" "$(awk '{ printf "%d ", length }' "$T/out")" "4102 910 9 "
out_line "web | end"

it "loses nothing of much, in order"
directory
service a "command = seq 1 30000" "log = prefix"
service b "command = seq 1 30000" "log = prefix"
run cinit --services "$D"
status 0
is "lines of a" "$(sed -n 's/^a | //p' "$T/out" | cksum)" "$(seq 1 30000 | cksum)"
is "lines of b" "$(sed -n 's/^b | //p' "$T/out" | cksum)" "$(seq 1 30000 | cksum)"

it "appends to a file, and begins new ones at the ends of lines"
directory
printf 'before\n' >"$T/web.log"
service web "command = seq 1 5000" "log = $T/web.log:8k:2"
run cinit --services "$D"
status 0
no_out
no_err
ok test -f "$T/web.log.2"
not test -e "$T/web.log.3"
is "the mode" "$(stat -c %a "$T/web.log")" 640
for file in "$T/web.log" "$T/web.log.1" "$T/web.log.2"; do
	between "bytes of $file" "$(stat -c %s "$file")" 1 8199
done
is "the last of it, whole" "$(cat "$T/web.log.2" "$T/web.log.1" "$T/web.log" | tail -n 2000 | cksum)" \
	"$(seq 3001 5000 | cksum)"
directory
service web "command = echo after" "log = $T/one.log"
printf 'before\n' >"$T/one.log"
run cinit --services "$D"
file_is "$T/one.log" "before
after"

it "keeps no old file when none is asked for"
directory
service web "command = seq 1 5000" "log = $T/none.log:4k:0"
run cinit --services "$D"
not test -e "$T/none.log.1"
between "its bytes" "$(stat -c %s "$T/none.log")" 1 4103

it "goes on in the same file when it cannot be moved, and says so"
directory
mkdir "$T/held.log.1"
service web "command = seq 1 3000" "log = $T/held.log:8k:1"
run cinit --services "$D"
status 0
err_has "web: rename $T/held.log to $T/held.log.1: Is a directory"
is "what it said" "$(cksum <"$T/held.log")" "$(seq 1 3000 | cksum)"

it "does not follow a link that somebody has put in the file's place"
directory
ln -s "$T/victim" "$T/link.log"
service web "command = echo x" "log = $T/link.log"
run cinit --services "$D"
status 0
not test -e "$T/victim"
err_has "web: open $T/link.log" "is lost"

it "goes on when the disk is full, and counts what is lost"
on root vm
directory
service web "command = sh -c 'i=0; while [ \$i -lt 200 ]; do printf %01000d\\\\n 0; i=\$((i + 1)); done; echo end >&3'" \
	"log = $T/full/web.log:1m" "notify = fd:3"
[ "$t_off" ] || sed -i 's/\\\\\\\\n/\\\\n/' "$D/web"
mkdir "$T/full"
run unshare -m sh -c 'mount -t tmpfs -o size=64k none "$1/full" && cinit --services "$2"' sh "$T" "$D"
status 0
err_has "No space left on device; what it says is lost"

it "hands the output to another service, which sees its end"
directory
service log "command = sh -c 'while read -r line; do echo \"got \$line\"; done; sleep 0.1; echo end'"
service web "command = sh -c 'echo one; echo two >&2'" "log = service:log"
run cinit --services "$D"
status 0
out "got one
got two
end"

it "keeps what was said for a reader that starts again"
directory
service log "command = sh -c 'read -r line; echo \"got \$line\"'" "restart = always"
service web "command = sh -c 'echo one; sleep 0.3; echo two; sleep 0.5'" "log = service:log" "success = stop"
run cinit --services "$D"
status 0
out_line "got one" "got two"

it "asks a reader that does not end by itself"
directory
service log "command = sh -c 'trap \"echo asked; exit\" TERM; while :; do sleep 0.02; done'"
service web "command = echo one" "log = service:log"
run cinit --services "$D"
status 0
took_more 1
out asked

it "is not held up by a reader that does not read"
directory
service web "command = seq 1 100000" "log = prefix" "grace = 0.2"
service other "command = sh -c 'while :; do sleep 0.02; done'"
mkfifo "$T/fifo"
exec 7<>"$T/fifo"
t_seq=$((t_seq + 1))
cinit --control "$T/control" --services "$D" >"$T/fifo" 2>"$T/held" 7<&- &
JOB=$!
soon test -S "$T/control"
within 5 cinit status --control "$T/control" other >"$T/said"
run cinit status --control "$T/control" web
status 0
stopwatch
kill -TERM $JOB
ok ends_soon $JOB
wait $JOB
is "its status" $? 0
exec 7<&-
ok grep -q "bytes of output were lost" "$T/held"

it "goes on when nobody is there to read"
directory
service web "command = sh -c 'trap \"echo told >>$T/piped\" PIPE; for i in 1 2 3 4 5; do echo \$i; sleep 0.05; done; exit 4'" "log = prefix"
run sh -c 'cinit --services "$1" | true; echo' sh "$D"
run bash -c 'cinit --services "$1" | true; exit ${PIPESTATUS[0]}' sh "$D"
status 4
not test -e "$T/piped"

it "shows the tail of a file"
directory
service web "command = sh -c 'seq 1 3000; exec sleep 60'" "log = $T/tail.log:4k"
start cinit --control "$T/control" --services "$D"
soon grep -qsx 3000 "$T/tail.log"
run cinit logs --control "$T/control" web
status 0
out_line 3000
JOB=$((JOB))
send TERM
finish
status 0

done_testing
