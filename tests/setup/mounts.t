# Mounts: what every container has, what is hidden, what is protected; --tmpfs
# and --mount.
. tests/lib.sh
tiers root user vm vm-user

probe() {
	run claunch -v "$HELPERS:/opt:ro" "$@"
}

# mounted TARGET TYPE FLAG...: it is, with these flags; a flag after "-" is not.
mounted() {
	[ ! "$t_off" ] || return 0
	at=$1 type=$2
	shift 2
	get "mount.$at"
	[ "$value" ] || return 0
	is "the type of $at" "${value%% *}" "$type"
	flags=${value#* } flags=,${flags%% *},
	for flag; do
		case $flag in
		-*) not t_has "$flags" ",${flag#-}," ;;
		*) ok t_has "$flags" ",$flag," ;;
		esac
	done
}

# option TARGET TEXT: the file system has this option.
option() {
	get "mount.$1"
	ok t_has ",${value##* }," ",$2,"
}

probe "$ROOTFS" /opt/probe mounts devices guarded

it "has /proc, with neither programs nor devices"
status 0
no_err
mounted /proc proc rw nosuid nodev noexec

it "has /sys, read-only"
mounted /sys sysfs ro nosuid nodev noexec

it "has /dev, of its own and small"
mounted /dev tmpfs rw nosuid noexec -nodev
option /dev mode=755
option /dev size=64k

it "has /dev/pts, a new instance"
mounted /dev/pts devpts rw nosuid noexec
option /dev/pts ptmxmode=666

it "has /dev/shm of 64 MiB"
mounted /dev/shm tmpfs rw nosuid nodev noexec
option /dev/shm size=65536k
get dev.shm; is "its mode" "$value" "dir 1777"

it "has /dev/mqueue"
mounted /dev/mqueue mqueue rw nosuid nodev noexec

it "has /tmp and /run, each a tmpfs"
mounted /tmp tmpfs rw nosuid nodev
mounted /run tmpfs rw nosuid nodev
option /run mode=755
run claunch "$ROOTFS" stat -c '%n %a %u:%g' /tmp /run /dev/shm /dev
out "/tmp 1777 0:0
/run 755 0:0
/dev/shm 1777 0:0
/dev 755 0:0"

it "has the cgroup tree, read-only"
probe "$ROOTFS" /opt/probe mounts guarded
case $TIER in
vm | vm-user)
	mounted /sys/fs/cgroup cgroup2 ro nosuid nodev noexec ;;
root)
	mounted /sys/fs/cgroup tmpfs ro nosuid nodev noexec
	mounted /sys/fs/cgroup/pids cgroup ro nosuid nodev noexec ;;
*)
	get path./sys/fs/cgroup
	ok t_has "$value" ",protected" ;;
esac

it "sees only its own part of the cgroup tree"
run claunch "$ROOTFS" cat /proc/self/cgroup
status 0
t_read_out
is "cgroups that are not the root" "$(printf '%s\n' "$t_out" | grep -v ':/$')" ""

it "hides what tells about the host"
probe "$ROOTFS" /opt/probe guarded
for path in /proc/acpi /proc/asound /proc/interrupts /proc/kallsyms /proc/kcore \
	/proc/keys /proc/latency_stats /proc/sched_debug /proc/scsi \
	/proc/timer_list /proc/timer_stats /sys/devices/virtual/powercap \
	/sys/firmware; do
	get "path.$path"
	case $value in
	absent | *,empty,ro,protected) pass ;;
	*) fail "$path is $value" ;;
	esac
done
# The helper does not read from this one.
get path./proc/kmsg
case $value in
absent | file,*,ro,protected) pass ;;
*) fail "/proc/kmsg is $value" ;;
esac
run claunch "$ROOTFS" cat /proc/kmsg /proc/kallsyms /proc/vmallocinfo
no_out

it "hides with something that is no one's to open"
run claunch "$ROOTFS" sh -c '
	for p in /proc/kallsyms /proc/keys /proc/timer_list; do
		[ ! -e $p ] || stat -c "%F %a %s" $p
	done | sort -u; echo >/proc/kallsyms'
out "regular empty file 0 0"
isnt status "$STATUS" 0

it "protects what changes the host"
probe "$ROOTFS" /opt/probe guarded
for path in /proc/bus /proc/fs /proc/irq /proc/sys /proc/sysrq-trigger \
	/proc/sys/kernel/core_pattern /sys/kernel /sys/fs/cgroup \
	/sys/devices/system/cpu; do
	get "path.$path"
	case $value in
	absent | *,ro,protected) pass ;;
	*) fail "$path is $value" ;;
	esac
done

it "refuses writes to /proc/sys and /sys"
before=$(cat /proc/sys/kernel/core_pattern)
run claunch "$ROOTFS" sh -c '
	for f in /proc/sys/kernel/core_pattern /proc/sys/vm/swappiness \
		/proc/sysrq-trigger /proc/irq/default_smp_affinity \
		/sys/kernel/mm/transparent_hugepage/enabled \
		/sys/module/kernel/parameters/panic /sys/power/state; do
		{ echo 1 >$f; } 2>/dev/null && echo "written: $f"
	done
	mkdir /sys/fs/cgroup/x /proc/x 2>/dev/null && echo made
	echo end'
out end
is "the host's core_pattern" "$(cat /proc/sys/kernel/core_pattern)" "$before"

it "cannot take the masks away"
for more in "" --cap-add=SYS_ADMIN; do
	run claunch $more "$ROOTFS" sh -c '
		umount /proc/kallsyms; umount -l /proc/keys; umount /proc/sys
		mount -o remount,rw /proc/sys; mount -o remount,rw /sys
		[ ! -s /proc/kallsyms ] || echo seen
		{ echo x >/proc/sys/kernel/core_pattern; } && echo written
		echo end' 2>/dev/null
	[ "$more" ] || out end
done

it "shows and opens all of it with --no-mask"
probe --no-mask "$ROOTFS" /opt/probe guarded mounts
status 0
get path./proc/kallsyms; ok t_has "$value" readable
out_lacks mount./proc/

# ---- --tmpfs

it "mounts a tmpfs, which is nosuid and nodev"
probe --tmpfs /srv "$ROOTFS" /opt/probe mounts
status 0
mounted /srv tmpfs rw nosuid nodev -noexec
before=$(ls -A "$ROOTFS/srv")
run claunch --tmpfs /srv "$ROOTFS" sh -c 'touch /srv/x && ls /srv'
out x
is "the image" "$(ls -A "$ROOTFS/srv")" "$before"

it "gives a tmpfs its options"
probe --tmpfs /srv:size=1m,mode=700,noexec,ro "$ROOTFS" /opt/probe mounts
mounted /srv tmpfs ro noexec nosuid nodev
option /srv size=1024k
option /srv mode=700
run claunch --tmpfs /srv:size=64k "$ROOTFS" sh -c '
	head -c 1000000 /dev/zero >/srv/x; stat -c %s /srv/x'
out 65536
run claunch --tmpfs /srv:noexec "$ROOTFS" sh -c 'cp /bin/busybox /srv; /srv/busybox true'
status 126

it "lets a tmpfs have suid and dev where asked"
probe --tmpfs /srv:suid,dev "$ROOTFS" /opt/probe mounts
status 0
mounted /srv tmpfs -nosuid -nodev

it "replaces a default mount where asked"
probe --tmpfs /tmp:size=2m "$ROOTFS" /opt/probe mounts
status 0
option /tmp size=2048k
probe --tmpfs /dev/shm:size=1m "$ROOTFS" /opt/probe mounts
status 0
option /dev/shm size=1024k

for value_of in relative "" / /proc /proc/sys /sys /srv/../etc /srv:nope /srv:size=x \
	/srv:mode=9 /srv:size= /srv:size=1m,size=2m /srv: /srv:rec /srv:uid=-1; do
	it "refuses --tmpfs \"$value_of\""
	run claunch --tmpfs "$value_of" "$ROOTFS" true
	status 125
	one_sentence
done

# ---- --mount

it "mounts as --mount says"
mkdir "$T/src"
echo text >"$T/src/file"
probe --mount "type=bind,src=$T/src,dst=/srv,ro,nodev" --mount type=tmpfs,dst=/mnt,size=1m \
	"$ROOTFS" /opt/probe mounts
status 0
get mount./srv; ok t_has "$value" " ro,"
ok t_has "$value" nodev
mounted /mnt tmpfs rw nosuid nodev
option /mnt size=1024k
run claunch --mount "type=bind,src=$T/src,dst=/srv" "$ROOTFS" cat /srv/file
out text

it "mounts another file system with options of its own"
probe --mount type=ramfs,dst=/mnt,o=mode=711 "$ROOTFS" /opt/probe mounts
status 0
mounted /mnt ramfs nosuid nodev

for value_of in dst=/mnt type=bind,dst=/mnt type=tmpfs type=bind,src=/nowhere,dst=/mnt \
	type=bind,src=,dst=/mnt type=tmpfs,dst=/mnt,rec type=tmpfs,dst=/mnt,nope \
	type=no-such-fs,dst=/mnt type=tmpfs,dst=/proc type=tmpfs,dst=/mnt,o=nope=1 \
	type=../x,dst=/mnt type=bind,src=/etc,dst=/mnt,size=1 type=ramfs,dst=/mnt,size=1 \
	type=tmpfs,type=tmpfs,dst=/mnt ""; do
	it "refuses --mount \"$value_of\""
	run claunch --mount "$value_of" "$ROOTFS" true
	status 125
	one_sentence
done

case $TIER in root)
it "mounts for root what only the host can, with the owners on the disk"
mkdir "$T/disk"
echo disk >"$T/disk/file"
truncate -s 4m "$T/image"
mkfs.ext4 -q -d "$T/disk" "$T/image"
disk=$(losetup --find --show "$T/image")
for userns in auto single host; do
	run claunch --userns $userns --mount "type=ext4,src=$disk,dst=/mnt,o=errors=remount-ro" \
		"$ROOTFS" sh -c 'stat -c %u:%g /mnt/file; echo more >>/mnt/file; cat /mnt/file'
	status 0
	no_err
	out_has 0:0 disk
done
run claunch --mount "type=ext4,src=$disk,dst=/mnt,ro" "$ROOTFS" sh -c '
	grep " /mnt " /proc/self/mountinfo; echo x >>/mnt/file'
err_has "Read-only"
out_like "* ro,nosuid,nodev,*ext4*ro*"
run claunch --mount "type=ext4,src=$disk,dst=/mnt,o=nope=1" "$ROOTFS" true
status 125
one_sentence
err_has nope
losetup -d "$disk"
run claunch --mount "type=ext4,src=$T/image,dst=/mnt" "$ROOTFS" true
status 125
one_sentence
err_has losetup
run claunch --mount "type=ext4,src=$T/nowhere,dst=/mnt" "$ROOTFS" true
status 125
one_sentence
esac

it "does not let an unprivileged user mount what only root may"
on user vm-user
run claunch --mount type=ext4,src=/dev/null,dst=/mnt "$ROOTFS" true
status 125
one_sentence

done_testing
