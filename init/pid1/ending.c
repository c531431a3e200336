/* ending.c - the status that the command has ended with, and what it becomes */
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "init/base/sys.h"
#include "init/pid1/life.h"

static int expected(const struct life *l, int status)
{
	/* Some catch it, end in order, and say so with 128+n. */
	int sig = l->e->signal ? l->e->signal : status - 128;

	return sig > 0 && sig == l->stop_told;
}

static int by_rules(const struct keeper *k, int status)
{
	for (unsigned i = 0; i < k->statuses; i++)
		if (status >= k->status[i].from && status <= k->status[i].to)
			return k->status[i].becomes;
	return status;
}

int ending_heard(void)
{
	struct pollfd err = { 2, POLLOUT, 0 };

	return poll(&err, 1, 100) == 1;
}

void ending_of(struct life *l, int status)
{
	struct ending *e = l->e;
	int code;

	e->late = l->state == KILLED;
	if (WIFSIGNALED(status)) {
		e->signal = WTERMSIG(status);
		e->core = WCOREDUMP(status);
	}
	code = e->signal ? 128 + e->signal : WEXITSTATUS(status);
	if (e->timed_out)
		e->status = TIMED_OUT;
	else if (l->k->expect_stop && expected(l, code))
		e->status = 0;
	else
		e->status = by_rules(l->k, code);
	if (l->k->tell && !l->k->quiet)
		l->k->tell->end(l);
}
