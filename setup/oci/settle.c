/* settle.c - config.json to launch: what its parts make together */
#include <linux/mount.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "setup/oci/config.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80 /* linux/sched.h */
#endif

const char oci_cgroup[] = "cgroup";

struct settler {
	struct oci_config *c;
	const char *bundle;
	int root; /* may make device nodes */
	char *why;
	size_t why_size;
};

static int no(struct settler *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int no(struct settler *s, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(s->why, s->why_size, fmt, args);
	va_end(args);
	return -1;
}

/* lists ----------------------------------------------------------------------- */

static struct mount *add_mount(struct settler *s, uint32_t kind,
			       const char *target)
{
	struct launch *l = &s->c->launch;
	struct mount *list = arena_grow(&l->memory, l->plan.mounts.item,
					l->plan.mounts.count, sizeof *list);

	if (!list)
		return NULL;
	l->plan.mounts.item = list;
	list += l->plan.mounts.count++;
	*list = (struct mount){ .kind = kind, .target = target };
	return list;
}

/* The number of its tree; 0: no memory. */
static uint32_t add_source(struct settler *s, const struct source *source)
{
	struct launch *l = &s->c->launch;
	struct source *list = arena_grow(&l->memory, l->sources.item,
					 l->sources.count, sizeof *list);

	if (!list)
		return 0;
	l->sources.item = list;
	list[l->sources.count++] = *source;
	return l->sources.count;
}

/* From the bundle on, where it is relative. */
static const char *host_path(struct settler *s, const char *path)
{
	if (*path == '/')
		return path;
	return arena_printf(&s->c->launch.memory, "%s/%s", s->bundle, path);
}

/* config.md: a relative destination is one below "/". */
static const char *inside_path(struct settler *s, const char *path)
{
	if (*path == '/')
		return path;
	return arena_printf(&s->c->launch.memory, "/%s", path);
}

/* namespaces ------------------------------------------------------------------ */

static int settle_namespaces(struct settler *s)
{
	struct oci_config *c = s->c;
	struct plan *p = &c->launch.plan;

	for (size_t i = 0; i < c->namespaces.count; i++) {
		if (c->namespaces.item[i].path)
			return no(s,
				  "linux.namespaces[%zu].path: is not "
				  "supported by this version",
				  i);
		p->namespaces |= c->namespaces.item[i].kind;
	}
	if (!(p->namespaces & CLONE_NEWNS))
		return no(s,
			  "linux.namespaces: a container has a mount "
			  "namespace of its own: add { \"type\": \"mount\" }");
	if ((p->hostname || p->domainname) && !(p->namespaces & CLONE_NEWUTS))
		return no(s,
			  "%s: would rename the host: add { \"type\": "
			  "\"uts\" } to linux.namespaces",
			  p->hostname ? "hostname" : "domainname");
	if (p->clocks.count && !(p->namespaces & CLONE_NEWTIME))
		return no(s, "linux.timeOffsets: takes a time namespace: add "
			     "{ \"type\": \"time\" } to linux.namespaces");
	p->loopback = !!(p->namespaces & CLONE_NEWNET);
	return 0;
}

static int settle_ids(struct settler *s)
{
	struct launch *l = &s->c->launch;
	int mapped = l->uid_map.count || l->gid_map.count;

	if (!(l->plan.namespaces & CLONE_NEWUSER)) {
		l->userns = USERNS_HOST;
		return mapped ? no(s, "linux.uidMappings: ids are mapped into "
				      "a user namespace: add { \"type\": "
				      "\"user\" } to linux.namespaces") :
				0;
	}
	l->userns = USERNS_MAP;
	if (!l->uid_map.count || !l->gid_map.count)
		return no(s, "linux.%s: a new user namespace takes these",
			  l->uid_map.count ? "gidMappings" : "uidMappings");
	return 0;
}

/* sysctls of a namespace that is not this container's are the host's */
static int settle_sysctls(struct settler *s)
{
	const struct plan *p = &s->c->launch.plan;

	for (size_t i = 0; i < p->sysctls.count; i++) {
		const char *key = p->sysctls.item[i].key;
		uint64_t needs =
			strncmp(key, "net.", 4) ? CLONE_NEWIPC : CLONE_NEWNET;

		if (!(p->namespaces & needs))
			return no(s,
				  "linux.sysctl.%.80s: would change the "
				  "whole host: add { \"type\": \"%s\" } to "
				  "linux.namespaces",
				  key,
				  needs == CLONE_NEWIPC ? "ipc" : "network");
	}
	return 0;
}

/* the file system ------------------------------------------------------------- */

static int settle_root(struct settler *s)
{
	struct oci_config *c = s->c;
	struct source root = { .recursive = 1 };

	root.path = host_path(s, c->root);
	if (!root.path || !add_source(s, &root))
		return no(s, "root: no memory");
	c->launch.rootfs = root.path;
	if (c->read_only)
		c->launch.plan.root_attr = MOUNT_ATTR_RDONLY;
	return 0;
}

static int add_bind(struct settler *s, const struct oci_mount *m,
		    const char *target)
{
	struct source source = { .path = host_path(s, m->source),
				 .recursive = m->with_mounts };
	struct mount *to = add_mount(s, MOUNT_TREE, target);

	if (!source.path || !to)
		return -1;
	to->tree = add_source(s, &source);
	to->set = m->set;
	to->clear = m->clear;
	to->recursive = m->recursive;
	to->propagation = m->propagation;
	return to->tree ? 0 : -1;
}

static int add_fs(struct settler *s, const struct oci_mount *m,
		  const char *target)
{
	struct mount *to = add_mount(s, MOUNT_FS, target);

	if (!to)
		return -1;
	to->type = strcmp(m->type, oci_cgroup) ? m->type : oci_cgroup;
	to->source = m->source && *m->source ? m->source : m->type;
	to->data = m->data;
	to->set = m->set;
	to->propagation = m->propagation;
	return 0;
}

static int settle_mounts(struct settler *s)
{
	struct oci_config *c = s->c;

	for (size_t i = 0; i < c->mounts.count; i++) {
		const struct oci_mount *m = &c->mounts.item[i];
		const char *target = inside_path(s, m->target);

		if (!target || (m->bind ? add_bind : add_fs)(s, m, target) < 0)
			return no(s, "mounts[%zu]: no memory", i);
	}
	return 0;
}

/* config-linux.md, "Default Devices" and "Dev symbolic links" */
static const struct {
	const char *path;
	uint8_t major, minor;
} devices[] = {
	{ "/dev/null", 1, 3 },	  { "/dev/zero", 1, 5 },
	{ "/dev/full", 1, 7 },	  { "/dev/random", 1, 8 },
	{ "/dev/urandom", 1, 9 }, { "/dev/tty", 5, 0 },
};

static const struct {
	const char *path, *to;
} links[] = {
	{ "/dev/fd", "/proc/self/fd" },
	{ "/dev/stdin", "/proc/self/fd/0" },
	{ "/dev/stdout", "/proc/self/fd/1" },
	{ "/dev/stderr", "/proc/self/fd/2" },
	{ "/dev/ptmx", "pts/ptmx" },
};

/* A node is for who owns the initial user namespace; all others are shown the
 * host's, which is checked to be what it should. */
static int add_device(struct settler *s, const char *path, uint64_t device)
{
	struct source host = { .path = path, .device = device };
	int shown = !s->root || s->c->launch.plan.namespaces & CLONE_NEWUSER;
	struct mount *m = add_mount(s, shown ? MOUNT_TREE : MOUNT_NODE, path);

	if (!m)
		return -1;
	if (shown) {
		m->tree = add_source(s, &host);
		m->set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;
		return m->tree ? 0 : -1;
	}
	m->mode = S_IFCHR | 0666;
	m->device = device;
	return 0;
}

static int settle_devices(struct settler *s)
{
	const struct oci_config *c = s->c;
	struct mount *m;

	/* Who shows a /dev of the host's has all of it there. */
	for (size_t i = 0; i < c->mounts.count; i++)
		if (c->mounts.item[i].bind &&
		    !strcmp(c->mounts.item[i].target, "/dev"))
			return 0;
	for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
		if (add_device(s, devices[i].path,
			       makedev(devices[i].major, devices[i].minor)) < 0)
			return no(s, "linux.devices: no memory");
	for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
		m = add_mount(s, MOUNT_LINK, links[i].path);
		if (!m)
			return no(s, "linux.devices: no memory");
		m->source = links[i].to;
	}
	return 0;
}

static int settle_hiding(struct settler *s)
{
	const struct oci_config *c = s->c;

	/* A mask over what is read-only is one; the other way round would
	 * make the mask's own mount read-only, which it is. */
	for (size_t i = 0; i < c->readonly.count; i++)
		if (!add_mount(s, MOUNT_READONLY, c->readonly.item[i]))
			return no(s, "linux.readonlyPaths: no memory");
	for (size_t i = 0; i < c->masked.count; i++)
		if (!add_mount(s, MOUNT_MASK, c->masked.item[i]))
			return no(s, "linux.maskedPaths: no memory");
	return 0;
}

int oci_settle(struct oci_config *c, const char *bundle, int root, char *why,
	       size_t why_size)
{
	static int (*const steps[])(struct settler *) = {
		settle_namespaces, settle_ids,	   settle_sysctls,
		settle_root, /* source 1 */
		settle_mounts,	   settle_devices, settle_hiding,
	};
	struct settler s = { c, bundle, root, why, why_size };
	struct plan *p = &c->launch.plan;

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (steps[i](&s) < 0)
			return -1;
	p->init = c->with_init;
	if (p->init && !(p->namespaces & CLONE_NEWPID))
		return no(&s, "annotations.org.cinit.init: takes a pid "
			      "namespace: add { \"type\": \"pid\" } to "
			      "linux.namespaces");
	return 0;
}
