# cinit under podman: as ENTRYPOINT, by --init, in a user namespace.
# shellcheck shell=sh disable=SC2016,SC2086
[ "${TIER-}" != root ] || [ "${BOX-}" ] ||
	BOX=1 exec tests/with/box sh "$0"
. tests/lib.sh
tiers root
. tests/with/podman.sh
. tests/with/engine.sh

engine podman

configure "$BOX"

# What podman has on pods' infra containers is a program of this name.
mkdir "$BOX/bin"
ln -s ../docker-init "$BOX/bin/catatonit"

it "loads our images and the tarball"
for name in busybox services pause; do
	run podman load --input "$OCI/$name.tar"
	status 0
	out_has "localhost/cinit/$name:latest"
done
run podman import "$TARBALL" $BARE
status 0

promises

# pod NAME [OPTION...]: with one pid namespace, its PID 1 from our hands.
pod() {
	POD=$1
	shift
	run podman pod create --name $POD --network none --share pid,ipc,uts,net "$@"
	status 0
	start podman run --rm --pod $POD --name member localhost/cinit/busybox sh -c \
		"md5sum </proc/1/exe; tr '\0' ' ' </proc/1/cmdline; echo; $gentle"
	NAME=member
	soon said up
	out_has "$(md5sum <"$CINIT")"
}
infra() {
	podman inspect -f "{{.State.$1}}" \
		"$(podman pod inspect -f '{{.InfraContainerID}}' $POD)"
}
infra_ended() { [ "$(infra Status)" = exited ]; }

it "holds the namespaces of a pod and reaps in them, from an image of itself alone"
pod ours --infra-image localhost/cinit/pause
out_has "/cinit -P "
ok podman exec member sh -c 'sleep 0.1 & sleep 0.1 & exit 0'
is "left of exec" "$(podman exec member sh -c "sleep 0.2; $zombies")" "zombies 0"
tell stop
finish
status 9
out_has bye
ok podman pod stop ours >"$T/tell"
is "its status after TERM" "$(infra ExitCode)" 0
ok podman pod rm ours >"$T/tell"

it "holds the namespaces of a pod as the program that podman takes for that"
pod default
out_has "/catatonit -P "
tell stop
finish
ok podman pod kill -s INT default >"$T/tell"
soon infra_ended
is "its status after INT" "$(infra ExitCode)" 0
ok podman pod rm default >"$T/tell"

# in_userns WHO MAP OPTION...: as PID 1, whose ids are mapped as in MAP.
in_userns() {
	who=$1 map=$2
	shift 2
	for way in entrypoint init; do
		way $way
		it "keeps a command in a user namespace, $WHO under podman, $who"
		begin "$@" $WAY sh -c "md5sum </proc/1/exe; cat /proc/1/uid_map
			/helpers/orphans 500; $zombies; $gentle"
		soon said up
		tell kill -s WINCH
		tell stop
		finish
		status 9
		out_has "$(md5sum <"$CINIT")" "zombies 0" bye
		is "the map" "$(awk 'NF == 3 && $1 ~ /^[0-9]+$/ { $1 = $1; print }' \
			"$T/job$t_seq.out")" "$map"
		run $ENGINE $RUN "$@" $WAY sh -c 'exit 3'
		status 3
	done
}

echo "containers:200000:65536" | tee -a /etc/subuid >>/etc/subgid
in_userns "with ids mapped by hand" "0 100000 65536" --uidmap 0:100000:65536
in_userns "with ids of its own choice" "0 200000 1024" --userns auto:size=1024

# Somebody who is not root, with podman's own files in a home of his own.
home=$BOX/home
mkdir -p "$home" /run/user/4242
echo "someone:x:4242:4242::$home:/bin/sh" >>/etc/passwd
echo "someone:x:4242:" >>/etc/group
echo "someone:300000:65536" | tee -a /etc/subuid >>/etc/subgid
cp "$OCI/busybox.tar" "$TARBALL" "$home"
configure "$home"
chown -R 4242:4242 "$home" /run/user/4242
mount --bind "$BOX/docker-init" /usr/bin/catatonit
ENGINE="setpriv --reuid=4242 --regid=4242 --clear-groups env HOME=$home TMPDIR=/var/tmp
	XDG_RUNTIME_DIR=/run/user/4242 podman"
cd "$home" || exit

it "loads our image as somebody who is not root"
run $ENGINE load --input busybox.tar
status 0
run $ENGINE import "${TARBALL##*/}" $BARE
status 0

in_userns "not as root" "0 4242 1
1 300000 65536"
in_userns "not as root and with its own id" "0 1 4242
4242 0 1
4243 4243 61294" --userns keep-id

# It holds podman's user namespace between calls; "migrate" ends it with KILL.
keeper() {
	keeper=$(pgrep -u 4242 -x catatonit)
	[ "$keeper" ]
}
it "holds the user namespace of a podman that is not root, and ends when told to"
ok keeper
is "what it is" "$(md5sum <"/proc/$keeper/exe")" "$(md5sum <"$CINIT")"
is "how it was called" "$(tr '\0' ' ' <"/proc/$keeper/cmdline")" "catatonit -P "
is "where it is" "$(readlink "/proc/$keeper/cwd")" /
kill -TERM "$keeper"
soon dead "$keeper"
run $ENGINE run --rm --network none $BARE true
status 0
ok keeper

done_testing
