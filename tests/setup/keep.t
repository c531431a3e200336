# Keeping: files that hold namespaces without a process, and letting go of them.
# shellcheck shell=sh disable=SC2016,SC2086
. tests/lib.sh
tiers root user vm vm-user

mounts() { cut -d' ' -f5- /proc/self/mountinfo | sort; }
before=$(mounts)
netns_before=$(ls /run/netns 2>/dev/null)
dir=$T/kept

# Where the kernel numbers namespaces by processor (6.18), a mount namespace can
# be held only by one of a lower number: whoever runs this may be in another.
keeper=
case $TIER in
root | vm)
	for cpu in $(seq 0 $(($(nproc) - 1))); do
		[ ! "$keeper" ] || continue
		taskset -c "$cpu" claunch --keep "$dir" "$ROOTFS" true 2>/dev/null || continue
		claunch --unkeep "$dir"
		keeper="taskset -c $cpu"
	done
	;;
esac

it "is refused to who is not root, with the reason"
on user vm-user
run claunch --keep "$dir" "$ROOTFS" true
status 125
one_sentence
err_has "only root"
run claunch --unkeep "$dir"
status 125
one_sentence
not test -e "$dir"

case $TIER in
user | vm-user) done_testing; exit ;;
esac

it "holds the namespaces of a container that has ended"
start $keeper claunch --name keeper --keep "$dir" \
	--cap-add NET_ADMIN "$ROOTFS" \
	sh -c 'ip addr add 10.9.8.7/24 dev lo; echo word >/tmp/file; ls -l /proc/self/ns; echo up; exec sleep 1000'
soon said up
within 5 test -e "$dir/user" || fail "no files in $dir"
soon test -L /run/netns/kept
t_read_out
its=$t_out
send TERM
finish
is "the files" "$(ls "$dir" | tr '\n' ' ')" "cgroup ids ipc mnt net plan time user uts "
for ns in cgroup ipc mnt net time user uts; do
	number=$(stat -L -c %i "$dir/$ns")
	ok t_has "$its" "$ns:[$number]"
done
ok test -z "$(claunch --ps | grep keeper)"

it "is entered as a whole, with the privileges that the container had"
run claunch --join "$dir" sh -c 'hostname; cat /tmp/file; id -u; ip addr show lo; mount -t tmpfs x /tmp'
isnt status "$STATUS" 0
out_line keeper
out_line word
out_line 0
out_has 10.9.8.7
err_has "denied"
run claunch --join "$dir:uts" sh -c 'hostname; grep CapEff /proc/self/status; grep NoNewPrivs /proc/self/status'
status 0
out_line keeper
out_has 00000000800405fb "NoNewPrivs:	1"

it "has a network that ip netns knows by name"
run ip netns exec kept readlink /proc/self/ns/net
status 0
out "net:[$(stat -L -c %i "$dir/net")]"
run ip netns exec kept ip -o link show lo
status 0
out_has LOOPBACK,UP

it "keeps its ids from all others"
read -r first <"$dir/ids"
slot=$(((first - 1879048192) / 65536))
is "the mark of its range" "$(od -An -tu1 -j $slot -N 1 /run/cinit/ids | tr -d ' ')" 1
run claunch --join "$dir:user" cat /proc/self/uid_map
status 0
out_has "$first"

it "is kept once"
run claunch --keep "$dir" "$ROOTFS" true
status 125
one_sentence
err_has "--unkeep"
ok test -e "$dir/net"

it "is let go of with --unkeep, and nothing stays"
run claunch --unkeep "$dir"
status 0
no_err
not test -e "$dir"
is "the mounts" "$(mounts)" "$before"
is "the networks" "$(ls /run/netns 2>/dev/null)" "$netns_before"
is "the mark of its range" "$(od -An -tu1 -j $slot -N 1 /run/cinit/ids | tr -d ' ')" 0
run claunch --unkeep "$dir"
status 125
one_sentence

it "keeps only what was made"
run $keeper claunch --share net,ipc --userns host --keep "$dir" "$ROOTFS" true
status 0
is "the files" "$(ls "$dir" | tr '\n' ' ')" "cgroup mnt plan time uts "
run claunch --join "$dir" hostname
status 0
out cinit
run claunch --unkeep "$dir"
status 0

it "leaves nothing of a run that failed"
run $keeper claunch --keep "$dir" "$ROOTFS" not-there
status 127
not test -e "$dir"
run claunch --keep "$dir" --mount type=nothing,dst=/x "$ROOTFS" true
status 125
not test -e "$dir"
is "the mounts" "$(mounts)" "$before"

it "keeps on when its launcher is killed"
start $keeper claunch --name lost --keep "$dir" "$ROOTFS" sh -c 'echo up; exec sleep 1000'
soon said up
soon test -L /run/netns/kept
send KILL
finish
run claunch --join "$dir" hostname
status 0
out lost
run claunch --unkeep "$dir"
status 0
for cgroup in $(find /sys/fs/cgroup -type d -name cinit-lost); do
	ok within 2 rmdir "$cgroup"
done

it "lets go of what a crash has left half made"
mkdir -m 700 "$dir"
: >"$dir/plan"
: >"$dir/net"
: >"$dir/uts"
run claunch --unkeep "$dir"
status 0
not test -e "$dir"

it "removes nothing that is not its own"
mkdir -m 700 "$dir"
echo mine >"$dir/net"
run claunch --unkeep "$dir"
status 125
one_sentence
file_is "$dir/net" mine
: >"$dir/plan"
run claunch --unkeep "$dir"
status 0
err_has "not empty"
file_is "$dir/net" mine
rm -r "$dir"
mkdir -p /run/netns
: >/run/netns/kept
run claunch --keep "$dir" "$ROOTFS" true
status 125
one_sentence
ok test -f /run/netns/kept
rm /run/netns/kept
rmdir /run/netns 2>/dev/null || :

it "believes no directory that others may write to"
run $keeper claunch --keep "$dir" "$ROOTFS" true
status 0
chmod 777 "$dir"
run claunch --join "$dir" true
status 125
one_sentence
chmod 700 "$dir"
chown 4243 "$dir/plan"
run claunch --join "$dir" true
status 125
one_sentence
chown 0 "$dir/plan"
run claunch --join "$dir" true
status 0
run claunch --unkeep "$dir"
status 0
mkdir -m 777 "$dir"
chmod 777 "$dir"
run claunch --keep "$dir" "$ROOTFS" true
status 125
one_sentence
rmdir "$dir" 2>/dev/null || :

it "leaves the host as it was"
is "the mounts" "$(mounts)" "$before"

done_testing
