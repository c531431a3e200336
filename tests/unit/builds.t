# The builds other than the first: each is made, and what it made is tried.
. tests/lib.sh
tiers unit
LIMIT=600

t_make() {
	run make -s --no-print-directory "$@"
}

it "has no interpreter, RELRO, immediate binding and no executable stack"
run .ci/elf-check build/cinit
status 0
run .ci/elf-check build/cinit-inside
status 0
run .ci/elf-check build/claunch
status 0
run .ci/elf-check build/cinit-oci
status 0

# Sizes go in steps of a page: a byte more may be 4 KB, and room for one is here.
it "keeps cinit below 124 KB, what starts inside 64, claunch 350, cinit-oci 500"
ok [ "$(stat -c %s build/cinit)" -le 126976 ]
ok [ "$(stat -c %s build/cinit-inside)" -le 65536 ]
ok [ "$(stat -c %s build/claunch)" -le 358400 ]
ok [ "$(stat -c %s build/cinit-oci)" -le 512000 ]

it "gives the same bytes in two directories"
t_make repro
status 0

it "builds with clang, and cinit of that build works"
t_make clang
status 0
run build/clang/cinit -- sh -c 'exit 7'
status 7

it "builds with ASan and UBSan, and both programs work and leak nothing"
t_make asan
status 0
run build/asan/cinit -- sh -c 'exit 7'
status 7
run build/asan/claunch --dry-run -m 64m --cap-drop ALL -v /usr:/mnt:ro / true
status 0
out_has "limit.memory.max=67108864"
no_err

it "builds for aarch64, and that machine boots with it as PID 1"
t_make aarch64
status 0
run tests/vm/arm64 build/aarch64/boot "command of pid 1 runs inside" \
	build/aarch64/cinit=cinit
status 0

it "installs the programs and the manual below DESTDIR, nothing else"
t_make install DESTDIR="$T/root" PREFIX=/usr
status 0
run sh -c "cd '$T/root' && find . -type f | sort"
out_has "./sbin/cinit"
out_has "./usr/bin/claunch" "./usr/bin/cinit-oci"
out_like "*share/man/man8/cinit.8*"
out_like "*share/man/man8/claunch.8*"

it "passes its own lint"
t_make lint
status 0

done_testing
