/* life.c - what is done when something happens to a service */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/parse.h"
#include "init/base/sys.h"
#include "init/services/supervise.h"

enum {
	BACKOFF_FIRST_MS = 100,
	BACKOFF_MOST_MS = 10000,
	HEALTHY_MS = 10000,   /* who lives so long may fail as if anew */
	CLOSE_MS = 1000,      /* for a reader of logs to end by itself */
	KILL_MS = 2000,	      /* for what SIGKILL cannot wake at once */
	STATUS_UNREADY = 124, /* as timeout(1) */
	STATUS_LOST = 125,
};

struct services services;
struct supervisor our = { .signal_fd = -1, .null_fd = -1, .deadline = -1 };

int64_t clock_ms(void)
{
	struct timespec t;

	/* without what it takes to find the kernel's own function */
	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

int64_t after_ms(int64_t ms)
{
	if (ms < 0)
		return -1;
	return clock_ms() + (our.hastened ? 0 : ms);
}

/* ---- what is done on the way from state to state */

static void do_nothing(struct service *s)
{
}

/* In the process of the command, in our memory: no word to it. */
static void begin_command(const void *service)
{
	const struct service *s = service;
	int out = s->log_out, in = our.null_fd;

	setsid();
	if (s->log_index >= 0)
		out = services.item[s->log_index].log_out;
	if (s->reads_logs) {
		in = s->log_in;
		out = s->log == LOG_SERVICE ? out : -1;
	}
	if (in >= 0)
		fd_place(in, 0);
	if (out >= 0) {
		fd_place(out, 1);
		fd_place(out, 2);
	}
	if (s->notify_out >= 0)
		fd_place(s->notify_out, s->notify_fd);
	task_exec(&s->task);
}

static void do_spawn(struct service *s)
{
	log_begin(s);
	s->notify_out = notify_begin(s);
	s->unready = 0;
	s->pid = spawn(begin_command, s);
	if (s->pid < 0) {
		warn("%s: make a process: %m", s->name);
		s->pid = 0;
		s->status = STATUS_LOST;
	}
	s->session = s->pid;
	fd_close(&s->notify_out);
	if (s->notify || s->oneshot)
		s->deadline = after_ms(s->ready_ms);
}

static void do_greet(struct service *s)
{
	if (s->notify == NOTIFY_FD)
		notify_end(s);
}

/* To the command, or to its group if that is what it wants. */
int service_signal(const struct service *s, int sig)
{
	return kill(s->task.keep.to_group ? -s->pid : s->pid, sig);
}

static void do_ask(struct service *s)
{
	s->deadline = after_ms(s->task.keep.grace_ms);
	service_signal(s, s->task.keep.stop_signal);
	/* What is stopped hears nothing. */
	service_signal(s, SIGCONT);
}

static void do_give_up(struct service *s)
{
	warn("%s: is not ready in time", s->name);
	s->unready = 1;
	do_ask(s);
}

static void do_close(struct service *s)
{
	int64_t grace = s->task.keep.grace_ms;

	fd_close(&s->log_out);
	s->deadline =
		after_ms(grace >= 0 && grace < CLOSE_MS ? grace : CLOSE_MS);
}

static void kill_all(struct service *s)
{
	if (s->session)
		session_signal(s->session, SIGKILL);
	if (s->pid)
		kill(s->pid, SIGKILL);
	if (s->task.cgroup)
		cgroup_kill(s->task.cgroup);
	s->deadline = clock_ms() + KILL_MS;
}

static void do_kill(struct service *s)
{
	if (our.verbose || !our.hastened)
		warn("%s: did not stop in time: SIGKILL", s->name);
	kill_all(s);
}

/* Those of its cgroup, one by one, who are in no session of ours; are there any?
 * Signal 0 only looks. */
static int cgroup_signal(const struct service *s, int sig)
{
	char text[4096], *p = text;
	int found = 0;
	pid_t pid;

	if (!s->task.cgroup || !s->session ||
	    fd_read_file(s->task.cgroup->tree[0].dir_fd, "cgroup.procs", text,
			 sizeof text) <= 0)
		return 0;
	for (; *p; p += !!*p) {
		for (pid = 0; *p >= '0' && *p <= '9'; p++)
			pid = pid * 10 + *p - '0';
		found |= pid > 0;
		if (sig && pid > 0 && getsid(pid) != s->session)
			kill(pid, sig);
	}
	return found;
}

int anything_left(const struct service *s)
{
	return s->session && (session_left(s->session) || cgroup_signal(s, 0));
}

/* Whoever is left of it is asked to end. */
static void clear(struct service *s)
{
	s->last = s->status;
	notify_end(s);
	s->deadline = after_ms(s->task.keep.drain_ms);
	if (!s->session)
		return;
	session_signal(s->session, SIGTERM);
	cgroup_signal(s, SIGTERM);
	session_signal(s->session, SIGCONT);
}

void stop_all(void)
{
	our.stopping = 1;
	for (unsigned i = 0; i < services.count; i++)
		services.item[i].wanted = services.item[i].held = 0;
}

static void failed(struct service *s)
{
	if (s->failure == FAILURE_IGNORE)
		return;
	if (!our.status && !our.stopping)
		our.status = s->last;
	if (s->failure == FAILURE_STOP)
		stop_all();
}

static void say_end(const struct service *s, const char *what)
{
	if (s->unready)
		warn("%s: was not ready in time%s", s->name, what);
	else if (s->signal)
		warn("%s: signal %s ended it%s", s->name,
		     signal_name(s->signal), what);
	else
		warn("%s: ended with status %d%s", s->name, s->status, what);
}

static int may_again(const struct service *s, int bad)
{
	const struct keeper *k = &s->task.keep;

	if (k->restart_most && s->tries >= k->restart_most)
		return 0;
	return k->restart == RESTART_ALWAYS ||
	       (k->restart == RESTART_ON_FAILURE && bad);
}

/* It has ended by itself, or it was too slow: what that means. */
static void do_judge(struct service *s)
{
	int bad = s->status || s->unready;

	if (s->unready && !s->status)
		s->status = STATUS_UNREADY;
	if (s->state == UP && clock_ms() - s->since >= HEALTHY_MS)
		s->tries = 0;
	clear(s);
	if (!s->wanted) {
		s->verdict = EMPTY_DOWN;
	} else if (may_again(s, bad)) {
		s->verdict = EMPTY_AGAIN;
		say_end(s, ", and starts again");
	} else if (bad) {
		s->verdict = EMPTY_FAILED;
		say_end(s, s->task.keep.restart ? ", too often: it has failed" :
						  ": it has failed");
		failed(s);
	} else {
		s->verdict = EMPTY_DONE;
		if (s->success == SUCCESS_STOP)
			stop_all();
	}
}

/* It was asked to. */
static void do_clear(struct service *s)
{
	if (s->unready) {
		do_judge(s);
		return;
	}
	s->verdict = s->wanted ? EMPTY_START : EMPTY_DOWN;
	clear(s);
}

static void do_abandon(struct service *s)
{
	warn("%s: process %d does not even end by SIGKILL", s->name, s->pid);
	s->pid = s->session = 0;
	s->status = 128 + SIGKILL;
	do_clear(s);
}

static void do_leave(struct service *s)
{
	warn("%s: what it left does not even end by SIGKILL", s->name);
	s->session = 0;
}

static void do_return(struct service *s)
{
	s->verdict = EMPTY_START;
}

static void do_stay(struct service *s)
{
	if (s->verdict == EMPTY_START || s->verdict == EMPTY_AGAIN)
		s->verdict = EMPTY_DOWN;
}

static void do_wait(struct service *s)
{
	int64_t ms = BACKOFF_FIRST_MS;

	for (unsigned i = 0; i < s->tries && ms < BACKOFF_MOST_MS; i++)
		ms *= 2;
	s->tries++;
	s->restarts++;
	s->session = 0;
	s->deadline = after_ms(ms < BACKOFF_MOST_MS ? ms : BACKOFF_MOST_MS);
}

static void do_forget(struct service *s)
{
	s->tries = 0;
	s->session = 0;
}

static void do_fail(struct service *s)
{
	warn("%s: does not start: what it requires has failed", s->name);
	if (!s->last || s->last == -1)
		s->last = STATUS_LOST;
	failed(s);
}

static void do_settle(struct service *s)
{
	s->session = 0;
}

static void (*const actions[ACTIONS])(struct service *s) = {
	[DO_NOTHING] = do_nothing, [DO_SPAWN] = do_spawn,
	[DO_GREET] = do_greet,	   [DO_GIVE_UP] = do_give_up,
	[DO_CLOSE] = do_close,	   [DO_ASK] = do_ask,
	[DO_KILL] = do_kill,	   [DO_ABANDON] = do_abandon,
	[DO_LEAVE] = do_leave,	   [DO_JUDGE] = do_judge,
	[DO_CLEAR] = do_clear,	   [DO_PURGE] = kill_all,
	[DO_RETURN] = do_return,   [DO_STAY] = do_stay,
	[DO_WAIT] = do_wait,	   [DO_FORGET] = do_forget,
	[DO_FAIL] = do_fail,	   [DO_SETTLE] = do_settle,
};

void happen(struct service *s, enum event e)
{
	struct transition t = state_next(s->state, e);

	if (t.next != s->state)
		s->deadline = -1;
	actions[t.action](s);
	if (t.next == s->state)
		return;
	s->state = t.next;
	s->since = clock_ms();
	if (our.verbose)
		warn("%s: %s", s->name, state_name(s->state));
}
