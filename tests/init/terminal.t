# cinit between a terminal, perhaps a shell above it, and the command.
. tests/lib.sh
tiers root user vm
. tests/init/ways.sh

# A command that lives on after ^Z only if somebody continues it, and says so.
# It makes no processes meanwhile: one that is stopped between vfork and exec
# holds up its parent, and nobody sees that.
tells='trap "echo INT; kill $!; exit 5" INT; trap "echo CONT" CONT
sleep 60 & echo up; while :; do wait; done'
echo "$tells" >"$T/tells"
HISTFILE=/dev/null
export HISTFILE
limit=$((LIMIT * SLOW))

# on_tty STEP... -- COMMAND: at a terminal, as the leader of its session.
on_tty() { run ptyrun $limit "$@"; }

# in_shell STEP...: at a terminal with an interactive shell, the prompt "% ".
in_shell() {
	on_tty "$@" -- env PS1='% ' T="$T" \
		bash --norc --noprofile --noediting -i
}

it "lets ^C reach the command"
on_tty '?up' '=^C' -- cinit -- sh -c "$tells"
status 5
out_has INT

it "lets ^\\ end the command, and says so by its status"
on_tty '?up' '=^\' -- cinit -- sh -c 'ulimit -c 0; echo up; exec sleep 60'
status 131

# shellcheck disable=SC2086
for name in alone pid1 claunch; do
	way $name
	# A terminal of the container's own, there.
	[ $name != claunch ] || way claunch -ti
	it "goes on after ^Z where no shell would ever continue it, as $WHO"
	on_tty '?up' '=^Z' '+0.2' '=^C' -- $WAY sh -c "$tells"
	status 5

	it "gives the command the foreground and a terminal to read, as $WHO"
	on_tty '?LINUX_high' '=some words\n' -- $WAY sh -c \
		'ttycheck; read x; echo "read $x"; exit 6'
	status 6
	out_has "controlling=yes" "read some words"
	get pgrp
	group=$value
	get foreground
	is "the foreground group" "$value" "$group"

	it "lets a change of the window's size reach the command, as $WHO"
	on_tty '?up' @100x50 '?WINCH' -- $WAY sh -c 'trap "echo WINCH; ttycheck;
		kill $!; exit 7" WINCH; sleep 60 & echo up; while :; do wait; done'
	status 7
	out_has size=100x50

	it "keeps a shell with job control, as $WHO"
	shell="bash --norc --noprofile --noediting -i"
	[ $name != claunch ] || shell="sh -i"
	on_tty '? ' '=sleep 60\n' '+0.3' '=^Z' '?topped' '=fg\n' '?sleep 60' \
		'+0.2' '=^C' '+0.1' '=echo sum $((40+2))\n' '?sum 42' \
		'=exit 8\n' -- $WAY env PS1='% ' $shell
	status 8
done

it "ends with its command when the terminal hangs up"
on_tty '?up' '+0.1' '!' -- cinit -- sh -c 'echo up; exec sleep 60'
status 129

it "stops with its command at ^Z, and goes on with it at fg"
in_shell '?% ' '=cinit -- sh $T/tells\n' '?up' '=^Z' '?topped' '?% ' \
	'=fg\n' '?CONT' '=^C' '?INT' '?% ' '=exit $?\n'
status 5

it "goes on in the background at bg, without the terminal"
in_shell '?% ' '=cinit -- sh $T/tells\n' '?up' '=^Z' '?topped' '?% ' \
	'=bg\n' '?CONT' '=echo sum $((40+2))\n' '?sum 42' \
	'=kill -INT %1; wait %1\n' '?INT' '?% ' '=exit $?\n'
status 5

echo 'cinit -- sh "$T/tells"; echo after $?' >"$T/script"
it "stops the script that it is in as well at ^Z"
in_shell '?% ' '=sh $T/script\n' \
	'?up' '=^Z' '?topped' '?% ' '=fg\n' '?CONT' '=^C' '?after 5' '?% ' \
	'=exit 9\n'
status 9

it "stops at ^Z also when its standard input is another"
in_shell '?% ' '=cinit -- sh $T/tells </dev/null\n' '?up' '=^Z' '?topped' \
	'?% ' '=fg\n' '?CONT' '=^C' '?INT' '?% ' '=exit $?\n'
status 5

it "lets the command use the terminal when its standard input is another"
in_shell '?% ' '=echo | cinit -- sh -c "echo up; read x </dev/tty; echo got \$x"\n' \
	'?up' '+0.1' '=words\n' '?got words' '?% ' '=exit 9\n'
status 9

it "leaves the foreground to the shell when started in the background"
in_shell '?% ' '=cinit -- sh -c "echo up; sleep 0.5; ttycheck; echo the end" &\n' \
	'?up' '=echo sum $((40+2))\n' '?sum 42' '?the end' '=wait; exit 9\n'
status 9
get pgrp
group=$value
get foreground
isnt "the foreground group" "$value" "$group"

it "stops when the command reads in the background, and goes on at fg"
in_shell '?% ' '=cinit -- sh -c "read x; echo got \$x" &\n' '?% ' \
	'=until jobs | grep St.pped; do sleep 0.1; done\n' '?topped' '?% ' '=fg\n' '?sh -c' '+0.2' '=words\n' '?got words' \
	'?% ' '=exit 9\n'
status 9

it "gives the foreground back when the command has ended"
in_shell '?% ' '=sh -c "cinit -- true; echo up; read x; echo got \$x"\n' \
	'?up' '+0.1' '=words\n' '?got words' '?% ' '=exit 9\n'
status 9

done_testing
