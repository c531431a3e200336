/* process.c - config.json: process, which is most of a plan already */
#include <linux/capability.h>
#include <string.h>
#include <sys/resource.h>

#include "init/value/value.h"
#include "setup/oci/config.h"

#define L(key, member, ...)                                       \
	{                                                         \
		key, offsetof(struct launch, member), __VA_ARGS__ \
	}

/* user ---------------------------------------------------------------------- */

struct user {
	uint32_t uid, gid;
	uint64_t umask; /* plan's */
	LIST(uint32_t) groups;
};

#define U(key, member, ...)                                     \
	{                                                       \
		key, offsetof(struct user, member), __VA_ARGS__ \
	}

static const struct json_items numbers = { sizeof(uint32_t), json_u32, NULL };

static void read_umask(const struct json_at *at, void *out, const void *with)
{
	uint64_t mask = 0;

	json_u64(at, &mask, NULL);
	if (mask > 0777)
		json_error(at, "a umask is at most 511 (octal 777)");
	memcpy(out, &mask, sizeof mask);
}

static const struct json_row user_rows[] = {
	U("uid", uid, json_u32, NULL, 1),
	U("gid", gid, json_u32, NULL, 1),
	U("umask", umask, read_umask),
	U("additionalGids", groups, json_list, &numbers),
	{ "username", 0, json_refuse,
	  "is for another platform than Linux; leave it out" },
	{ NULL },
};

/* Numbers become words of digits: that is how the inside takes both. */
static void read_user(const struct json_at *at, void *out, const void *with)
{
	struct plan *p = out;
	struct arena *memory = at->doc->memory;
	struct user u = { .umask = p->umask };

	json_struct(at, &u, with);
	p->umask = u.umask;
	p->user = arena_printf(memory, "%u:%u", u.uid, u.gid);
	p->groups.item = arena_take(memory, u.groups.count * sizeof(char *));
	p->groups.count = u.groups.count;
	for (size_t i = 0; i < u.groups.count && p->groups.item; i++)
		p->groups.item[i] =
			arena_printf(memory, "%u", u.groups.item[i]);
	if (!p->user || (u.groups.count && !p->groups.item))
		json_error(at, "no memory for it");
}

/* capabilities --------------------------------------------------------------- */

static void read_caps(const struct json_at *at, void *out, const void *with)
{
	uint64_t set = 0, bit;

	for (size_t i = 0; i < json_count(at); i++) {
		struct json_at item = json_item(at, i);
		const char *name = json_chars(&item);

		if (!name)
			return;
		if (strncmp(name, "CAP_", 4) != 0 || value_cap(name, &bit) < 0)
			json_error(&item,
				   "\"%.40s\" is no capability that "
				   "this version knows",
				   name);
		else
			set |= bit;
	}
	memcpy(out, &set, sizeof set);
}

#define K(key, member)                                                \
	{                                                             \
		key, offsetof(struct capabilities, member), read_caps \
	}

static const struct json_row caps_rows[] = {
	K("bounding", bounding),   K("effective", effective),
	K("permitted", permitted), K("inheritable", inheritable),
	K("ambient", ambient),	   { NULL },
};

/*
 * A set may name what its bound leaves out: execve takes that away from root,
 * and from all others what is not ambient (capabilities(7)), so it is not
 * given in the first place.
 */
static void read_capabilities(const struct json_at *at, void *out,
			      const void *with)
{
	struct capabilities *k = out;

	json_struct(at, k, with);
	if (k->effective & ~k->permitted)
		json_error(at, "effective has one that permitted has not");
	if (k->ambient & ~(k->permitted & k->inheritable))
		json_error(at, "ambient has one that permitted or inheritable "
			       "has not");
	k->permitted &= k->bounding;
	k->effective &= k->bounding;
	k->inheritable &= k->bounding;
	k->ambient &= k->bounding;
}

/* limits --------------------------------------------------------------------- */

#define NAME(name)                             \
	{                                      \
		"RLIMIT_" #name, RLIMIT_##name \
	}

static const struct json_words limits[] = {
	NAME(AS),     NAME(CORE),   NAME(CPU),	      NAME(DATA),
	NAME(FSIZE),  NAME(LOCKS),  NAME(MEMLOCK),    NAME(MSGQUEUE),
	NAME(NICE),   NAME(NOFILE), NAME(NPROC),      NAME(RSS),
	NAME(RTPRIO), NAME(RTTIME), NAME(SIGPENDING), NAME(STACK),
	{ NULL, 0 },
};

static void read_limit_type(const struct json_at *at, void *out,
			    const void *with)
{
	uint32_t value = 0;
	uint64_t resource;

	json_word(at, &value, limits);
	resource = value;
	memcpy(out, &resource, sizeof resource);
}

#define R(key, member, read)                                            \
	{                                                               \
		key, offsetof(struct rlimit_row, member), read, NULL, 1 \
	}

static const struct json_row limit_rows[] = {
	R("type", resource, read_limit_type),
	R("soft", soft, json_u64),
	R("hard", hard, json_u64),
	{ NULL },
};

static void read_limit(const struct json_at *at, void *out, const void *with)
{
	struct rlimit_row *row = out;

	json_struct(at, row, limit_rows);
	if (row->soft > row->hard)
		json_error(at, "soft is above hard");
}

static void read_limits(const struct json_at *at, void *out, const void *with)
{
	static const struct json_items items = { sizeof(struct rlimit_row),
						 read_limit, NULL };
	LIST(struct rlimit_row) list = { .count = 0 };
	uint64_t seen = 0;

	json_list(at, &list, &items);
	for (size_t i = 0; i < list.count; i++) {
		struct json_at item = json_item(at, i);
		uint64_t bit = 1ULL << list.item[i].resource;

		if (seen & bit)
			json_error(&item, "this limit is there twice");
		seen |= bit;
	}
	memcpy(out, &list, sizeof list);
}

/* the rest ------------------------------------------------------------------- */

#define PLAN(key, member, ...)                                  \
	{                                                       \
		key, offsetof(struct plan, member), __VA_ARGS__ \
	}

static const struct json_row size_rows[] = {
	PLAN("height", rows, json_u32, NULL, 1),
	PLAN("width", columns, json_u32, NULL, 1),
	{ NULL },
};

static void read_oom(const struct json_at *at, void *out, const void *with)
{
	struct plan *p = out;

	json_i64(at, &p->oom_score_adj, NULL);
	if (p->oom_score_adj < -1000 || p->oom_score_adj > 1000)
		json_error(at, "is from -1000 to 1000");
	p->has_oom_score_adj = 1;
}

static void read_args(const struct json_at *at, void *out, const void *with)
{
	json_list(at, out, with);
	if (!json_count(at))
		json_error(at, "there is no command");
}

static void read_cwd(const struct json_at *at, void *out, const void *with)
{
	const char *path = json_chars(at);

	if (path && *path != '/')
		json_error(at, "\"%.80s\" is not an absolute path", path);
	json_text(at, out, with);
}

/* An empty label asks for nothing. */
static void refuse_label(const struct json_at *at, void *out, const void *with)
{
	const char *label = json_chars(at);

	if (label && *label)
		json_error(at, "%s", (const char *)with);
}

static const char not_here[] = "is not supported by this version";

const struct json_row oci_process_rows[] = {
	L("args", plan.argv, read_args, &json_texts, 1),
	L("cwd", plan.cwd, read_cwd, NULL, 1),
	L("env", plan.env, json_list, &json_texts),
	L("user", plan, read_user, user_rows, 0, user_rows),
	L("terminal", plan.terminal, json_bool),
	L("consoleSize", plan, json_struct, size_rows, 0, size_rows),
	L("capabilities", plan.caps, read_capabilities, caps_rows, 0,
	  caps_rows),
	L("rlimits", plan.rlimits, read_limits, NULL, 0, limit_rows),
	L("noNewPrivileges", plan.no_new_privs, json_bool),
	L("oomScoreAdj", plan, read_oom),
	{ "apparmorProfile", 0, refuse_label, not_here },
	{ "selinuxLabel", 0, refuse_label, not_here },
	{ "scheduler", 0, json_refuse, not_here },
	{ "ioPriority", 0, json_refuse, not_here },
	{ "execCPUAffinity", 0, json_refuse, not_here },
	{ "commandLine", 0, json_refuse,
	  "is for another platform than Linux; leave it out" },
	{ NULL },
};
