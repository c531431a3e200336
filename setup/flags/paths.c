/* paths.c - paths in the values of options, and what is mounted on them */
#include "setup/flags/value.h"

#include <linux/mount.h>
#include <stdio.h>
#include <string.h>

enum { PATH_MOST = 4095, DATA_MOST = 4095 };

/* Without doubled and last slashes; -1 for "." and "..", and for too long. */
static int clean(struct value *v, const char *text, const char **out)
{
	/* one more: what has no first slash gets one */
	char *copy = arena_take(v->memory, strlen(text) + 2), *to = copy;

	if (!copy || strlen(text) >= PATH_MOST)
		return -1;
	while (*text) {
		size_t len = strcspn(text, "/");

		if ((len == 1 && text[0] == '.') ||
		    (len == 2 && text[0] == '.' && text[1] == '.'))
			return -1;
		if (len) {
			*to++ = '/';
			memmove(to, text, len);
			to += len;
		}
		text += len + (text[len] == '/');
	}
	if (to == copy)
		*to++ = '/';
	*to = 0;
	*out = copy;
	return 0;
}

int value_path(struct value *v, const char *text, const char **out)
{
	if (*text != '/' || clean(v, text, out) < 0)
		return value_bad(v, "is not an absolute path without . and ..");
	return 0;
}

int value_cgroup_path(struct value *v, const char *text, const char **out)
{
	int relative = *text != '/';

	if (clean(v, text, out) < 0 || !(*out)[1])
		return value_bad(v, "is not a path of cgroups; write e.g. "
				    "work/batch, without . and ..");
	*out += relative;
	return 0;
}

/* Where something is mounted: not over what the plan itself stands on. */
static int target(struct value *v, const char *text, const char **out)
{
	if (*text != '/' || clean(v, text, out) < 0)
		return value_bad(v, "has a destination that is not an absolute "
				    "path without . and ..");
	if (!strcmp(*out, "/") || !strcmp(*out, "/sys") ||
	    !strcmp(*out, "/proc") || !strncmp(*out, "/proc/", 6))
		return value_bad(v, "is refused: nothing may be mounted on /, "
				    "/sys, /proc or inside /proc");
	return 0;
}

/* Words and keys ---------------------------------------------------------- */

/* Whose: a part of the host shown inside, a new file system, --mount. */
enum { BIND = 1, NEW = 2, MOUNT = 4 };

static const struct flag {
	char name[12];
	uint16_t where;
	uint16_t recursive, idmap;
	uint32_t on, off;     /* MOUNT_ATTR_* */
	uint32_t propagation; /* MS_* */
} flags[] = {
	{ "ro", BIND | NEW, .on = MOUNT_ATTR_RDONLY },
	{ "readonly", MOUNT, .on = MOUNT_ATTR_RDONLY },
	{ "rw", BIND | NEW, .off = MOUNT_ATTR_RDONLY },
	{ "nosuid", BIND | NEW, .on = MOUNT_ATTR_NOSUID },
	{ "suid", NEW, .off = MOUNT_ATTR_NOSUID },
	{ "nodev", BIND | NEW, .on = MOUNT_ATTR_NODEV },
	{ "dev", NEW, .off = MOUNT_ATTR_NODEV },
	{ "noexec", BIND | NEW, .on = MOUNT_ATTR_NOEXEC },
	{ "exec", NEW, .off = MOUNT_ATTR_NOEXEC },
	{ "noatime", NEW, .on = MOUNT_ATTR_NOATIME },
	{ "rec", BIND, .recursive = 1 },
	{ "idmap", BIND, .idmap = 1 },
	{ "private", BIND, .propagation = MS_PRIVATE },
	{ "slave", BIND, .propagation = MS_SLAVE },
	{ "shared", BIND, .propagation = MS_SHARED },
};

enum key {
	K_SIZE,
	K_MODE,
	K_UID,
	K_GID,
	K_INODES,
	K_DATA,
	K_TYPE,
	K_SRC,
	K_DST
};

static const struct key_row {
	char name[12];
	uint16_t where;
	uint16_t key;
} keys[] = {
	{ "size", NEW, K_SIZE },	{ "mode", NEW, K_MODE },
	{ "uid", NEW, K_UID },		{ "gid", NEW, K_GID },
	{ "nr_inodes", NEW, K_INODES }, { "o", MOUNT, K_DATA },
	{ "type", MOUNT, K_TYPE },	{ "src", MOUNT, K_SRC },
	{ "source", MOUNT, K_SRC },	{ "dst", MOUNT, K_DST },
	{ "target", MOUNT, K_DST },	{ "destination", MOUNT, K_DST },
};

/* What is being read: one list of options. */
struct reading {
	struct value *v;
	unsigned where;
	unsigned seen;	     /* bit per enum key */
	unsigned seen_flags; /* BIND and NEW: those that only one of them has */
	uint64_t on, off;    /* MOUNT_ATTR_*, the last word counts */
	struct value_step *step;
	const char *type, *src, *dst;
	char *data; /* "size=1,mode=755" */
	size_t used, room;
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static int add_flag(struct reading *r, const struct flag *f)
{
	struct mount *m = &r->step->mount;

	r->on = (r->on & ~(uint64_t)f->off) | f->on;
	r->off = (r->off & ~(uint64_t)f->on) | f->off;
	if (f->propagation) {
		m->propagation = f->propagation;
		r->step->source.propagation = f->propagation & ~MS_PRIVATE;
	}
	m->recursive |= f->recursive;
	r->step->source.recursive |= f->recursive;
	r->step->source.idmap |= f->idmap;
	if (f->where == BIND || f->where == NEW)
		r->seen_flags |= f->where;
	return 0;
}

static void add_data(struct reading *r, const char *text)
{
	int n = snprintf(r->data + r->used, r->room - r->used, "%s%s",
			 r->used ? "," : "", text);

	r->used += n; /* take_list has made room for all */
}

/* Numbers of tmpfs(5), written as plain numbers. */
static int add_number(struct reading *r, const struct key_row *k,
		      const char *value)
{
	char text[48];
	uint64_t n = 0;
	int bad;

	switch (k->key) {
	case K_SIZE:
	case K_INODES:
		bad = value_size(r->v, value, &n);
		break;
	case K_MODE:
		bad = !*value || strlen(value) > 4 ||
		      strspn(value, "01234567") < strlen(value);
		for (const char *c = value; !bad && *c; c++)
			n = n * 8 + (*c - '0');
		break;
	default:
		bad = value_whole(r->v, value, 0, UINT32_MAX - 1, &n);
	}
	if (bad)
		return value_bad(r->v,
				 "has a bad %s; write e.g. "
				 "size=64m,mode=1777,uid=0",
				 k->name);
	snprintf(text, sizeof text, k->key == K_MODE ? "%s=%llo" : "%s=%llu",
		 k->name, (unsigned long long)n);
	add_data(r, text);
	return 0;
}

static int add_key(struct reading *r, const struct key_row *k,
		   const char *value)
{
	if (r->seen >> k->key & 1 && k->key != K_DATA)
		return value_bad(r->v, "has %s twice", k->name);
	r->seen |= 1u << k->key;
	switch (k->key) {
	case K_DATA:
		if (!*value)
			return value_bad(r->v, "has an empty o=");
		add_data(r, value);
		return 0;
	case K_TYPE:
		r->type = value;
		return 0;
	case K_SRC:
		r->src = value;
		return 0;
	case K_DST:
		r->dst = value;
		return 0;
	}
	return add_number(r, k, value);
}

static int take_one(struct reading *r, char *piece)
{
	char *value = strchr(piece, '=');

	if (value)
		*value++ = 0;
	for (size_t i = 0; !value && i < COUNT(flags); i++)
		if (flags[i].where & r->where && !strcmp(flags[i].name, piece))
			return add_flag(r, &flags[i]);
	for (size_t i = 0; value && i < COUNT(keys); i++)
		if (keys[i].where & r->where && !strcmp(keys[i].name, piece))
			return add_key(r, &keys[i], value);
	return value_bad(r->v, "has an unknown option \"%.40s\"%s", piece,
			 value ? " with a value" : "");
}

/* A comma-separated list, taken apart where it is. */
static int take_list(struct reading *r, char *list)
{
	/* Numbers of tmpfs, each at most once, may grow: 1t has 13 digits. */
	r->room = strlen(list) + K_DATA * 32;
	r->data = arena_take(r->v->memory, r->room);
	if (!r->data)
		return value_bad(r->v, "is too long");
	while (list) {
		char *rest = strchr(list, ',');

		if (rest)
			*rest++ = 0;
		if (take_one(r, list) < 0)
			return -1;
		list = rest;
	}
	return 0;
}

/* The four ways to say it ------------------------------------------------- */

static void be_tree(struct value_step *s, const char *source, uint64_t set)
{
	s->mount.kind = MOUNT_TREE;
	s->mount.set = set;
	s->source.path = source;
}

/* A new one gets what keeps it harmless, unless "suid" or "dev" undo it. */

static void be_new(struct value_step *s, const char *type, const char *source,
		   struct reading *r)
{
	const uint64_t safe = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;

	s->mount.kind = MOUNT_FS;
	s->mount.set = (safe & ~r->off) | r->on;
	s->mount.type = type;
	s->mount.source = source;
	s->mount.data = r->used ? r->data : NULL;
}

int value_volume(struct value *v, const char *text, struct value_step *out)
{
	struct reading r = { .v = v, .where = BIND, .step = out };
	char *copy = arena_text(v->memory, text, strlen(text));
	char *dst, *list;

	memset(out, 0, sizeof *out);
	if (!copy)
		return value_bad(v, "is too long");
	dst = strchr(copy, ':');
	if (!dst || dst == copy)
		return value_bad(v, "is not SRC:DST[:OPTIONS]; write e.g. "
				    "/srv/data:/data:ro");
	*dst++ = 0;
	list = strchr(dst, ':');
	if (list) {
		*list++ = 0;
		if (strchr(list, ':'))
			return value_bad(v, "has too many colons; --mount "
					    "type=bind,src=...,dst=... takes "
					    "such paths");
		if (take_list(&r, list) < 0)
			return -1;
	}
	be_tree(out, copy, r.on);
	return target(v, dst, &out->mount.target);
}

int value_tmpfs(struct value *v, const char *text, struct value_step *out)
{
	struct reading r = { .v = v, .where = NEW, .step = out };
	char *copy = arena_text(v->memory, text, strlen(text)), *list;

	memset(out, 0, sizeof *out);
	if (!copy)
		return value_bad(v, "is too long");
	list = strchr(copy, ':');
	if (list) {
		*list++ = 0;
		if (take_list(&r, list) < 0)
			return -1;
	}
	be_new(out, "tmpfs", "tmpfs", &r);
	return target(v, copy, &out->mount.target);
}

static int is_type(const char *type)
{
	size_t len = strspn(type, "abcdefghijklmnopqrstuvwxyz0123456789._-");

	return len && len < 64 && !type[len];
}

int value_mount(struct value *v, const char *text, struct value_step *out)
{
	struct reading r = { .v = v, .where = BIND | NEW | MOUNT, .step = out };
	const unsigned numbers = (1u << K_DATA) - 1;
	char *copy = arena_text(v->memory, text, strlen(text));
	int bind;

	memset(out, 0, sizeof *out);
	if (!copy)
		return value_bad(v, "is too long");
	if (take_list(&r, copy) < 0)
		return -1;
	if (!r.type || !is_type(r.type) || !r.dst)
		return value_bad(v, "is not type=TYPE,dst=PATH[,...]; write "
				    "e.g. type=bind,src=/srv,dst=/data,ro");
	bind = !strcmp(r.type, "bind");
	if (bind && (!r.src || !*r.src))
		return value_bad(v, "has no src= to show");
	if (bind && (r.seen & (numbers | 1u << K_DATA) || r.seen_flags & NEW))
		return value_bad(v, "has options that a bind mount cannot "
				    "have");
	if (!bind && r.seen_flags & BIND)
		return value_bad(v, "has rec, idmap, shared, slave or private, "
				    "which only type=bind has");
	if (strcmp(r.type, "tmpfs") && r.seen & numbers)
		return value_bad(v, "has options of a tmpfs; write those of "
				    "another file system as o=KEY=VALUE");
	if (r.used > DATA_MOST)
		return value_bad(v, "has more than a page of options");
	if (bind)
		be_tree(out, r.src, r.on);
	else
		be_new(out, r.type, r.src && *r.src ? r.src : r.type, &r);
	return target(v, r.dst, &out->mount.target);
}

int value_node(struct value *v, const char *text, struct value_step *out)
{
	char *copy = arena_text(v->memory, text, strlen(text));
	char *dst;

	memset(out, 0, sizeof *out);
	if (!copy)
		return value_bad(v, "is too long");
	dst = strchr(copy, ':');
	if (dst)
		*dst++ = 0;
	if (!*copy || (dst && strchr(dst, ':')))
		return value_bad(v, "is not SRC[:DST]; write e.g. "
				    "/dev/fuse or /dev/sdb:/dev/disk");
	/* Read-only: its mode and owner are the host's to change. */
	be_tree(out, copy,
		MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
	out->source.node = 1;
	return target(v, dst ? dst : copy, &out->mount.target);
}

int value_range(struct value *v, const char *text, struct id_range *out)
{
	const uint64_t ids = UINT32_MAX; /* the last of 2^32 is no id */
	const char *outside = strchr(text, ':');
	const char *count = outside ? strchr(outside + 1, ':') : NULL;
	uint64_t n[3];

	if (!count || value_digits(text, outside, &n[0]) < 0 ||
	    value_digits(outside + 1, count, &n[1]) < 0 ||
	    value_digits(count + 1, text + strlen(text), &n[2]) < 0)
		return value_bad(v, "is not INSIDE:OUTSIDE:COUNT; write e.g. "
				    "0:100000:65536");
	if (!n[2])
		return value_bad(v, "maps nothing: its count is 0");
	if (n[0] >= ids || n[1] >= ids || n[2] > ids || n[0] + n[2] > ids ||
	    n[1] + n[2] > ids)
		return value_bad(v, "goes beyond the last id, %lu",
				 (unsigned long)ids - 1);
	*out = (struct id_range){ n[0], n[1], n[2] };
	return 0;
}
