/* walls.c - what stays writable behind Landlock: of the mounts, as they cover each other */
#include <linux/mount.h>
#include <string.h>

#include "setup/flags/flags.h"

struct place {
	const char *path;
	int open;
};

struct places {
	struct launch *l;
	LIST(struct place) list;
};

static int is_within(const char *path, const char *dir)
{
	size_t len = dir[1] ? strlen(dir) : 0;

	return !strncmp(path, dir, len) && (!path[len] || path[len] == '/');
}

/* Covers what was there; and says nothing when all around is like it. */
static void put(struct places *p, const char *path, int open)
{
	struct place *around = NULL;
	size_t kept = 0;

	for (size_t i = 0; i < p->list.count; i++)
		if (!is_within(p->list.item[i].path, path))
			p->list.item[kept++] = p->list.item[i];
	p->list.count = kept;
	for (size_t i = 0; i < kept; i++)
		if (is_within(path, p->list.item[i].path) &&
		    (!around ||
		     strlen(around->path) < strlen(p->list.item[i].path)))
			around = &p->list.item[i];
	if (!around || around->open != open)
		*flags_push(p->l, p->list) = (struct place){ path, open };
}

/* -1: not a place that covers anything. */
static int is_open(const struct launch *l, const struct mount *m)
{
	const struct source *source = &l->sources.item[m->tree - 1];

	switch (m->kind) {
	case MOUNT_FS:
		/* Its names come and go, so it is open as a whole or not. */
		if (!strcmp(m->type, "proc") && !flags_said.no_mask &&
		    !flags_said.privileged)
			return 0;
		return !(m->set & MOUNT_ATTR_RDONLY);
	case MOUNT_TREE: /* a device of a read-only mount works */
		return !(m->set & MOUNT_ATTR_RDONLY) || source->device ||
		       source->node;
	case MOUNT_MASK:
	case MOUNT_READONLY:
		return 0;
	case MOUNT_NODE:
	case MOUNT_FILE:
		return 1;
	}
	return -1;
}

void flags_walls(struct launch *l)
{
	struct plan *p = &l->plan;
	struct places places = { .l = l };
	int open;

	if (!(p->landlock & WALL_FILES))
		return;
	put(&places, "/", !(p->root_attr & MOUNT_ATTR_RDONLY));
	for (size_t i = 0; i < p->mounts.count; i++) {
		open = is_open(l, &p->mounts.item[i]);
		if (open >= 0)
			put(&places, p->mounts.item[i].target, open);
	}
	for (size_t i = 0; i < places.list.count; i++) {
		const struct place *place = &places.list.item[i];

		if (place->open)
			*flags_push(l, p->writable) = place->path;
		else
			*flags_push(l, p->closed) = place->path;
	}
}
