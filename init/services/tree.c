/* tree.c - who is below us: sessions of services, and what they left */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "init/base/fd.h"
#include "init/services/supervise.h"

enum { DEPTH = 100 }; /* deeper ones come up to us when these end */

struct visit {
	/* Nonzero ends the walk. */
	int (*act)(pid_t pid, const struct visit *v);
	pid_t session;
	int sig;
};

/* All below a process, the deepest first (proc(5), /proc/PID/task/TID/children). */
static int below(pid_t parent, const struct visit *v, int depth)
{
	char path[64], text[256];
	pid_t pid = 0;
	ssize_t n;
	int fd, found = 0;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", parent,
		 parent);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	while (!found && fd >= 0 && (n = read(fd, text, sizeof text)) > 0) {
		for (ssize_t i = 0; !found && i < n; i++) {
			if (text[i] >= '0' && text[i] <= '9') {
				pid = pid * 10 + text[i] - '0';
				continue;
			}
			if (pid && depth)
				found = below(pid, v, depth - 1);
			if (pid && !found)
				found = v->act(pid, v);
			pid = 0;
		}
	}
	fd_close(&fd);
	return found;
}

/* Those of the process group are known without a look at all. */
static int is_other_member(pid_t pid, const struct visit *v)
{
	return getsid(pid) == v->session && getpgid(pid) != v->session;
}

static int signal_member(pid_t pid, const struct visit *v)
{
	if (is_other_member(pid, v))
		kill(pid, v->sig);
	return 0;
}

static int signal_anyone(pid_t pid, const struct visit *v)
{
	kill(pid, v->sig);
	return 0;
}

int session_left(pid_t session)
{
	struct visit v = { .act = is_other_member, .session = session };

	return kill(-session, 0) == 0 || below(getpid(), &v, DEPTH);
}

void session_signal(pid_t session, int sig)
{
	struct visit v = { .act = signal_member,
			   .session = session,
			   .sig = sig };

	below(getpid(), &v, DEPTH);
	kill(-session, sig);
}

void rest_signal(int sig)
{
	struct visit v = { .act = signal_anyone, .sig = sig };

	if (getpid() == 1)
		kill(-1, sig);
	else
		below(getpid(), &v, DEPTH);
}
