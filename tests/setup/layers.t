# What the root is made of: layers over it, a kept layer on top, a part of it.
# shellcheck shell=sh disable=SC2016
. tests/lib.sh
tiers root user vm vm-user

# layer NAME FILE=TEXT...: a directory of that name, with these files in /etc.
layer() {
	mkdir -p "$T/$1/etc"
	layer=$1
	shift
	for file; do
		echo "${file#*=}" >"$T/$layer/etc/${file%%=*}"
	done
}

# state DIR: all that is in it, and how it is.
state() {
	find "$1" -printf '%P %y %s %U:%G %m %T@ %l\n' | sort
}

layer low who=low low=here both=low
layer high who=high high=here both=high
mkdir "$T/low/opt" "$T/low/opt/dir"
mknod "$T/high/etc/group" c 0 0

it "lays directories over the root, the last one on top"
run claunch --layer "$T/low" "$ROOTFS" sh -c 'cat /etc/who /etc/low; head -n 1 /etc/passwd'
status 0
no_err
out_has "low
here
root:x:0:"
run claunch --layer "$T/low" --layer "$T/high" "$ROOTFS" sh -c 'cat /etc/who /etc/low /etc/high'
status 0
out "high
here
here"
run claunch --layer "$T/high" --layer "$T/low" "$ROOTFS" cat /etc/who
out low

it "hides what a layer has a whiteout for, in the root and in layers below"
run claunch --layer "$T/low" --layer "$T/high" "$ROOTFS" ls /etc/group
isnt status "$STATUS" 0
mknod "$T/low/etc/who" c 0 0 2>/dev/null || { rm "$T/low/etc/who"; mknod "$T/low/etc/who" c 0 0; }
run claunch --layer "$T/high" --layer "$T/low" "$ROOTFS" cat /etc/who
isnt status "$STATUS" 0
no_out
rm "$T/low/etc/who"
echo low >"$T/low/etc/who"

it "throws writes away, and changes neither the root nor a layer"
for dir in "$T/low" "$T/high" "$ROOTFS"; do state "$dir"; done >"$T/noted"
run claunch --layer "$T/low" --layer "$T/high" "$ROOTFS" sh -c '
	echo new >/etc/who && rm /etc/low /etc/passwd && rmdir /opt/dir && ls -d /etc/low /opt/dir'
no_out
err_has /etc/low /opt/dir
for dir in "$T/low" "$T/high" "$ROOTFS"; do state "$dir"; done >"$T/now"
is "what changed" "$(diff "$T/noted" "$T/now")" ""

it "keeps writes over several layers, and what was removed of each"
run claunch --overlay="$T/kept" --layer "$T/low" --layer "$T/high" "$ROOTFS" sh -c '
	echo kept >/etc/who; rm /etc/low /etc/high /etc/passwd'
status 0
no_err
run claunch --overlay="$T/kept" --layer "$T/low" --layer "$T/high" "$ROOTFS" sh -c '
	cat /etc/who; for f in low high passwd both; do [ ! -e /etc/$f ] || echo $f; done'
status 0
out "kept
both"
ok [ -c "$T/kept/upper/etc/low" ]
# What is above can be exchanged: it is the kept layer that says what is gone.
run claunch --overlay="$T/kept" --layer "$T/high" --layer "$T/low" "$ROOTFS" cat /etc/both
out low

it "lets one container at a time write to a kept layer"
start claunch --overlay="$T/kept" "$ROOTFS" sh -c 'echo up; sleep 60'
soon said up
run claunch --overlay="$T/kept" "$ROOTFS" true
status 125
one_sentence
err_has "$T/kept" another
send TERM
finish
run claunch --overlay="$T/kept" "$ROOTFS" true
status 0

it "takes any name for a layer, a root and a kept layer"
odd="$T/a b,c:d=e\\:f	g"
layer "${odd#"$T/"}/layer" who=odd
mkdir "$odd/root"
cp -a "$ROOTFS/bin" "$odd/root/"
run claunch --overlay="$odd/kept" --layer "$odd/layer" "$odd/root" sh -c 'cat /etc/who; touch /made'
status 0
no_err
out odd
ok [ -e "$odd/kept/upper/made" ]

case $TIER in root | vm)
it "shows the owners of a layer as those of the root"
chown 1000:100 "$T/low/etc/low"
run claunch --layer "$T/low" "$ROOTFS" stat -c %u:%g /etc/low
out 1000:100
run claunch --userns host --layer "$T/low" "$ROOTFS" stat -c %u:%g /etc/low
out 1000:100
esac

it "takes 64 layers, and no more"
set --
i=0
while [ $i -lt 64 ]; do
	i=$((i + 1))
	set -- "$@" "$T/many/$i/etc"
done
mkdir -p "$@"
set --
i=0
while [ $i -lt 64 ]; do
	i=$((i + 1))
	: >"$T/many/$i/etc/x$i"
	echo $i >"$T/many/$i/etc/who"
	set -- "$@" --layer "$T/many/$i"
done
run claunch "$@" "$ROOTFS" sh -c 'cat /etc/who; ls /etc/x* | wc -l'
status 0
out "64
64"
run claunch "$@" --layer "$T/low" "$ROOTFS" true
status 125
one_sentence
err_has 64

for what in nowhere low/etc/who ""; do
	it "refuses the layer \"$what\""
	run claunch --layer "${what:+$T/}$what" "$ROOTFS" true
	status 125
	one_sentence
	no_out
done

it "says so when a layer lies within another"
run claunch --layer "$T/low" --layer "$T/low/etc" "$ROOTFS" true
status 125
one_sentence
err_has "lies within another"

# ---- a part of it; nothing of it is another kernel's business

case $TIER in
vm*) done_testing; exit ;;
esac

it "runs from a directory of the root alone"
copy_rootfs
mkdir -p "$OWN/srv/image/etc" "$OWN/srv/plain"
cp -a "$OWN/bin" "$OWN/srv/image/"
echo inner >"$OWN/srv/image/etc/who"
run claunch --subdir /srv/image "$OWN" sh -c 'cat /etc/who; ls -d /srv /lib /../etc'
out "inner
/../etc"
err_has /srv /lib
run claunch --subdir //srv/image/ --overlay "$OWN" sh -c 'cat /etc/who; echo x >/etc/who'
status 0
out inner
file_is "$OWN/srv/image/etc/who" inner

it "writes to that directory where there is no overlay"
run claunch --subdir /srv/image "$OWN" sh -c 'echo written >/new'
status 0
file_is "$OWN/srv/image/new" written

it "runs from a directory of a tarball"
tar -C "$OWN/srv" -cf "$T/part.tar" image
run claunch --subdir /image "$T/part.tar" cat /etc/who
status 0
out inner

it "follows links of the image on the way, as they lead inside"
ln -s /srv/image "$OWN/srv/plain/absolute"
ln -s ../image "$OWN/srv/plain/relative"
ln -s "../../../../../../../..$T/canary" "$OWN/srv/plain/out"
ln -s / "$OWN/srv/plain/root"
mkdir "$T/canary"
cp -a "$OWN/bin" "$T/canary/"
for name in absolute relative; do
	run claunch --subdir /srv/plain/$name "$OWN" cat /etc/who
	status 0
	out inner
done
run claunch --subdir /srv/plain/root/srv/image "$OWN" cat /etc/who
out inner
run claunch --subdir /srv/plain/out "$OWN" echo out
status 125
one_sentence
no_out
rm "$T/canary" -r

case $TIER in root | vm)
it "takes no magic link for a directory of the image"
mount --bind /proc "$OWN/proc"
for link in self/root self/cwd 1/root; do
	run claunch --subdir "/proc/$link" "$OWN" echo out
	status 125
	one_sentence
	no_out
done
umount "$OWN/proc"
esac

for dir in /nowhere /etc/passwd relative .. /srv/../etc ""; do
	it "refuses the directory \"$dir\" of the root"
	run claunch --subdir "$dir" "$ROOTFS" true
	status 125
	one_sentence
	no_out
done

done_testing
