# Namespaces: all eight are new, and --share keeps the ones it names.
. tests/lib.sh
tiers root user vm vm-user

all="cgroup ipc mnt net pid time user uts"

# differ NS...: these are not the caller's; same NS...: these are.
differ() {
	for ns; do
		get "ns.$ns"
		isnt "the $ns namespace" "$value" "$(readlink "/proc/self/ns/$ns")"
	done
}
same() {
	for ns; do
		get "ns.$ns"
		is "the $ns namespace" "$value" "$(readlink "/proc/self/ns/$ns")"
	done
}

probe() {
	run claunch -v "$HELPERS:/opt:ro" "$@"
}

it "gives the command eight namespaces of its own"
probe "$ROOTFS" /opt/probe ns process files
status 0
no_err
differ $all
get init; is "the name of PID 1" "$value" cinit
get pid; is "the command's pid" "$value" 2
get ppid; is "its parent" "$value" 1
get hostname; is "the host name" "$value" cinit

it "makes others for each container"
probe "$ROOTFS" /opt/probe ns
first=
for ns in $all; do
	get "ns.$ns"
	first="$first $value"
done
# The kernel may give a number again, but not while its owner lives.
start claunch -v "$HELPERS:/opt:ro" "$ROOTFS" sh -c '/opt/probe ns; echo up; exec sleep 60'
soon said up
one=$JOB
t_slurp "$t_o"
out_of_one=$t_text
probe "$ROOTFS" /opt/probe ns
for ns in $all; do
	get "ns.$ns"
	not t_has "$out_of_one" "$value"
done
send TERM "$one"
finish "$one"

for shared in pid uts ipc net cgroup time; do
	it "keeps the host's $shared namespace with --share $shared, and no other"
	probe --share "$shared" "$ROOTFS" /opt/probe ns
	status 0
	no_err
	for each in $all; do
		case $each in
		"$shared") same "$each" ;;
		*) differ "$each" ;;
		esac
	done
done

it "keeps all that a list of --share names"
probe --share net,uts --share ipc "$ROOTFS" /opt/probe ns
status 0
same net uts ipc
differ cgroup mnt pid time user

it "keeps the host's user namespace with --share user"
on root vm
probe --share user "$ROOTFS" /opt/probe ns
status 0
same user
differ cgroup ipc mnt net pid time uts

it "keeps the host's user namespace with --userns host"
on root vm
probe --userns host "$ROOTFS" /opt/probe ns files
status 0
same user
differ cgroup ipc mnt net pid time uts
get uid_map; is "the map" "$value" "0 0 4294967295"

it "refuses --share user to who is not root, and says what to do"
on user vm-user
run claunch --share user "$ROOTFS" true
status 125
one_sentence
err_has "only root" "leave out"

it "keeps the host's network with --net host"
probe --net host "$ROOTFS" /opt/probe ns
status 0
same net

it "refuses to share the mount namespace"
run claunch --share mount "$ROOTFS" true
status 125
one_sentence
err_has "mount namespace of its own"

it "refuses a namespace that there is not"
run claunch --share net,nope "$ROOTFS" true
status 125
one_sentence
err_has "is not one of"

it "refuses options that speak of a namespace that is shared"
run claunch --share uts --hostname x "$ROOTFS" true
status 125
one_sentence
run claunch --share net --net none "$ROOTFS" true
status 125
one_sentence
run claunch --share time --time-offset boottime=10 "$ROOTFS" true
status 125
one_sentence
run claunch --share ipc --sysctl kernel.shmmax=1 "$ROOTFS" true
status 125
one_sentence

it "does not give away sight of the host's cgroups with the network"
run claunch --share net "$ROOTFS" sh -c '
	find /sys/fs/cgroup -type f | while read -r f; do
		{ echo >"$f"; } 2>/dev/null && echo "written: $f"
	done
	echo end'
status 0
out end

it "lets nothing be written to cgroups that are the host's"
run claunch --share net,cgroup "$ROOTFS" sh -c '
	find /sys/fs/cgroup -type f -maxdepth 3 | while read -r f; do
		{ echo >"$f"; } 2>/dev/null && echo "written: $f"
	done
	echo end'
status 0
out end

it "hides and protects the same paths of the host's /proc"
probe --share pid "$ROOTFS" /opt/probe guarded
status 0
for path in /proc/sys /proc/sys/kernel/core_pattern /proc/irq /proc/bus; do
	get "path.$path"
	case $value in
	absent | *,ro,protected) pass ;;
	*) fail "$path is $value" ;;
	esac
done
for path in /proc/kallsyms /proc/keys /proc/timer_list; do
	get "path.$path"
	case $value in
	absent | *,empty,ro,protected) pass ;;
	*) fail "$path is $value" ;;
	esac
done

it "has an own host name that --hostname sets, and the host keeps its"
host=$(uname -n)
run claunch --hostname inner.example "$ROOTFS" sh -c 'hostname; echo $HOSTNAME'
status 0
out "inner.example
inner.example"
is "the host's name" "$(uname -n)" "$host"

it "calls the machine as --name calls the container"
run claunch --name given "$ROOTFS" hostname
status 0
out given

it "has a loopback interface that is up, and nothing else"
run claunch "$ROOTFS" sh -c 'ls /sys/class/net; ip -o link show lo'
status 0
out_has "LOOPBACK,UP"
out_like "lo
*"
run claunch "$ROOTFS" sh -c 'ls /sys/class/net | grep -v "^lo$\|^[a-z0-9]*0$"'
no_out

it "shifts the clocks of its time namespace"
read -r up rest </proc/uptime
run claunch --time-offset boottime=1000000 "$ROOTFS" cat /proc/uptime
status 0
t_read_out
inside=${t_out%% *}
between "uptime inside" "${inside%.*}" $((${up%.*} + 1000000)) $((${up%.*} + 1000100))

it "sets sysctls of its own namespaces only"
run claunch --sysctl net.ipv4.ip_forward=1 --sysctl kernel.shmmni=77 "$ROOTFS" \
	cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/shmmni
status 0
out "1
77"

for key in kernel.core_pattern net.ipv4/../../kernel/core_pattern net..ipv4 \
	kernel.shmmax/../core_pattern kernel/core_pattern vm.swappiness \
	net.ipv4.ip_forward+kernel.core_pattern kernel.hostname .net /net; do
	it "refuses the sysctl $key"
	before=$(cat /proc/sys/kernel/core_pattern)
	run claunch --sysctl "$key=1" "$ROOTFS" true
	status 125
	one_sentence
	is "the host's core_pattern" "$(cat /proc/sys/kernel/core_pattern)" "$before"
done

done_testing
