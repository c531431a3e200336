/* join.c - what is entered: found, held, and described as a plan */
#include "setup/host/join.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/parse.h"
#include "init/base/sys.h"
#include "setup/host/keep.h"
#include "setup/host/state.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80 /* linux/sched.h */
#endif

enum {
	LOOK_MS = 2, /* between two looks at what is being made */
	READY_MS = 5000,
	CLOSED_MS = 250, /* so long nobody may look into what becomes cinit */
};

/* What is entered; one run, one of it. */
static struct {
	pid_t pid; /* 0: files, and no process */
	int pidfd;
	int proc_fd; /* of /proc/PID, the same process as pidfd */
	int root_fd;
	char within[72]; /* directory of its own cgroups; "": all it is in */
	int ours;
	int fds[JOIN_FDS];
	unsigned count;
	struct join joins[JOINS_MAX];
	unsigned join_count;
} it = { .pidfd = -1, .proc_fd = -1, .root_fd = -1 };

static void hold(uint64_t namespaces, int fd)
{
	it.fds[it.count++] = fd;
	it.joins[it.join_count++] = (struct join){ namespaces, it.count };
}

/* a process ------------------------------------------------------------------ */

static void not_there(const struct launch *l) __attribute__((noreturn));

static void not_there(const struct launch *l)
{
	if (it.pid && errno == EACCES)
		die("--join %s: process %d belongs to another user; only root "
		    "may enter it",
		    l->join, it.pid);
	die("--join %s: %s%m", l->join,
	    errno == ESRCH || errno == ENOENT ? "it runs no more: " : "");
}

static int alive(void)
{
	return !sys_pidfd_send_signal(it.pidfd, 0, NULL) || errno == EPERM;
}

/*
 * First the pidfd, then its directory in /proc, then a look whether it still
 * lives: as long as it does, nobody else can have the number, so both are the
 * same process.
 */
static void pin(const struct launch *l, pid_t pid)
{
	char path[32];

	it.pid = pid;
	snprintf(path, sizeof path, "/proc/%d", pid);
	it.pidfd = sys_pidfd_open(pid, 0);
	if (it.pidfd < 0 && errno == EINVAL)
		die("--join %s: %d is a thread, not a process", l->join, pid);
	if (it.pidfd < 0)
		not_there(l);
	it.proc_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (it.proc_fd < 0 || !alive())
		not_there(l);
}

/* The rest of the line of /proc/PID/status that begins with the key. */
static const char *status_line(const char *status, const char *key)
{
	const char *line = strstr(status, key);

	return line ? line + strlen(key) : "0";
}

/* An id of the process, as we see it, to what its own user namespace calls it. */
static uint32_t inside_id(const char *map, uint32_t id)
{
	char text[4096], *p = text;

	if (fd_read_file(it.proc_fd, map, text, sizeof text) < 0)
		return 0;
	while (*p) {
		uint32_t inside = strtoul(p, &p, 10);
		uint32_t outside = strtoul(p, &p, 10);
		uint32_t count = strtoul(p, &p, 10);

		if (id - outside < count)
			return inside + (id - outside);
		p += strspn(p, " \n");
	}
	return 0;
}

/* Its label where that is not ours; AppArmor adds the mode: "name (enforce)". */
static const char *label(struct launch *l, const char *file)
{
	char its[LABEL_MAX] = "", own[LABEL_MAX] = "", path[40], *mode;

	snprintf(path, sizeof path, "/proc/self/%s", file);
	if (fd_read_file(it.proc_fd, file, its, sizeof its) <= 0 ||
	    (fd_read_file(AT_FDCWD, path, own, sizeof own) > 0 &&
	     !strcmp(its, own)) ||
	    !strcmp(its, "unconfined"))
		return NULL;
	mode = strstr(its, " (");
	if (mode)
		*mode = 0;
	return arena_printf(&l->memory, "%s", its);
}

/* A process that claunch knows nothing about: as /proc shows it. */
static void describe(struct launch *l, struct plan *base, const char *status)
{
	char setgroups[8] = "";
	uint32_t uid, gid;

	uid = strtoul(status_line(status, "\nUid:"), NULL, 10);
	gid = strtoul(status_line(status, "\nGid:"), NULL, 10);
	base->user =
		arena_printf(&l->memory, "%u:%u", inside_id("uid_map", uid),
			     inside_id("gid_map", gid));
	base->caps.bounding =
		strtoull(status_line(status, "\nCapBnd:"), NULL, 16);
	base->caps.permitted =
		strtoull(status_line(status, "\nCapPrm:"), NULL, 16) &
		base->caps.bounding;
	base->caps.effective =
		strtoull(status_line(status, "\nCapEff:"), NULL, 16) &
		base->caps.permitted;
	base->no_new_privs =
		strtoul(status_line(status, "\nNoNewPrivs:"), NULL, 10);
	/* Its filter nobody can read but with CAP_SYS_ADMIN and a debugger. */
	if (strtoul(status_line(status, "\nSeccomp:"), NULL, 10) == 2)
		base->seccomp = SECCOMP_BUILTIN;
	base->apparmor = label(l, "attr/apparmor/current");
	if (!base->apparmor) /* the same as the next, if it is AppArmor's */
		base->selinux = label(l, "attr/current");
	fd_read_file(it.proc_fd, "setgroups", setgroups, sizeof setgroups);
	base->setgroups_denied = !strcmp(setgroups, "deny");
	base->cwd = "/";
}

/* The plan that its launcher gave to its cinit, sealed: nobody changed it. */
static void read_plan(struct launch *l, struct plan *base, int fd)
{
	char why[256], *text;
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		die("--join %s: read its plan: %m", l->join);
	text = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd,
		    0);
	if (text == MAP_FAILED)
		die("--join %s: read its plan: %m", l->join);
	if (plan_decode(base, text, st.st_size, &l->memory, why, sizeof why) <
	    0)
		die("--join %s: its plan: %s (another version of claunch made "
		    "it?)",
		    l->join, why);
}

/*
 * Until its setup is over a container has the host's root and sees the host's
 * files. A row says when that is; what is in no table (yet, or never) is being
 * made as long as it is claunch or cinit, and has no child. A claunch that has
 * taken the container's ids, and is not cinit yet, is closed to who started it.
 */
static int is_made(struct state_row *row, int known, int waited_ms)
{
	struct stat its, own;
	char text[64] = "";
	ssize_t n;

	if (known)
		return state_holds(row) && row->ready;
	n = readlinkat(it.proc_fd, "exe", text, sizeof text - 1);
	if (n < 0 && errno == EACCES)
		return waited_ms >= CLOSED_MS;
	text[n > 0 ? n : 0] = 0;
	if (strncmp(text, "/memfd:cinit", 12) &&
	    (fstatat(it.proc_fd, "exe", &its, 0) < 0 ||
	     stat("/proc/self/exe", &own) < 0 || its.st_dev != own.st_dev ||
	     its.st_ino != own.st_ino))
		return 1;
	snprintf(text, sizeof text, "task/%d/children", it.pid);
	return fd_read_file(it.proc_fd, text, text, sizeof text) > 0;
}

/* 1: it is a container of the table. */
static int wait_made(const struct launch *l, pid_t parent,
		     struct state_row *row, int known)
{
	const struct timespec moment = { 0, LOOK_MS * 1000000 };

	for (int ms = 0; ms < READY_MS; ms += LOOK_MS) {
		known = known || state_of(it.pid, parent, row);
		if (is_made(row, known, ms))
			return known;
		if (!alive() || (known && !state_holds(row))) {
			errno = ESRCH;
			not_there(l);
		}
		nanosleep(&moment, NULL);
	}
	die("--join %s: it is being made, and not ready yet", l->join);
}

static void take_its_plan(struct launch *l, struct plan *base,
			  struct state_row *row)
{
	char path[48];
	int fd, seals;

	snprintf(path, sizeof path, "/proc/%d/fd/%d", row->launcher,
		 row->plan_fd);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	seals = fd < 0 ? -1 : fcntl(fd, F_GET_SEALS);
	/* Both still there: so the file is that of this launcher. */
	if (!state_holds(row) || !alive() || seals < 0 ||
	    !(seals & F_SEAL_WRITE)) {
		errno = ESRCH;
		not_there(l);
	}
	read_plan(l, base, fd);
	fd_close(&fd);
	snprintf(it.within, sizeof it.within, "%s", row->cgroup);
	it.ours = 1;
}

static const struct kind {
	char name[8];
	uint64_t bit;
} kinds[JOINS_MAX] = {
	/* the user namespace is the last, init/enter/join.c says why */
	{ "mnt", CLONE_NEWNS },	   { "pid", CLONE_NEWPID },
	{ "uts", CLONE_NEWUTS },   { "ipc", CLONE_NEWIPC },
	{ "net", CLONE_NEWNET },   { "cgroup", CLONE_NEWCGROUP },
	{ "time", CLONE_NEWTIME }, { "user", CLONE_NEWUSER },
};

/* One's own cannot be entered where it is a user namespace: setns(2), EINVAL. */
static int is_own(int dir_fd, const char *name, const char *kind)
{
	char path[24];
	struct stat its, own;

	snprintf(path, sizeof path, "/proc/self/ns/%s", kind);
	return !fstatat(dir_fd, name, &its, 0) && !stat(path, &own) &&
	       its.st_dev == own.st_dev && its.st_ino == own.st_ino;
}

static void choose_of_process(const struct launch *l)
{
	uint64_t wanted = 0;
	char path[16];

	_Static_assert(sizeof kinds->name + 3 <= sizeof path, "ns/NAME");
	it.root_fd =
		openat(it.proc_fd, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (it.root_fd < 0)
		not_there(l);
	for (size_t i = 0; i < JOINS_MAX; i++) {
		snprintf(path, sizeof path, "ns/%.7s", kinds[i].name);
		if ((!l->join_only || l->join_only & kinds[i].bit) &&
		    !is_own(it.proc_fd, path, kinds[i].name))
			wanted |= kinds[i].bit;
	}
	if (wanted)
		hold(wanted, it.pidfd);
	/* Its very directory, which chroot(2) may have made another one. */
	if (!l->join_only || l->join_only & CLONE_NEWNS)
		it.fds[it.count++] = it.root_fd;
}

static void find_process(struct launch *l, struct plan *base)
{
	struct state_row row;
	char status[8192];
	uint64_t pid;
	int by_name = parse_number(l->join, INT32_MAX, &pid) < 0, known;
	pid_t parent;

	if (by_name && !state_named(l->join, &row))
		die("--join %s: no container of that name runs here (claunch "
		    "--ps lists yours)",
		    l->join);
	if (!by_name && !pid)
		die("--join 0: there is no process 0");
	pin(l, by_name ? row.pid : (pid_t)pid);
	if (fd_read_file(it.proc_fd, "status", status, sizeof status) < 0)
		not_there(l);
	parent = strtol(status_line(status, "\nPPid:"), NULL, 10);
	known = by_name && row.launcher == parent;
	if (by_name && !known) {
		errno = ESRCH;
		not_there(l);
	}
	if (*status_line(status, "\nState:\t") == 'Z') {
		errno = ESRCH;
		not_there(l);
	}
	/* First: its root is another one before. */
	known = wait_made(l, parent, &row, known);
	choose_of_process(l);
	if (known)
		take_its_plan(l, base, &row);
	else
		describe(l, base, status);
}

/* files ---------------------------------------------------------------------- */

/* A file of nsfs says itself what it is, ioctl_ns(2). */
static uint64_t kind_of(int fd)
{
	int kind = ioctl(fd, NS_GET_NSTYPE);

	return kind < 0 ? 0 : (uint64_t)kind;
}

static void find_file(const struct launch *l)
{
	int fd = open(l->join, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	uint64_t bit;

	if (fd < 0)
		die("--join %s: %m", l->join);
	bit = kind_of(fd);
	if (!bit)
		die("--join %s: not a file of a namespace, and no directory "
		    "of --keep",
		    l->join);
	if (l->join_only && l->join_only != bit)
		die("--join %s: it is the file of one namespace, and of "
		    "another kind",
		    l->join);
	hold(bit, fd);
}

static void find_kept(struct launch *l, struct plan *base, int dir_fd)
{
	uint64_t found = 0;
	int fd;

	for (size_t i = 0; i < JOINS_MAX; i++) {
		if (l->join_only && !(l->join_only & kinds[i].bit))
			continue;
		fd = openat(dir_fd, kinds[i].name,
			    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		if (fd < 0 || kind_of(fd) != kinds[i].bit)
			continue;
		found |= kinds[i].bit;
		if (!is_own(dir_fd, kinds[i].name, kinds[i].name))
			hold(kinds[i].bit, fd);
	}
	if (!found || (l->join_only & ~found))
		die("--join %s: %s namespace is kept there", l->join,
		    l->join_only ? "not every such" : "no");
	if (!l->join_only)
		read_plan(l, base, keep_open_plan(dir_fd, l->join));
}

/* ---------------------------------------------------------------------------- */

void join_prepare(struct launch *l)
{
	struct plan base = { .namespaces = 0 };
	int dir_fd = -1, whole = !l->join_only;

	if (!strchr(l->join, '/')) {
		find_process(l, &base);
	} else {
		dir_fd = open(l->join, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (dir_fd < 0 && errno != ENOTDIR)
			die("--join %s: %m", l->join);
		if (dir_fd >= 0)
			find_kept(l, &base, dir_fd);
		else
			find_file(l);
		whole &= dir_fd >= 0;
	}
	if (!it.join_count)
		die("--join %s: these namespaces are our own: there is nothing "
		    "to enter",
		    l->join);
	/* Part of it: all that is not entered stays the caller's. */
	if (!whole)
		base = (struct plan){ .setgroups_denied =
					      base.setgroups_denied };
	flags_join(l, &base, whole);
	l->plan.joins.item = it.joins;
	l->plan.joins.count = it.join_count;
	l->plan.root_tree = it.count > it.join_count ? it.count : 0;
	l->plan.preserve_from = TREE_FD + it.count;
	if (l->join_only || !it.pid)
		it.within[0] = 0;
	fd_close(&dir_fd);
}

void join_cgroup(const struct launch *l, struct cgroup *cg)
{
	cg->count = 0;
	if (!it.pid || l->join_only || (it.ours && !*it.within))
		return;
	if (cgroup_of(cg, it.proc_fd, *it.within ? it.within : NULL, 0) < 0)
		die("--join %s: enter its cgroup: %m (to do without, name the "
		    "namespaces: %s:mount,pid,net,...)",
		    l->join, l->join);
	/* A limit that was set is one that holds. */
	if (*it.within && !cg->count)
		die("--join %s: its cgroup %s is not to be found", l->join,
		    it.within);
}

unsigned join_fds(int fds[JOIN_FDS])
{
	memcpy(fds, it.fds, it.count * sizeof *fds);
	return it.count;
}
