# Runs a guide: every command that a text shows, and what the text says comes out.
#
#	. tests/helpers/guide.sh
#	guide docs/guide-init.md
#
# Three kinds of fenced blocks count, each begins in the first column:
#
#	```console          commands after "$ ", and below each what it prints
#	```KIND FILE        the text of a file, which commands then use
#	```sh untested      shown only; the line above it says why
#
# A block of any other kind fails.  In what is printed "..." stands for anything,
# within a line or, as a line of its own, for any number of lines.  A test is
# one heading of the text: its commands run in order in one shell, in an empty
# directory that all of the guide shares.  Lines of a command go on after "\".
#
# A heading that ends in <!-- on TIER... --> runs on these tiers, others as root.

# guide_cut FILE DIR: each heading becomes N.title and N.steps with lines
# "run COMMAND", "say EXPECTED" and "file NAME", "text LINE".
guide_cut() {
	awk -v dir="$2" '
	function begin(title) {
		n++
		name = sprintf("%s/%03d", dir, n)
		print title >(name ".title")
		steps = name ".steps"
	}
	function bad(why) { print "bad " FILENAME ":" FNR ": " why >steps }
	BEGIN { n = 0 }
	/^```/ && !block {
		block = $1
		sub(/^```/, "", block)
		if (!n) begin("(before the first heading)")
		if (block == "sh" && $2 == "untested") block = "skip"
		else if (block != "console" && NF == 2) print "file " $2 >steps
		else if (block != "console") bad("a block that is neither console nor a file")
		next
	}
	/^```/ { block = ""; more = 0; next }
	block == "skip" { next }
	block == "console" && more { more = /\\$/; print "more " $0 >steps; next }
	block == "console" && /^[$#] / {
		more = /\\$/
		print "run " substr($0, 3) >steps
		next
	}
	block == "console" { print "say " $0 >steps; next }
	block { print "text " $0 >steps; next }
	/^#/ { sub(/^#+ */, ""); begin($0) }
	' "$1"
}

# guide_like GOT EXPECTED: equal, but for "...".
guide_like() {
	awk -v got="$1" -v want="$2" '
	BEGIN {
		if (want == "") exit got != ""
		# "..." alone on a line also stands for no line at all
		n = split(want, w, "\n")
		re = "^"
		for (i = 1; i <= n; i++) {
			if (w[i] == "...") { re = re "(.*\n)?"; continue }
			line = w[i]
			gsub(/[][\\.^$*+?(){}|]/, "\\\\&", line)
			gsub(/\\\.\\\.\\\./, "[^\n]*", line)
			re = re line "\n"
		}
		exit (got "\n") !~ re "$"
	}'
}

# guide_judge: the command that ran last printed what it should.
guide_judge() {
	[ "$guide_command" ] || return 0
	guide_got=$(tr -d '\r' <"$T/guide.out") # a serial console's
	if guide_like "$guide_got" "$guide_want"; then
		pass
	else
		fail "$guide_command"
		t_quote "the text says" "$guide_want"
		t_quote "it printed" "$guide_got"
	fi
	guide_command=
}

# guide_run COMMAND: in this shell, so that variables and directories last.
guide_run() {
	guide_command=$1 guide_want=
	eval "$1" >"$T/guide.out" 2>&1 </dev/null
	cd "$guide_here" || exit
}

guide_section() {
	guide_command= guide_text= guide_pending=
	while IFS= read -r guide_line <&8; do
		guide_rest=${guide_line#* }
		case $guide_line in
		"more "*)
			guide_pending=${guide_pending%\\}$guide_rest
			case $guide_rest in *\\) continue ;; esac
			guide_run "$guide_pending"
			;;
		"run "*)
			guide_judge
			guide_pending=$guide_rest
			case $guide_rest in *\\) continue ;; esac
			guide_run "$guide_rest"
			;;
		"say "*) guide_want=$guide_want${guide_want:+$t_nl}$guide_rest ;;
		"file "*)
			guide_judge
			guide_text=$guide_here/$guide_rest
			mkdir -p "${guide_text%/*}"
			: >"$guide_text"
			pass
			;;
		"text "*) printf '%s\n' "$guide_rest" >>"$guide_text" ;;
		"text") echo >>"$guide_text" ;;
		"bad "*) fail "$guide_rest" ;;
		esac
	done 8<"$1"
	guide_judge
}

guide() {
	guide_cutting=$T/cut guide_here=$T/guide
	mkdir "$guide_cutting" "$guide_here" || exit
	guide_cut "$1" "$guide_cutting" || exit
	guide_back=$PWD
	cd "$guide_here" || exit
	for guide_title in "$guide_cutting"/*.title; do
		[ -e "${guide_title%.title}.steps" ] || continue
		read -r guide_name <"$guide_title"
		it "${guide_name%% <!--*}"
		guide_tiers=root
		case $guide_name in
		*"<!-- on "*) guide_tiers=${guide_name##*<!-- on } ;;
		esac
		# shellcheck disable=SC2086
		on ${guide_tiers%% -->*}
		[ "$t_off" ] || guide_section "${guide_title%.title}.steps"
	done
	cd "$guide_back" || exit
}
