/* defaults.c - what holds where nothing was said: tables, and who gets them */
#include <linux/capability.h>
#include <linux/mount.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "init/base/die.h"
#include "setup/flags/flags.h"

#define RO MOUNT_ATTR_RDONLY
#define NOSUID MOUNT_ATTR_NOSUID
#define NODEV MOUNT_ATTR_NODEV
#define NOEXEC MOUNT_ATTR_NOEXEC
#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { MEMORY = 64 << 20 }; /* touched page by page */

/*
 * A file system that belongs to a namespace can be mounted only by who owns
 * that namespace (mount_namespaces(7)): where the host's is kept, it is either
 * shown as the host has it, or left out.
 */
enum { LEFT_OUT, SHOWN };

static const struct file_system {
	uint64_t owner;	   /* CLONE_NEW*: whose it is; 0: nobody's */
	uint16_t shared;   /* what becomes of it with the host's namespace */
	uint16_t optional; /* not in every kernel */
	uint32_t attr;
	char target[16], type[8], data[40];
} kernel[] = {
	{ CLONE_NEWPID, SHOWN, 0, NOSUID | NODEV | NOEXEC, "/proc", "proc" },
	{ CLONE_NEWNET, SHOWN, 0, RO | NOSUID | NODEV | NOEXEC, "/sys",
	  "sysfs" },
	{ CLONE_NEWCGROUP, LEFT_OUT, 0, RO | NOSUID | NODEV | NOEXEC,
	  "/sys/fs/cgroup", "cgroup" },
	{ 0, 0, 0, NOSUID | NOEXEC, "/dev", "tmpfs", "mode=755,size=64k" },
}, ours[] = {
	{ 0, 0, 0, NOSUID | NOEXEC, "/dev/pts", "devpts",
	  "newinstance,ptmxmode=0666,mode=0620" },
	{ 0, 0, 0, NOSUID | NODEV | NOEXEC, "/dev/shm", "tmpfs",
	  "mode=1777,size=64m" },
	{ CLONE_NEWIPC, LEFT_OUT, 1, NOSUID | NODEV | NOEXEC, "/dev/mqueue",
	  "mqueue" },
	{ 0, 0, 0, NOSUID | NODEV, "/tmp", "tmpfs", "mode=1777" },
	{ 0, 0, 0, NOSUID | NODEV, "/run", "tmpfs", "mode=755" },
};

static const struct {
	char path[16];
	uint8_t major, minor;
} devices[] = {
	{ "/dev/null", 1, 3 },	  { "/dev/zero", 1, 5 },
	{ "/dev/full", 1, 7 },	  { "/dev/random", 1, 8 },
	{ "/dev/urandom", 1, 9 }, { "/dev/tty", 5, 0 },
};

static const struct {
	char path[12], to[16];
} links[] = {
	{ "/dev/ptmx", "pts/ptmx" },
	{ "/dev/fd", "/proc/self/fd" },
	{ "/dev/stdin", "/proc/self/fd/0" },
	{ "/dev/stdout", "/proc/self/fd/1" },
	{ "/dev/stderr", "/proc/self/fd/2" },
};

/* What tells about the host or changes it; docker's list and a few more. */
static const char masked[][32] = {
	"/proc/acpi",		"/proc/asound",
	"/proc/interrupts",	"/proc/kallsyms",
	"/proc/kcore",		"/proc/keys",
	"/proc/kmsg",		"/proc/latency_stats",
	"/proc/sched_debug",	"/proc/scsi",
	"/proc/timer_list",	"/proc/timer_stats",
	"/proc/vmallocinfo",	"/sys/devices/virtual/powercap",
	"/sys/firmware",	"/sys/kernel/debug",
	"/sys/kernel/security", "/sys/kernel/tracing",
};

static const char read_only[][20] = {
	"/proc/bus",	       "/proc/fs", "/proc/irq", "/proc/sys",
	"/proc/sysrq-trigger",
};

#define CAP(name) (1ULL << CAP_##name)
#define CAPS_ALL ((CAP(CHECKPOINT_RESTORE) << 1) - 1)

/* The smallest set that the entrypoints of ordinary images work with. */
static const uint64_t caps = CAP(CHOWN) | CAP(DAC_OVERRIDE) | CAP(FOWNER) |
			     CAP(FSETID) | CAP(KILL) | CAP(NET_BIND_SERVICE) |
			     CAP(SETFCAP) | CAP(SETGID) | CAP(SETPCAP) |
			     CAP(SETUID) | CAP(SYS_CHROOT);

static const char path[] =
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

void flags_begin(struct launch *l)
{
	struct arena memory = l->memory;

	if (!memory.base && arena_make(&memory, MEMORY) < 0)
		die("take memory: %m");
	memset(&flags_said, 0, sizeof flags_said);
	*l = (struct launch){
		.plan = {
			.root_tree = 1,
			.init = 1,
			.keyring = 1,
			.no_new_privs = 1,
			.seccomp = SECCOMP_BUILTIN,
			.umask = 022,
			.stop_signal = SIGTERM,
			.grace_ms = 10000,
		},
		.terminal = -1,
		.memory = memory,
	};
}

/* Mounts ---------------------------------------------------------------------- */

struct steps {
	struct launch *l;
	LIST(struct mount) user; /* what was typed */
};

/*
 * A step whose target the user covers, or whose directory, is not made. The
 * mounts of the user come later, and would hide it.
 */
static struct mount *add(struct steps *s, uint32_t kind, const char *target)
{
	struct mount *m;

	for (size_t i = 0; i < s->user.count; i++) {
		const char *over = s->user.item[i].target;
		size_t len = strlen(over);

		if (!strncmp(over, target, len) &&
		    (!target[len] || target[len] == '/'))
			return NULL;
	}
	m = flags_push(s->l, s->l->plan.mounts);
	m->kind = kind;
	m->target = target;
	return m;
}

static void add_tree(struct steps *s, const struct source *source,
		     uint64_t attr)
{
	struct mount *m = add(s, MOUNT_TREE, source->path);

	if (!m)
		return;
	m->tree = flags_source(s->l, source);
	m->recursive = source->recursive;
	m->set = attr;
}

static void add_file_systems(struct steps *s, const struct file_system *fs,
			     size_t count)
{
	uint64_t made = s->l->plan.namespaces;

	for (; count--; fs++) {
		uint64_t attr = flags_said.privileged ?
					fs->attr & ~(uint64_t)RO :
					fs->attr;
		int shared = fs->owner && !(made & fs->owner);
		struct mount *m;

		if (shared && fs->shared == LEFT_OUT)
			continue;
		if (shared && made & CLONE_NEWUSER) {
			struct source host = { .path = fs->target,
					       .recursive = 1 };

			add_tree(s, &host, attr);
			continue;
		}
		m = add(s, MOUNT_FS, fs->target);
		if (!m)
			continue;
		m->type = m->source = fs->type;
		m->data = *fs->data ? fs->data : NULL;
		if (fs == kernel && s->l->strict)
			m->data = "subset=pid,hidepid=invisible";
		m->set = attr;
		m->optional = fs->optional;
	}
}

/*
 * mknod(2) is for who owns the initial user namespace; all others are shown
 * the host's nodes, which are checked to be what they should.
 */
static void add_devices(struct steps *s, int root)
{
	int shown = s->l->plan.namespaces & CLONE_NEWUSER || !root;

	for (size_t i = 0; i < COUNT(devices); i++) {
		uint64_t device = makedev(devices[i].major, devices[i].minor);
		struct source host = { .path = devices[i].path,
				       .device = device };
		struct mount *m;

		if (shown) {
			/* Read-only, a device is as good as ever; but nobody
			 * inside changes the mode of the host's. */
			add_tree(s, &host, RO | NOSUID | NOEXEC);
			continue;
		}
		m = add(s, MOUNT_NODE, devices[i].path);
		if (m) {
			m->mode = S_IFCHR | 0666;
			m->device = device;
		}
	}
	for (size_t i = 0; i < COUNT(links); i++) {
		struct mount *m = add(s, MOUNT_LINK, links[i].path);

		if (m)
			m->source = links[i].to;
	}
}

/* Is there a group 5 inside for sure? tty in Linux, owner of terminals */
static int has_tty_group(const struct launch *l, int root)
{
	if (!l->gid_map.count)
		return root && l->userns != USERNS_SINGLE;
	for (size_t i = 0; i < l->gid_map.count; i++)
		if (5 - l->gid_map.item[i].inside < l->gid_map.item[i].count)
			return 1;
	return 0;
}

static void give_terminals_to_tty(struct launch *l)
{
	for (size_t i = 0; i < l->plan.mounts.count; i++) {
		struct mount *m = &l->plan.mounts.item[i];

		if (m->kind == MOUNT_FS && m->type == ours[0].type)
			m->data = flags_text(l, "%s,gid=5", m->data);
	}
}

/* Not below what the user put there, but not where the user put something. */
static void add_hiding(struct steps *s)
{
	struct {
		uint32_t kind;
		const char *paths;
		size_t count, stride;
	} lists[] = {
		{ MOUNT_MASK, masked[0], COUNT(masked), sizeof *masked },
		{ MOUNT_READONLY, read_only[0], COUNT(read_only),
		  sizeof *read_only },
	};

	for (size_t k = 0; k < COUNT(lists); k++) {
		for (size_t i = 0; i < lists[k].count; i++) {
			const char *target =
				lists[k].paths + i * lists[k].stride;
			size_t j = 0;

			while (j < s->user.count &&
			       strcmp(s->user.item[j].target, target))
				j++;
			if (j < s->user.count)
				continue;
			*flags_push(s->l, s->l->plan.mounts) =
				(struct mount){ .kind = lists[k].kind,
						.target = target };
		}
	}
}

/*
 * These belong to a namespace, or to whoever mounts them. Any other takes root
 * of the host, who is nobody inside, and so is mounted out here: its files
 * have the owners that they have on the disk, as those of the root.
 */
static const char inside[][8] = {
	"proc",	 "sysfs",   "tmpfs",  "ramfs",	"devpts",
	"mqueue", "overlay", "cgroup", "cgroup2",
};

static void mount_outside(struct launch *l, struct mount *m)
{
	struct source fs = { .path = m->source, .type = m->type, .idmap = 1 };

	for (size_t i = 0; i < COUNT(inside); i++)
		if (!strcmp(m->type, inside[i]))
			return;
	fs.options = flags_text(l, "%s%s", m->set & RO ? "ro," : "",
				m->data ? m->data : "");
	*m = (struct mount){ .kind = MOUNT_TREE,
			     .tree = flags_source(l, &fs),
			     .target = m->target,
			     .set = m->set };
}

static void settle_mounts(struct launch *l, int root)
{
	struct steps s = { .l = l };

	for (size_t i = 0; i < l->plan.mounts.count; i++)
		if (root && l->plan.namespaces & CLONE_NEWUSER &&
		    l->plan.mounts.item[i].kind == MOUNT_FS)
			mount_outside(l, &l->plan.mounts.item[i]);

	memcpy(&s.user, &l->plan.mounts, sizeof s.user);
	memset(&l->plan.mounts, 0, sizeof l->plan.mounts);
	add_file_systems(&s, kernel, COUNT(kernel));
	add_devices(&s, root);
	add_file_systems(&s, ours, COUNT(ours));
	if (has_tty_group(l, root))
		give_terminals_to_tty(l);
	for (size_t i = 0; i < s.user.count; i++)
		*flags_push(l, l->plan.mounts) = s.user.item[i];
	if (!flags_said.no_mask && !flags_said.privileged)
		add_hiding(&s);
}

void flags_cgroup_mounts(struct launch *l, const struct cgroup *cg)
{
	/* The default's own row, not one that the user typed. */
	launch_cgroup_mounts(l, cg, kernel[2].type);
}

/* The rest -------------------------------------------------------------------- */

void flags_caps(struct capabilities *k)
{
	uint64_t add = flags_said.cap_add, drop = flags_said.cap_drop;
	uint64_t set;

	/* As docker: the order does not count, what was added stays. */
	if (add == UINT64_MAX)
		set = drop == UINT64_MAX ? CAPS_ALL : CAPS_ALL & ~drop;
	else
		set = ((flags_said.privileged ? CAPS_ALL : caps) & ~drop) | add;
	k->ambient = k->inheritable = flags_said.ambient & CAPS_ALL;
	set |= k->ambient;
	k->bounding = k->permitted = k->effective = set;
}

void flags_environment(struct launch *l)
{
	LIST(const char *) user;
	const char *term = getenv("TERM");

	memcpy(&user, &l->plan.env, sizeof user);
	memset(&l->plan.env, 0, sizeof l->plan.env);
	flags_env(l, path);
	if (l->plan.hostname)
		flags_env(l, flags_text(l, "HOSTNAME=%s", l->plan.hostname));
	if (l->terminal)
		flags_env(l, flags_text(l, "TERM=%s",
					term && *term ? term : "xterm"));
	flags_env(l, "container=cinit");
	for (size_t i = 0; i < user.count; i++)
		flags_env(l, user.item[i]);
}

void flags_defaults(struct launch *l, int root)
{
	static const char *shell[] = { "/bin/sh" };
	const uint64_t all = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS |
			     CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWCGROUP |
			     CLONE_NEWUSER | CLONE_NEWTIME;
	struct plan *p = &l->plan;

	p->namespaces = all & ~flags_said.shared;
	if (!root && !(p->namespaces & CLONE_NEWUSER))
		die("--userns: only root can do without a user namespace; "
		    "leave out --userns host and --share user, or use sudo");
	for (size_t i = 0; i < l->sources.count; i++)
		if (!(p->namespaces & CLONE_NEWUSER))
			l->sources.item[i].idmap = 0;
	if (p->namespaces & CLONE_NEWUSER)
		l->sources.item[0].idmap = 1;
	for (size_t i = 1; i < l->sources.count && !root; i++) {
		const struct source *s = &l->sources.item[i];
		int idmap = s->idmap && !s->create;

		if (idmap || s->propagation == MS_SHARED)
			die("--volume %s: the option %s takes root", s->path,
			    idmap ? "idmap" : "shared");
	}
	for (size_t i = 0; i < p->layers.count; i++)
		l->sources.item[p->layers.item[i] - 1].idmap =
			!!(p->namespaces & CLONE_NEWUSER);
	p->loopback = !!(p->namespaces & CLONE_NEWNET);
	if (!p->hostname && p->namespaces & CLONE_NEWUTS)
		p->hostname = l->name ? l->name : "cinit";
	if (flags_said.privileged) {
		p->no_new_privs = 0;
		if (!flags_said.seccomp)
			p->seccomp = SECCOMP_NONE;
	} else {
		p->root_attr |= NODEV;
	}
	p->terminal = l->terminal > 0;
	if (!p->cwd)
		p->cwd = "/";
	if (!p->argv.count) {
		p->argv.item = shell;
		p->argv.count = COUNT(shell);
	}
	flags_caps(&p->caps);
	settle_mounts(l, root);
	flags_walls(l);
	flags_environment(l);
}
