# Networks that root makes: the bridge and what is behind it, joining, healing.
. tests/lib.sh
tiers root vm

# ---- a world: this host with one link to the internet, where a server is

PATH=$PATH:/usr/sbin:/sbin
mkdir "$T/www" "$T/srv"
echo "the internet" >"$T/www/index.html"
echo "inside" >"$T/srv/index.html"
modprobe -a veth bridge 2>/dev/null

unshare --net sleep 600 &
far=$!
sleep 0.2
ip link add up0 type veth peer name far0 netns $far
ip addr add 203.0.113.2/24 dev up0
ip addr add 2001:db8:1::2/64 dev up0 nodad
ip link set up0 up
nsenter -t $far -n sh -c '
	ip link set lo up
	ip addr add 203.0.113.1/24 dev far0
	ip addr add 2001:db8:1::1/64 dev far0 nodad
	ip addr add 198.51.100.7/32 dev lo
	ip addr add 2001:db8:2::7/128 dev lo nodad
	ip link set far0 up'
ip route add 198.51.100.0/24 via 203.0.113.1
ip route add 2001:db8:2::/48 via 2001:db8:1::1
# httpd says who called: what the internet sees is the host
nsenter -t $far -n busybox httpd -f -v -p 80 -h "$T/www" 2>"$T/calls" &
httpd=$!

away() {
	kill $far $httpd
	wait $far $httpd
	ip link del up0
} 2>/dev/null

# what a container may leave on this host
left() {
	ip -o link | sed -n 's/^[0-9]*: \(c[^:@]*\).*/link \1/p'
	nft list ruleset
	cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding
	cat /proc/sys/net/ipv6/conf/all/force_forwarding 2>/dev/null
	find /run/cinit -name 'net*' 2>/dev/null
}
no_links() { ! ip -o link | grep -q ': ci0a58'; }
clean() { [ "$(left)" = "$before" ]; }
before=$(left)

nat() { run claunch --net nat "$@"; }
get='printf "GET / HTTP/1.0\r\n\r\n" | nc -w 5'
fetch() { curl -s -m $((5 * SLOW)) "$@"; }
from_far() { nsenter -t $far -n curl -s -m $((5 * SLOW)) "$@"; }

# ---- one container

it "gives a container a link, addresses, and default routes"
nat "$ROOTFS" sh -c 'ip -o addr show eth0; ip route; ip -6 route'
status 0
no_err
out_has "inet 10.88." "inet6 fd63:696e:6974:a58:" "default via 10.88.0.1 dev eth0" \
	"default via fd63:696e:6974:a58::a58:1 dev eth0"
soon clean

it "reaches the internet from behind the host's address, IPv4"
nat "$ROOTFS" sh -c "$get 198.51.100.7 80"
status 0
out_has "the internet"
ok grep -q 203.0.113.2 "$T/calls"

it "reaches the internet from behind the host's address, IPv6"
nat "$ROOTFS" sh -c "$get 2001:db8:2::7 80"
status 0
out_has "the internet"
ok grep -q 2001:db8:1::2 "$T/calls"

it "takes the address, the MAC and the MTU that were said"
nat --ip 10.88.0.9 --mac 02:00:00:00:00:05 --mtu 1400 "$ROOTFS" ip addr show eth0
status 0
out_has "10.88.0.9/16" "fd63:696e:6974:a58::a58:9/64" "02:00:00:00:00:05" "mtu 1400"

it "has another subnet when that is said"
nat --subnet 10.99.7.0/24 --subnet fd00:99::/64 "$ROOTFS" \
	sh -c 'ip -o addr show eth0; ip route; ip -6 route'
status 0
out_has "inet 10.99.7." "inet6 fd00:99::a63:7" "via 10.99.7.1" "via fd00:99::a63:701"
soon clean

it "takes another subnet by itself where an address of the host is in the first"
[ "$t_off" ] || ip addr add 10.88.3.3/24 dev up0
nat "$ROOTFS" ip -o addr show eth0
status 0
out_has "inet 10.89."

it "refuses a subnet with an address of the host in it, and names the link"
nat --subnet 10.88.0.0/16 "$ROOTFS" true
status 125
one_sentence
err_has "10.88.3.3" "up0" "--subnet"
[ "$t_off" ] || ip addr del 10.88.3.3/24 dev up0
soon clean

it "refuses a link of the same name that is another's, and leaves it alone"
[ "$t_off" ] || { ip link add cinit0 type bridge && ip link set cinit0 up; }
nat "$ROOTFS" true
status 125
one_sentence
err_has "cinit0" "not claunch's"
run claunch --gc
status 0
ok ip link show cinit0 >/dev/null
[ "$t_off" ] || ip link del cinit0

it "forwards for the containers only, and as before when the last one ended"
start claunch --net nat "$ROOTFS" sh -c 'echo up; sleep 60'
soon said up
is ip_forward "$(cat /proc/sys/net/ipv4/ip_forward)" 1
# from the internet, through this host, to what is no container: dropped
[ "$t_off" ] || ip addr add 192.0.2.77/32 dev lo
not nsenter -t $far -n sh -c '
	ip route add 198.18.0.0/24 via 203.0.113.2
	ping -c 1 -W 1 198.18.0.1 >/dev/null 2>&1'
ok sh -c 'nft list chain inet cinit through | grep -q "meta nfproto ipv4 drop"'
send KILL
finish
[ "$t_off" ] || ip addr del 192.0.2.77/32 dev lo
run claunch --gc
status 0
soon clean

# ---- names

it "has a resolv.conf and a hosts of its own, and writes neither into the image"
copy_rootfs
nat --dns 192.0.2.53 --dns 2001:db8::53 --dns-search a.example --dns-search b.example \
	--add-host db:10.88.0.77 --hostname me --ip 10.88.0.9 "$OWN" \
	sh -c 'cat /etc/resolv.conf /etc/hosts; echo 192.0.2.1 late >>/etc/hosts && tail -n 1 /etc/hosts'
status 0
no_err
out_line "nameserver 192.0.2.53" "nameserver 2001:db8::53" "search a.example b.example" \
	"127.0.0.1	localhost" "10.88.0.9	me" "10.88.0.77	db" "192.0.2.1 late"
ok cmp -s "$OWN/etc/hosts" "$ROOTFS/etc/hosts"
ok test ! -s "$OWN/etc/resolv.conf"

it "leaves a hosts alone that the user mounts"
echo "192.0.2.9 mine" >"$T/hosts"
nat -v "$T/hosts:/etc/hosts:ro" "$ROOTFS" cat /etc/hosts
status 0
out "192.0.2.9 mine"

# ---- several

it "lets three containers talk to each other by address"
start claunch --net nat --ip 10.88.0.11 -v "$T/srv:/srv:ro" "$ROOTFS" httpd -f -p 80 -h /srv
one=$JOB
start claunch --net nat --ip 10.88.0.12 -v "$T/srv:/srv:ro" "$ROOTFS" httpd -f -p 80 -h /srv
two=$JOB
soon fetch -o /dev/null http://10.88.0.11
soon fetch -o /dev/null http://10.88.0.12
nat --ip 10.88.0.13 "$ROOTFS" sh -c "
	for a in 10.88.0.11 10.88.0.12 fd63:696e:6974:a58::a58:b fd63:696e:6974:a58::a58:c; do
		echo \$a; $get \$a 80 | grep inside
	done"
status 0
out "10.88.0.11
inside
10.88.0.12
inside
fd63:696e:6974:a58::a58:b
inside
fd63:696e:6974:a58::a58:c
inside"
nat --ip 10.88.0.12 "$ROOTFS" true
status 125
one_sentence
err_has "10.88.0.12" "another container"
nat --subnet 10.77.0.0/16 "$ROOTFS" true
status 125
one_sentence
err_has "10.88.0.0/16" "--subnet"
nat --ip 10.77.0.1 "$ROOTFS" true
status 125
one_sentence
nat --ip 10.88.0.1 "$ROOTFS" true
status 125
one_sentence
send KILL "$one"
send KILL "$two"
finish "$one"
finish "$two"
run claunch --gc
soon clean

it "gives 50 containers that start at once 50 addresses"
fifty() {
	n=0 pids=
	mkfifo "$T/gate"
	while [ $n -lt 50 ]; do
		claunch -i --net nat "$ROOTFS" sh -c \
			'ip -4 -o addr show eth0; read -r x' <"$T/gate" >"$T/n$n" 2>&1 &
		pids="$pids $!" n=$((n + 1))
	done
	exec 8>"$T/gate"
	within 60 has_fifty
	exec 8>&-
	# shellcheck disable=SC2086
	wait $pids
	rm "$T/gate"
	is "what went wrong" "$(cat "$T"/n* | grep -v 10.88)" ""
	is "number of addresses" "$(cat "$T"/n* | awk '{ print $4 }' | sort -u | grep -c 10.88)" 50
}
has_fifty() { [ "$(cat "$T"/n* | grep -c 10.88)" = 50 ]; }
[ "$t_off" ] || fifty
soon clean

# ---- published ports

it "publishes a port, on every address of the host, IPv4 and IPv6"
start claunch --net nat -p 8080:80 -v "$T/srv:/srv:ro" "$ROOTFS" httpd -f -p 80 -h /srv
soon fetch -o "$T/got" http://127.0.0.1:8080
file_is "$T/got" inside
is "from the internet" "$(from_far http://203.0.113.2:8080)" inside
is "from the internet, IPv6" "$(from_far "http://[2001:db8:1::2]:8080")" inside
is "from this host" "$(fetch http://203.0.113.2:8080)" inside
nat "$ROOTFS" sh -c "$get 203.0.113.2 8080"
out_has inside
run claunch --net nat -p 8080:81 "$ROOTFS" true
status 125
one_sentence
err_has 8080 "another container"
send TERM
finish
soon clean

it "publishes a port of one address, and of UDP"
start claunch --net nat -p 127.0.0.1:8081:80 -p 5353:53/udp -v "$T/srv:/srv:ro" "$ROOTFS" sh -c '
	httpd -p 80 -h /srv
	echo up
	# datagrams for a port where nobody listens: they did arrive
	until [ "$(awk "/^Udp: [0-9]/ { print \$3 }" /proc/net/snmp)" -gt 0 ]; do
		sleep 0.1
	done
	echo datagram
	sleep 60'
soon said up
soon fetch -o "$T/got" http://127.0.0.1:8081
not from_far http://203.0.113.2:8081
not said datagram
[ "$t_off" ] || nsenter -t $far -n bash -c 'echo >/dev/udp/203.0.113.2/5353'
soon said datagram
send TERM
finish
soon clean

it "lets nobody in who was not asked, nor a container at the host's loopback"
[ "$t_off" ] || { busybox httpd -f -p 127.0.0.1:8082 -h "$T/srv" & local=$!; }
start claunch --net nat --ip 10.88.0.14 -p 8083:81 -v "$T/srv:/srv:ro" "$ROOTFS" httpd -f -p 80 -h /srv
soon fetch -o /dev/null http://10.88.0.14
[ "$t_off" ] || nsenter -t $far -n ip route add 10.88.0.0/16 via 203.0.113.2
not from_far -m 1 http://10.88.0.14
[ "$t_off" ] || nsenter -t $far -n ip route del 10.88.0.0/16
nat --cap-add NET_ADMIN --sysctl net.ipv4.conf.all.route_localnet=1 "$ROOTFS" sh -c '
	ip addr del 127.0.0.1/8 dev lo
	ip route add 127.0.0.1/32 via 10.88.0.1 dev eth0
	printf "GET / HTTP/1.0\r\n\r\n" | timeout 2 nc 127.0.0.1 8082'
out_lacks inside
send TERM
finish
[ "$t_off" ] || { kill $local; wait $local; } 2>/dev/null

it "refuses a port that a program of the host has"
[ "$t_off" ] || { busybox httpd -f -p 8084 & local=$!; sleep 0.3; }
nat -p 8084:80 "$ROOTFS" true
status 125
one_sentence
err_has "8084/tcp" "in use"
[ "$t_off" ] || { kill $local; wait $local; } 2>/dev/null
soon clean

# ---- joining

it "enters the network namespace of a process, and one that ip netns made"
start claunch --net nat --ip 10.88.0.15 --pid-file "$T/pid" "$ROOTFS" sh -c 'echo up; sleep 60'
soon said up
[ "$t_off" ] || pid=$(cat "$T/pid")
run claunch --net "container:$pid" "$ROOTFS" ip -o addr show eth0
status 0
out_has 10.88.0.15
send TERM
finish
[ "$t_off" ] || {
	: >"$T/ns"
	unshare --net="$T/ns" ip addr add 192.0.2.44/32 dev lo
}
run claunch --net "ns:$T/ns" "$ROOTFS" ip -o addr show lo
status 0
out_has 192.0.2.44
run claunch --net "ns:$T/ns" --userns host "$ROOTFS" ls /sys/class/net
status 0
out_has lo
out_lacks up0
[ "$t_off" ] || umount "$T/ns"

it "refuses what is no network namespace"
run claunch --net ns:/etc/passwd "$ROOTFS" true
status 125
one_sentence
err_has /etc/passwd "not a network namespace"
run claunch --net ns:/proc/self/ns/pid "$ROOTFS" true
status 125
one_sentence
err_has "not a network namespace"
run claunch --net ns:/no/where "$ROOTFS" true
status 125
one_sentence
run claunch --net container:2147483647 "$ROOTFS" true
status 125
one_sentence
err_has "no such process"

# ---- healing

it "leaves nothing with --gc after all launchers were killed"
pids=
for n in 21 22 23; do
	start claunch --net nat --ip 10.88.0.$n -p 80$n:80 "$ROOTFS" sh -c 'echo up; sleep 600'
	soon said up
	pids="$pids $JOB"
done
[ "$t_off" ] || [ "$(left)" != "$before" ] || fail "nothing was there"
for pid in $pids; do
	send KILL "$pid"
	finish "$pid"
done
soon no_links
run claunch --gc
status 0
no_out
no_err
soon clean

it "takes over what a killed launcher left: its address, its port, its rules"
start claunch --net nat --ip 10.88.0.31 -p 8031:80 "$ROOTFS" sh -c 'echo up; sleep 600'
soon said up
send KILL
finish
start claunch --net nat --ip 10.88.0.32 -p 8031:80 -v "$T/srv:/srv:ro" "$ROOTFS" \
	httpd -f -p 80 -h /srv
soon fetch -o "$T/got" http://127.0.0.1:8031
send KILL
finish
start claunch --net nat --ip 10.88.0.32 "$ROOTFS" sh -c 'echo up; sleep 600'
soon said up
# who has the address now has not published anything
ok sh -c '! nft list map inet cinit any4 | grep -q 8031'
send TERM
finish
soon clean

it "leaves what is in use alone with --gc"
start claunch --net nat --ip 10.88.0.33 -p 8033:80 -v "$T/srv:/srv:ro" "$ROOTFS" \
	httpd -f -p 80 -h /srv
soon fetch -o /dev/null http://127.0.0.1:8033
run claunch --gc
status 0
is "still there" "$(fetch http://127.0.0.1:8033)" inside
send TERM
finish
soon clean

it "makes its rules again when somebody has emptied all of them"
start claunch --net nat "$ROOTFS" sh -c 'echo up; sleep 60'
soon said up
[ "$t_off" ] || nft flush ruleset
nat "$ROOTFS" sh -c "$get 198.51.100.7 80"
out_has "the internet"
send TERM
finish
soon clean

it "removes the empty cgroup of a killed launcher with --gc"
on root
gone=$(sh -c 'echo $$')
own=$(sed -n 's/^[0-9]*:pids:\(.*\)/\1/p' /proc/self/cgroup)
orphan=/sys/fs/cgroup/pids$own/cinit-$gone-beef
live=/sys/fs/cgroup/pids$own/cinit-$$-beef
[ "$t_off" ] || mkdir "$orphan" "$live"
run claunch --gc
status 0
ok test ! -e "$orphan"
ok test -e "$live"
[ "$t_off" ] || rmdir "$live"

away
done_testing
