/* here.c - cgroups for the commands of a PID 1, below the one that it is in */
#include "init/cgroup/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"

enum { PATH = sizeof((struct cgroup_tree *)0)->path, PASSES = 100 };

/* Where we were in the way; we are a level below it since. "": nowhere. */
static char stepped_from[PATH];

static const char leaf[] = "cinit";

/* ---- our own cgroups ---- */

/*
 * Calls act for each process of the directory fd, until it says -1. How many
 * there were, or -1.
 */
static int each_process(int fd, int leaf_fd,
			int (*act)(int leaf_fd, const char *pid))
{
	struct lines l = { .fd = openat(fd, "cgroup.procs",
					O_RDONLY | O_CLOEXEC) };
	int found = 0;
	char *line;

	while (found >= 0 && l.fd >= 0 && (line = lines_next(&l)))
		found = act(leaf_fd, line) < 0 ? -1 : found + 1;
	fd_close(&l.fd);
	return found;
}

static int is_me(int leaf_fd, const char *pid)
{
	return atoi(pid) == getpid() ? -1 : 0;
}

/*
 * The directory that we are in, below its mount, or in a container often as the
 * root of what is there; tree->path is all of its path then. -1 and why.
 */
static int open_own(struct cgroup_tree *tree, struct why *why)
{
	char own[PATH], place[PATH];
	const char *paths[] = { strcmp(tree->path, "/") ? own : "", "" };
	static const char *const mounts[] = { "/sys/fs/cgroup/",
					      "/sys/fs/cgroup",
					      "/sys/fs/cgroup/unified" };
	size_t n;
	int fd;

	if (tree->v2 && *stepped_from) {
		strcpy(tree->path, stepped_from);
		return open(stepped_from, O_PATH | O_DIRECTORY | O_CLOEXEC);
	}
	strcpy(own, tree->path);
	for (unsigned i = 0; i < 4; i++) {
		n = snprintf(place, PATH, "%s%s%s",
			     mounts[tree->v2 ? 1 + i / 2 : 0],
			     tree->controllers, paths[i % 2]);
		if (n >= PATH)
			continue;
		fd = open(place, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (fd >= 0 && each_process(fd, -1, is_me) < 0) {
			strcpy(tree->path, place);
			return fd;
		}
		fd_close(&fd);
	}
	return because(why, "the cgroup %s of %s is not below /sys/fs/cgroup",
		       own, tree->v2 ? "version 2" : tree->controllers);
}

/* All that we are in, with their paths as /proc has them. */
static void find_own(struct cgroup *cg)
{
	struct lines l = { .fd = open("/proc/self/cgroup",
				      O_RDONLY | O_CLOEXEC) };
	char *line;

	cg->count = 0;
	while (l.fd >= 0 && cg->count < CGROUP_TREES &&
	       (line = lines_next(&l))) {
		struct cgroup_tree *tree = &cg->tree[cg->count];

		tree->mount[0] = 0;
		tree->made = 0;
		tree->dir_fd = tree->join_fd = -1;
		cg->count += find_hierarchy(line, tree);
	}
	fd_close(&l.fd);
}

/* ---- v2: out of the way ---- */

/* As PID 1 of a container we may move whoever is in it, else only ourselves. */
static int look(int leaf_fd, const char *pid)
{
	/* 0: of a pid namespace that we do not see */
	return strcmp(pid, "0") != 0 &&
			       (getpid() == 1 || atoi(pid) == getpid()) ?
		       0 :
		       -1;
}

static int move(int leaf_fd, const char *pid)
{
	if (fd_write_file(leaf_fd, "cgroup.procs", pid) == 0 ||
	    errno == ESRCH) /* gone by now */
		return 0;
	return -1;
}

static int step_down(int fd, const char *path, struct why *why)
{
	int leaf_fd = -1, found = 1;

	if (each_process(fd, -1, look) < 0)
		return because(why,
			       "%s holds processes, and such a cgroup cannot "
			       "pass a controller on to others",
			       path);
	if (mkdirat(fd, leaf, 0755) == 0 || errno == EEXIST)
		leaf_fd = openat(fd, leaf, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (leaf_fd < 0)
		return because(why, "make directory %s/%s: %m", path, leaf);
	for (int i = 0; i < PASSES && found > 0; i++)
		found = each_process(fd, leaf_fd, move);
	if (found)
		because(why, "move processes to %s/%s: %m", path, leaf);
	else
		strcpy(stepped_from, path);
	fd_close(&leaf_fd);
	return found ? -1 : 0;
}

void cgroup_step_back(void)
{
	char text[256], words[512] = "";
	size_t n = 0;
	int fd;

	if (!*stepped_from)
		return;
	fd = open(stepped_from, O_PATH | O_DIRECTORY | O_CLOEXEC);
	/* Where processes are, no controller may be passed on. */
	if (fd >= 0 &&
	    fd_read_file(fd, "cgroup.subtree_control", text, sizeof text) > 0)
		for (char *rest = text, *word; (word = strsep(&rest, " "));)
			n += snprintf(words + n, sizeof words - n, "%s-%s",
				      n ? " " : "", word);
	if (fd < 0 ||
	    (n && fd_write_file(fd, "cgroup.subtree_control", words) < 0) ||
	    fd_write_file(fd, "cgroup.procs", "0") < 0 ||
	    unlinkat(fd, leaf, AT_REMOVEDIR) < 0)
		warn("go back to the cgroup %s: %m", stepped_from);
	fd_close(&fd);
}

/* Has the controller given to children of the directory. */
static int enable(int fd, const char *path, const char *name, struct why *why)
{
	char text[512] = "", word[48];
	size_t len = strlen(name);

	fd_read_file(fd, "cgroup.subtree_control", text, sizeof text);
	if (!strcmp(name, "cgroup") || find_word(text, name, len))
		return 0;
	*text = 0;
	fd_read_file(fd, "cgroup.controllers", text, sizeof text);
	if (!find_word(text, name, len))
		return because(why,
			       "the %s controller is not delegated to %s "
			       "(cgroup.controllers there: %s)",
			       name, path, *text ? text : "none");
	if (place_busy(fd) && step_down(fd, path, why) < 0)
		return -1;
	snprintf(word, sizeof word, "+%s", name);
	if (fd_write_file(fd, "cgroup.subtree_control", word) < 0)
		return because(why, "write %s to %s/cgroup.subtree_control: %m",
			       word, path);
	return 0;
}

/* ---- the whole ---- */

/* Where the limit goes, or NULL. */
static struct cgroup_tree *tree_of(struct cgroup *cg, const struct limit *limit)
{
	const struct cgroup_tree *found = cgroup_tree_of(cg, limit->key);

	return found ? &cg->tree[found - cg->tree] : NULL;
}

/* Our own directory of that tree, ready for the one below it; in dir_fd. */
static int prepare(struct cgroup *cg, const struct limit *limit,
		   const char *unused, struct why *why)
{
	size_t len = set_controller(limit, why);
	struct cgroup_tree *tree = tree_of(cg, limit);
	char name[32];

	if (!len)
		return -1;
	if (!tree)
		return because(why, "this host has no such controller, and no "
				    "cgroup v2 (/proc/self/cgroup)");
	if (tree->dir_fd < 0)
		tree->dir_fd = open_own(tree, why);
	if (tree->dir_fd < 0)
		return -1;
	snprintf(name, sizeof name, "%.*s", (int)len, limit->key);
	return tree->v2 ? enable(tree->dir_fd, tree->path, name, why) : 0;
}

static int make_leaf(struct cgroup *cg, const struct limit *limit,
		     const char *name, struct why *why)
{
	struct cgroup_tree *tree = tree_of(cg, limit);
	int own_fd = tree->dir_fd;

	if (tree->made)
		return 0;
	if (strlen(tree->path) + 1 + strlen(name) >= PATH)
		return because(why, "the path %s is too long", tree->path);
	if (place_leaf(tree, own_fd, name, why) < 0)
		return -1;
	fd_close(&own_fd);
	return 0;
}

/* What nobody needs, or was not to be had, goes. */
static void keep_made(struct cgroup *cg)
{
	unsigned count = cg->count;

	cg->count = 0;
	for (unsigned i = 0; i < count; i++) {
		if (cg->tree[i].made)
			cg->tree[cg->count++] = cg->tree[i];
		else
			fd_close(&cg->tree[i].dir_fd);
	}
}

void cgroup_make_here(struct cgroup *cg, const char *name,
		      const struct limit *limits, size_t count)
{
	static int (*const steps[])(struct cgroup *, const struct limit *,
				    const char *,
				    struct why *) = { prepare, make_leaf };
	const struct limit *failed = NULL;
	const char *hint = "";
	struct why why;

	find_own(cg);
	for (size_t i = 0; !failed && i < 2 * count; i++)
		if (steps[i / count](cg, &limits[i % count], name, &why) < 0)
			failed = &limits[i % count];
	if (failed)
		hint = errno == EEXIST ?
			       ": if nothing of it runs any more, remove it" :
			       ": give the limit to the container itself, or have "
			       "/sys/fs/cgroup mounted for writing in it";
	keep_made(cg);
	if (!failed)
		failed = set_limits(cg, limits, count, &why);
	if (!failed)
		return;
	cgroup_remove(cg);
	die("%s cannot be set: %s%s", failed->key, why.text, hint);
}
