/* linux.c - config.json: linux, but for its resources */
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <time.h>

#include "init/value/value.h"
#include "setup/oci/parts.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80 /* linux/sched.h */
#endif

#define C(key, member, ...)                                           \
	{                                                             \
		key, offsetof(struct oci_config, member), __VA_ARGS__ \
	}

static const char not_here[] = "is not supported by this version";

/* namespaces ------------------------------------------------------------------ */

static const struct json_words kinds[] = {
	{ "pid", CLONE_NEWPID },
	{ "network", CLONE_NEWNET },
	{ "mount", CLONE_NEWNS },
	{ "ipc", CLONE_NEWIPC },
	{ "uts", CLONE_NEWUTS },
	{ "user", CLONE_NEWUSER },
	{ "time", CLONE_NEWTIME },
	{ "cgroup", CLONE_NEWCGROUP },
	{ NULL, 0 },
};

static const struct json_row namespace_rows[] = {
	{ "type", offsetof(struct oci_namespace, kind), json_word, kinds, 1 },
	{ "path", offsetof(struct oci_namespace, path), json_text },
	{ NULL },
};
static const struct json_items namespaces = { sizeof(struct oci_namespace),
					      json_struct, namespace_rows };

static void read_namespaces(const struct json_at *at, void *out,
			    const void *with)
{
	LIST(struct oci_namespace) list = { .count = 0 };
	uint32_t seen = 0;

	json_list(at, &list, with);
	for (size_t i = 0; i < list.count; i++) {
		struct json_at item = json_item(at, i);
		const char *path = list.item[i].path;

		if (seen & list.item[i].kind)
			json_error(&item, "a namespace of this type is there "
					  "already");
		seen |= list.item[i].kind;
		if (path && !*path)
			list.item[i].path = NULL;
		else if (path && *path != '/')
			json_error(&item, "\"%.80s\" is not an absolute path",
				   path);
	}
	memcpy(out, &list, sizeof list);
}

/* ids ------------------------------------------------------------------------- */

static const struct json_row range_rows[] = {
	{ "containerID", offsetof(struct id_range, inside), json_u32, NULL, 1 },
	{ "hostID", offsetof(struct id_range, outside), json_u32, NULL, 1 },
	{ "size", offsetof(struct id_range, count), json_u32, NULL, 1 },
	{ NULL },
};
static const struct json_items ranges = { sizeof(struct id_range), json_struct,
					  range_rows };

/* sysctl ---------------------------------------------------------------------- */

/* Keys of this container's namespaces alone: value_sysctl knows which. */
static void read_sysctls(const struct json_at *at, void *out, const void *with)
{
	LIST(struct pair) list = { .count = 0 };

	json_map(at, &list, NULL);
	for (size_t i = 0; i < list.count && !*at->doc->error; i++) {
		struct pair *s = &list.item[i];
		struct json_at member = json_member(at, s->key);
		struct value v = { .memory = at->doc->memory };
		uint64_t needs;
		const char *text = arena_printf(at->doc->memory, "%s=%s",
						s->key, s->value);

		if (!strcmp(s->key, "kernel.domainname") ||
		    !strcmp(s->key, "kernel.hostname"))
			json_error(&member,
				   "is the property %s of the "
				   "document",
				   s->key + 7);
		else if (!text || value_sysctl(&v, text, s, &needs) < 0)
			json_error(&member, "%s", text ? v.why : "no memory");
	}
	memcpy(out, &list, sizeof list);
}

/* time ------------------------------------------------------------------------ */

static const struct json_row offset_rows[] = {
	{ "secs", offsetof(struct clock_offset, seconds), json_i64 },
	{ "nanosecs", offsetof(struct clock_offset, nanoseconds), json_u32 },
	{ NULL },
};

struct offsets {
	struct clock_offset monotonic, boottime;
};

static const struct json_row clock_rows[] = {
	{ "monotonic", offsetof(struct offsets, monotonic), json_struct,
	  offset_rows, 0, offset_rows },
	{ "boottime", offsetof(struct offsets, boottime), json_struct,
	  offset_rows, 0, offset_rows },
	{ NULL },
};

static void read_clocks(const struct json_at *at, void *out, const void *with)
{
	LIST(struct clock_offset) list = { .count = 2 };
	struct offsets o = { .monotonic.clock = CLOCK_MONOTONIC,
			     .boottime.clock = CLOCK_BOOTTIME };

	json_struct(at, &o, with);
	list.item = arena_take(at->doc->memory, sizeof o);
	if (!list.item) {
		json_error(at, "no memory for it");
		return;
	}
	memcpy(list.item, &o, sizeof o);
	memcpy(out, &list, sizeof list);
}

/* the rest -------------------------------------------------------------------- */

static const struct json_words propagations[] = {
	{ "private", MS_PRIVATE },
	{ "rprivate", MS_PRIVATE },
	{ "unbindable", MS_UNBINDABLE },
	{ "runbindable", MS_UNBINDABLE },
	{ "shared", MS_SHARED },
	{ "rshared", MS_SHARED },
	{ "slave", MS_SLAVE },
	{ "rslave", MS_SLAVE },
	{ NULL, 0 },
};

static void read_paths(const struct json_at *at, void *out, const void *with)
{
	LIST(const char *) list = { .count = 0 };

	json_list(at, &list, with);
	for (size_t i = 0; i < list.count; i++) {
		struct json_at item = json_item(at, i);

		if (list.item[i] && *list.item[i] != '/')
			json_error(&item, "\"%.80s\" is not an absolute path",
				   list.item[i]);
	}
	memcpy(out, &list, sizeof list);
}

static void read_profile(const struct json_at *at, void *out, const void *with)
{
	struct oci_config *c = out;

	seccomp_profile(at, &c->seccomp, NULL);
	c->has_seccomp = 1;
}

static void refuse_unless_empty(const struct json_at *at, void *out,
				const void *with)
{
	const char *label = json_chars(at);

	if (label && *label)
		json_error(at, "%s", (const char *)with);
}

const struct json_row oci_linux_rows[] = {
	C("namespaces", namespaces, read_namespaces, &namespaces, 0,
	  namespace_rows),
	C("uidMappings", launch.uid_map, json_list, &ranges, 0, range_rows),
	C("gidMappings", launch.gid_map, json_list, &ranges, 0, range_rows),
	C("timeOffsets", launch.plan.clocks, read_clocks, clock_rows, 0,
	  clock_rows),
	C("cgroupsPath", cgroups_path, json_text),
	{ "resources", 0, json_struct, oci_resource_rows, 0,
	  oci_resource_rows },
	C("rootfsPropagation", launch.plan.root_propagation, json_word,
	  propagations),
	C("sysctl", launch.plan.sysctls, read_sysctls),
	C("maskedPaths", masked, read_paths, &json_texts),
	C("readonlyPaths", readonly, read_paths, &json_texts),
	{ "seccomp", 0, read_profile, NULL, 0, seccomp_rows },
	{ "mountLabel", 0, refuse_unless_empty, not_here },
	{ "devices", 0, json_refuse, not_here },
	{ "personality", 0, json_refuse, not_here },
	{ "intelRdt", 0, json_refuse, not_here },
	{ "memoryPolicy", 0, json_refuse, not_here },
	{ "netDevices", 0, json_refuse, not_here },
	{ NULL },
};
