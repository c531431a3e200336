# chart.awk - the figures of a run as bars: docs/performance.svg
#
#	awk -f chart.awk -v results=DIRECTORY

function out(s) { print s }

function escape(s) {
	gsub(/&/, "\\&amp;", s)
	gsub(/</, "\\&lt;", s)
	return s
}

function number(x) {
	if (x == int(x) || x >= 100)
		return int(x + 0.5)
	return sprintf(x < 10 ? "%.2f" : "%.1f", x)
}

function text(x, y, class, s, anchor) {
	out(sprintf("<text x=\"%.1f\" y=\"%.1f\" class=\"%s\"%s>%s</text>", x, y, class,
		anchor ? " text-anchor=\"" anchor "\"" : "", escape(s)))
}

# Reads the rows of a panel; `skip` is what is left out of it
function load(file, column, scale, skip,    line, f) {
	rows = most = 0
	while ((getline line < (results "/" file)) > 0) {
		split(line, f, "\t")
		if (skip != "" && f[1] ~ skip)
			continue
		rows++
		name[rows] = f[1]
		value[rows] = f[column] / scale
		if (value[rows] > most)
			most = value[rows]
	}
	close(results "/" file)
}

function class(s) {
	if (s ~ /cinit|claunch/)
		return "ours"
	return s ~ /floor|kernel alone|no init|vfork/ ? "floor" : "other"
}

function panel(x, y, title, unit,    i, w, row) {
	text(x, y + 15, "title", title)
	text(x + WIDE, y + 15, "unit", unit, "end")
	out(sprintf("<path class=\"rule\" d=\"M%.1f %.1fh%d\"/>", x, y + 24.5, WIDE))
	for (i = 1; i <= rows; i++) {
		row = y + 32 + (i - 1) * LINE
		w = most > 0 ? value[i] / most * (WIDE - LABEL - VALUE) : 0
		text(x + LABEL - 8, row + 13, class(name[i]) == "ours" ? "name strong" : "name",
			name[i], "end")
		out(sprintf("<rect class=\"%s\" x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" " \
			"rx=\"2\"/>", class(name[i]), x + LABEL, row + 2, w < 1.5 ? 1.5 : w,
			LINE - 7))
		text(x + LABEL + w + 6, row + 13,
			class(name[i]) == "ours" ? "value strong" : "value", number(value[i]))
	}
}

function height(n) { return 32 + n * LINE + 26 }

BEGIN {
	WIDE = 400; LABEL = 136; VALUE = 48; LINE = 22; GAP = 48; EDGE = 28
	# file, column, divisor, title, unit, rows to leave out
	n = split("start.us|2|1000|Start a container, run true|ms, median|^$;" \
		"init.us|5|1|An init, over true alone|µs more, median|^true$;" \
		"orphans.us|3|1000|Reaping 20 000 orphans|ms CPU time of PID 1|kernel alone;" \
		"signals.us|2|1|A signal through the init|µs from kill to reception|^$;" \
		"idle.kb|2|1|Resident memory, supervising sleep|KB|^claunch$;" \
		"size|2|1024|Size of the init|KB|runc|bwrap|claunch", panels, ";")
	total = EDGE
	for (i = 1; i <= n; i++) {
		split(panels[i], p, "|")
		skip[i] = p[6] (p[7] != "" ? "|" p[7] "|" p[8] : "")
		load(p[1], p[2], p[3], skip[i])
		tall[i] = height(rows)
		if (i % 2 == 0)
			total += tall[i] > tall[i - 1] ? tall[i] : tall[i - 1]
	}
	wide = 2 * WIDE + GAP + 2 * EDGE
	out(sprintf("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" " \
		"width=\"%d\" height=\"%d\" font-family=\"system-ui, -apple-system, " \
		"'Segoe UI', 'DejaVu Sans', sans-serif\">", wide, total, wide, total))
	out("<title>cinit and claunch beside others: shorter bars are better</title>")
	out("<style>")
	out(".paper{fill:#ffffff}.title{font-size:14px;font-weight:600;fill:#1f2328}")
	out(".unit{font-size:11px;fill:#6e7781}.name,.value{font-size:12px;fill:#424a53}")
	out(".strong{font-weight:600;fill:#0b6e63}.rule{stroke:#d8dee4;fill:none}")
	out(".ours{fill:#12988a}.floor{fill:#8c96a0}.other{fill:#c9d1d9}")
	out("@media (prefers-color-scheme:dark){.paper{fill:#0d1117}.title{fill:#e6edf3}" \
		".unit{fill:#8b949e}.name,.value{fill:#b1bac4}.strong{fill:#4fd1c0}" \
		".rule{stroke:#30363d}.ours{fill:#2bb3a3}.floor{fill:#6e7681}.other{fill:#3d444d}}")
	out("</style>")
	out(sprintf("<rect class=\"paper\" width=\"%d\" height=\"%d\" rx=\"6\"/>", wide, total))
	y = EDGE - 4
	for (i = 1; i <= n; i++) {
		split(panels[i], p, "|")
		load(p[1], p[2], p[3], skip[i])
		panel(EDGE + (i % 2 ? 0 : WIDE + GAP), y, p[4], p[5])
		if (i % 2 == 0)
			y += tall[i] > tall[i - 1] ? tall[i] : tall[i - 1]
	}
	out("</svg>")
}
