# page.awk - the figures of a run as text for the terminal, or as docs/performance.md
#
#	awk -f page.awk -v results=DIRECTORY -v form=text|page

function load(file, table,    line, f, n, i) {
	while ((getline line < (results "/" file)) > 0) {
		n = split(line, f, "\t")
		order[file, ++count[file]] = f[1]
		for (i = 2; i <= n; i++)
			value[file, f[1], i - 1] = f[i]
	}
	close(results "/" file)
}

function has(file, name) { return (file, name, 1) in value }
function v(file, name, column) { return value[file, name, column] + 0 }
function about(key) { return value["about", key, 1] }
function ms(us) { return sprintf("%.2f ms", us / 1000) }
function kb(bytes) { return sprintf("%.0f KB", bytes / 1024) }
function times(x) { return sprintf("%.2f", x) }

# The smallest of a column among the rows that are not ours
function least(file, column,    i, name, best) {
	best = -1
	for (i = 1; i <= count[file]; i++) {
		name = order[file, i]
		if (name ~ /cinit|claunch|^true$|no init|kernel alone|vfork/)
			continue
		if (best < 0 || v(file, name, column) < best) {
			best = v(file, name, column)
			least_name = name
		}
	}
	return best
}

function goal(what, is, wanted, met) {
	goals++
	if (form != "page")
		gsub(/`/, "", what)
	goal_what[goals] = what
	goal_is[goals] = is
	goal_wanted[goals] = wanted
	goal_met[goals] = met ? "yes" : form == "page" ? "**no**" : "NO"
}

function net(file) { return v(file, "claunch --net nat", 1) }

function judge(    f, c, x) {
	f = v("start.us", "floor", 1)
	c = v("start.us", "claunch", 1)
	goal("start by claunch, over the floor", times(c / f), "at most 1.5", c <= 1.5 * f)
	if (has("start.us", "bubblewrap")) {
		x = v("start.us", "bubblewrap", 1)
		goal("start by bubblewrap, over claunch", times(x / c), "more than 1", x > c)
	}
	if (has("start.us", "runc")) {
		x = v("start.us", "runc", 1)
		goal("start by runc, over claunch", times(x / c), "at least 5", x >= 5 * c)
	}
	if (has("net-many.us", "claunch")) {
		x = (net("net-one.us") - v("net-one.us", "claunch", 1)) / \
			(v("net-one.us", "with links", 1) - v("net-one.us", "a namespace", 1))
		goal("`--net nat`, over the same links by a plain program", times(x),
			"at most 1.5", x <= 1.5)
		x = net("net-many.us") / net("net-one.us")
		goal("start with `--net nat`, 500 on the bridge over one", times(x),
			"at most 1.3", x <= 1.3)
	}
	if (has("join.us", "nsenter -a")) {
		x = v("join.us", "claunch --join", 1) / v("join.us", "nsenter -a", 1)
		goal("`claunch --join`, over `nsenter -a`", times(x), "at most 1.3", x <= 1.3)
	}
	x = v("record.us", "the same, recorded", 1) / v("record.us", "a hundred shells", 1)
	goal("start of a shell whose calls are recorded, over one whose are not", times(x),
		"at most 10", x <= 10)
	x = v("init.us", "cinit", 4)
	goal("`cinit true` over `true`", sprintf("%.0f µs", x), "at most 100 µs", x <= 100)
	x = v("idle.kb", "cinit", 1)
	goal("resident memory of cinit", x " KB", "at most 64 KB", x <= 64)
	x = v("idle.kb", "cinit under claunch", 1)
	goal("resident memory of cinit under claunch", x " KB", "at most 64 KB", x <= 64)
	x = v("idle.kb", "cinit", 6) + v("idle.kb", "cinit under claunch", 6)
	goal("wakeups of cinit in 5 idle seconds", x, "none", x == 0)
	x = v("idle.kb", "cinit, ten services", 1)
	goal("resident memory of cinit with ten services", x " KB", "at most 200 KB", x <= 200)
	x = v("services.us", "cinit", 1)
	goal("two services up", ms(x), "at most 10 ms", x <= 10000)
	x = v("services.us", "cinit", 3)
	goal("two services down", ms(x), "at most 10 ms", x <= 10000)
	x = v("orphans.us", "cinit", 2)
	f = least("orphans.us", 2)
	if (f > 0)
		goal("CPU time of PID 1 for " about("orphans") " orphans, over " least_name "'s",
			times(x / f), "less than 1", x < f)
	x = v("orphans.us", "cinit", 1) / v("orphans.us", "the kernel alone", 1)
	goal("time for " about("orphans") " orphans, over the kernel alone", times(x),
		"at most 1.15", x <= 1.15)
	x = v("signals.us", "cinit", 3)
	goal("signals lost by cinit", x, "none", x == 0)
	if (count["machine.us"]) {
		x = v("machine.us", "cinit", 1)
		f = v("machine.us", order["machine.us", 2], 1)
		goal("command of a machine with busybox init and a script, over cinit's", times(f / x),
			"more than 1", f > x)
	}
	x = v("size", "cinit", 1)
	goal("size of cinit", kb(x), "at most 100 KB", x <= 102400)
	x = v("size", "claunch", 1)
	goal("size of claunch", kb(x), "at most 400 KB", x <= 409600)
}

# A table: cells parted by tabs; the first column to the left, all others to the right
function table_begin(head,    n, c, i) {
	lines = 0
	table_line(head)
}

function table_line(cells) {
	if (form != "page")
		gsub(/`/, "", cells)
	line[++lines] = cells
}

function length_of(s) { # in characters, where awk counts bytes
	gsub(/[\200-\277]/, "", s)
	return length(s)
}

function pad(s, width, right,    fill) {
	fill = sprintf("%" (width - length_of(s) > 0 ? width - length_of(s) : 0) "s", "")
	return right ? fill s : s fill
}

function table_end(    i, k, n, c, width, row, rule) {
	for (i = 1; i <= lines; i++) {
		n = split(line[i], c, "\t")
		for (k = 1; k <= n; k++)
			if (length_of(c[k]) > width[k] + 0)
				width[k] = length_of(c[k])
	}
	for (i = 1; i <= lines; i++) {
		n = split(line[i], c, "\t")
		row = rule = form == "page" ? "|" : " "
		for (k = 1; k <= n; k++) {
			row = row " " pad(c[k], width[k], k > 1) (form == "page" ? " |" : " ")
			rule = rule sprintf("%" (width[k] + 1) "s", "") (k > 1 ? ":" : " ") "|"
		}
		print row
		gsub(/ /, "-", rule)
		if (i == 1 && form == "page")
			print rule
	}
	print ""
}

function goals_table(    i) {
	table_begin("figure\tmeasured\tgoal\treached")
	for (i = 1; i <= goals; i++)
		table_line(goal_what[i] "\t" goal_is[i] "\t" goal_wanted[i] "\t" goal_met[i])
	table_end()
}

function mark(name) {
	return form == "page" && name ~ /claunch|cinit/ ? "**" name "**" : name
}

function start_table(file,    i, name, f) {
	f = v(file, "floor", 1)
	table_begin("`true` started by\tmedian\t10th\t90th percentile\tover the floor")
	for (i = 1; i <= count[file]; i++) {
		name = order[file, i]
		table_line(mark(name) "\t" ms(v(file, name, 1)) "\t" ms(v(file, name, 2)) "\t" \
			ms(v(file, name, 3)) "\t" times(v(file, name, 1) / f))
	}
	table_end()
}

function time_table(file, what,    i, name) {
	table_begin(what "\tmedian\t10th\t90th percentile")
	for (i = 1; i <= count[file]; i++) {
		name = order[file, i]
		table_line(mark(name) "\t" ms(v(file, name, 1)) "\t" \
			ms(v(file, name, 2)) "\t" ms(v(file, name, 3)))
	}
	table_end()
}

function init_table(    i, name) {
	table_begin("\ttakes\tmore than `true` alone\tsize")
	for (i = 1; i <= count["init.us"]; i++) {
		name = order["init.us", i]
		table_line(mark(name) "\t" sprintf("%.0f µs", v("init.us", name, 1)) "\t" \
			(i > 1 ? sprintf("%.0f µs", v("init.us", name, 4)) : "") \
			"\t" (has("size", name) ? kb(v("size", name, 1)) : ""))
	}
	table_end()
}

function idle_table(    i, name, k, cells) {
	table_begin("supervising `sleep`\tresident\tanonymous\tof files\tshared\t" \
		"proportional\twakeups in 5 s")
	for (i = 1; i <= count["idle.kb"]; i++) {
		name = order["idle.kb", i]
		cells = mark(name)
		for (k = 1; k <= 5; k++)
			cells = cells "\t" v("idle.kb", name, k) " KB"
		table_line(cells "\t" v("idle.kb", name, 6))
	}
	table_end()
}

function orphans_table(    i, name) {
	table_begin("reaping " about("orphans") " orphans\twall time\tCPU time of PID 1")
	for (i = 1; i <= count["orphans.us"]; i++) {
		name = order["orphans.us", i]
		table_line(mark(name) "\t" \
			sprintf("%.0f ms", v("orphans.us", name, 1) / 1000) "\t" \
			sprintf("%.1f ms", v("orphans.us", name, 2) / 1000))
	}
	table_end()
}

function services_table(    i, name) {
	table_begin("two services\tup\t90th percentile\tdown\t90th percentile")
	for (i = 1; i <= count["services.us"]; i++) {
		name = order["services.us", i]
		table_line(mark(name) "\t" ms(v("services.us", name, 1)) "\t" \
			ms(v("services.us", name, 2)) "\t" ms(v("services.us", name, 3)) "\t" \
			ms(v("services.us", name, 4)))
	}
	table_end()
}

function signals_table(    i, name) {
	table_begin("from kill to reception\tmedian\t90th percentile\tlost")
	for (i = 1; i <= count["signals.us"]; i++) {
		name = order["signals.us", i]
		table_line(mark(name) "\t" sprintf("%.1f µs", v("signals.us", name, 1)) "\t" \
			sprintf("%.1f µs", v("signals.us", name, 2)) "\t" v("signals.us", name, 3))
	}
	table_end()
}

function machine_table(    i, name) {
	table_begin("a command of a machine\tafter the start of /init\tafter the kernel's own")
	for (i = 1; i <= count["machine.us"]; i++) {
		name = order["machine.us", i]
		table_line(mark(name) "\t" sprintf("%.0f ms", v("machine.us", name, 1) / 1000) \
			"\t" sprintf("%.0f ms", v("machine.us", name, 2) / 1000))
	}
	table_end()
}

function peers(    i, all) {
	for (i = 1; i <= count["versions"]; i++)
		all = all (i > 1 ? ", " : "") order["versions", i] " " \
			value["versions", order["versions", i], 1]
	return all
}

function left_out(    i) {
	if (!count["left-out"])
		return
	print "Not measured here:"
	for (i = 1; i <= count["left-out"]; i++)
		print "- " order["left-out", i]
	print ""
}

function join_table() { time_table("join.us", "`true` in a container that runs, by") }
function record_table() { time_table("record.us", "in one container") }
function text() {
	print ""
	start_table("start.us")
	join_table()
	record_table()
	init_table()
	idle_table()
	services_table()
	orphans_table()
	signals_table()
	if (count["machine.us"])
		machine_table()
	left_out()
	goals_table()
}

# Words to lines of less than 100 columns
function para(s,    n, w, i, row) {
	n = split(s, w, " ")
	for (i = 1; i <= n; i++) {
		if (length_of(row w[i]) > 94) {
			print row
			row = ""
		}
		row = row (row == "" ? "" : " ") w[i]
	}
	print row "\n"
}

function page() {
	print "# Performance\n"
	para("`make bench` prints these figures and writes this page. All of them come from one " \
		"run, on one machine, with the rows of a table taking turns in an order shuffled " \
		"anew for every round; figures are medians. They differ from machine to machine: " \
		"look at the ratios.")
	print "| | |\n|---|---|"
	print "| date | " about("date") " |"
	print "| machine | " about("machine") " |"
	print "| kernel | " about("kernel") ", cgroups of " about("cgroups") " |"
	print "| measured beside | " peers() " |\n"
	print "![The figures of this page as bars](performance.svg)\n"
	print "## The goals\n"
	goals_table()
	print "## Starting a container\n"
	para("The time from the start of the launcher to its end, for a tiny static `true` in " \
		"the busybox root file system; " about("rounds") " rounds. The floor " \
		"(tests/bench/floor.c) is a static C program that makes the same eight " \
		"namespaces, the same id map and " order["same", 1] " by the shortest way, and " \
		"nothing else: no limits, no seccomp, no capabilities, no init. \"floor and " \
		"defaults\" does also what the other defaults of claunch need of the kernel, by " \
		"the shortest way: a cgroup, execve of a sealed copy, loopback, a PID 1 beside " \
		"the command, a session, a keyring, the bounding set, a filter as long. claunch " \
		"runs with its secure defaults. The others do less: bubblewrap has neither a time " \
		"namespace nor a range of ids, /sys, masks nor cgroups here; unshare with chroot " \
		"has no user namespace, and no mounts but /proc; runc is given what `runc spec` " \
		"writes, which has no user namespace.")
	start_table("start.us")
	para("The same with a pause of 20 ms before every start, so that the processor comes out " \
		"of its sleep with cold caches, and the kernel has no work of others to " \
		"piggyback its own on:")
	start_table("rest.us")
	print "## Joining a container\n"
	para("The same `true` in all namespaces of a container that runs. nsenter enters these " \
		"and no more; claunch its cgroups, user, capabilities, limits and seccomp filter " \
		"as well.")
	join_table()
	print "## Recording system calls\n"
	para("`claunch --seccomp-record` while a script starts `sh` a hundred times: each call " \
		"of each goes by way of the launcher.")
	record_table()
	print "## An init's own cost\n"
	para("`INIT -- true` beside `true` alone: the median of the differences within a round. " \
		"\"vfork and wait\" is a static program that does no more than these two: the " \
		"least an init can be. All on one processor, as waking an idle one costs more " \
		"than any of these.")
	init_table()
	print "## At rest\n"
	para("Each init as PID 1 of a pid namespace, supervising a sleeper, for 5 seconds. Under " \
		"claunch, cinit runs from a sealed memfd, and its code counts as shared memory.")
	idle_table()
	print "## Services\n"
	para("PID 1 of a new pid namespace with a directory of two services: from its start until " \
		"both run, and from TERM until it has ended with them. The services are a tiny " \
		"static program that TERM ends at once. s6-svscan is the supervisor alone, as the " \
		"distribution has it, without a line of shell around it.")
	services_table()
	print "## Orphans\n"
	para("A program makes " about("orphans") " orphans as fast as it can; the time runs " \
		"until PID 1 has ended. \"The kernel alone\" is a PID 1 that ignores SIGCHLD, so " \
		"that nobody has to be reaped.")
	orphans_table()
	print "## Signals\n"
	para("From kill(2), called on the init from outside, to the command's return from " \
		"sigwait(3), on one processor.")
	signals_table()
	if (count["machine.us"]) {
		print "## Starting a machine\n"
		para("From the kernel's start of /init to the first instruction of the command, and " \
			"from the kernel's own start, by the clock of its log. The machine of " \
			"`make run-vm`, emulated: the same kernel and the same busybox, booted in " \
			"turn. The script makes what cinit makes: mounts, cgroups with their " \
			"controllers, loopback. The last row makes none of that, and so is no " \
			"system yet: it shows what is left to gain.")
		machine_table()
	}
	left_out()
}

BEGIN {
	split("start.us rest.us join.us record.us init.us idle.kb services.us signals.us orphans.us machine.us size about versions " \
		"left-out same net-one.us net-many.us", files, " ")
	for (i in files)
		load(files[i])
	judge()
	if (form == "page")
		page()
	else
		text()
}
