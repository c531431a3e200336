/* supervise.c - keeping many: one loop over signals, deadlines, descriptors */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "init/base/steady.h"
#include "init/base/sys.h"
#include "init/services/supervise.h"

enum {
	DRAIN_MS = 5000, /* for those who have fled from all services */
	KILL_MS = 2000,	 /* for what SIGKILL cannot wake at once */
	SETTLE_MS = 50,	 /* who lives longer is worth settling for */
};

static int is(const struct service *s, unsigned traits)
{
	return state_traits(s->state) & traits;
}

/* ---- what follows from what: rounds until nothing changes */

/* All that it comes after are ready, or will not be. */
static int met(const struct service *s)
{
	for (unsigned j = 0; j < services.count; j++) {
		unsigned need = READY_FOR_OTHERS;

		if (!set_has(&s->after, j))
			continue;
		if (!set_has(&s->requires, j))
			need |= OVER;
		if (!is(&services.item[j], need))
			return 0;
	}
	return 1;
}

/* One that it requires has failed. */
static int lost(const struct service *s)
{
	for (unsigned j = 0; j < services.count; j++)
		if (set_has(&s->requires, j) &&
		    services.item[j].state == FAILED)
			return 1;
	return 0;
}

/* Those that are not wanted any more take along who requires them: all of them
 * before the first is asked to stop, for there is an order in that. */
static void spread(void)
{
	int changed;

	do {
		changed = 0;
		for (unsigned i = 0; i < services.count; i++) {
			struct service *s = &services.item[i];
			int gone = s->state != WAITING && lost(s);

			for (unsigned j = 0; j < services.count; j++)
				gone |= set_has(&s->requires, j) &&
					!services.item[j].wanted;
			if (!s->wanted || !gone || is(s, OVER))
				continue;
			s->wanted = 0;
			changed = 1;
		}
	} while (changed);
}

/* Somebody who comes after it, and shall go as well, is still there. */
static int needed(unsigned i)
{
	for (unsigned j = 0; j < services.count; j++)
		if (set_has(&services.item[j].after, i) &&
		    !services.item[j].wanted && is(&services.item[j], ALIVE))
			return 1;
	return 0;
}

/* A reader of logs that nobody writes to any more can come to its end. */
static int can_close(unsigned i)
{
	const struct service *s = &services.item[i];

	for (unsigned j = 0; j < services.count; j++)
		if (services.item[j].log_index == (int)i &&
		    is(&services.item[j], ALIVE))
			return 0;
	return s->reads_logs && s->log_out >= 0;
}

static enum event next_of_clearing(const struct service *s)
{
	int returns = s->verdict == EMPTY_START || s->verdict == EMPTY_AGAIN;

	if (!s->wanted && returns)
		return STOP;
	return anything_left(s) ? EVENTS : s->verdict;
}

/* What is to happen to it next by itself, or EVENTS. */
static enum event next_event(unsigned i)
{
	struct service *s = &services.item[i];

	if (s->state == WAITING && lost(s))
		return LOST;
	if (s->state == CLEARING || s->state == PURGING)
		return next_of_clearing(s);
	if (!s->wanted && !is(s, OVER) && !needed(i))
		return can_close(i) ? CLOSE : STOP;
	switch (s->state) {
	case WAITING:
		return s->wanted && met(s) ? MET : EVENTS;
	case STARTING:
		if (!s->pid)
			return EXITED; /* it could not even be started */
		return s->notify || s->oneshot ? EVENTS : READY;
	default:
		return EVENTS;
	}
}

static void settle(void)
{
	int changed;

	do {
		changed = 0;
		spread();
		for (unsigned i = 0; i < services.count; i++) {
			struct service *s = &services.item[i];
			enum state before = s->state;
			enum event e = next_event(i);

			if (e != EVENTS)
				happen(s, e);
			changed |= s->state != before;
		}
	} while (changed);
}

/* ---- by hand */

/* A set and all that its members point to, or are pointed to by. */
static struct set closure(unsigned i, int dependents)
{
	struct set all = { { 0 } };
	int changed;

	set_add(&all, i);
	do {
		changed = 0;
		for (unsigned j = 0; j < services.count; j++)
			for (unsigned k = 0; k < services.count; k++) {
				unsigned from = dependents ? k : j;
				unsigned to = dependents ? j : k;

				if (!set_has(&services.item[from].requires,
					     to) ||
				    !set_has(&all, j) || set_has(&all, k))
					continue;
				set_add(&all, k);
				changed = 1;
			}
	} while (changed);
	return all;
}

void hand_start(unsigned i)
{
	struct set all = closure(i, 0);

	for (unsigned j = 0; j < services.count; j++) {
		struct service *s = &services.item[j];

		if (!set_has(&all, j))
			continue;
		s->wanted = 1;
		s->held = 0;
		if (j == i || s->state != DONE)
			happen(s, START);
	}
}

void hand_stop(unsigned i)
{
	struct set all = closure(i, 1);

	for (unsigned j = 0; j < services.count; j++)
		if (set_has(&all, j)) {
			services.item[j].wanted = 0;
			services.item[j].held |= !is(&services.item[j], OVER);
		}
}

void hand_restart(unsigned i)
{
	struct service *s = &services.item[i];

	if (s->state == UP || s->state == STARTING) {
		s->unready = 0;
		happen(s, STOP);
	}
	hand_start(i);
}

/* ---- signals */

static void reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0) {
		for (unsigned i = 0; i < services.count; i++) {
			struct service *s = &services.item[i];

			if (s->pid != pid)
				continue;
			s->pid = 0;
			s->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
			s->status = s->signal ? 128 + s->signal :
						WEXITSTATUS(status);
			happen(s, EXITED);
		}
	}
	if (our.resting && pid < 0 && errno == ECHILD)
		our.resting = 3;
}

static void child(int sig)
{
	reap();
}

/* The first one asks, the second takes all patience away. */
static void stop(int sig)
{
	if (!our.stopping) {
		stop_all();
		return;
	}
	our.hastened = 1;
	our.deadline = our.resting ? clock_ms() : -1;
	for (unsigned i = 0; i < services.count; i++) {
		struct service *s = &services.item[i];

		if (s->state == CLOSING || s->state == STOPPING ||
		    s->state == CLEARING)
			s->deadline = clock_ms();
	}
}

static void ignore(int sig)
{
}

static void forward(int sig)
{
	for (unsigned i = 0; i < services.count; i++)
		if (services.item[i].pid)
			service_signal(&services.item[i], sig);
}

enum { SIGRTMIN_3 = 37 }; /* systemd's: halt, as glibc counts */

/* Signals with a meaning of their own; the last row is for all others. */
static const struct meaning {
	int sig;
	void (*act)(int sig);
} meanings[] = {
	{ SIGCHLD, child },  { SIGTERM, stop },	  { SIGINT, stop },
	{ SIGQUIT, stop },   { SIGPWR, stop },	  { SIGRTMIN_3, stop },
	{ SIGTSTP, ignore }, { SIGTTIN, ignore }, { SIGTTOU, ignore },
	{ 0, forward },
};

static void signals(unsigned i)
{
	struct signalfd_siginfo info;
	const struct meaning *m = meanings;

	if (read(our.signal_fd, &info, sizeof info) != sizeof info)
		return;
	/* Our own writing to a pipe that nobody reads. */
	if (info.ssi_signo == SIGPIPE && info.ssi_pid == (uint32_t)getpid())
		return;
	while (m->sig && m->sig != (int)info.ssi_signo)
		m++;
	m->act(info.ssi_signo);
}

/* ---- deadlines */

static int64_t sooner(int64_t a, int64_t b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

static int64_t next_deadline(void)
{
	int64_t first = sooner(our.deadline, control_deadline());

	for (unsigned i = 0; i < services.count; i++)
		first = sooner(first, services.item[i].deadline);
	return first;
}

static void rest_is_late(void)
{
	our.resting++;
	/* As PID 1 we end, and the kernel kills the rest. */
	if (getpid() == 1)
		our.resting = 3;
	our.deadline = clock_ms() + KILL_MS;
	if (our.resting == 2)
		rest_signal(SIGKILL);
}

static void deadlines(void)
{
	int64_t now = clock_ms();

	for (unsigned i = 0; i < services.count; i++) {
		struct service *s = &services.item[i];

		if (s->deadline < 0 || s->deadline > now)
			continue;
		s->deadline = -1;
		happen(s, LATE);
	}
	if (our.resting && our.deadline >= 0 && our.deadline <= now)
		rest_is_late();
}

/* ---- the end */

static int all_over(void)
{
	int readers = 0;

	for (unsigned i = 0; i < services.count; i++) {
		const struct service *s = &services.item[i];

		if (s->held && !our.stopping)
			return 0;
		if (is(s, OVER))
			continue;
		if (!s->reads_logs || our.stopping)
			return 0;
		readers = 1;
	}
	/* Those who only read what the others have said stay for nothing. */
	if (readers) {
		stop_all();
		settle();
	}
	return !readers;
}

/* Whoever has fled from its service is asked to go; once nobody is, we end. */
static int at_end(void)
{
	if (our.resting || !all_over())
		return our.resting == 3;
	our.stopping = 1;
	our.resting = 1;
	control_end();
	reap();
	if (our.resting == 3)
		return 1;
	our.deadline = after_ms(DRAIN_MS);
	rest_signal(SIGTERM);
	rest_signal(SIGCONT);
	return 0;
}

/* ---- the loop */

enum { WATCHES = 4 + CLIENTS + 2 * SERVICES_MAX };

static struct pollfd watched[WATCHES];
static struct {
	void (*act)(unsigned i);
	unsigned i;
} acts[WATCHES];
static unsigned watches;

void watch(int fd, short events, void (*act)(unsigned i), unsigned i)
{
	if (watches == WATCHES)
		return; /* there are as many as there can be */
	watched[watches] = (struct pollfd){ .fd = fd, .events = events };
	acts[watches].act = act;
	acts[watches++].i = i;
}

/*
 * Until something happens, or `left` milliseconds. Without a deadline nothing
 * wakes us for nothing, but for the one time when all have come up and stay.
 * Apart, for .ci/steady.ld: what we wait in stays, all other pages go.
 */
static void __attribute__((noinline)) idle(int left)
{
	if (poll(watched, watches,
		 left < 0 && !our.settled ? SETTLE_MS : left) ||
	    left >= 0)
		return;
	our.settled = 1;
	steady();
	poll(watched, watches, -1);
}

static void wait_for_something(void)
{
	int64_t deadline = next_deadline(), left = -1;

	watches = 0;
	watch(our.signal_fd, POLLIN, signals, 0);
	control_watch();
	log_watch();
	notify_watch();
	if (deadline >= 0)
		left = deadline - clock_ms();
	if (deadline >= 0 && left < 0)
		left = 0;
	idle(left < INT_MAX ? left : INT_MAX);
}

static void act(void)
{
	for (unsigned i = 0; i < watches; i++)
		if (watched[i].revents)
			acts[i].act(acts[i].i);
}

int supervise(void)
{
	for (;;) {
		settle();
		control_settle();
		if (at_end())
			break;
		wait_for_something();
		act();
		deadlines();
	}
	log_end();
	for (unsigned i = 0; i < services.count; i++)
		task_end(&services.item[i].task);
	return our.status;
}
