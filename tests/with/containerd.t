# cinit under containerd, as Kubernetes starts it: ENTRYPOINT, and often not PID 1.
# shellcheck shell=sh disable=SC2016,SC2086
[ "${TIER-}" != root ] || [ "${BOX-}" ] ||
	BOX=1 exec tests/with/box sh "$0"
. tests/lib.sh
tiers root
. tests/with/engine.sh

cat >"$BOX/config.toml" <<END
version = 2
root = "$BOX/root"
state = "$BOX/state"
oom_score = 0
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "$BOX/sock"
END
export CONTAINERD_ADDRESS="$BOX/sock" CONTAINERD_NAMESPACE=tests
containerd --config "$BOX/config.toml" >"$BOX/log" 2>&1 &
daemon=$!
daemon_is_up() { ctr version >/dev/null 2>&1 || dead $daemon; }

# With a command of its own ctr leaves the image's ENTRYPOINT out.
image=localhost/cinit/busybox:latest
cinit="/sbin/cinit --"
gone() { [ "$(ctr tasks list -q)" = "" ]; }

it "loads our images"
soon daemon_is_up
not dead $daemon || fail "$(tail -n 20 "$BOX/log")"
for name in busybox services pause; do
	run ctr images import "$OCI/$name.tar"
	status 0
done
run ctr images check -q
status 0
out_line localhost/cinit/busybox:latest localhost/cinit/services:latest \
	localhost/cinit/pause:latest

it "gives the command's status, as ENTRYPOINT under containerd"
echo "exit 7" >"$T/words"
run ctr run --rm $image test <"$T/words"
status 7
while read -r want command; do
	run ctr run --rm $image test $cinit sh -c "$command"
	status "$want"
done <<-END
	0 true
	3 exit 3
	139 kill -SEGV \$\$
END
run ctr run --rm $image test $cinit /nowhere/to/be/found
status 127
err_has "cinit: " /nowhere/to/be/found

it "stops in order, and reaps, as ENTRYPOINT under containerd"
start ctr run --rm --mount "type=bind,src=$HELPERS,dst=/helpers,options=rbind:ro" \
	$image test $cinit sh -c "/helpers/orphans 500; $zombies; $gentle"
soon said up
out_has "zombies 0"
ok ctr tasks kill -s TERM test
finish
status 9
out_has bye

it "is pause of a pod, and beside it silent and a subreaper, under containerd"
start ctr run --rm --pid-file "$T/pid" localhost/cinit/pause:latest sandbox
soon test -s "$T/pid"
read -r sandbox <"$T/pid"
run ctr run --rm --with-ns "pid:/proc/$sandbox/ns/pid" $image test \
	$cinit sh -c 'echo "mine $PPID"
		sh -c "sh -c \"sleep 0.3; grep PPid: /proc/self/status\" &"
		sleep 0.6; exit 5'
status 5
no_err
mine=$(awk '$1 == "mine" { print $2 }' "$T/out")
isnt "our pid there" "$mine" 1
out_line "PPid:	$mine"
run ctr tasks exec --exec-id look sandbox /cinit --version
status 0
ok ctr tasks kill -s TERM sandbox
finish
status 0
soon gone

kill $daemon
wait $daemon
done_testing
