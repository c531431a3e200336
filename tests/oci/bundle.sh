# Bundles for the tests of cinit-oci, and words about what it makes. Sourced
# after tests/lib.sh.

STATE=$T/state
OCI="cinit-oci --root $STATE"
BUNDLE=$T/bundle
mkdir "$BUNDLE"

# config [PART JSON]...: writes config.json. The parts replace what is here:
# args, process (more members), root, mounts, namespaces, linux (more members),
# top (more members of the document); a member that is there twice is refused.
config() {
	[ ! "$t_off" ] || return 0
	c_args='["true"]' c_process= c_linux= c_top=
	c_root='{"path":"'$ROOTFS'","readonly":true}'
	c_namespaces='{"type":"pid"},{"type":"mount"},{"type":"ipc"},{"type":"uts"},{"type":"network"},{"type":"cgroup"}'
	c_mounts='{"destination":"/proc","type":"proc","source":"proc"},
		{"destination":"/dev","type":"tmpfs","source":"tmpfs","options":["nosuid","mode=755"]},
		{"destination":"/dev/pts","type":"devpts","source":"devpts","options":["newinstance","ptmxmode=0666"]},
		{"destination":"/tmp","type":"tmpfs","source":"tmpfs"}'
	while [ $# -gt 0 ]; do
		eval "c_$1=\$2"
		shift 2
	done
	cat >"$BUNDLE/config.json" <<END
{
	"ociVersion": "1.3.0",
	"process": {
		"args": $c_args,
		"cwd": "/",
		"env": ["PATH=/bin:/sbin:/usr/bin:/usr/sbin"]
		${c_process:+,$c_process}
	},
	"root": $c_root,
	"mounts": [$c_mounts],
	"linux": {
		"namespaces": [$c_namespaces]
		${c_linux:+,$c_linux}
	}
	${c_top:+,$c_top}
}
END
}

# script TEXT [PART JSON]...: a config whose command is a line of sh.
script() {
	c_text='["sh","-c","'$1'"]'
	shift
	config args "$c_text" "$@"
}

# make ID [OPTION]...: create, with $T/said for what the container says.
make() {
	[ ! "$t_off" ] || return 0
	c_id=$1
	shift
	run sh -c 'exec "$@" >"$0" 2>&1' "$T/said" $OCI create --bundle "$BUNDLE" "$@" "$c_id"
	t_slurp "$T/said"
	[ "$STATUS" = 0 ] || printf '%s\n' "$t_text" >"$T/err"
}

# is_state ID WORD: the status that state gives.
is_state() {
	[ ! "$t_off" ] || return 0
	c_got=$($OCI state "$1" 2>&1)
	case $c_got in
	*"\"status\":\"$2\""*) pass ;;
	*) fail "state of $1 is not $2: $c_got" ;;
	esac
}
becomes() { case $($OCI state "$1" 2>&1) in *"\"status\":\"$2\""*) ;; *) return 1 ;; esac; }

# pid_of ID: the pid of its first process.
pid_of() {
	c_got=$($OCI state "$1") c_got=${c_got#*'"pid":'}
	echo "${c_got%%,*}"
}

# nothing_left ID: neither state nor cgroups.
nothing_left() {
	[ ! "$t_off" ] || return 0
	not test -e "$STATE/$1"
	is "cgroups called $1" "$(find /sys/fs/cgroup -type d -name "$1" 2>/dev/null)" ""
}
