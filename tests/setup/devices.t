# Devices: the few that everybody has, and those that --device adds.
. tests/lib.sh
tiers root user vm vm-user

probe() {
	run claunch -v "$HELPERS:/opt:ro" "$@"
}

names="fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero"

it "has the devices that every program expects, and no other"
probe "$ROOTFS" /opt/probe devices
status 0
no_err
t_read_out
is "the names" "$(printf '%s\n' "$t_out" | sed 's/^dev\.\([a-z]*\)=.*/\1/' | paste -sd' ' -)" "$names"
while read -r name number; do
	get "dev.$name"
	ok t_has "$value" "c $number 0666"
done <<-END
	null 1:3
	zero 1:5
	full 1:7
	random 1:8
	urandom 1:9
	tty 5:0
END
while read -r name link; do
	get "dev.$name"
	is "$name" "$value" "$link"
done <<-END
	fd /proc/self/fd
	stdin /proc/self/fd/0
	stdout /proc/self/fd/1
	stderr /proc/self/fd/2
	ptmx pts/ptmx
END

it "has devices that work, for any user"
for user in 0 1000; do
	[ $user = 0 ] || [ "$TIER" != vm-user ] || continue
	run claunch -u $user "$ROOTFS" sh -c '
		echo x >/dev/null && head -c 3 /dev/zero | od -An -tx1
		head -c 8 /dev/urandom | wc -c; head -c 8 /dev/random | wc -c
		echo x >/dev/full; [ -c /dev/ptmx ] && echo ptmx; ls /dev/fd/0'
	err_has "No space left on device"
	out " 00 00 00
8
8
ptmx
/dev/fd/0"
done

it "opens its standard output by name where that is its own"
run claunch -v "$T:/mnt" --userns single "$ROOTFS" sh -c '
	{ echo out >>/dev/stdout; echo more >>/dev/stderr; } >>/mnt/made 2>>/mnt/made
	cat /mnt/made'
status 0
out "out
more"

it "has them without a user namespace too, as nodes of its own"
on root vm
probe --userns host "$ROOTFS" /opt/probe devices mounts
status 0
get dev.null; is "null" "$value" "c 1:3 0666 0:0"
get dev.tty; is "tty" "$value" "c 5:0 0666 0:0"
out_lacks mount./dev/null=

it "cannot make devices"
for extra in "" --cap-add=MKNOD; do
	run claunch $extra "$ROOTFS" sh -c '
		mknod /dev/sda b 8 0; mknod /tmp/kmsg c 1 11; mknod /srv/mem c 1 1
		[ ! -e /dev/sda ] && [ ! -e /tmp/kmsg ] && [ ! -e /srv/mem ] && echo none'
	out none
done

it "can make no device that works, without a user namespace"
on root vm
run claunch --userns host --cap-add MKNOD "$ROOTFS" sh -c '
	for at in / /tmp /run /srv /dev/shm; do
		mknod $at/n c 1 3 && { echo x >$at/n; } 2>/dev/null && echo "works: $at"
		rm -f $at/n
	done; echo end'
out_has end
out_lacks works

case $TIER in root | vm)
it "honours no device of the image"
copy_rootfs
mknod -m 666 "$OWN/srv/null" c 1 3
mknod -m 666 "$OWN/srv/kmsg" c 1 11
for userns in auto host; do
	run claunch --userns $userns "$OWN" sh -c 'echo x >/srv/null; cat /srv/kmsg'
	status 1
	no_out
	err_has "ermission denied"
done
esac

case $TIER in root)
it "does not open a device of the image itself"
rm "$OWN/etc/passwd"
mknod -m 666 "$OWN/etc/passwd" c 1 3
for userns in auto host; do
	run strace -f -e trace=openat2 -o "$T/log" claunch --userns $userns "$OWN" true
	status 125
	is "opened" "$(grep 'etc/passwd.*O_RDONLY|O_NONBLOCK' "$T/log" | grep -v EACCES | grep -c ' = [0-9]')" 0
done
esac

it "shows a device of the host with --device"
run claunch --device /dev/zero:/dev/mine --device /dev/null:/srv/null "$ROOTFS" sh -c '
	head -c 2 /dev/mine | od -An -tx1; echo x >/srv/null && stat -c %t:%T /srv/null'
status 0
out " 00 00
1:3"
run claunch "$ROOTFS" rm -f /srv/null

it "shows it under its own name where no other is given"
on root vm
run claunch --device /dev/zero "$ROOTFS" stat -c %t:%T /dev/zero
status 0
out 1:5

it "shows a device without setuid and programs"
probe --device /dev/zero:/dev/mine "$ROOTFS" /opt/probe mounts
get mount./dev/mine
ok t_has "$value" nosuid
ok t_has "$value" noexec

echo secret >"$T/file"
mkdir "$T/dir"
mkfifo "$T/fifo"
LIMIT=5
for what in "$T/file" "$T/dir" "$T/fifo" /etc/passwd /etc; do
	it "refuses --device ${what#"$T/"}, which is none"
	run claunch --device "$what:/dev/mine" "$ROOTFS" head -c 1 /dev/mine </dev/null
	status 125
	one_sentence
	no_out
done

for what in "" : /dev/null: /dev/null:relative /dev/null:/dev/x:rwm /dev/nowhere \
	/dev/null:/proc/x /dev/null:/srv/../x; do
	it "refuses --device \"$what\""
	run claunch --device "$what" "$ROOTFS" true
	status 125
	one_sentence
done

done_testing
