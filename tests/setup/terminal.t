# Terminals: one of the container's own, and the caller's unharmed and out of reach.
# shellcheck shell=sh disable=SC2016
. tests/lib.sh
tiers root user vm vm-user

# drive [-s ROWSxCOLUMNS] COMMAND...: run it at a terminal, orders from stdin.
drive() {
	run "$HELPERS/ptydrive" "$@"
}

# ---- using it

it "gives a prompt where the caller has a terminal, without being asked"
drive claunch "$ROOTFS" <<-'END'
	expect #
	type echo $((6 * 7)) $(tty)\r
	expect 42 /dev/pts/0
	type exit 3\r
	end
END
status 0
out_has status=3 restored=yes

it "does the same with -t and a command, stdin, stdout and stderr alike"
drive claunch -t "$ROOTFS" sh -c 'test -t 0 && test -t 1 && test -t 2 && echo three; tty; exit 4' <<-'END'
	expect three
	expect /dev/pts/0
	end
END
status 0
out_has status=4 restored=yes

it "gives no terminal where the caller has none"
run claunch "$ROOTFS" sh -c 'test -t 0 || test -t 1 || tty'
out "not a tty"

it "has the size of the caller's terminal"
drive -s 33x111 claunch -t "$ROOTFS" stty size <<-'END'
	expect 33 111
	end
END
status 0
out_has status=0

it "follows when that is resized, and tells the command"
drive claunch -t "$ROOTFS" sh -c \
	'trap "stty size" WINCH; stty size; echo up; while :; do sleep 0.05; done' <<-'END'
	expect 24 80
	expect up
	size 44 155
	expect 44 155
	size 10 20
	expect 10 20
	type \003
	end
END
status 0
out_has status=130 restored=yes

it "interrupts the foreground command at ^C, not the shell"
drive claunch "$ROOTFS" <<-'END'
	expect #
	type trap 'echo caught' INT; echo go$((1 + 1)); cat\r
	expect go2
	type hello\r
	expect hello
	expect hello
	type \003
	expect caught
	type echo still $((40 + 2))\r
	expect still 42
	type exit\r
	end
END
status 0
out_has status=0 restored=yes

it "ends a single command at ^C and at ^\\"
for key in '\003:130' '\034:131'; do
	drive claunch -t "$ROOTFS" sh -c 'echo ready; cat; exit $?' <<-END
		expect ready
		type up\r
		expect up
		expect up
		type ${key%:*}
		end
	END
	status 0
	out_has "status=${key#*:}" restored=yes
done

it "ends the input at ^D"
drive claunch -t "$ROOTFS" sh -c 'echo up; exec cat' <<-'END'
	expect up
	type one line\r
	expect one line
	expect one line
	type \004
	end
END
status 0
out_has status=0 restored=yes

it "stops and continues jobs at ^Z, fg and bg"
drive claunch "$ROOTFS" <<-'END'
	expect #
	type echo go$((1 + 1)); cat\r
	expect go2
	type hello\r
	expect hello
	expect hello
	type \032
	expect Stopped
	expect cat
	type fg\r
	expect cat
	type again\r
	expect again
	expect again
	type \004
	expect #
	type exit 6\r
	end
END
status 0
out_has status=6 restored=yes

it "edits lines and echoes like any terminal"
drive claunch -t "$ROOTFS" sh -c 'stty -a; read -r line; echo "<$line>"' <<-'END'
	expect icanon
	type wrong\177\177\177\177\177right\r
	expect <right>
	end
END
status 0

it "lets programs use raw mode and big pastes"
drive claunch -t "$ROOTFS" sh -c \
	'stty raw -echo; echo up; head -c 5000 | wc -c; stty sane; echo end' <<-END
	expect up
	type $(head -c 2500 /dev/zero | tr '\0' x)
	type $(head -c 2500 /dev/zero | tr '\0' y)
	expect 5000
	expect end
	end
END
status 0
out_has restored=yes

it "belongs to the user of the command, and is /dev/console too"
drive claunch -t -u 1000:1000 "$ROOTFS" sh -c \
	'stat -c "%u %a" $(tty) /dev/console; echo console >/dev/console; ps -o tty | tail -n 1' <<-'END'
	expect 1000 620
	expect 1000 620
	expect console
	end
END
status 0
out_has status=0

it "is the controlling terminal of a session of its own"
drive claunch -t -v "$HELPERS:/helpers:ro" "$ROOTFS" /helpers/ttycheck <<-'END'
	expect TIOCLINUX_high
	end
END
status 0
out_line tty=yes name=/dev/pts/0 controlling=yes "mode=canonical echo"

it "works with --no-init"
drive claunch -t --no-init "$ROOTFS" sh <<-'END'
	expect #
	type echo pid=$$ $(tty)\r
	expect pid=1 /dev/pts/0
	type exit 3\r
	end
END
status 0
out_has status=3 restored=yes

it "brings all that is written just before the end"
run claunch -t "$ROOTFS" seq 1 20000
status 0
is lines "$(tr -d '\r' <"$T/out" | tail -n +1 | cksum)" "$(seq 1 20000 | cksum)"
run sh -c 'claunch -t "$0" seq 1 30000 | (sleep 0.5; tr -d "\r" | cksum)' "$ROOTFS"
out "$(seq 1 30000 | cksum)"

it "ends when nobody reads its terminal any more"
run sh -c '{ claunch -t "$0" sh -c "yes | head -n 100000; exit 3"; echo "status $?" >&2; } |
	head -n 1' "$ROOTFS"
took_less 10
err "status 3"

it "takes input from a pipe with -t, and sees its end"
run sh -c 'printf "%s\n" "echo in; tty" "exit 5" | claunch -i -t "$0"' "$ROOTFS"
status 5
out_has /dev/pts/0
run sh -c 'printf last | claunch -i -t "$0" sh -c "cat; exit 6"' "$ROOTFS"
status 6
out_has last
took_less 5

# ---- the caller's terminal afterwards

it "makes the caller's terminal raw while it runs, and puts it back"
drive claunch -t "$ROOTFS" sh -c 'echo up; read -r x; exit 3' <<-'END'
	mode
	expect up
	mode
	type x\r
	end
	mode
END
status 0
out_like 'mode=canonical echo*mode=raw silent*status=3*restored=yes*mode=canonical echo*'

it "puts it back when a signal ends the command or the launcher"
for sig in 15 1 2 10; do
	drive claunch -t "$ROOTFS" sh -c 'echo up; exec sleep 100' <<-END
		expect up
		signal $sig
		end
	END
	status 0
	out_has "status=$((128 + sig))" restored=yes
done

it "puts it back when the command is killed or cannot be started"
drive claunch -t "$ROOTFS" sh -c 'kill -9 $$' <<-'END'
	end
END
out_has status=137 restored=yes
drive claunch -t "$ROOTFS" /nowhere <<-'END'
	expect /nowhere
	end
END
out_has status=127 restored=yes
drive claunch -t -w /proc/1/nowhere/there "$ROOTFS" true <<-'END'
	expect claunch: 
	end
END
out_has status=125 restored=yes

it "puts it back when the grace is over"
drive claunch -t --grace 0.3 "$ROOTFS" sh -c \
	'trap "" TERM; echo up; while :; do sleep 0.05; done' <<-'END'
	expect up
	signal 15
	end
END
out_has status=137 restored=yes

it "shows a sentence about a failure at the start of a line"
drive claunch -t "$ROOTFS" sh -c 'printf "no newline"; kill -9 $$' <<-'END'
	end
END
out_has "no newline" restored=yes

# ---- out of reach

it "does not let a command type at the caller's terminal"
drive sh -c 'claunch -i -v "$HELPERS:/helpers:ro" "$ROOTFS" /helpers/ttycheck 2>&1 | cat' <<-'END'
	expect TIOCLINUX_high
	end
END
status 0
out_line tty=yes TIOCSTI=EPERM TIOCSTI_high=EPERM TIOCLINUX=EPERM TIOCLINUX_high=EPERM
out_lacks controlling=yes

it "gives it none at all without -i and -t"
drive sh -c 'claunch -v "$HELPERS:/helpers:ro" "$ROOTFS" /helpers/ttycheck 2>&1 | cat' <<-'END'
	expect TIOCLINUX_high
	end
END
status 0
out_line tty=no
out_lacks controlling=yes

it "does not hand it on as standard output or error with -t either"
drive claunch -t "$ROOTFS" sh -c 'for i in 0 1 2; do readlink /proc/self/fd/$i; done' <<-'END'
	expect /dev/pts/0
	expect /dev/pts/0
	expect /dev/pts/0
	end
END
status 0
out_has status=0 restored=yes

done_testing
