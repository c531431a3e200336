/* take.c - what each option does with its value; the rows are in options.c */
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdlib.h>
#include <string.h>

#include "init/base/fd.h"
#include "setup/flags/take.h"

/* Takers of many options: `at` is the member of the launch ----------------- */

static void *member(struct flags_state *f, const struct flags_option *o)
{
	return (char *)f->l + o->at;
}

int take_on(struct flags_state *f, const struct flags_option *o,
	    const char *text)
{
	*(uint32_t *)member(f, o) = 1;
	return 0;
}

int take_off(struct flags_state *f, const struct flags_option *o,
	     const char *text)
{
	*(uint32_t *)member(f, o) = 0;
	return 0;
}

/* The same for struct flags_said. */
int take_said(struct flags_state *f, const struct flags_option *o,
	      const char *text)
{
	*(int *)((char *)&flags_said + o->at) = 1;
	return 0;
}

int take_text(struct flags_state *f, const struct flags_option *o,
	      const char *text)
{
	if (!*text)
		return value_bad(&f->v, "is nothing; write %s", o->arg);
	*(const char **)member(f, o) = text;
	return 0;
}

int take_word(struct flags_state *f, const struct flags_option *o,
	      const char *text)
{
	uint64_t bits;

	if (value_choice(&f->v, text, o->rows, &bits) < 0)
		return -1;
	*(uint32_t *)member(f, o) = bits;
	return 0;
}

int take_path(struct flags_state *f, const struct flags_option *o,
	      const char *text)
{
	return value_path(&f->v, text, member(f, o));
}

int take_range(struct flags_state *f, const struct flags_option *o,
	       const char *text)
{
	LIST(struct id_range) *list = member(f, o);
	struct id_range range;

	if (value_range(&f->v, text, &range) < 0)
		return -1;
	*flags_push(f->l, *list) = range;
	return 0;
}

/* Limits: `rows` is the name in cgroup v2. */
int take_bytes(struct flags_state *f, const struct flags_option *o,
	       const char *text)
{
	uint64_t n;

	if (value_limit(&f->v, text, &n) < 0)
		return -1;
	flags_limit(f->l, o->rows,
		    n == UINT64_MAX ?
			    "max" :
			    flags_text(f->l, "%llu", (unsigned long long)n),
		    1);
	return 0;
}

int take_weight(struct flags_state *f, const struct flags_option *o,
		const char *text)
{
	uint64_t n;

	if (value_whole(&f->v, text, 1, 10000, &n) < 0)
		return -1;
	flags_limit(f->l, o->rows,
		    flags_text(f->l, "%llu", (unsigned long long)n), 1);
	return 0;
}

int take_cpuset(struct flags_state *f, const struct flags_option *o,
		const char *text)
{
	const char *list;

	if (value_cpuset(&f->v, text, &list) < 0)
		return -1;
	flags_limit(f->l, o->rows, list, 1);
	return 0;
}

/* Takers of one option each, in the order of the table ---------------------- */

int take_share(struct flags_state *f, const struct flags_option *o,
	       const char *text)
{
	uint64_t bits;

	if (value_namespaces(&f->v, text, &bits) < 0)
		return -1;
	flags_said.shared |= bits;
	return 0;
}

const struct value_word take_userns_words[] = {
	{ "auto", USERNS_AUTO },
	{ "host", USERNS_HOST },
	{ "single", USERNS_SINGLE },
	{ "", 0 },
};

int take_userns(struct flags_state *f, const struct flags_option *o,
		const char *text)
{
	flags_said.userns = 1;
	return take_word(f, o, text);
}

int take_user(struct flags_state *f, const struct flags_option *o,
	      const char *text)
{
	return value_user(&f->v, text) < 0 ? -1 : take_text(f, o, text);
}

int take_group(struct flags_state *f, const struct flags_option *o,
	       const char *text)
{
	if (value_group(&f->v, text) < 0)
		return -1;
	*flags_push(f->l, f->l->plan.groups) = text;
	return 0;
}

int take_read_only(struct flags_state *f, const struct flags_option *o,
		   const char *text)
{
	f->l->plan.root_attr |= MOUNT_ATTR_RDONLY;
	return 0;
}

int take_overlay(struct flags_state *f, const struct flags_option *o,
		 const char *text)
{
	struct source upper = { .path = text, .idmap = 1, .create = 1 };

	f->l->plan.overlay = 1;
	f->l->plan.upper_tree = 0;
	if (!text)
		return 0;
	if (!*text)
		return value_bad(&f->v, "is nothing; write --overlay=DIR, or "
					"--overlay to throw writes away");
	f->l->plan.upper_tree = flags_source(f->l, &upper);
	return 0;
}

int take_root_tmpfs(struct flags_state *f, const struct flags_option *o,
		    const char *text)
{
	uint64_t n;

	f->l->root_tmpfs = "mode=755";
	if (!text)
		return 0;
	if (value_size(&f->v, text, &n) < 0)
		return -1;
	if (!n) /* to the kernel: any size */
		return value_bad(&f->v, "is no size; write e.g. 512m");
	f->l->root_tmpfs = flags_text(f->l, "mode=755,size=%llu",
				      (unsigned long long)n);
	return 0;
}

int take_layer(struct flags_state *f, const struct flags_option *o,
	       const char *text)
{
	struct source layer = { .recursive = 1 };

	if (!*text)
		return value_bad(&f->v, "is nothing; write %s", o->arg);
	layer.path = flags_text(f->l, "%s/", text); /* and no file */
	f->l->plan.overlay = 1;
	*flags_push(f->l, f->l->plan.layers) = flags_source(f->l, &layer);
	return 0;
}

int take_subdir(struct flags_state *f, const struct flags_option *o,
		const char *text)
{
	return value_path(&f->v, text, &f->l->sources.item[0].below);
}

const struct value_word take_propagation_words[] = {
	{ "private", MS_PRIVATE },
	{ "slave", MS_SLAVE },
	{ "shared", MS_SHARED },
	{ "unbindable", MS_UNBINDABLE },
	{ "", 0 },
};

/* A step of the mount list, and the tree it shows. */
static int take_step(struct flags_state *f, const char *text,
		     int (*parse)(struct value *v, const char *text,
				  struct value_step *out))
{
	struct value_step step;

	if (parse(&f->v, text, &step) < 0)
		return -1;
	if (step.mount.kind == MOUNT_TREE)
		step.mount.tree = flags_source(f->l, &step.source);
	*flags_push(f->l, f->l->plan.mounts) = step.mount;
	return 0;
}

int take_volume(struct flags_state *f, const struct flags_option *o,
		const char *text)
{
	return take_step(f, text, value_volume);
}

int take_tmpfs(struct flags_state *f, const struct flags_option *o,
	       const char *text)
{
	return take_step(f, text, value_tmpfs);
}

int take_mount(struct flags_state *f, const struct flags_option *o,
	       const char *text)
{
	return take_step(f, text, value_mount);
}

int take_device(struct flags_state *f, const struct flags_option *o,
		const char *text)
{
	return take_step(f, text, value_node);
}

int take_memory(struct flags_state *f, const struct flags_option *o,
		const char *text)
{
	uint64_t n;

	if (value_limit(&f->v, text, &n) < 0)
		return -1;
	if (n < 4096)
		return value_bad(&f->v, "is less than a page of memory");
	flags_said.memory = n;
	return take_bytes(f, o, text);
}

int take_swap(struct flags_state *f, const struct flags_option *o,
	      const char *text)
{
	uint64_t n = UINT64_MAX;

	if (strcmp(text, "-1") && value_limit(&f->v, text, &n) < 0)
		return -1;
	if (!n)
		return value_bad(&f->v, "is less than --memory: it is the sum "
					"of memory and swap");
	flags_said.swap = n;
	return 0;
}

int take_cpus(struct flags_state *f, const struct flags_option *o,
	      const char *text)
{
	uint64_t n;

	if (value_cpus(&f->v, text, &n) < 0)
		return -1;
	flags_limit(f->l, o->rows,
		    flags_text(f->l, "%llu 100000", (unsigned long long)n), 1);
	return 0;
}

int take_pids(struct flags_state *f, const struct flags_option *o,
	      const char *text)
{
	const uint64_t most = 4194304; /* PID_MAX_LIMIT, proc(5) */
	uint64_t n;

	if (strcmp(text, "max") && value_whole(&f->v, text, 1, most, &n) < 0)
		return value_bad(&f->v, "is not a number from 1 to 4194304, "
					"or max");
	flags_limit(f->l, o->rows, text, 1);
	return 0;
}

int take_io_max(struct flags_state *f, const struct flags_option *o,
		const char *text)
{
	struct limit limit = { .key = o->rows, .wanted = 1 };

	if (value_io_max(&f->v, text, &limit.value) < 0)
		return -1;
	/* A line for each device, and so not instead of the one before. */
	*flags_push(f->l, f->l->limits) = limit;
	return 0;
}

int take_cgroup(struct flags_state *f, const struct flags_option *o,
		const char *text)
{
	struct pair pair;

	if (value_cgroup(&f->v, text, &pair) < 0)
		return -1;
	flags_limit(f->l, pair.key, pair.value, 1);
	return 0;
}

int take_cgroup_parent(struct flags_state *f, const struct flags_option *o,
		       const char *text)
{
	return value_cgroup_path(&f->v, text, member(f, o));
}

int take_ulimit(struct flags_state *f, const struct flags_option *o,
		const char *text)
{
	struct plan *p = &f->l->plan;
	struct rlimit_row row;
	size_t i;

	if (value_ulimit(&f->v, text, &row) < 0)
		return -1;
	for (i = 0; i < p->rlimits.count; i++)
		if (p->rlimits.item[i].resource == row.resource)
			break;
	if (i == p->rlimits.count)
		flags_push(f->l, p->rlimits);
	p->rlimits.item[i] = row;
	return 0;
}

int take_oom(struct flags_state *f, const struct flags_option *o,
	     const char *text)
{
	int64_t n;

	if (value_integer(&f->v, text, -1000, 1000, &n) < 0)
		return -1;
	f->l->plan.has_oom_score_adj = 1;
	f->l->plan.oom_score_adj = n;
	return 0;
}

int take_net(struct flags_state *f, const struct flags_option *o,
	     const char *text)
{
	flags_said.net = 1;
	return value_net(&f->v, text, &f->l->net);
}

int take_publish(struct flags_state *f, const struct flags_option *o,
		 const char *text)
{
	struct net_port port;

	if (value_port(&f->v, text, &port) < 0)
		return -1;
	*flags_push(f->l, f->l->net.ports) = port;
	return 0;
}

int take_ip(struct flags_state *f, const struct flags_option *o,
	    const char *text)
{
	return value_ip(&f->v, text, f->l->net.ip);
}

int take_mac(struct flags_state *f, const struct flags_option *o,
	     const char *text)
{
	return value_mac(&f->v, text, f->l->net.mac);
}

int take_mtu(struct flags_state *f, const struct flags_option *o,
	     const char *text)
{
	uint64_t n;

	/* IPv6 needs the first, RFC 8200; slirp4netns takes the last. */
	if (value_whole(&f->v, text, 1280, 65521, &n) < 0)
		return -1;
	f->l->net.mtu = n;
	return 0;
}

int take_subnet(struct flags_state *f, const struct flags_option *o,
		const char *text)
{
	return value_subnet(&f->v, text, &f->l->net);
}

int take_dns(struct flags_state *f, const struct flags_option *o,
	     const char *text)
{
	const char *address;

	if (value_address(&f->v, text, &address) < 0)
		return -1;
	*flags_push(f->l, f->l->net.dns) = address;
	return 0;
}

int take_dns_search(struct flags_state *f, const struct flags_option *o,
		    const char *text)
{
	if (value_hostname(&f->v, text) < 0)
		return -1;
	*flags_push(f->l, f->l->net.dns_search) = text;
	return 0;
}

int take_host(struct flags_state *f, const struct flags_option *o,
	      const char *text)
{
	struct pair pair;

	if (value_host(&f->v, text, &pair) < 0)
		return -1;
	*flags_push(f->l, f->l->net.hosts) = pair;
	return 0;
}

int take_hostname(struct flags_state *f, const struct flags_option *o,
		  const char *text)
{
	return value_hostname(&f->v, text) < 0 ? -1 : take_text(f, o, text);
}

/* `at` is in struct flags_said. */
int take_caps(struct flags_state *f, const struct flags_option *o,
	      const char *text)
{
	uint64_t bits;

	if (value_caps(&f->v, text, &bits) < 0)
		return -1;
	*(uint64_t *)((char *)&flags_said + o->at) |= bits;
	return 0;
}

int take_seccomp(struct flags_state *f, const struct flags_option *o,
		 const char *text)
{
	int none = !strcmp(text, "none");
	int builtin = !strcmp(text, "default");

	flags_said.seccomp = 1;
	f->l->plan.seccomp = none    ? SECCOMP_NONE :
			     builtin ? SECCOMP_BUILTIN :
				       SECCOMP_FILTER;
	f->l->seccomp_file = NULL;
	return none || builtin ? 0 : take_text(f, o, text);
}

static const struct value_word walls[] = {
	{ "scope", WALL_SCOPE },
	{ "bind", WALL_BIND },
	{ "connect", WALL_CONNECT },
	{ "", 0 },
};

int take_landlock(struct flags_state *f, const struct flags_option *o,
		  const char *text)
{
	struct plan *p = &f->l->plan;
	char *list = text ? flags_text(f->l, "%s", text) : NULL, *word, *number;
	uint64_t wall, port;

	p->landlock |= WALL_FILES;
	while ((word = strsep(&list, ","))) {
		number = word;
		strsep(&number, ":");
		if (value_choice(&f->v, word, walls, &wall) < 0)
			return -1;
		p->landlock |= wall;
		if (wall == WALL_SCOPE ? !number :
					 number && !strcmp(number, "none"))
			continue;
		if (!number || wall == WALL_SCOPE ||
		    value_whole(&f->v, number, 0, 65535, &port) < 0)
			return value_bad(&f->v, "is not scope, bind:PORT or "
						"connect:PORT, with none for "
						"no port at all");
		*flags_push(f->l, p->ports) = WALL_PORT(wall, port);
	}
	return 0;
}

int take_apparmor(struct flags_state *f, const struct flags_option *o,
		  const char *text)
{
	if (strpbrk(text, "\n"))
		return value_bad(&f->v, "is not the name of a profile");
	return take_text(f, o, text);
}

int take_selinux(struct flags_state *f, const struct flags_option *o,
		 const char *text)
{
	const char *role = strchr(text, ':');

	/* AppArmor takes what is written to the same file, but never this. */
	if (!role || !strchr(role + 1, ':') || strpbrk(text, " \n"))
		return value_bad(&f->v, "is not USER:ROLE:TYPE[:LEVEL]");
	return take_text(f, o, text);
}

/* KEY alone is KEY of the caller, if that has one. */
static void add_env(struct launch *l, const char *text)
{
	const char *mine;

	if (strchr(text, '=')) {
		flags_env(l, text);
		return;
	}
	mine = getenv(text);
	if (mine)
		flags_env(l, flags_text(l, "%s=%s", text, mine));
}

int take_env(struct flags_state *f, const struct flags_option *o,
	     const char *text)
{
	if (value_env(&f->v, text) < 0)
		return -1;
	add_env(f->l, text);
	return 0;
}

static int take_env_line(struct flags_state *f, const char *line, unsigned n)
{
	size_t key = strcspn(line, "=");

	if (!*line || *line == '#')
		return 0;
	if (value_env(&f->v, line) < 0 || strcspn(line, " \t\r") < key)
		return value_bad(&f->v, "has no KEY=VALUE in line %u", n);
	add_env(f->l, line);
	return 0;
}

int take_env_file(struct flags_state *f, const struct flags_option *o,
		  const char *text)
{
	const size_t most = 1 << 20; /* half of what execve(2) takes */
	int fd = open(text, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char *line = arena_take(&f->l->memory, most + 1);
	ssize_t size = fd < 0 || !line ? -1 : fd_read_all(fd, line, most);
	unsigned n = 0;

	if (size < 0)
		return value_bad(&f->v, "cannot be read: %s", strerror(errno));
	fd_close(&fd);
	if ((size_t)size == most || memchr(line, 0, size))
		return value_bad(&f->v, "is not a text file of less than a "
					"megabyte");
	while (line) {
		char *end = strchr(line, '\n');

		if (end)
			*end++ = 0;
		if (take_env_line(f, line, ++n) < 0)
			return -1;
		line = end;
	}
	return 0;
}

int take_signal(struct flags_state *f, const struct flags_option *o,
		const char *text)
{
	uint64_t n;

	if (value_signal(&f->v, text, &n) < 0)
		return -1;
	*(uint32_t *)member(f, o) = n;
	return 0;
}

int take_grace(struct flags_state *f, const struct flags_option *o,
	       const char *text)
{
	return value_grace(&f->v, text, &f->l->plan.grace_ms);
}

int take_preserve(struct flags_state *f, const struct flags_option *o,
		  const char *text)
{
	uint64_t n;

	if (value_whole(&f->v, text, 0, 1000, &n) < 0)
		return -1;
	*(uint32_t *)member(f, o) = n;
	return 0;
}

int take_clock(struct flags_state *f, const struct flags_option *o,
	       const char *text)
{
	struct plan *p = &f->l->plan;
	struct clock_offset offset;
	size_t i;

	if (value_clock(&f->v, text, &offset) < 0)
		return -1;
	for (i = 0; i < p->clocks.count; i++)
		if (p->clocks.item[i].clock == offset.clock)
			break;
	if (i == p->clocks.count)
		flags_push(f->l, p->clocks);
	p->clocks.item[i] = offset;
	return 0;
}

int take_sysctl(struct flags_state *f, const struct flags_option *o,
		const char *text)
{
	struct pair pair;
	uint64_t needs;

	if (value_sysctl(&f->v, text, &pair, &needs) < 0)
		return -1;
	flags_said.sysctl_needs |= needs;
	*flags_push(f->l, f->l->plan.sysctls) = pair;
	return 0;
}

int take_name(struct flags_state *f, const struct flags_option *o,
	      const char *text)
{
	return value_name(&f->v, text) < 0 ? -1 : take_text(f, o, text);
}

int take_trace(struct flags_state *f, const struct flags_option *o,
	       const char *text)
{
	const char *dot = strrchr(text, '.');

	if (!dot || (strcmp(dot, ".json") && strcmp(dot, ".svg")))
		return value_bad(&f->v, "must end in .json or .svg");
	return take_text(f, o, text);
}
