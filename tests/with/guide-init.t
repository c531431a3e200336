# docs/guide-init.md says what is true: each of its commands, under podman.
# shellcheck shell=sh disable=SC2034
[ "${TIER-}" != root ] || [ "${BOX-}" ] ||
	BOX=1 exec tests/with/box sh "$0"
. tests/lib.sh
tiers root
. tests/helpers/guide.sh
here=$PWD
. tests/with/engine.sh

engine podman
cat >"$BOX/containers.conf" <<END
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
tmp_dir = "$BOX/tmp"
[containers]
default_sysctls = []
default_ulimits = ["nofile=1024:4096", "nproc=4096:4096"]
END
cat >"$BOX/storage.conf" <<END
[storage]
driver = "overlay"
graphroot = "$BOX/storage"
runroot = "$BOX/run"
END
export CONTAINERS_CONF="$BOX/containers.conf"
export CONTAINERS_STORAGE_CONF="$BOX/storage.conf"
podman import --quiet "$TARBALL" localhost/busybox >/dev/null

make() { command make -s -C "$here" "$@"; }
guide "$here/docs/guide-init.md"
done_testing
