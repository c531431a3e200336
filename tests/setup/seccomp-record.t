# Seccomp profiles that write themselves, and refusals that are named.
# shellcheck disable=SC2016
. tests/lib.sh
tiers root user

p=$T/profile.json

# record [OPTION]... ROOTFS COMMAND...: writes $p; replay: runs by it.
record() {
	rm -f "$p"
	run claunch --seccomp-record "$p" -v "$HELPERS:/opt:ro" "$@"
}
replay() { run claunch --seccomp "$p" -v "$HELPERS:/opt:ro" "$@"; }

it "writes a profile that is enough for the same command"
for options in "" "-u 0:0" "--no-init" "--new-privs" "--cap-drop ALL"; do
	# shellcheck disable=SC2086
	for how in record replay; do
		$how $options "$ROOTFS" sh -c 'echo one; ls /etc | wc -l >/dev/null; (exit 3)'
		status 3
		out one
		no_err
	done
done

it "is one filter, recording or not"
for how in record replay; do
	$how "$ROOTFS" /opt/probe status
	get Seccomp; is "the mode" "$value" 2
	get Seccomp_filters; is "filters" "$value" 1
done

it "has no call in it that was not made, and --seccomp-log names what is missing"
record "$ROOTFS" sh -c 'ls /; (exit 3)'
ok sh -c '! grep -q mkdir "$1"' sh "$p"
replay "$ROOTFS" sh -c 'mkdir /tmp/x'
status 1
err "mkdir: can't create directory '/tmp/x': Function not implemented"
replay --seccomp-log "$ROOTFS" sh -c 'mkdir /tmp/x; mkdir /tmp/y'
status 1
err_line "claunch: seccomp: mkdir may not call mkdir: Function not implemented"
is "names of it" "$(grep -c may.not "$T/err")" 1

it "tells sockets by family, type and protocol"
record "$ROOTFS" /opt/made socket 2 1
status 0
out OK
replay "$ROOTFS" /opt/made socket 2 1
out OK
for other in "2 3" "16 1" "1 1"; do
	# shellcheck disable=SC2086
	replay --seccomp-log "$ROOTFS" /opt/made socket $other
	out "Function not implemented"
	err "claunch: seccomp: made may not call socket(${other% *},${other#* },0): Function not implemented"
done

it "tells personalities"
record "$ROOTFS" /opt/made personality -1
out OK
replay "$ROOTFS" /opt/made personality -1
out OK
replay "$ROOTFS" /opt/made personality 8
out "Function not implemented"

it "knows what threads need"
record "$ROOTFS" /opt/made threads 40
out "40 threads"
no_err
replay "$ROOTFS" /opt/made threads 40
out "40 threads"
no_err

it "knows what a program with shared libraries and threads needs"
for how in record replay; do
	$how -v /usr:/usr:ro -v /usr/lib:/lib:ro -v /usr/lib64:/lib64:ro "$ROOTFS" /usr/bin/bash -c \
		'printf "%s\n" {1..20000} | xz -T 2 --block-size=16384 | xz -d | tail -n 1'
	status 0
	out 20000
	no_err
done

# The page takes a moment, so that the client always waits.
it "knows what a server and its client need"
for how in record replay; do
	$how --tmpfs /srv:exec,mode=755 "$ROOTFS" sh -c 'mkdir /srv/cgi-bin
		printf "#!/bin/sh\nsleep 0.3\nprintf \"Content-Type: text/plain\\n\\npage\\n\"\n" >/srv/cgi-bin/page
		chmod 755 /srv/cgi-bin/page
		httpd -p 127.0.0.1:8080 -h /srv
		wget -q -O - http://127.0.0.1:8080/cgi-bin/page'
	status 0
	out page
	no_err
done

it "goes on through signals, and lets them return"
record "$ROOTFS" /opt/made signals
status 0
out_like "* interrupted"
replay "$ROOTFS" /opt/made signals
status 0
out "0 interrupted"
record "$ROOTFS" true
replay --seccomp-log "$ROOTFS" true
no_err
file_has "$p" '"rt_sigreturn"'

it "keeps the walls of the run, and none of it gets into the profile"
record "$ROOTFS" /opt/calls
out_line keyctl=EPERM mount=EPERM clone3=ENOSYS unknown=ENOSYS ioctl.tiocsti=EPERM \
	socket.alg=EPERM clone.newuser=EPERM personality.no_random=EPERM getpid=OK socket.inet=OK
replay "$ROOTFS" /opt/calls
out_line keyctl=ENOSYS mount=ENOSYS clone3=ENOSYS unknown=ENOSYS ioctl.tiocsti=ENOSYS \
	socket.alg=ENOSYS clone.newuser=ENOSYS personality.no_random=ENOSYS getpid=OK \
	socket.inet=OK ioctl.other=EBADF

it "records without walls where there are none, but this architecture only"
record --seccomp none "$ROOTFS" /opt/calls
out_line add_key=EFAULT clone3=EINVAL getpid=OK
case $(uname -m) in
x86_64) out_line i386.getpid=ENOSYS x32.getpid=ENOSYS ;;
esac
replay "$ROOTFS" /opt/calls
out_line add_key=EFAULT clone3=EINVAL

it "writes the profile of a command that fails, or is killed"
record "$ROOTFS" sh -c 'exit 7'
status 7
file_has "$p" '"exit_group"'
record "$ROOTFS" sh -c 'kill -KILL $$'
status 137
file_has "$p" '"kill"'

it "writes nothing of a command that did not run"
record "$ROOTFS" no-such-command
status 127
one_sentence
is "profiles" "$(echo "$p"*)" "$p*"

it "leaves nothing when its launcher is killed, and the command ends with it"
rm -f "$p"
start claunch --name record-$$ --pid-file "$T/pid" --seccomp-record "$p" "$ROOTFS" sh -c 'echo up; sleep 60'
soon said up
send KILL
finish
status 137
ok within 5 dead "$(cat "$T/pid")"
rm -f "$T/pid"
find /sys/fs/cgroup -type d -name "cinit-record-$$" -delete
is "profiles" "$(echo "$p"*)" "$p*"

it "replaces a profile, in one step"
echo old >"$p"
ln "$p" "$T/old"
run claunch --seccomp-record "$p" "$ROOTFS" true
status 0
no_err
file_has "$p" defaultAction
file_is "$T/old" old
is "profiles" "$(echo "$p"*)" "$p"
is "its mode" "$(stat -c %a "$p")" 644

it "refuses what is no file, before the command runs"
mkfifo "$T/fifo"
mkdir "$T/dir"
echo kept >"$T/target"
ln -s target "$T/link"
for file in fifo dir link missing/file; do
	run claunch --seccomp-record "$T/$file" "$ROOTFS" echo ran
	status 125
	one_sentence
	err_has "--seccomp-record $T/$file"
	no_out
done
file_is "$T/target" kept

it "belongs to a container that is made, and so does not join one"
for option in "--seccomp-record $p" --seccomp-log; do
	# shellcheck disable=SC2086
	run claunch --join 1 $option true
	status 125
	one_sentence
	err_has "${option% *}: says how a container is made"
done

# ---- refusals of any profile

profile() {
	printf '%s\n' "$1" >"$p"
}

it "refuses with the same errno, and names it"
profile '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
	{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":95}]}'
replay --seccomp-log "$ROOTFS" mkdir /tmp/x
status 1
err_has "mkdir: can't create directory '/tmp/x': " "claunch: seccomp: mkdir may not call mkdir: "
err_lacks "Function not implemented" "killed"
run claunch --seccomp-log "$ROOTFS" sh -c 'hostname x; echo on'
out on
err_has "claunch: seccomp: hostname may not call sethostname: Operation not permitted"

it "says nothing where nothing is refused"
run claunch --seccomp-log --seccomp none "$ROOTFS" sh -c 'echo on'
out on
no_err

it "kills where the profile kills, and names the call where it is asked to"
profile '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_KILL_PROCESS"}]}'
replay "$ROOTFS" mkdir /tmp/x
status 159
one_sentence
err_has "seccomp" "--seccomp-log"
replay --seccomp-log "$ROOTFS" mkdir /tmp/x
status 137
one_sentence
err_like "claunch: seccomp: mkdir may not call mkdir*: killed"
replay --seccomp-log "$ROOTFS" sh -c 'mkdir /tmp/x; ls -d /tmp/x; echo on'
out on

done_testing
