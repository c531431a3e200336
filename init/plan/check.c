/* check.c - what a plan must fulfil before anyone acts on it */
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <time.h>

#include "init/base/sys.h"
#include "init/plan/plan.h"

struct checker {
	char *why;
	size_t size;
};

static int no(struct checker *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int no(struct checker *c, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(c->why, c->size, fmt, args);
	va_end(args);
	return -1;
}

/* Absolute, without "..": what is inside is named from the root down. */
static int clean(const char *path)
{
	if (!path || path[0] != '/' || strlen(path) >= 4096)
		return 0;
	for (const char *p = path; (p = strstr(p, "..")); p += 2)
		if (p[-1] == '/' && (p[2] == '/' || !p[2]))
			return 0;
	return 1;
}

static int check_propagation(struct checker *c, const char *of, uint32_t how)
{
	switch (how) {
	case 0:
	case MS_PRIVATE:
	case MS_SLAVE:
	case MS_SHARED:
	case MS_UNBINDABLE:
		return 0;
	}
	return no(c, "%s: there is no propagation %#x", of, how);
}

static int check_mount(struct checker *c, const struct mount *m, unsigned trees)
{
	/* What each kind of step needs beside its target. */
	static const struct {
		unsigned type : 1, tree : 1, source : 1;
	} needs[] = {
		[MOUNT_FS] = { .type = 1 }, [MOUNT_TREE] = { .tree = 1 },
		[MOUNT_NODE] = { 0 },	    [MOUNT_LINK] = { .source = 1 },
		[MOUNT_DIR] = { 0 },	    [MOUNT_MASK] = { 0 },
		[MOUNT_READONLY] = { 0 },   [MOUNT_FILE] = { 0 },
	};

	if (m->kind < MOUNT_FS || m->kind > MOUNT_FILE)
		return no(c, "mount: there is no kind %u", m->kind);
	if (!clean(m->target) || !m->target[1])
		return no(c, "mount on %s: not an absolute path below /",
			  m->target ? m->target : "nothing");
	if (needs[m->kind].type && !m->type)
		return no(c, "mount on %s: no file system type", m->target);
	if (needs[m->kind].tree && (!m->tree || m->tree > trees))
		return no(c, "mount on %s: there is no tree %u", m->target,
			  m->tree);
	if (needs[m->kind].source && !m->source)
		return no(c, "link at %s: leads nowhere", m->target);
	return check_propagation(c, m->target, m->propagation);
}

static int check_caps(struct checker *c, const struct capabilities *k)
{
	if (k->permitted & ~k->bounding)
		return no(c, "capabilities: permitted ones must be bounding");
	if (k->effective & ~k->permitted)
		return no(c, "capabilities: effective ones must be permitted");
	if (k->ambient & ~(k->permitted & k->inheritable))
		return no(c, "capabilities: ambient ones must be permitted and "
			     "inheritable");
	return 0;
}

static int check_lists(struct checker *c, const struct plan *p)
{
	for (size_t i = 0; i < p->clocks.count; i++)
		if ((p->clocks.item[i].clock != CLOCK_MONOTONIC &&
		     p->clocks.item[i].clock != CLOCK_BOOTTIME) ||
		    p->clocks.item[i].nanoseconds > 999999999)
			return no(c,
				  "clock %u: only monotonic and boottime "
				  "have offsets",
				  p->clocks.item[i].clock);
	for (size_t i = 0; i < p->sysctls.count; i++)
		if (!p->sysctls.item[i].key || !p->sysctls.item[i].value)
			return no(c, "sysctl: one lacks its key or value");
	for (size_t i = 0; i < p->rlimits.count; i++)
		if (p->rlimits.item[i].resource >= RLIM_NLIMITS ||
		    p->rlimits.item[i].soft > p->rlimits.item[i].hard)
			return no(c, "rlimit %llu: not one that can be set",
				  (unsigned long long)p->rlimits.item[i]
					  .resource);
	return 0;
}

static int check_walls(struct checker *c, const struct plan *p)
{
	const uint64_t all = WALL_FILES | WALL_BIND | WALL_CONNECT | WALL_SCOPE;

	if (p->landlock & ~all)
		return no(c, "landlock: no such wall");
	for (size_t i = 0; i < p->ports.count; i++)
		if (!(p->ports.item[i] >> 16 & p->landlock))
			return no(c, "landlock: a port without its wall");
	if ((p->apparmor && strlen(p->apparmor) >= LABEL_MAX) ||
	    (p->selinux && strlen(p->selinux) >= LABEL_MAX))
		return no(c, "label: too long");
	return 0;
}

/* What is entered is there already: nothing in it is made or changed. */
static int check_joins(struct checker *c, const struct plan *p, unsigned trees)
{
	for (size_t i = 0; i < p->joins.count; i++)
		if (!p->joins.item[i].tree || p->joins.item[i].tree > trees ||
		    !p->joins.item[i].namespaces)
			return no(c, "join: there is no tree %llu",
				  (unsigned long long)p->joins.item[i].tree);
	if (p->joins.count && (p->namespaces || p->init))
		return no(c, "join: namespaces are made or joined, not both");
	if (p->joins.count > JOINS_MAX)
		return no(c, "join: there are only %d kinds of namespaces",
			  JOINS_MAX);
	return 0;
}

int plan_check(const struct plan *p, unsigned trees, char *why, size_t size)
{
	struct checker c = { why, size };

	if (!p->argv.count)
		return no(&c, "there is no command");
	if (p->root_tree > trees || p->upper_tree > trees)
		return no(&c, "root: there is no tree %u",
			  p->root_tree > trees ? p->root_tree : p->upper_tree);
	if (p->start_tree > trees)
		return no(&c, "start: there is no tree %u", p->start_tree);
	if (p->upper_tree && !p->overlay)
		return no(&c, "root: an upper directory without an overlay");
	if (p->overlay && !p->root_tree)
		return no(&c, "root: an overlay over nothing");
	if (p->layers.count > (p->overlay ? LAYERS_MAX : 0))
		return no(&c, "root: an overlay has up to %d layers",
			  LAYERS_MAX);
	for (size_t i = 0; i < p->layers.count; i++)
		if (!p->layers.item[i] || p->layers.item[i] > trees)
			return no(&c, "root: there is no layer of that tree");
	if (check_propagation(&c, "root", p->root_propagation) < 0 ||
	    check_lists(&c, p) < 0 || check_joins(&c, p, trees) < 0)
		return -1;
	if (p->mounts.count && !(p->namespaces & CLONE_NEWNS))
		return no(&c, "mounts need a mount namespace of their own");
	for (size_t i = 0; i < p->mounts.count; i++)
		if (check_mount(&c, &p->mounts.item[i], trees) < 0)
			return -1;
	if (p->cwd && !clean(p->cwd))
		return no(&c, "working directory %s: not an absolute path",
			  p->cwd);
	if (check_caps(&c, &p->caps) < 0 || check_walls(&c, p) < 0)
		return -1;
	if (p->has_oom_score_adj &&
	    (p->oom_score_adj < -1000 || p->oom_score_adj > 1000))
		return no(&c, "oom_score_adj: %lld is not from -1000 to 1000",
			  (long long)p->oom_score_adj);
	if (p->grace_ms < -1)
		return no(&c, "grace: %lld ms is not a time",
			  (long long)p->grace_ms);
	if (p->umask > 0777)
		return no(&c, "umask: %llo is not from 0 to 777",
			  (unsigned long long)p->umask);
	if (p->stop_signal > SYS_NSIG)
		return no(&c, "stop signal: there is no signal %u",
			  p->stop_signal);
	if (p->seccomp > SECCOMP_FILTER)
		return no(&c, "seccomp: there is no kind %u", p->seccomp);
	if ((p->seccomp == SECCOMP_FILTER) != !!p->filter.count ||
	    p->filter.count > 4096) /* BPF_MAXINSNS, bpf_common.h */
		return no(&c, "seccomp: a filter has 1 to 4096 instructions");
	if (p->preserve_fds > 1000)
		return no(&c, "preserve-fds: %u descriptors are too many",
			  p->preserve_fds);
	if (p->preserve_fds && p->preserve_from < TREE_FD)
		return no(&c, "preserve-fds: descriptor %u is not theirs",
			  p->preserve_from);
	return 0;
}
