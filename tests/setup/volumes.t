# Volumes: files and directories of the host, shown as --volume says.
. tests/lib.sh
tiers root user vm vm-user

data=$T/data
mkdir -m 777 "$data" "$data/sub"
echo text >"$data/file"
echo deep >"$data/sub/file"
cp "$HELPERS/probe" "$data/probe"
chmod 4755 "$data/probe"

# flags TARGET FLAG...: the mount has them; those after "-" it has not.
flags() {
	[ ! "$t_off" ] || return 0
	at=$1
	shift
	get "mount.$at"
	[ "$value" ] || return 0
	found=${value#* } found=,${found%% *},
	for flag; do
		case $flag in
		-*) not t_has "$found" ",${flag#-}," ;;
		*) ok t_has "$found" ",$flag," ;;
		esac
	done
}

# shown OPTS FLAG...: the flags of a volume with these options.
shown() {
	opts=$1
	shift
	run claunch -v "$HELPERS:/opt" -v "$data:/srv$opts" "$ROOTFS" /opt/probe mounts
	status 0
	no_err
	flags /srv "$@"
}

it "shows a directory"
run claunch -v "$data:/srv" "$ROOTFS" cat /srv/file /srv/sub/file
status 0
no_err
out "text
deep"

it "shows a file, on a file that is there and on one that is not"
run claunch -v "$data/file:/etc/group" -v "$data/file:/srv/made/here" "$ROOTFS" \
	cat /etc/group /srv/made/here
status 0
out "text
text"
run claunch "$ROOTFS" sh -c 'head -n 1 /etc/group; stat -c "%F %s" /srv/made/here; rm -r /srv/made'
out "root:x:0:
regular empty file 0"

it "shows a socket, which reaches who listens outside"
start perl -MSocket -e 'socket(S, AF_UNIX, SOCK_DGRAM, 0) && bind(S, sockaddr_un($ARGV[0])) or die $!;
	chmod(0666, $ARGV[0]); recv(S, $_, 99, 0); print' "$T/socket"
soon [ -S "$T/socket" ]
# Read-only is the file, not what is sent to it.
run claunch -v "$T/socket:/srv/socket:ro,nosuid,nodev" -v "$HELPERS:/opt" -e NOTIFY_SOCKET=/srv/socket \
	"$ROOTFS" /opt/notify "from inside"
status 0
finish
out "from inside"
run claunch "$ROOTFS" rm /srv/socket

it "shows a fifo, and a device, which works"
mkfifo -m 666 "$T/fifo"
start timeout 20 cat "$T/fifo"
run claunch -v "$T/fifo:/srv/fifo" -v /dev/zero:/srv/zero "$ROOTFS" sh -c '
	echo through >/srv/fifo; head -c 3 /srv/zero | od -An -tx1; [ -c /srv/zero ] && echo device'
status 0
out " 00 00 00
device"
finish
out through
run claunch -v /dev/zero:/srv/zero:nodev "$ROOTFS" sh -c 'head -c 3 /srv/zero'
isnt status "$STATUS" 0
no_out
run claunch -v /dev/null:/srv/null:ro "$ROOTFS" sh -c 'echo x >/srv/null && chmod 600 /srv/null'
isnt status "$STATUS" 0
err_has "Read-only file system"
run claunch "$ROOTFS" rm /srv/fifo /srv/zero /srv/null
status 0

it "makes directories that are missing"
run claunch -v "$data:/srv/a/b/c" "$ROOTFS" cat /srv/a/b/c/file
status 0
out text
run claunch "$ROOTFS" rm -r /srv/a
status 0

it "writes to a volume"
run claunch -v "$data:/srv" "$ROOTFS" sh -c 'echo new >/srv/new'
status 0
file_is "$data/new" new
run claunch -v "$data:/srv" "$ROOTFS" rm /srv/new
not [ -e "$data/new" ]

it "shows volumes in their order, one on the other"
run claunch -v "$data:/srv" -v "$data/sub:/srv/sub/../x" "$ROOTFS" true
status 125
one_sentence
run claunch -v "$data:/srv" -v "$T:/srv/sub" "$ROOTFS" sh -c 'ls -d /srv/sub/data; cat /srv/sub/data/file'
status 0
out "/srv/sub/data
text"

it "does not write to a volume with ro"
shown :ro ro -rw
run claunch -v "$data:/srv:ro" "$ROOTFS" sh -c '
	touch /srv/x && echo touched; echo x >>/srv/file && echo written
	chmod 700 /srv/file && echo chmod; mkdir /srv/sub/x && echo mkdir
	rm /srv/file && echo removed; mv /srv/file /srv/y && echo moved
	echo end'
out end
err_has "Read-only file system"
file_is "$data/file" text

it "does not write to a file with ro"
run claunch -v "$data/file:/etc/hosts:ro" "$ROOTFS" sh -c 'cat /etc/hosts; echo x >/etc/hosts'
status 1
out text
file_is "$data/file" text

it "runs no program of a volume with noexec"
shown :noexec noexec
run claunch -v "$data:/srv:noexec" "$ROOTFS" /srv/probe status
status 126
one_sentence
run claunch -v "$data:/srv" "$ROOTFS" /srv/probe status
status 0

it "applies nosuid, nodev and noatime"
shown :nosuid nosuid
shown :nodev nodev
shown :ro,nosuid,nodev,noexec ro nosuid nodev noexec

it "applies no flag that was not asked for"
on root vm vm-user
shown "" rw -ro -noexec -nosuid -nodev
shown :rw rw -ro

it "takes the last of two flags that contradict"
shown :ro,rw rw -ro
shown :rw,ro ro -rw

it "is private, whatever the host's mount is"
shown ""
get mount./srv
ok t_has "$value" " private "

# ---- mounts below

case $TIER in root | vm)
it "leaves out the mounts below a volume, and takes them along with rec"
mkdir "$T/tree" "$T/tree/below"
echo under >"$T/tree/below/hidden"
mount -t tmpfs below "$T/tree/below"
echo over >"$T/tree/below/file"
run claunch -v "$T/tree:/srv" "$ROOTFS" ls /srv/below
status 0
out hidden
run claunch -v "$T/tree:/srv:rec" "$ROOTFS" cat /srv/below/file
status 0
out over

it "applies flags to all that rec takes along"
run claunch -v "$HELPERS:/opt" -v "$T/tree:/srv:rec,ro,nosuid,nodev,noexec" "$ROOTFS" /opt/probe mounts
status 0
flags /srv ro nosuid nodev noexec
flags /srv/below ro nosuid nodev noexec
run claunch -v "$T/tree:/srv:rec,ro" "$ROOTFS" sh -c 'touch /srv/below/x && echo written'
no_out

umount "$T/tree/below"
esac

it "takes along what is locked to a volume, or says that it must"
on user vm-user
run claunch -v /:/mnt "$ROOTFS" true
status 125
one_sentence
err_has "volume option rec"
run claunch -v /:/mnt:rec,ro "$ROOTFS" sh -c '[ -d /mnt/proc/1 ] && echo seen'
status 0
out seen

# ---- owners

case $TIER in root | vm)
it "shows owners that are not the container's as nobody, without idmap"
chown 0:0 "$data/file"
run claunch -v "$data:/srv" "$ROOTFS" stat -c %u:%g /srv/file
out 65534:65534
run claunch -v "$data:/srv" "$ROOTFS" sh -c 'touch /srv/mine; stat -c %u:%g /srv/mine'
out 0:0
isnt "the owner outside" "$(stat -c %u "$data/mine")" 0

it "shows owners as the container's with idmap, and writes so"
run claunch -v "$data:/srv:idmap" "$ROOTFS" sh -c '
	stat -c %u:%g /srv/file; touch /srv/other; chown 1000:100 /srv/other'
status 0
out 0:0
is "the owner outside" "$(stat -c %u:%g "$data/other")" 1000:100
shown :idmap idmapped

it "needs no idmap where there is no user namespace"
run claunch --userns host -v "$data:/srv:idmap" "$ROOTFS" stat -c %u:%g /srv/file
status 0
out 0:0
esac

it "gives nobody a setuid program of the host's"
run claunch -u 0 -v "$data:/srv" -v "$HELPERS:/opt" "$ROOTFS" /srv/probe status
status 0
get NoNewPrivs; is "no_new_privs" "$value" 1

# ---- hostile destinations (CVE-2019-18837, CVE-2015-1335)

canary=$T/canary
mkdir "$canary" "$canary/dir"
echo canary >"$canary/file"
state() {
	find "$canary" -printf '%p %y %s %U:%G %m %C@\n' | sort
}
clean=$(state)
up=../../../../../../../../../..

it "follows links of the image inside the image only"
copy_rootfs
ln -s "$canary/new" "$OWN/srv/absolute"
ln -s "$up$canary/new" "$OWN/srv/relative"
ln -s "$canary/file" "$OWN/srv/file"
ln -s "$canary/dir" "$OWN/srv/dir"
ln -s /proc/1/root "$OWN/srv/magic"
ln -s /proc/self/fd "$OWN/srv/fds"
ln -s loop "$OWN/srv/loop"
for name in absolute relative file dir; do
	for source in "$data" "$data/file"; do
		for below in "" /deep/er; do
			run claunch -v "$source:/srv/$name$below" "$OWN" echo ran
			case $STATUS in
			0) out ran ;;
			*) status 125; one_sentence ;;
			esac
		done
	done
done
is "the canary" "$(state)" "$clean"

it "refuses magic links and loops as destinations"
for name in magic magic/tmp fds/0 fds/3 loop loop/x; do
	for source in "$data" "$data/file"; do
		run claunch -v "$source:/srv/$name" "$OWN" true 3</
		status 125
		one_sentence
	done
done
is "the canary" "$(state)" "$clean"

it "follows /var/run to /run"
run claunch -v "$data:/var/run/data" "$OWN" cat /run/data/file
status 0
no_err
out text

it "does not let a volume cover /proc by a link of the image"
ln -s /proc "$OWN/srv/proc"
ln -s /proc/self "$OWN/srv/self"
for name in proc self proc/sys self/attr; do
	run claunch -v "$data:/srv/$name" "$OWN" sh -c '
		{ echo x >/proc/sys/kernel/core_pattern; } 2>/dev/null && echo written
		[ ! -s /proc/kallsyms ] || echo seen'
	no_out
done

# ---- what is refused

for value_of in "" : :/srv "$data" "$data:" "$data:relative" "$data:/" "$data:/proc" \
	"$data:/proc/sys" "$data:/sys" "$data:/srv/../etc" "$data:/./srv" \
	"$data:/srv:nope" "$data:/srv:" "$data:/srv:ro:rw" "$data:/srv:ro,,rw" \
	"$data:/srv:size=1m" "/nowhere/at/all:/srv"; do
	it "refuses --volume \"${value_of#"$T"}\""
	run claunch -v "$value_of" "$ROOTFS" true
	status 125
	one_sentence
	no_out
done

it "says which source is missing"
run claunch -v "$data/missing:/srv" "$ROOTFS" true
status 125
err_has "$data/missing" "No such file"

it "refuses a file on a directory and a directory on a file, with the reason"
run claunch -v "$data/file:/srv" "$ROOTFS" true
status 125
one_sentence
err_has "a directory goes on a directory"
run claunch -v "$data:/etc/passwd" "$ROOTFS" true
status 125
one_sentence

it "refuses a source that the user may not enter"
on user vm-user
run claunch -v /proc/1/root:/srv "$ROOTFS" true
status 125
one_sentence
err_has "ermission denied"

it "takes a source through a link, which is the caller's word"
ln -s "$data" "$T/link"
run claunch -v "$T/link:/srv" "$ROOTFS" cat /srv/file
out text

it "takes names with spaces, commas and unusual bytes"
name="$T/a b,c=	d\\e"
mkdir "$name"
echo odd >"$name/file"
run claunch -v "$name:/srv/x y" "$ROOTFS" sh -c 'cat "/srv/x y/file"'
status 0
out odd
run claunch "$ROOTFS" rmdir "/srv/x y"

it "shows more volumes than one note can bring"
set --
i=0
while [ $i -lt 300 ]; do
	i=$((i + 1))
	set -- "$@" -v "$data/file:/tmp/v$i:ro"
done
run claunch "$@" "$ROOTFS" sh -c 'cat /tmp/v* | wc -l'
status 0
out 300

done_testing
