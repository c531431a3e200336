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

it "tells the daemon its version as the daemon's own init does"
run docker info -f '{{.InitBinary}}: {{.InitCommit.ID}}'
status 0
out_has "$BOX/docker-init: "
out_lacks "N/A"
not grep "failed to parse $BOX/docker-init version" "$BOX/log"

it "holds the pid namespace of others under docker, and reaps in it"
start docker run --rm --name pause --network none localhost/cinit/pause
NAME=pause
soon running
run $ENGINE $RUN --pid container:pause $BARE sh -c "md5sum </proc/1/exe
	/helpers/orphans 500; $zombies"
status 0
out_has "$(md5sum <"$CINIT")" "zombies 0"
tell stop
finish
status 0

promises

kill $daemon
wait $daemon
done_testing
