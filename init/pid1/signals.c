/* signals.c - every signal, from the first instruction to the command */
#include <errno.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "init/base/sys.h"
#include "init/pid1/life.h"

#ifndef PIDFD_SIGNAL_PROCESS_GROUP
#define PIDFD_SIGNAL_PROCESS_GROUP 4 /* linux/pidfd.h, since 6.9 */
#endif

enum { QUEUED = 32 }; /* from here on the kernel keeps each, signal(7) */

void (*signal_taken)(siginfo_t *info);
void (*keeper_tells)(enum tale tale, int a, int b);

void keeper_tell(enum tale tale, int a, int b)
{
	if (keeper_tells && ending_heard())
		keeper_tells(tale, a, b);
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

/*
 * To the whole group with value and sender, which kill(2) cannot: Linux 6.9.
 * Only the one who reaps the command can be sure that its pid is still its own.
 */
static int queue_to_group(struct life *l, int sig, siginfo_t *info)
{
	int fd = sys_pidfd_open(l->command, 0), done;

	if (fd < 0)
		return -1;
	done = sys_pidfd_signal(fd, sig, info, PIDFD_SIGNAL_PROCESS_GROUP);
	close(fd);
	return done;
}

/* In automatic mode the pid may be another's already: by the descriptor. */
static int pass_by_fd(struct life *l, int sig, siginfo_t *info)
{
	unsigned flags = l->k->to_group ? PIDFD_SIGNAL_PROCESS_GROUP : 0;

	return sys_pidfd_signal(l->pid_fd, sig, info, flags);
}

static int pass(struct life *l, int sig, siginfo_t *info)
{
	if (l->automatic)
		return pass_by_fd(l, sig, info);
	if (info && l->k->to_group)
		return queue_to_group(l, sig, info);
	if (info)
		return sys_sigqueue(l->command, sig, info);
	return kill(l->k->to_group ? -l->command : l->command, sig);
}

/*
 * All pending signals of a user share one account, and each process has its
 * limit for it (RLIMIT_SIGPENDING). By ours being lower, there is still room
 * for the command when those who send to us are refused.
 */
void signal_room(int reserve)
{
	static rlim_t all;
	struct rlimit r;

	if (getrlimit(RLIMIT_SIGPENDING, &r) < 0)
		return;
	if (reserve) {
		all = r.rlim_cur;
		r.rlim_cur -= r.rlim_cur < 256 ? r.rlim_cur / 4 : 64;
	} else if (all) {
		r.rlim_cur = all;
	}
	/* setrlimit(3) of musl brings what tells all threads of it */
	prlimit(0, RLIMIT_SIGPENDING, &r, NULL);
}

/* No room: it waits here, and others that queue in front of us, with those who
 * send them being told. */
static int hold(struct life *l, const siginfo_t *info)
{
	enum { AGAIN_MS = 2, TRIES = 500 };

	if (errno != EAGAIN || info->si_signo < QUEUED || l->tries++ > TRIES)
		return 0;
	if (info != &l->held)
		l->held = *info;
	timer_set(l, HELD, AGAIN_MS);
	return 1;
}

void signal_pass_held(struct life *l)
{
	if (l->command && pass(l, l->held.si_signo, &l->held) < 0) {
		if (hold(l, &l->held))
			return;
		pass(l, l->held.si_signo, NULL);
	}
	l->held.si_signo = 0;
	l->tries = 0;
}

/*
 * What sigqueue(3) sent keeps its value and sender; the kernel lets nobody else
 * claim to be the sender of a plain kill, nor of tgkill(2). Failing is no reason
 * to end: the command may be another user's (EPERM), or just gone.
 */
void signal_pass(struct life *l, int sig, siginfo_t *info)
{
	l->told |= SYS_SIG(sig);
	keeper_tell(TALE_PASSED, sig, 0);
	if (info && info->si_code < 0) {
		info->si_signo = sig;
		if (pass(l, sig, info) == 0 || hold(l, info))
			return;
	}
	pass(l, sig, NULL);
}

void signal_kill(struct life *l)
{
	pass(l, SIGKILL, NULL);
}

/* What it becomes on its way, or SIGNAL_DROPPED. */
static int rewritten(const struct keeper *k, int sig)
{
	if (k->rewrite[sig])
		return k->rewrite[sig];
	return sig == SIGTERM ? k->stop_signal : sig;
}

/* Of what comes in or of what it becomes. */
static int is_stop(const struct keeper *k, int sig)
{
	return sig == SIGTERM || sig == k->stop_signal;
}

void signal_pass_stop(struct life *l)
{
	int sig = rewritten(l->k, l->stop.si_signo);

	if (sig == SIGNAL_DROPPED) /* it was not sent: the time is over */
		sig = l->k->stop_signal;
	l->stop_told = sig;
	if (sig == l->stop.si_signo)
		signal_pass(l, sig, &l->stop);
	else
		signal_pass(l, sig, NULL);
}

static void forward(struct life *l, siginfo_t *info)
{
	int in = info->si_signo, sig = rewritten(l->k, in);

	if (sig == SIGNAL_DROPPED) {
		keeper_tell(TALE_DROPPED, in, 0);
		return;
	}
	if (sig != in)
		keeper_tell(TALE_REWRITTEN, in, sig);
	if (is_stop(l->k, in) || is_stop(l->k, sig)) {
		l->stop = *info;
		happens(l, STOP);
		return;
	}
	/* What a terminal sends to our group, the command of that group has
	 * got itself; and a pipe that was closed to us is our own affair. */
	if (info->si_code == SI_KERNEL && l->k->session == SESSION_NONE)
		return;
	if (in == SIGPIPE && info->si_code == SI_USER &&
	    info->si_pid == getpid())
		return;
	if (l->state < PAUSED)
		signal_pass(l, sig, info);
	else if (l->k->wait_all)
		signal_rest(sig); /* they are what is kept now */
}

static void job_stop(struct life *l, siginfo_t *info)
{
	l->suspend_asked = rewritten(l->k, info->si_signo) != SIGNAL_DROPPED;
	forward(l, info);
	if (!l->k->suspends)
		return;
	keeper_tell(TALE_SUSPENDED, 0, 0);
	kill(getpid(), SIGSTOP); /* what continues us is passed on */
}

/* From a terminal it is about us; from a process it is for the command. */
static void terminal_stop(struct life *l, siginfo_t *info)
{
	if (info->si_code <= 0)
		job_stop(l, info);
}

/* Somebody who waits for the delay does not want to wait any more. */
static void go_on(struct life *l, siginfo_t *info)
{
	if (l->state == DELAYED)
		happens(l, LATE);
	else
		forward(l, info);
}

static void child_event(struct life *l, siginfo_t *info)
{
	reap_victim(l, info);
	reap(l);
}

/* Signals with a meaning of their own here; the last row is for all others. */
static const struct meaning {
	int sig;
	void (*act)(struct life *l, siginfo_t *info);
} meanings[] = {
	{ SIGCHLD, child_event },   { SIGCONT, go_on },
	{ SIGTSTP, job_stop },	    { SIGTTIN, terminal_stop },
	{ SIGTTOU, terminal_stop }, { 0, forward },
};

void signal_act(struct life *l, siginfo_t *info)
{
	const struct meaning *m = meanings;

	keeper_tell(TALE_TAKEN, info->si_signo, 0);
	while (m->sig && m->sig != info->si_signo)
		m++;
	m->act(l, info);
}

/* While there is no command its signals stay where they are, pending; while one
 * finds no room, those that would need some. */
static sys_sigset wanted(const struct life *l)
{
	sys_sigset set = SYS_SIG(SIGCHLD);

	if (l->held.si_signo)
		return SYS_SIG(QUEUED) - 1;
	if (l->state != PAUSED)
		return SYS_SIG_ALL;
	for (int sig = 1; sig <= SYS_NSIG; sig++)
		if (is_stop(l->k, sig) || is_stop(l->k, rewritten(l->k, sig)))
			set |= SYS_SIG(sig);
	return set;
}

int signal_take(struct life *l, siginfo_t *info, const struct timespec *limit)
{
	static const struct timespec at_once;
	sys_sigset set = wanted(l);
	int sig = -1;

	/* The kernel gives the lowest number first. Those above have their
	 * turn before it comes again, or a flood of one would hide others. */
	if (l->last && l->last < SYS_NSIG)
		sig = sys_sigwait(set & ~0ULL << l->last, info, &at_once);
	if (sig < 0 && l->automatic) {
		if (!automatic_wait(l, limit))
			return -1;
		limit = &at_once;
	}
	if (sig < 0)
		sig = sys_sigwait(set, info, limit);
	l->last = sig > 0 ? sig : 0;
	if (sig > 0 && signal_taken)
		signal_taken(info);
	return sig;
}
