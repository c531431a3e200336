# cinit under podman: as ENTRYPOINT, by --init, in a user namespace.
# shellcheck shell=sh disable=SC2016,SC2086
[ "${TIER-}" != root ] || [ "${BOX-}" ] ||
	BOX=1 exec tests/with/box sh "$0"
. tests/lib.sh
tiers root
. tests/with/engine.sh

engine podman

# configure DIR: what podman needs to be told here: there is no systemd, and some
# rlimits cannot be raised.
configure() {
	cat >"$1/containers.conf" <<-END
		[engine]
		cgroup_manager = "cgroupfs"
		events_logger = "file"
		runtime = "runc"
		tmp_dir = "$1/tmp"
		[containers]
		default_sysctls = []
		default_ulimits = ["nofile=1024:4096", "nproc=4096:4096"]
		init_path = "$BOX/docker-init"
	END
	cat >"$1/storage.conf" <<-END
		[storage]
		driver = "overlay"
		graphroot = "$1/storage"
		runroot = "$1/run"
	END
	export CONTAINERS_CONF="$1/containers.conf"
	export CONTAINERS_STORAGE_CONF="$1/storage.conf"
}

configure "$BOX"

it "loads our images and the tarball"
for name in busybox services pause; do
	run podman load --input "$OCI/$name.tar"
	status 0
	out_has "localhost/cinit/$name:latest"
done
run podman import "$TARBALL" $BARE
status 0

promises

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

done_testing
