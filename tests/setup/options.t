# The manual pages name every option that --help names, in its words and order.
# shellcheck shell=sh disable=SC2016
. tests/lib.sh
tiers root user

# "-m, --memory SIZE" of each option, from the text of --help.
of_help() {
	sed -nE 's/^  (-.,|   ) (--[^ ]+( [^ ]+)?)  .*/\1 \2/p' "$1" |
		sed 's/^ *//'
}

# The same from the source of a manual page: its .It lines.
of_manual() {
	sed -nE '/^\.It (Fl . , )?Fl Fl /{
		s/^\.It //
		s/ Ns Op = Ns Ar ([A-Z]+)/[=\1]/
		s/Fl Fl /--/
		s/Fl (.) , /-\1, /
		s/ Ar / /
		p
	}' "$1"
}

for program in claunch cinit; do
	it "has the options of $program --help in its manual page, and no others"
	run $program --help
	status 0
	no_err
	of_help "$T/out" >"$T/help"
	of_manual docs/$program.8 >"$T/manual"
	ok test -s "$T/help"
	is "what differs in docs/$program.8" "$(diff "$T/help" "$T/manual")" ""
done

# Sections of options in claunch(8), as --help groups them.
it "has them in the same groups"
run claunch --help
sed -n 's/^\([A-Z][a-z]*\):$/\1/p' "$T/out" >"$T/help"
sed -n 's/^\.Ss //p' docs/claunch.8 >"$T/manual"
is "the groups" "$(cat "$T/manual")" "$(cat "$T/help")"

it "finds nothing to complain about in the manual pages"
if command -v mandoc >/dev/null; then
	for page in docs/*.8; do
		run mandoc -Tlint -Wwarning "$page"
		status 0
		no_out
	done
else
	skip "no mandoc"
fi

done_testing
