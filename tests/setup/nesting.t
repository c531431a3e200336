# Containers in containers: claunch inside claunch, with root and without.
# shellcheck shell=sh disable=SC2016
. tests/lib.sh
tiers root user vm vm-user

# What a container needs that is to hold others: the right to make namespaces and
# mounts, no seccomp filter against that, and a /proc without masks over it.
outer() {
	run claunch --privileged -v "${CLAUNCH%/*}:/build:ro" -v "$ROOTFS:/inner:rec" \
		-v "$HELPERS:/opt:ro" "$@"
}

# tell: the namespaces and the user map of outer and inner, a line each.
tell='for ns in cgroup ipc mnt net pid time user uts; do readlink /proc/self/ns/$ns; done; cat /proc/self/uid_map | tr -s " "; hostname; echo pid $$'

it "runs a container in a container, with namespaces of its own again"
outer "$ROOTFS" sh -c "$tell"' >/tmp/outer; /build/claunch --name nested --userns single /inner sh -c "$1" >/tmp/inner &&
	cat /tmp/outer; echo ---; cat /tmp/inner' sh "$tell"
status 0
sed '/^---$/,$d' "$T/out" >"$T/outer"
sed '1,/^---$/d' "$T/out" >"$T/inner"
is "namespaces of each" "$(grep -c ':\[' "$T/inner") $(grep -c ':\[' "$T/outer")" "8 8"
is "what they share" "$(grep ':\[' "$T/outer" | grep -Fxf "$T/inner")" ""
ok grep -qx nested "$T/inner"
ok grep -qx "pid 2" "$T/inner"

it "takes the ids that there are, where nobody chooses"
outer "$ROOTFS" /build/claunch /inner sh -c 'id -u; cat /proc/self/uid_map'
status 0
out_has 0
outer --userns single "$ROOTFS" /build/claunch /inner sh -c 'tr -s " " </proc/self/uid_map'
status 0
out_like " 0 0 1"

it "gives status, signals and limits through both"
outer "$ROOTFS" /build/claunch --userns single /inner sh -c 'exit 7'
status 7
start claunch --privileged -v "${CLAUNCH%/*}:/build:ro" -v "$ROOTFS:/inner:rec" "$ROOTFS" \
	/build/claunch --userns single /inner sh -c 'trap "exit 9" TERM; echo up; while :; do sleep 0.1; done'
soon said up
send TERM
finish
status 9

it "joins and lists in a container what runs in it, and nothing of outside"
outer "$ROOTFS" sh -c '
	/build/claunch --name deep --userns single /inner sh -c "echo word >/tmp/file; exec sleep 1000" &
	until /build/claunch --join deep cat /tmp/file 2>/dev/null; do sleep 0.1; done
	/build/claunch --join deep hostname
	/build/claunch --ps | grep -c sleep
	kill $!; wait $!; echo status $?'
status 0
out_line word
out_line deep
out_line 1
out_line "status 143"

it "joins from outside what runs in a container in a container"
start claunch --name far --privileged -v "${CLAUNCH%/*}:/build:ro" -v "$ROOTFS:/inner:rec" "$ROOTFS" \
	/build/claunch --hostname innermost --userns single /inner sh -c 'echo up; exec sleep 1234'
soon said up
pid=$(pgrep -f '^sleep 1234$')
run claunch --join "$pid" sh -c 'hostname; ps -o comm | grep -c cinit'
status 0
out "innermost
1"
send TERM
finish

it "refuses to make one where a container may not, with one sentence"
run claunch -v "${CLAUNCH%/*}:/build:ro" -v "$ROOTFS:/inner:rec" "$ROOTFS" /build/claunch /inner true
status 125
one_sentence

it "goes three deep"
outer "$ROOTFS" /build/claunch --privileged --userns single -v /build:/build:ro -v /inner:/inner:rec \
	/inner /build/claunch --userns single /inner sh -c 'echo three $$'
status 0
out "three 2"

done_testing
