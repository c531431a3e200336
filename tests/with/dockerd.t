# cinit under dockerd: as ENTRYPOINT, and by --init as the daemon's init-path.
# shellcheck shell=sh disable=SC2016,SC2086
[ "${TIER-}" != root ] || [ "${BOX-}" ] ||
	BOX=1 exec tests/with/box sh "$0"
. tests/lib.sh
tiers root
. tests/with/engine.sh

engine docker 32 33

# No network: it would only be more to wait for.
cat >"$BOX/daemon.json" <<END
{
	"data-root": "$BOX/data",
	"exec-root": "$BOX/exec",
	"pidfile": "$BOX/docker.pid",
	"hosts": ["unix://$BOX/docker.sock"],
	"init-path": "$BOX/docker-init",
	"cgroup-parent": "/docker",
	"bridge": "none",
	"iptables": false,
	"ip6tables": false,
	"ip-forward": false,
	"ip-masq": false,
	"oom-score-adjust": 0,
	"default-ulimits": {
		"nofile": { "Name": "nofile", "Soft": 1024, "Hard": 4096 }
	}
}
END
export DOCKER_HOST="unix://$BOX/docker.sock" DOCKER_CONFIG="$BOX"
dockerd --config-file "$BOX/daemon.json" >"$BOX/log" 2>&1 &
daemon=$!
daemon_is_up() { docker info >/dev/null 2>&1 || dead $daemon; }

it "loads our images and the tarball"
soon daemon_is_up
not dead $daemon || fail "$(tail -n 20 "$BOX/log")"
for name in busybox services pause; do
	run docker load --input "$OCI/$name.tar"
	status 0
	out_has "localhost/cinit/$name:latest"
done
run docker import "$TARBALL" $BARE
status 0

promises

kill $daemon
wait $daemon
done_testing
