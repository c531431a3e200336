# A root file system in memory: what a tarball holds, and no disk.
# shellcheck shell=sh disable=SC2016
. tests/lib.sh
tiers root user vm

cache=$HOME/.cache/cinit
[ "$(id -u)" != 0 ] || cache=/var/cache/cinit

# kept: all that is in the cache and beside the tarball.
kept() {
	find "$cache" "$T" ! -path "$T/out" ! -path "$T/err" ! -path "$T/job*" 2>/dev/null | sort
}

# A tarball of a busybox and so many MiB.
small=$T/small
mkdir -p "$small/bin" "$small/etc"
cp "$ROOTFS/bin/busybox" "$small/bin/"
for applet in sh cat dd grep true; do
	ln "$small/bin/busybox" "$small/bin/$applet"
done
echo memory >"$small/etc/name"
echo mine >"$small/etc/mine"
chmod 600 "$small/etc/mine"
head -c 8m /dev/zero >"$small/big"
tar -C "$small" -czf "$T/tarball.tar.gz" --owner=0 --group=0 .
rm -r "$small"
before=$(kept)

it "runs from memory, and leaves nothing on a disk"
run claunch --root-tmpfs "$T/tarball.tar.gz" sh -c 'cat /etc/name /etc/mine
	grep -c " / .* - tmpfs root " /proc/self/mountinfo'
status 0
no_err
out "memory
mine
1"
is "what is kept" "$(kept)" "$before"

it "is writable as a whole, and new each time"
for n in 1 2; do
	run claunch --root-tmpfs "$TARBALL" sh -c '
		[ ! -e /new ] && echo new >/new && rm -r /home && mkdir /home && ls /home
		rm -r /etc/* && cat /new'
	status 0
	no_err
	out new
done

it "has the owners and modes of the archive"
run claunch --root-tmpfs "$TARBALL" stat -c '%n %u:%g %a' /etc/passwd /home/user /tmp /root
status 0
out_has "/etc/passwd 0:0 644" "/tmp 0:0 1777" "/root 0:0 700" "/home/user 1000:1000 755"
run claunch --userns single --root-tmpfs "$TARBALL" stat -c '%n %u' /etc/passwd
out "/etc/passwd 0"

it "holds no more than was said"
run claunch --root-tmpfs=12m "$T/tarball.tar.gz" sh -c '
	dd if=/dev/zero of=/more bs=65536 count=1000; cat /etc/name'
status 0
out memory
err_has "No space left on device"
run claunch --root-tmpfs=64m "$T/tarball.tar.gz" dd if=/dev/zero of=/more bs=65536 count=100
status 0

it "says so when the archive does not fit"
for size in 4m 4096; do
	run claunch --root-tmpfs=$size "$T/tarball.tar.gz" true
	status 125
	no_out
	one_sentence
	err_has "does not fit" "$T/tarball.tar.gz" --root-tmpfs=SIZE
done
is "what is kept" "$(kept)" "$before"

it "is paid for by the container's limit on memory"
on root vm
run claunch --memory 24m --root-tmpfs=64m "$T/tarball.tar.gz" sh -c '
	echo up; dd if=/dev/zero of=/more bs=65536 count=600; echo down'
out_has up
err_has "out of memory"
run claunch --memory 64m --root-tmpfs=64m "$T/tarball.tar.gz" sh -c '
	dd if=/dev/zero of=/more bs=65536 count=300 && echo down'
out down

it "can be read-only, and a part of the archive"
run claunch --root-tmpfs --read-only "$TARBALL" sh -c 'echo x >/new; cat /etc/hostname /etc/passwd | head -n 1'
err_has "Read-only"
mkdir -p "$T/deep/image/bin"
cp "$ROOTFS/bin/busybox" "$T/deep/image/bin/sh"
tar -C "$T/deep" -cf "$T/deep.tar" .
run claunch --root-tmpfs --subdir /image "$T/deep.tar" sh -c 'echo /*'
status 0
out "/bin /dev /proc /run /sys /tmp"
run claunch --root-tmpfs --subdir /nowhere "$T/deep.tar" true
status 125
one_sentence
rm -r "$T/deep" "$T/deep.tar"

it "cannot be made to write outside"
mkdir "$T/evil" "$T/victim"
echo evil >"$T/evil/evil"
ln -s "$T/victim" "$T/evil/way"
cp "$T/tarball.tar.gz" "$T/evil.tar.gz"
gunzip "$T/evil.tar.gz"
tar -C "$T/evil" -rPf "$T/evil.tar" --transform "s,^evil,../../../../../../../..$T/victim/a," evil
tar -C "$T/evil" -rPf "$T/evil.tar" --transform "s,^evil,$T/victim/b," evil
tar -C "$T/evil" -rf "$T/evil.tar" way
tar -C "$T/evil" -rPf "$T/evil.tar" --transform "s,^evil,way/c," evil
run claunch --root-tmpfs "$T/evil.tar" true
case $STATUS in
0) ;;
*) status 125; one_sentence ;;
esac
is "the victim" "$(ls -A "$T/victim")" ""
rm -r "$T/evil" "$T/evil.tar" "$T/victim"

it "leaves nothing when it is stopped while it unpacks"
start claunch --root-tmpfs "$T/tarball.tar.gz" true
sleep 0.05
send TERM
finish
status 143
no_err
is "what is kept" "$(kept)" "$before"

it "refuses what cannot be"
for with in --overlay --overlay="$T/kept" "--layer=$T" --propagation=slave; do
	run claunch --root-tmpfs "$with" "$TARBALL" true
	status 125
	one_sentence
	err_has --root-tmpfs
done
run claunch --root-tmpfs "$ROOTFS" true
status 125
one_sentence
err_has directory --overlay
for size in "" 0 x -1; do
	run claunch --root-tmpfs="$size" "$TARBALL" true
	status 125
	one_sentence
done
run claunch --root-tmpfs "$T/err" true
status 125
one_sentence
not [ -e "$T/kept" ]

done_testing
