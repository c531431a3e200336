# The OCI images are the same bytes whoever makes them, and what they say they are.
# shellcheck shell=sh
. tests/lib.sh
tiers root

oci=${CINIT%/*}/images/oci

it "gives the same bytes for the same inputs"
run images/oci/make "$T/again" "$TARBALL" "$CINIT"
status 0
no_out
no_err
run diff -r "$oci" "$T/again"
status 0
no_out
run env GOMAXPROCS=1 TZ=Asia/Tokyo setpriv --clear-groups --regid=65534 \
	sh -c 'umask 077; images/oci/make "$@"' sh "$T/other" "$TARBALL" "$CINIT"
status 0
run diff -r "$T/again" "$T/other"
status 0
is "the modes" "$(find "$T/other" -type f -printf '%m\n' | sort -u)" 644

it "has layouts whose blobs are what their names say"
for name in busybox services pause; do
	for blob in "$oci/$name"/blobs/sha256/*; do
		is "$name" "$(sha256sum <"$blob")" "${blob##*/}  -"
	done
	ok jq -e '.imageLayoutVersion == "1.0.0"' "$oci/$name/oci-layout"
done >"$T/jq"

it "has layers that the layout tool itself unpacks, with cinit in them"
for row in busybox:sbin/cinit services:sbin/cinit pause:cinit; do
	name=${row%%:*} cinit=${row#*:}
	run umoci unpack --image "$oci/$name:latest" "$T/$name"
	status 0
	ok cmp "$CINIT" "$T/$name/rootfs/$cinit"
done
is "all that is in pause" "$(find "$T/pause/rootfs" -type f)" "$T/pause/rootfs/cinit"
is "the services" "$(ls "$T/services/rootfs/etc/cinit")" "clock
web"
is "what pause starts" "$(jq -c .process.args "$T/pause/config.json")" '["/cinit","-P"]'
is "what services starts" "$(jq -c .process.args "$T/services/config.json")" \
	'["/sbin/cinit","--services","/etc/cinit"]'
is "what busybox starts" "$(jq -c .process.args "$T/busybox/config.json")" \
	'["/sbin/cinit","--","/bin/sh"]'

it "says what is missing"
run images/oci/make "$T/none" "$T/nowhere.tar.gz"
status 1
err "images/oci/make: no $T/nowhere.tar.gz: make images"

done_testing
