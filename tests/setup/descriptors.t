# Nothing of the caller's leaks: descriptors, signals, umask, keyring, terminal.
. tests/lib.sh
tiers root user vm vm-user

probe() {
	run claunch -v "$HELPERS:/opt:ro" "$@"
}

# attested ARGS...: what a container's command is, told by its own, without what
# differs from one to the next.
attested() {
	t_read_out
	printf '%s\n' "$t_out" | grep -v '^ns\.\|^fd\.[012]=\|^uid_map\|^gid_map\|^mount\.\|^keyring\|^NS\|^dev\.' |
		sed 's/idmapped//'
}

# as_normal: it is what it is for an ordinary caller.
as_normal() {
	is "what differs" "$(attested | diff "$T/normal" -)" ""
}

it "is told the same by two runs"
probe "$ROOTFS" /opt/probe
status 0
attested >"$T/normal"
probe "$ROOTFS" /opt/probe
as_normal

it "has descriptors 0, 1 and 2, and no other"
probe "$ROOTFS" /opt/probe fds
get fds; is "descriptors" "$value" 3
get fd.0; is "standard input" "$value" /dev/null

it "closes what the caller has open"
# A shell of this kind names no descriptor above 9.
run bash -c 'for n in {3..60}; do eval "exec $n</"; done; exec claunch "$@"' \
	- -v "$HELPERS:/opt:ro" "$ROOTFS" /opt/probe
status 0
no_err
as_normal
get fds; is "descriptors" "$value" 3

it "closes them for a command that is PID 1"
run bash -c 'for n in {3..60}; do eval "exec $n</"; done; exec claunch "$@"' \
	- --no-init -v "$HELPERS:/opt:ro" "$ROOTFS" /opt/probe fds
status 0
get fds; is "descriptors" "$value" 3

it "gives no descriptor of the host's to PID 1"
run bash -c 'for n in {3..60}; do eval "exec $n</"; done; exec claunch "$@"' \
	- "$ROOTFS" sh -c 'for i in 1 2 3 4 5 6 7 8 9 10; do
		[ $(ls /proc/1/fd | wc -l) -gt 4 ] || break; sleep 0.1; done; ls /proc/1/fd'
status 0
out "0
1
2
3"

it "works with many more open than it needs"
on root vm
run bash -c 'ulimit -n 4096; for n in {3..1000}; do eval "exec $n</"; done; exec claunch "$@"' \
	- -v "$HELPERS:/opt:ro" "$ROOTFS" /opt/probe fds
status 0
get fds; is "descriptors" "$value" 3

it "passes on what --preserve-fds names, and no more"
echo three >"$T/three"
echo four >"$T/four"
run claunch --preserve-fds 2 "$ROOTFS" sh -c 'cat <&3; cat <&4; ls /proc/self/fd' \
	3<"$T/three" 4<"$T/four" 5</
status 0
out "three
four
0
1
2
3
4
5"
run claunch --preserve-fds 1 "$ROOTFS" sh -c 'ls -l /proc/self/fd | grep -c four' \
	3<"$T/three" 4<"$T/four"
out 0

it "refuses to preserve what is not open"
run bash -c 'exec 4<&-; exec claunch --preserve-fds 2 "$@"' - "$ROOTFS" true 3<"$T/three"
status 125
one_sentence
err_has "4 is not open"

it "refuses a directory of the host as standard stream, which would be a way out"
run claunch -i "$ROOTFS" ls /proc/self/fd/0/.. </etc
status 125
one_sentence
no_out
run sh -c 'exec "$@" 1</' - claunch "$ROOTFS" sh -c 'ls /proc/self/fd/1/.. >&2'
status 125
one_sentence
# Its sentence would go to the directory.
run sh -c 'exec "$@" 2</' - claunch "$ROOTFS" sh -c 'ls /proc/self/fd/2/..'
status 125
no_out

for closed in 0 1 2 "0 1" "1 2" "0 1 2"; do
	it "runs the command with descriptors $closed closed"
	close=
	for fd in $closed; do
		close="$close $fd>&-"
	done
	rm -f "$T/made"
	run sh -c "exec \"\$@\" $close" - claunch -v "$T:/mnt" --userns single "$ROOTFS" \
		sh -c 'echo x >/mnt/made; exit 7'
	status 7
	file_is "$T/made" x
done

it "writes its messages nowhere, when standard error is closed"
[ ! -d /run/cinit ] || find /run/cinit -type f -size +0 >"$T/before"
run sh -c 'exec "$@" 2>&-' - claunch "$ROOTFS" no-such-command
status 127
[ ! -d /run/cinit ] || is "files with content" "$(find /run/cinit -type f -size +0)" "$(cat "$T/before")"
run sh -c 'exec "$@" 0<&- 1>&- 2>&-' - claunch --pid-file "$T/pid" "$ROOTFS" no-such-command
status 127
not grep -qs claunch "$T/pid"

# ---- signals and the like

it "has all signals at their default and none blocked, whoever calls"
run "$HELPERS/odd" deaf claunch -v "$HELPERS:/opt:ro" "$ROOTFS" /opt/probe
status 0
no_err
as_normal
for key in SigBlk SigIgn SigCgt SigPnd ShdPnd; do
	get $key
	is "$key" "$value" 0000000000000000
done

it "has them so when the command is PID 1"
run "$HELPERS/odd" deaf claunch --no-init -v "$HELPERS:/opt:ro" "$ROOTFS" /opt/probe status
status 0
for key in SigBlk SigIgn SigCgt; do
	get $key
	is "$key" "$value" 0000000000000000
done

for mask in 0 077 0777; do
	it "has umask 022, when the caller's is $mask"
	run sh -c "umask $mask; exec \"\$@\"" - claunch -v "$HELPERS:/opt:ro" "$ROOTFS" /opt/probe
	status 0
	as_normal
	get umask; is "the umask" "$value" 0022
	run sh -c "umask $mask; exec \"\$@\"" - claunch "$ROOTFS" sh -c '
		touch /tmp/x; stat -c %a /tmp/x /dev /dev/shm /run /dev/pts'
	out "644
755
1777
755
755"
done

it "has a session keyring of its own"
run "$HELPERS/odd" keyring sh -c '"$0/probe" process; echo
	claunch --seccomp none -v "$0:/opt:ro" "$1" /opt/probe process' "$HELPERS" "$ROOTFS"
status 0
t_read_out
rings=$(printf '%s\n' "$t_out" | sed -n 's/^keyring.session=//p')
is "the caller's and the command's" "$(printf '%s\n' "$rings" | sort -u | wc -l)" 2

it "leads a session of its own, without a terminal"
probe "$ROOTFS" /opt/probe process
get session; is "the session" "$value" 2
get tty; ok t_has "$value" "?"
run claunch "$ROOTFS" sh -c ': </dev/tty'
isnt status "$STATUS" 0

it "starts in /, wherever the caller is"
(cd "$T" && mkdir gone && cd gone && rmdir ../gone && claunch "$ROOTFS" pwd) >"$T/out" 2>"$T/err"
file_is "$T/out" /
file_is "$T/err" ""

it "is not deafened by a priority, a personality or limits on files of the caller's"
run sh -c 'ulimit -f 0; ulimit -c 0; exec "$@"' - claunch "$ROOTFS" true
case $STATUS in
0) pass ;;
*) isnt status "$STATUS" 0 ;;
esac

it "runs with few descriptors, or says that it cannot"
for n in 3 4 5 6 8 10 12 16 20 24 32; do
	run sh -c "ulimit -n $n; exec \"\$@\"" - claunch "$ROOTFS" echo ran
	case $STATUS in
	0) out ran ;;
	125) one_sentence; no_out ;;
	*) status "0 or 125" ;;
	esac
done

it "reads nothing of the caller's input without -i"
echo secret >"$T/input"
run claunch "$ROOTFS" cat <"$T/input"
status 0
no_out
run claunch -i "$ROOTFS" cat <"$T/input"
out secret

done_testing
