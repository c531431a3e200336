/* watch.c - the launcher's side of the handshake, and its life until the end */
#include "setup/host/watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/plan/note.h"
#include "setup/host/console.h"
#include "setup/host/listen.h"
#include "setup/host/trace.h"
#include "setup/host/undo.h"

/* signals ----------------------------------------------------------------- */

/*
 * Ours stay: what stops us and lets us go on, and what a fault of ours raises.
 * Everything else, real-time signals included, belongs to the command.
 */
#define OURS                                                                   \
	(SYS_SIG(SIGKILL) | SYS_SIG(SIGSTOP) | SYS_SIG(SIGTSTP) |              \
	 SYS_SIG(SIGTTIN) | SYS_SIG(SIGTTOU) | SYS_SIG(SIGCONT) |              \
	 SYS_SIG(SIGCHLD) | SYS_SIG(SIGPIPE) | SYS_SIG(SIGSEGV) |              \
	 SYS_SIG(SIGBUS) | SYS_SIG(SIGILL) | SYS_SIG(SIGFPE) |                 \
	 SYS_SIG(SIGTRAP) | SYS_SIG(SIGSYS) | SYS_SIG(SIGABRT))

static int signal_fd = -1;
static int verbose;

sys_sigset watch_signals(int tell_all)
{
	/* What our caller ignores stays ignored: nohup(1), jobs of a script.
	 * Held back, it would be kept and passed on. */
	sys_sigset ignored = sys_sigignored();
	sys_sigset set = SYS_SIG_ALL & ~OURS & ~ignored;

	verbose = tell_all;
	sys_sigmask(set, NULL);
	sys_sigdisposition(SIGPIPE, SIG_IGN);
	sys_sigdisposition(SIGCHLD, SIG_DFL);
	signal_fd = sys_signalfd(set);
	if (signal_fd < 0)
		die("make a descriptor for signals: %m");
	return ignored | SYS_SIG(SIGPIPE);
}

static int next_signal(struct signalfd_siginfo *info)
{
	return read(signal_fd, info, sizeof *info) == sizeof *info;
}

/* With the value that sigqueue(3) gave it, if that is where it came from. */
static void pass_on(const struct child *c, const struct signalfd_siginfo *s)
{
	siginfo_t info = { .si_signo = s->ssi_signo, .si_code = s->ssi_code };

	info.si_pid = s->ssi_pid;
	info.si_uid = s->ssi_uid;
	info.si_value.sival_ptr = (void *)(uintptr_t)s->ssi_ptr;
	sys_pidfd_send_signal(c->pidfd, s->ssi_signo,
			      s->ssi_code < 0 ? &info : NULL);
}

/* notes ------------------------------------------------------------------- */

static struct console console; /* large, so not initialized */
static int has_console;

static void restore_console(void *unused)
{
	(void)unused;
	console_restore();
}

void watch_tell(const char *side, const char *step, uint64_t start,
		uint64_t end)
{
	warn("%6llu us  %-6s  %s", (unsigned long long)(end - start) / 1000,
	     side, step);
}

static void traced(struct heard *h, const struct note *n, const int *fds)
{
	(void)h;
	(void)fds;
	trace_step("inside", n->text, n->start, n->end);
	if (verbose)
		watch_tell("inside", n->text, n->start, n->end);
}

static void warned(struct heard *h, const struct note *n, const int *fds)
{
	(void)h;
	(void)fds;
	warn("%s", n->text);
}

static void terminal(struct heard *h, const struct note *n, const int *fds)
{
	(void)h;
	(void)n;
	if (fds[0] < 0)
		return;
	undo_push(restore_console, NULL);
	console_open(&console, fds[0]);
	has_console = 1;
}

static void listening(struct heard *h, const struct note *n, const int *fds)
{
	(void)h;
	(void)n;
	listen_begin(fds[0], fds[1]);
}

static void failed(struct heard *h, const struct note *n, const int *fds)
{
	(void)fds;
	h->failed = 1;
	h->status = n->status;
	snprintf(h->sentence, sizeof h->sentence, "%s", n->text);
}

static void ended(struct heard *h, const struct note *n, const int *fds)
{
	(void)fds;
	if (!h->failed)
		h->status = n->status;
	h->signal = n->signal;
	h->reaped = n->start;
	h->late = n->end;
	h->victim = n->pid;
	snprintf(h->victim_name, sizeof h->victim_name, "%.31s", n->text);
}

static void (*const meaning[])(struct heard *, const struct note *,
			       const int *) = {
	[NOTE_TRACE] = traced,	   [NOTE_WARN] = warned,
	[NOTE_CONSOLE] = terminal, [NOTE_FAIL] = failed,
	[NOTE_ENDED] = ended,	   [NOTE_LISTENER] = listening,
};

/*
 * The child has joined a pid namespace: a sibling of it, our child as well, is
 * there, and the child is done.
 */
static void exchange(struct child *c, const struct note *n, int pidfd)
{
	pid_t first = c->pid;

	if (pidfd < 0 || !c->joins)
		die("cinit speaks of a process that it should not know");
	c->joins = 0;
	fd_close(&c->pidfd);
	c->pidfd = pidfd;
	c->pid = n->pid;
	while (waitpid(first, NULL, __WALL) < 0 && errno == EINTR)
		;
}

/* One note; its kind, or 0 at the end of the stream. */
static unsigned hear(struct child *c, struct heard *h)
{
	struct note note;
	int fds[4] = { -1, -1, -1, -1 };
	int got = note_receive(c->note_fd, &note, fds, 4, NULL), taken = 0;

	if (got <= 0)
		return 0;
	/* Theirs are taken; others come from nobody who is right. */
	if (note.kind == NOTE_CONSOLE || note.kind == NOTE_JOINED)
		taken = 1;
	else if (note.kind == NOTE_LISTENER)
		taken = 2;
	for (int i = taken; i < 4; i++)
		fd_close(&fds[i]);
	if (note.kind == NOTE_JOINED)
		exchange(c, &note, fds[0]);
	if (note.kind == NOTE_CONSOLE && c->terminal)
		c->terminal(fds[0]);
	else if (note.kind < sizeof meaning / sizeof *meaning &&
		 meaning[note.kind])
		meaning[note.kind](h, &note, fds);
	return note.kind;
}

/* before the command runs --------------------------------------------------- */

static void send(const struct child *c, uint32_t kind, const int *fds,
		 unsigned n)
{
	struct note note = { .kind = kind };

	/* A child that failed has hung up, maybe with notes of ours unread, and
	 * said why: watch_ready hears. */
	if (note_send(c->note_fd, &note, fds, n) < 0 && errno != EPIPE &&
	    errno != ECONNRESET)
		die("talk to cinit: %m");
}

void watch_send_mapped(const struct child *c, int image_fd)
{
	send(c, NOTE_MAPPED, &image_fd, 1);
}

void watch_send_plan(const struct child *c, const int *fds, unsigned n)
{
	for (; n > NOTE_FDS; fds += NOTE_FDS, n -= NOTE_FDS)
		send(c, NOTE_PART, fds, NOTE_FDS);
	send(c, NOTE_PLAN, fds, n);
}

void watch_start(const struct child *c)
{
	send(c, NOTE_START, NULL, 0);
}

static void stopped_early(void) __attribute__((noreturn));

static void stopped_early(void)
{
	struct signalfd_siginfo info;
	int status = next_signal(&info) ? 128 + (int)info.ssi_signo : EXIT_OURS;

	undo_all();
	_exit(status);
}

/* Does this one end a program by default, signal(7)? */
static int ends_us(void)
{
	sys_sigset pending;

	return sys_sigpending(&pending) == 0 &&
	       pending & ~(SYS_SIG(SIGWINCH) | SYS_SIG(SIGURG) | OURS);
}

void watch_ready(struct child *c)
{
	struct pollfd p[] = { { c->note_fd, POLLIN, 0 },
			      { signal_fd, POLLIN, 0 } };
	struct heard h = { 0 };
	unsigned kind;
	int ready = 0;

	do {
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			die("wait for cinit: %m");
		if (p[1].revents && ends_us())
			stopped_early();
		if (p[1].revents) /* leave it for the command */
			p[1].events = 0;
		if (!p[0].revents)
			continue;
		kind = hear(c, &h);
		if (h.failed)
			die_status(h.status, "%s", h.sentence);
		if (!kind)
			die("cinit ended before the container was ready");
		ready |= kind == NOTE_READY;
		/* Who joined may say so before its maker says who it is. */
	} while (!ready || c->joins);
}

void watch_started(struct child *c)
{
	struct heard h = { 0 };

	while (hear(c, &h))
		if (h.failed)
			die_status(h.status, "%s", h.sentence);
}

/* while it runs ------------------------------------------------------------- */

static void take_signal(const struct child *c)
{
	struct signalfd_siginfo info;

	if (!next_signal(&info))
		return;
	if (info.ssi_signo == SIGWINCH && has_console)
		console_resize(&console);
	else
		pass_on(c, &info);
}

static void collect(struct child *c, struct heard *h)
{
	int status;
	pid_t pid;

	do
		pid = wait4(c->pid, &status, __WALL, &h->usage);
	while (pid < 0 && errno == EINTR);
	c->pid = 0;
	if (pid < 0 || h->failed)
		return;
	/* Without an init it is the command's own end; else cinit's, whose
	 * status is the command's, unless it was killed itself. */
	if (WIFSIGNALED(status)) {
		h->signal = WTERMSIG(status);
		h->status = 128 + h->signal;
	} else {
		h->status = WEXITSTATUS(status);
	}
}

enum { NOTES, SIGNALS, CHILD, CALLS, CONSOLE, POLLED = CONSOLE + 4 };

void watch_run(struct child *c, struct heard *h)
{
	struct pollfd p[POLLED] = { [NOTES] = { c->note_fd, POLLIN, 0 },
				    [SIGNALS] = { signal_fd, POLLIN, 0 },
				    [CHILD] = { c->pidfd, POLLIN, 0 } };
	unsigned kind = NOTE_READY;

	memset(h, 0, sizeof *h);
	while (!p[CHILD].revents) {
		unsigned n = CONSOLE;

		p[CALLS] = (struct pollfd){ listen_fd(), POLLIN, 0 };
		if (has_console)
			n += console_poll(&console, p + CONSOLE);
		if (poll(p, n, -1) < 0)
			continue; /* EINTR: stopped and continued */
		if (p[CALLS].revents)
			listen_answer(p[CALLS].revents);
		if (p[NOTES].revents)
			kind = hear(c, h);
		/* Nothing follows; 0: the command runs without an init. */
		if (!kind || kind == NOTE_ENDED)
			p[NOTES].fd = -1;
		if (p[SIGNALS].revents)
			take_signal(c);
		if (n > CONSOLE)
			console_step(&console, p + CONSOLE);
	}
	/* What it said last is still in the socket, and in the terminal. */
	if (p[NOTES].fd >= 0)
		while (hear(c, h))
			;
	if (has_console)
		console_drain(&console);
	console_restore();
	collect(c, h);
}
