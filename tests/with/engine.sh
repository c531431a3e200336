# What holds under every engine alike; a part of tests/with/*.t.
#
#	engine PROGRAM [SIGNAL...]
#			what to call: podman and docker take the same words; and
#			the numbers of the signals that it does not send
#	promises	the tests, for cinit as ENTRYPOINT and by --init
#
# The engine has a box of its own (tests/with/box), its files are below $BOX.
#
# shellcheck shell=sh disable=SC2034,SC2016,SC2046,SC2086

BOX=/run/engine
OCI=${CINIT%/*}/images/oci
BARE=localhost/bare:latest # without any entrypoint
PATH=$HELPERS:$PATH

# Whoever the engine is inside of a user namespace, it finds these.
mkdir "$BOX"
cp -r "$HELPERS" "$BOX/helpers"
install -m 755 "$CINIT" "$BOX/docker-init"
cd "$BOX" || exit # conmon leaves a file where it is called

engine() {
	CALLED=$1 ENGINE=$1
	shift
	REFUSED=$*
	RUN="run --rm --network none --volume $BOX/helpers:/helpers:ro"
	count=0
}

# way NAME: the words before a command into WAY; WHO says it; SAYS is how cinit
# begins its sentences there (dockerd's init is called docker-init, as tini is).
way() {
	SAYS="cinit: "
	case $ENGINE/$1 in docker*/init) SAYS="FATAL tini" ;; esac
	case $1 in
	entrypoint) WAY=localhost/cinit/busybox:latest WHO="as ENTRYPOINT" ;;
	init) WAY="--init $BARE" WHO="by --init" ;;
	esac
}

# begin [OPTION...] WAY COMMAND...: in the background, with a name, into NAME.
begin() {
	count=$((count + 1))
	NAME=test$count
	start $ENGINE $RUN --name $NAME "$@"
}

# tell VERB [ARG...]: to the engine, about the container NAME; it obeys.
tell() {
	[ ! "$t_off" ] || return 0
	$ENGINE "$@" "$NAME" >"$T/tell" 2>&1 && pass && return
	fail "$CALLED $* $NAME: $(cat "$T/tell")"
}

# A command that ends in order when it is told to, and one that does not.
gentle='trap "echo bye; exit 9" TERM; echo up; while :; do sleep 0.1; done'
deaf='trap "" TERM; echo up; while :; do sleep 0.1; done'

# How many zombies there are, as soon as it is none or at last.
zombies='for try in 1 2 3 4 5 6 7 8 9 0; do
	n=0
	for s in /proc/[0-9]*/stat; do
		read -r line <$s
		case ${line##*) } in Z*) n=$((n + 1)) ;; esac
	done 2>/dev/null
	[ $n != 0 ] || break
	sleep 0.1
done
echo zombies $n'

# All that can be sent and is passed on, but those that the engine refuses; in
# two halves, because a stop signal and SIGCONT cancel each other.
signals() {
	SIGNALS=
	i=0
	while [ $i -lt 64 ]; do
		i=$((i + 1))
		case " 9 17 19 20 21 22 $REFUSED " in
		*" $i "*) ;;
		*) SIGNALS="$SIGNALS $i" ;;
		esac
	done
	SIGNALS="$SIGNALS 20 21 22"
}

promises() {
	signals
	for way in entrypoint init; do
		way $way
		promises_of_way
	done

	# With --init docker gives cinit only to who has a pid namespace.
	way entrypoint
	it "is silent and a subreaper where the pid namespace is another's, under $CALLED"
	begin $WAY sleep 60
	soon running
	run $ENGINE $RUN --pid container:$NAME $WAY sh -c 'echo "mine $PPID"
		sh -c "sh -c \"sleep 0.3; grep PPid: /proc/self/status\" &"
		sleep 0.6; exit 5'
	status 5
	no_err
	mine=$(awk '$1 == "mine" { print $2 }' "$T/out")
	isnt "our pid there" "$mine" 1
	out_line "PPid:	$mine"
	tell kill
	finish
	status 137

	it "supervises the two services of an image, under $CALLED"
	start $ENGINE run --rm --name services --network none localhost/cinit/services
	NAME=services
	soon running
	soon page_shows "$(date -u '+%a %b')"
	run $ENGINE exec services cinit status
	status 0
	out_like "*clock *up *web *up *"
	is "PID 1" "$($ENGINE exec services md5sum /proc/1/exe)" \
		"$(md5sum <"$CINIT" | sed 's,-,/proc/1/exe,')"
	tell stop
	finish
	status 0

	it "refuses an option that there is not, under $CALLED"
	run $ENGINE $RUN --entrypoint /sbin/cinit $WAY --nonsense
	status 125
	err_has "cinit: --nonsense: there is no such option"
}

# page_shows TEXT: the service "web" serves what the service "clock" writes.
page_shows() {
	$ENGINE exec services sh -c \
		'printf "GET /time HTTP/1.0\r\n\r\n" | nc 127.0.0.1 8080' 2>/dev/null |
		grep -q "$1"
}

running() { [ "$($ENGINE inspect -f '{{.State.Running}}' $NAME 2>&1)" = true ]; }

promises_of_way() {
	it "is PID 1, $WHO under $CALLED"
	run $ENGINE $RUN $WAY sh -c 'md5sum </proc/1/exe; echo $PPID'
	status 0
	out "$(md5sum <"$CINIT")
1"
	no_err

	it "gives the command's status, $WHO under $CALLED"
	while read -r want command; do
		run $ENGINE $RUN $WAY sh -c "$command"
		status "$want"
	done <<-END
		0 true
		3 exit 3
		255 exit 255
		137 kill -KILL \$\$
		139 kill -SEGV \$\$
	END
	run $ENGINE $RUN $WAY /nowhere/to/be/found
	status 127
	err_has "$SAYS" /nowhere/to/be/found
	run $ENGINE $RUN $WAY /etc/passwd
	status 126
	err_has "$SAYS" /etc/passwd

	it "gives the command its input and takes its output, $WHO under $CALLED"
	echo "some words" >"$T/words"
	run $ENGINE $RUN -i $WAY sh -c 'read -r line; echo "out: $line"; echo "err: $line" >&2' <"$T/words"
	status 0
	out "out: some words"
	err "err: some words"

	it "stops in order, $WHO under $CALLED"
	begin $WAY sh -c "$gentle"
	soon said up
	tell stop
	finish
	status 9
	out_has bye

	it "passes on what the engine's client gets, $WHO under $CALLED"
	begin $WAY sh -c "$gentle"
	soon said up
	send TERM
	finish
	status 9
	out_has bye

	it "ends when the engine's patience does, $WHO under $CALLED"
	begin $WAY sh -c "$deaf"
	soon said up
	tell stop -t 1
	finish
	status 137

	it "passes on every signal that $CALLED sends, $WHO"
	begin $WAY /helpers/sigs $(echo $SIGNALS | wc -w)
	soon said ready
	for sig in $SIGNALS; do
		tell kill -s $sig
	done
	finish
	status 0
	for sig in $SIGNALS; do
		out_has "SIG $sig 0 "
	done

	it "stands still at STOP, goes on at CONT and dies of KILL, $WHO under $CALLED"
	begin $WAY /helpers/sigs 9
	soon said ready
	tell kill -s STOP
	tell kill -s USR1
	not said "SIG 10 "
	tell kill -s CONT
	soon said "SIG 18 "
	soon said "SIG 10 "
	tell kill -s KILL
	finish
	status 137

	it "reaps orphans, of the command and of exec, $WHO under $CALLED"
	begin $WAY sh -c "/helpers/orphans 2000; $zombies; sleep 60"
	soon said "zombies "
	out_has "orphans 2000" "zombies 0"
	ok $ENGINE exec $NAME sh -c 'sleep 0.1 & sleep 0.1 & exit 0'
	is "left of exec" "$($ENGINE exec $NAME sh -c "sleep 0.2; $zombies")" "zombies 0"
	tell kill
	finish

	it "lets the rest end in order after the command, $WHO under $CALLED"
	run $ENGINE $RUN $WAY sh -c '(trap "sleep 0.3; echo cleaned; exit" TERM; echo up
			while :; do sleep 0.1; done) & sleep 0.3; exit 4'
	status 4
	out "up
cleaned"

	it "has a terminal with ^C and ^Z, $WHO under $CALLED"
	run ptyrun $LIMIT '?up' '=^Z' '+0.2' '=some words\n' '?got some words' \
		'=^C' '?INT' -- $ENGINE $RUN -it $WAY sh -c 'trap "echo INT; exit 5" INT
			echo up; read -r line; echo "got $line"
			while :; do sleep 0.1; done'
	status 5
	run ptyrun $LIMIT '?/ # ' '=sleep 60\n' '+0.3' '=^Z' '?topped' \
		'=fg\n' '?sleep 60' '+0.2' '=^C' '+0.1' \
		'=echo sum $((40+2))\n' '?sum 42' '=exit 8\n' \
		-- $ENGINE $RUN -it $WAY sh -i
	status 8

	it "says 137 when the memory is out, $WHO under $CALLED"
	count=$((count + 1))
	NAME=test$count
	run $ENGINE run --name $NAME --network none --memory 32m $WAY sh -c \
		'a=x; while :; do a=$a$a; done'
	status 137
	# With cgroup v1 podman does not learn it.
	[ $CALLED = podman ] || is "what $CALLED knows" \
		"$($ENGINE inspect -f '{{.State.OOMKilled}}' $NAME)" true
	tell rm

	it "needs no right, no user and nothing to write to, $WHO under $CALLED"
	begin --read-only --user 1234:5678 --cap-drop ALL --pids-limit 16 \
		--security-opt no-new-privileges $WAY sh -c \
		"grep -E 'Uid|CapEff|NoNew' /proc/1/status; touch /x; $gentle"
	soon said up
	tell stop
	finish
	status 9
	out_has "Uid:	1234	1234	1234	1234" "CapEff:	0000000000000000" \
		"NoNewPrivs:	1" bye
	err_has "/x: Read-only file system"
}
