/* settle.c - what only all options together tell, and what they exclude */
#include <linux/mount.h>
#include <string.h>
#include <sys/mount.h>

#include "init/base/die.h"
#include "setup/flags/flags.h"

#define SEE FLAGS_SEE

static void check_map(const char *name, const struct id_range *r, size_t n)
{
	int root = 0;

	if (n > 340) /* user_namespaces(7) */
		die("--%s: the kernel takes 340 ranges" SEE, name);
	for (size_t i = 0; i < n; i++) {
		root |= !r[i].inside;
		for (size_t j = 0; j < i; j++)
			if ((r[i].inside - r[j].inside < r[j].count) ||
			    (r[j].inside - r[i].inside < r[i].count) ||
			    (r[i].outside - r[j].outside < r[j].count) ||
			    (r[j].outside - r[i].outside < r[i].count))
				die("--%s: two ranges overlap: %u:%u:%u and "
				    "%u:%u:%u" SEE,
				    name, r[j].inside, r[j].outside, r[j].count,
				    r[i].inside, r[i].outside, r[i].count);
	}
	if (!root)
		die("--%s: nobody is root inside: a range must begin at 0, "
		    "e.g. 0:100000:65536" SEE,
		    name);
}

static void settle_users(struct launch *l)
{
	int mapped = l->uid_map.count || l->gid_map.count;

	if (mapped && flags_said.userns)
		die("--userns: is said by --uid-map and --gid-map already; "
		    "leave it out" SEE);
	if (mapped)
		l->userns = USERNS_MAP;
	if (flags_said.shared & CLONE_NEWUSER && l->userns != USERNS_HOST) {
		if (mapped || flags_said.userns)
			die("--share: user: the user namespace cannot be the "
			    "host's and one with a map" SEE);
		l->userns = USERNS_HOST;
	}
	if (l->userns == USERNS_HOST)
		flags_said.shared |= CLONE_NEWUSER;
	if (!mapped)
		return;
	/* One map is both. */
	if (!l->uid_map.count)
		memcpy(&l->uid_map, &l->gid_map, sizeof l->uid_map);
	if (!l->gid_map.count)
		memcpy(&l->gid_map, &l->uid_map, sizeof l->gid_map);
	check_map("uid-map", l->uid_map.item, l->uid_map.count);
	check_map("gid-map", l->gid_map.item, l->gid_map.count);
}

static int has_limit(const struct launch *l, const char *key)
{
	for (size_t i = 0; i < l->limits.count; i++)
		if (!strcmp(l->limits.item[i].key, key))
			return 1;
	return 0;
}

static void settle_limits(struct launch *l)
{
	uint64_t memory = flags_said.memory, swap = flags_said.swap;

	if (swap && !memory)
		die("--memory-swap: is the sum of memory and swap, and needs "
		    "--memory" SEE);
	if (swap == UINT64_MAX)
		flags_limit(l, "memory.swap.max", "max", 1);
	else if (swap && swap < memory)
		die("--memory-swap: is less than --memory: it is the sum of "
		    "memory and swap" SEE);
	else if (swap)
		flags_limit(l, "memory.swap.max",
			    flags_text(l, "%llu",
				       (unsigned long long)(swap - memory)),
			    1);
	else if (memory && memory != UINT64_MAX &&
		 !has_limit(l, "memory.swap.max"))
		flags_limit(l, "memory.swap.max", "0", 0);
	if (!has_limit(l, "pids.max"))
		flags_limit(l, "pids.max", "2048", 0);
}

/* Options that say something about what --share gives away. */
static void settle_shared(struct launch *l)
{
	const struct plan *p = &l->plan;
	const uint64_t shared = flags_said.shared;
	const struct {
		uint64_t bit;
		int said;
		const char *option, *name;
	} rows[] = {
		{ CLONE_NEWUTS, p->hostname != NULL, "hostname", "uts" },
		{ CLONE_NEWUTS, p->domainname != NULL, "domainname", "uts" },
		{ CLONE_NEWTIME, p->clocks.count != 0, "time-offset", "time" },
		{ CLONE_NEWNET, !!(flags_said.sysctl_needs & CLONE_NEWNET),
		  "sysctl net.*", "net" },
		{ CLONE_NEWIPC, !!(flags_said.sysctl_needs & CLONE_NEWIPC),
		  "sysctl kernel.* and fs.*", "ipc" },
		{ CLONE_NEWUSER, !!(flags_said.sysctl_needs & CLONE_NEWUSER),
		  "sysctl user.*", "user" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].said && shared & rows[i].bit)
			die("--%s: the %s namespace is not its own (--share "
			    "%s%s); leave one of them out" SEE,
			    rows[i].option, rows[i].name, rows[i].name,
			    rows[i].bit == CLONE_NEWNET ? ", --net" : "");
}

#define KIND(k) (1u << (k))

/* Which kinds of network an option says something about. */
static void settle_net(const struct launch *l)
{
	const struct net *n = &l->net;
	const unsigned made = KIND(NET_NAT) | KIND(NET_USER);
	const unsigned named = made | KIND(NET_HOST) | KIND(NET_CONTAINER) |
			       KIND(NET_PATH);
	const struct {
		int said;
		unsigned kinds;
		const char *option, *needs;
	} rows[] = {
		{ n->ports.count != 0, made, "publish", "nat or user" },
		{ n->mtu != 0, made, "mtu", "nat or user" },
		{ memcmp(n->mac, "\0\0\0\0\0", 6) != 0, made, "mac",
		  "nat or user" },
		{ n->ip[0] != 0, KIND(NET_NAT), "ip", "nat" },
		{ n->bits4 || n->bits6, KIND(NET_NAT), "subnet", "nat" },
		{ n->dns.count != 0, named, "dns", "nat, user or host" },
		{ n->dns_search.count != 0, named, "dns-search",
		  "nat, user or host" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].said && !(rows[i].kinds & KIND(n->kind)))
			die("--%s: is for --net %s" SEE, rows[i].option,
			    rows[i].needs);
	if (flags_said.net && flags_said.shared & CLONE_NEWNET &&
	    n->kind != NET_HOST)
		die("--net: the net namespace is the host's already (--share "
		    "net); leave one of them out" SEE);
	if (!(KIND(n->kind) & (made | KIND(NET_NONE))))
		flags_said.shared |= CLONE_NEWNET;
}

static void settle_root(struct launch *l)
{
	struct plan *p = &l->plan;

	if (l->root_tmpfs && p->overlay)
		die("--root-tmpfs: is in memory, writes to it as well; leave "
		    "out --overlay and --layer" SEE);
	if (p->root_propagation != MS_SLAVE)
		return;
	if (p->overlay || l->root_tmpfs)
		die("--propagation: slave: mounts of the host reach but a "
		    "directory; leave out --overlay, --layer and --root-tmpfs"
		    SEE);
	l->sources.item[0].propagation = MS_SLAVE;
}

/*
 * --strict: beside the defaults no capabilities, a root that is read-only, no
 * user namespaces in its own; /proc without all but processes (defaults.c), and
 * no calls of other architectures (host/seccomp.c). What names a right gives it
 * back: --cap-add, --ambient, --overlay. What would undo it as a whole does not
 * go with it.
 */
static void settle_strict(struct launch *l)
{
	struct plan *p = &l->plan;
	const struct {
		int said;
		const char *option;
	} rows[] = {
		{ flags_said.privileged, "privileged" },
		{ flags_said.no_mask, "no-mask" },
		{ !p->no_new_privs, "new-privs" },
		{ p->seccomp == SECCOMP_NONE, "seccomp none" },
		{ l->userns == USERNS_HOST, "userns host" },
		{ !!(flags_said.shared & CLONE_NEWPID), "share pid" },
	};

	struct pair none = { "user.max_user_namespaces", "0" };

	if (!l->strict)
		return;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].said)
			die("--strict: does not go with --%s; leave one of them "
			    "out" SEE,
			    rows[i].option);
	flags_said.cap_drop = UINT64_MAX;
	if (!p->overlay)
		p->root_attr |= MOUNT_ATTR_RDONLY;
	for (size_t i = 0; i < p->sysctls.count; i++)
		if (!strcmp(p->sysctls.item[i].key, none.key))
			return;
	*flags_push(l, p->sysctls) = none;
}

void flags_settle(struct launch *l)
{
	settle_root(l);
	settle_users(l);
	settle_limits(l);
	settle_net(l);
	settle_shared(l);
	settle_strict(l);
}
