# The surroundings of each tier, and how to run something there; a part of
# tests/run.

own_mount() {
	mkdir -p "$2" && mount -t tmpfs -o "mode=$1" cinit-tests "$2"
}

# A private /tmp, with the source still in it if that is where it lives.
own_tmp() {
	case $SOURCE/ in
	/tmp/*)
		own_mount 1777 "$BUILD/tmp/newtmp" &&
		mkdir -p "$BUILD/tmp/newtmp/${SOURCE#/tmp/}" &&
		mount --bind "$SOURCE" "$BUILD/tmp/newtmp/${SOURCE#/tmp/}" &&
		mount --move "$BUILD/tmp/newtmp" /tmp &&
		cd "$SOURCE"
		;;
	*) own_mount 1777 /tmp ;;
	esac
}

own_host() {
	own_tmp &&
	own_mount 0755 /run &&
	mkdir -p "$BUILD/tmp/$tier/cache" &&
	mount --bind "$BUILD/tmp/$tier/cache" /var/cache &&
	ip link set lo up
}

# For users: an internet behind a link of this host, with a server in it, and the
# device that pasta and slirp4netns need, open to all as udev has it.
own_internet() {
	modprobe -a tun veth 2>/dev/null
	internet=$1 && own_mount 0755 "$internet" || return 1
	mknod -m 0666 "$internet/tun" c 10 200 &&
	mkdir -p /dev/net && { [ -e /dev/net/tun ] || : >/dev/net/tun; } &&
	mount --bind "$internet/tun" /dev/net/tun || return 1
	echo "the internet" >"$internet/index.html"
	# until the files of this tier are done
	unshare --net busybox httpd -f -p 80 -h "$internet" >/dev/null 2>&1 &
	far=$! servers=$!
	sleep 0.5
	ip link add up0 type veth peer name far0 netns $far &&
	ip addr add 203.0.113.2/24 dev up0 &&
	ip addr add 2001:db8:1::2/64 dev up0 nodad &&
	ip link set up0 up &&
	nsenter -t $far -n sh -c '
		ip link set lo up
		ip addr add 203.0.113.1/24 dev far0
		ip addr add 2001:db8:1::1/64 dev far0 nodad
		ip addr add 198.51.100.7/32 dev lo
		ip addr add 2001:db8:2::7/128 dev lo nodad
		ip link set far0 up' &&
	ip route add default via 203.0.113.1 &&
	ip -6 route add default via 2001:db8:1::1 || return 1
	# a name server of this host alone, as systemd-resolved(8) is one
	"$BUILD/helpers/nameserver" 198.51.100.7 >/dev/null 2>&1 &
	servers="$servers $!"
	echo "nameserver 127.0.0.53" >"$internet/resolv.conf"
	[ -e /etc/resolv.conf ] || : >/etc/resolv.conf
	mount --bind "$internet/resolv.conf" /etc/resolv.conf
}

place_root() {
	[ "$(id -u)" = 0 ] || { say "it needs root" >&2; return 1; }
	own_host || return 1
	TMPDIR=$BUILD/tmp/root/tmp
	HOME=/root
	mkdir -p "$TMPDIR"
	watched="/tmp /run /var/cache $TMPDIR"
	trees=$BUILD/tmp/root
}
as_root() { "$@"; }

# Nobody special: made for this run alone, with a home and subordinate ids, in
# copies of the files of /etc that only this mount namespace sees.
place_user() {
	if [ "$(id -u)" != 0 ]; then
		TMPDIR=$BUILD/tmp/user
		mkdir -p "$TMPDIR"
		watched=$TMPDIR trees=$BUILD/tmp/user-trees
		as_user() { "$@"; }
		return
	fi
	command -v newuidmap >/dev/null ||
		{ say "it needs newuidmap (package uidmap)" >&2; return 1; }
	own_host && own_internet "$BUILD/tmp/user/internet" || return 1
	etc=$BUILD/tmp/user/etc
	mkdir -p "$etc"
	for file in passwd group subuid subgid; do
		{ [ ! -e /etc/$file ] || grep -v '^nobody-special:' /etc/$file; } >"$etc/$file"
		[ -e /etc/$file ] || : >/etc/$file
	done
	say "nobody-special:x:4242:4242::/home/nobody-special:/bin/sh" >>"$etc/passwd"
	say "nobody-special:x:4242:" >>"$etc/group"
	say "nobody-special:4242000000:65536" | tee -a "$etc/subuid" >>"$etc/subgid"
	for file in passwd group subuid subgid; do
		mount --bind "$etc/$file" "/etc/$file" || return 1
	done
	own_mount 0755 /home &&
	mkdir -p /home/source /home/trees /home/nobody-special/tmp \
		/run/user/4242 &&
	chmod 0700 /home/nobody-special /run/user/4242 &&
	chown -R 4242:4242 /home/trees /home/nobody-special /run/user/4242 &&
	mount --bind "$SOURCE" /home/source &&
	mount -o remount,bind,ro /home/source || return 1
	SOURCE=/home/source BUILD=/home/source/build
	HOME=/home/nobody-special
	TMPDIR=$HOME/tmp
	trees=/home/trees
	watched="/tmp /run /var/cache $HOME"
	cd "$SOURCE" || return 1
}
as_user() {
	setpriv --reuid=4242 --regid=4242 --clear-groups env -i \
		PATH="$PATH" LC_ALL=C TERM=dumb HOME="$HOME" USER=nobody-special \
		LOGNAME=nobody-special XDG_RUNTIME_DIR=/run/user/4242 \
		TMPDIR="$TMPDIR" TIER="$TIER" SLOW="$SLOW" CI="${CI-}" \
		ROOTFS="$ROOTFS" TARBALL="$TARBALL" DEBIAN="$DEBIAN" \
		SERVICES="$SERVICES" HELPERS="$HELPERS" CLAUNCH="$CLAUNCH" \
		CINIT="$CINIT" "$@"
}

# The VM is thrown away as a whole; but below its root lies that of the host,
# whose /tmp changes meanwhile, and which cannot be id-mapped.
place_vm() {
	whole_machine=1 SLOW=4
	TMPDIR=$VM_EXT4/vm/tmp HOME=/root
	mkdir -p "$TMPDIR" "$VM_EXT4/vm/cache" &&
	own_mount 1777 /tmp &&
	mount --bind "$VM_EXT4/vm/cache" /var/cache || return 1
	watched="/tmp /run/cinit /run/user /var/cache $TMPDIR"
	trees=$VM_EXT4/vm
}
as_vm() { "$@"; }

place_vm_user() {
	whole_machine=1 SLOW=4
	own_mount 1777 /tmp &&
	mkdir -p "$VM_EXT4/vm-user/cache" &&
	own_internet "$VM_EXT4/vm-user/internet" &&
	mount --bind "$VM_EXT4/vm-user/cache" /var/cache &&
	user=$(tests/vm/as-user id -u) &&
	mkdir -p "$VM_EXT4/vm-user/home/tmp" "$VM_EXT4/vm-user/trees" ||
		return 1
	chown -R "$user:$(tests/vm/as-user id -g)" "$VM_EXT4/vm-user"
	HOME=$VM_EXT4/vm-user/home
	TMPDIR=$HOME/tmp
	watched="/tmp /run/cinit /run/user /var/cache $HOME"
	trees=$VM_EXT4/vm-user/trees
}
as_vm_user() {
	tests/vm/as-user env HOME="$HOME" TMPDIR="$TMPDIR" "$@"
}
