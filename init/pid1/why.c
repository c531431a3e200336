/* why.c - one sentence about what ended the command, where somebody should know */
#include <signal.h>
#include <stdio.h>

#include "init/base/die.h"
#include "init/base/parse.h"
#include "init/base/sys.h"
#include "init/cgroup/cgroup.h"
#include "init/pid1/life.h"

static void begin(struct life *l)
{
	struct cgroup_events events;

	cgroup_own_events(&events);
	l->kills = events.oom_kills;
	l->refusals = events.pids_refused;
}

/* "64 MiB", rounded down; "" for no limit, or where it is not known. */
static const char *amount(const char *before, uint64_t bytes, char *text,
			  size_t room)
{
	static const char units[][4] = { "B", "KiB", "MiB", "GiB" };
	unsigned unit = 0;

	text[0] = 0;
	if (bytes >= 1ULL << 60)
		return text;
	for (; bytes >= 10240 && unit < 3; unit++)
		bytes /= 1024;
	snprintf(text, room, "%s%llu %s", before, (unsigned long long)bytes,
		 units[unit]);
	return text;
}

/* What the kernel has done to it for its cgroup's sake, since it began. */
static void add_limits(const struct life *l, char *text, size_t room)
{
	struct cgroup_events now;
	char max[48], peak[48];

	if (!l->settling)
		return; /* so soon that nobody knows what was before */
	cgroup_own_events(&now);
	if (l->e->signal == SIGKILL && now.oom_kills > l->kills)
		snprintf(text, room, ": out of memory%s%s",
			 amount(": memory.max ", now.memory_max, max,
				sizeof max),
			 amount(", peak ", now.memory_peak, peak, sizeof peak));
	else if (now.pids_refused > l->refusals)
		snprintf(text, room, ": out of processes: pids.max %llu",
			 (unsigned long long)now.pids_max);
}

/* Somebody wanted it, or nobody minds. */
static int ordinary(const struct life *l)
{
	int sig = l->e->signal;

	if (l->e->timed_out || l->e->late)
		return 0;
	return !sig || sig == SIGINT || sig == SIGPIPE ||
	       l->told & SYS_SIG(sig);
}

static void end(const struct life *l)
{
	const char *name = l->k->name ? l->k->name : "the command";
	char more[160] = "";
	int sig = l->e->signal;

	if (ordinary(l) || !ending_heard())
		return;
	if (l->e->timed_out) {
		warn("%s has run too long, and was %s", name,
		     l->e->late ? "killed" : "stopped");
		return;
	}
	if (l->e->late) {
		warn("%s did not stop in time, and was killed", name);
		return;
	}
	if (sig == SIGSYS)
		snprintf(more, sizeof more,
			 ", as for a system call that a "
			 "seccomp filter forbids");
	else
		add_limits(l, more, sizeof more);
	warn("%s was ended by SIG%s%s%s", name, signal_name(sig),
	     l->e->core ? ", core dumped" : "", more);
}

const struct teller tell_why = { begin, end };
