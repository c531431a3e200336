/* resources.c - config.json: linux.resources, as limits by their v2 names */
#include <inttypes.h>
#include <string.h>

#include "setup/oci/parts.h"

static const char not_here[] = "is not supported by this version";

/* What a document did not say; no limit is that low. */
#define UNSAID INT64_MIN

static void add(const struct json_at *at, struct oci_config *c, const char *key,
		const char *value)
{
	struct launch *l = &c->launch;
	struct limit *item = arena_grow(at->doc->memory, l->limits.item,
					l->limits.count, sizeof *item);

	if (!item || !value) {
		json_error(at, "no memory for it");
		return;
	}
	l->limits.item = item;
	item[l->limits.count++] = (struct limit){ key, value, 1 };
}

/* -1 takes a limit away; 0 sets none, as engines mean it. */
static void add_number(const struct json_at *at, struct oci_config *c,
		       const char *key, int64_t value)
{
	if (value == UNSAID || !value)
		return;
	if (value < -1)
		json_error(at, "%s cannot be %" PRId64, key, value);
	else if (value == -1)
		add(at, c, key, "max");
	else
		add(at, c, key,
		    arena_printf(at->doc->memory, "%" PRId64, value));
}

/* memory ---------------------------------------------------------------------- */

struct memory {
	int64_t limit, swap, reservation;
	uint32_t check, hierarchy, no_killer;
};

#define M(key, member, read)                               \
	{                                                  \
		key, offsetof(struct memory, member), read \
	}

static void refuse_true(const struct json_at *at, void *out, const void *with)
{
	uint32_t yes = 0;

	json_bool(at, &yes, NULL);
	if (yes)
		json_error(at, "%s", not_here);
}

static const struct json_row memory_rows[] = {
	M("limit", limit, json_i64),
	M("swap", swap, json_i64),
	M("reservation", reservation, json_i64),
	M("useHierarchy", hierarchy, json_bool), /* v2 and today's v1 have no
						  * other */
	{ "disableOOMKiller", 0, refuse_true },
	{ "checkBeforeUpdate", 0, refuse_true },
	{ "kernel", 0, json_refuse, "no kernel has it any more (Linux 6.1)" },
	{ "kernelTCP", 0, json_refuse, not_here },
	{ "swappiness", 0, json_refuse, not_here },
	{ NULL },
};

/* The document's swap is memory and swap together, v2's swap alone. */
static void read_memory(const struct json_at *at, void *out, const void *with)
{
	struct oci_config *c = out;
	struct memory m = { UNSAID, UNSAID, UNSAID, 0, 0, 0 };

	json_struct(at, &m, with);
	if (m.swap > 0 && (m.limit <= 0 || m.limit > m.swap)) {
		json_error(at, "swap is memory and swap together: it takes a "
			       "limit, and is not below it");
		return;
	}
	add_number(at, c, "memory.max", m.limit);
	add_number(at, c, "memory.low", m.reservation);
	if (m.swap > 0 && m.swap == m.limit)
		add(at, c, "memory.swap.max", "0");
	else
		add_number(at, c, "memory.swap.max",
			   m.swap > 0 ? m.swap - m.limit : m.swap);
}

/* cpu ------------------------------------------------------------------------- */

struct cpu {
	uint64_t shares, period;
	int64_t quota;
	const char *cpus, *mems;
};

#define P(key, member, read)                            \
	{                                               \
		key, offsetof(struct cpu, member), read \
	}

static const struct json_row cpu_rows[] = {
	P("shares", shares, json_u64),
	P("quota", quota, json_i64),
	P("period", period, json_u64),
	P("cpus", cpus, json_text),
	P("mems", mems, json_text),
	{ "burst", 0, json_refuse, not_here },
	{ "realtimeRuntime", 0, json_refuse, not_here },
	{ "realtimePeriod", 0, json_refuse, not_here },
	{ "idle", 0, json_refuse, not_here },
	{ NULL },
};

/* 2 to 262144 become 1 to 10000, the default 1024 becomes 39: systemd's and
 * runc's formula, runtime-spec config-linux.md. */
static uint64_t weight(uint64_t shares)
{
	if (shares < 2)
		shares = 2;
	if (shares > 262144)
		shares = 262144;
	return 1 + (shares - 2) * 9999 / 262142;
}

static void read_cpu(const struct json_at *at, void *out, const void *with)
{
	struct oci_config *c = out;
	struct cpu cpu = { .quota = UNSAID };
	struct arena *memory = at->doc->memory;

	json_struct(at, &cpu, with);
	if (cpu.shares)
		add_number(at, c, "cpu.weight", weight(cpu.shares));
	if (!cpu.period)
		cpu.period = 100000;
	if (cpu.quota > 0)
		add(at, c, "cpu.max",
		    arena_printf(memory, "%" PRId64 " %" PRIu64, cpu.quota,
				 cpu.period));
	else if (cpu.quota != UNSAID)
		add(at, c, "cpu.max",
		    arena_printf(memory, "max %" PRIu64, cpu.period));
	if (cpu.cpus && *cpu.cpus)
		add(at, c, "cpuset.cpus", cpu.cpus);
	if (cpu.mems && *cpu.mems)
		add(at, c, "cpuset.mems", cpu.mems);
}

/* pids, unified --------------------------------------------------------------- */

static const struct json_row pids_rows[] = {
	{ "limit", 0, json_i64 },
	{ NULL },
};

static void read_pids(const struct json_at *at, void *out, const void *with)
{
	int64_t limit = UNSAID;

	json_struct(at, &limit, with);
	add_number(at, out, "pids.max", limit);
}

static void read_unified(const struct json_at *at, void *out, const void *with)
{
	LIST(struct pair) list = { .count = 0 };

	json_map(at, &list, NULL);
	for (size_t i = 0; i < list.count && !*at->doc->error; i++)
		add(at, out, list.item[i].key, list.item[i].value);
}

/* devices ---------------------------------------------------------------------- */

#define A(key, member, ...)                                           \
	{                                                             \
		key, offsetof(struct oci_access, member), __VA_ARGS__ \
	}

static const struct json_words types[] = {
	{ "a", 'a' }, { "b", 'b' }, { "c", 'c' }, { "u", 'c' }, { NULL, 0 },
};

static void read_access(const struct json_at *at, void *out, const void *with)
{
	const char *letters = json_chars(at);

	if (letters && (!*letters || letters[strspn(letters, "rwm")]))
		json_error(at,
			   "\"%.16s\" is not made of the letters r, w and "
			   "m",
			   letters);
	json_text(at, out, with);
}

static const struct json_row access_rows[] = {
	A("allow", allow, json_bool, NULL, 1),
	A("type", type, json_word, types),
	A("major", major, json_i64),
	A("minor", minor, json_i64),
	A("access", access, read_access),
	{ NULL },
};

static void read_rule(const struct json_at *at, void *out, const void *with)
{
	struct oci_access *rule = out;

	*rule = (struct oci_access){
		.type = 'a', .major = -1, .minor = -1, .access = "rwm"
	};
	json_struct(at, rule, access_rows);
	if (rule->major < -1 || rule->major > UINT32_MAX || rule->minor < -1 ||
	    rule->minor > UINT32_MAX)
		json_error(at, "there is no such device");
}

static const struct json_items rules = { sizeof(struct oci_access), read_rule,
					 NULL };

const struct json_row oci_resource_rows[] = {
	{ "memory", 0, read_memory, memory_rows, 0, memory_rows },
	{ "cpu", 0, read_cpu, cpu_rows, 0, cpu_rows },
	{ "pids", 0, read_pids, pids_rows, 0, pids_rows },
	{ "unified", 0, read_unified },
	{ "devices", offsetof(struct oci_config, access), json_list, &rules, 0,
	  access_rows },
	{ "blockIO", 0, json_refuse, not_here },
	{ "hugepageLimits", 0, json_refuse, not_here },
	{ "network", 0, json_refuse, not_here },
	{ "rdma", 0, json_refuse, not_here },
	{ NULL },
};
