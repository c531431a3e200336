# Called by the names of other inits; a part of tests/with/*.t.
#
# shellcheck disable=SC2034 # what is set here is read by those files

LIMIT=200

# cinit by those names, before all others; and what their suites take for
# granted: python by that name, and a module that nobody has packaged.
BIN=$T/bin
mkdir "$BIN"
cinit=$(command -v cinit)
for t_name_of in cinit tini tini-static docker-init dumb-init catatonit; do
	ln -s "$cinit" "$BIN/$t_name_of"
done
ln -s /usr/bin/python3 "$BIN/python"
cat >"$BIN/bitmap.py" <<'X'
class BitMap:
    def __init__(self, bits):
        self.bits = bits

    @classmethod
    def fromstring(cls, text):
        return cls(int(text, 2))

    def nonzero(self):
        return [n for n in range(64) if self.bits >> n & 1]
X
PATH=$BIN:/usr/bin:/bin
PYTHONPATH=$BIN PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
export PATH PYTHONPATH PYTHONUNBUFFERED PYTHONDONTWRITEBYTECODE

# Their suites leave orphans behind, and mind when nobody reaps them.
REAPED="unshare -pf --kill-child --mount-proc $cinit --"
