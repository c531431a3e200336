# PID 1 of a machine: what it finds, what it makes of it, and every way to its end.
# Each boot takes seconds: few of them, and many sentences about each.
# shellcheck shell=sh disable=SC2016
. tests/lib.sh
tiers root
LIMIT=40

kernel=$(tests/vm/kernel amd64) || exit
KERNEL=$kernel/boot/vmlinuz INITRD=$T/initrd QEMU_ARGS=
export KERNEL INITRD QEMU_ARGS

# The image as it is made, then what only these tests have: the scripts that are
# the command, a helper, and drivers with an /init of another make that loads
# them and goes on as cinit.
extra=$T/extra
mkdir -p "$extra/modules" "$extra/t"
cp "$HELPERS/upset" "$HELPERS/orphans" "$extra/t"
version=$(ls "$kernel/lib/modules")
for m in virtio_pci virtio_console virtio_blk virtio_net; do
	modprobe -d "$kernel" -S "$version" --show-depends $m
done | awk '$1 == "insmod" && !seen[$2]++ {
	n = split($2, part, "/")
	printf "%s %02d-%s\n", $2, ++i, part[n]
}' | while read -r from to; do
	cp "$from" "$extra/modules/$to"
done
cat >"$extra/start" <<'END'
#!/bin/sh
for m in /modules/*; do
	insmod "$m"
done
mount -t tmpfs -o size=4m run /run
mount -t devtmpfs dev /dev
mkdir -p /var/lib/cinit
mount -t ext4 /dev/vda /var/lib/cinit
exec /sbin/cinit "$@"
END

cat >"$extra/t/see" <<'END'
echo "arguments=$*"
echo "unknown=$unknown"
echo "tty=$(tty)"
echo "said=" >/dev/tty
ps -o pid,ppid,pgid,sid,comm | awk -v me=$$ '$1 == me { print "under=" $2, "group=" ($3 == me), "session=" $4 }'
awk '{ for (i = 7; $i != "-"; i++); print "mount=" $5, $(i + 1), $6 }' /proc/self/mountinfo
mount | sed -n 's/^cgroup2 .*(\(.*\))/cgroup2=\1/p'
stat -c 'mode=%n %a' /dev /dev/shm /run /tmp
echo "fd=$(readlink /dev/fd) $(ls -l /dev/stdin | sed 's/.* //')"
echo "cgroup=$(cat /proc/1/cgroup)"
echo "have=$(cat /sys/fs/cgroup/cgroup.controllers)"
echo "give=$(cat /sys/fs/cgroup/cgroup.subtree_control)"
echo "hostname=$(hostname)"
ip -o link show lo | grep -o 'LOOPBACK,UP'
ip -o addr show lo | grep -o 'inet 127.0.0.1/8'
echo "resident=$(sed -n 's/VmRSS:[^0-9]*//p' /proc/1/status)"

/t/orphans 300
sleep 1
echo "zombies=$(grep -l '^State:.Z' /proc/[0-9]*/status | wc -l)"

trap 'echo "got=SEGV"' SEGV
trap 'echo "got=ABRT"' ABRT
kill -KILL 1
kill -SEGV 1
sleep 0.2
kill -SEGV 1
sleep 0.2
kill -ABRT 1
sleep 0.2
echo "alive=$(cat /proc/1/comm)"
exit 207
END

cat >"$extra/t/serve" <<'END'
ip -o addr show eth0 | grep -o 'inet .* eth0'
ip route
echo "hostname=$(hostname)"
mount | grep 'on /run '
stat -c seed=%s /var/lib/cinit/random-seed
echo "limit=$(cat "/sys/fs/cgroup$(cut -d: -f3 /proc/self/cgroup)/pids.max")"
mount /dev/vda /mnt
mkdir '/mnt/a b'
mount -t tmpfs none '/mnt/a b'
setsid sh -c 'trap "" TERM; echo deaf; while :; do sleep 1000; done' >/mnt/open &
trap 'echo stopped; exit 9' TERM
trap 'echo interrupted' INT
echo up
sleep 1000 &
wait
wait
END

cat >"$extra/t/break" <<'END'
mount /dev/vda /mnt
mkdir /mnt/dir
exec >/mnt/open
trap : SEGV
i=0
while [ $i -lt 500 ]; do # some find it at work, and not waiting
	kill -SEGV 1
	i=$((i + 1))
done
sleep 0.2
/t/upset 1
sleep 1000
END
chmod 755 "$extra/start" "$extra/t"/*

images/vm/make "$T/vm.cpio"
{
	cat "$T/vm.cpio" # not compressed: the kernel finds the next one more easily
	(cd "$extra" && find . | cpio --quiet -o -H newc)
} >"$INITRD"

# boot WORD...: a whole life of a machine; its console is standard output
boot() {
	run images/vm/run "$@"
	tr -d '\r' <"$T/out" >"$T/out.lf"
	mv "$T/out.lf" "$T/out"
}

disk() {
	rm -rf "$T/disk" "$T/files"
	truncate -s 16M "$T/disk"
	mkdir "$T/files"
	printf %032d 0 >"$T/files/random-seed"
	mkfs.ext4 -q -F -d "$T/files" "$T/disk"
}
# the journal has nothing to replay, and all is in its place
clean_disk() {
	dumpe2fs -h "$T/disk" >"$T/disk.says" 2>&1
	file_has "$T/disk.says" "Filesystem state:         clean"
	not grep -q needs_recovery "$T/disk.says"
	e2fsck -fn "$T/disk" >"$T/disk.says" 2>&1 || fail "e2fsck: $(cat "$T/disk.says")"
}

disk_args="-drive if=none,id=disk,format=raw,file=$T/disk -device virtio-blk-pci,drive=disk"

# ---- the image alone: cinit is /init

it "makes the same bytes each time"
mkdir "$T/other"
images/vm/make "$T/other/vm.cpio"
ok cmp "$T/vm.cpio" "$T/other/vm.cpio"

it "boots, becomes the command behind --, and ends with its status"
boot word unknown=1 cinit.hostname="two words" -- sh /t/see one "two three"
status 207
out_line "cinit: the command ended with status 207"
out_lacks "Kernel panic"

it "gives the command its own words, and the kernel's to the environment"
out_line "arguments=one two three" "unknown=1"

it "has the console for a terminal, and the command in its foreground"
out_line "tty=/dev/console" "said=" "under=1 group=1 session=1"

it "mounts what every system has, with flags that are as tight as they can be"
out_line "mount=/proc proc rw,nosuid,nodev,noexec,relatime" \
	"mount=/sys sysfs rw,nosuid,nodev,noexec,relatime" \
	"mount=/dev devtmpfs rw,nosuid,relatime" \
	"mount=/dev/pts devpts rw,nosuid,noexec,relatime" \
	"mount=/dev/shm tmpfs rw,nosuid,nodev,relatime" \
	"mount=/dev/mqueue mqueue rw,nosuid,nodev,noexec,relatime" \
	"mount=/run tmpfs rw,nosuid,nodev,relatime" \
	"mount=/tmp tmpfs rw,nosuid,nodev,relatime" \
	"mount=/sys/fs/cgroup cgroup2 rw,nosuid,nodev,noexec,relatime"
out_line "mode=/dev 755" "mode=/dev/shm 1777" "mode=/run 755" "mode=/tmp 1777"
out_line "fd=/proc/self/fd fd/0"

it "has all controllers for cgroups of the command, and a leaf for itself"
out_line "cgroup=0::/init"
out_like "*cgroup2=*nsdelegate*"
get have
have=$value
get give
is "the controllers enabled" "$value" "$have"
out_like "*have=*cpu*memory*pids*"

it "takes a host name of two words from the kernel's command line"
out_line "hostname=two words"

it "has loopback up"
out_line "LOOPBACK,UP" "inet 127.0.0.1/8"

it "reaps orphans"
out_line "zombies=0"

it "stays small"
get resident
between "resident kB" "${value% kB}" 1 80

it "passes on signals that would mean a fault, and does not die of them or of KILL"
is "signals" "$(grep -c got= "$T/out")" 3
out_line "got=SEGV" "got=ABRT" "alive=init"

# ---- drivers, a disk, a network, a way to press keys: another /init before

it "makes Ctrl-Alt-Del an orderly stop of the command, and ends what it leaves"
disk
mkfifo "$T/keys.in" "$T/keys.out"
QEMU_ARGS="$disk_args
	-netdev user,id=net,restrict=on -device virtio-net-pci,netdev=net,romfile=
	-device virtio-serial-pci
	-chardev file,id=port,path=$T/port
	-device virtserialport,chardev=port,name=org.cinit.status
	-chardev pipe,id=keys,path=$T/keys -mon chardev=keys"
exec 8<>"$T/keys.in" # or a machine that is dead would keep us waiting
start images/vm/run rdinit=/start word cinit.debug-exit=none cinit.end=reboot \
	ip=10.0.2.9::10.0.2.2:255.255.0.0:from-ip:eth0:off cinit.grace=1 cinit.pids=77 -- -v sh /t/serve
soon said "up"
echo "sendkey ctrl-alt-delete" >&8
finish
exec 8>&-
status 9
tr -d '\r' <"$t_o" >"$T/out" && t_o=$T/out
out_line "up" "stopped" "cinit: the command ended with status 9"
out_lacks "interrupted"
out_lacks "Kernel panic"
out_lacks "neither"

it "takes up what an /init before it has made"
out_line "run on /run type tmpfs (rw,relatime,size=4096k,inode64)"

it "sets a static address, its gateway and a host name, as ip= says"
out_line "inet 10.0.2.9/16 brd 10.0.255.255 scope global eth0" \
	"default via 10.0.2.2 dev eth0 " "hostname=from-ip"

it "limits the command as its options say"
out_line "limit=77"

it "uses a random seed once, and leaves another"
out_line "seed=0"
debugfs -R "dump random-seed $T/seed" "$T/disk" 2>/dev/null
is "bytes of the seed" "$(wc -c <"$T/seed")" 32
not cmp -s "$T/seed" "$T/files/random-seed"

it "tells the status to the virtio port org.cinit.status"
file_is "$T/port" 9

it "restarts when cinit.end=reboot says so"
out_like "*reboot: Restarting system*"

it "leaves a clean disk behind, though a process held on to it"
clean_disk

# ---- what goes wrong

it "ends the machine in order when PID 1 itself fails, after signals that look like it"
disk
QEMU_ARGS=$disk_args
boot rdinit=/start cinit.debug-exit=none -- sh /t/break
out_like "*
cinit: PID 1 itself has failed: SIGSEGV at 0x8: the machine ends
*"
out_like "*reboot: Power down*"
out_lacks "Kernel panic"

it "leaves a clean disk behind even then"
clean_disk

it "says what is wrong with its options, and powers off"
QEMU_ARGS=
boot cinit.no_such=1
status 125
out_line "cinit: --no-such: there is no such option; see cinit --help"
out_lacks "Kernel panic"

it "outlives a command that is not there, and one that is help"
boot -- no-such-command
status 127
out_like "*cinit: no-such-command: command not found in PATH*"
out_lacks "Kernel panic"
boot -- --help
status 0
out_line "See cinit(8), cinit-services(5)."
out_lacks "Kernel panic"

# ---- and what is no machine

# Process 2 is of a group outside, and so looks like the kernel's.
it "does not take a container for a machine"
run unshare --pid --fork --mount-proc --kill-child sh -c \
	'sleep 9 & exec cinit -- sh -c "ps -o pid=,pgid=,comm= -p 1,2; mount"'
status 0
no_err
out_like "*2 *0 sleep*"
is "mounts" "$(grep -c ' on /dev/mqueue \| on /tmp ' "$T/out")" \
	"$(mount | grep -c ' on /dev/mqueue \| on /tmp ')"

done_testing
