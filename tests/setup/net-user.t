# The network of who is not root: pasta and slirp4netns, and their end.
. tests/lib.sh
tiers user vm-user

PATH=$PATH:/usr/sbin:/sbin
mkdir "$T/srv"
echo "inside" >"$T/srv/index.html"

# old pasta loses the end of a connection that is half closed first
get() { echo "{ printf 'GET / HTTP/1.0\r\n\r\n'; sleep 1; } | timeout 10 nc $1 80"; }
fetch() { curl -s -m $((5 * SLOW)) "$@"; }
# datagrams for a port where nobody listens, until the container has noticed
noticed() {
	bash -c 'echo >/dev/udp/127.0.0.1/8085'
	said datagram
}
serve='httpd -p 80 -h /srv
	until [ "$(awk "/^Udp: [0-9]/ { print \$3 }" /proc/net/snmp)" -gt 0 ]; do sleep 0.1; done
	echo datagram; sleep 600'

# the helper of the job, into the variable helper: the child of its nurse
find_helper() {
	helper=$(pgrep -P "$(pgrep -P "$JOB" -x claunch)")
	[ "$helper" ]
}

for program in pasta slirp4netns; do
	it "reaches the internet through $program"
	run claunch --net user:$program "$ROOTFS" sh -c "$(get 198.51.100.7)"
	out_has "the internet"
	no_err

	it "asks the name server that only the host can reach through $program"
	run claunch --net user:$program "$ROOTFS" nslookup some.example
	status 0
	out_has 198.51.100.7

	it "publishes ports through $program, and ends it with the container"
	start claunch --net user:$program -p 8085:80 -p 127.0.0.1:8086:80 -p 8085:53/udp \
		-v "$T/srv:/srv:ro" "$ROOTFS" sh -c "$serve"
	soon fetch -o "$T/got" http://127.0.0.1:8085
	file_is "$T/got" inside
	is "at one address" "$(fetch http://127.0.0.1:8086)" inside
	is "at the host's address" "$(fetch http://203.0.113.2:8085)" inside
	not fetch http://203.0.113.2:8086
	not said datagram
	soon noticed
	ok find_helper
	run claunch --net user:$program -p 8085:80 "$ROOTFS" true
	status 125
	one_sentence
	err_has $program
	send TERM
	finish
	soon dead "$helper"

	it "ends $program when the launcher is killed"
	start claunch --net user:$program "$ROOTFS" sh -c 'echo up; sleep 600'
	soon said up
	ok find_helper
	send KILL
	finish
	soon dead "$helper"

	it "keeps the host's loopback out of reach of $program"
	[ "$t_off" ] || { busybox httpd -f -p 127.0.0.1:8087 -h "$T/srv" & local=$!; sleep 0.3; }
	run claunch --net user:$program "$ROOTFS" sh -c '
		for a in 127.0.0.1 10.0.2.2 203.0.113.1; do
			{ printf "GET / HTTP/1.0\r\n\r\n"; sleep 1; } | timeout 3 nc $a 8087
		done'
	out_lacks inside
	[ "$t_off" ] || { kill $local; wait $local; } 2>/dev/null

	it "gives the link of $program the MAC and the MTU that were said"
	run claunch --net user:$program --mac 02:00:00:00:00:05 --mtu 1400 "$ROOTFS" \
		ip link show eth0
	status 0
	out_has "02:00:00:00:00:05" "mtu 1400"
done

it "takes IPv6 through pasta"
run claunch --net user:pasta "$ROOTFS" sh -c "$(get 2001:db8:2::7)"
out_has "the internet"
start claunch --net user:pasta -p '[::1]:8085:80' -v "$T/srv:/srv:ro" "$ROOTFS" httpd -f -p 80 -h /srv
soon fetch -o "$T/got6" 'http://[::1]:8085'
file_is "$T/got6" inside
not fetch http://127.0.0.1:8085
send TERM
finish
run claunch --net user:slirp4netns -p '[::1]:8085:80' "$ROOTFS" true
status 125
one_sentence
err_has "slirp4netns has no IPv6"

# some versions look for ports by themselves, on both sides
it "tells pasta to publish nothing that was not said"
start claunch --net user:pasta "$ROOTFS" sh -c 'echo up; sleep 600'
soon said up
ok find_helper
is "its words" "$(tr '\0' '\n' <"/proc/$helper/cmdline" | sed -n '/^-[tuTU]$/{ N; p; }' | paste -sd ' ')" \
	"-T none -U none -t none -u none"
send TERM
finish

it "finds a helper by itself, and writes the files of names"
run claunch --net user --dns 192.0.2.53 --add-host db:192.0.2.1 --hostname me "$ROOTFS" \
	sh -c 'cat /etc/resolv.conf /etc/hosts; ls /sys/class/net'
status 0
out_line "nameserver 192.0.2.53" "192.0.2.1	db" "127.0.1.1	me" "eth0"

it "refuses what takes root, and says what does not"
run claunch --net nat "$ROOTFS" true
status 125
one_sentence
err_has "root" "--net user"
run claunch --net ns:/proc/self/ns/net "$ROOTFS" true
status 125
one_sentence
err_has "root"

it "has nothing to take away with --gc"
run claunch --gc
status 0
no_out
no_err

done_testing
