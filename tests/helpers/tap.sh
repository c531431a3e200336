# Judges and reports TAP; a part of tests/run.

# skip_allowed TIER FILE SENTENCE REASON: is there a line for it?
skip_allowed() {
	while IFS='|' read -r tier_is file_is sentence_is reason_is; do
		case $tier_is in '#'* | '') continue ;; esac
		trim "$tier_is"; case $1 in $trimmed) ;; *) continue ;; esac
		trim "$file_is"; case $2 in $trimmed) ;; *) continue ;; esac
		trim "$sentence_is"; case $3 in $trimmed) ;; *) continue ;; esac
		trim "$reason_is"; case $4 in $trimmed) return 0 ;; esac
	done <tests/allowed-skips
	return 1
}
trim() {
	trimmed=$1
	while :; do
		case $trimmed in
		[\ \	]*) trimmed=${trimmed#?} ;;
		*[\ \	]) trimmed=${trimmed%?} ;;
		*) return ;;
		esac
	done
}

# judge TIER FILE TAP: sets passed, failed, skipped, and complaint.  A plan that
# is missing or wrong, and a bad exit with no failed test, are failures.
judge() {
	passed=0 failed=0 skipped=0 complaint= plan= ended=0
	while IFS= read -r line || [ "$line" ]; do
		case $line in
		"ok "*" # SKIP "*)
			sentence=${line#* - }
			reason=${sentence##* # SKIP } sentence=${sentence%% # SKIP *}
			if [ ! "${CI-}" ] ||
			   skip_allowed "$1" "$2" "$sentence" "$reason"; then
				skipped=$((skipped + 1))
			else
				failed=$((failed + 1))
				complaint="$complaint# not in tests/allowed-skips: $line$nl"
			fi
			;;
		"ok "*) passed=$((passed + 1)) ;;
		"not ok "*) failed=$((failed + 1)) ;;
		"1.."*) plan=${line#1..}; plan=${plan%%[!0-9]*} ;;
		"# exit "*) ended=${line#\# exit } ;;
		esac
	done <"$3"
	if [ "$plan" != $((passed + failed + skipped)) ]; then
		complaint="$complaint# planned ${plan:-nothing}, ran $((passed + failed + skipped))$nl"
		failed=$((failed + 1))
	elif [ "$ended" != 0 ] && [ $failed = 0 ]; then
		complaint="$complaint# ended with status $ended$nl"
		failed=$((failed + 1))
	fi
}

# report TIER FILE TAP SINCE: one line about a file, and all about its failures.
report() {
	judge "$@"
	since "$4"
	[ ! -t 1 ] || printf '\r\033[K'
	[ "$passed $failed $skipped" != "0 0 0" ] || return 0
	printf '%-8s %-36s %4d passed' "$1" "$2" "$passed"
	[ $failed = 0 ] || printf ', %d FAILED' "$failed"
	[ $skipped = 0 ] || printf ', %d skipped' "$skipped"
	printf '  %s s\n' "$lasted"
	if [ "$verbose" ]; then
		sed 's/^/    /' "$3"
	elif [ $failed != 0 ]; then
		grep -v '^ok \|^1\.\.\|^# exit 0$' "$3" | head -n 200 | sed 's/^/    /'
	fi
	[ ! "$complaint" ] || printf '%s' "$complaint" | sed 's/^/    /'
}

# The sum over all TAP that there is, as the last line.
summary() {
	all_passed=0 all_failed=0 all_skipped=0
	for tap in $(find "$RESULTS" -name '*.tap' | sort); do
		name=${tap#"$RESULTS/"} name=${name%.tap}
		judge "${name%%/*}" "tests/${name#*/}" "$tap"
		all_passed=$((all_passed + passed))
		all_failed=$((all_failed + failed))
		all_skipped=$((all_skipped + skipped))
	done
	if [ $all_skipped = 0 ]; then
		say "$all_passed passed, $all_failed failed"
	else
		say "$all_passed passed, $all_failed failed, $all_skipped skipped"
	fi
	[ $all_failed = 0 ] && [ $all_passed != 0 ]
}

# one TIER NAME OK TEXT: a single test that this script makes itself.
one() {
	tap=$RESULTS/$1/$2.tap
	mkdir -p "${tap%/*}"
	now
	{
		[ "$3" = 0 ] && say "ok 1 - $4" || say "not ok 1 - $4"
		[ "$3" = 0 ] || [ $# -lt 5 ] || say "$5" | sed 's/^/# /'
		say 1..1
	} >"$tap"
	report "$1" "$2" "$tap" "$up"
}
