/* flags_defaults.c - what flags_defaults adds to what was typed */
#include <linux/capability.h>
#include <linux/mount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init/base/die.h"
#include "setup/flags/flags.h"
#include "tests/unit/tap.h"

#define ALL                                                         \
	(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | \
	 CLONE_NEWNET | CLONE_NEWCGROUP | CLONE_NEWUSER | CLONE_NEWTIME)
#define RO MOUNT_ATTR_RDONLY
#define CAP(name) (1ULL << CAP_##name)
#define EVERY ((1ULL << 41) - 1)

static struct launch launch;

static int same(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

#define MOST 16

static struct launch *parse(int root, const char *const words[])
{
	static const char *argv[MOST + 2] = { "claunch" };
	char why[200];
	int n = 0;

	arena_free(&launch.memory);
	while (words[n])
		n++;
	memcpy(argv + 1, words, (n + 1) * sizeof *words);
	flags_parse(&launch, n + 1, (char *const *)argv);
	flags_defaults(&launch, root);
	if (plan_check(&launch.plan, launch.sources.count, why, sizeof why) <
	    0) {
		printf("# %s\n", why);
		failures++;
	}
	return &launch;
}

#define LINE(root, ...)                                                       \
	parse(root, (const char *[MOST]){ "--verbose", ##__VA_ARGS__, "root", \
					  NULL })

/* The step of this kind at this target; NULL: there is none. */
static const struct mount *step(const struct launch *l, uint32_t kind,
				const char *target)
{
	for (size_t i = 0; i < l->plan.mounts.count; i++)
		if (l->plan.mounts.item[i].kind == kind &&
		    same(l->plan.mounts.item[i].target, target))
			return &l->plan.mounts.item[i];
	return NULL;
}

static int any(const struct launch *l, const char *target)
{
	for (size_t i = 0; i < l->plan.mounts.count; i++)
		if (same(l->plan.mounts.item[i].target, target))
			return 1;
	return 0;
}

static void plain(void)
{
	const struct launch *l = LINE(1);
	const struct plan *p = &l->plan;
	const struct mount *m;

	ok(p->namespaces == ALL && p->loopback, "all eight namespaces, lo up");
	ok(p->root_tree == 1 && same(l->sources.item[0].path, "root") &&
		   l->sources.item[0].idmap && l->sources.item[0].recursive,
	   "the first source is the root, id-mapped");
	ok(p->root_attr == MOUNT_ATTR_NODEV, "the root is nodev");
	ok(p->argv.count == 1 && same(p->argv.item[0], "/bin/sh") &&
		   same(p->cwd, "/"),
	   "/bin/sh in /");
	ok(p->no_new_privs && p->keyring && p->umask == 022 && p->init &&
		   p->seccomp == SECCOMP_BUILTIN && p->stop_signal == 15 &&
		   p->grace_ms == 10000,
	   "no_new_privs, keyring, umask 022, cinit, seccomp, TERM, 10 s");
	ok(same(p->hostname, "cinit"), "the host name is cinit");
	m = step(l, MOUNT_FS, "/proc");
	ok(m == p->mounts.item && same(m->type, "proc") && !(m->set & RO),
	   "/proc is the first of the mounts");
	m = step(l, MOUNT_FS, "/sys");
	ok(m && same(m->type, "sysfs") && m->set & RO, "/sys is read-only");
	m = step(l, MOUNT_FS, "/dev/pts");
	ok(m && strstr(m->data, "gid=5") && m->set & MOUNT_ATTR_NOEXEC,
	   "terminals belong to group 5");
	ok(step(l, MOUNT_FS, "/dev/mqueue") && step(l, MOUNT_FS, "/dev/shm") &&
		   step(l, MOUNT_FS, "/tmp") && step(l, MOUNT_FS, "/run") &&
		   step(l, MOUNT_LINK, "/dev/fd"),
	   "/dev/mqueue, /dev/shm, /tmp, /run, /dev/fd");
	m = step(l, MOUNT_TREE, "/dev/null");
	ok(m && l->sources.item[m->tree - 1].device == makedev(1, 3) &&
		   m->set == (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
			      MOUNT_ATTR_NOEXEC),
	   "/dev/null is the host's, checked to be it, and of a fixed mode");
	ok(step(l, MOUNT_MASK, "/proc/kcore") &&
		   step(l, MOUNT_MASK, "/sys/firmware") &&
		   step(l, MOUNT_READONLY, "/proc/sys"),
	   "paths are masked and read-only");
}

static void single(void)
{
	const struct launch *l = LINE(1, "--userns=single");

	ok(!strstr(step(l, MOUNT_FS, "/dev/pts")->data, "gid="),
	   "a single map has no group 5");
	l = LINE(0);
	ok(!strstr(step(l, MOUNT_FS, "/dev/pts")->data, "gid="),
	   "nobody special may end with a single map");
	l = LINE(0, "--uid-map=0:0:6");
	ok(strstr(step(l, MOUNT_FS, "/dev/pts")->data, "gid=5") != NULL,
	   "a map with group 5 in it has it");
	l = LINE(0, "--uid-map=0:0:5");
	ok(!strstr(step(l, MOUNT_FS, "/dev/pts")->data, "gid="),
	   "and one that ends before has not");
}

static void shared(void)
{
	const struct launch *l = LINE(1, "--userns=host");
	const struct mount *m = step(l, MOUNT_NODE, "/dev/null");

	ok(l->plan.namespaces == (ALL & ~(uint64_t)CLONE_NEWUSER) &&
		   !l->sources.item[0].idmap && m &&
		   m->mode == (S_IFCHR | 0666) && m->device == makedev(1, 3),
	   "--userns host: devices are made, nothing is id-mapped");
	l = LINE(1, "--net=host");
	m = step(l, MOUNT_TREE, "/sys");
	ok(m && m->set & RO && m->recursive &&
		   l->sources.item[m->tree - 1].recursive &&
		   !step(l, MOUNT_FS, "/sys") && !l->plan.loopback,
	   "--net host: /sys is the host's, read-only down to its leaves");
	ok(step(LINE(1, "--net=host", "--userns=host"), MOUNT_FS, "/sys") !=
		   NULL,
	   "--net host without a user namespace: a new sysfs");
	ok(step(LINE(1, "--share=pid"), MOUNT_TREE, "/proc") != NULL,
	   "--share pid: /proc is the host's");
	l = LINE(1, "--share=ipc,cgroup,uts");
	ok(!any(l, "/dev/mqueue") && !any(l, "/sys/fs/cgroup") &&
		   !l->plan.hostname && l->plan.env.count == 3,
	   "--share ipc, cgroup, uts: no queues, no cgroups, no HOSTNAME");
}

static void typed(void)
{
	const struct launch *l;
	const struct mount *m;

	l = LINE(1, "-v/x:/tmp", "--tmpfs=/dev/shm/", "-v/y:/data");
	m = step(l, MOUNT_TREE, "/tmp");
	ok(m && !step(l, MOUNT_FS, "/tmp") &&
		   step(l, MOUNT_FS, "/dev/shm") == m + 1 &&
		   same(m[2].target, "/data") && m[3].kind == MOUNT_MASK,
	   "a mount of the user replaces the default at its place");
	l = LINE(1, "-v/dev:/dev");
	ok(any(l, "/dev") && !any(l, "/dev/null") && !any(l, "/dev/pts") &&
		   !any(l, "/dev/fd"),
	   "what a mount of the user would hide is not made");
	l = LINE(1, "-v/x:/sys/firmware", "-v/y:/sys/kernel");
	ok(!step(l, MOUNT_MASK, "/sys/firmware") &&
		   step(l, MOUNT_MASK, "/sys/kernel/debug"),
	   "a mount of the user is not masked, what is below it is");
	ok(!step(LINE(1, "--no-mask"), MOUNT_MASK, "/proc/kcore") &&
		   !step(&launch, MOUNT_READONLY, "/proc/sys"),
	   "--no-mask hides nothing");
	l = LINE(1, "-v/x:/x:idmap", "-v/y:/y", "--overlay=up");
	ok(l->sources.item[1].idmap && !l->sources.item[2].idmap &&
		   l->sources.item[3].idmap && l->plan.upper_tree == 4,
	   "volumes are id-mapped where asked, an upper directory always");
	l = LINE(1, "--mount=type=ext4,src=/dev/x,dst=/x,ro,o=a=1");
	ok(step(l, MOUNT_TREE, "/x") && l->sources.item[1].idmap &&
		   !strcmp(l->sources.item[1].type, "ext4") &&
		   !strcmp(l->sources.item[1].options, "ro,a=1") &&
		   !strcmp(l->sources.item[1].path, "/dev/x") &&
		   step(l, MOUNT_TREE, "/x")->set & MOUNT_ATTR_RDONLY &&
		   step(l, MOUNT_TREE, "/x")->set & MOUNT_ATTR_NOSUID,
	   "what only root of the host mounts is mounted there");
	ok(step(LINE(0, "--mount=type=ext4,dst=/x"), MOUNT_FS, "/x") &&
		   step(LINE(1, "--userns=host", "--mount=type=ext4,dst=/x"),
			MOUNT_FS, "/x") &&
		   step(LINE(1, "--mount=type=ramfs,dst=/x"), MOUNT_FS, "/x"),
	   "all else inside");
	ok(LINE(1, "--layer=a")->sources.item[1].idmap &&
		   !LINE(1, "--layer=a", "--userns=host")->sources.item[1].idmap,
	   "and a layer as the root is");
	l = LINE(1, "--userns=host", "-v/x:/x:idmap");
	ok(!l->sources.item[1].idmap, "but not without a user namespace");
}

static struct cgroup cgroup;

static void tree(const char *controllers)
{
	struct cgroup_tree *t = &cgroup.tree[cgroup.count++];

	strcpy(t->controllers, controllers);
	t->v2 = !*controllers;
}

static void cgroups(void)
{
	struct launch *l = LINE(1);
	const struct mount *m;

	cgroup.count = 0;
	flags_cgroup_mounts(l, &cgroup);
	ok(!any(l, "/sys/fs/cgroup"), "no cgroup, nothing mounted");
	l = LINE(1);
	tree("");
	flags_cgroup_mounts(l, &cgroup);
	m = step(l, MOUNT_FS, "/sys/fs/cgroup");
	ok(m && same(m->type, "cgroup2") && m->set & RO && !m->data,
	   "v2: one cgroup2, read-only");
	l = LINE(1);
	tree("cpu,cpuacct");
	tree("name=systemd");
	flags_cgroup_mounts(l, &cgroup);
	m = step(l, MOUNT_FS, "/sys/fs/cgroup");
	ok(m && same(m->type, "tmpfs") && !(m->set & RO) &&
		   same(m[1].target, "/sys/fs/cgroup/unified") &&
		   same(m[1].type, "cgroup2") &&
		   same(m[2].target, "/sys/fs/cgroup/cpu,cpuacct") &&
		   same(m[2].data, "cpu,cpuacct") && m[2].set & RO &&
		   same(m[3].target, "/sys/fs/cgroup/systemd") &&
		   same(m[3].data, "none,name=systemd") &&
		   m[4].kind == MOUNT_READONLY &&
		   same(m[4].target, "/sys/fs/cgroup"),
	   "v1: a tmpfs with a mount for each, sealed at the end");
	l = LINE(1, "--privileged");
	flags_cgroup_mounts(l, &cgroup);
	m = step(l, MOUNT_FS, "/sys/fs/cgroup/unified");
	ok(m && !(m->set & RO) && !step(l, MOUNT_READONLY, "/sys/fs/cgroup"),
	   "--privileged: writable");
	l = LINE(1, "--mount=type=cgroup,dst=/sys/fs/cgroup");
	flags_cgroup_mounts(l, &cgroup);
	m = step(l, MOUNT_FS, "/sys/fs/cgroup");
	ok(m && same(m->type, "cgroup"), "what the user mounts there stays");
}

static const struct capabilities *caps(const char *a, const char *b,
				       const char *c)
{
	const char *words[] = { a ? a : "root", b ? b : "root", c ? c : "root",
				"root", NULL };

	return &parse(1, words)->plan.caps;
}

static void capabilities(void)
{
	const uint64_t some = CAP(CHOWN) | CAP(DAC_OVERRIDE) | CAP(FOWNER) |
			      CAP(FSETID) | CAP(KILL) | CAP(NET_BIND_SERVICE) |
			      CAP(SETFCAP) | CAP(SETGID) | CAP(SETPCAP) |
			      CAP(SETUID) | CAP(SYS_CHROOT);
	const struct capabilities *k = caps(0, 0, 0);

	ok(k->bounding == some && k->permitted == some &&
		   k->effective == some && !k->inheritable && !k->ambient,
	   "eleven capabilities in three sets");
	ok(caps("--cap-drop=ALL", "--cap-add=chown,NET_RAW", 0)->bounding ==
		   (CAP(CHOWN) | CAP(NET_RAW)),
	   "drop ALL and add two is these two");
	ok(caps("--cap-add=CHOWN", "--cap-drop=ALL", 0)->bounding == CAP(CHOWN),
	   "in whatever order");
	ok(caps("--cap-add=ALL", "--cap-drop=SYS_ADMIN", 0)->bounding ==
		   (EVERY & ~CAP(SYS_ADMIN)),
	   "add ALL and drop one is all but this one");
	ok(caps("--cap-drop=CHOWN", "--cap-drop=KILL", 0)->bounding ==
		   (some & ~(CAP(CHOWN) | CAP(KILL))),
	   "drops accumulate");
	ok(caps("--privileged", 0, 0)->bounding == EVERY, "privileged is all");
	ok(caps("--privileged", "--cap-drop=ALL", "--cap-add=KILL")->bounding ==
		   CAP(KILL),
	   "and can be reduced");
	k = caps("--ambient=NET_RAW", "--cap-drop=ALL", 0);
	ok(k->bounding == CAP(NET_RAW) && k->ambient == CAP(NET_RAW) &&
		   k->inheritable == CAP(NET_RAW) &&
		   k->permitted == CAP(NET_RAW),
	   "ambient ones are in every set");
}

static void privileged(void)
{
	const struct launch *l = LINE(1, "--privileged", "--read-only");
	const struct mount *m = step(l, MOUNT_FS, "/sys");

	ok(!l->plan.no_new_privs && l->plan.seccomp == SECCOMP_NONE &&
		   l->plan.root_attr == RO && m && !(m->set & RO) &&
		   !step(l, MOUNT_MASK, "/proc/kcore"),
	   "--privileged: no masks, no seccomp, /sys writable, root as asked");
	ok(LINE(1, "--privileged", "--seccomp=default")->plan.seccomp ==
		   SECCOMP_BUILTIN,
	   "--privileged keeps the seccomp profile that was asked for");
}

static void environment(void)
{
	const struct launch *l;

	setenv("TERM", "vt220", 1);
	l = LINE(1, "--name=web", "-t", "-eTERM=dumb", "-eB=1", "-eA=2");
	ok(l->plan.env.count == 6 &&
		   !strncmp(l->plan.env.item[0], "PATH=/usr/local/sbin:", 21) &&
		   same(l->plan.env.item[1], "HOSTNAME=web") &&
		   same(l->plan.env.item[2], "TERM=dumb") &&
		   same(l->plan.env.item[3], "container=cinit") &&
		   same(l->plan.env.item[4], "B=1") &&
		   same(l->plan.env.item[5], "A=2"),
	   "the environment, with what was typed over it");
	ok(l->plan.terminal && same(LINE(1)->plan.env.item[2], "TERM=vt220"),
	   "TERM is the caller's");
	unsetenv("TERM");
	ok(same(LINE(1)->plan.env.item[2], "TERM=xterm"), "or xterm");
}

static void no_root(void)
{
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		close(2);
		LINE(0, "--userns=host");
		_exit(0);
	}
	waitpid(pid, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 125,
	   "--userns host is refused to nobody special");
}

/* "+/ -/proc ...": what stays writable behind Landlock, and what in it does not */
static const char *walls(const struct plan *p)
{
	static char text[256];
	size_t n = 0;

	text[0] = 0;
	for (size_t i = 0; i < p->writable.count; i++)
		n += snprintf(text + n, sizeof text - n, "+%s ",
			      p->writable.item[i]);
	for (size_t i = 0; i < p->closed.count; i++)
		n += snprintf(text + n, sizeof text - n, "-%s ",
			      p->closed.item[i]);
	return text;
}

static void landlock(void)
{
	static const struct {
		const char *words[8], *walls, *what;
	} rows[] = {
		{ { "--read-only", "r" }, "", "nothing where nothing is asked" },
		{ { "--landlock", "r" }, "+/ -/proc -/sys ", "the root" },
		{ { "--landlock", "--read-only", "r" },
		  "+/dev +/tmp +/run -/ ",
		  "of a root that is read-only the mounts that are not" },
		{ { "--landlock", "--read-only", "-v/a:/v", "-v/a:/v/r:ro",
		    "-v/a:/o:ro", "-v/a:/o/w", "r" },
		  "+/dev +/tmp +/run +/v +/o/w -/ -/v/r ",
		  "volumes, and volumes in volumes" },
		{ { "--landlock", "-v/a:/vol:ro", "-v/b:/volume", "r" },
		  "+/ -/proc -/sys -/vol ", "no more than the name itself" },
		{ { "--landlock", "-v/a:/v/r:ro", "-v/b:/v", "r" },
		  "+/ -/proc -/sys ", "what the last one covers is gone" },
		{ { "--landlock", "--tmpfs=/t:ro", "--device=/dev/fuse:/t/f",
		    "r" },
		  "+/ +/t/f -/proc -/sys -/t ",
		  "a device, whatever it lies in" },
		{ { "--landlock", "--privileged", "r" }, "+/ ",
		  "all that --privileged opens" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *got = walls(&parse(1, rows[i].words)->plan);

		if (!okf(!strcmp(got, rows[i].walls), "Landlock leaves %s",
			 rows[i].what))
			printf("# %s\n", got);
	}
}

static void strict(void)
{
	const struct plan *p = &LINE(1, "--strict")->plan;
	const struct mount *proc = step(&launch, MOUNT_FS, "/proc");

	ok(!p->caps.bounding && !p->caps.permitted && !p->caps.ambient,
	   "--strict: no capabilities");
	ok(p->root_attr & RO, "--strict: a root that is read-only");
	ok(p->sysctls.count == 1 &&
		   same(p->sysctls.item[0].key, "user.max_user_namespaces") &&
		   same(p->sysctls.item[0].value, "0"),
	   "--strict: no user namespaces");
	ok(proc && same(proc->data, "subset=pid,hidepid=invisible"),
	   "--strict: of /proc the own processes");
	p = &LINE(1, "--cap-add=CHOWN", "--overlay", "--strict",
		  "--sysctl=user.max_user_namespaces=3")->plan;
	ok(p->caps.bounding == CAP(CHOWN) && !(p->root_attr & RO) &&
		   p->sysctls.count == 1 &&
		   same(p->sysctls.item[0].value, "3"),
	   "--strict: but for what was said");
	ok(LINE(1, "--strict", "--overlay", "--read-only")->plan.root_attr & RO,
	   "--strict: what was said to be read-only is");
}

int main(void)
{
	plain();
	single();
	shared();
	typed();
	cgroups();
	capabilities();
	privileged();
	landlock();
	strict();
	environment();
	no_root();
	arena_free(&launch.memory);
	return done();
}
