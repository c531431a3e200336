# What a config.json asks for is what the command finds; the rest is refused.
. tests/lib.sh
tiers root
. tests/oci/bundle.sh

OPT='{"destination":"/opt","type":"bind","source":"'$HELPERS'","options":["bind","ro"]}'
DEV='{"destination":"/dev","type":"tmpfs","source":"tmpfs","options":["nosuid","mode=755"]}'
PROC='{"destination":"/proc","type":"proc","source":"proc"}'

# probe [PART JSON]...: what the probe inside says.
probe() {
	config args '["/opt/probe"]' mounts "$PROC,$DEV,$OPT" "$@"
	run $OCI run --bundle "$BUNDLE" one
	status 0
	no_err
}
has() { get "$1"; is "$1" "$value" "$2"; }

# refuses WORDS [PART JSON]...: an error that begins so, and nothing left.
refuses() {
	c_words=$1
	shift
	config "$@"
	run $OCI run --bundle "$BUNDLE" one
	status 125
	one_sentence
	err_has "$c_words"
	not test -e "$STATE/one"
}

it "is the user, in the groups and with the mask of process.user"
probe process '"user":{"uid":5,"gid":6,"additionalGids":[7,8],"umask":63}'
has Uid "5 5 5 5"
has Gid "6 6 6 6"
has Groups "6 7 8"
has Umask 0077

it "gives an unprivileged user no group but the one that is said"
probe process '"user":{"uid":1000,"gid":1000}'
has Groups 1000

it "has the capabilities of the five sets, and none when nothing is said"
probe
for set in Inh Prm Eff Bnd Amb; do has Cap$set 0000000000000000; done
probe process '"capabilities":{"bounding":["CAP_KILL","CAP_CHOWN"],"permitted":["CAP_KILL","CAP_CHOWN"],"effective":["CAP_KILL","CAP_CHOWN"]}'
has CapBnd 0000000000000021
has CapEff 0000000000000021
has CapInh 0000000000000000
has CapAmb 0000000000000000
probe process '"user":{"uid":9,"gid":9},"capabilities":{"bounding":["CAP_KILL"],"permitted":["CAP_KILL"],"inheritable":["CAP_KILL"],"ambient":["CAP_KILL"],"effective":["CAP_KILL"]}'
has CapEff 0000000000000020
has CapAmb 0000000000000020
probe process '"capabilities":{"bounding":["CAP_KILL"],"permitted":["CAP_KILL","CAP_CHOWN"],"effective":["CAP_KILL","CAP_CHOWN"]}'
has CapEff 0000000000000020
has CapPrm 0000000000000020

it "has the limits, the environment and the directory of process"
config args '["/opt/probe"]' mounts "$PROC,$DEV,$OPT" process '"rlimits":[{"type":"RLIMIT_NOFILE","soft":33,"hard":44},{"type":"RLIMIT_CORE","soft":0,"hard":0}],"noNewPrivileges":true,"oomScoreAdj":77'
sed -i 's|"cwd": "/"|"cwd": "/bin"|; s|"env": \[|"env": ["A=b c",|' "$BUNDLE/config.json"
run $OCI run --bundle "$BUNDLE" one
status 0
has rlimit.nofile 33:44
has rlimit.core 0:0
has NoNewPrivs 1
has oom_score_adj 77
has cwd /bin
has env.A "b c"

it "mounts with the options that are said"
refuses "config.json: mounts[0].options: attributes for all" mounts '{"destination":"/mnt","type":"bind","source":"/etc","options":["rbind","rro","nosuid"]}'
refuses "config.json: mounts[0]: options: propagation of a new file system" mounts '{"destination":"/mnt","type":"tmpfs","source":"x","options":["rshared"]}'
probe mounts "$PROC,$DEV,$OPT,"'{"destination":"/tmp","type":"tmpfs","source":"here","options":["nosuid","nodev","noexec","noatime","ro","size=64k"]}'
get mount./tmp
is "its options" "${value%% private*}" "tmpfs ro,nosuid,nodev,noexec,noatime"
get mount./opt
ok test "${value#* ro,}" != "$value"

it "uses the devices of an image whose own /dev is shown, if they are these"
copy_rootfs
[ -c "$OWN/dev/null" ] || mknod "$OWN/dev/null" c 1 3
probe root '{"path":"'"$OWN"'"}' mounts "$PROC,$OPT"
out_like "*dev.null=c 1:3*"
rm "$OWN/dev/null"
: >"$OWN/dev/null"
refuses "make the device /dev/null: File exists" root '{"path":"'"$OWN"'"}' mounts "$PROC"

it "hides and protects paths"
probe linux '"maskedPaths":["/proc/keys","/sys/firmware","/no/such"],"readonlyPaths":["/proc/sys"]'
has path./proc/keys "file,Permission denied,ro,protected"
get path./proc/sys
is "/proc/sys" "${value##*readable,}" "ro,protected"

it "makes the root read-only where that is said"
script 'echo x >/x' root '{"path":"'"$ROOTFS"'","readonly":true}'
run $OCI run --bundle "$BUNDLE" one
status 1
err_has "Read-only"

it "has the names and the clocks of the document"
probe namespaces '{"type":"pid"},{"type":"mount"},{"type":"uts"},{"type":"time"}' \
	linux '"timeOffsets":{"boottime":{"secs":3600},"monotonic":{"secs":-1,"nanosecs":5}}' \
	top '"hostname":"h","domainname":"d"'
has hostname h
has domainname d
out_line "timens_offsets=monotonic -1 5"
out_line "timens_offsets=boottime 3600 0"

it "writes sysctls of its own namespaces, and no other"
script 'cat /proc/sys/net/ipv4/ip_forward' linux '"sysctl":{"net.ipv4.ip_forward":"1"}'
run $OCI run --bundle "$BUNDLE" one
out 1
refuses "linux.sysctl.kernel.core_pattern: " linux '"sysctl":{"kernel.core_pattern":"x"}'
refuses "linux.sysctl.net.a: " linux '"sysctl":{"net.a":"1"}' namespaces '{"type":"pid"},{"type":"mount"}'

it "maps ids into a user namespace"
copy_rootfs
chown 100000:100000 "$OWN"
probe namespaces '{"type":"pid"},{"type":"mount"},{"type":"user"}' \
	root '{"path":"'"$OWN"'"}' \
	linux '"uidMappings":[{"containerID":0,"hostID":100000,"size":10},{"containerID":10,"hostID":200000,"size":5}],"gidMappings":[{"containerID":0,"hostID":100000,"size":10}]'
has uid_map "0 100000 10"
out_line "uid_map=10 200000 5"
has gid_map "0 100000 10"

it "filters system calls"
script 'mkdir /tmp/x' linux '"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":5}]}'
run $OCI run --bundle "$BUNDLE" one
err_has "Input/output error"

it "has the limits of linux.resources, where cgroupsPath says"
script 'sleep 60' linux '"cgroupsPath":"/cinit-oci-t/one","resources":{"memory":{"limit":67108864,"swap":67108864},"pids":{"limit":33},"cpu":{"quota":50000,"period":100000}}'
make one
status 0
is "memory" "$(cat /sys/fs/cgroup/memory/cinit-oci-t/one/memory.limit_in_bytes)" 67108864
is "pids" "$(cat /sys/fs/cgroup/pids/cinit-oci-t/one/pids.max)" 33
is "quota" "$(cat /sys/fs/cgroup/cpu/cinit-oci-t/one/cpu.cfs_quota_us)" 50000
ok grep -qx "$(pid_of one)" /sys/fs/cgroup/pids/cinit-oci-t/one/cgroup.procs
run $OCI delete one
status 0
not test -e /sys/fs/cgroup/pids/cinit-oci-t

it "opens no device that is not allowed, rules or none"
for rules in '' '"devices":[]' '"devices":[{"allow":false}]'; do
	script 'mknod /tmp/d b 8 0; cat /tmp/d; cat /dev/null && echo null' process '"capabilities":{"bounding":["CAP_MKNOD"],"permitted":["CAP_MKNOD"],"effective":["CAP_MKNOD"]}' linux '"resources":{'"$rules"'}'
	run $OCI run --bundle "$BUNDLE" one
	err_has "Operation not permitted"
	out null
done
script 'mknod /tmp/d c 1 11; cat /tmp/d' process '"capabilities":{"bounding":["CAP_MKNOD"],"permitted":["CAP_MKNOD"],"effective":["CAP_MKNOD"]}' linux '"resources":{"devices":[{"allow":false},{"allow":true,"type":"c","major":1,"minor":11,"access":"w"}]}'
run $OCI run --bundle "$BUNDLE" one
err_has "Operation not permitted"

it "refuses by its path what it has not, and what nobody has"
refuses "config.json: hooks: is not supported" top '"hooks":{}'
refuses "config.json: windows: is for another platform" top '"windows":{}'
refuses "config.json: linux.maskedPath: no such property" linux '"maskedPath":[]'
refuses "config.json: linux.intelRdt: " linux '"intelRdt":{}'
refuses "config.json: process.scheduler: " process '"scheduler":{}'
refuses "config.json: linux.resources.memory.limit: a whole number" linux '"resources":{"memory":{"limit":"1m"}}'
refuses "config.json: linux.resources.memory.limit: a whole number" linux '"resources":{"memory":{"limit":1e6}}'
refuses "config.json: linux.resources.rdma: " linux '"resources":{"rdma":{}}'
refuses "config.json: linux.namespaces[1]: " namespaces '{"type":"pid"},{"type":"pid"}'
refuses "config.json: linux.namespaces[0].type: " namespaces '{"type":"network2"}'
refuses "config.json: linux.namespaces: a container has a mount" namespaces '{"type":"pid"}'
refuses "config.json: process.rlimits[0].type: " process '"rlimits":[{"type":"RLIMIT_X","soft":1,"hard":1}]'
refuses "config.json: process.rlimits[0]: soft" process '"rlimits":[{"type":"RLIMIT_NOFILE","soft":2,"hard":1}]'
refuses "config.json: process.capabilities.effective[0]: " process '"capabilities":{"effective":["CAP_X"]}'
refuses "config.json: mounts[0]: " mounts '{"destination":"/","type":"tmpfs"}'
refuses "config.json: mounts[0]: options" mounts '{"destination":"/mnt","type":"bind","source":"/etc","options":["bind","size=1"]}'
refuses "config.json: hostname: would rename the host" top '"hostname":"x"' namespaces '{"type":"mount"}'
refuses "config.json: process.args: there is no command" args '[]'
refuses "config.json: " args '["a\u0000b"]'
refuses "duplicate" top '"hostname":"a","hostname":"b"'

it "refuses each property that docs/oci.md calls refused, by its path"
config
cp "$BUNDLE/config.json" "$T/base"
sed -n 's/^| `\([^`]*\)` | refused[:; |].*/\1/p; s/^| `\([^`]*\)` | refused when true |.*/\1/p' docs/oci.md >"$T/refused"
ok [ "$(wc -l <"$T/refused")" -gt 20 ]
while read -r path; do
	case $path in
	*Label | *Profile) value='"x"' ;;
	*) value=true ;;
	esac
	case $path in
	mounts.*) at=mounts[0].${path#mounts.} ;;
	linux.namespaces.*) at=linux.namespaces[0].path value='"/proc/1/ns/pid"' ;;
	*) at=$path ;;
	esac
	jq ".$at = $value" "$T/base" >"$BUNDLE/config.json"
	run $OCI run --bundle "$BUNDLE" one
	status 125
	one_sentence
	err_has "config.json: $at: "
done <"$T/refused"

it "refuses what is no document of this specification"
for text in '' '{' '[]' '{"ociVersion":"2.0.0"}' '{"ociVersion":"1.0.0"}'; do
	printf '%s' "$text" >"$BUNDLE/config.json"
	run $OCI run --bundle "$BUNDLE" one
	status 125
	one_sentence
	err_has "config.json: "
done
rm "$BUNDLE/config.json"
run $OCI run --bundle "$BUNDLE" one
status 125
one_sentence
err_has "config.json: No such file"
mkfifo "$BUNDLE/config.json"
run $OCI run --bundle "$BUNDLE" one
status 125
one_sentence
rm "$BUNDLE/config.json"

it "leads no mount out of the container by a link of the image"
copy_rootfs
mkdir "$T/canary"
rm -rf "$OWN/dev" "$OWN/mnt"
ln -s "$T/canary" "$OWN/dev"
ln -s "$T/canary" "$OWN/mnt"
config root '{"path":"'"$OWN"'"}' mounts "$PROC,"'{"destination":"/mnt/a/b","type":"bind","source":"/etc/passwd"}'
run $OCI run --bundle "$BUNDLE" one
is "what is in the canary" "$(ls -A "$T/canary")" ""
rmdir "$OWN/proc"
ln -s /tmp "$OWN/proc"
config root '{"path":"'"$OWN"'"}'
run $OCI run --bundle "$BUNDLE" one
status 125
err_has "symbolic link"
nothing_left one

it "passes no descriptor of the caller's on but those that are kept"
config args '["/opt/probe","fds"]' mounts "$PROC,$DEV,$OPT"
run bash -c 'for n in {3..20}; do eval "exec $n</"; done; exec "$@"' - $OCI run --bundle "$BUNDLE" one
has fds 3
run bash -c 'exec 3<$0 4</dev/zero 5<&-; exec "$@"' /etc/passwd $OCI run --preserve-fds 2 --bundle "$BUNDLE" one
has fds 5
has fd.4 /dev/zero
make one --preserve-fds 2
status 125

done_testing
