# The command line of cinit-oci: what it takes, and what it says of itself.
. tests/lib.sh
tiers root
. tests/oci/bundle.sh

it "has each option of --help in its manual page, and no other"
for verb in '' $(cinit-oci --help | sed -n 's/^  \([a-z]*\) .*/\1/p' | sed '/^-/d'); do
	cinit-oci $verb --help | sed -n 's/^  .*--\([a-z-]*\) .*/\1/p'
done | sort -u >"$T/help"
grep -o 'Fl Fl [a-z-]*' docs/cinit-oci.8 | sed 's/Fl Fl //' | sort -u >"$T/page"
ok [ "$(wc -l <"$T/help")" -gt 15 ]
is "what differs" "$(diff "$T/help" "$T/page")" ""

it "has each command of --help in its manual page"
for verb in $(cinit-oci --help | sed -n '/^Commands/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
	ok grep -q "^\.It Cm $verb" docs/cinit-oci.8
done

it "says its version in the form that engines take apart"
run cinit-oci --version
status 0
out_like "cinit-oci version *
commit: *
spec: 1.3.0"

it "takes options as Go's programs do"
config
run cinit-oci -root "$STATE" -rootless=true --debug run -bundle="$BUNDLE" --keep=false one
status 0
nothing_left one
run cinit-oci --root="$STATE" list -q
no_out

it "refuses what it does not know, with one sentence"
for line in "" "nothing" "--nothing" "state" "state a b" "list a" \
	"--log-format xml list" "--systemd-cgroup list" "--cgroup-manager x list" \
	"create --nothing a" "create --bundle" "create --preserve-fds x a" \
	"create --no-pivot a" "run --keep=maybe a" "kill a NOSIGNAL"; do
	# shellcheck disable=SC2086
	run $OCI $line
	status 125
	one_sentence
done

it "sends the terminal to who asked for it, and to nobody else"
config process '"terminal":true'
make one
status 125
err_has "--console-socket"
config
make one --console-socket "$T/none"
status 125
err_has "process.terminal"
config process '"terminal":true'
make one --console-socket "$T/none"
status 125
err_has "$T/none" "No such file"
nothing_left one
cat >"$T/take.py" <<'END'
import array, os, socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen(1)
print("ready", flush=True)
c, _ = s.accept()
_, anc, _, _ = c.recvmsg(100, socket.CMSG_SPACE(4))
fd = array.array("i", anc[0][2])[0]
text = b""
while b"\n" not in text:
    text += os.read(fd, 1000)
print(text.decode().strip(), flush=True)
END
config args '["sh","-c","stty size; exec sleep 60"]' process '"terminal":true,"consoleSize":{"height":11,"width":22}'
start python3 "$T/take.py" "$T/socket"
soon said ready
make one --console-socket "$T/socket"
status 0
run $OCI start one
status 0
finish "$JOB"
out_line "11 22"
run $OCI delete -f one
status 0

it "keeps the caller's session keyring when it is told to"
PROBE='{"destination":"/opt","type":"bind","source":"'$HELPERS'"}'
config args '["/opt/probe"]' mounts '{"destination":"/dev","type":"tmpfs"},'"$PROBE"
cat >"$T/session.py" <<'END'
import ctypes, os, platform, sys
number = {"x86_64": 250, "aarch64": 219}[platform.machine()]
libc = ctypes.CDLL(None)
libc.syscall(number, 1, b"ours")  # KEYCTL_JOIN_SESSION_KEYRING, keyctl(2)
print("ours=%d" % libc.syscall(number, 0, -3, 0), flush=True)
os.execvp(sys.argv[1], sys.argv[1:])
END
run python3 "$T/session.py" $OCI run --bundle "$BUNDLE" one
status 0
get ours
ours=$value
get keyring.session
isnt "the keyring" "$value" "$ours"
run python3 "$T/session.py" $OCI run --no-new-keyring --bundle "$BUNDLE" one
get ours
ours=$value
get keyring.session
is "the keyring" "$value" "$ours"

done_testing
