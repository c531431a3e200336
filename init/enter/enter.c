/* enter.c - entering the container: the table of contents */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "init/base/clock.h"
#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/enter/parts.h"

/* HOME as passwd has it, where nobody said otherwise. */
static void home_set(struct inside *in)
{
	const struct plan *p = in->plan;
	const char **env;
	char *home;

	for (size_t i = 0; i < p->env.count; i++)
		if (!strncmp(p->env.item[i], "HOME=", 5))
			return;
	/* Decoded lists have room for two more, HOME and the last NULL. */
	env = (const char **)p->env.item;
	home = arena_take(in->memory, sizeof "HOME=" + strlen(in->who.home));
	if (!home)
		die("HOME: %m");
	strcpy(stpcpy(home, "HOME="), in->who.home);
	env[p->env.count] = home;
}

static void old_proc(struct inside *in)
{
	if (in->plan->sysctls.count || in->plan->has_oom_score_adj)
		own_proc(in);
}

/*
 * Without -i the command reads nothing of the caller's. The node is that of
 * the container: of the host's, root inside might be the owner.
 */
static void null_open(struct inside *in)
{
	struct stat st;

	in->null_fd = sys_openat2(in->root_fd, "dev/null", O_RDWR | O_NOCTTY, 0,
				  RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS);
	/* What runs there, or a volume, may have put anything in its place. */
	if (in->null_fd >= 0 &&
	    (fstat(in->null_fd, &st) < 0 || !S_ISCHR(st.st_mode) ||
	     st.st_rdev != makedev(1, 3))) {
		fd_close(&in->null_fd);
		errno = ENODEV;
	}
	if (in->null_fd < 0 && in->plan->empty_stdin)
		die("open /dev/null of the container: %m");
}

/*
 * The order matters: labels while all that is in sight is the host's; clocks
 * before any other process; file systems are made
 * while the host's /proc is in sight; sysctls before /proc/sys is read-only
 * would do as well, they go through a procfs of their own; mounts are private
 * before the first one is attached, or it would appear on the host as well; the
 * root is sealed when nothing has to be made in it any more; names are looked up
 * in the finished tree.
 */
static const struct step {
	const char *name;
	void (*run)(struct inside *in);
} steps[] = {
	{ "outer procfs", outer_proc },
	{ "labels", labels_set },
	{ "clocks", clocks_set },
	{ "host name", names_set },
	{ "loopback", loopback_up },
	{ "own procfs", old_proc },
	{ "sysctls", sysctls_write },
	{ "make file systems", mounts_make },
	{ "private mounts", root_private },
	{ "make masks", masks_make },
	{ "attach root", root_attach },
	{ "attach mounts", mounts_attach },
	{ "seal root", root_seal },
	{ "look up user", identity_find },
	{ "terminal", terminal_make },
	{ "working directory", cwd_open },
	{ "/dev/null", null_open },
	{ "pivot", root_pivot },
	{ "Landlock", landlock_make },
	{ "HOME", home_set },
};

/* What runs already is entered, and nothing of it is changed. */
static const struct step join_steps[] = {
	{ "outer procfs", outer_proc },
	{ "labels", labels_set },
	{ "join namespaces", namespaces_join },
	{ "look up user", identity_find },
	{ "terminal", terminal_make },
	{ "working directory", cwd_open },
	{ "/dev/null", null_open },
	{ "Landlock", landlock_make },
	{ "HOME", home_set },
};

static void take(struct inside *in, const struct step *step, size_t count)
{
	uint64_t start = clock_ns(), end;

	for (; count--; step++) {
		step->run(in);
		if (!in->plan->trace)
			continue;
		end = clock_ns();
		in->traced(step->name, start, end);
		start = end;
	}
}

void enter(struct inside *in)
{
	umask(0);
	if (in->plan->joins.count)
		take(in, join_steps, sizeof join_steps / sizeof *join_steps);
	else
		take(in, steps, sizeof steps / sizeof *steps);
}

/* The same for a caller's stdio that is /dev/null already. */
static void use_own_null(const struct inside *in)
{
	struct stat own, st;

	if (in->null_fd < 0 || fstat(in->null_fd, &own) < 0)
		return;
	for (int fd = 0; fd < 3; fd++)
		if ((!fd && in->plan->empty_stdin) ||
		    (!fstat(fd, &st) && S_ISCHR(st.st_mode) &&
		     st.st_rdev == own.st_rdev))
			if (dup2(in->null_fd, fd) < 0)
				die("make /dev/null descriptor %d: %m", fd);
}

/* A session of the command's own: no terminal of the caller is reachable. */
static void session(const struct inside *in)
{
	if (setsid() < 0 && errno != EPERM) /* the command is PID 1 already */
		die("make a session: %m");
	use_own_null(in);
	if (in->tty_fd < 0)
		return;
	if (ioctl(in->tty_fd, TIOCSCTTY, 0) < 0)
		die("make the terminal the controlling one: %m");
	for (int fd = 0; fd < 3; fd++)
		if (dup2(in->tty_fd, fd) < 0)
			die("make the terminal stdio: %m");
}

void become(const struct inside *in)
{
	const struct plan *p = in->plan;

	session(in);
	if (in->cwd_fd >= 0 && fchdir(in->cwd_fd) < 0)
		die("working directory %s: %m", p->cwd);
	privileges_drop(in);
	sys_sigmask(0, NULL);
	in->hand_over(p); /* everything else is close-on-exec */
	command_exec(in);
}
