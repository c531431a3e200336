# Users: who the command is inside, and who that is outside.
. tests/lib.sh
tiers root user vm vm-user

probe() {
	run claunch -v "$HELPERS:/opt:ro" "$@"
}

# lines KEY: all values of a key, joined by commas.
lines() {
	value=
	[ ! "$t_off" ] || return 0
	t_read_out
	value=$(printf '%s\n' "$t_out" | sed -n "s/^$1=//p" | paste -sd, -)
}

me=$(id -u) mine=$(id -g)

# ---- maps

it "maps 65536 ids to a range of the container's own"
on root vm
probe "$ROOTFS" /opt/probe files
status 0
lines uid_map; uids=$value
lines gid_map; is "the map of groups" "$value" "$uids"
first=${uids#0 } first=${first% *}
is "the map" "$uids" "0 $first 65536"
between "the first id" "${first:-0}" 1000000 2147418112
get setgroups; is "setgroups" "$value" allow

it "gives two containers at the same time two ranges"
on root vm
start claunch -v "$HELPERS:/opt:ro" "$ROOTFS" sh -c '/opt/probe files; echo up; exec sleep 60'
soon said up
one=$JOB
lines uid_map
other=$value
probe "$ROOTFS" /opt/probe files
get uid_map
isnt "the range" "$value" "$other"
send TERM "$one"
finish "$one"

it "maps root to the caller, and the rest to the subordinate ids"
on user
probe "$ROOTFS" /opt/probe files
status 0
lines uid_map; is "the map" "$value" "0 $me 1,1 4242000000 65535"
lines gid_map; is "the map of groups" "$value" "0 $mine 1,1 4242000000 65535"

it "maps root to the caller"
on vm-user
probe "$ROOTFS" /opt/probe files
status 0
get uid_map
ok t_has ",$value," ",0 $me 1,"

it "maps only root, to the caller, with --userns single"
probe --userns single "$ROOTFS" /opt/probe files status
status 0
lines uid_map; is "the map" "$value" "0 $me 1"
lines gid_map; is "the map of groups" "$value" "0 $mine 1"
get Uid; is "the users" "$value" "0 0 0 0"

it "denies setgroups where the kernel demands it"
on user vm-user
probe --userns single "$ROOTFS" /opt/probe files
get setgroups; is "setgroups" "$value" deny

it "maps as --uid-map and --gid-map say"
on root vm
probe --uid-map 0:500000:10 --uid-map 10:600000:5 --gid-map 0:700000:20 \
	"$ROOTFS" /opt/probe files
status 0
lines uid_map; is "the map" "$value" "0 500000 10,10 600000 5"
lines gid_map; is "the map of groups" "$value" "0 700000 20"

it "uses one map for both"
on root vm
probe --uid-map 0:500000:10 "$ROOTFS" /opt/probe files
status 0
lines gid_map; is "the map of groups" "$value" "0 500000 10"

it "lets an unprivileged user map himself"
on user vm-user
probe --uid-map "0:$me:1" --gid-map "0:$mine:1" "$ROOTFS" /opt/probe files
status 0
lines uid_map; is "the map" "$value" "0 $me 1"

it "does not let an unprivileged user map others"
on user vm-user
run claunch --uid-map 0:0:1 --gid-map 0:0:1 "$ROOTFS" true
status 125
err_has "claunch: "

for map in 0:0 0:0:0 0:0:x x:0:1 0:-1:1 -0:0:1 0:4294967295:1 0:0:4294967296 \
	1:100000:10 "" :: 0:1:1:1; do
	it "refuses the map \"$map\""
	run claunch --uid-map "$map" "$ROOTFS" true
	status 125
	one_sentence
done

it "refuses maps that overlap, inside or outside"
run claunch --uid-map 0:1000:10 --uid-map 9:5000:10 "$ROOTFS" true
status 125
one_sentence
err_has overlap
run claunch --uid-map 0:1000:10 --uid-map 10:1009:10 "$ROOTFS" true
status 125
one_sentence
err_has overlap

it "refuses a map beside --userns"
run claunch --userns auto --uid-map 0:1000:10 "$ROOTFS" true
status 125
one_sentence

# ---- what lies on the disk

owner() {
	stat -c %u:%g "$ROOTFS/srv/owners/$1" 2>/dev/null
}

it "writes files that belong to the right ids on the disk"
on root vm
run claunch "$ROOTFS" sh -c '
	mkdir -m 777 /srv/owners && touch /srv/owners/root &&
	touch /srv/owners/user && chown 1000:100 /srv/owners/user &&
	touch /srv/owners/last && chown 65535:65535 /srv/owners/last'
status 0
is "the owner of root's file" "$(owner root)" 0:0
is "the owner of the user's" "$(owner user)" 1000:100
is "the last one" "$(owner last)" 65535:65535
run claunch -u user "$ROOTFS" sh -c 'touch /srv/owners/own; stat -c %U:%G /srv/owners/own'
out user:user
is "what the user made" "$(owner own)" 1000:1000
rm -rf "$ROOTFS/srv/owners"

it "writes files that belong to the subordinate ids on the disk"
on user
run claunch "$ROOTFS" sh -c '
	mkdir -m 777 /srv/owners && touch /srv/owners/root &&
	touch /srv/owners/user && chown 1000:100 /srv/owners/user'
status 0
is "the owner of root's file" "$(owner root)" "$me:$mine"
is "the owner of the user's" "$(owner user)" \
	4242000999:4242000099
run claunch "$ROOTFS" rm -rf /srv/owners
status 0

it "shows the owners of the image as they are"
run claunch "$ROOTFS" stat -c %u:%g /bin/busybox /root
status 0
out "0:0
0:0"

it "cannot give files away to ids that are not the container's"
run claunch "$ROOTFS" sh -c 'touch /tmp/x; chown 65536 /tmp/x'
status 1
err_has "nvalid argument"

# ---- who

# who IS UID GID GROUPS ARGS...
who() {
	expected="$1 $1 $1 $1|$2 $2 $2 $2|$3"
	shift 3
	probe "$@" "$ROOTFS" /opt/probe status
	status 0
	no_err
	get Uid; found=$value
	get Gid; found="$found|$value"
	get Groups; found="$found|$value"
	is "user, group and groups" "$found" "$expected"
}

# Has it more than one id?
case $TIER in
vm-user) many=$(grep "^$(id -un):" /etc/subuid) ;;
*) many=1 ;;
esac

if [ "$many" ]; then
	it "is root with the groups of root"
	who 0 0 0
	it "takes a user by name, with its groups of /etc/group"
	who 1000 1000 "100 1000" -u user
	it "takes a user by number, who is the same"
	who 1000 1000 "100 1000" -u 1000
	it "takes a number that passwd does not know"
	who 1234 0 0 -u 1234
	it "takes leading zeros for what they are"
	who 1 0 0 -u 01
	it "takes a group by name, and then only that"
	who 1000 5 5 -u user:tty
	it "takes a group by number"
	who 1000 77 77 -u 1000:77
	it "adds groups by name and number, each once"
	who 1000 1000 "5 77 100 1000" -u user --group-add tty --group-add 77 --group-add users
	it "has the last id of the container"
	who 65534 65534 65534 -u nobody
	it "is root of another group"
	who 0 1000 1000 -u root:user
fi

it "is root inside"
probe --userns single "$ROOTFS" /opt/probe status
status 0
get Uid; is "the users" "$value" "0 0 0 0"
get Gid; is "the groups" "$value" "0 0 0 0"

# What is neither a number nor a name is refused before anything happens.
for user in -1 4294967295 4294967296 18446744073709551616 1: :1 : "" " 1" "1 " \
	1000:1000:1 "a b" root: -u 0:-1 0:4294967295 a/b; do
	it "refuses the user \"$user\""
	run claunch -u "$user" "$ROOTFS" id
	status 125
	one_sentence
	no_out
done
# What only looks like a number is a name, and nobody has it.
for user in +1 0x0 0x1 1e0 1.0 0user ٠ nobody-knows root:nobody-knows; do
	it "knows no user \"$user\""
	run claunch -u "$user" "$ROOTFS" id
	status 125
	one_sentence
	err_has "not in /etc/"
done

it "refuses a user and a group that are not mapped"
run claunch -u 65536 --userns single "$ROOTFS" true
status 125
one_sentence
err_has 65536 "not mapped"
run claunch -u 0:65536 --userns single "$ROOTFS" true
status 125
one_sentence

# ---- an image that lies (CVE-2016-3697, CVE-2026-30892)

it "takes a number for a number, whatever the image calls its users"
on root user vm
copy_rootfs
: "${OWN:=$T/none}"
[ -d "$OWN" ] || mkdir -p "$OWN/etc"
cat >"$OWN/etc/passwd" <<-'END'
	1000:x:0:0::/:/bin/sh
	01:x:0:0::/:/bin/sh
	7:x:8:9::/seven:/bin/sh
	eight:x:+0:0::/:/bin/sh
	nine:x: 0:0::/:/bin/sh
	ten:x:0x0:0::/:/bin/sh
	eleven:x:
	twelve:x:-1:0::/:/bin/sh
	+1:x:12:13::/plus:/bin/sh
	:x:0:0::/:/bin/sh
END
for each in 1000 1 7; do
	run claunch -u "$each" "$OWN" id -u
	status 0
	out "$each"
done
run claunch -u 01 "$OWN" id -u
out 1
run claunch -u 8 "$OWN" sh -c 'id -u; id -g; echo $HOME'
out "8
9
/seven"
run claunch -u +1 "$OWN" id -u
out 12

for user in eight nine ten eleven twelve; do
	it "does not take a line of passwd with a bad number ($user)"
	on root user vm
	run claunch -u "$user" "$OWN" id -u
	status 125
	one_sentence
done

it "takes a group's number for a number too"
on root user vm
printf '7:x:0:\n0:x:9:\nbad:x:+0:\n' >"$OWN/etc/group"
run claunch -u 1000:7 "$OWN" id -g
status 0
out 7
run claunch -u 1000:bad "$OWN" id -g
status 125
one_sentence

it "is not stopped by a line about somebody else"
on root user vm
printf 'bad:x:4294967295:4294967295::/:/bin/sh\nme:x:1000:1000::/me:/bin/sh\n' >"$OWN/etc/passwd"
printf 'bad:x:4294967295:me\nme:x:1000:\n' >"$OWN/etc/group"
run claunch -u me "$OWN" id -u
status 0
out 1000

it "does without passwd and group where there are none"
on root user vm
rm "$OWN/etc/passwd" "$OWN/etc/group"
run claunch -u 1000:1001 "$OWN" sh -c 'id -u; id -g; echo $HOME'
status 0
out "1000
1001
/"
run claunch -u user "$OWN" id
status 125
one_sentence

it "reads files that end without a newline, are empty, or have long lines"
on root user vm
printf 'user:x:1000:1000::/h:/bin/sh' >"$OWN/etc/passwd"
run claunch -u user "$OWN" id -u
out 1000
: >"$OWN/etc/passwd"
run claunch -u user "$OWN" id -u
status 125
one_sentence
{ head -c 500000 /dev/zero | tr '\0' x; printf ':x:5:5::/:/bin/sh\nuser:x:1000:1000::/h:/bin/sh\n'; } >"$OWN/etc/passwd"
run claunch -u user "$OWN" id -u
out 1000
head -c 2000000 /dev/zero >"$OWN/etc/passwd"
run claunch -u user "$OWN" id -u
status 125
one_sentence

it "refuses more groups than it has room for"
on root user vm
printf 'user:x:1000:1000::/h:/bin/sh\n' >"$OWN/etc/passwd"
i=0
while [ $i -lt 300 ]; do
	i=$((i + 1))
	echo "g$i:x:$((2000 + i)):user"
done >"$OWN/etc/group"
run claunch -u user "$OWN" id -u
status 125
one_sentence

it "says that a group cannot be had"
run claunch --userns single --group-add 7 "$ROOTFS" true
status 125
one_sentence
err_has "group"

done_testing
