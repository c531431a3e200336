# The launcher itself: what it says to bad usage, that it cannot be reached from
# inside, and that it resolves no path of the root by itself.
. tests/lib.sh
tiers root user vm vm-user

# refused ARGS...: one sentence, 125, nothing else.
refused() {
	run claunch "$@"
	status 125
	one_sentence
	no_out
	err_like "claunch: *"
}

it "asks for a root file system"
refused
err_has "no root file system" "--help"
refused --
refused --read-only

it "refuses options that there are not, and names the nearest"
refused --nope "$ROOTFS"
err_has "--nope" "--help"
refused --read-onyl "$ROOTFS"
err_has "--read-only"
refused -Z "$ROOTFS"
err_has "-Z"
refused --read_only "$ROOTFS"
refused "--read-only " "$ROOTFS"

it "refuses a value where there is none to give, and asks for one where there is"
refused --read-only=yes "$ROOTFS"
refused --help=x
refused --user
refused -u
refused --workdir= "$ROOTFS"

it "takes no abbreviation of an option"
refused --read "$ROOTFS" true
refused --vol "$T:/srv" "$ROOTFS" true

it "refuses a root file system that is empty, missing or none"
refused ""
refused "$T/missing"
err_has "$T/missing"
refused /dev/null
refused /proc/self/cmdline

it "shows odd bytes of its arguments on one line"
refused "--$(printf 'a\nb\033[31m')" "$ROOTFS"
refused "$T/$(printf 'x\ny')"

# What stands after the root belongs to the command (CVE-2024-32462).
it "takes no option after the root file system"
for word in --bind --privileged --cap-add=ALL -v --share -- - -x --help; do
	run claunch "$ROOTFS" "$word" "$T:/srv"
	status 127
	one_sentence
	err_has "$word"
done
run claunch "$ROOTFS" echo --privileged -v x --help --
status 0
out "--privileged -v x --help --"

it "takes -- for the end of the options"
run claunch -- "$ROOTFS" echo here
out here
run claunch -- "$ROOTFS" -- x
status 127
one_sentence

it "says so when the command is empty"
run claunch "$ROOTFS" ""
status 127
one_sentence
err_lacks ": :"

it "passes empty and odd arguments on"
run claunch "$ROOTFS" sh -c 'printf "[%s]" "$@"' sh "" " " "a
b" '*' '$x' ""
out '[][ ][a
b][*][$x][]'

it "stands being called without arguments at all, not even its name"
run "$HELPERS/odd" argv 0 "$CLAUNCH"
status 125
one_sentence
run "$HELPERS/odd" argv 1 "$CLAUNCH" "$ROOTFS"
status 125

it "says how it ended that a command is not there, or none"
run claunch "$ROOTFS" no-such-command
status 127
one_sentence
err_has "no-such-command: command not found"
run claunch "$ROOTFS" /no/such/command
status 127
one_sentence
err_has /no/such/command
run claunch "$ROOTFS" /etc
status 126
one_sentence
run claunch "$ROOTFS" /etc/passwd
status 126
one_sentence
run claunch "$ROOTFS" /etc/passwd/x
status 127
one_sentence

it "says what is wrong with a program that cannot run"
copy_rootfs
printf '#!/no/such/interpreter\n' >"$OWN/srv/script"
printf 'no program\n' >"$OWN/srv/text"
printf '\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\377\377' >"$OWN/srv/other"
chmod 755 "$OWN/srv/script" "$OWN/srv/text" "$OWN/srv/other"
for name in script text other; do
	run claunch "$OWN" /srv/$name
	status 126
	one_sentence
	err_has /srv/$name
done

# ---- the launcher's own program (CVE-2019-5736)

sum=$(sha256sum "$CLAUNCH" "$CINIT")

it "is not reachable as /proc/self/exe of what it starts"
# What is carried inside does nothing without a launcher.
printf '#!/proc/self/exe\n' >"$OWN/srv/again"
printf '#!/proc/1/exe\n' >"$OWN/srv/first"
chmod 755 "$OWN/srv/again" "$OWN/srv/first"
ln -s /proc/self/exe "$OWN/srv/link"
for name in again first link; do
	for init in "" --no-init; do
		run claunch $init "$OWN" /srv/$name
		status '12[567]'
		one_sentence
	done
done
is "the programs" "$(sha256sum "$CLAUNCH" "$CINIT")" "$sum"

it "cannot be overwritten from inside"
for userns in auto single host; do
	case $userns/$TIER in
	host/user | host/vm-user) continue ;;
	esac
	for init in "" --no-init; do
		run claunch --userns $userns $init --cap-add SYS_PTRACE "$OWN" sh -c '
			i=0
			while [ $i -lt 50 ]; do
				for p in /proc/[0-9]*/exe; do
					[ "$p" != /proc/$$/exe ] || continue
					{ echo overwritten >>$p; } 2>/dev/null && echo "written: $p"
				done
				i=$((i + 1))
			done
			echo end'
		out end
	done
done
is "the programs" "$(sha256sum "$CLAUNCH" "$CINIT")" "$sum"

it "runs PID 1 from memory, sealed"
start claunch "$ROOTFS" sh -c 'echo up; exec sleep 60'
soon said up
pid=$(cat "/proc/$JOB/task/$JOB/children")
case $TIER in
root | vm)
	is "its program" "$(readlink "/proc/${pid% }/exe")" "/memfd:cinit (deleted)" ;;
*)
	ok dead 0 ;;
esac
send TERM
finish

case $TIER in root)
it "seals the plan and the program that it hands over"
run strace -f -o "$T/log" claunch "$ROOTFS" true
status 0
is "seals" "$(grep -c 'F_ADD_SEALS, F_SEAL_SEAL|F_SEAL_SHRINK|F_SEAL_GROW|F_SEAL_WRITE' "$T/log")" 2
esac

# ---- the log of system calls

# Names of the root file system, once there is a cinit: only openat2 with
# RESOLVE_IN_ROOT or RESOLVE_BENEATH looks any up; all else names nothing, or one
# part of a path below a descriptor.  What the launcher itself names is the host's.
cat >"$T/lint.awk" <<-'END'
	function bad() { print $0 }
	NR == 1 { launcher = $1; next }
	# The child becomes cinit, and cinit the command: only what is between.
	/execveat\(/ && $1 != launcher { inside[$1] = 1; next }
	/clone\(|vfork\(/ && inside[$1] { if (match($0, /= [0-9]+$/)) inside[substr($0, RSTART + 2)] = 1 }
	/execve\(/ { delete inside[$1]; next }
	/pivot_root\("\.", "\."\)/ { next }
	!($1 in inside) {
		# The host's side: its own files, and the trees that it was told.
		next
	}
	/openat2\(/ {
		if ($0 !~ /resolve=[A-Z_|]*RESOLVE_(IN_ROOT|BENEATH)/) bad()
		next
	}
	/ (open|stat|lstat|access|mkdir|mknod|symlink|link|unlink|rename|rmdir|chmod|chown|readlink|creat|mount|truncate|statfs)\("/ { bad(); next }
	/ (chdir|umount2)\("/ { if ($0 !~ /\("[.\/]"/) bad(); next }
	# By descriptor: no path with a slash, and never the working directory.
	/ (openat|mkdirat|mknodat|symlinkat|linkat|unlinkat|renameat2?|fchmodat2?|fchownat|newfstatat|readlinkat|faccessat2?|open_tree|move_mount|mount_setattr)\(/ {
		line = $0
		sub(/ symlinkat\("[^"]*", /, " symlinkat(", line)
		if (line ~ /AT_FDCWD, "\/"/ && line ~ /mount_setattr/) next
		if (line ~ /move_mount\([0-9]+, "", AT_FDCWD, "\/proc"/) next
		if (line ~ /AT_FDCWD/ || line ~ /"[^"]*\/[^"]*"/ || line ~ /"\.\."/) bad()
	}
END

# lint ARGS...: runs with them, and says what in the log breaks the rule.
lint() {
	run strace -f -s 4096 -o "$T/log" claunch "$@"
	found=$(awk -f "$T/lint.awk" "$T/log")
	is "paths resolved without openat2" "$found" ""
	ok grep -q 'openat2(.*RESOLVE_IN_ROOT' "$T/log"
}

case $TIER in root)
it "resolves no path of the root file system without openat2 (see the rule)"
lint "$ROOTFS" true
status 0
lint -v "$T:/srv/a/b" -v "$T/log:/srv/c" --tmpfs /srv/d --read-only -w /etc -u user \
	--device /dev/zero:/dev/mine "$OWN" true
status 0
lint --userns host --overlay "$ROOTFS" true
status 0
lint --overlay="$T/kept" --sysctl net.ipv4.ip_forward=1 --oom-score-adj 5 "$ROOTFS" true
status 0
lint -t "$ROOTFS" true

it "opens everything close-on-exec, and makes files that were not there"
run strace -f -o "$T/log" claunch -v "$T:/srv/x" "$OWN" true
is "opened to stay" "$(awk '/execve\(/ && seen { exit } /execve\(/ { seen = 1 }
	/ (open|openat|openat2)\(/ && !/O_CLOEXEC|"\/dev\/null"/' "$T/log")" ""
is "created blindly" "$(grep -E '(openat2|openat)\([0-9]+,.*O_CREAT' "$T/log" | grep -v 'O_EXCL')" ""

it "makes no abstract socket"
not grep -q 'sun_path=@' "$T/log"
esac

done_testing
