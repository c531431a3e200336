/* settings.c - the table of all that can be said about one command */
#include <signal.h>
#include <string.h>

#include "init/base/parse.h"
#include "init/task/task.h"

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
	{ 'v', IN_OPTIONS, "verbose", NULL, "say what is done to whom",
	  set_verbose },
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
	t->keep.stop_signal = SIGTERM;
	t->keep.grace_ms = -1;
	t->keep.drain_ms = DRAIN_MS;
	t->in = (struct inside){ .plan = &t->plan,
				 .root_fd = -1,
				 .proc_fd = -1,
				 .null_fd = -1,
				 .cwd_fd = -1,
				 .tty_fd = -1 };
}
