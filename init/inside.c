/* inside.c - PID 1 of a new container, told by its launcher what to finish */

/*
 * The programs of the host carry this one within them. The launcher is at
 * descriptor 3, and sends the plan, which comes to 4: see plan.h and note.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/base/clock.h"
#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/enter/enter.h"
#include "init/pid1/pid1.h"
#include "init/plan/note.h"

enum { MEMORY = 16 << 20, DRAIN_MS = 5000 };

/* Moved up by a command's process that takes descriptor 3 itself. */
static int host_fd = HOST_FD;

static void tell(uint32_t kind, int status, const char *text, uint64_t start,
		 uint64_t end)
{
	struct note note = {
		.kind = kind, .status = status, .start = start, .end = end
	};

	snprintf(note.text, sizeof note.text, "%s", text);
	/* A launcher that is gone has taken us with it (PR_SET_PDEATHSIG). */
	note_send(host_fd, &note, NULL, 0);
}

static void fail_to_host(int status, const char *text)
	__attribute__((noreturn));

static void fail_to_host(int status, const char *text)
{
	tell(NOTE_FAIL, status, text, 0, 0);
	_exit(status);
}

static void warn_to_host(const char *text)
{
	tell(NOTE_WARN, 0, text, 0, 0);
}

static void trace_to_host(const char *step, uint64_t start, uint64_t end)
{
	tell(NOTE_TRACE, 0, step, start, end);
}

static void console_to_host(int master_fd)
{
	struct note note = { .kind = NOTE_CONSOLE };

	if (note_send(HOST_FD, &note, &master_fd, 1) < 0)
		die("hand the terminal to the launcher: %m");
}

/* We end where the pid namespace begins; the launcher's child in it goes on. */
static void joined_to_host(pid_t pid, int pidfd)
{
	struct note note = { .kind = NOTE_JOINED, .pid = pid };

	if (note_send(HOST_FD, &note, &pidfd, 1) < 0)
		die("tell the launcher who joins: %m");
}

static int told_to_start(void)
{
	struct note note;

	return note_receive(HOST_FD, &note, NULL, 0, NULL) > 0 &&
	       note.kind == NOTE_START;
}

/* Who connects next is the launcher from then on; who gave up was none. */
static void wait_for_starter(int socket_fd)
{
	int fd;

	do {
		fd = accept4(socket_fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0 || dup3(fd, HOST_FD, O_CLOEXEC) < 0)
			_exit(EXIT_OURS);
		fd_close(&fd);
	} while (!told_to_start());
	close(socket_fd);
}

/* The launcher's word to go on; its end means stop. */
static void wait_for_start(const struct plan *p)
{
	if (p->start_tree)
		wait_for_starter(TREE_FD + p->start_tree - 1);
	else if (!told_to_start())
		_exit(EXIT_OURS);
}

/*
 * Descriptors that arrive get the lowest numbers that are free: those of plan.h,
 * as whoever made this process has seen to it that these are. The first tree, or
 * all of them, may be here before; the plan comes first, into the gap below.
 */
static void receive_plan(void)
{
	int fds[NOTE_FDS], place = PLAN_FD, next = TREE_FD;
	struct note note;
	unsigned n;

	while (fcntl(next, F_GETFD) >= 0)
		next++;
	do {
		if (note_receive(HOST_FD, &note, fds, NOTE_FDS, &n) <= 0)
			_exit(EXIT_OURS); /* the launcher is gone, or undone */
		for (unsigned i = 0; i < n; i++) {
			if (fds[i] != place)
				die("descriptor %d came where %d belongs",
				    fds[i], place);
			place = next++;
		}
	} while (note.kind == NOTE_PART);
	if (note.kind != NOTE_PLAN)
		_exit(EXIT_OURS);
}

static void read_plan(struct plan *p, struct arena *memory)
{
	struct stat st;
	char why[256], *text;

	if (fstat(PLAN_FD, &st) < 0)
		die("read the plan: %m");
	text = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE,
		    PLAN_FD, 0);
	if (text == MAP_FAILED || arena_make(memory, MEMORY) < 0)
		die("read the plan: %m");
	if (plan_decode(p, text, st.st_size, memory, why, sizeof why) < 0 ||
	    plan_check(p, TREES_MAX, why, sizeof why) < 0)
		die("%s", why);
	close(PLAN_FD);
}

/*
 * Exec and a change of users clear the signal. A launcher that died before it
 * was set has hung up; but START may be in the socket already.
 */
static void die_with_launcher(void)
{
	struct pollfd host = { HOST_FD, 0, 0 };

	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		die("die with the launcher: %m");
	if (poll(&host, 1, 0) < 0 || host.revents & POLLHUP)
		_exit(EXIT_OURS);
}

/*
 * --preserve-fds, last of all: the caller's descriptors go down to 3 and on,
 * where ours are until then.
 */
static void hand_over(const struct plan *p)
{
	int last = p->preserve_from + p->preserve_fds;

	/* Without a PID 1 of ours, or a pid namespace, nobody else ends the
	 * command with the launcher. */
	if (!p->detached && (!p->init || !(p->namespaces & CLONE_NEWPID)))
		die_with_launcher();
	if (!p->preserve_fds)
		return;
	host_fd = fcntl(HOST_FD, F_DUPFD_CLOEXEC, last);
	for (unsigned i = 0; i < p->preserve_fds; i++)
		if (fd_place(p->preserve_from + i, 3 + i) < 0)
			die("--preserve-fds: descriptor %u: %m", 3 + i);
}

static void run_inside(const void *arg)
{
	become(arg);
}

/* All stdio of ours: what the caller gave belongs to the command alone. */
static void let_go_of_stdio(int null_fd)
{
	for (int i = 0; i < 3; i++)
		if (null_fd < 0 || dup2(null_fd, i) < 0)
			close(i);
}

/* CAP_KILL alone: a keeper signals processes of any user, and no more. */
static void keep_only_kill(void)
{
	struct capabilities kill_only = {
		.effective = 1 << 5, .permitted = 1 << 5 /* CAP_KILL */
	};

	/* Where that is refused we keep what we have: it is no more than the
	 * namespace's own, and PR_SET_DUMPABLE guards it. */
	if (capabilities_set(&kill_only) == 0)
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static void tell_ending(const struct ending *e)
{
	struct note note = { .kind = NOTE_ENDED,
			     .status = e->status,
			     .signal = e->signal,
			     .pid = e->victim,
			     .start = e->reaped,
			     .end = e->late };

	snprintf(note.text, sizeof note.text, "%s", e->victim_name);
	note_send(host_fd, &note, NULL, 0);
}

/* From here on the launcher may go; to one that waits, the end of the stream
 * says that the command runs. */
static void let_go_of_launcher(const struct plan *p)
{
	if (!p->detached)
		return;
	close(HOST_FD);
	host_fd = -1;
}

int main(void)
{
	struct plan plan;
	struct arena memory;
	struct inside in = { .plan = &plan,
			     .memory = &memory,
			     .proc_fd = -1,
			     .cwd_fd = -1,
			     .tty_fd = -1,
			     .traced = trace_to_host,
			     .console = console_to_host,
			     .joined = joined_to_host,
			     .hand_over = hand_over };
	/* The launcher says how it ended, and wants to know of each victim. */
	struct keeper k = { .drain_ms = DRAIN_MS,
			    .runtime_ms = -1,
			    .quiet = 1,
			    .wants_usage = 1 };
	struct ending e = { 0 };
	uint64_t start, sent;

	signals_hold();
	start = clock_ns();
	prctl(PR_SET_NAME, "cinit", 0, 0, 0); /* not memfd's number */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (fcntl(HOST_FD, F_GETFD) < 0)
		die("there is no plan: only a launcher can start this");
	die_route.fail = fail_to_host;
	die_route.warn = warn_to_host;
	die_with_launcher();
	if (sys_close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		die("mark descriptors close-on-exec: %m");
	receive_plan();
	sent = clock_ns();
	read_plan(&plan, &memory);
	if (plan.trace) {
		trace_to_host("wait for plan", start, sent);
		trace_to_host("read plan", sent, clock_ns());
	}
	enter(&in);
	if (plan.detached)
		prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
	tell(NOTE_READY, 0, "", 0, 0);
	wait_for_start(&plan);
	if (!plan.init)
		become(&in);
	start = clock_ns();
	k.command = spawn(run_inside, &in);
	if (k.command < 0)
		die("make a process for the command: %m%s",
		    errno == EAGAIN ? " (the pids limit is too low)" : "");
	if (plan.trace)
		trace_to_host("start command", start, clock_ns());
	k.stop_signal = plan.stop_signal ? plan.stop_signal : SIGTERM;
	k.to_group = plan.to_group;
	k.verbose = plan.verbose;
	k.grace_ms = plan.grace_ms;
	if (k.grace_ms >= 0)
		k.drain_ms = k.grace_ms;
	let_go_of_stdio(in.null_fd);
	host_fd = HOST_FD; /* spawn shares our memory */
	let_go_of_launcher(&plan);
	sys_close_range(HOST_FD + 1, ~0U, 0);
	k.memory = &memory; /* freeing is dear when it ends at once */
	keep_only_kill();
	loop(&k, &e);
	tell_ending(&e);
	return e.status;
}
