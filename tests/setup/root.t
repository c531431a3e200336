# The root: the container sees its own files, and nothing of the host's.
. tests/lib.sh
tiers root user vm vm-user

probe() {
	run claunch -v "$HELPERS:/opt:ro" "$@"
}

# note DIR: remembers all that is in it, and how it is; unchanged DIR: it still is.
state() {
	find "$1" -printf '%P %y %s %U:%G %m %T@ %l\n' 2>/dev/null | sort
}
note() {
	state "$1" >"$T/noted"
}
unchanged() {
	[ ! "$t_off" ] || return 0
	is "what changed" "$(state "$1" | diff "$T/noted" -)" ""
}

it "has only the mounts that are promised, and none of the host's"
run claunch "$ROOTFS" cat /proc/self/mountinfo
status 0
no_err
t_read_out
found=$(printf '%s\n' "$t_out" | awk '{ print $5 }' |
	grep -v '^/sys/fs/cgroup/\|^/proc/.\|^/sys/[dfk]' | sort | tr '\n' ' ')
expected="/ /dev /dev/full /dev/mqueue /dev/null /dev/pts /dev/random /dev/shm"
expected="$expected /dev/tty /dev/urandom /dev/zero /proc /run /sys /tmp "
is "the mounts" "$found" "$expected"
# Each hangs on another one of them: no mount of the host is above.
is "mounts on something unknown" "$(printf '%s\n' "$t_out" | awk '
	{ id[$1]; up[NR] = $2; at[NR] = $5 }
	END { for (i in up) if (!(up[i] in id) && at[i] != "/") print at[i] }')" ""

it "has masks and read-only mounts on paths of /proc and /sys alone"
t_read_out
is "others" "$(printf '%s\n' "$t_out" | awk '{ print $5, $(NF - 2) }' |
	grep '^/proc/.\|^/sys/[dfk]' | grep -v '^/sys/fs/cgroup' |
	grep -v ' tmpfs$\| proc$')" ""
pass

it "cannot climb above its root"
run claunch "$ROOTFS" sh -c 'cd /../../../..; pwd; ls -d bin sbin; ls -di / /..'
status 0
out_has "/
bin
sbin"
t_read_out
is "directories, by their numbers" "$(printf '%s\n' "$t_out" |
	awk 'NR > 3 { print $1 }' | sort -u | wc -l)" 1

it "finds nothing of the host by name"
secret=canary.$$.txt
echo secret >"$T/$secret"
run claunch "$ROOTFS" sh -c "cat $T/$secret; find / -name $secret 2>/dev/null"
no_out
isnt status "$STATUS" 125

it "cannot look at PID 1's files, root or program"
run claunch "$ROOTFS" sh -c '
	for f in exe root cwd fd/0 fd/3; do
		readlink /proc/1/$f && echo "read $f"
	done
	cat /proc/1/environ /proc/1/maps /proc/1/mem
	ls -A /proc/1/root/ /proc/1/cwd/ /proc/1/map_files/ | grep -v :$
	echo end' 2>/dev/null
out end

it "is private in all its mounts"
probe "$ROOTFS" /opt/probe mounts
status 0
out_lacks shared: master: propagate

it "does not spread mounts to the host"
on vm # root here lacks a capability that --privileged asks for
before=$(cut -d' ' -f5 /proc/self/mountinfo | sort)
run claunch --privileged --userns host --propagation shared "$ROOTFS" \
	sh -c 'mount -t tmpfs x /mnt && grep -c " /mnt " /proc/self/mountinfo'
status 0
out 1
is "the host's mounts" "$(cut -d' ' -f5 /proc/self/mountinfo | sort)" "$before"

it "mounts nothing on a host whose mounts are shared, with --userns host"
on root vm
run unshare --mount --propagation shared sh -c '
	before=$(cut -d " " -f 5 /proc/self/mountinfo)
	claunch --userns host "$ROOTFS" true
	[ "$(cut -d " " -f 5 /proc/self/mountinfo)" = "$before" ]'
status 0
no_err

for kind in shared unbindable private; do
	it "makes its mounts $kind with --propagation $kind"
	probe --propagation $kind "$ROOTFS" /opt/probe mounts
	status 0
	get mount./
	case $kind in
	shared | unbindable) ok t_has "$value" " $kind" ;;
	*) ok t_has "$value" " private " ;;
	esac
done

it "knows what others call the root's propagation"
run claunch --root-propagation slave "$ROOTFS" true
status 125
one_sentence
err_has "--propagation is one"

it "refuses another propagation"
run claunch --propagation public "$ROOTFS" true
status 125
one_sentence

it "does not honour device nodes of the image"
probe "$ROOTFS" /opt/probe mounts
get mount./
ok t_has "$value" nodev

# ---- writing

it "writes to the directory"
run claunch "$ROOTFS" sh -c 'echo kept >/srv/file'
status 0
file_is "$ROOTFS/srv/file" kept
run claunch "$ROOTFS" sh -c 'cat /srv/file; rm /srv/file'
out kept
not [ -e "$ROOTFS/srv/file" ]

it "writes nothing to the root with --read-only, but to /tmp, /run and /dev/shm"
note "$ROOTFS"
probe --read-only "$ROOTFS" /opt/probe mounts
status 0
get mount./
ok t_has "$value" " ro,"
run claunch --read-only "$ROOTFS" sh -c '
	for d in / /etc /srv /root /var/tmp /usr/local; do
		touch $d/x 2>/dev/null && echo "written: $d"
	done
	chmod 755 /srv && echo "chmod"
	mkdir /srv/y && echo "mkdir"
	rm /etc/passwd && echo "rm"
	touch /tmp/x /run/x /dev/shm/x && echo end'
status 0
out end
err_has "Read-only file system"
unchanged "$ROOTFS"

it "cannot make a read-only root writable again"
run claunch --read-only --cap-add SYS_ADMIN "$ROOTFS" sh -c '
	mount -o remount,rw / && touch /srv/x && echo written'
[ "$TIER" = root ] || [ "$TIER" = vm ] || pass
no_out
run claunch --read-only "$ROOTFS" sh -c 'mount -o remount,rw / && echo remounted'
no_out
isnt status "$STATUS" 0

it "throws writes away with --overlay"
note "$ROOTFS"
run claunch --overlay "$ROOTFS" sh -c '
	echo new >/srv/new && echo changed >/etc/passwd && rm -f /etc/group &&
	mkdir /a && chmod 700 /srv && cat /srv/new /etc/passwd && ls /etc/group'
out "new
changed"
err_has /etc/group
unchanged "$ROOTFS"
run claunch --overlay "$ROOTFS" cat /srv/new
isnt status "$STATUS" 0

it "shows an overlay's root with the owner and the mode of the image's"
run claunch "$ROOTFS" stat -c '%u:%g %a' /
t_read_out
plain=$t_out
run claunch --overlay "$ROOTFS" stat -c '%u:%g %a' /
out "$plain"

it "keeps writes in a directory with --overlay=DIR"
note "$ROOTFS"
run claunch --overlay="$T/kept" "$ROOTFS" sh -c '
	echo new >/srv/new && rm /etc/group && echo more >>/etc/passwd'
status 0
no_err
unchanged "$ROOTFS"
run claunch --overlay="$T/kept" "$ROOTFS" sh -c '
	cat /srv/new; tail -n 1 /etc/passwd; ls /etc/group'
out "new
more"
err_has "/etc/group"
unchanged "$ROOTFS"

it "keeps nothing of them where nothing was asked"
run claunch "$ROOTFS" cat /srv/new
isnt status "$STATUS" 0

it "has both: an overlay that is read-only"
run claunch --overlay --read-only "$ROOTFS" sh -c 'touch /srv/x'
status 1
err_has "Read-only"

it "does not follow links out of the directory of an overlay"
on root vm
mkdir "$T/canary" "$T/canary/upper" "$T/canary/work" "$T/linked"
ln -s "$T/canary/upper" "$T/linked/upper"
ln -s "$T/canary/work" "$T/linked/work"
note "$T/canary"
run claunch --userns host --overlay="$T/linked" "$ROOTFS" touch /srv/x
status 125
one_sentence
unchanged "$T/canary"

it "refuses an overlay in a file, and below what is not there"
echo file >"$T/file"
run claunch --overlay="$T/file" "$ROOTFS" true
status 125
one_sentence
run claunch --overlay="$T/nowhere/kept" "$ROOTFS" true
status 125
one_sentence
run claunch --overlay= "$ROOTFS" true
status 125
one_sentence

# ---- the root itself

it "takes a root by a symbolic link, which is the caller's word"
ln -s "$ROOTFS" "$T/link"
run claunch "$T/link" echo here
status 0
out here

it "takes a root by a relative path"
cd "$ROOTFS/.." || exit
run claunch "./${ROOTFS##*/}" echo here
cd - >/dev/null || exit
status 0
out here

for what in file fifo "nothing there" "broken link"; do
	it "refuses a root that is a $what"
	rm -f "$T/odd"
	case $what in
	file) echo x >"$T/odd" ;;
	fifo) mkfifo "$T/odd" ;;
	broken*) ln -s nowhere "$T/odd" ;;
	esac
	run claunch "$T/odd" true
	status 125
	one_sentence
	took_less 2
done

it "says what is missing in an empty root"
mkdir "$T/empty"
run claunch "$T/empty" /bin/sh
status 127
one_sentence
err_has "/bin/sh"

it "changes the working directory with --workdir"
run claunch -w /etc "$ROOTFS" pwd
out /etc
run claunch "$ROOTFS" pwd
out /
run claunch -w /var/run "$ROOTFS" pwd
out /run

it "makes a working directory that is missing, but not in a read-only root"
run claunch -w /srv/new/dir "$ROOTFS" pwd
out /srv/new/dir
run claunch "$ROOTFS" rm -r /srv/new
note "$ROOTFS"
run claunch --read-only -w /srv/other "$ROOTFS" pwd
unchanged "$ROOTFS"

for dir in /proc/self/fd/3 /proc/self/fd/0 /proc/1/cwd /proc/self/cwd /proc/self/root \
	/proc/thread-self/cwd /etc/passwd /.. /../.. relative . "" /srv/../..; do
	it "refuses the working directory \"$dir\""
	run claunch -w "$dir" "$ROOTFS" pwd 3</
	status 125
	one_sentence
	no_out
done

it "refuses a link to a descriptor as working directory (CVE-2024-21626)"
run claunch "$ROOTFS" sh -c 'ln -s /proc/self/fd/3 /srv/a; ln -s /proc/1/cwd /srv/b; ln -s ../../../../../.. /srv/c'
for name in a b; do
	run claunch -w /srv/$name "$ROOTFS" ls 3</
	status 125
	one_sentence
done
run claunch -w /srv/c "$ROOTFS" pwd
status 0
out /
run claunch "$ROOTFS" rm /srv/a /srv/b /srv/c
status 0

done_testing
