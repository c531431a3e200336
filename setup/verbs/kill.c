/* kill.c - kill: a signal to a container */
#include <errno.h>
#include <signal.h>

#include "init/base/die.h"
#include "init/base/parse.h"
#include "init/base/sys.h"
#include "setup/host/process.h"
#include "setup/verbs/verbs.h"

/* Engines take "container not running" for: there is nothing left to kill. */
static void not_running(const struct store *s) __attribute__((noreturn));

static void not_running(const struct store *s)
{
	die("container %s: container not running", s->id);
}

static void kill_all(const struct store *s, int sig)
{
	static struct cgroup cg;

	store_give_cgroup(s, &cg);
	if (!cg.count)
		die("container %s: kill --all: it has no cgroup, so there is "
		    "no telling which processes are its own",
		    s->id);
	/* A signal by signal may come too late for a fork, KILL may not. */
	if (sig == SIGKILL)
		cgroup_kill(&cg);
	else
		cgroup_send(&cg, sig);
	cgroup_close(&cg);
}

int verb_kill(struct call *c)
{
	struct store s;
	int sig = SIGTERM, pidfd;

	if (c->count > 1 && parse_signal(c->args[1], &sig) < 0)
		die("kill: there is no signal %s", c->args[1]);
	verb_open(c, &s, 0);
	pidfd = process_open(s.record.pid, s.record.started);
	/* Without a pid namespace processes may be left when PID 1 is gone. */
	if (c->all && (pidfd >= 0 || !s.record.own_pids)) {
		kill_all(&s, sig);
		return 0;
	}
	if (pidfd < 0)
		not_running(&s);
	if (sys_pidfd_send_signal(pidfd, sig, NULL) < 0) {
		if (errno == ESRCH)
			not_running(&s);
		die("container %s: send it signal %s: %m", s.id,
		    signal_name(sig));
	}
	return 0;
}
