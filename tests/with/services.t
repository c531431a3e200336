# Servers as they are installed: limited, answering, stopped in order.
# shellcheck shell=sh disable=SC2016
. tests/lib.sh
tiers root

# serve COMMAND...: in a container with limits, its PID 1 in "pid".
serve() {
	name=service-$$
	start claunch --name "$name" --pid-file "$T/pid" --report "$T/report" \
		--memory 256m --cpus 1.5 --pids 64 --overlay "$SERVICES" "$@"
	soon test -s "$T/pid"
	read -r pid <"$T/pid" || pid=0
}

# inside COMMAND...: from the host, in the container's namespaces.
inside() {
	nsenter --all --target "$pid" -- "$@"
}
inside_as() {
	user=$1
	shift
	inside setpriv --reuid="$user" --regid="$user" --init-groups "$@"
}
answers() { [ "$(inside "$@" 2>&1)" = "$answer" ]; }

# stopped: TERM has ended it as it should be, and nothing is left.
stopped() {
	before=$(date +%s%3N)
	send TERM
	finish
	status 0
	between "milliseconds to stop" $(($(date +%s%3N) - before)) 0 3000
	ok dead "$pid"
	is "its cgroups" "$(find /sys/fs/cgroup -name "cinit-$name")" ""
	is "status, late kills, out of memory" \
		"$(jq -c '[.status, .killed_late, .oom_kills]' "$T/report")" "[0,0,0]"
	between "MiB of memory" "$(jq '.memory_peak / 1048576 | floor' "$T/report")" 1 256
	err_lacks "out of memory" "out of processes"
}

it "serves a page with nginx"
serve sh -c 'echo "<p>page $((6 * 7))" >/var/www/html/index.html
	exec nginx -g "daemon off;"'
answer="<p>page 42"
soon answers curl -sf http://127.0.0.1/
for round in 1 2 3 4 5 6 7 8; do
	is "answer $round" "$(inside curl -sf http://127.0.0.1/index.html)" "$answer"
done
between "processes of nginx" "$(inside ps -C nginx -o pid= | wc -l)" 2 10
is "who the workers are" "$(inside ps -C nginx -o user= | sort -u | tr '\n' ' ')" "root www-data "
stopped
not grep -q "page 42" "$SERVICES/var/www/html/index.html"

it "ends nginx gently with its own signal"
start claunch --stop-signal QUIT --overlay "$SERVICES" nginx -g 'daemon off;'
sleep 0.5
send TERM
finish
status 0

it "answers PING with redis, as its own user"
serve sh -c 'exec setpriv --reuid=redis --regid=redis --init-groups \
	redis-server --bind 127.0.0.1 --dir /var/lib/redis --daemonize no'
answer=PONG
soon answers redis-cli ping
is "what was set" "$(inside redis-cli set key value)" OK
is "what is there" "$(inside redis-cli get key)" value
is "who it is" "$(inside ps -C redis-server -o user=)" redis
stopped
out_has "User requested shutdown" "bye bye"

it "answers a query with postgres"
serve sh -c 'install -d -o postgres /run/postgresql
	exec setpriv --reuid=postgres --regid=postgres --init-groups \
		/usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql/15/main \
		-c config_file=/etc/postgresql/15/main/postgresql.conf'
answer=42
soon answers setpriv --reuid=postgres --regid=postgres --init-groups \
	psql -Atc 'select 6 * 7'
is "a table" "$(inside_as postgres psql -Atq -c 'create table t (n int)' \
	-c 'insert into t select generate_series(1, 1000)' \
	-c 'select sum(n) from t' 2>&1)" 500500
stopped
err_has "database system is shut down"

it "holds the limits on all of them"
serve sh -c 'exec redis-server --bind 127.0.0.1 --save "" --daemonize no'
answer=PONG
soon answers redis-cli ping
is "limits inside" "$(inside sh -c 'cd /sys/fs/cgroup
	cat memory.max pids.max memory/memory.limit_in_bytes pids/pids.max' 2>/dev/null |
	tr '\n' ' ')" "268435456 64 "
inside redis-cli --no-raw eval \
	'for i = 1, 400 do redis.call("set", i, string.rep("x", 1048576)) end' 0 >/dev/null 2>&1
finish
status 137
err_has "out of memory: the kernel killed redis-server" "memory.max 256 MiB"

done_testing
