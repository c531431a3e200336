# What the documents say about the tests and the options is true.
. tests/lib.sh
tiers unit

it "names only tests that there are, in docs/asks.md"
lacking=$(sed -n 's/^| [0-9]* |.*| \([^|]*\.t\): \([^|]*[^ |]\) *|$/\1	\2/p' docs/asks.md |
	while IFS='	' read -r file sentence; do
		grep -qFe "$sentence" "tests/$file" 2>/dev/null || echo "$file: $sentence"
	done)
is "the tests that are not there" "$lacking" ""
is "the number of wishes" "$(grep -c '^| [0-9]' docs/asks.md)" 52
is "the number of tests named" \
	"$(grep -cE '^\| [0-9]+ \|.*\| [a-z-]+/[a-z-]+\.t: [^|]+ \|$' docs/asks.md)" 52

done_testing
