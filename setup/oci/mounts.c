/* mounts.c - config.json: mounts and their options */
#include <linux/mount.h>
#include <string.h>
#include <sys/mount.h>

#include "setup/oci/parts.h"

#ifndef MOUNT_ATTR_NOSYMFOLLOW
#define MOUNT_ATTR_NOSYMFOLLOW 0x00200000 /* linux/mount.h */
#endif

/* Times of access are one field of three values, mount_setattr(2). */
#define ATIME MOUNT_ATTR__ATIME

/*
 * What an option does to the mount. Those that no row has are the file
 * system's own, and go to it as they are.
 */
static const struct option {
	char name[16];
	uint64_t set, clear;
	uint32_t propagation;
	unsigned recursive : 1; /* has a form with r in front */
	unsigned bind : 1, with_mounts : 1;
} options[] = {
	{ "ro", MOUNT_ATTR_RDONLY, 0, 0, 1 },
	{ "rw", 0, MOUNT_ATTR_RDONLY, 0, 1 },
	{ "nosuid", MOUNT_ATTR_NOSUID, 0, 0, 1 },
	{ "suid", 0, MOUNT_ATTR_NOSUID, 0, 1 },
	{ "nodev", MOUNT_ATTR_NODEV, 0, 0, 1 },
	{ "dev", 0, MOUNT_ATTR_NODEV, 0, 1 },
	{ "noexec", MOUNT_ATTR_NOEXEC, 0, 0, 1 },
	{ "exec", 0, MOUNT_ATTR_NOEXEC, 0, 1 },
	{ "nodiratime", MOUNT_ATTR_NODIRATIME, 0, 0, 1 },
	{ "diratime", 0, MOUNT_ATTR_NODIRATIME, 0, 1 },
	{ "nosymfollow", MOUNT_ATTR_NOSYMFOLLOW, 0, 0, 1 },
	{ "symfollow", 0, MOUNT_ATTR_NOSYMFOLLOW, 0, 1 },
	{ "noatime", MOUNT_ATTR_NOATIME, ATIME, 0, 1 },
	{ "strictatime", MOUNT_ATTR_STRICTATIME, ATIME, 0, 1 },
	{ "relatime", MOUNT_ATTR_RELATIME, ATIME, 0, 1 },
	{ "atime", MOUNT_ATTR_RELATIME, ATIME, 0, 1 },
	{ "norelatime", MOUNT_ATTR_STRICTATIME, ATIME, 0, 1 },
	{ "nostrictatime", MOUNT_ATTR_RELATIME, ATIME, 0, 1 },
	{ "private", 0, 0, MS_PRIVATE, 1 },
	{ "shared", 0, 0, MS_SHARED, 1 },
	{ "slave", 0, 0, MS_SLAVE, 1 },
	{ "unbindable", 0, 0, MS_UNBINDABLE, 1 },
	{ "bind", .bind = 1 },
	{ "rbind", .bind = 1, .with_mounts = 1 },
	{ "defaults" },
};

static const struct option *find(const char *name)
{
	size_t i = 0;

	while (i < sizeof options / sizeof *options &&
	       strcmp(options[i].name, name) != 0)
		i++;
	return i < sizeof options / sizeof *options ? &options[i] : NULL;
}

/* A later option wins over an earlier one of the same bits. */
static void apply(struct oci_mount *m, const struct option *o)
{
	m->set = (m->set & ~(o->set | o->clear)) | o->set;
	m->clear = (m->clear & ~o->set) | o->clear;
	if (o->propagation)
		m->propagation = o->propagation;
	m->bind |= o->bind;
	m->with_mounts |= o->with_mounts;
}

static void take(const struct json_at *at, struct oci_mount *m,
		 const char *name, uint32_t *plain)
{
	const struct option *o = find(name);
	int all = !o && *name == 'r';

	if (all) {
		o = find(name + 1);
		o = o && o->recursive ? o : NULL;
	}
	if (o) {
		apply(m, o);
		/* Propagation is that of what is there, rbind or not. */
		if (o->set | o->clear)
			*(all ? &m->recursive : plain) = 1;
		return;
	}
	if (!strcmp(name, "idmap") || !strcmp(name, "ridmap") ||
	    !strcmp(name, "tmpcopyup")) {
		json_error(at, "%s is not supported by this version", name);
		return;
	}
	m->data =
		arena_printf(at->doc->memory, "%s%s%s", m->data ? m->data : "",
			     m->data ? "," : "", name);
	if (!m->data)
		json_error(at, "no memory for it");
}

static void read_options(const struct json_at *at, void *out, const void *with)
{
	struct oci_mount *m = out;
	uint32_t plain = 0;

	for (size_t i = 0; i < json_count(at) && !*at->doc->error; i++) {
		struct json_at item = json_item(at, i);
		const char *name = json_chars(&item);

		if (name && *name)
			take(&item, m, name, &plain);
	}
	if (plain && m->recursive)
		json_error(at, "attributes for all mounts (r...) beside those "
			       "for one are not supported by this version");
}

#define M(key, member, ...)                                          \
	{                                                            \
		key, offsetof(struct oci_mount, member), __VA_ARGS__ \
	}

const struct json_row oci_mount_rows[] = {
	M("destination", target, json_text, NULL, 1),
	M("type", type, json_text),
	M("source", source, json_text),
	{ "options", 0, read_options },
	{ "uidMappings", 0, json_refuse, "is not supported by this version" },
	{ "gidMappings", 0, json_refuse, "is not supported by this version" },
	{ NULL },
};

/* The whole, and what its members say together. */
void oci_read_mount(const struct json_at *at, void *out, const void *with)
{
	struct oci_mount *m = out;

	json_struct(at, m, with);
	if (*at->doc->error)
		return;
	if (m->type && !strcmp(m->type, "bind"))
		m->bind = 1;
	if (!m->bind && (!m->type || !*m->type))
		json_error(at, "\"type\" is missing");
	if (m->bind && (!m->source || !*m->source))
		json_error(at, "\"source\" is missing");
	if (m->bind && m->data)
		json_error(at,
			   "options: \"%.80s\" is for a file system, and "
			   "this shows what is there",
			   m->data);
	if (!m->bind && m->propagation && m->propagation != MS_PRIVATE)
		json_error(at, "options: propagation of a new file system is "
			       "not supported by this version");
	if (!*m->target || !strcmp(m->target, "/"))
		json_error(at, "nothing can be mounted on \"%s\"", m->target);
}
