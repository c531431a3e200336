# What is told about a run: --report, --trace, --dry-run, --verbose.
# shellcheck shell=sh disable=SC2016
. tests/lib.sh
tiers root user vm vm-user

# has EXPRESSION...: jq finds this true of the last report.
has() {
	for expression; do
		jq -e "$expression" "$T/report" >/dev/null && continue
		cat "$T/report"
		return 1
	done
}

# traced EXPRESSION: the same of the last trace.
traced() {
	jq -e "$1" "$T/trace.json" >/dev/null
}

# ---- --report

it "writes a report that is JSON, one object"
run claunch --name rep-$$ --report "$T/report" "$ROOTFS" sh -c 'sleep 0.3; exit 3'
status 3
no_out
no_err
ok has 'type == "object"'

it "tells name, command, status and no error"
ok has ".name == \"rep-$$\"" '.command == "sh"' '.status == 3' \
	'has("error") | not' '.signal == 0' '.killed_late == 0'

it "tells when it started, ran and ended, in seconds since 1970"
now=$(date +%s)
ok has ".started > $now - 100 and .ended < $now + 5" \
	'.started <= .running and .running < .ended' \
	'.ended - .running >= 0.29' ".ended - .running < 0.9 * $SLOW" \
	".running - .started < 0.5 * $SLOW"

it "counts processes and processor time"
ok has '.processes_reaped >= 1' '.cpu_seconds > 0' ".cpu_seconds < 0.5 * $SLOW" \
	'.cpu_seconds - .user_seconds - .system_seconds | fabs < 0.1'

it "knows the limits and the peaks where there is a cgroup"
on root vm vm-user
run claunch --memory 64m --pids 50 --report "$T/report" "$ROOTFS" \
	sh -c 'a=$(head -c 8m /dev/zero | tr "\0" x); sleep 0.1 & sleep 0.1; wait'
status 0
ok has '.memory_max == 67108864' '.memory_peak > 8000000' \
	'.memory_peak <= 67108864' '.pids_max == 50' '.pids_peak >= 3' \
	'.pids_peak < 20' '.pids_refused == 0' '.oom_kills == 0' \
	'has("oom_pid") | not'

it "tells the processor time of orphans too"
on root vm vm-user
run claunch --report "$T/report" "$ROOTFS" sh -c \
	'(timeout 0.5 sh -c "while :; do :; done" &); sleep 0.6'
ok has '.cpu_seconds > 0.25' '.processes_reaped >= 2'

it "names the signal that ended the command"
run claunch --report "$T/report" "$ROOTFS" sh -c 'kill -9 $$'
status 137
ok has '.status == 137' '.signal == 9'

it "tells about the out of memory: how many, who"
on root vm vm-user
run claunch --memory 32m --report "$T/report" "$ROOTFS" \
	sh -c 'a=x; while :; do a=$a$a; done'
status 137
ok has '.status == 137' '.signal == 9' '.oom_kills == 1' \
	'.oom_victim == "sh"' '.oom_pid > 1' '.memory_max == 33554432' \
	'.memory_peak > 31000000'

it "tells about refused processes"
on root vm vm-user
run claunch --pids 16 -v "$HELPERS:/helpers:ro" --report "$T/report" "$ROOTFS" \
	/helpers/bomb 100
status 0
ok has '.pids_refused == 1' '.pids_max == 16' '.pids_peak == 16'

it "tells the error of a command that could not be started"
run claunch --report "$T/report" "$ROOTFS" /nowhere
status 127
one_sentence
ok has '.status == 127' '.error | contains("/nowhere")' '.command == "/nowhere"'

it "tells the error of a container that could not be made"
run claunch --report "$T/report" --volume "$T/nothing:/mnt" "$ROOTFS" true
status 125
one_sentence
ok has '.status == 125' '.error | contains("/nothing")'

it "keeps names with quotes and control characters JSON"
run claunch --report "$T/report" "$ROOTFS" "$(printf '/a"b\\c\nd\te\001')"
status 127
ok has '.command == "/a\"b\\c\nd\te\u0001"'

it "runs nothing when the report cannot be written"
run claunch --report "$T/nowhere/report" "$ROOTFS" sh -c 'echo ran; exit 3'
status 125
no_out
one_sentence
err_has "$T/nowhere/report"

# ---- --trace

it "writes a trace of every step as JSON"
run claunch --trace "$T/trace.json" "$ROOTFS" sh -c 'exit 3'
status 3
no_out
no_err
ok traced 'type == "array" and length > 15'
ok traced 'all(.[]; (.step | type == "string" and length > 1) and
	.start_us >= 0 and .duration_us >= 0 and
	(.side == "host" or .side == "inside"))'
ok traced 'map(select(.side == "host")) | length > 5 and
	(map(.start_us) | . == sort)'
ok traced 'map(select(.side == "inside")) | length > 5'
for step in clone pivot start; do
	ok traced "any(.[]; .step | contains(\"$step\"))"
done
ok traced "map(.start_us + .duration_us) | max < 1000000 * $SLOW"

it "draws it as a picture that is well-formed"
run claunch --trace "$T/trace.svg" "$ROOTFS" true
status 0
no_err
ok grep -q '<svg xmlns="http://www.w3.org/2000/svg"' "$T/trace.svg"
ok grep -q 'pivot' "$T/trace.svg"
if command -v xmllint >/dev/null; then
	ok xmllint --noout "$T/trace.svg"
fi
is "the last line" "$(tail -n 1 "$T/trace.svg")" "</svg>"

it "refuses another kind of trace before anything runs"
run claunch --trace "$T/trace.txt" "$ROOTFS" echo ran
status 125
no_out
one_sentence
err_has --trace .json .svg

# ---- --dry-run

it "prints the plan, a record a line, and does nothing"
run claunch --dry-run --name dry-$$ --hostname planned --volume /etc:/mnt:ro \
	--pid-file "$T/pid" --report "$T/dry" "$ROOTFS" sh -c 'echo ran >&2'
status 0
no_err
out_line hostname=planned "mount.target=/mnt"
out_has "=echo ran >&2"
not test -e "$T/pid"
not test -e "$T/dry"
is "cgroups" "$(find /sys/fs/cgroup -name "cinit-dry-$$")" ""

it "prints the limits and the maps with it"
run claunch --dry-run --memory 64m --cpus 0.5 "$ROOTFS" true
status 0
out_has memory.max=67108864 "cpu.max=50000 100000" uid-map=0

it "prints the same plan twice"
run claunch --dry-run --userns single "$ROOTFS" true
status 0
cp "$T/out" "$T/first"
run claunch --dry-run --userns single "$ROOTFS" true
ok cmp "$T/first" "$T/out"

# ---- --verbose

it "says what it does with --verbose, on standard error alone"
run claunch --verbose "$ROOTFS" echo hello
status 0
out hello
err_like 'claunch: *'

it "is silent without it"
run claunch "$ROOTFS" true
status 0
no_out
no_err

it "says with --verbose that a command did not stop in time"
start claunch --verbose --grace 0.3 "$ROOTFS" sh -c \
	'trap "" TERM; echo up; while :; do sleep 0.05; done'
soon said up
send TERM
finish
status 137
err_has "did not stop in time"

# ---- help

it "prints its options and its version"
run claunch --help
status 0
no_err
out_has "Usage: claunch" --memory --read-only --trace "Exit status"
run claunch --version
status 0
out_like 'claunch [0-9]*.[0-9]*'

done_testing
