# Called as tini: its own tests, and the smoke checks of its build.
# shellcheck shell=sh disable=SC2016
. tests/lib.sh
tiers root
. tests/with/names.sh

tar -xf "$SUITES/tini_0.19.0.orig.tar.gz" -C "$T"
src=$T/tini-0.19.0

it "passes all of tini's inner tests"
run gcc -include sys/types.h -o "$BIN/sigconf-test" "$src/test/sigconf/sigconf-test.c"
status 0
# shellcheck disable=SC2086 # words of a command
run env SOURCE_DIR="$src" BUILD_DIR="$BIN" FORCE_SUBREAPER=1 \
	"$HELPERS/odd" plain $REAPED python3 "$src/test/run_inner_tests.py"
status 0
out_has "All done, tests as expected"
count=$(grep -ci '^running' "$T/out")
echo "# tini: $count inner tests passed"
is "the number of its tests" "$count" 21

# From here on what its ci/run_build.sh asks of a build.

it "says a version that begins as docker info expects"
run tini --version
status 0
out_like 'tini version ?*'
no_err
run docker-init --version
out_like 'tini version ?*'

it "ends with 1 and its help on stderr without arguments"
run tini
status 1
no_out
err_has "supervision of a valid init process" "more verbose"

it "shows its help on stdout with -h"
run tini -h
status 0
out_has "supervision of a valid init process"
no_err

it "prints tini's licence with -l"
skip "it prints whose licence counts: that of cinit"

it "runs true and false with -vvv"
run tini -vvv true
status 0
run tini -vvv false
status 1

it "takes one -- for itself"
run tini -vvv -- true
status 0
run tini -vvv -- -- true
status 127

it "tells of SIGCHLD with TINI_VERBOSITY=3, and nothing on stdout"
run env TINI_VERBOSITY=3 tini true
status 0
no_out
err_has "Received SIGCHLD"

it "ends with 127 and 126 where there is no such command, or it cannot run"
run tini foobar123
status 127
run tini /etc
status 126

it "hands stdin and stdout over"
run sh -c 'echo "echo hello; exit 3" | tini sh'
status 3
out hello

it "is hardened as tini's build is"
skip "hardening-check looks for the marks of glibc; .ci/elf-check looks for ours"

# What it does where tini does not.

it "takes options up to the command, whatever that one's are"
run tini sh -c 'exit 4'
status 4

it "keeps going when it may not signal the command"
start tini -s -- setpriv --reuid=65534 --clear-groups --bounding-set=-all \
	sh -c 'trap "exit 5" USR1; echo up; while :; do sleep 0.1; done'
soon said up
send USR1
finish
status 5

it "keeps its settings in variables, as docker --init leaves no other way"
run env CINIT_EXIT_CODE=7:0 docker-init -- sh -c 'exit 7'
status 0
run env CINIT_GRACE=x docker-init -- true
status 125
err_has "CINIT_GRACE"

done_testing
