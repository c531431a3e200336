/* loop.c - the keeper's life: nothing in here may end the process */
#include <errno.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/parse.h"
#include "init/base/steady.h"
#include "init/base/sys.h"
#include "init/pid1/life.h"

enum {
	KILL_MS = 2000,	   /* for what SIGKILL cannot wake at once */
	EARLY_MS = 3,	   /* a command that ends sooner costs nothing extra */
	SETTLE_MS = 50,	   /* one that lives longer is worth settling for */
	ORPHANS_MS = 1000, /* between two looks for them */
	PAUSE_MS = 100,	   /* before the first start again; twice that, ... */
	PAUSE_MOST_MS = 10000,
	HEALTHY_MS = 10000, /* whoever lived that long starts anew */
};

/* ---- time */

int64_t now_ms(void)
{
	struct timespec t;

	/* Not by the vDSO: to find it takes longer than a few of these. */
	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

void timer_set(struct life *l, enum timer timer, int64_t ms)
{
	l->at[timer] = ms < 0 ? -1 : now_ms() + ms;
}

/* ---- what a life consists of */

static void begin(struct life *l)
{
	l->state = RUNNING;
	l->settling = 0;
	l->told = 0;
	timer_set(l, OF_STATE, -1);
	timer_set(l, SETTLE, EARLY_MS);
	l->began = l->at[SETTLE] - EARLY_MS;
	if (l->k->orphans != ORPHANS_KEEP)
		timer_set(l, ORPHANS, ORPHANS_MS);
}

/* The command has stayed: in steps, so that a short one is not held up. */
static void settle(struct life *l)
{
	if (!l->settling++) {
		signal_room(1);
		if (l->k->tell && !l->k->quiet)
			l->k->tell->begin(l);
		timer_set(l, SETTLE, SETTLE_MS - EARLY_MS);
		return;
	}
	if (l->state == RUNNING)
		automatic_begin(l);
	if (l->k->memory)
		arena_free(l->k->memory);
	steady();
}

static void ask(struct life *l)
{
	int64_t grace = l->k->grace_ms;

	/* Too long a run is to end, whatever patience nobody spoke of. */
	if (l->e->timed_out && grace < 0)
		grace = l->k->drain_ms;
	l->state = STOPPING;
	timer_set(l, OF_STATE, grace);
	signal_pass_stop(l);
}

static void ask_or_wait(struct life *l)
{
	if (l->k->pre_stop_ms <= 0 || l->e->timed_out) {
		ask(l);
		return;
	}
	l->state = DELAYED;
	timer_set(l, OF_STATE, l->k->pre_stop_ms);
}

static void kill_command(struct life *l)
{
	if (l->k->verbose && ending_heard())
		warn("the command did not stop in time: SIGKILL");
	signal_kill(l);
	l->state = KILLED;
	timer_set(l, OF_STATE, KILL_MS);
}

/* Asked again: the patience is over, if it has an end at all. */
static void hasten(struct life *l)
{
	if (l->at[OF_STATE] >= 0)
		kill_command(l);
	else
		signal_pass_stop(l);
}

/* It hangs in the kernel; our end is its end. */
static void give_up(struct life *l)
{
	ending_of(l, SIGKILL);
	l->state = DONE;
}

static void nothing(struct life *l)
{
}

/* ---- its end */

static void pause_for(struct life *l, const char *why)
{
	l->again++;
	l->state = PAUSED;
	timer_set(l, OF_STATE, l->pause);
	if (l->k->verbose && ending_heard())
		warn("%s: started again in %d ms", why, (int)l->pause);
	l->pause = l->pause * 2 < PAUSE_MOST_MS ? l->pause * 2 : PAUSE_MOST_MS;
}

static int is_limited(const struct life *l)
{
	return l->k->restart_most && l->again >= l->k->restart_most;
}

/* Is it to be started again, as far as its end goes? */
static int may_go_on(const struct life *l)
{
	const struct keeper *k = l->k;

	if (l->state != RUNNING || !k->start || die_pid == k->command)
		return 0;
	return k->restart == RESTART_ALWAYS ||
	       (k->restart == RESTART_ON_FAILURE && l->e->status);
}

static void ended(struct life *l)
{
	int again = may_go_on(l);

	automatic_end(l);
	timer_set(l, SETTLE, -1);
	timer_set(l, OF_STATE, -1);
	if (again && now_ms() - l->began >= HEALTHY_MS) {
		l->again = 0;
		l->pause = PAUSE_MS;
	}
	if (again && !is_limited(l)) {
		pause_for(l, "the command has ended");
	} else {
		l->state = DRAINING;
		timer_set(l, ORPHANS, -1);
	}
	l->command = 0;
}

static void start_again(struct life *l)
{
	l->e->signal = l->e->core = l->e->late = 0;
	signal_room(0);
	l->command = l->k->start(l->k->arg);
	if (l->command > 0) {
		begin(l);
		return;
	}
	l->command = 0;
	if (ending_heard())
		warn("make a process for the command: %m");
	if (!is_limited(l)) {
		pause_for(l, "there is no process");
		return;
	}
	l->e->status = EXIT_OURS;
	l->state = DRAINING;
	reap(l);
}

static void leave_it(struct life *l)
{
	l->state = DRAINING;
	timer_set(l, OF_STATE, -1);
	reap(l);
}

/* As PID 1 we end, and the kernel kills the rest. A SIGKILL to all could block,
 * and for a helper there may be no room. */
static void kill_rest(struct life *l)
{
	l->e->killed_late = 1;
	l->state = getpid() == 1 ? DONE : ENDING;
	timer_set(l, OF_STATE, KILL_MS);
	if (l->state == ENDING)
		signal_rest(SIGKILL);
}

/* Whoever asks once is heard by those who are left; then it is over. */
static void hasten_rest(struct life *l)
{
	if (l->stops++) {
		kill_rest(l);
		return;
	}
	if (l->asked_rest)
		signal_rest(l->stop.si_signo);
	reap(l);
}

static void done(struct life *l)
{
	l->state = DONE;
}

static void (*const table[STATES][EVENTS])(struct life *l) = {
	/*              STOP         LATE          ENDED */
	[RUNNING] = { ask_or_wait, nothing, ended },
	[DELAYED] = { ask, ask, ended },
	[STOPPING] = { hasten, kill_command, ended },
	[KILLED] = { nothing, give_up, ended },
	[PAUSED] = { leave_it, start_again, nothing },
	[DRAINING] = { hasten_rest, kill_rest, nothing },
	[ENDING] = { nothing, done, nothing },
};

void happens(struct life *l, enum event event)
{
	if (l->state < STATES)
		table[l->state][event](l);
}

/* ---- timers */

static void time_is_over(struct life *l)
{
	happens(l, LATE);
}

static void run_is_over(struct life *l)
{
	if (l->state != RUNNING && l->state != DELAYED && l->state != PAUSED &&
	    (l->state != DRAINING || l->asked_rest))
		return; /* it is ending already */
	l->e->timed_out = 1;
	l->e->status = TIMED_OUT;
	l->stop = (siginfo_t){ .si_signo = SIGTERM };
	happens(l, STOP);
}

static void look_for_orphans(struct life *l)
{
	timer_set(l, ORPHANS, ORPHANS_MS);
	orphans_ask(l);
}

static void (*const rings[TIMERS])(struct life *l) = {
	[OF_STATE] = time_is_over, [RUNTIME] = run_is_over,
	[SETTLE] = settle,	   [ORPHANS] = look_for_orphans,
	[HELD] = signal_pass_held,
};

/*
 * Rings what is due. The time until the next, or NULL: nothing wakes us for
 * nothing.
 */
static const struct timespec *timers_ring(struct life *l,
					  struct timespec *limit)
{
	int64_t next = INT64_MAX, now = 0;

	for (int i = 0; i < TIMERS; i++) {
		if (l->at[i] < 0)
			continue;
		if (!now)
			now = now_ms();
		if (l->at[i] <= now) {
			l->at[i] = -1;
			rings[i](l);
			i = -1; /* it may have set others */
			now = 0;
			next = INT64_MAX;
		} else if (l->at[i] < next) {
			next = l->at[i];
		}
	}
	if (next == INT64_MAX)
		return NULL;
	limit->tv_sec = (next - now) / 1000;
	limit->tv_nsec = (next - now) % 1000 * 1000000;
	return limit;
}

void loop(const struct keeper *k, struct ending *e)
{
	struct life l = { .k = k,
			  .e = e,
			  .command = k->command,
			  .pause = PAUSE_MS,
			  .pid_fd = -1,
			  .signal_fd = -1 };

	for (int i = 0; i < TIMERS; i++)
		l.at[i] = -1;
	timer_set(&l, RUNTIME, k->runtime_ms);
	begin(&l);
	/* What ended before we looked has left a SIGCHLD pending. */
	while (l.state != DONE) {
		struct timespec limit;
		const struct timespec *until = timers_ring(&l, &limit);
		siginfo_t info;

		if (l.state != DONE && signal_take(&l, &info, until) > 0)
			signal_act(&l, &info);
	}
}
