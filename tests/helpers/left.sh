# Finds what a run leaves behind; a part of tests/run.
#
# A run has cgroups of its own: they tell which processes and cgroups are its.

SCOPE=${SCOPE-}

# Prints "MOUNT OWN CONTROLLERS" of each hierarchy that this process is in.
hierarchies() {
	awk '
		FNR == NR {
			split($0, f, ":"); n = index(f[2], ",")
			key = f[2] == "" ? "v2" : n ? substr(f[2], 1, n - 1) : f[2]
			path[key] = substr($0, length(f[1] f[2]) + 3)
			next
		}
		{
			for (i = 7; $i != "-"; i++) ;
			if ($(i + 1) == "cgroup2") at["v2"] = $4 " " $5
			if ($(i + 1) != "cgroup") next
			n = split($(i + 3), o, ",")
			for (j = 1; j <= n; j++) at[o[j]] = $4 " " $5
		}
		END {
			for (key in path) if (key in at) {
				split(at[key], a, " "); own = path[key]
				if (a[1] != "/") own = substr(own, length(a[1]) + 1)
				sub("/$", "", own)
				print a[2], a[2] own, key
			}
		}' /proc/self/cgroup /proc/self/mountinfo
}

enter_cgroups() {
	SCOPE=cinit-tests.$$
	entered=
	while read -r mount own key; do
		[ "$key" ] && mkdir "$own/$SCOPE" 2>/dev/null || continue
		for file in cpuset.cpus cpuset.mems; do
			[ "$key" != cpuset ] ||
				cat "$own/$file" >"$own/$SCOPE/$file"
		done
		# A bomb that a broken claunch lets go off is no more than this.
		[ ! -e "$own/$SCOPE/pids.max" ] || say 4000 >"$own/$SCOPE/pids.max"
		say $$ >"$own/$SCOPE/cgroup.procs" && entered="$entered $own"
	done <<-END
		$(hierarchies)
	END
	[ "$entered" ] || SCOPE=
	export SCOPE
}

# Leaves and removes the cgroups, killing what still lives there.
leave_cgroups() {
	[ "$SCOPE" ] || return 0
	for own in $entered; do
		say $$ >"$own/cgroup.procs"
	done
	for pid in $(scope_pids); do
		kill -s KILL "$pid" 2>/dev/null
	done
	for own in $entered; do
		for try in $(seq 20); do # engines take a while to die
			find "$own/$SCOPE" -depth -type d -exec rmdir {} + 2>/dev/null &&
				break
			sleep 0.2
		done
	done
	SCOPE=
}

scope_pids() {
	find /sys/fs/cgroup -path "*/$SCOPE/*" -name cgroup.procs \
		-exec cat {} + 2>/dev/null | sort -u
}

# ---- what is left behind

# Lists what a test could leave: processes of the scope (on the VM: all), mounts,
# cgroups, network links, and files under the directories given.
snapshot() {
	{
		echo "scope"
		[ ! "$SCOPE" ] || scope_pids
		echo "processes"
		cat /proc/[0-9]*/stat 2>/dev/null
	} | awk -v me=$$ -v how="${SCOPE:+scope}${whole_machine:+all}" '
		/^(scope|processes)$/ { part = $0; next }
		part == "scope" { ours[$1] = 1; next }
		{
			pid = $1; rest = $0
			comm = $0; sub(/^[^(]*\(/, "", comm); sub(/\)[^)]*$/, "", comm)
			sub(/.*\) /, "", rest); split(rest, f, " ")
			parent[pid] = f[2]
			kernel = int(f[7] / 2097152) % 2
			if (f[1] != "Z" && f[1] != "X" && !kernel) name[pid] = comm
		}
		END {
			for (pid in name) {
				if (how == "scope" && !(pid in ours)) continue
				if (how == "" && name[pid] !~ /cinit|claunch/) continue
				for (p = pid; p > 1 && p != me; p = parent[p]) ;
				if (p != me) print "process " pid " (" name[pid] ")"
			}
		}'
	awk '{
		for (i = 7; $i != "-"; i++) ;
		print "mount " $(i + 1) " on " $5
	}' /proc/self/mountinfo
	find /sys/fs/cgroup -mindepth 1 -type d \( ${whole_machine:+-true -o} \
		-path "*/${SCOPE:-cinit-tests.none}/*" -o ! -path '*/cinit-tests.*' \
		\( -name '*cinit*' -o -name '*claunch*' \) \) \
		-printf 'cgroup %p\n' 2>/dev/null
	awk -F: 'NR > 2 { gsub(" ", "", $1); print "link " $1 }' /proc/net/dev
	# A finished cache entry may stay, an unfinished one may not; the two
	# directories that hold cache and state may stay, and in the latter the
	# file whose locks tell which ids are in use.
	find "$@" -xdev -mindepth 1 \( -path '*cache/cinit/?*' -prune \
		\( -name '.*' -o -name '*tmp*' -o -name '*part*' -o -name '*new*' \) \
		-o ! -path '*cache/cinit*' ! -name .cache \
		! \( -type d -path '*run/*' -name cinit \) \
		! -path '*run/cinit/ids' ! -path '*/cinit/containers' \) \
		-printf 'file %p\n' 2>/dev/null
}

# leftovers TRIES BEFORE DIR...: what is new; more tries give the kernel time to
# finish what it has begun to take away.
leftovers() {
	tries=$1 before=$2
	shift 2
	while :; do
		left=$(snapshot "$@" | sort | comm -13 "$before" -)
		tries=$((tries - 1))
		[ "$left" ] || return 0
		[ $tries -gt 0 ] || break
		sleep 0.5
	done
	say "$left"
	for pid in $(say "$left" | sed -n 's/^process \([0-9]*\) .*/\1/p'); do
		say "  $pid: $(tr '\0' ' ' <"/proc/$pid/cmdline")" \
			"$(cd "/proc/$pid/ns" && readlink mnt pid user net | tr '\n' ' ')"
	done 2>/dev/null
}

# Leaves one of each kind on purpose, and takes them away again: a check that
# has never been seen to fail proves nothing.
plant() {
	planted=$(hierarchies | { read -r mount own key; say "$own"; })/cinit-plant
	if [ "$1" = plant ]; then
		(setsid sleep 1000 >/dev/null 2>&1 & say $! >"$TMPDIR/plant.pid")
		mkdir "$planted" "$TMPDIR/plant"
		mount -t tmpfs plant "$TMPDIR/plant"
		ip link add cinit-plant type veth peer name cinit-plant2
	else
		read -r pid <"$TMPDIR/plant.pid" && kill -s KILL "$pid"
		umount "$TMPDIR/plant"
		rmdir "$planted" "$TMPDIR/plant"
		rm "$TMPDIR/plant.pid"
		ip link del cinit-plant
	fi
}

check_notices() {
	plant plant >"$RESULTS/$tier/plant.log" 2>&1
	found=$(leftovers 1 "$@")
	plant remove >>"$RESULTS/$tier/plant.log" 2>&1
	missed=
	for kind in process mount cgroup link file; do
		say "$found" | grep -q "^$kind .*\(plant\|sleep\)" ||
			missed="$missed $kind"
	done
	[ ! "$missed" ]
	one "$tier" left/noticed $? "the check for leftovers notices what is planted" \
		"not noticed:$missed$nl$(cat "$RESULTS/$tier/plant.log")"
}

check_clean() {
	found=$(leftovers 6 "$@")
	[ ! "$found" ]
	one "$tier" left/clean $? "the tests of this tier left nothing behind" "$found"
}
