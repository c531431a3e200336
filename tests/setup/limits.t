# Limits: they hold, they can be seen on both sides, they say so at the end.
# shellcheck shell=sh disable=SC2016,SC2034
. tests/lib.sh
tiers root user vm vm-user

# Of these tiers each has a cgroup to divide; "user" has none.
limitable() { on root vm vm-user; }
nl='
'
v2=
[ ! -e /sys/fs/cgroup/cgroup.controllers ] || v2=1
eat='a=x; while :; do a=$a$a; done'
new=0

# fresh: a name that no other container has, in NAME.
fresh() {
	new=$((new + 1))
	NAME=limits-$$-$new
}

# group CONTROLLER [NAME]: the directory of container NAME on the host.
group() {
	if [ "$v2" ]; then
		find /sys/fs/cgroup -type d -name "cinit-${2:-$NAME}"
	else
		find -L /sys/fs/cgroup/"${1-}" -maxdepth 8 -type d \
			-name "cinit-${2:-$NAME}" 2>/dev/null
	fi
}

# place PID: its cgroup in v1's memory hierarchy.
place() {
	awk -F: '$2 ~ /(^|,)memory(,|$)/ { print $3 }' "/proc/$1/cgroup"
}

# below PATTERN: the directory of container NAME is in this one.
below() {
	# shellcheck disable=SC2254
	case $(group pids) in
	$1/cinit-$NAME) ;;
	*) return 1 ;;
	esac
}

# gone [NAME]: no hierarchy has a directory of that name.
gone() {
	[ ! "$(find /sys/fs/cgroup -type d -name "cinit-${1:-$NAME}")" ]
}

# both FILE2 VALUE2 CONTROLLER1 FILE1 VALUE1: the container NAME, which runs,
# has this limit on the host; inside the same was printed by "show".
both() {
	if [ "$v2" ]; then
		set -- "$1" "$2" ""
	else
		set -- "$4" "$5" "$3"
	fi
	is "$1 on the host" "$(cat "$(group "$3")/$1" 2>&1)" "$2"
	ok said "$1=$2
"
}

# Prints every limit that both asks about, then stays.
show='
cd /sys/fs/cgroup
for f in memory.max memory.swap.max memory.high memory.low cpu.max cpu.weight \
	cpuset.cpus cpuset.mems pids.max io.max io.weight \
	memory/memory.limit_in_bytes memory/memory.memsw.limit_in_bytes \
	memory/memory.soft_limit_in_bytes cpu/cpu.cfs_quota_us cpu/cpu.shares \
	cpuset/cpuset.cpus cpuset/cpuset.mems pids/pids.max \
	blkio/blkio.bfq.weight blkio/blkio.throttle.read_bps_device
do
	[ ! -e $f ] || echo "${f##*/}=$(cat $f)"
done
echo up
sleep 100'

# figure EXPRESSION: of the numbers in the last --report, as a whole number.
figure() {
	jq -r "$1 | round" "$T/report" 2>&1
}

# ---- memory

it "stops a command that eats all memory, and says why with figures"
limitable
run claunch --memory 64m "$TARBALL" sh -c "$eat"
status 137
no_out
one_sentence
err_like "claunch: out of memory: the kernel killed sh (pid [1-9]*): memory.max 64 MiB, peak 6[34]* MiB, 1 kill"

it "does the same for a directory, as -m with the size in bytes"
limitable
run claunch -m 67108864 "$ROOTFS" sh -c "$eat"
status 137
err_like "claunch: out of memory: the kernel killed sh (pid [1-9]*): memory.max 64 MiB, peak 6[34]* MiB, 1 kill"

it "says it when a child of the command is killed, and the command goes on"
limitable
run claunch --memory 32m "$ROOTFS" sh -c "sh -c '$eat'"'; echo "child: $?"; exit 3'
status 3
out "child: 137"
err_like "*claunch: out of memory: the kernel killed *: memory.max 32 MiB, peak 3[12]* MiB, 1 kill"

it "gives status 137 when the command passes its child's end on"
limitable
run claunch --memory 32m "$ROOTFS" sh -c "sh -c '$eat'"'; exit $?'
status 137
err_has "claunch: out of memory: the kernel killed "

it "counts the kills"
limitable
run claunch --memory 32m --report "$T/report" "$ROOTFS" \
	sh -c "for i in 1 2 3; do sh -c '$eat'; done; true"
status 0
err_has "memory.max 32 MiB" ", 3 kills"
is "oom_kills of the report" "$(figure .oom_kills)" 3

it "says nothing when memory was enough"
limitable
run claunch --memory 64m "$ROOTFS" true
status 0
no_err

it "says why when there is too little memory even to set the container up"
limitable
run claunch --memory 64k "$ROOTFS" true
status 125
no_out
err_has "ut of memory"

# ---- what is asked for is what the kernel has, on both sides

it "sets memory, swap, cpu, weight, cpuset and pids at once, to be seen on both sides"
limitable
fresh
start claunch --name "$NAME" --memory 64m --memory-swap 96m --memory-low 16m \
	--cpus 0.5 --cpu-weight 50 --cpuset-cpus 0 --cpuset-mems 0 --pids 33 \
	"$ROOTFS" sh -c "$show"
soon said up
both memory.max 67108864 memory memory.limit_in_bytes 67108864
both memory.swap.max 33554432 memory memory.memsw.limit_in_bytes 100663296
both memory.low 16777216 memory memory.soft_limit_in_bytes 16777216
both cpu.max "50000 100000" cpu cpu.cfs_quota_us 50000
both cpu.weight 50 cpu cpu.shares 512
both cpuset.cpus 0 cpuset cpuset.cpus 0
both cpuset.mems 0 cpuset cpuset.mems 0
both pids.max 33 pids pids.max 33
send TERM
finish
status 143
ok gone

it "gives no swap beside --memory, and all of it where --memory-swap says max"
limitable
fresh
start claunch --name "$NAME" --memory 64m "$ROOTFS" sh -c "$show"
soon said up
both memory.swap.max 0 memory memory.memsw.limit_in_bytes 67108864
send TERM
finish
fresh
start claunch --name "$NAME" --memory 64m --memory-swap max "$ROOTFS" sh -c "$show"
soon said up
both memory.swap.max max memory memory.memsw.limit_in_bytes 9223372036854771712
send TERM
finish
status 143

it "refuses --memory-swap without --memory, or with less"
run claunch --memory-swap 64m "$ROOTFS" true
status 125
one_sentence
err_has "--memory-swap" "--memory"
run claunch --memory 64m --memory-swap 32m "$ROOTFS" true
status 125
one_sentence
err_has "--memory-swap"

it "sets --memory-high where cgroup v2 has memory"
on vm vm-user
fresh
start claunch --name "$NAME" --memory-high 48m "$ROOTFS" sh -c "$show"
soon said up
both memory.high 50331648 - - -
send TERM
finish
status 143

it "refuses --memory-high where memory is in cgroup v1, and leaves nothing"
on root
fresh
run claunch --name "$NAME" --memory-high 64m --pids 20 "$ROOTFS" true
status 125
no_out
one_sentence
err_has "claunch: memory.high cannot be set: " "cgroup v1" "memory.max"
ok gone

it "limits block devices, by path and for each key"
limitable
disk=$(lsblk -dpno NAME,TYPE | awk '$2 == "disk" && !/zram/ { print $1; exit }')
[ -b "$disk" ] || skip "there is no disk"
fresh
start claunch --name "$NAME" --io-max "$disk:rbps=10m,wiops=100" "$ROOTFS" \
	sh -c "$show"
soon said up
number=$(lsblk -dno MAJ:MIN "$disk" 2>/dev/null | tr -d ' ')
both io.max "$number rbps=10485760 wbps=max riops=max wiops=100" \
	blkio blkio.throttle.read_bps_device "$number 10485760"
send TERM
finish
status 143
run claunch --io-max /dev/null:rbps=1m "$ROOTFS" true
status 125
one_sentence
err_has "/dev/null is not a block device"

it "sets --io-weight where the kernel has it, and refuses it where not"
limitable
fresh
run claunch --name "$NAME" --io-weight 50 "$ROOTFS" sh -c \
	'cd /sys/fs/cgroup; cat io.weight blkio/blkio.bfq.weight 2>/dev/null; true'
if [ "$STATUS" = 0 ]; then
	# bfq has 1 to 1000 where v2 has 1 to 10000; up to 100 both are the same
	out_like '*50*'
else
	status 125
	one_sentence
	err_has "claunch: io.weight cannot be set: "
fi
ok gone

it "passes any file of cgroup v2 on, and translates it for v1"
limitable
fresh
start claunch --name "$NAME" --cgroup "cpu.max=40000 80000" \
	--cgroup pids.max=44 --cgroup memory.max=48m "$ROOTFS" sh -c "$show"
soon said up
both cpu.max "40000 80000" cpu cpu.cfs_quota_us 40000
both pids.max 44 pids pids.max 44
both memory.max 50331648 memory memory.limit_in_bytes 50331648
send TERM
finish
status 143

it "kills the whole container with memory.oom.group on v2, and refuses it on v1"
limitable
run claunch --memory 32m --cgroup memory.oom.group=1 "$ROOTFS" \
	sh -c "sh -c '$eat'; echo survived"
out_lacks survived
if [ "$v2" ]; then
	status 137
	err_has "out of memory" "memory.max 32 MiB"
else
	status 125
	one_sentence
	err_has "claunch: memory.oom.group cannot be set: "
fi

it "refuses what is no limit of cgroup v2"
limitable
for key in nothing memory.nothing cgroup.procs cgroup.kill memory../x.y; do
	run claunch --cgroup "$key=1" "$ROOTFS" true
	status 125
	no_out
	one_sentence
	err_has "$key"
done

# A limit that the kernel takes but cannot keep is none.
it "refuses a processor that the host does not have"
limitable
fresh
run claunch --name "$NAME" --cpuset-cpus 4000 "$ROOTFS" true
status 125
no_out
one_sentence
err_has "claunch: cpuset.cpus cannot be set: "
ok gone

it "refuses malformed limits before anything happens"
for bad in --memory=lots --memory=0 --cpus=0 --cpus=x --pids=0 --pids=-3 \
	--cpu-weight=0 --cpu-weight=10001 --cpuset-cpus=a --memory=1.5.g \
	--io-max=/dev/vda --io-weight=0 --cgroup=memory.max; do
	run claunch $bad "$ROOTFS" true
	status 125
	no_out
	one_sentence
	err_has "${bad%%=*}" "--help"
done

# ---- holding

it "gives a busy loop half a processor with --cpus 0.5, says the report"
limitable
run claunch --cpus 0.5 --report "$T/report" "$ROOTFS" \
	timeout -s KILL $((1 + SLOW / 2)) sh -c 'while :; do :; done'
status 137
between "percent of a processor" \
	"$(figure '100 * .cpu_seconds / (.ended - .running)')" 35 62
between "milliseconds throttled" \
	"$(figure '1000 * .throttled_seconds')" 200 9999

it "stays on the processors it was given"
limitable
run claunch --cpuset-cpus 0 "$ROOTFS" sh -c 'grep ^Cpus_allowed_list: /proc/self/status; nproc'
status 0
out "Cpus_allowed_list:	0${nl}1"

it "stops a fork bomb with --pids, and can still be stopped itself"
limitable
start claunch --pids 32 -v "$HELPERS:/helpers:ro" "$ROOTFS" /helpers/bomb 500 100
soon said "forked 30: "
send TERM
finish
took_less 8
status 143
out_has "Resource temporarily unavailable"
one_sentence
err_like "claunch: out of processes: the kernel refused 1 new one: pids.max 32*"

# If the limit did not hold it would be a bomb for the host as well, but for
# the other one, on the processes of the container's own user.
it "stops one that goes on and on, in the shell's own words"
limitable
fresh
start claunch --name "$NAME" --pids 32 --ulimit nproc=200 "$ROOTFS" \
	sh -c 'b() { b | b & }; b; echo up; exec sleep 100'
soon said up
sleep 0.3
between "processes" "$(find /sys/fs/cgroup -path "*/cinit-$NAME/cgroup.procs" \
	-exec cat {} + | sort -u | wc -l)" 1 32
send TERM
finish
took_less 12
status 143
err_has "claunch: out of processes: the kernel refused "
ok gone

it "says so when the limit is too low for any command"
limitable
run claunch --pids 1 "$ROOTFS" true
status 125
no_out
err_has "the pids limit is too low"

it "has a default limit on processes"
limitable
run claunch "$ROOTFS" sh -c 'cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max 2>/dev/null'
out 2048
no_err

it "takes --pids max for none"
limitable
run claunch --pids max "$ROOTFS" sh -c 'cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max 2>/dev/null; true'
status 0
out max
no_err

it "does not let the container change its own limits"
limitable
run claunch --memory 64m --pids 40 "$ROOTFS" sh -c '
	cd /sys/fs/cgroup
	for f in pids.max memory.max pids/pids.max memory/memory.limit_in_bytes; do
		[ ! -e $f ] || (echo max >$f) 2>/dev/null && [ -e $f ] && echo "changed $f"
	done
	for d in . pids memory; do
		mkdir $d/sub 2>/dev/null && echo "made $d/sub"
	done
	echo end'
status 0
out end

# ---- where

it "makes its cgroup below the caller's own, and takes it away"
on root
fresh
start claunch --name "$NAME" --memory 64m "$ROOTFS" sh -c "$show"
soon said up
is "the place of claunch itself" "$(place "$JOB")" "$(place self)"
for pid in $(cat "$(group memory)/cgroup.procs" 2>/dev/null); do
	is "the place of $pid" "$(place "$pid")" "$(place self)/cinit-$NAME"
done
send TERM
finish
ok gone

it "is a neighbour of its caller's leaf on v2, below the same parent"
on vm vm-user
here=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)
fresh
start claunch --name "$NAME" --memory 64m "$ROOTFS" sh -c "$show"
soon said up
is "the place" "$(group)" "${here%/*}/cinit-$NAME"
ok grep -qx "$JOB" "$here/cgroup.procs"
send TERM
finish
ok gone

it "works in a cgroup of the caller's making, nested in a leaf there"
on vm vm-user
outer=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)
outer=${outer%/*}/outer-$$
fresh
ok mkdir "$outer" "$outer/leaf"
start sh -c 'echo $$ >"$0/leaf/cgroup.procs" && exec "$@"' "$outer" \
	claunch --name "$NAME" --memory 64m "$ROOTFS" sh -c "$show"
soon said up
is "the place" "$(group)" "$outer/cinit-$NAME"
send TERM
finish
status 143
ok rmdir "$outer/leaf" "$outer"

it "makes and takes away what is missing of --cgroup-parent"
limitable
fresh
start claunch --name "$NAME" --cgroup-parent "par-$$/sub" --pids 20 "$ROOTFS" \
	sh -c "$show"
soon said up
ok below "*/par-$$/sub"
send TERM
finish
status 143
is "what is left" \
	"$(find /sys/fs/cgroup -type d -name "par-$$*")" ""

it "takes an absolute --cgroup-parent from the root of the hierarchy"
on root vm
fresh
start claunch --name "$NAME" --cgroup-parent "/cinit-tests.abs-$$" --pids 20 \
	"$ROOTFS" sh -c "$show"
soon said up
if [ "$v2" ]; then
	ok below "/sys/fs/cgroup/cinit-tests.abs-$$"
else
	ok below "/sys/fs/cgroup/*pids*/cinit-tests.abs-$$"
fi
send TERM
finish
status 143
is "what is left" \
	"$(find /sys/fs/cgroup -type d -name "cinit-tests.abs-$$*")" ""

it "refuses a --cgroup-parent with dots"
run claunch --cgroup-parent ../up "$ROOTFS" true
status 125
one_sentence
err_has "--cgroup-parent"

it "refuses a second container of the same name"
limitable
fresh
start claunch --name "$NAME" --pids 20 "$ROOTFS" sh -c "$show"
soon said up
first=$JOB
run claunch --name "$NAME" --pids 20 "$ROOTFS" true
status 125
one_sentence
err_has "cinit-$NAME"
ok test -d "$(group pids)"
send TERM "$first"
finish "$first"
status 143
ok gone

# ---- where it cannot be

it "refuses every limit to a user who has no cgroup, with the reason"
on user
for limit in --memory=64m --memory-high=64m --cpus=0.5 --cpu-weight=50 \
	--cpuset-cpus=0 --pids=20 --cgroup=pids.max=20; do
	fresh
	run claunch --name "$NAME" $limit "$ROOTFS" true
	status 125
	no_out
	one_sentence
	err_like "claunch: *.* cannot be set: *"
	ok gone
done

it "does without its default limit there, silently"
on user
run claunch "$ROOTFS" echo up
status 0
out up
no_err

it "tells a user who has no cgroup of his own what to do"
on vm
fresh
run setpriv --reuid=4242 --regid=4242 --clear-groups \
	claunch --name "$NAME" --memory 64m "$ROOTFS" true
status 125
no_out
one_sentence
err_has "claunch: memory.max cannot be set: " "delegated"
ok gone

it "lets that user run without limits"
on vm
run setpriv --reuid=4242 --regid=4242 --clear-groups \
	env HOME=/tmp claunch --userns single "$ROOTFS" echo up
status 0
out up
no_err

done_testing
