/* settings.c - the table of all that can be said about one command */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "init/base/parse.h"
#include "init/task/set.h"

static int set_grace(struct value *v, struct task *t, const char *text)
{
	if (value_grace(v, text, &t->keep.grace_ms) < 0)
		return -1;
	t->keep.drain_ms = t->keep.grace_ms;
	return 0;
}

static int set_stop_signal(struct value *v, struct task *t, const char *text)
{
	uint64_t sig;

	if (value_signal(v, text, &sig) < 0)
		return -1;
	t->keep.stop_signal = sig;
	return 0;
}

static int set_group(struct value *v, struct task *t, const char *text)
{
	t->keep.to_group = 1;
	return 0;
}

static int set_report(struct value *v, struct task *t, const char *text)
{
	t->report = text;
	t->keep.wants_usage = 1;
	return 0;
}

static int set_verbose(struct value *v, struct task *t, const char *text)
{
	t->keep.verbose++;
	return 0;
}

/* ---- how the keeper keeps */

/* The part of *list up to the next comma, cut off, into part; 0 at its end. */
static int next_part(const char **list, char *part, size_t size)
{
	size_t len = strcspn(*list, ",");

	if (!**list)
		return 0;
	snprintf(part, size, "%.*s", (int)len, *list);
	*list += len + !!(*list)[len];
	return 1;
}

static int rewrite_one(struct keeper *k, char *part)
{
	char *to = strchr(part, ':');
	int sig, as = SIGNAL_DROPPED;

	if (!to)
		return -1;
	*to++ = 0;
	if (parse_signal(part, &sig) < 0 || sig == SIGKILL || sig == SIGSTOP ||
	    sig == SIGCHLD)
		return -1;
	if (strcmp(to, "0") != 0 && parse_signal(to, &as) < 0)
		return -1;
	k->rewrite[sig] = as;
	return 0;
}

static int set_rewrite(struct value *v, struct task *t, const char *text)
{
	char part[32];

	for (const char *list = text; next_part(&list, part, sizeof part);)
		if (rewrite_one(&t->keep, part) < 0)
			return value_bad(v,
					 "is no SIGNAL:SIGNAL, such as "
					 "TERM:QUIT or HUP:0, of signals that "
					 "can be passed on");
	return *text ? 0 : value_bad(v, "names no signal");
}

static int set_wait_all(struct value *v, struct task *t, const char *text)
{
	t->keep.wait_all = 1;
	return 0;
}

static int set_max_runtime(struct value *v, struct task *t, const char *text)
{
	return value_grace(v, text, &t->keep.runtime_ms);
}

static int set_pre_stop(struct value *v, struct task *t, const char *text)
{
	if (value_grace(v, text, &t->keep.pre_stop_ms) < 0)
		return -1;
	return t->keep.pre_stop_ms >= 0 ?
		       0 :
		       value_bad(v, "would delay the stop for ever");
}

static int set_orphans(struct value *v, struct task *t, const char *text)
{
	static const struct value_word rows[] = { { "keep", ORPHANS_KEEP },
						  { "term", ORPHANS_TERM },
						  { "kill", ORPHANS_KILL },
						  { "", 0 } };
	uint64_t choice;

	if (value_choice(v, text, rows, &choice) < 0)
		return -1;
	t->keep.orphans = choice;
	return 0;
}

static int set_restart(struct value *v, struct task *t, const char *text)
{
	static const struct value_word rows[] = { { "no", RESTART_NO },
						  { "on-failure",
						    RESTART_ON_FAILURE },
						  { "always", RESTART_ALWAYS },
						  { "", 0 } };
	static const char limited[] = "on-failure:";
	uint64_t choice = RESTART_ON_FAILURE, most = 0;

	if (!strncmp(text, limited, sizeof limited - 1)) {
		if (parse_number(text + sizeof limited - 1, UINT32_MAX, &most) <
			    0 ||
		    !most)
			return value_bad(v, "needs a number from 1 on behind "
					    "the colon");
	} else if (value_choice(v, text, rows, &choice) < 0) {
		return -1;
	}
	t->keep.restart = choice;
	t->keep.restart_most = most;
	return 0;
}

/* FROM[-TO][:AS] */
static int status_one(struct keeper *k, char *part)
{
	char *as = strchr(part, ':'), *last;
	uint64_t from, to, becomes = 0;

	if (as)
		*as++ = 0;
	last = strchr(part, '-');
	if (last)
		*last++ = 0;
	if (k->statuses == STATUS_RULES || parse_number(part, 255, &from) < 0 ||
	    parse_number(last ? last : part, 255, &to) < 0 || to < from ||
	    (as && parse_number(as, 255, &becomes) < 0))
		return -1;
	k->status[k->statuses++] = (struct status_rule){ from, to, becomes };
	return 0;
}

static int set_exit_code(struct value *v, struct task *t, const char *text)
{
	char part[32];

	for (const char *list = text; next_part(&list, part, sizeof part);)
		if (status_one(&t->keep, part) < 0)
			return value_bad(v,
					 "is no list of at most %d exit "
					 "codes, such as 143, 1-5 or 3:0",
					 STATUS_RULES);
	return *text ? 0 : value_bad(v, "names no exit code");
}

static int set_expect_stop(struct value *v, struct task *t, const char *text)
{
	t->keep.expect_stop = 1;
	return 0;
}

static int set_warn_reaped(struct value *v, struct task *t, const char *text)
{
	t->keep.warn_reaped = 1;
	return 0;
}

static int set_parent_death(struct value *v, struct task *t, const char *text)
{
	uint64_t sig;

	if (value_signal(v, text, &sig) < 0)
		return -1;
	t->keep.parent_death = sig;
	return 0;
}

static int set_subreaper(struct value *v, struct task *t, const char *text)
{
	t->keep.subreaper = 1;
	return 0;
}

static int set_single_child(struct value *v, struct task *t, const char *text)
{
	t->keep.session = SESSION_NONE;
	t->keep.to_group = 0;
	return 0;
}

static int set_quiet(struct value *v, struct task *t, const char *text)
{
	t->keep.quiet = 1;
	return 0;
}

static int set_services(struct value *v, struct task *t, const char *text)
{
	t->services = text;
	return 0;
}

static int set_control(struct value *v, struct task *t, const char *text)
{
	t->control = text;
	return 0;
}

/* The help of a row may have several lines. */
const struct setting settings[] = {
	{ 'g', IN_BOTH, "group", NULL,
	  "pass signals to the command's process group", set_group },
	{ 0, IN_BOTH, "grace", "SECONDS",
	  "patience after a stop signal, and after the\n"
	  "command's end, before SIGKILL (after a stop\n"
	  "signal: without end; after the end: 5)",
	  set_grace },
	{ 0, IN_BOTH, "stop-signal", "SIG",
	  "what SIGTERM is passed on as (TERM)", set_stop_signal },
	{ 0, IN_OPTIONS, "report", "FILE",
	  "write how it ended to FILE, as JSON", set_report },
	{ 0, IN_OPTIONS, "services", "DIR",
	  "supervise what the files in DIR describe,\n"
	  "instead of a command",
	  set_services },
	{ 0, IN_OPTIONS, "control", "PATH",
	  "the socket for cinit status and its like\n"
	  "(/run/cinit/control)",
	  set_control },
	{ 'v', IN_OPTIONS, "verbose", NULL, "say what is done to whom",
	  set_verbose },

	/* how the keeper keeps */
	{ 'r', IN_OPTIONS | REPEATS, "rewrite", "SIG:SIG",
	  "pass a signal on as another; 0: not at all", set_rewrite },
	{ 0, IN_OPTIONS, "wait-all", NULL,
	  "end with the last process, and ask none to", set_wait_all },
	{ 0, IN_OPTIONS, "max-runtime", "SECONDS",
	  "stop the command then; status 124", set_max_runtime },
	{ 0, IN_OPTIONS, "pre-stop-delay", "SECONDS",
	  "pass a stop signal on so much later", set_pre_stop },
	{ 0, IN_OPTIONS, "orphans", "WHAT",
	  "while the command runs: keep, term or kill\nthem (keep)",
	  set_orphans },
	{ 0, IN_BOTH, "restart", "WHEN",
	  "start the command again: no, always,\n"
	  "on-failure[:TIMES] (no)",
	  set_restart },
	{ 'e', IN_OPTIONS | REPEATS, "exit-code", "CODES",
	  "exit codes that become 0, or another:\n"
	  "143 or 1-5:7, a list with commas",
	  set_exit_code },
	{ 0, IN_OPTIONS, "expect-stop", NULL,
	  "status 0 when a stop signal ended the command", set_expect_stop },
	{ 'w', IN_OPTIONS, "warn-reaped", NULL,
	  "say so for each orphan that is reaped", set_warn_reaped },
	{ 'p', IN_OPTIONS, "parent-death", "SIG",
	  "get this signal when our parent ends", set_parent_death },
	{ 's', IN_OPTIONS, "subreaper", NULL,
	  "insist on being told of orphans as no PID 1", set_subreaper },
	{ 'c', IN_OPTIONS, "single-child", NULL,
	  "the command stays in our process group", set_single_child },
	{ 'q', IN_OPTIONS, "quiet", NULL, "do not say what ended the command",
	  set_quiet },

	/* of the command's own process, before it is the command */
	{ 'u', IN_BOTH, "user", "USER[:GROUP]", "who the command runs as",
	  set_user },
	{ 0, IN_BOTH | REPEATS, "group-add", "GROUP",
	  "a further group that it is in", set_group_add },
	{ 0, IN_BOTH | REPEATS, "cap-add", "CAP[,CAP]",
	  "capabilities it keeps, for another user, too", set_cap_add },
	{ 0, IN_BOTH | REPEATS, "cap-drop", "CAP[,CAP]",
	  "capabilities it cannot have; ALL", set_cap_drop },
	{ 0, IN_BOTH, "no-new-privs", NULL,
	  "programs with set-user-ID give it nothing", set_no_new_privs },
	{ 0, IN_BOTH, "seccomp", "FILTER",
	  "system calls it may make: default, none, or\n"
	  "a file with a compiled filter",
	  set_seccomp },
	{ 0, IN_BOTH | REPEATS, "ulimit", "NAME=N[:N]",
	  "a resource limit: nofile, nproc, core, ...", set_ulimit },
	{ 0, IN_BOTH, "oom-score-adj", "N",
	  "whom the kernel kills first: -1000 to 1000", set_oom_score_adj },
	{ 0, IN_BOTH, "chdir", "DIR", "the directory it starts in", set_chdir },
	{ 0, IN_BOTH, "umask", "MODE", "its umask, in octal", set_umask },
	{ 0, IN_BOTH | REPEATS, "env", "KEY=VALUE",
	  "a variable of its environment", set_env },
	{ 0, IN_OPTIONS | REPEATS, "tmpfs", "DST[:OPTS]",
	  "a tmpfs at DST: size=64m, mode=755, exec...", set_tmpfs },
	{ 0, IN_OPTIONS, "mount-proc", NULL,
	  "mount the /proc of this pid namespace", set_mount_proc },
	{ 0, IN_OPTIONS | REPEATS, "ready-fd", "FD",
	  "tell there that the command runs; notify: to\n"
	  "NOTIFY_SOCKET",
	  set_ready_fd },

	{ 'm', IN_BOTH, "memory", "SIZE", "the most memory: 512m, 1.5g",
	  set_memory },
	{ 0, IN_BOTH, "memory-swap", "SIZE",
	  "the most memory and swap together; -1: any", set_memory_swap },
	{ 0, IN_BOTH, "memory-high", "SIZE", "from here on it is slowed down",
	  set_memory_high },
	{ 0, IN_BOTH, "memory-low", "SIZE", "up to here it is protected",
	  set_memory_low },
	{ 0, IN_BOTH, "cpus", "N", "so many CPUs' time: 1.5", set_cpus },
	{ 0, IN_BOTH, "cpu-weight", "N", "its share of the CPUs: 1 to 10000",
	  set_cpu_weight },
	{ 0, IN_BOTH, "cpuset-cpus", "LIST", "the CPUs it may use: 0-3,5",
	  set_cpuset_cpus },
	{ 0, IN_BOTH, "pids", "N", "the most processes and threads", set_pids },
	{ 0, IN_BOTH, "io-weight", "N", "its share of disks: 1 to 10000",
	  set_io_weight },
	{ 0, IN_BOTH | REPEATS, "cgroup", "KEY=VALUE", "any file of cgroup v2",
	  set_cgroup },

	{ 'P', IN_OPTIONS, "pause", NULL,
	  "hold the namespaces and reap; no command", set_pause },
	{ 0, IN_OPTIONS, "print-config", NULL,
	  "print what is set and the command; exit", set_print_config },
	{ 0 },
};

const struct setting *setting_find(const char *name, size_t len, int where)
{
	for (const struct setting *s = settings; s->name; s++)
		if (s->where & where && !strncmp(s->name, name, len) &&
		    !s->name[len])
			return s;
	return NULL;
}

void task_clear(struct task *t)
{
	enum { DRAIN_MS = 5000 };

	memset(t, 0, sizeof *t);
	t->ready_fd = -1;
	t->keep.stop_signal = SIGTERM;
	t->keep.grace_ms = -1;
	t->keep.drain_ms = DRAIN_MS;
	t->keep.runtime_ms = -1;
	t->keep.subreaper = -1;
	t->in = (struct inside){ .plan = &t->plan,
				 .root_fd = -1,
				 .proc_fd = -1,
				 .null_fd = -1,
				 .cwd_fd = -1,
				 .tty_fd = -1 };
}
