# docs/guide-by-hand.md says what is true: each of its commands, here where root
# has cgroup v1, in the VM those of cgroup v2, and as nobody special the last.
# shellcheck shell=sh
[ "${TIER-}" != root ] || [ "${BOX-}" ] ||
	BOX=1 exec tests/with/box sh "$0"
. tests/lib.sh
tiers root user vm
. tests/helpers/guide.sh

guide "$PWD/docs/guide-by-hand.md"
done_testing
