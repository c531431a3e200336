/* set.c - what the rows of settings.c do with a text */
#include "init/task/set.h"

#include <string.h>
#include <sys/mount.h>

/* One more element of a list, zeroed; -1 where it is full. */
#define PUSH(v, list)                                                      \
	(((list).item = arena_grow((v)->memory, (list).item, (list).count, \
				   sizeof *(list).item)) ?                 \
		 &(list).item[(list).count++] :                            \
		 NULL)

static int too_long(struct value *v)
{
	return value_bad(v, "is too long");
}

/* Who it is ------------------------------------------------------------------ */

int set_user(struct value *v, struct task *t, const char *text)
{
	if (value_user(v, text) < 0)
		return -1;
	t->plan.user = text;
	return 0;
}

static int push_text(struct value *v, const char *text, const char ***item,
		     size_t *count)
{
	const char **list = arena_grow(v->memory, *item, *count, sizeof *list);

	if (!list)
		return too_long(v);
	list[(*count)++] = text;
	*item = list;
	return 0;
}

int set_group_add(struct value *v, struct task *t, const char *text)
{
	if (value_group(v, text) < 0)
		return -1;
	return push_text(v, text, &t->plan.groups.item, &t->plan.groups.count);
}

static int add_caps(struct value *v, const char *text, uint64_t *to)
{
	uint64_t bits;

	if (value_caps(v, text, &bits) < 0)
		return -1;
	*to |= bits;
	return 0;
}

int set_cap_add(struct value *v, struct task *t, const char *text)
{
	return add_caps(v, text, &t->cap_add);
}

int set_cap_drop(struct value *v, struct task *t, const char *text)
{
	return add_caps(v, text, &t->cap_drop);
}

int set_no_new_privs(struct value *v, struct task *t, const char *text)
{
	t->plan.no_new_privs = 1;
	return 0;
}

int set_seccomp(struct value *v, struct task *t, const char *text)
{
	static const struct value_word words[] = {
		{ "none", SECCOMP_NONE }, { "default", SECCOMP_BUILTIN }, { "" }
	};
	uint64_t kind = SECCOMP_FILTER;

	if (!*text)
		return value_bad(v, "is nothing; write default, none or the "
				    "name of a file");
	if (value_choice(v, text, words, &kind) < 0)
		kind = SECCOMP_FILTER;
	t->plan.seccomp = kind;
	t->seccomp_file = kind == SECCOMP_FILTER ? text : NULL;
	return 0;
}

/* Where and how it runs -------------------------------------------------------- */

int set_ulimit(struct value *v, struct task *t, const char *text)
{
	struct rlimit_row row, *to = NULL;

	if (value_ulimit(v, text, &row) < 0)
		return -1;
	for (size_t i = 0; i < t->plan.rlimits.count; i++)
		if (t->plan.rlimits.item[i].resource == row.resource)
			to = &t->plan.rlimits.item[i];
	if (!to)
		to = PUSH(v, t->plan.rlimits);
	if (!to)
		return too_long(v);
	*to = row;
	return 0;
}

int set_chdir(struct value *v, struct task *t, const char *text)
{
	if (!*text)
		return value_bad(v, "is nothing; write a directory");
	t->plan.cwd = text;
	return 0;
}

int set_umask(struct value *v, struct task *t, const char *text)
{
	uint64_t bits = 0;

	for (const char *c = text; *c; c++) {
		if (*c < '0' || *c > '7' || bits > 0777 >> 3)
			bits = 01000;
		bits = bits << 3 | (*c & 7);
	}
	if (!*text || bits > 0777)
		return value_bad(v, "is not a mask in octal, from 0 to 777");
	t->plan.umask = bits;
	t->has_umask = 1;
	return 0;
}

int set_env(struct value *v, struct task *t, const char *text)
{
	if (*text == '=' || !strchr(text, '='))
		return value_bad(v, "is not KEY=VALUE");
	return push_text(v, text, &t->env.item, &t->env.count);
}

int set_oom_score_adj(struct value *v, struct task *t, const char *text)
{
	if (value_integer(v, text, -1000, 1000, &t->plan.oom_score_adj) < 0)
		return -1;
	t->plan.has_oom_score_adj = 1;
	return 0;
}

/* Mounts ------------------------------------------------------------------------- */

static int add_mount(struct value *v, struct task *t, const char *type,
		     const char *target, const char *data, uint64_t flags)
{
	struct mount *m;

	if (target[0] != '/' || !target[1])
		return value_bad(v, "does not begin with a path like /tmp");
	m = PUSH(v, t->plan.mounts);
	if (!m)
		return too_long(v);
	*m = (struct mount){ .kind = MOUNT_FS,
			     .type = type,
			     .target = target,
			     .data = data && *data ? data : NULL,
			     .set = flags };
	return 0;
}

int set_mount_proc(struct value *v, struct task *t, const char *text)
{
	return add_mount(v, t, "proc", "/proc", NULL,
			 MS_NOSUID | MS_NODEV | MS_NOEXEC);
}

/* DST[:OPTION,...]: flags of mount(2), and what tmpfs(5) knows. */
int set_tmpfs(struct value *v, struct task *t, const char *text)
{
	static const struct {
		char name[8];
		uint8_t on, off;
	} words[] = {
		{ "ro", MS_RDONLY, 0 },	    { "rw", 0, MS_RDONLY },
		{ "nosuid", MS_NOSUID, 0 }, { "suid", 0, MS_NOSUID },
		{ "nodev", MS_NODEV, 0 },   { "dev", 0, MS_NODEV },
		{ "noexec", MS_NOEXEC, 0 }, { "exec", 0, MS_NOEXEC },
	};
	unsigned flags = MS_NOSUID | MS_NODEV;
	char *copy = arena_text(v->memory, text, strlen(text));
	char *list = copy ? strchr(copy, ':') : NULL, *data, *to, *word;

	data = to = arena_take(v->memory, strlen(text) + 1);
	if (!copy || !data)
		return too_long(v);
	if (list)
		*list++ = 0;
	while ((word = strsep(&list, ","))) {
		size_t i = 0;

		while (i < sizeof words / sizeof *words &&
		       strcmp(words[i].name, word) != 0)
			i++;
		if (i < sizeof words / sizeof *words) {
			flags = (flags & ~words[i].off) | words[i].on;
			continue;
		}
		if (!strchr(word, '='))
			return value_bad(v, "has options that are neither "
					    "KEY=VALUE nor ro, exec, suid, dev "
					    "or their opposites");
		if (to != data)
			*to++ = ',';
		to = stpcpy(to, word);
	}
	return add_mount(v, t, "tmpfs", copy, data, flags);
}

/* Limits: named by their files in cgroup v2 ---------------------------------------- */

static int add_limit(struct value *v, struct task *t, const char *key,
		     const char *value)
{
	struct limit *l = NULL;

	for (size_t i = 0; i < t->limits.count; i++)
		if (!strcmp(t->limits.item[i].key, key))
			l = &t->limits.item[i];
	if (!l)
		l = PUSH(v, t->limits);
	if (!l || !value)
		return too_long(v);
	*l = (struct limit){ .key = key, .value = value, .wanted = 1 };
	return 0;
}

static int add_bytes(struct value *v, struct task *t, const char *key,
		     const char *text, uint64_t least)
{
	uint64_t n;

	if (value_limit(v, text, &n) < 0)
		return -1;
	if (n < least)
		return value_bad(v, "is less than a page of memory");
	if (least)
		t->memory = n;
	return add_limit(v, t, key,
			 n == UINT64_MAX ? "max" :
					   arena_printf(v->memory, "%llu",
							(unsigned long long)n));
}

int set_memory(struct value *v, struct task *t, const char *text)
{
	return add_bytes(v, t, "memory.max", text, 4096);
}

int set_memory_high(struct value *v, struct task *t, const char *text)
{
	return add_bytes(v, t, "memory.high", text, 0);
}

int set_memory_low(struct value *v, struct task *t, const char *text)
{
	return add_bytes(v, t, "memory.low", text, 0);
}

int set_memory_swap(struct value *v, struct task *t, const char *text)
{
	uint64_t n = UINT64_MAX;

	if (strcmp(text, "-1") != 0 && value_limit(v, text, &n) < 0)
		return -1;
	if (!n)
		return value_bad(v, "is less than the memory: it is the sum of "
				    "memory and swap");
	t->swap = n;
	return 0;
}

int set_cpus(struct value *v, struct task *t, const char *text)
{
	uint64_t n;

	if (value_cpus(v, text, &n) < 0)
		return -1;
	return add_limit(
		v, t, "cpu.max",
		arena_printf(v->memory, "%llu 100000", (unsigned long long)n));
}

static int add_weight(struct value *v, struct task *t, const char *key,
		      const char *text)
{
	uint64_t n;

	if (value_whole(v, text, 1, 10000, &n) < 0)
		return -1;
	return add_limit(v, t, key, text);
}

int set_cpu_weight(struct value *v, struct task *t, const char *text)
{
	return add_weight(v, t, "cpu.weight", text);
}

int set_io_weight(struct value *v, struct task *t, const char *text)
{
	return add_weight(v, t, "io.weight", text);
}

int set_cpuset_cpus(struct value *v, struct task *t, const char *text)
{
	const char *list;

	if (value_cpuset(v, text, &list) < 0)
		return -1;
	return add_limit(v, t, "cpuset.cpus", list);
}

int set_pids(struct value *v, struct task *t, const char *text)
{
	const uint64_t most = 4194304; /* PID_MAX_LIMIT, proc(5) */
	uint64_t n;

	if (strcmp(text, "max") != 0 && value_whole(v, text, 1, most, &n) < 0)
		return value_bad(v, "is not a number from 1 to 4194304, or "
				    "max");
	return add_limit(v, t, "pids.max", text);
}

int set_cgroup(struct value *v, struct task *t, const char *text)
{
	struct pair pair;

	if (value_cgroup(v, text, &pair) < 0)
		return -1;
	return add_limit(v, t, pair.key, pair.value);
}

/* Of the program --------------------------------------------------------------------- */

int set_ready_fd(struct value *v, struct task *t, const char *text)
{
	uint64_t n;

	if (!strcmp(text, "notify")) {
		t->ready_notify = 1;
		return 0;
	}
	if (value_whole(v, text, 3, 1 << 20, &n) < 0)
		return value_bad(v, "is not a descriptor from 3 on, or notify");
	t->ready_fd = n;
	return 0;
}

int set_pause(struct value *v, struct task *t, const char *text)
{
	t->pause = 1;
	return 0;
}

int set_print_config(struct value *v, struct task *t, const char *text)
{
	t->print_config = 1;
	return 0;
}
