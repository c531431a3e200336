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

# A translation has the same blocks, byte for byte, under the same numbers.
it "shows the same commands in both languages of the guide"
for language in "" .ru; do
	guide=docs/guide-by-hand$language.md
	sed -n '/^```/,/^```$/p' "$guide" >"$T/blocks$language"
	sed -n 's/^###* \([0-9][0-9.]*\) .*/\1/p' "$guide" >"$T/numbers$language"
	between "the number of lines in the blocks of $guide" \
		"$(wc -l <"$T/blocks$language")" 500 1500
	is "the steps of $guide" "$(grep -c '^[0-9]*\.$' "$T/numbers$language")" 12
done
for part in blocks numbers; do
	is "what differs in the $part" "$(diff "$T/$part" "$T/$part.ru")" ""
done

done_testing
