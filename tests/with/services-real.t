# nginx, redis and a oneshot that prepares their files, all under one cinit.
# shellcheck shell=sh disable=SC2016
[ "${TIER-}" != root ] || [ "${BOX-}" ] ||
	BOX=1 exec tests/with/box sh "$0"
. tests/lib.sh
tiers root vm

D=$T/services
mkdir "$D"
cat >"$D/prepare" <<'END'
command = sh -c 'mkdir -p /srv/www /srv/redis && chown redis /srv/redis && echo "<p>page $((6 * 7))" >/srv/www/index.html && cp /etc/services.d/nginx.conf.txt /srv/nginx.conf'
oneshot = yes
END
cat >"$D/redis" <<'END'
command = redis-server --bind 127.0.0.1 --dir /srv/redis --save '' --daemonize no --supervised systemd
user = redis
requires = prepare
notify = socket
ready = 30
restart = always
log = prefix
END
cat >"$D/web" <<'END'
command = nginx -c /srv/nginx.conf
requires = prepare redis
stop-signal = QUIT
restart = on-failure:5
END
mkdir "$T/conf"
cat >"$T/conf/nginx.conf" <<'END'
daemon off;
events { }
http { access_log off; server { listen 127.0.0.1:80; root /srv/www; } }
END

sed -i 's|/etc/services.d/nginx.conf.txt|/conf/nginx.conf|' "$D/prepare"

inside() { nsenter --all --target "$pid" -- "$@"; }
answers() { [ "$(inside "$@" 2>&1)" = "$answer" ]; }
ask() { inside cinit "$@"; }
redis_is() { [ "$(ask status --json | jq -c '.[1] | [.restarts, .last_status, .state]')" = "$1" ]; }
pid_of() { ask status --json | jq ".[] | select(.name == \"$1\").pid"; }

# What holds of the job that was started, whose PID 1 is $pid.
promises() {
	told=$T/job$t_seq.err
	answer="<p>page 42"
	soon answers curl -sf http://127.0.0.1/
	answer=PONG
	ok answers redis-cli ping
	is "who redis is" "$(inside ps -C redis-server -o user=)" redis
	run nsenter --all --target "$pid" -- cinit status
	status 0
	out_like "NAME *prepare  done *redis    up *web      up *"
	is "the order" "$(sed -n 's/^cinit: \([a-z]*\): \(up\|done\)$/\1/p' "$told" | tr '\n' ' ')" \
		"prepare redis web "

	before=$(pid_of redis)
	inside kill -KILL "$before"
	soon redis_is '[1,137,"up"]'
	isnt "its pid" "$(pid_of redis)" "$before"
	answer=PONG
	soon answers redis-cli ping
	answer="<p>page 42"
	ok answers curl -sf http://127.0.0.1/
	is "restarts of the one that requires it" \
		"$(ask status --json | jq '.[2].restarts')" 0

	send TERM
	finish
	status 0
	is "the order" "$(sed -n 's/^cinit: \([a-z]*\): down$/\1/p' "$told" | tr '\n' ' ')" "web redis "
	out_has "redis | " "User requested shutdown"
}

it "comes up in order, starts what is killed again, and stops in reverse"
start claunch --no-init --memory 256m --pids 64 --pid-file "$T/pid" --overlay \
	-v "$CINIT:/usr/bin/cinit:ro" -v "$D:/services:ro" -v "$T/conf:/conf:ro" \
	"$SERVICES" /usr/bin/cinit --verbose --services /services
soon test -s "$T/pid"
read -r pid <"$T/pid" || pid=0
promises

it "does the same under podman"
on root
. tests/with/podman.sh
BOX=/run/engine
mkdir "$BOX"
configure "$BOX"
runs() { pid=$(podman inspect -f '{{.State.Pid}}' real 2>/dev/null) && [ "$pid" != 0 ]; }
start podman run --rm --name real --network none --memory 256m --pids-limit 64 \
	-v "$CINIT:/usr/bin/cinit:ro" -v "$D:/services:ro" -v "$T/conf:/conf:ro" \
	--rootfs "$SERVICES:O" /usr/bin/cinit --verbose --services /services
soon runs
promises

done_testing
