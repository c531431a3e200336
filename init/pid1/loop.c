/* loop.c - the keeper's life: nothing in here may end the process */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/steady.h"
#include "init/base/sys.h"
#include "init/pid1/pid1.h"

enum state {
	RUNNING,  /* the command runs */
	STOPPING, /* it was asked to stop, and its grace runs */
	KILLED,	  /* its grace is over */
	DRAINING, /* it has ended; the rest was asked to */
	ENDING,	  /* the rest is being killed, and what it leaves to us */
	DONE,
};

struct life {
	const struct keeper *k;
	struct ending *e;
	enum state state;
	int stop_asked;	  /* a stop of the process, not its end: SIGTSTP */
	int settled;	  /* the pages of setup are given back */
	int asked_rest;	  /* what was left has got its SIGTERM */
	int64_t deadline; /* milliseconds of CLOCK_MONOTONIC, or -1 */
};

enum {
	KILL_MS = 2000, /* for what SIGKILL cannot wake at once */
	SETTLE_MS = 50, /* a command that lives longer is worth settling for */
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static int64_t after(int64_t ms)
{
	return ms < 0 ? -1 : now_ms() + ms;
}

static sys_sigset before;

void signals_hold(void)
{
	sys_sigmask(SYS_SIG_ALL, &before);
	/* Ignored, it would let children vanish without their status. */
	sys_sigdisposition(SIGCHLD, SIG_DFL);
}

uint64_t signals_before(void)
{
	return before;
}

/* Its name, while it is a zombie; "" where /proc does not say. */
static void remember_victim(struct life *l, pid_t pid)
{
	char path[32];
	int fd;
	ssize_t n;

	l->e->victim = pid;
	l->e->victim_name[0] = 0;
	snprintf(path, sizeof path, "/proc/%d/comm", pid);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return;
	n = read(fd, l->e->victim_name, sizeof l->e->victim_name - 1);
	fd_close(&fd);
	if (n < 0)
		n = 0;
	l->e->victim_name[n] = 0;
	l->e->victim_name[strcspn(l->e->victim_name, "\n")] = 0;
}

enum { DEPTH = 100 }; /* of the tree below us; deeper ones come up to us */

/* All below a process, the deepest first (proc(5), /proc/PID/task/TID/children). */
static void signal_below(pid_t parent, int sig, int depth)
{
	char path[64], text[256];
	pid_t pid = 0;
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", parent,
		 parent);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && (n = read(fd, text, sizeof text)) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			if (text[i] >= '0' && text[i] <= '9') {
				pid = pid * 10 + text[i] - '0';
				continue;
			}
			if (pid && depth)
				signal_below(pid, sig, depth - 1);
			if (pid)
				kill(pid, sig);
			pid = 0;
		}
	}
	fd_close(&fd);
}

/* Everyone but us: all of the pid namespace as PID 1 (kill(2), pid -1). */
static void signal_rest(int sig)
{
	if (getpid() == 1)
		kill(-1, sig);
	else
		signal_below(getpid(), sig, DEPTH);
}

/* The command is gone: whoever is left is asked to go, once. */
static void drain(struct life *l)
{
	if (l->asked_rest)
		return;
	l->asked_rest = 1;
	l->deadline = after(l->k->drain_ms);
	signal_rest(SIGTERM);
	signal_rest(SIGCONT);
}

static void command_changed(struct life *l, int status)
{
	struct ending *e = l->e;

	if (WIFSTOPPED(status)) {
		job_stopped(l->k->command, WSTOPSIG(status), l->stop_asked);
		l->stop_asked = 0;
		return;
	}
	if (WIFSIGNALED(status)) {
		e->signal = WTERMSIG(status);
		e->core = WCOREDUMP(status);
	}
	e->status = e->signal ? 128 + e->signal : WEXITSTATUS(status);
	e->late = l->state == KILLED;
	job_ended(l->k->command);
	l->state = DRAINING;
	l->deadline = -1;
}

/* One SIGCHLD may stand for any number of children. */
static void reap(struct life *l)
{
	struct rusage usage, *wanted = l->k->wants_usage ? &usage : NULL;
	int status;
	pid_t pid;

	while ((pid = wait4(-1, &status, WNOHANG | WUNTRACED | __WALL,
			    wanted)) > 0) {
		if (!WIFSTOPPED(status))
			l->e->reaped++;
		if (pid != l->k->command)
			continue;
		if (wanted)
			l->e->usage = usage;
		command_changed(l, status);
	}
	if (l->state < DRAINING)
		return;
	if (pid < 0 && errno == ECHILD)
		l->state = DONE;
	else if (l->state == ENDING)
		signal_rest(SIGKILL); /* children of who was killed just now */
	else
		drain(l);
}

static void child_event(struct life *l, siginfo_t *info)
{
	if (info->si_code == CLD_KILLED && info->si_status == SIGKILL)
		remember_victim(l, info->si_pid);
	reap(l);
}

/*
 * On to the command. What sigqueue(3) sent keeps its value and sender; the
 * kernel lets nobody else claim to be the sender of a plain kill. Failing is
 * no reason to end: the command may be another user's (EPERM), or just gone.
 */
static void pass_on(struct life *l, int sig, siginfo_t *info)
{
	pid_t to = l->k->to_group ? -l->k->command : l->k->command;

	if (info && info->si_code < 0 && !l->k->to_group)
		sys_sigqueue(to, sig, info);
	else
		kill(to, sig);
}

static void forward(struct life *l, siginfo_t *info)
{
	if (l->state < DRAINING)
		pass_on(l, info->si_signo, info);
}

static void stop(struct life *l, siginfo_t *info)
{
	if (l->state >= DRAINING) {
		signal_rest(info->si_signo);
		return;
	}
	if (l->k->stop_signal != info->si_signo)
		pass_on(l, l->k->stop_signal, NULL);
	else
		pass_on(l, info->si_signo, info);
	if (l->state != RUNNING)
		return;
	l->state = STOPPING;
	l->deadline = after(l->k->grace_ms);
}

static void job_stop(struct life *l, siginfo_t *info)
{
	l->stop_asked = 1;
	forward(l, info);
}

/* From a terminal it is about us; from a process it is for the command. */
static void terminal_stop(struct life *l, siginfo_t *info)
{
	if (info->si_code <= 0)
		job_stop(l, info);
}

/* Signals with a meaning of their own here; the last row is for all others. */
static const struct meaning {
	int sig;
	void (*act)(struct life *l, siginfo_t *info);
} meanings[] = {
	{ SIGCHLD, child_event },   { SIGTERM, stop },
	{ SIGTSTP, job_stop },	    { SIGTTIN, terminal_stop },
	{ SIGTTOU, terminal_stop }, { 0, forward },
};

/* Nothing has come for a while, with no deadline: the command has stayed. */
static void settle(struct life *l)
{
	l->settled = 1;
	steady();
}

/* The deadline has passed; what that means depends on the state. */
static void late(struct life *l)
{
	switch (l->state) {
	case STOPPING:
		if (l->k->verbose)
			warn("the command did not stop in time: SIGKILL");
		kill(l->k->to_group ? -l->k->command : l->k->command, SIGKILL);
		l->state = KILLED;
		l->deadline = after(KILL_MS);
		break;
	case KILLED: /* it hangs in the kernel; our end is its end */
		l->e->status = 128 + SIGKILL;
		l->e->signal = SIGKILL;
		l->e->late = 1;
		l->state = DONE;
		break;
	case DRAINING:
		l->e->killed_late = 1;
		/* As PID 1 we end, and the kernel kills the rest. A SIGKILL to
		 * all could block, and for a helper there may be no room. */
		l->state = getpid() == 1 ? DONE : ENDING;
		l->deadline = after(KILL_MS);
		if (l->state == ENDING)
			signal_rest(SIGKILL);
		break;
	case ENDING:
		l->state = DONE;
		break;
	default: /* the others have no deadline */
		break;
	}
}

/*
 * Without a deadline there is no timeout: nothing wakes us for nothing, but
 * for the one time when the command turns out to stay.
 */
static int next_signal(const struct life *l, siginfo_t *info)
{
	struct timespec limit;
	int64_t left = SETTLE_MS;

	if (l->deadline < 0 && l->settled)
		return sys_sigwait(SYS_SIG_ALL, info, NULL);
	if (l->deadline >= 0)
		left = l->deadline - now_ms();
	if (left < 0)
		left = 0;
	limit.tv_sec = left / 1000;
	limit.tv_nsec = left % 1000 * 1000000;
	return sys_sigwait(SYS_SIG_ALL, info, &limit);
}

void loop(const struct keeper *k, struct ending *e)
{
	struct life l = { .k = k, .e = e, .state = RUNNING, .deadline = -1 };

	/* What ended before we looked has left a SIGCHLD pending. */
	while (l.state != DONE) {
		siginfo_t info;
		int sig = next_signal(&l, &info);
		const struct meaning *m = meanings;

		if (sig < 0 && errno == EAGAIN)
			l.deadline < 0 ? settle(&l) : late(&l);
		if (sig < 0)
			continue;
		while (m->sig && m->sig != sig)
			m++;
		m->act(&l, &info);
	}
}
