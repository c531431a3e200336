/* ps.c - what runs here */
#include "setup/host/ps.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/cgroup/cgroup.h"
#include "init/plan/report.h"
#include "setup/host/ending.h"
#include "setup/host/state.h"

#define UNKNOWN UINT64_MAX /* cgroup.h, report.h */

static void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vdprintf(1, fmt, args);
	va_end(args);
	if (n < 0)
		die("write to the standard output: %m");
}

/* A container, as the kernel shows it now. */
struct seen {
	struct state_row row;
	pid_t command; /* outside; 0: there is none yet, or no more */
	pid_t inside;
	const char *state;
	uint64_t age; /* seconds */
	uint64_t memory, pids;
	struct cgroup_figures figures;
};

/* The number after so many fields of /proc/PID/stat, proc(5); state is 3. */
static const char *stat_field(int proc_fd, int field, char *text, size_t size)
{
	char *p;

	if (fd_read_file(proc_fd, "stat", text, size) < 0 ||
	    !(p = strrchr(text, ')')))
		return "0";
	for (field -= 2; field && p; field--)
		p = strchr(p + 1, ' ');
	return p ? p + 1 : "0";
}

static int open_process(pid_t pid)
{
	char path[32];

	snprintf(path, sizeof path, "/proc/%d", pid);
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static int is_cinit(int proc_fd)
{
	char exe[64];
	ssize_t n = readlinkat(proc_fd, "exe", exe, sizeof exe - 1);

	exe[n > 0 ? n : 0] = 0;
	return !strncmp(exe, "/memfd:cinit", 12);
}

/* The last number of the line: what it is called in its own namespace. */
static pid_t number_inside(int proc_fd)
{
	char text[8192], *line, *end;

	if (fd_read_file(proc_fd, "status", text, sizeof text) < 0 ||
	    !(line = strstr(text, "\nNSpid:")))
		return 0;
	end = line + 1 + strcspn(line + 1, "\n");
	*end = 0;
	line = strrchr(line + 1, '\t');
	return line ? strtol(line, NULL, 10) : 0;
}

/* The first child of cinit; of a container without one, its PID 1. */
static void find_command(struct seen *s, int proc_fd)
{
	char path[64], text[64] = "";
	int fd;

	s->command = s->row.pid;
	if (is_cinit(proc_fd)) {
		snprintf(path, sizeof path, "task/%d/children", s->row.pid);
		fd_read_file(proc_fd, path, text, sizeof text);
		s->command = strtol(text, NULL, 10);
	}
	fd = s->command ? open_process(s->command) : -1;
	if (fd >= 0)
		s->inside = number_inside(fd);
	s->state = !s->row.ready ? "starting" :
		   !s->inside	 ? "ending" :
				   "running";
	if (s->inside && *stat_field(fd, 3, text, sizeof text) == 'T')
		s->state = "stopped";
	fd_close(&fd);
}

static int is_frozen(const struct cgroup *cg)
{
	char text[64];

	for (unsigned i = 0; i < cg->count; i++) {
		int fd = cg->tree[i].dir_fd;

		if (fd_read_file(fd, "cgroup.freeze", text, sizeof text) > 0 &&
		    *text == '1')
			return 1;
		if (fd_read_file(fd, "freezer.state", text, sizeof text) > 0 &&
		    *text == 'F')
			return 1;
	}
	return 0;
}

/* 0: it has just ended. */
static int look(struct seen *s)
{
	static struct cgroup cg;
	int proc_fd = open_process(s->row.pid);
	struct timespec now;
	char text[1024];
	uint64_t started;

	if (proc_fd < 0)
		return 0;
	if (strtol(stat_field(proc_fd, 4, text, sizeof text), NULL, 10) !=
	    s->row.launcher) {
		fd_close(&proc_fd);
		return 0;
	}
	started =
		strtoull(stat_field(proc_fd, 22, text, sizeof text), NULL, 10) /
		sysconf(_SC_CLK_TCK);
	clock_gettime(CLOCK_BOOTTIME, &now);
	s->age = (uint64_t)now.tv_sec > started ? now.tv_sec - started : 0;
	find_command(s, proc_fd);
	cg.count = 0;
	if (*s->row.cgroup)
		cgroup_of(&cg, proc_fd, s->row.cgroup, 1);
	cgroup_read(&cg, &s->figures, 1);
	cgroup_usage(&cg, &s->memory, &s->pids);
	if (is_frozen(&cg))
		s->state = "frozen";
	cgroup_close(&cg);
	fd_close(&proc_fd);
	return state_holds(&s->row);
}

/* as a table ------------------------------------------------------------------ */

static const char *age(uint64_t seconds, char *text, size_t size)
{
	static const struct {
		unsigned seconds;
		char name;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	size_t i = 0;

	while (i < 3 && seconds < units[i].seconds)
		i++;
	snprintf(text, size, "%llu%c",
		 (unsigned long long)seconds / units[i].seconds, units[i].name);
	return text;
}

/* "12 MiB/64 MiB", "3/2048": what is used of what there may be; "-": unknown */
static const char *share(uint64_t used, uint64_t most, int bytes, char *text,
			 size_t size)
{
	char a[32], b[32];

	if (used == UNKNOWN)
		return "-";
	if (bytes) {
		ending_size(used, a, sizeof a);
		ending_size(most, b, sizeof b);
	} else {
		snprintf(a, sizeof a, "%llu", (unsigned long long)used);
		snprintf(b, sizeof b, "%llu", (unsigned long long)most);
	}
	/* Beyond what a machine has is v1's way to say that there is none. */
	if (most >= UNKNOWN >> 2)
		snprintf(text, size, "%s", a);
	else
		snprintf(text, size, "%s/%s", a, b);
	return text;
}

/* Its own words may hold what a terminal would obey. */
static void clean(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 127)
			*text = '?';
}

static void as_line(struct seen *s)
{
	char old[16], memory[80], pids[80], cpu[32] = "-";

	clean(s->row.command);
	clean(s->row.name);
	if (s->figures.cpu_us != UNKNOWN)
		snprintf(cpu, sizeof cpu, "%llu.%02llus",
			 (unsigned long long)s->figures.cpu_us / 1000000,
			 (unsigned long long)s->figures.cpu_us / 10000 % 100);
	say("%-16s %7d %7d %-8s %5s %9s %-16s %-9s %s\n", s->row.name,
	    s->command, s->inside, s->state, age(s->age, old, sizeof old), cpu,
	    share(s->memory, s->figures.memory_max, 1, memory, sizeof memory),
	    share(s->pids, s->figures.pids_max, 0, pids, sizeof pids),
	    s->row.command);
}

/* as JSON --------------------------------------------------------------------- */

static void member(const char *key, uint64_t n)
{
	if (n != UNKNOWN)
		say(", \"%s\": %llu", key, (unsigned long long)n);
}

static void text_member(const char *before, const char *key, const char *text)
{
	char out[8 * sizeof((struct state_row *)0)->command];
	size_t n = report_string(text, out, sizeof out);

	say("%s\"%s\": %.*s", before, key, (int)n, out);
}

static void as_json(struct seen *s, int first)
{
	text_member(first ? "  { " : ",\n  { ", "name", s->row.name);
	text_member(", ", "state", s->state);
	member("pid", s->row.pid);
	member("launcher_pid", s->row.launcher);
	member("command_pid", s->command ? (uint64_t)s->command : UNKNOWN);
	member("command_pid_inside", s->inside ? (uint64_t)s->inside : UNKNOWN);
	text_member(", ", "command", s->row.command);
	member("age_seconds", s->age);
	member("cpu_microseconds", s->figures.cpu_us);
	member("memory", s->memory);
	member("memory_max", s->figures.memory_max);
	member("memory_peak", s->figures.memory_peak);
	member("pids", s->pids);
	member("pids_max", s->figures.pids_max);
	member("oom_kills", s->figures.oom_kills);
	say(" }");
}

int ps_run(int json)
{
	struct seen s;
	int count = 0;

	if (json)
		say("[\n");
	else
		say("%-16s %7s %7s %-8s %5s %9s %-16s %-9s %s\n", "NAME", "PID",
		    "INSIDE", "STATE", "AGE", "CPU", "MEMORY", "PIDS",
		    "COMMAND");
	for (unsigned at = 0;;) {
		memset(&s, 0, sizeof s);
		if (!state_next(&at, &s.row))
			break;
		if (!look(&s))
			continue;
		if (json)
			as_json(&s, !count);
		else
			as_line(&s);
		count++;
	}
	if (json)
		say(count ? "\n]\n" : "]\n");
	return 0;
}
