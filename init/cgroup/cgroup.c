/* cgroup.c - a cgroup of the container's own: the interface, one way through */
#include "init/cgroup/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/cgroup/internal.h"

/* What cgroup_make works on: needs, where they are, and what went wrong. */
struct job {
	struct cgroup *cg;
	struct need need[NEEDS];
	unsigned needs;
	uint32_t in
		[CGROUP_TREES]; /* of each tree: bits of the needs it serves */
	const char *parent, *name;
	struct why why;
};

/* What was made goes first, then the program. */
static void give_up(struct job *job, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 2, 3)));

static void give_up(struct job *job, const char *fmt, ...)
{
	char text[sizeof job->why.text + 256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	cgroup_remove(job->cg);
	die("%s", text);
}

/* ---- what is needed ---- */

static void add_need(struct job *job, const char *name, size_t len,
		     const char *key, enum rank rank)
{
	struct need *need = job->need;

	while (need < job->need + job->needs &&
	       (strlen(need->name) != len ||
		memcmp(need->name, name, len) != 0))
		need++;
	if (need == job->need + job->needs) {
		if (job->needs == NEEDS || len >= sizeof need->name)
			give_up(job,
				"%s cannot be set: more than %d different controllers",
				key, NEEDS);
		job->needs++;
		memcpy(need->name, name, len);
		need->name[len] = 0;
	} else if (rank <= need->rank) {
		return;
	}
	need->key = key;
	need->rank = rank;
	/* The core's files and the CPU time are in every directory of v2. */
	need->enable = strcmp(need->name, "cgroup") != 0 &&
		       strcmp(need->name, "cpuacct") != 0;
}

static void add_limit(struct job *job, const struct limit *limit)
{
	size_t len = set_controller(limit, &job->why);

	if (!len)
		give_up(job, "%s cannot be set: %s", limit->key, job->why.text);
	add_need(job, limit->key, len, limit->key,
		 limit->wanted ? RANK_WANTED : RANK_DEFAULT);
}

static void add_figures(struct job *job, const char *list)
{
	while (*list) {
		size_t n = strcspn(list, ",");

		if (n == 3 && !memcmp(list, "cpu", 3))
			add_need(job, "cpuacct", 7, "cpu", RANK_FIGURES);
		else if (n)
			add_need(job, list + (*list == '+'), n - (*list == '+'),
				 list, RANK_FIGURES);
		list += n + !!list[n];
	}
}

/* ---- where that is ---- */

static int open_proc(struct job *job, const char *path, struct lines *l)
{
	l->start = l->end = 0;
	l->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (l->fd < 0)
		because(&job->why, "open %s: %m", path);
	return l->fd;
}

/* The needs that this v1 hierarchy serves; those renamed have v1's name. */
static uint32_t served(struct job *job, const struct cgroup_tree *tree)
{
	uint32_t bits = 0;

	for (unsigned i = 0; i < job->needs; i++) {
		const char *name = v1_controller(job->need[i].name);

		if (!tree->v2 &&
		    find_word(tree->controllers, name, strlen(name)))
			bits |= 1U << i;
	}
	return bits;
}

/* The hierarchies that are needed, with the caller's place in each. */
static void find_trees(struct job *job, struct lines *l)
{
	struct cgroup *cg = job->cg;
	struct cgroup_tree v2 = { .v2 = 0 };
	uint32_t rest = (1U << job->needs) - 1;
	char *line;

	if (open_proc(job, "/proc/self/cgroup", l) < 0)
		return;
	while (rest && cg->count < CGROUP_TREES - 1 && (line = lines_next(l))) {
		struct cgroup_tree *tree = &cg->tree[cg->count];

		if (!find_hierarchy(line, tree))
			continue;
		if (tree->v2) {
			v2 = *tree;
			continue;
		}
		job->in[cg->count] = served(job, tree) & rest;
		rest &= ~job->in[cg->count];
		cg->count += !!job->in[cg->count];
	}
	fd_close(&l->fd);
	/* A controller that no v1 hierarchy has is v2's, if anyone's. */
	if (v2.v2 && rest) {
		job->in[cg->count] = rest;
		cg->tree[cg->count++] = v2;
	}
	for (unsigned i = 0; i < cg->count; i++) {
		cg->tree[i].mount[0] = 0;
		cg->tree[i].made = 0;
		cg->tree[i].dir_fd = cg->tree[i].join_fd = -1;
	}
}

/* Opens the mount, unless another is on top of it. */
static int open_mount(const struct cgroup_mount *m)
{
	int fd = open(m->point, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (fd >= 0 &&
	    (fstat(fd, &st) < 0 || st.st_dev != makedev(m->major, m->minor)))
		fd_close(&fd);
	return fd;
}

/* Does this mount show the tree, and the caller's place in it if that counts? */
static int try_mount(struct job *job, struct cgroup_tree *tree,
		     const struct cgroup_mount *m)
{
	const char *below = find_below(m->root, tree->path);

	if (tree->mount[0] || tree->v2 != m->v2 ||
	    (!tree->v2 && !find_word(m->options, tree->controllers,
				     strcspn(tree->controllers, ","))))
		return 0;
	/* v2 lets nobody move beyond the namespace, whatever is mounted. */
	if (!below && job->parent && *job->parent == '/' &&
	    !(m->v2 && find_outside(m->root)))
		below = "";
	if (!below)
		return 0;
	tree->dir_fd = open_mount(m);
	if (tree->dir_fd < 0)
		return 0;
	snprintf(tree->mount, sizeof tree->mount, "%s", m->point);
	memmove(tree->path, below, strlen(below) + 1);
	return 1;
}

/* Most hosts have it where all others have it. */
static int try_usual(struct job *job, struct cgroup_tree *tree)
{
	static const char *const usual[] = { "/sys/fs/cgroup/%s",
					     "/sys/fs/cgroup",
					     "/sys/fs/cgroup/unified" };
	struct cgroup_mount m;
	char place[160];
	int found = 0;

	for (unsigned i = tree->v2; !found && i < 1 + 2 * tree->v2; i++) {
		snprintf(place, sizeof place, usual[i], tree->controllers);
		found = ask_mount(place, &m) && try_mount(job, tree, &m);
	}
	return found;
}

/*
 * The kernel describes all mounts, and there may be thousands, to who reads
 * that file: so no further than needed.
 */
static void find_mounts(struct job *job, struct lines *l)
{
	struct cgroup *cg = job->cg;
	struct cgroup_mount m;
	unsigned left = cg->count;
	char *line;

	for (unsigned i = 0; i < cg->count; i++)
		left -= try_usual(job, &cg->tree[i]);
	if (!left || open_proc(job, "/proc/self/mountinfo", l) < 0)
		return;
	while (left && (line = lines_next(l))) {
		if (!find_mount(line, &m))
			continue;
		for (unsigned i = 0; i < cg->count; i++)
			left -= try_mount(job, &cg->tree[i], &m);
	}
	fd_close(&l->fd);
}

/* ---- making it ---- */

static const char hint[] = ": start this in a cgroup that is delegated to you, "
			   "or name one by --cgroup-parent";

/* Controllers that cannot be had: the end if somebody wants them. */
static void without(struct job *job, uint32_t needs, const char *what_to_do)
{
	for (unsigned i = 0; i < job->needs; i++)
		if (needs & 1U << i && job->need[i].rank == RANK_WANTED)
			give_up(job, "%s cannot be set: %s%s", job->need[i].key,
				job->why.text, what_to_do);
}

/* Leaves in cg only what was made. */
static void make_trees(struct job *job)
{
	struct cgroup *cg = job->cg;
	unsigned count = cg->count;
	struct place p = { .parent = job->parent,
			   .name = job->name,
			   .need = job->need,
			   .why = &job->why };

	cg->count = 0;
	for (unsigned i = 0; i < count; i++) {
		struct cgroup_tree *tree = &cg->tree[cg->count];

		*tree = cg->tree[i];
		p.needs = job->in[i];
		p.exists = 0;
		if (!tree->mount[0])
			because(&job->why,
				"cgroup %s%s, where this host has the controller, is "
				"not mounted so that %s can be seen (/proc/self/mountinfo)",
				tree->v2 ? "v2" : "v1 ", tree->controllers,
				tree->path);
		else if (place_make(&p, tree) == 0) {
			cg->count++;
			continue;
		}
		if (p.exists)
			give_up(job,
				"%s: if nothing called %s runs any more, remove it",
				job->why.text, job->name);
		without(job, p.needs, hint);
	}
}

/* ---- the whole ---- */

static int clean_name(const char *name, size_t len)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789._-";

	return len && len < 256 && name[0] != '.' &&
	       strspn(name, allowed) >= len;
}

static void check_parent(struct job *job)
{
	const char *p = job->parent, *end;

	if (!p)
		return;
	if (strlen(p) >= 400)
		give_up(job,
			"the path of --cgroup-parent is longer than 399 bytes");
	if (!strcmp(p, "/")) {
		return;
	}
	for (p += *p == '/';; p = end + 1) {
		end = p + strcspn(p, "/");
		if (end == p ||
		    (p[0] == '.' &&
		     (end == p + 1 || (p[1] == '.' && end == p + 2))))
			give_up(job,
				"--cgroup-parent %s: a part of the path is empty, . or ..",
				job->parent);
		if (!*end)
			return;
	}
}

void cgroup_make(struct cgroup *cg, const char *parent, const char *name,
		 const struct limit *limits, size_t count, const char *extra)
{
	struct job whole = { .cg = cg, .parent = parent, .name = name };
	struct job *job = &whole;
	const struct limit *failed;
	struct lines lines;
	uint32_t rest;

	cg->count = 0;
	if (!clean_name(job->name, strlen(job->name)))
		give_up(job,
			"%s is no name for a cgroup: use letters, digits, dot, _ and -",
			job->name);
	check_parent(job);
	for (size_t i = 0; i < count; i++)
		add_limit(job, &limits[i]);
	if (extra)
		add_figures(job, extra);
	rest = (1U << job->needs) - 1;

	because(&job->why, "this host has no such controller, and no cgroup v2 "
			   "(/proc/self/cgroup)");
	find_trees(job, &lines);
	for (unsigned i = 0; i < cg->count; i++)
		rest &= ~job->in[i];
	without(job, rest, "");
	find_mounts(job, &lines);
	make_trees(job);
	failed = set_limits(cg, limits, count, &job->why);
	if (failed)
		give_up(job, "%s cannot be set: %s", failed->key,
			job->why.text);
}

int cgroup_clone_fd(const struct cgroup *cg)
{
	for (unsigned i = 0; i < cg->count; i++)
		if (cg->tree[i].v2)
			return cg->tree[i].dir_fd;
	return -1;
}

int cgroup_join(const struct cgroup *cg, int into)
{
	for (unsigned i = 0; i < cg->count; i++) {
		if (into && cg->tree[i].v2)
			continue;
		if (write(cg->tree[i].join_fd, "0", 1) != 1)
			return -1;
	}
	return 0;
}

/* ---- those of another process ---- */

static int has_component(const char *path, const char *name)
{
	size_t len = strlen(name);

	while ((path = strchr(path, '/')))
		if (!strncmp(++path, name, len) &&
		    (!path[len] || path[len] == '/'))
			return 1;
	return 0;
}

/* Lines of /proc/PID/cgroup as trees; those of `not` are left out. */
static void read_trees(struct cgroup *cg, int fd, const char *within,
		       const struct cgroup * not )
{
	struct lines l = { .fd = fd };
	char *line;

	while (cg->count < CGROUP_TREES && (line = lines_next(&l))) {
		struct cgroup_tree *tree = &cg->tree[cg->count];
		unsigned i = 0;

		if (!find_hierarchy(line, tree) ||
		    (within && !has_component(tree->path, within)))
			continue;
		while (i < not ->count &&
		       (not ->tree[i].v2 != tree->v2 ||
			strcmp(not ->tree[i].controllers, tree->controllers) ||
			strcmp(not ->tree[i].path, tree->path)))
			i++;
		if (i < not ->count)
			continue;
		tree->mount[0] = 0;
		tree->made = 0;
		tree->dir_fd = tree->join_fd = -1;
		cg->count++;
	}
	fd_close(&fd);
}

static int open_tree_of(struct cgroup_tree *tree, int figures)
{
	int mount_fd = tree->dir_fd;

	tree->dir_fd = -1;
	if (mount_fd >= 0)
		tree->dir_fd =
			place_open(mount_fd, tree->path, strlen(tree->path));
	else
		errno = ENOENT;
	if (tree->dir_fd >= 0 && !figures)
		tree->join_fd = openat(tree->dir_fd,
				       tree->v2 ? "cgroup.procs" : "tasks",
				       O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	fd_close(&mount_fd);
	return tree->dir_fd < 0 || (!figures && tree->join_fd < 0) ? -1 : 0;
}

int cgroup_of(struct cgroup *cg, int proc_fd, const char *within, int figures)
{
	struct cgroup own = { .count = 0 };
	struct job job = { .cg = cg };
	struct lines lines;
	int fd;

	cg->count = 0;
	if (!figures &&
	    (fd = open_proc(&job, "/proc/self/cgroup", &lines)) >= 0)
		read_trees(&own, fd, NULL, &own);
	fd = openat(proc_fd, "cgroup", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -1; /* a kernel without cgroups */
	read_trees(cg, fd, within, &own);
	find_mounts(&job, &lines);
	for (unsigned i = 0; i < cg->count; i++)
		if (open_tree_of(&cg->tree[i], figures) < 0 && !figures) {
			cgroup_close(cg);
			return -1;
		}
	return 0;
}

int cgroup_reopen(struct cgroup *cg)
{
	unsigned count = cg->count;

	cg->count = 0;
	for (unsigned i = 0; i < count; i++) {
		struct cgroup_tree *tree = &cg->tree[cg->count];

		*tree = cg->tree[i];
		tree->join_fd = -1;
		tree->dir_fd =
			open(tree->mount, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (open_tree_of(tree, 1) == 0) {
			cg->count++;
		} else if (errno != ENOENT) {
			cgroup_close(cg);
			return -1;
		}
	}
	return 0;
}

void cgroup_close(struct cgroup *cg)
{
	for (unsigned i = 0; i < cg->count; i++) {
		fd_close(&cg->tree[i].dir_fd);
		fd_close(&cg->tree[i].join_fd);
	}
	cg->count = 0;
}
