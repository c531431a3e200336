/* remove.c - the end of a cgroup: its processes, its directories */
#include "init/cgroup/internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"

enum { DEPTH = 64, PASSES = 1000, WAIT_MS = 1000 };

struct entry { /* getdents64(2) */
	uint64_t inode;
	int64_t offset;
	unsigned short size;
	unsigned char type;
	char name[];
};

/*
 * Calls visit for each directory below fd, children first, with the directory
 * that it is in. By hand: opendir(3) would take memory. The sum of what visit
 * returns; a level deeper than DEPTH is not looked at.
 */
static int below(int fd, unsigned depth, int (*visit)(int fd, const char *name))
{
	char buf[1024] __attribute__((aligned(8)));
	int sum = 0;
	long n;

	while ((n = syscall(SYS_getdents64, fd, buf, sizeof buf)) > 0) {
		for (long at = 0; at < n;) {
			struct entry *e = (struct entry *)(buf + at);
			int child_fd;

			at += e->size;
			if (e->type != DT_DIR || e->name[0] == '.' ||
			    depth == DEPTH)
				continue;
			child_fd = openat(fd, e->name,
					  O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
						  O_CLOEXEC);
			if (child_fd < 0)
				continue;
			sum += below(child_fd, depth + 1, visit);
			fd_close(&child_fd);
			sum += visit(fd, e->name);
		}
	}
	lseek(fd, 0, SEEK_SET);
	return sum;
}

/* ---- processes ---- */

/* What kill_in sends; below() has no place for it. */
static int signal_sent = SIGKILL;

/* The signal to every process of this directory; how many there were. */
static int kill_in(int fd, const char *name)
{
	struct lines l = { 0 };
	char path[NAME_MAX + sizeof "/cgroup.procs"], *line;
	int killed = 0;

	snprintf(path, sizeof path, "%s/cgroup.procs", name);
	l.fd = openat(fd, path, O_RDONLY | O_CLOEXEC);
	if (l.fd < 0)
		return 0;
	while ((line = lines_next(&l))) {
		int pid = atoi(line);

		/* 0: of another pid namespace, not to be named from here */
		if (pid > 1 && kill(pid, signal_sent) == 0)
			killed++;
	}
	fd_close(&l.fd);
	return killed;
}

/* Frozen processes cannot fork away from a list that is being read. */
static const struct freezer {
	const char *file, *on, *off;
} freezers[] = {
	{ "cgroup.freeze", "1", "0" },
	{ "freezer.state", "FROZEN", "THAWED" },
};

static void freeze(const struct cgroup *cg, int on)
{
	for (unsigned i = 0; i < cg->count; i++) {
		const struct freezer *f = &freezers[!cg->tree[i].v2];

		/* Without a freezer it takes more passes, that is all. */
		if (fd_write_file(cg->tree[i].dir_fd, f->file,
				  on ? f->on : f->off) < 0)
			continue;
	}
}

int cgroup_send(const struct cgroup *cg, int sig)
{
	int fd = cg->count ? cg->tree[0].dir_fd : -1, sent;

	if (fd < 0)
		return 0;
	signal_sent = sig;
	sent = kill_in(fd, ".") + below(fd, 0, kill_in);
	signal_sent = SIGKILL;
	return sent;
}

void cgroup_kill(const struct cgroup *cg)
{
	static const struct timespec moment = { 0, 1000 * 1000 };

	for (unsigned i = 0; i < cg->count; i++)
		if (cg->tree[i].v2 &&
		    fd_write_file(cg->tree[i].dir_fd, "cgroup.kill", "1") == 0)
			return; /* Linux 5.14 */
	if (!cg->count)
		return;
	freeze(cg, 1);
	for (int i = 0; i < PASSES; i++) {
		int fd = cg->tree[0].dir_fd;

		if (!(kill_in(fd, ".") + below(fd, 0, kill_in)))
			break;
		/* v1's freezer lets nothing die, v2's lets die what is killed. */
		freeze(cg, 0);
		nanosleep(&moment, NULL);
	}
	freeze(cg, 0);
}

/* ---- directories ---- */

static int remove_in(int fd, const char *name)
{
	return unlinkat(fd, name, AT_REMOVEDIR) == 0;
}

static long now_ms(void)
{
	struct timespec t;

	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t); /* no vdso */
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Until it may be empty: v2 tells when that changes, v1 does not. */
static void wait_empty(const struct cgroup_tree *tree, unsigned round)
{
	struct timespec t = { 0, 50000L << (round < 8 ? round :
							8) }; /* to 13 ms */
	struct pollfd events = { .fd = -1, .events = POLLPRI };
	const char *populated;
	char text[64];

	if (tree->v2)
		events.fd = openat(tree->dir_fd, "cgroup.events",
				   O_RDONLY | O_CLOEXEC);
	if (events.fd >= 0) {
		/* The read begins what poll(2) waits for the end of. */
		ssize_t n = read(events.fd, text, sizeof text - 1);

		text[n > 0 ? n : 0] = 0;
		populated = value_line(text, "populated");
		if (populated && populated[1] == '1') {
			poll(&events, 1, 50);
			t.tv_nsec = 0;
		}
		fd_close(&events.fd);
	}
	if (t.tv_nsec)
		nanosleep(&t, NULL);
}

static int remove_tree(struct cgroup_tree *tree)
{
	char *name = strrchr(tree->path, '/'), up[NAME_MAX + 4];
	long end = 0;
	int fd;

	/*
	 * Below our own descriptor, wherever that is mounted now. Usually this
	 * one call is all there is to do.
	 */
	snprintf(up, sizeof up, "..%s", name);
	for (unsigned round = 0; unlinkat(tree->dir_fd, up, AT_REMOVEDIR) < 0;
	     round++) {
		if (errno == ENOENT)
			break;
		if (!end)
			end = now_ms() + WAIT_MS;
		if (errno != EBUSY || now_ms() >= end)
			return -1;
		if (!below(tree->dir_fd, 0, remove_in))
			wait_empty(tree, round);
	}
	if (tree->made > 1) {
		*name = 0;
		fd = open(tree->mount, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (fd >= 0)
			place_unmake(fd, tree->path, tree->made - 1);
		fd_close(&fd);
		*name = '/';
	}
	return 0;
}

int cgroup_remove(struct cgroup *cg)
{
	int result = 0;

	while (cg->count) {
		struct cgroup_tree *tree = &cg->tree[--cg->count];

		fd_close(&tree->join_fd);
		if (remove_tree(tree) < 0) {
			warn("remove %s%s: %m", tree->mount, tree->path);
			result = -1;
		}
		fd_close(&tree->dir_fd);
	}
	return result;
}
