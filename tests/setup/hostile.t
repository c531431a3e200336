# Hostile roots: whatever an image has where a container is made, nothing outside
# changes, nothing hangs, and a refusal is one sentence.
#
# This file makes links to the host's own root.  It never follows one: what it
# placed is taken away by unlink or rmdir alone, and no mode is changed here.
. tests/lib.sh
tiers root user vm

# The canary: what links of the image lead to.
canary=$T/canary
mkdir "$canary" "$canary/dir" "$canary/dir/sys" "$canary/dir/pts" "$canary/dir/sub"
for name in file dir/null dir/console dir/passwd dir/mtab; do
	echo canary >"$canary/$name"
done
state() {
	find "$canary" -printf '%p %y %s %U:%G %m %C@ %T@\n' | sort
	cut -d' ' -f5- /proc/self/mountinfo
}
clean=$(state)

copy_rootfs
mkdir "$OWN/work"
up=../../../../../../../../../../../..

# place KIND PATH: puts one there, where nothing is.
place() {
	case $1 in
	"absolute link") ln -s "$canary/dir" "$2" ;;
	"absolute link to a file") ln -s "$canary/file" "$2" ;;
	"relative escape") ln -s "$up$canary/dir" "$2" ;;
	"link to what is not there") ln -s "$canary/new" "$2" ;;
	"dangling link") ln -s /nowhere/at/all "$2" ;;
	"loop") ln -s "${2##*/}" "$2" ;;
	"link to the root") ln -s / "$2" ;;
	"link to a magic link") ln -s /proc/1/root "$2" ;;
	"link to a descriptor") ln -s /proc/self/fd/3 "$2" ;;
	file) echo file >"$2" ;;
	fifo) mkfifo "$2" ;;
	socket) "$HELPERS/odd" socket "$2" ;;
	"closed directory") mkdir -m 0 "$2" ;;
	"file of a terabyte") truncate -s 1T "$2" ;;
	"full device") mknod -m 666 "$2" c 1 7 ;;
	"block device") mknod -m 600 "$2" b 7 0 ;;
	esac
}

# discard PATH: takes away what was placed.  What a container made in it belongs
# to the container, which empties it; the path is a directory of the image then.
discard() {
	if [ -L "$1" ] || { [ -e "$1" ] && [ ! -d "$1" ]; }; then
		rm -f "$1"
	elif [ -d "$1" ] && ! rmdir "$1" 2>/dev/null; then
		timeout 10 claunch -v "${1%/*}:/mnt" --userns single "$ROOTFS" \
			rm -rf "/mnt/${1##*/}" || fail "cannot discard $1"
	fi
}

# harmless ARGS...: it runs, or is refused with one sentence; soon, both.
harmless() {
	run claunch "$@" 3</
	case $STATUS in
	0) out ran; no_err ;;
	12[567]) one_sentence; no_out ;;
	*) status "0, or 125 to 127" ;;
	esac
	took_less 2
}

kinds="absolute link
absolute link to a file
relative escape
link to what is not there
dangling link
loop
link to the root
link to a magic link
link to a descriptor
file
fifo
socket
closed directory
file of a terabyte"
case $TIER in
root | vm) kinds="$kinds
full device
block device" ;;
esac
# An emulated machine is slow; which kernel it is makes no difference to most.
[ "$SLOW" = 1 ] || kinds="absolute link
relative escape
link to the root
fifo
closed directory"
echo "$kinds" >"$T/kinds"

for target in proc sys dev etc tmp run var etc/passwd etc/group dev/console dev/null \
	dev/pts dev/shm dev/ptmx dev/fd sys/fs proc/sys work bin/sh; do
	it "stands whatever lies at /$target"
	if [ -e "$OWN/$target" ] || [ -L "$OWN/$target" ]; then
		mv -T "$OWN/$target" "$OWN/.saved"
	fi
	while read -r kind; do
		place "$kind" "$OWN/$target"
		seen=$t_why
		case $target in
		etc | etc/*)
			harmless -u user:users --group-add tty "$OWN" /bin/busybox echo ran ;;
		work) harmless -w /work "$OWN" /bin/busybox echo ran ;;
		bin/sh) harmless "$OWN" /bin/sh -c 'echo ran' ;;
		dev/*) harmless -v "$OWN/dev:/dev" "$OWN" /bin/busybox echo ran ;;
		*) harmless "$OWN" /bin/busybox echo ran ;;
		esac
		harmless -v "$canary/file:/$target" -v "$canary/dir:/$target/sub:ro" \
			"$OWN" /bin/busybox echo ran
		discard "$OWN/$target"
		[ "$t_why" = "$seen" ] || t_why="$t_why  with: $kind
"
	done <"$T/kinds"
	[ "$(state)" = "$clean" ] || {
		fail "outside it is not as it was"
		t_quote now "$(state)"
	}
	if [ -e "$OWN/.saved" ] || [ -L "$OWN/.saved" ]; then
		mv -T "$OWN/.saved" "$OWN/$target"
	fi
done

it "stands the same with a terminal"
for target in console pts ptmx null tty; do
	for kind in "absolute link" "link to what is not there" fifo "closed directory"; do
		place "$kind" "$OWN/dev/$target"
		for over in tmpfs "$OWN/dev"; do
			case $over in
			tmpfs) set -- ;;
			*) set -- -v "$over:/dev" ;;
			esac
			run claunch -t "$@" "$OWN" /bin/busybox true
			case $STATUS in
			0) pass ;;
			125) one_sentence ;;
			*) status "0 or 125" ;;
			esac
			took_less 2
		done
		discard "$OWN/dev/$target"
		is "outside" "$(state)" "$clean"
	done
done

it "refuses /proc and /sys that are links"
for target in proc sys; do
	rmdir "$OWN/$target"
	for link in "$canary/dir" / /etc "$up/etc" srv; do
		ln -s "$link" "$OWN/$target"
		run claunch "$OWN" true
		status 125
		one_sentence
		err_has "symbolic link"
		rm "$OWN/$target"
	done
	mkdir "$OWN/$target"
done

it "refuses databases that are no files, or too large"
for target in passwd group; do
	mv "$OWN/etc/$target" "$T/saved"
	for kind in fifo "file of a terabyte" "closed directory" loop; do
		place "$kind" "$OWN/etc/$target"
		run claunch -u user:users "$OWN" true
		status 125
		one_sentence
		took_less 2
		discard "$OWN/etc/$target"
	done
	mv "$T/saved" "$OWN/etc/$target"
done

it "reads databases through links inside the image only"
mv "$OWN/etc/passwd" "$OWN/etc/real"
for link in real /etc/real "$up/etc/real"; do
	ln -s "$link" "$OWN/etc/passwd"
	run claunch -u user "$OWN" id -u
	status 0
	out 1000
	rm "$OWN/etc/passwd"
done
mv "$OWN/etc/real" "$OWN/etc/passwd"

it "resolves chains of links, and ends those that are too long"
ln -s /srv "$OWN/work/l0"
i=0
while [ $i -lt 60 ]; do
	ln -s "../work/./l$i" "$OWN/work/l$((i + 1))"
	i=$((i + 1))
done
run claunch -v "$canary/dir:/work/l20:ro" "$OWN" ls /srv/passwd
status 0
out /srv/passwd
run claunch -v "$canary/dir:/work/l60:ro" "$OWN" true
status 125
one_sentence

it "stands links that grow beyond any path"
mkdir "$OWN/work/x"
long=
while [ ${#long} -lt 4000 ]; do
	long="x/../$long"
done
ln -s "$long" "$OWN/work/long"
run claunch -v "$canary/file:/work/long/long/srv/made:ro" "$OWN" cat /work/srv/made
case $STATUS in
0) out canary ;;
*) status 125; one_sentence ;;
esac
name=$(printf '%0255d' 0)
run claunch -v "$canary/file:/work/$name$name" "$OWN" true
status 125
one_sentence
is "outside" "$(state)" "$clean"

it "runs no program through a link out of the root"
ln -s "$canary/file" "$OWN/work/out"
ln -s "$up$(command -v claunch)" "$OWN/work/escape"
for name in /work/out /work/escape /proc/1/exe; do
	run claunch "$OWN" "$name"
	status '12[67]'
	one_sentence
done

it "is not fooled by an image that has a directory for each device"
for name in null zero tty ptmx fd stdin console; do
	mkdir "$OWN/dev/$name"
done
run claunch "$OWN" sh -c '[ -c /dev/null ] && [ -L /dev/fd ] && echo ran'
status 0
out ran

it "does not mind ten thousand entries"
(cd "$OWN/work" && seq 10000 | xargs touch)
run claunch -w /work "$OWN" ls -d x
status 0
out x
took_less 2

it "leaves the directories that everybody writes to alone"
on root vm
before=$(find /tmp /run -mindepth 1 -maxdepth 2 ! -path "$T*" ! -path '/run/cinit*' | sort)
run claunch "$ROOTFS" true
status 0
is "/tmp and /run" "$(find /tmp /run -mindepth 1 -maxdepth 2 ! -path "$T*" \
	! -path '/run/cinit*' | sort)" "$before"

done_testing
