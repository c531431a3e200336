# Privileges: capabilities are exactly those promised, and none can be gained.
. tests/lib.sh
tiers root user vm vm-user

# Bits of capabilities(7), as the kernel prints them.
default=00000000800405fb	# chown ... setfcap: the eleven of the manual
none=0000000000000000

# caps INH PRM EFF BND AMB ARGS...: the five sets of a command.
caps() {
	inh=$1 prm=$2 eff=$3 bnd=$4 amb=$5
	shift 5
	run claunch -v "$HELPERS:/opt:ro" "$@" "$ROOTFS" /opt/probe status process
	status 0
	no_err
	get CapInh; is "inheritable" "$value" "$inh"
	get CapPrm; is "permitted" "$value" "$prm"
	get CapEff; is "effective" "$value" "$eff"
	get CapBnd; is "bounding" "$value" "$bnd"
	get CapAmb; is "ambient" "$value" "$amb"
	get keepcaps; is "keepcaps" "$value" 0
	get securebits; is "securebits" "$value" 0
}

# set_of NUMBER...: the set with these capabilities, in $bits.
set_of() {
	bits=0
	for number; do
		bits=$((bits | 1 << number))
	done
	bits=$(printf %016x $bits)
}

# More than one user needs more than one id.
many=1
[ "$TIER" != vm-user ] || many=$(grep "^$(id -un):" /etc/subuid)

it "gives root eleven capabilities and no other"
caps $none $default $default $default $none
set_of 0 1 3 4 5 6 7 8 10 18 31
is "the eleven" "$bits" $default

it "gives root the same without a user namespace"
on root vm
caps $none $default $default $default $none --userns host

it "gives them with one id only, too"
caps $none $default $default $default $none --userns single

it "gives them when the command itself is PID 1, too"
caps $none $default $default $default $none --no-init

if [ "$many" ]; then
	it "gives a user none"
	caps $none $none $none $default $none -u 1000

	it "gives a user those that are ambient"
	set_of 10
	caps "$bits" "$bits" "$bits" $default "$bits" -u 1000 --ambient NET_BIND_SERVICE
	set_of 0 10
	caps "$bits" "$bits" "$bits" $default "$bits" -u 1000 --ambient net_bind_service,CAP_CHOWN

	it "gives a user nothing by --cap-add alone"
	set_of 0 1 3 4 5 6 7 8 10 12 18 31
	caps $none $none $none "$bits" $none -u 1000 --cap-add NET_ADMIN
fi

it "adds an ambient capability to the others where it is not among them"
set_of 12
ambient=$bits
set_of 0 1 3 4 5 6 7 8 10 12 18 31
caps "$ambient" "$bits" "$bits" "$bits" "$ambient" --ambient NET_ADMIN

it "adds one with --cap-add"
set_of 0 1 3 4 5 6 7 8 10 12 18 31
caps $none "$bits" "$bits" "$bits" $none --cap-add NET_ADMIN

it "drops one with --cap-drop"
set_of 0 1 3 4 6 7 8 10 18
caps $none "$bits" "$bits" "$bits" $none --cap-drop KILL --cap-drop cap_setfcap

it "drops all with --cap-drop ALL"
caps $none $none $none $none $none --cap-drop ALL

it "keeps what is added when all are dropped, whatever the order"
set_of 10
caps $none "$bits" "$bits" "$bits" $none --cap-drop ALL --cap-add NET_BIND_SERVICE
caps $none "$bits" "$bits" "$bits" $none --cap-add NET_BIND_SERVICE --cap-drop ALL

it "gives all that there are with --cap-add ALL, less what is dropped"
on vm vm-user
caps $none 000001ffffffffff 000001ffffffffff 000001ffffffffff $none --cap-add ALL
caps $none 000001ffffdfffff 000001ffffdfffff 000001ffffdfffff $none --cap-add ALL --cap-drop SYS_ADMIN

it "gives all that can be had, or says that it cannot"
on root user
run claunch --cap-add ALL -v "$HELPERS:/opt:ro" "$ROOTFS" /opt/probe status
case $STATUS in
0) get CapEff; is "effective" "$value" 000001ffffffffff ;;
*) status 125; one_sentence ;;
esac

for name in NOPE "" CAP_ 12 "NET_ADMIN,," "NET_ADMIN NET_RAW" all,nope cap_cap_kill +kill; do
	for option in cap-add cap-drop ambient; do
		it "refuses --$option \"$name\""
		run claunch "--$option" "$name" "$ROOTFS" true
		status 125
		one_sentence
	done
done

it "cannot raise what it has not"
run claunch --cap-drop ALL "$ROOTFS" sh -c '
	chown 1 /bin/busybox; chroot / true; mount -t tmpfs x /mnt; hostname x
	ifconfig lo down; date -s 2000-01-01; mknod /tmp/x c 1 3
	echo end' 2>/dev/null
out_has end
run claunch "$ROOTFS" sh -c 'mount -t tmpfs x /mnt && echo mounted; hostname x && echo named; ifconfig lo down && echo down'
no_out

# ---- no_new_privs

it "lets nobody gain privileges"
run claunch -v "$HELPERS:/opt:ro" "$ROOTFS" /opt/probe status
get NoNewPrivs; is "no_new_privs" "$value" 1

if [ "$many" ]; then
	it "gives nothing by a setuid program, and all with --new-privs"
	copy_rootfs
	run claunch -v "$HELPERS:/opt:ro" "$OWN" sh -c '
		cp /opt/probe /srv/probe && chmod 4755 /srv/probe && chmod 755 /srv'
	status 0
	run claunch -u 1000 "$OWN" /srv/probe status
	status 0
	get Uid; is "the users" "$value" "1000 1000 1000 1000"
	get CapEff; is "effective" "$value" $none
	run claunch -u 1000 --new-privs "$OWN" /srv/probe status
	status 0
	get NoNewPrivs; is "no_new_privs" "$value" 0
	get Seccomp; is "the filter" "$value" 2
	get Uid; is "the users" "$value" "1000 0 0 0"
	get CapEff; is "effective" "$value" $default
fi

it "installs the filter with --new-privs too"
run claunch --new-privs -v "$HELPERS:/opt:ro" "$ROOTFS" /opt/calls
status 0
out_line keyctl=EPERM mount=EPERM clone.newuser=EPERM

# ---- --privileged

it "loosens all of it with --privileged, and only that"
run claunch --privileged -v "$HELPERS:/opt:ro" "$ROOTFS" /opt/probe
case $TIER/$STATUS in
*/0)
	get NoNewPrivs; is "no_new_privs" "$value" 0
	get Seccomp; is "the filter" "$value" 0
	get CapBnd; is "bounding" "$value" 000001ffffffffff
	get path./proc/kallsyms; ok t_has "$value" readable
	for ns in cgroup ipc mnt net pid time user uts; do
		get "ns.$ns"
		isnt "the $ns namespace" "$value" "$(readlink "/proc/self/ns/$ns")"
	done
	get fds; is "descriptors" "$value" 3 ;;
*) status 125; one_sentence ;;
esac

it "keeps what is said beside --privileged"
run claunch --privileged --cap-drop SYS_ADMIN,SYS_RESOURCE --seccomp default \
	-v "$HELPERS:/opt:ro" "$ROOTFS" /opt/probe status
status 0
get CapBnd; is "bounding" "$value" 000001fffedfffff
get Seccomp; is "the filter" "$value" 2

# ---- PID 1

it "keeps PID 1 out of the command's reach"
run claunch "$ROOTFS" sh -c '
	for f in environ maps mem exe root cwd fd/0 fd/3 stack syscall; do
		{ cat /proc/1/$f || readlink /proc/1/$f; } >/dev/null 2>&1 &&
			echo "readable: $f"
	done; grep -E "CapPrm|CapEff|NoNewPrivs" /proc/1/status'
# What it keeps is CAP_KILL.
out "CapPrm:	0000000000000020
CapEff:	0000000000000020
NoNewPrivs:	1"

it "has nothing of the host's in PID 1 for who may trace it"
run claunch --cap-add SYS_PTRACE "$ROOTFS" sh -c '
	readlink /proc/1/exe; readlink /proc/1/root; readlink /proc/1/cwd
	for fd in 0 1 2; do readlink /proc/1/fd/$fd; done; tr "\0" "\n" </proc/1/environ'
t_read_out
ok eval 'case $t_out in "/memfd:cinit (deleted)
/
/
/"*null*) ;; *) false ;; esac'

done_testing
