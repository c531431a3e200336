# What runs here: claunch --ps, for people and as JSON.
# shellcheck shell=sh disable=SC2016
. tests/lib.sh
tiers root user vm vm-user

# field NAME COLUMN: of its line of the table.
field() { awk -v name="$1" -v n="$2" '$1 == name { print $n }' "$T/out"; }

it "lists nothing where nothing runs"
run claunch --ps
status 0
no_err
is "its lines" "$(wc -l <"$T/out")" 1
out_has NAME PID INSIDE STATE AGE CPU MEMORY PIDS COMMAND
run claunch --ps --json
status 0
is "the list" "$(jq -c . "$T/out")" "[]"

it "says name, numbers, state, age and command of what runs"
start claunch --name shown --pid-file "$T/pid" "$ROOTFS" sh -c 'echo up; exec sleep 1000'
soon said up
run claunch --ps
status 0
no_err
is "the state" "$(field shown 4)" running
is "the number inside" "$(field shown 3)" 2
number=$(field shown 2)
is "the command with that number" "$(cat "/proc/$number/comm")" sleep
out_has "sh -c echo up; exec sleep 1000"
run claunch --ps --json
status 0
is "what JSON says" "$(jq -c '.[] | [.name, .state, .pid, .command_pid, .command_pid_inside, .command]' "$T/out")" \
	"[\"shown\",\"running\",$(cat "$T/pid"),$number,2,\"sh -c echo up; exec sleep 1000\"]"
is "the launcher" "$(jq '.[].launcher_pid' "$T/out")" "$JOB"
between "the age" "$(jq '.[].age_seconds' "$T/out")" 0 $((20 * SLOW))
send TERM
finish

it "says limits and what is used of them"
on root vm
start claunch --name used -m 64m --pids 50 "$ROOTFS" sh -c 'echo up; exec sleep 1000'
soon said up
run claunch --ps --json
is "the limits" "$(jq -c '.[] | [.memory_max, .pids_max, .pids]' "$T/out")" "[67108864,50,2]"
between "the memory" "$(jq '.[].memory' "$T/out")" 1 67108864
run claunch --ps
out_has "/64 MiB" "2/50"
send TERM
finish

it "forgets what has ended, and what was killed with its launcher"
run claunch --name gone "$ROOTFS" true
start claunch --name killed "$ROOTFS" sh -c 'echo up; exec sleep 1000'
soon said up
send KILL
finish
run claunch --ps
out_lacks gone
out_lacks killed
[ "$t_off" ] || for dir in $(find /sys/fs/cgroup -type d -name cinit-killed 2>/dev/null); do
	ok within 2 rmdir "$dir"
done

it "lists many at once, each with its own numbers"
for i in 1 2 3 4 5 6; do
	start claunch "$ROOTFS" sh -c 'echo up; exec sleep 1000'
	soon said up
done
run claunch --ps --json
is "how many" "$(jq length "$T/out")" 6
is "how many names" "$(jq -r '.[].name' "$T/out" | sort -u | wc -l)" 6
is "how many numbers" "$(jq -r '.[].pid' "$T/out" | sort -u | wc -l)" 6
name=$(jq -r '.[0].name' "$T/out")
run claunch --join "$name" echo joined
status 0
out joined
for job in $t_jobs; do
	send TERM "$job"
	finish "$job"
done

it "shows a command without an init, and when it is stopped"
start claunch --name alone --no-init "$ROOTFS" sh -c 'echo up; sleep 1000 & trap "exit 3" TERM; wait'
soon said up
run claunch --ps
is "the number inside" "$(field alone 3)" 1
is "the state" "$(field alone 4)" running
pid=$(field alone 2)
send STOP "$pid"
state_is() {
	claunch --ps >"$T/out"
	[ "$(field alone 4)" = "$1" ]
}
ok within 5 state_is stopped
send CONT "$pid"
ok within 5 state_is running
send TERM
finish
status 3

it "lets nothing in a command line command the terminal, or break the JSON"
start claunch --name odd "$ROOTFS" sh -c "echo up; exec sleep 1000 # $(printf '\033[31m"\\\n\t\377')"
soon said up
run claunch --ps
is "its lines" "$(wc -l <"$T/out")" 2
is "its control characters" "$(tr -d '\n' <"$T/out" | tr -cd '\000-\037\177' | wc -c)" 0
run claunch --ps --json
ok jq -e '.[0].name == "odd"' "$T/out"
send TERM
finish

it "refuses a second container of the same name"
start claunch --name once "$ROOTFS" sh -c 'echo up; exec sleep 1000'
soon said up
run claunch --name once "$ROOTFS" true
status 125
one_sentence
err_has once
send TERM
finish

it "takes no root and says so"
run claunch --ps "$ROOTFS"
status 125
one_sentence
run claunch --json "$ROOTFS"
status 125
one_sentence
run claunch --ps >/dev/full
status '*'
ok sh -c '! claunch --ps >/dev/full 2>/dev/null'

it "runs without a place for the list, and is not in it"
on user vm-user
start env -u XDG_RUNTIME_DIR claunch --name hidden "$ROOTFS" sh -c 'echo up; exec sleep 1000'
soon said up
run claunch --ps
out_lacks hidden
send TERM
finish

done_testing
