# How podman is told where it is; a part of tests/with/*.t that run in tests/with/box.
# shellcheck shell=sh

# configure DIR: what podman needs to be told here: there is no systemd, and some
# rlimits cannot be raised.
configure() {
	cat >"$1/containers.conf" <<-END
		[engine]
		cgroup_manager = "cgroupfs"
		events_logger = "file"
		runtime = "runc"
		tmp_dir = "$1/tmp"
		helper_binaries_dir = ["$BOX/bin", "/usr/lib/podman"]
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
