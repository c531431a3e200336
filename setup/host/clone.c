/* clone.c - the child that becomes cinit */
#include "setup/host/clone.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init/base/clock.h"
#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/plan/note.h"
#include "setup/host/ids.h"
#include "setup/host/trees.h"

#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif
#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

/* cinit itself, embed.S */
extern const char cinit_image_start[], cinit_image_end[];

/* What the child needs to know; a copy of ours, by fork. */
struct cradle {
	const struct launch *l;
	const struct cgroup *cg;
	int into;	  /* clone3 has put it into the v2 cgroup */
	uint64_t missing; /* namespaces that it makes itself */
	int opens;	  /* the trees, as who is not root has them */
	int note_fd;
	sys_sigset ignored;
	void (*inside)(const struct launch *l); /* as these in struct child */
	int (*make_root)(const struct launch *l);
};

/* the child -------------------------------------------------------------- */

static int child_note_fd;

static void fail_to_parent(int status, const char *text)
	__attribute__((noreturn));

static void fail_to_parent(int status, const char *text)
{
	struct note note = { .kind = NOTE_FAIL, .status = status };

	snprintf(note.text, sizeof note.text, "%s", text);
	note_send(child_note_fd, &note, NULL, 0);
	_exit(status);
}

static void warn_to_parent(const char *text)
{
	struct note note = { .kind = NOTE_WARN };

	snprintf(note.text, sizeof note.text, "%s", text);
	note_send(child_note_fd, &note, NULL, 0);
}

/* --trace: what was done since the last one. */
static void lap(const struct cradle *c, const char *step)
{
	static uint64_t last;
	struct note note = { .kind = NOTE_TRACE, .start = last };

	if (!c->l->plan.trace)
		return;
	last = note.end = clock_ns();
	if (!step)
		return;
	snprintf(note.text, sizeof note.text, "%s", step);
	note_send(child_note_fd, &note, NULL, 0);
}

/* Returns cinit, which comes with the word that the ids are mapped. */
static int wait_for_maps(int note_fd)
{
	struct note note;
	int image_fd;
	unsigned n;

	if (note_receive(note_fd, &note, &image_fd, 1, &n) <= 0 ||
	    note.kind != NOTE_MAPPED || !n)
		_exit(EXIT_OURS); /* the launcher is gone, or undone */
	return image_fd;
}

/* Root of the user namespace, before exec would drop what we hold in it. */
static void become_root(const struct launch *l)
{
	if (!(l->plan.namespaces & CLONE_NEWUSER))
		return;
	if ((!l->plan.setgroups_denied && sys_setgroups(0, NULL) < 0) ||
	    sys_setresgid(0) < 0 || sys_setresuid(0) < 0)
		die("become root of the user namespace: %m (id 0 must be in "
		    "the maps)");
}

static int raise_fd(int fd, int above)
{
	int up = fcntl(fd, F_DUPFD_CLOEXEC, above);

	if (up < 0)
		die("move descriptor %d up: %m%s", fd,
		    errno == EINVAL || errno == EMFILE ?
			    " (raise the limit on open files)" :
			    "");
	return up;
}

/*
 * What plan.h promises: 3 the socket, then a free place for the plan, the trees
 * that are here, free places for those that will be sent; then the caller's
 * descriptors that are kept. Returns the image's, which goes with exec as all others do.
 */
static int place_descriptors(const struct launch *l, int note_fd, int image_fd,
			     int *tree_fd, unsigned trees)
{
	unsigned kept = l->plan.preserve_fds, park = l->plan.preserve_from;
	int last = park + kept;

	note_fd = child_note_fd = raise_fd(note_fd, last);
	image_fd = raise_fd(image_fd, last);
	for (unsigned i = 0; i < trees; i++)
		tree_fd[i] = raise_fd(tree_fd[i], last);
	/* Downwards: the parking place may overlap with where they come from. */
	for (unsigned i = kept; i-- > 0;)
		if (fd_place(3 + i, park + i) < 0)
			die("--preserve-fds: descriptor %u: %m", 3 + i);
	for (unsigned i = 0; i < trees; i++)
		if (fd_place(tree_fd[i], TREE_FD + i) < 0)
			die("place tree %u: %m", i);
	if (fd_place(note_fd, HOST_FD) < 0)
		die("place descriptors: %m");
	child_note_fd = HOST_FD;
	if (sys_close_range(PLAN_FD, PLAN_FD, CLOSE_RANGE_CLOEXEC) < 0 ||
	    (TREE_FD + trees < park &&
	     sys_close_range(TREE_FD + trees, park - 1, CLOSE_RANGE_CLOEXEC) <
		     0) ||
	    sys_close_range(last, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		die("close all other descriptors: %m");
	return image_fd;
}

/* Who joins is given it out here: in there it would not be allowed to. */
static void join_oom_score(const struct launch *l)
{
	char text[24];

	if (!l->join || !l->plan.has_oom_score_adj)
		return;
	snprintf(text, sizeof text, "%lld", (long long)l->plan.oom_score_adj);
	if (fd_write_file(AT_FDCWD, "/proc/self/oom_score_adj", text) < 0)
		die("set oom_score_adj to %s: %m", text);
}

static void child(struct cradle *c) __attribute__((noreturn));

static void child(struct cradle *c)
{
	static char name[] = "cinit";
	static char *const argv[] = { name, NULL };
	static char *const envp[] = { NULL };
	static int tree_fd[TREES_MOST];
	unsigned in_memory = !!c->make_root, trees;
	int image_fd;

	child_note_fd = c->note_fd;
	die_route.fail = fail_to_parent;
	die_route.warn = warn_to_parent;
	lap(c, NULL);
	/* A cgroup namespace is rooted where its maker is: cgroup first. */
	if (cgroup_join(c->cg, c->into) < 0)
		die("enter the cgroup: %m");
	lap(c, "enter cgroup");
	if (c->missing && unshare(c->missing) < 0)
		die("make the remaining namespaces: %m");
	lap(c, "last namespaces");
	join_oom_score(c->l);
	setsid(); /* ^C of the caller's terminal reaches us through claunch */
	/* Exec resets what is handled, not what our caller, or we, ignore. */
	for (int sig = 1; sig <= SYS_NSIG; sig++)
		if (c->ignored & SYS_SIG(sig))
			sys_sigdisposition(sig, SIG_DFL);
	image_fd = wait_for_maps(c->note_fd);
	lap(c, "wait for maps");
	become_root(c->l);
	if (c->inside)
		c->inside(c->l);
	trees = in_memory;
	if (c->opens)
		trees += trees_open(c->l, -1, tree_fd + trees);
	lap(c, "become root");
	if (in_memory) {
		tree_fd[0] = c->make_root(c->l);
		lap(c, "unpack the root");
	}
	image_fd =
		place_descriptors(c->l, c->note_fd, image_fd, tree_fd, trees);
	lap(c, "place descriptors");
	sys_execveat(image_fd, "", argv, envp, AT_EMPTY_PATH);
	die("execute cinit: %m");
}

/* the host ---------------------------------------------------------------- */

static pid_t clone_with(struct cradle *c, struct child *out, uint64_t flags)
{
	int cgroup_fd = cgroup_clone_fd(c->cg);
	struct sys_clone_args args = {
		.flags = flags | CLONE_PIDFD,
		.exit_signal = SIGCHLD,
		.pidfd = (uintptr_t)&out->pidfd,
	};
	pid_t pid;

	if (cgroup_fd >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = cgroup_fd;
		c->into = 1;
	}
	pid = sys_clone3(&args, sizeof args);
	if (pid >= 0 || (errno != ENOSYS && errno != EPERM && errno != E2BIG))
		return pid;
	/* An older kernel, or a filter that cannot look into clone3. */
	c->into = 0;
	c->missing |= flags & CLONE_NEWTIME;
	return sys_clone_fork((flags & ~CLONE_NEWTIME) | CLONE_PIDFD,
			      &out->pidfd);
}

static void cannot_clone(uint64_t flags) __attribute__((noreturn));

static void cannot_clone(uint64_t flags)
{
	if (errno == EPERM && flags & CLONE_NEWUSER)
		die("make the namespaces: %m (does the system allow user "
		    "namespaces to this user?)");
	if (errno == EUSERS || errno == ENOSPC)
		die("make the namespaces: %m (a limit in /proc/sys/user, or on "
		    "nesting, is reached)");
	die("make the namespaces: %m");
}

int child_image(void)
{
	int fd = fd_sealed("cinit", cinit_image_start,
			   cinit_image_end - cinit_image_start, 1);

	if (fd < 0)
		die("make a sealed copy of cinit: %m");
	return fd;
}

void child_start(struct child *out, const struct launch *l,
		 const struct cgroup *cg)
{
	uint64_t flags = l->plan.namespaces;
	struct cradle c = { .l = l,
			    .cg = cg,
			    .opens = !l->join && !ids_privileged(),
			    .ignored = out->ignored,
			    .inside = out->inside,
			    .make_root = out->make_root };
	int pair[2];

	/* By the child, when it is where that has to begin. */
	c.missing = flags & CLONE_NEWCGROUP;
	flags &= ~c.missing;
	if (l->plan.clocks.count) /* by cinit, which sets the offsets */
		flags &= ~(uint64_t)CLONE_NEWTIME;
	for (size_t i = 0; i < l->plan.joins.count; i++)
		out->joins |=
			!!(l->plan.joins.item[i].namespaces & CLONE_NEWPID);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		die("make a socket to cinit: %m");
	c.note_fd = pair[1];
	out->note_fd = pair[0];
	out->pid = clone_with(&c, out, flags);
	if (out->pid < 0)
		cannot_clone(flags);
	if (!out->pid) {
		close(pair[0]); /* else we would wait for ourselves */
		child(&c);
	}
	close(pair[1]);
}

void child_kill(struct child *c)
{
	if (c->pid <= 0)
		return;
	sys_pidfd_send_signal(c->pidfd, SIGKILL, NULL);
	while (waitpid(c->pid, NULL, __WALL) < 0 && errno == EINTR)
		;
	c->pid = 0;
}
