/* figures.c - what the kernel says about a cgroup */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "init/base/fd.h"
#include "init/cgroup/internal.h"

const struct cgroup_tree *cgroup_tree_of(const struct cgroup *cg,
					 const char *key)
{
	char name[sizeof((struct need *)0)->name];
	const struct cgroup_tree *v2 = NULL;
	const char *controller;

	snprintf(name, sizeof name, "%.*s", (int)strcspn(key, "."), key);
	controller = v1_controller(name);
	for (unsigned i = 0; i < cg->count; i++) {
		if (cg->tree[i].v2)
			v2 = &cg->tree[i];
		else if (find_word(cg->tree[i].controllers, controller,
				   strlen(controller)))
			return &cg->tree[i];
	}
	return v2;
}

int cgroup_get(const struct cgroup *cg, const char *key, char *buf, size_t size)
{
	const struct cgroup_tree *tree = cgroup_tree_of(cg, key);

	if (!tree) {
		errno = ENOENT;
		return -1;
	}
	return tree->v2 ? fd_read_file(tree->dir_fd, key, buf, size) :
			  v1_get(tree->dir_fd, key, buf, size);
}

/* Where a figure is: a number, or the number behind a word. */
struct source {
	const char *file, *word;
	uint32_t times, by; /* to our unit */
};

enum { EVENTS = 2 }; /* the first of these tell that a limit was hit */

static const struct figure {
	size_t offset;
	const char *v1_controller;
	struct source v1, v2;
} figures[] = {
#define FIGURE(name) offsetof(struct cgroup_figures, name)
	{ FIGURE(oom_kills),
	  "memory",
	  { "memory.oom_control", "oom_kill" },
	  { "memory.events", "oom_kill" } },
	{ FIGURE(pids_refused),
	  "pids",
	  { "pids.events", "max" },
	  { "pids.events", "max" } },
	{ FIGURE(memory_peak),
	  "memory",
	  { "memory.max_usage_in_bytes" },
	  { "memory.peak" } },
	{ FIGURE(pids_peak), "pids", { "pids.peak" }, { "pids.peak" } },
	{ FIGURE(cpu_us),
	  "cpuacct",
	  { "cpuacct.usage", NULL, 1, 1000 },
	  { "cpu.stat", "usage_usec" } },
	/* in hundredths of a second, USER_HZ, whatever the kernel's own is */
	{ FIGURE(user_us),
	  "cpuacct",
	  { "cpuacct.stat", "user", 10000 },
	  { "cpu.stat", "user_usec" } },
	{ FIGURE(system_us),
	  "cpuacct",
	  { "cpuacct.stat", "system", 10000 },
	  { "cpu.stat", "system_usec" } },
	{ FIGURE(throttled_us),
	  "cpu",
	  { "cpu.stat", "throttled_time", 1, 1000 },
	  { "cpu.stat", "throttled_usec" } },
};

static const struct {
	size_t offset;
	const char *key;
} limit_figures[] = {
	{ FIGURE(memory_max), "memory.max" },
	{ FIGURE(swap_max), "memory.swap.max" },
	{ FIGURE(pids_max), "pids.max" },
};

static uint64_t read_figure(int dir_fd, const struct source *s)
{
	char text[1024];
	const char *p = text;
	char *end;
	uint64_t n;

	if (fd_read_file(dir_fd, s->file, text, sizeof text) < 0)
		return UINT64_MAX;
	if (s->word)
		p = value_line(text, s->word);
	n = p ? strtoull(p, &end, 10) : 0;
	if (!p || end == p)
		return UINT64_MAX;
	return n * (s->times ? s->times : 1) / (s->by ? s->by : 1);
}

/* A limit was hit: a number, and neither 0 nor UINT64_MAX, not known. */
static int hit(uint64_t times)
{
	return times + 1 > 1;
}

void cgroup_read(const struct cgroup *cg, struct cgroup_figures *out, int all)
{
	char text[64];

	memset(out, 0xff, sizeof *out);
	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
		const struct figure *f = &figures[i];
		const struct cgroup_tree *tree =
			cgroup_tree_of(cg, f->v1_controller);
		uint64_t *to = (uint64_t *)((char *)out + f->offset);

		if (i == EVENTS && !all && !hit(out->oom_kills) &&
		    !hit(out->pids_refused))
			return;
		if (tree)
			*to = read_figure(tree->dir_fd,
					  tree->v2 ? &f->v2 : &f->v1);
	}
	for (size_t i = 0; i < sizeof limit_figures / sizeof *limit_figures;
	     i++) {
		uint64_t *to =
			(uint64_t *)((char *)out + limit_figures[i].offset);

		if (cgroup_get(cg, limit_figures[i].key, text, sizeof text) >=
		    0)
			value_number(text, 1, to);
	}
}

void cgroup_usage(const struct cgroup *cg, uint64_t *memory, uint64_t *pids)
{
	static const struct source memory_v1 = { "memory.usage_in_bytes" },
				   memory_v2 = { "memory.current" },
				   both = { "pids.current" };
	const struct cgroup_tree *tree = cgroup_tree_of(cg, "memory");

	*memory = *pids = UINT64_MAX;
	if (tree)
		*memory = read_figure(tree->dir_fd,
				      tree->v2 ? &memory_v2 : &memory_v1);
	tree = cgroup_tree_of(cg, "pids");
	if (tree)
		*pids = read_figure(tree->dir_fd, &both);
}
