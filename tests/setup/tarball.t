# Tarballs as root file systems: compression, the cache, and archives that lie.
# shellcheck shell=sh disable=SC2016
. tests/lib.sh
tiers root user vm vm-user

cache=$HOME/.cache/cinit
[ "$(id -u)" != 0 ] || cache=/var/cache/cinit

# A small root file system: busybox, and a file to tell it by.
small=$T/small
mkdir -p "$small/bin" "$small/etc"
cp "$ROOTFS/bin/busybox" "$small/bin/"
for applet in sh cat true; do
	ln "$small/bin/busybox" "$small/bin/$applet"
done
echo root:x:0:0::/:/bin/sh >"$small/etc/passwd"

# pack NAME [TAR-OPTION...]: "small" with NAME in /etc/name, as $T/NAME.
pack() {
	echo "$1" >"$small/etc/name"
	archive=$T/$1
	shift
	tar -C "$small" -cf "$archive" "$@" .
}

# entries: what is in the cache, finished or not.
entries() {
	find "$cache" -mindepth 1 -maxdepth 1 ! -name index ! -name lock | sort
}

it "runs one that is compressed by gzip, xz, zstd or not at all"
for kind in -z -J --zstd --no-auto-compress; do
	pack "kind$kind.tar" $kind
	run claunch "$archive" cat /etc/name
	status 0
	out "kind$kind.tar"
	no_err
done

it "tells what it is by its content, not by its name"
pack backup.zip -z
run claunch "$archive" cat /etc/name
status 0
out backup.zip

it "unpacks once: the second start runs no tar and no checksum"
pack once.tar
sleep 3 # what was written just now could be written once more, unnoticed
for file in first second; do
	run strace -f -qq -e trace=execve -o "$T/$file" \
		claunch --userns single "$archive" cat /etc/name
	status 0
	out once.tar
done
ok grep -q '"/[a-z/]*/tar"' "$T/first"
ok grep -q '/sha256sum"' "$T/first"
not grep -q '/tar"\|sha256sum"' "$T/second"
run claunch "$TARBALL" true
run claunch "$TARBALL" true
took_less 0.5

it "keeps one entry for the same content under two names"
pack twice.tar
run claunch "$archive" true
before=$(entries)
cp "$archive" "$T/other-name"
run claunch "$T/other-name" cat /etc/name
out twice.tar
is "the cache" "$(entries)" "$before"

it "notices that the file has changed"
pack changing.tar
run claunch "$archive" cat /etc/name
out changing.tar
echo changed >"$small/etc/name"
tar -C "$small" -cf "$archive" .
run claunch "$archive" cat /etc/name
out changed

it "throws all writes away, and two runs do not see each other's"
start claunch "$TARBALL" sh -c 'echo mine >/etc/new; rm /etc/passwd; echo up; sleep 60'
soon said up
first=$JOB
run claunch "$TARBALL" sh -c 'ls /etc/new /etc/passwd'
out /etc/passwd
send TERM "$first"
finish "$first"
run claunch "$TARBALL" sh -c 'ls /etc/new /etc/passwd'
out /etc/passwd

it "is writable for root inside, also in its own directories"
run claunch "$TARBALL" sh -c \
	'echo a >/new && mkdir -p /etc/a/b && mv /etc/hosts /etc/a/b && rm /etc/group && ls /etc/a/b /new'
status 0
no_err
out_has hosts /new

it "lets directories of the archive be removed"
case $(uname -r) in
[1-5].* | 6.[0-5].* | 6.[0-5]-*) skip "tmpfs has no user xattrs before Linux 6.6" ;;
esac
run claunch "$TARBALL" sh -c 'rm -r /home && mkdir /home && ls /home'
status 0
no_out
no_err

it "has the owners of the archive, as far as this user can have them"
run claunch "$TARBALL" stat -c '%n %u:%g %a' /etc/passwd /home/user /tmp /root
status 0
out_has "/etc/passwd 0:0 644" "/tmp 0:0 1777" "/root 0:0 700" "/home/user 1000:1000 755"

it "does the same for someone with no other ids than his own"
on user
run claunch --userns single "$TARBALL" sh -c 'id -u; stat -c "%n %u:%g" /etc/passwd /home/user'
status 0
out_line 0 "/etc/passwd 0:0" "/home/user 0:0"

it "unpacks once when two start at the same time"
pack race.tar -z
start claunch "$archive" cat /etc/name
one=$JOB
start claunch "$archive" cat /etc/name
finish
status 0
out race.tar
no_err
finish "$one"
status 0
out race.tar
no_err
not test -e "$cache"/unpacking*

it "keeps the cache closed to all others"
is "its mode and owner" "$(stat -c '%a %u' "$cache")" "700 $(id -u)"

it "refuses a cache that others may write to"
on user vm-user
mkdir -p "$T/open/cinit"
chmod 777 "$T/open/cinit"
run env XDG_CACHE_HOME="$T/open" claunch "$TARBALL" true
status 125
no_out
one_sentence
err_has "$T/open/cinit"
rm -rf "$T/open/cinit"
ln -s /tmp "$T/open/cinit"
run env XDG_CACHE_HOME="$T/open" claunch "$TARBALL" true
status 125
one_sentence

# ---- what is no tarball, or only a part of one

it "refuses what is no tarball, with one sentence, and keeps nothing of it"
before=$(entries)
echo "just text" >"$T/text"
: >"$T/empty"
head -c 100000 /dev/urandom >"$T/noise"
printf 'text in gzip' | gzip >"$T/text.gz"
mkfifo "$T/fifo"
for bad in text empty noise text.gz fifo; do
	run claunch "$T/$bad" true
	status 125
	no_out
	one_sentence
	err_has "$T/$bad"
	took_less 5
done
run claunch /dev/null true
status 125
one_sentence
is "the cache" "$(entries)" "$before"

it "refuses a damaged one, with one sentence, and keeps nothing of it"
before=$(entries)
for kind in -z -J --zstd --no-auto-compress; do
	pack whole $kind
	size=$(stat -c %s "$archive")
	head -c $((size / 2)) "$archive" >"$T/half$kind"
	run claunch "$T/half$kind" cat /etc/name
	status 125
	no_out
	one_sentence
	err_has "$T/half$kind"
done
pack whole -z
{
	head -c 60000 "$archive"
	head -c 200 /dev/zero
	tail -c +60201 "$archive"
} >"$T/flipped"
run claunch "$T/flipped" cat /etc/name
status 125
one_sentence
err_has "$T/flipped"
is "the cache" "$(entries)" "$before"

it "leaves nothing when it is stopped while it unpacks"
before=$(entries)
head -c 100m /dev/zero >"$small/big"
pack big.tar
rm "$small/big"
start claunch "$archive" true
sleep 0.1
send TERM
finish
status 143
no_err
not test -e "$cache"/unpacking*
is "the cache" "$(entries)" "$before"
rm -f "$archive"

# ---- archives that lie

# hostile NAME: runs $T/NAME; whatever it says, nothing outside has changed.
hostile() {
	run claunch "$T/$1" true
	case $STATUS in
	0) ;;
	*) status 125; one_sentence ;;
	esac
	is "the victim after $1" "$(cd "$T/victim" && ls -lnR . && cat file)" "$was"
	not test -e "$T/evil"
	not test -e /tmp/evil
	not test -e /evil
	took_less 5
}
mkdir "$T/victim" "$T/work"
echo precious >"$T/victim/file"
was=$(cd "$T/victim" && ls -lnR . && cat file)
echo evil >"$T/work/evil"

it "cannot be made to write outside by names with dots or a leading slash"
pack dots.tar
tar -C "$T/work" -rPf "$archive" --transform "s,^evil,../../../../../../../../..$T/victim/new," evil
tar -C "$T/work" -rPf "$archive" --transform 's,^evil,../../evil,' evil
hostile dots.tar
pack slash.tar
tar -C "$T/work" -rPf "$archive" --transform "s,^evil,$T/victim/file," evil
tar -C "$T/work" -rPf "$archive" --transform 's,^evil,/tmp/evil,' evil
hostile slash.tar

it "cannot be made to write through a symbolic link of its own"
pack link.tar
ln -s "$T/victim" "$T/work/way"
tar -C "$T/work" -rf "$archive" way
mkdir "$T/work2" "$T/work2/way"
echo evil >"$T/work2/way/file"
echo evil >"$T/work2/way/new"
tar -C "$T/work2" -rf "$archive" way/file way/new
hostile link.tar
pack up.tar
ln -sfn ../../../../../../../../.. "$T/work/way"
tar -C "$T/work" -rf "$archive" way
mkdir -p "$T/work2/way$T/victim"
echo evil >"$T/work2/way$T/victim/file"
tar -C "$T/work2" -rf "$archive" "way$T/victim/file"
hostile up.tar

it "cannot be made to write through a hard link out"
pack hard.tar
echo evil >"$T/work/first"
ln "$T/work/first" "$T/work/second"
tar -C "$T/work" -rPf "$archive" --transform "flags=h;s,^first,$T/victim/file," first second
hostile hard.tar

it "cannot bring device nodes or set-user-id programs to the host"
pack special.tar
cp "$small/bin/busybox" "$T/work/suid"
chmod 4755 "$T/work/suid"
tar -C "$T/work" -rf "$archive" --owner=0 --group=0 suid
run claunch "$archive" true
status 0
if [ "$(id -u)" = 0 ]; then
	# the way there is closed to everybody else
	run setpriv --reuid=4242 --regid=4242 --clear-groups ls "$cache"
	status '[!0]*'
fi

it "stops before a small archive has filled the disk"
on root vm
mkdir "$T/bomb"
head -c 100m /dev/zero >"$T/bomb/zero"
tar -C "$T/bomb" -czf "$T/bomb.tar.gz" .
rm -r "$T/bomb"
run unshare --mount sh -c 'mount -t tmpfs -o size=24m tiny /var/cache || exit 99
	claunch "$1" true
	status=$?
	find /var/cache/cinit -size +1000k
	[ "$(df --output=avail -k /var/cache | tail -n 1)" -gt 20000 ] || echo full
	exit $status' sh "$T/bomb.tar.gz"
status 125
no_out
one_sentence
err_has "$T/bomb.tar.gz" full

done_testing
