# The environment: what is documented, and nothing of the caller's.
. tests/lib.sh
tiers root user vm vm-user

path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
many=1
[ "$TIER" != vm-user ] || many=$(grep "^$(id -un):" /etc/subuid)

# run_in ARGS...: prints the environment of the command.
run_in() {
	run claunch -v "$HELPERS:/opt:ro" "$@"
}

it "is PATH, HOSTNAME, container and HOME, and nothing else"
export CANARY=leaked LD_PRELOAD='' LD_LIBRARY_PATH=/leaked SECRET_TOKEN=leaked
run_in "$ROOTFS" /opt/probe env
unset LD_PRELOAD LD_LIBRARY_PATH SECRET_TOKEN
status 0
no_err
out "env.PATH=$path
env.HOSTNAME=cinit
env.container=cinit
env.HOME=/root"

it "has TERM with a terminal"
TERM=vt220 run claunch -t -v "$HELPERS:/opt:ro" "$ROOTFS" /opt/probe env
status 0
out_has env.TERM=vt220

it "is the same for a caller without any"
run env -i "$CLAUNCH" -v "$HELPERS:/opt:ro" "$ROOTFS" /opt/probe env
status 0
no_err
out "env.PATH=$path
env.HOSTNAME=cinit
env.container=cinit
env.HOME=/root"

it "is the same for PID 1, which shows none of the caller's"
run_in --no-init "$ROOTFS" /opt/probe env process
status 0
get pid; is "the pid" "$value" 1
out_lacks CANARY
out_has "env.PATH=$path" env.HOME=/root

it "takes the host name from --hostname and --name"
run_in --name box "$ROOTFS" /opt/probe env
out_has env.HOSTNAME=box
run_in --name box --hostname other "$ROOTFS" /opt/probe env
out_has env.HOSTNAME=other

it "has no host name where the host's is shared"
run_in --share uts "$ROOTFS" /opt/probe env
out_lacks HOSTNAME

if [ "$many" ]; then
	it "takes HOME from passwd, by name and by number"
	run_in -u user "$ROOTFS" /opt/probe env
	out_has env.HOME=/home/user
	run_in -u 1000 "$ROOTFS" /opt/probe env
	out_has env.HOME=/home/user
	run_in -u 4321 "$ROOTFS" /opt/probe env
	out_has "env.HOME=/"
fi

it "sets variables with --env, the last of a name"
run_in -e A=1 --env B= -e C=x=y -e A=2 --env "D=a b" "$ROOTFS" /opt/probe env
status 0
out_line env.A=2 env.B= env.C=x=y "env.D=a b"
out_lacks env.A=1

it "lets --env change what is set by itself"
run_in -e PATH=/bin -e HOME=/elsewhere -e container=mine "$ROOTFS" /opt/probe env
out "env.PATH=/bin
env.HOSTNAME=cinit
env.container=mine
env.HOME=/elsewhere"

it "passes a variable of the caller's on by its name"
run_in -e CANARY -e NOT_SET_HERE "$ROOTFS" /opt/probe env
out_line env.CANARY=leaked
out_lacks NOT_SET_HERE

it "finds the command in the PATH that --env sets"
run claunch -e PATH=/nowhere "$ROOTFS" true
status 127
one_sentence
err_has /nowhere
run claunch -e PATH=/nowhere:/bin "$ROOTFS" true
status 0

it "keeps values with newlines, and other bytes"
value_of="a
b	\\c$(printf '\001\377')"
run claunch -e "X=$value_of" "$ROOTFS" sh -c 'printf %s "$X" | od -An -tx1 | tr -d " \n"'
out 610a62095c6301ff

it "reads variables from a file"
cat >"$T/env" <<-'END'
	# a comment
	ONE=1

	TWO=two words # and all of the line
	CANARY
	EMPTY=
END
printf 'LAST=without a newline' >>"$T/env"
run_in --env-file "$T/env" -e ONE=other "$ROOTFS" /opt/probe env
status 0
out_line env.ONE=other "env.TWO=two words # and all of the line" env.CANARY=leaked \
	env.EMPTY= "env.LAST=without a newline"

for text in '=x' 'A B=1' ' X=1'; do
	it "refuses a file with the line \"$text\", and says which"
	printf 'OK=1\n%s\n' "$text" >"$T/env"
	run claunch --env-file "$T/env" "$ROOTFS" true
	status 125
	one_sentence
	err_has "line 2"
done

it "refuses a file that is missing, no text, or no file"
printf 'A=1\0B=2\n' >"$T/binary"
truncate -s 1T "$T/huge"
for file in missing binary huge .; do
	run claunch --env-file "$T/$file" "$ROOTFS" true
	status 125
	one_sentence
	took_less 2
done

for text in "" =x =; do
	it "refuses --env \"$text\""
	run claunch -e "$text" "$ROOTFS" true
	status 125
	one_sentence
done

it "reads a file that is a pipe, as a shell makes one"
run bash -c 'claunch -v "$1:/opt:ro" --env-file <(echo PIPED=1) "$2" /opt/probe env' \
	- "$HELPERS" "$ROOTFS"
status 0
out_line env.PIPED=1

it "passes ten thousand variables"
seq -f 'V%g=x' 10000 >"$T/env"
run claunch --env-file "$T/env" "$ROOTFS" sh -c 'env | grep -c ^V'
status 0
out 10000

it "passes an argument of 131071 bytes"
long=$(head -c 131071 /dev/zero | tr '\0' a)
run claunch "$ROOTFS" sh -c 'echo ${#1}' sh "$long"
status 0
out 131071

done_testing
