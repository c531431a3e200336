# Propagation: which mounts of the host appear inside, and which of those made
# inside appear on the host.  Each kind is looked at from both sides.
# shellcheck shell=sh disable=SC2016
. tests/lib.sh
tiers root

shared=$T/shared
mkdir "$shared"
mount --bind "$shared" "$shared"
mount --make-shared "$shared"
mkdir "$shared/point" "$shared/below" "$shared/inside"

# A root file system that lies on the shared mount.
root=$shared/root
cp -a "$ROOTFS" "$root"

# Mounts something at "inside" of the directory $1, says so, and looks until it
# is told to end: "seen" when the host has mounted on "point" of it.
look='mount -t tmpfs in "$1/inside" && touch "$1/inside/file"; echo up
	until [ -e "$1/point/file" ]; do [ ! -e "$1/end" ] || exit 3; sleep 0.05; done
	echo seen; cat "$1/point/file"; touch "$1/point/new" && echo written'

# both DIR OPTION... ROOT INSIDE: a container that looks, with a mount made on
# the host meanwhile; the mount made inside is on the host, or it is not.
both() {
	dir=$1
	shift
	start claunch --cap-add SYS_ADMIN "$@"
	soon said up
	on_host=no
	[ ! -e "$dir/inside/file" ] || on_host=yes
	mount -t tmpfs -o mode=1777 late "$dir/point"
	echo late >"$dir/point/file"
	case $expect in
	in) soon said seen ;;
	*) sleep 0.2; touch "$dir/end" ;;
	esac
	finish
	rm -f "$dir/end"
	umount "$dir/point"
	umount "$dir/inside" 2>/dev/null
}

it "keeps a private volume's mounts apart, both ways"
expect=apart
both "$shared" -v "$shared:/srv" "$ROOTFS" sh -c "$look" sh /srv
status 3
out up
is "the mount made inside is on the host" $on_host no

it "shows a slave volume the host's mounts, and the host none of its own"
expect=in
both "$shared" -v "$shared:/srv:slave" "$ROOTFS" sh -c "$look" sh /srv
out "up
seen
late
written"
is "the mount made inside is on the host" $on_host no

it "has a shared volume's mounts on both sides"
both "$shared" -v "$shared:/srv:shared" "$ROOTFS" sh -c "$look" sh /srv
out_has seen late
is "the mount made inside is on the host" $on_host yes

# As the manual says: what comes later comes as the host has mounted it.
it "makes all below a volume read-only with rec,ro, but nothing that comes later"
mount -t tmpfs -o mode=1777 below "$shared/below"
both "$shared" -v "$shared:/srv:rec,ro,slave" "$ROOTFS" sh -c '
	touch /srv/x && echo written; touch /srv/below/x && echo written below
	'"$look" sh /srv
out "up
seen
late
written"
not [ -e "$shared/below/x" ]
umount "$shared/below"

for kind in private slave shared; do
	it "has the root's mounts on the right sides with --propagation $kind"
	mkdir -p "$root/point" "$root/inside"
	case $kind in
	slave) expect=in ;;
	*) expect=apart ;;
	esac
	both "$root" --propagation $kind "$root" sh -c "$look" sh /
	case $kind in
	slave) out_has seen late written ;;
	*) status 3; out up ;;
	esac
	is "the mount made inside is on the host" $on_host no
done

it "leaves a volume its own word, whatever the root's is"
for kind in private shared unbindable; do
	expect=in
	both "$shared" --propagation $kind -v "$shared:/srv:slave" "$ROOTFS" sh -c "$look" sh /srv
	out_has seen late
	is "the mount made inside is on the host" $on_host no
done
expect=apart
both "$shared" --propagation slave -v "$shared:/srv" "$root" sh -c "$look" sh /srv
out up

it "shares among namespaces made inside with --propagation shared"
run claunch --cap-add SYS_ADMIN --propagation shared --tmpfs /srv -v "$T:/mnt" "$ROOTFS" \
	sh -c 'awk "\$5 ~ /^\/(srv|mnt)?\$/ && / shared:/" /proc/self/mountinfo | wc -l
	mkdir /srv/a; unshare -m --propagation shared mount -t tmpfs x /srv/a; grep -c " /srv/a " /proc/self/mountinfo'
status 0
out "3
1"

it "shows the host's mounts to a slave volume of who is not root"
cp "$CLAUNCH" "$T/claunch"
mkdir -m 777 "$T/home"
start setpriv --reuid=4242 --regid=4242 --clear-groups env HOME="$T/home" \
	"$T/claunch" --userns single -v "$shared:/srv:slave" "$ROOTFS" sh -c "$look" sh /srv
soon said up
mount -t tmpfs -o mode=1777 late "$shared/point"
echo late >"$shared/point/file"
soon said seen
finish
umount "$shared/point"

it "shares no volume of who is not root with the host"
run setpriv --reuid=4242 --regid=4242 --clear-groups env HOME="$T/home" \
	"$T/claunch" --userns single -v "$shared:/srv:shared" "$ROOTFS" true
status 125
one_sentence
err_has "takes root"

it "says so where nothing would spread"
mkdir "$T/alone"
mount --bind "$T/alone" "$T/alone"
mount --make-private "$T/alone"
for kind in slave shared; do
	run claunch -v "$T/alone:/srv:$kind" "$ROOTFS" true
	status 125
	one_sentence
	err_has "$T/alone" --make-shared
	run claunch -v "$T/alone:/srv:private" "$ROOTFS" true
	status 0
done
cp -a "$ROOTFS" "$T/alone/root"
run claunch --propagation slave "$T/alone/root" true
status 125
one_sentence
umount "$T/alone"
run claunch --propagation slave --overlay "$root" true
status 125
one_sentence
err_has overlay
run claunch --propagation slave "$TARBALL" true
status 125
one_sentence

umount "$shared"
done_testing
