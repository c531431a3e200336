/* mounts.c - what /sys/fs/cgroup is, when it is known where the cgroups are */
#include <errno.h>
#include <linux/mount.h>
#include <string.h>

#include "init/base/die.h"
#include "setup/launch.h"

struct growing {
	struct launch *l;
	const struct mount *place; /* the one that stands for them */
};

static struct mount *add(struct growing *g, const char *target)
{
	struct plan *p = &g->l->plan;
	struct mount *m = arena_grow(&g->l->memory, p->mounts.item,
				     p->mounts.count, sizeof *m);

	if (!m || !target)
		die("the mounts of cgroups: %m");
	p->mounts.item = m;
	m += p->mounts.count++;
	*m = *g->place;
	m->target = target;
	return m;
}

static void add_v2(struct growing *g, const char *target)
{
	struct mount *m = add(g, target);

	m->type = m->source = "cgroup2";
}

/* One hierarchy of v1, in a directory of its name. */
static void add_hierarchy(struct growing *g, const struct cgroup_tree *tree)
{
	const char *name = tree->v2 ? "unified" : tree->controllers;
	int named = !strncmp(name, "name=", 5);
	const char *target =
		arena_printf(&g->l->memory, "%s/%s", g->place->target,
			     name + (named ? 5 : 0));

	if (tree->v2)
		add_v2(g, target);
	else
		add(g, target)->data = arena_printf(&g->l->memory, "%s%s",
						    named ? "none," : "", name);
}

/* All of them below a tmpfs, which is sealed when it has its directories. */
static void add_hierarchies(struct growing *g, const struct cgroup *cg)
{
	struct mount *m = add(g, g->place->target);

	m->type = m->source = "tmpfs";
	m->data = "mode=755";
	m->set &= ~(uint64_t)MOUNT_ATTR_RDONLY;
	for (unsigned i = 0; i < cg->count; i++)
		add_hierarchy(g, &cg->tree[i]);
	if (!(g->place->set & MOUNT_ATTR_RDONLY))
		return;
	m = add(g, g->place->target);
	memset(m, 0, sizeof *m);
	m->kind = MOUNT_READONLY;
	m->target = g->place->target;
}

static void add_cgroups(struct growing *g, const struct cgroup *cg)
{
	unsigned v1 = 0;

	for (unsigned i = 0; i < cg->count; i++)
		v1 += !cg->tree[i].v2;
	if (v1)
		add_hierarchies(g, cg);
	else if (cg->count)
		add_v2(g, g->place->target);
}

void launch_cgroup_mounts(struct launch *l, const struct cgroup *cg,
			  const char *type)
{
	LIST(struct mount) old;

	memcpy(&old, &l->plan.mounts, sizeof old);
	memset(&l->plan.mounts, 0, sizeof l->plan.mounts);
	for (size_t i = 0; i < old.count; i++) {
		struct growing g = { l, &old.item[i] };

		if (old.item[i].type == type)
			add_cgroups(&g, cg);
		else
			add(&g, old.item[i].target);
	}
}
