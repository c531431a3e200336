# A real distribution: what its own programs expect of the system they run on.
# shellcheck shell=sh disable=SC2016
. tests/lib.sh
tiers root user

# owners FILE: as they are on the disk.
owners() { stat -c '%u:%g' "$DEBIAN/srv/$1" 2>&1; }

# Whose files those of the ids 0 and 1000 inside are on the disk.
case $(id -u) in
0) mine=0:0 theirs=1000:100 ;;
*)
	start=$(awk -F: -v me="$(id -un)" '$1 == me { print $2 }' /etc/subuid)
	mine=$(id -u):$(id -g) theirs=$((start + 999)):$((start + 99))
	;;
esac

it "runs apt-get, dpkg and perl"
run claunch "$DEBIAN" apt-get --version
status 0
out_like 'apt [0-9]*'
no_err
run claunch "$DEBIAN" sh -c 'dpkg -s bash | grep ^Status; dpkg --audit; perl -e "print 6 * 7, qq(\n)"'
status 0
out "Status: install ok installed
42"
no_err

it "lets apt-get change to its own user and write its lists"
run claunch --overlay "$DEBIAN" apt-get -q -o Dir::Etc::sourcelist=/dev/null \
	-o Dir::Etc::sourceparts=/dev/null update
status 0
no_err

it "lets root become another with su"
run claunch "$DEBIAN" su nobody -s /bin/sh -c 'id -u; id -g; touch /etc/x 2>/dev/null || echo no'
status 0
out "65534
65534
no"
no_err

it "shows ps its own processes and no others"
run claunch "$DEBIAN" ps -e -o pid=,comm=
status 0
no_err
is "the first" "$(awk 'NR == 1 { print $1, $2 }' "$T/out")" "1 cinit"
between "processes" "$(wc -l <"$T/out")" 2 3

it "lets root add a user, who can work"
run claunch --overlay "$DEBIAN" sh -c \
	'useradd -m tester && su tester -c "cd && touch file && stat -c %U:%G:%n file && id -un"'
status 0
out "tester:tester:file
tester"

it "gives files on the disk the owners that the ids inside stand for"
run claunch "$DEBIAN" sh -c 'umask 022
	touch /srv/mine && touch /srv/theirs && chown 1000:100 /srv/theirs &&
	mkdir /srv/dir && chown 1000:100 /srv/dir &&
	setpriv --reuid=1000 --regid=100 --clear-groups touch /srv/dir/made'
status 0
no_err
is "a file of root" "$(owners mine)" "$mine"
is "a file given away" "$(owners theirs)" "$theirs"
is "a file made by another" "$(owners dir/made)" "$theirs"
run claunch "$DEBIAN" stat -c '%u:%g' /srv/mine /srv/theirs /srv/dir/made /etc/passwd
out "0:0
1000:100
1000:100
0:0"
run claunch "$DEBIAN" rm -r /srv/mine /srv/theirs /srv/dir
status 0

it "shows the disk's owners as they are in the archive"
run claunch "$DEBIAN" sh -c 'stat -c "%n %U:%G %a" /etc/shadow /usr/bin/su /var/mail /tmp; find / -xdev -nouser -o -xdev -nogroup'
status 0
out_line "/etc/shadow root:shadow 640" "/usr/bin/su root:root 4755" "/var/mail root:mail 2775"
out_lacks nobody

it "does not let set-user-id programs gain anything, unless it is told to"
run claunch -u nobody "$DEBIAN" sh -c 'setpriv --dump | grep -i no_new_privs'
out "no_new_privs: 1"
run claunch --new-privs -u nobody "$DEBIAN" sh -c 'cp /usr/bin/id /tmp/id && ls -l /usr/bin/passwd >/dev/null; setpriv --dump | grep -i no_new_privs'
out "no_new_privs: 0"

it "has users and hosts for the C library"
run claunch "$DEBIAN" sh -c 'getent passwd root daemon | cut -d: -f1; bash -lc "echo \$HOME"'
status 0
out "root
daemon
/root"

done_testing
