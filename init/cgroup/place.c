/* place.c - a directory of our own in a cgroup hierarchy, v1 or v2 */
#include "init/cgroup/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"

enum { PATH = sizeof((struct cgroup_tree *)0)->path };

/* One way, and how far. A path is "" or "/a/b"; len counts from its start. */
struct way {
	struct place *p;
	struct cgroup_tree *tree;
	int root_fd;
	char path[PATH];
	uint32_t lacks; /* needs that were not to be had */
	uint32_t busy;	/* for the reason that processes are in the way */
	struct why why;
};

static int open_child(int fd, const char *name)
{
	return openat(fd, name,
		      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* The component behind the slash at *path, which then points behind it. */
static size_t component(const char **path, const char *end, char *name)
{
	const char *start = ++*path;
	size_t n;

	while (*path < end && **path != '/')
		++*path;
	n = *path - start;
	if (n > NAME_MAX)
		n = NAME_MAX;
	memcpy(name, start, n);
	name[n] = 0;
	return n;
}

int place_open(int root_fd, const char *path, size_t len)
{
	const char *end = path + len;
	char name[NAME_MAX + 1];
	int fd = open_child(root_fd, "."), next;

	while (fd >= 0 && path < end) {
		component(&path, end, name);
		next = open_child(fd, name);
		fd_close(&fd);
		fd = next;
	}
	return fd;
}

static size_t cut(const char *path, size_t len)
{
	while (len && path[--len] != '/')
		;
	return len;
}

void place_unmake(int root_fd, const char *path, uint32_t made)
{
	int saved = errno;
	size_t len = strlen(path);

	for (; made && len; made--) {
		const char *last = path + cut(path, len);
		char name[NAME_MAX + 1];
		int fd = place_open(root_fd, path, last - path);

		len = last - path;
		component(&last, path + strlen(path), name);
		if (fd < 0 || unlinkat(fd, name, AT_REMOVEDIR) < 0)
			made = 1; /* others use it: the end */
		fd_close(&fd);
	}
	errno = saved;
}

/*
 * v1: a group without cpus or memory nodes can hold no task, and a new one has
 * none (cpuset(7)); so what the parent has is passed on.
 */
static int inherit(int from_fd, int fd, const char *file, struct why *why)
{
	char text[1024];

	if (fd_read_file(fd, file, text, sizeof text) < 0)
		return because(why, "read %s: %m", file);
	if (*text)
		return 0;
	if (fd_read_file(from_fd, file, text, sizeof text) < 0 ||
	    fd_write_file(fd, file, text) < 0)
		return because(why, "write the parent's %s: %m", file);
	return 0;
}

static int enter(const struct cgroup_tree *tree, int fd, int next,
		 struct why *why)
{
	if (tree->v2 || !find_word(tree->controllers, "cpuset", 6))
		return 0;
	if (inherit(fd, next, "cpuset.cpus", why) < 0)
		return -1;
	return inherit(fd, next, "cpuset.mems", why);
}

/* Opens w->path and makes what is missing of it; *made counts. */
static int open_made(struct way *w, uint32_t *made)
{
	const char *path = w->path, *end = path + strlen(path);
	char name[NAME_MAX + 1];
	int fd = open_child(w->root_fd, "."), next;

	while (fd >= 0 && path < end) {
		size_t before = path - w->path;
		int missing, ours = 0;

		component(&path, end, name);
		next = open_child(fd, name);
		missing = next < 0 && errno == ENOENT;
		if (missing) {
			ours = mkdirat(fd, name, 0755) == 0;
			*made += ours;
			if (ours ||
			    errno == EEXIST) /* or made by another just now */
				next = open_child(fd, name);
		}
		if (next < 0)
			because(&w->why, "%s directory %s%.*s: %m",
				missing ? "make" : "open", w->tree->mount,
				(int)(path - w->path), w->path);
		else if (enter(w->tree, fd, next, &w->why) < 0)
			fd_close(&next);
		fd_close(&fd);
		fd = next;
		if (fd < 0) /* what is left of it is to be unmade */
			w->path[ours ? (size_t)(path - w->path) : before] = 0;
	}
	return fd;
}

/* ---- v2: controllers go from level to level ---- */

/* The needs among `mask` that are words of a file of the directory. */
static uint32_t listed(const struct place *p, uint32_t mask, int fd,
		       const char *file, char *text, size_t size)
{
	uint32_t found = 0;

	if (fd_read_file(fd, file, text, size) < 0)
		text[0] = 0;
	for (unsigned i = 0; i < NEEDS; i++)
		if (mask & 1U << i &&
		    find_word(text, p->need[i].name, strlen(p->need[i].name)))
			found |= 1U << i;
	return found;
}

/* Names of the needs in mask, each with `before`, e.g. "+memory +pids". */
static const char *names(const struct place *p, uint32_t mask,
			 const char *before, char *text, size_t size)
{
	size_t used = 0;

	text[0] = 0;
	for (unsigned i = 0; i < NEEDS && used < size; i++)
		if (mask & 1U << i)
			used += snprintf(text + used, size - used, "%s%s%s",
					 used ? " " : "", before,
					 p->need[i].name);
	return text;
}

static int may(int fd, const char *file, int how)
{
	/* the C library's takes flags, and a process for some of them */
	return syscall(SYS_faccessat, fd, file, how);
}

/*
 * cgroup-v2.rst, "No Internal Process Constraint": where processes are, no
 * controller can be passed on, except in the true root. That one (and not the
 * root of a cgroup namespace) has no cgroup.type.
 */
int place_busy(int fd)
{
	char text[16];

	if (may(fd, "cgroup.type", F_OK) < 0)
		return 0;
	return fd_read_file(fd, "cgroup.procs", text, sizeof text) != 0;
}

static int enable(struct way *w, size_t len, uint32_t mask);

/* The directory is open: enables what is missing for its children. */
static int enable_in(struct way *w, int fd, size_t len, uint32_t missing)
{
	const struct place *p = w->p;
	char text[512], words[512], above[sizeof w->why.text];
	uint32_t absent;

	w->lacks = missing;
	names(p, missing, "", words, sizeof words);
	w->busy = place_busy(fd);
	if (w->busy)
		return because(
			&w->why,
			"%s%.*s holds processes, and such a cgroup cannot pass a "
			"controller (%s) on to others",
			w->tree->mount, (int)len, w->path, words);
	absent = missing & ~listed(p, missing, fd, "cgroup.controllers", text,
				   sizeof text);
	if (absent && (!len || enable(w, cut(w->path, len), absent) < 0)) {
		snprintf(above, sizeof above, "%.*s", len ? 256 : 0,
			 w->why.text);
		w->lacks = absent;
		w->busy = 0;
		return because(
			&w->why,
			"the %s controller is not %s %s%.*s (cgroup.controllers "
			"there: %s)%s%s",
			names(p, absent, "", words, sizeof words),
			len ? "delegated to" : "available in", w->tree->mount,
			(int)len, w->path, *text ? text : "none",
			*above ? "; " : "", above);
	}
	w->lacks = missing;
	if (fd_write_file(fd, "cgroup.subtree_control",
			  names(p, missing, "+", words, sizeof words)) < 0)
		return because(&w->why,
			       "write %s to %s%.*s/cgroup.subtree_control: %m",
			       words, w->tree->mount, (int)len, w->path);
	return 0;
}

/* Has the controllers of `mask` given to children of the path's first len. */
static int enable(struct way *w, size_t len, uint32_t mask)
{
	int fd = place_open(w->root_fd, w->path, len), result;
	char text[512];

	if (fd < 0)
		return because(&w->why, "open %s%.*s: %m", w->tree->mount,
			       (int)len, w->path);
	mask &= ~listed(w->p, mask, fd, "cgroup.subtree_control", text,
			sizeof text);
	result = mask ? enable_in(w, fd, len, mask) : 0;
	fd_close(&fd);
	return result;
}

/*
 * A process is moved with the right to write to cgroup.procs of the lowest
 * level that is above both its old and its new place.
 */
static int may_move(struct way *w)
{
	const char *own = w->tree->path;
	size_t len = 0, i;
	int fd, result;

	if (!geteuid())
		return 0;
	for (i = 0; own[i] == w->path[i] || !own[i] || !w->path[i]; i++) {
		if ((!own[i] || own[i] == '/') &&
		    (!w->path[i] || w->path[i] == '/'))
			len = i;
		if (!own[i] || !w->path[i])
			break;
	}
	fd = place_open(w->root_fd, own, len);
	if (fd < 0)
		return 0; /* then the kernel will say so */
	result = may(fd, "cgroup.procs", W_OK);
	fd_close(&fd);
	if (result < 0)
		return because(
			&w->why,
			"write %s%.*s/cgroup.procs, which moving a process below "
			"it takes: %m",
			w->tree->mount, (int)len, own);
	return 0;
}

/* ---- the directory ---- */

int place_leaf(struct cgroup_tree *tree, int base_fd, const char *name,
	       struct why *why)
{
	size_t len = strlen(tree->path);
	int dir_fd, join_fd = -1;

	if (mkdirat(base_fd, name, 0755) < 0)
		return because(why, "make directory %s%s/%s: %m", tree->mount,
			       tree->path, name);
	dir_fd = open_child(base_fd, name);
	if (dir_fd >= 0)
		join_fd = openat(dir_fd, tree->v2 ? "cgroup.procs" : "tasks",
				 O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	if (dir_fd < 0 || join_fd < 0)
		because(why, "open %s%s/%s: %m", tree->mount, tree->path, name);
	else if (enter(tree, base_fd, dir_fd, why) == 0) {
		tree->dir_fd = dir_fd;
		tree->join_fd = join_fd;
		tree->made = 1;
		snprintf(tree->path + len, sizeof tree->path - len, "/%s",
			 name);
		return 0;
	}
	fd_close(&join_fd);
	fd_close(&dir_fd);
	unlinkat(base_fd, name, AT_REMOVEDIR);
	errno = 0;
	return -1;
}

/* Makes the directory below the first len of the caller's own path. */
static int try(struct way *w, size_t len, uint32_t mask)
{
	struct cgroup_tree tree = *w->tree;
	const char *parent = w->p->parent ? w->p->parent : "";
	int base_fd, result = -1;
	uint32_t made = 0;

	w->lacks = w->busy = 0;
	len = snprintf(w->path, sizeof w->path, "%.*s%s%s", (int)len, tree.path,
		       *parent && *parent != '/' ? "/" : "", parent);
	if (len + 1 + strlen(w->p->name) >= sizeof w->path)
		return because(&w->why, "the path %s... is too long", w->path);
	base_fd = open_made(w, &made);
	memcpy(tree.path, w->path, sizeof tree.path);
	if (base_fd >= 0 &&
	    (!tree.v2 || (enable(w, len, mask) == 0 && may_move(w) == 0))) {
		result = place_leaf(&tree, base_fd, w->p->name, &w->why);
		w->p->exists = result < 0 && errno == EEXIST;
	}
	if (result == 0) {
		tree.made += made;
		fd_close(&w->tree->dir_fd);
		*w->tree = tree;
	} else {
		place_unmake(w->root_fd, w->path, made);
	}
	fd_close(&base_fd);
	return result;
}

/* Tries the places from the caller's own upwards (v1, or told: just one). */
static int try_all(struct way *w, uint32_t mask)
{
	const char *own = w->tree->path;
	size_t len = strlen(own);
	struct way first = { .busy = 1 };

	if (w->p->parent && *w->p->parent == '/')
		return try(w, 0, mask);
	for (;; len = cut(own, len)) {
		if (try(w, len, mask) == 0)
			return 0;
		if (w->p->exists || !w->tree->v2)
			return -1;
		/* What is said is the lowest obstacle that is not processes. */
		if (first.busy && (!w->busy || !first.lacks))
			first = *w;
		if (!len)
			break;
	}
	*w = first;
	return -1;
}

/* Of these needs the least important, or 0 if all are wanted. */
static uint32_t least(const struct place *p, uint32_t mask)
{
	uint32_t found = 0;

	for (enum rank rank = RANK_FIGURES; !found && rank < RANK_WANTED;
	     rank++)
		for (unsigned i = 0; i < NEEDS; i++)
			if (mask & 1U << i && p->need[i].rank == rank)
				found |= 1U << i;
	return found;
}

int place_make(struct place *p, struct cgroup_tree *tree)
{
	struct way w = { .p = p, .tree = tree, .root_fd = tree->dir_fd };
	uint32_t left = p->needs, enabled = 0, drop;

	p->exists = 0;
	for (unsigned i = 0; i < NEEDS; i++)
		if (left & 1U << i && p->need[i].enable)
			enabled |= 1U << i;
	while (left) {
		if (try_all(&w, left & enabled) == 0)
			return 0;
		/* Without what cannot be had, as long as nobody wants it. */
		drop = p->exists || !tree->v2 ? 0 : least(p, w.lacks);
		if (!drop)
			break;
		left &= ~drop;
	}
	*p->why = w.why;
	fd_close(&tree->dir_fd);
	return -1;
}
