/* reap.c - children that end: the command, orphans, and what is left */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/pid1/life.h"

/* Root of a container may have put anything there; it must not hold us up. */
enum { WARILY = O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC };

/* ---- below us */

/* Calls act for each child of a process (proc(5), /proc/PID/task/TID/children). */
static void each_child(pid_t parent, void (*act)(void *arg, pid_t child),
		       void *arg)
{
	char path[64], text[256];
	pid_t pid = 0;
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", parent,
		 parent);
	fd = open(path, WARILY);
	while (fd >= 0 && (n = read(fd, text, sizeof text)) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			if (text[i] >= '0' && text[i] <= '9') {
				pid = pid * 10 + text[i] - '0';
				continue;
			}
			if (pid)
				act(arg, pid);
			pid = 0;
		}
	}
	fd_close(&fd);
}

enum { DEPTH = 100 }; /* of the tree below us; deeper ones come up to us */

struct descent {
	int sig, depth;
};

/* The deepest first. */
static void signal_below(void *arg, pid_t pid)
{
	struct descent *d = arg, deeper = { d->sig, d->depth - 1 };

	if (d->depth)
		each_child(pid, signal_below, &deeper);
	kill(pid, d->sig);
}

void signal_rest(int sig)
{
	struct descent d = { sig, DEPTH };

	if (getpid() == 1)
		kill(-1, sig);
	else
		each_child(getpid(), signal_below, &d);
}

/* ---- orphans of a command that runs */

static pid_t *asked_find(struct life *l, pid_t pid)
{
	for (int i = 0; i < ASKED; i++)
		if (l->asked[i] == pid)
			return &l->asked[i];
	return NULL;
}

static void orphan_ask(void *arg, pid_t pid)
{
	struct life *l = arg;
	pid_t *free = asked_find(l, 0);

	if (pid == l->command || asked_find(l, pid))
		return;
	if (l->k->orphans == ORPHANS_KILL) {
		kill(pid, SIGKILL);
		return;
	}
	if (free)
		*free = pid; /* where there is no room it is asked again */
	kill(pid, SIGTERM);
	kill(pid, SIGCONT);
}

void orphans_ask(struct life *l)
{
	each_child(getpid(), orphan_ask, l);
}

/* ---- those who end */

/* Its name, while it is a zombie; "" where /proc does not say. */
static void name_of(pid_t pid, char *name, size_t size)
{
	char path[32];
	ssize_t n;
	int fd;

	name[0] = 0;
	snprintf(path, sizeof path, "/proc/%d/comm", pid);
	fd = open(path, WARILY);
	n = read(fd, name, size - 1);
	fd_close(&fd);
	name[n < 0 ? 0 : n] = 0;
	name[strcspn(name, "\n")] = 0;
}

void reap_victim(struct life *l, const siginfo_t *info)
{
	if (info->si_code != CLD_KILLED || info->si_status != SIGKILL)
		return;
	l->e->victim = info->si_pid;
	name_of(info->si_pid, l->e->victim_name, sizeof l->e->victim_name);
}

/* Says who is reaped next; -1: nobody in particular. */
static pid_t announce(struct life *l)
{
	siginfo_t info = { .si_pid = 0 };
	char name[16];

	if (!l->k->warn_reaped ||
	    waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0 ||
	    !info.si_pid)
		return -1;
	name_of(info.si_pid, name, sizeof name);
	if (info.si_pid != l->command && keeper_tells)
		keeper_tell(TALE_ORPHAN, info.si_pid, 0);
	else if (info.si_pid != l->command && ending_heard())
		warn("reaped an orphan: pid %d (%s)", info.si_pid, name);
	return info.si_pid;
}

static void forget(struct life *l, pid_t pid)
{
	pid_t *asked = asked_find(l, pid);

	if (asked)
		*asked = 0;
	l->e->reaped++;
}

/* The last that is done for the command, and for its group if that stays. */
static void part(struct life *l, pid_t command)
{
	if (l->k->farewell) {
		if (l->k->to_group)
			kill(-command, SIGTERM);
		keeper_tell(TALE_PASSED, SIGTERM, 0);
	}
	keeper_tell(TALE_OVER, l->e->status, 0);
}

static void command_changed(struct life *l, int status)
{
	if (WIFSTOPPED(status) && l->k->suspends)
		return;
	if (WIFSTOPPED(status)) {
		job_stopped(l->command, WSTOPSIG(status), l->suspend_asked);
		l->suspend_asked = 0;
		return;
	}
	job_ended(l->command);
	ending_of(l, status);
	part(l, l->command);
	happens(l, ENDED);
	if (l->k->leaves_rest && l->state == DRAINING && getpid() != 1)
		l->state = DONE;
}

/* The command is gone: whoever is left is asked to go, once. */
static void drain(struct life *l)
{
	if (l->asked_rest || (l->k->wait_all && !l->stops))
		return;
	l->asked_rest = 1;
	timer_set(l, OF_STATE, l->k->drain_ms);
	signal_rest(SIGTERM);
	signal_rest(SIGCONT);
}

/* One SIGCHLD may stand for any number of children. */
void reap(struct life *l)
{
	struct rusage usage, *wanted = l->k->wants_usage ? &usage : NULL;
	int status;
	pid_t pid;

	while ((pid = wait4(announce(l), &status, WNOHANG | WUNTRACED | __WALL,
			    wanted)) > 0) {
		if (!WIFSTOPPED(status))
			forget(l, pid);
		if (WIFEXITED(status))
			keeper_tell(TALE_EXITED, pid, WEXITSTATUS(status));
		else if (WIFSIGNALED(status))
			keeper_tell(TALE_KILLED, pid, WTERMSIG(status));
		if (pid != l->command)
			continue;
		if (wanted)
			l->e->usage = usage;
		command_changed(l, status);
		if (l->state == DONE)
			return;
	}
	if (l->state == DRAINING || l->state == ENDING) {
		if (pid < 0 && errno == ECHILD)
			l->state = DONE;
		else if (l->state == ENDING)
			signal_rest(SIGKILL); /* children of who was killed */
		else
			drain(l);
	} else if (l->k->orphans != ORPHANS_KEEP) {
		orphans_ask(l);
	}
}

/* ---- automatic reaping: the kernel does it, and wakes nobody */

/*
 * Where SIGCHLD is ignored the kernel reaps our children itself, without a
 * signal (wait(2), NOTES). The command's own end is seen at its pidfd, and its
 * status read from there: include/uapi/linux/pidfd.h, since Linux 6.15.
 */
struct pidfd_info {
	uint64_t mask, cgroup_id;
	uint32_t pid, tgid, ppid, ids[8];
	int32_t exit_code; /* as wait(2) has it */
};
_Static_assert(sizeof(struct pidfd_info) == 64, "PIDFD_INFO_SIZE_VER0");
#define PIDFD_GET_INFO _IOWR(0xff, 11, struct pidfd_info)
#define PIDFD_INFO_EXIT 8

/* Before 6.15 the ioctl is there already, and says nothing about the end. */
static int kernel_can(int pid_fd)
{
	struct pidfd_info info = { .mask = PIDFD_INFO_EXIT };
	struct utsname name;
	unsigned part[2] = { 0 }, i = 0;

	if (ioctl(pid_fd, PIDFD_GET_INFO, &info) < 0 || uname(&name) < 0)
		return 0;
	for (const char *c = name.release; i < 2 && *c; c++) {
		if (*c >= '0' && *c <= '9')
			part[i] = part[i] * 10 + *c - '0';
		else
			i++;
	}
	return part[0] > 6 || (part[0] == 6 && part[1] >= 15);
}

/*
 * Not where somebody wants to know of each orphan; nor at a terminal, as nobody
 * tells a parent who ignores SIGCHLD that its child has stopped.
 */
static int may_be_automatic(const struct keeper *k)
{
	return !k->wants_usage && !k->warn_reaped && !k->verbose &&
	       k->orphans == ORPHANS_KEEP && !job_terminal();
}

void automatic_begin(struct life *l)
{
	if (!may_be_automatic(l->k))
		return;
	l->pid_fd = sys_pidfd_open(l->command, 0);
	l->signal_fd = sys_signalfd(SYS_SIG_ALL);
	if (l->pid_fd < 0 || l->signal_fd < 0 || !kernel_can(l->pid_fd)) {
		automatic_end(l);
		return;
	}
	l->automatic = 1;
	sys_sigdisposition(SIGCHLD, SIG_IGN);
	/* Who has ended before still waits for us, perhaps the command. */
	reap(l);
}

void automatic_end(struct life *l)
{
	/* Before a new process: it would inherit what is ignored. */
	if (l->automatic)
		sys_sigdisposition(SIGCHLD, SIG_DFL);
	l->automatic = 0;
	fd_close(&l->pid_fd);
	fd_close(&l->signal_fd);
}

int automatic_wait(struct life *l, const struct timespec *limit)
{
	struct pollfd on[] = { { l->signal_fd, POLLIN, 0 },
			       { l->pid_fd, 0, 0 } };
	struct pidfd_info info = { .mask = PIDFD_INFO_EXIT };

	if (ppoll(on, 2, limit, NULL) <= 0)
		return 0;
	if (!on[1].revents)
		return 1;
	/* Hung up: not only ended but reaped, and its status is there. */
	if (ioctl(l->pid_fd, PIDFD_GET_INFO, &info) < 0 ||
	    !(info.mask & PIDFD_INFO_EXIT)) {
		warn("the kernel does not say how the command has ended: %m");
		info.exit_code = EXIT_OURS << 8;
	}
	automatic_end(l);
	forget(l, l->command);
	command_changed(l, info.exit_code);
	reap(l);
	return 0;
}
