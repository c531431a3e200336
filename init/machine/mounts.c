/* mounts.c - the first mounts of a machine, and its cgroups */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/machine/parts.h"

enum { QUIET = MS_NOSUID | MS_NODEV | MS_NOEXEC };

/* In their order. A kernel without the last ones does not need them. */
static const struct {
	const char *target, *type;
	unsigned long flags;
	const char *data;
	int may_lack;
} mounts[] = {
	{ "/proc", "proc", QUIET, NULL },
	{ "/sys", "sysfs", QUIET, NULL },
	{ "/dev", "devtmpfs", MS_NOSUID, "mode=755" },
	{ "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
	  "gid=5,mode=620,ptmxmode=666" },
	{ "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777" },
	{ "/dev/mqueue", "mqueue", QUIET, NULL, 1 },
	{ "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755" },
	{ "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777" },
	{ "/sys/fs/cgroup", "cgroup2", QUIET, "nsdelegate", 1 },
};

enum { MOUNTS = sizeof mounts / sizeof *mounts };

/* What devtmpfs leaves to user space. */
static const struct {
	const char *path, *to;
} links[] = {
	{ "/dev/fd", "/proc/self/fd" },
	{ "/dev/stdin", "fd/0" },
	{ "/dev/stdout", "fd/1" },
	{ "/dev/stderr", "fd/2" },
};

enum { LINKS = sizeof links / sizeof *links };

/* Another file system than that of the directory it is in. */
static int is_mounted(const char *target)
{
	char parent[32];
	struct stat here, above;

	snprintf(parent, sizeof parent, "%s/..", target);
	return !stat(target, &here) && !stat(parent, &above) &&
	       here.st_dev != above.st_dev;
}

void mounts_begin(void)
{
	for (int i = 0; i < MOUNTS; i++) {
		mkdir(mounts[i].target, 0755); /* or mount says why not */
		if (is_mounted(mounts[i].target) ||
		    !mount(mounts[i].type, mounts[i].target, mounts[i].type,
			   mounts[i].flags, mounts[i].data))
			continue;
		if (!mounts[i].may_lack || errno != ENODEV)
			warn("mount %s: %m", mounts[i].target);
	}
	for (int i = 0; i < LINKS; i++)
		if (symlink(links[i].to, links[i].path) < 0 && errno != EEXIST)
			warn("make %s: %m", links[i].path);
}

#define CGROUP "/sys/fs/cgroup/"

/*
 * Processes of the root are in nobody's way there, but no cgroup of it would
 * be ours, with figures of its own: what we use is not the command's.
 */
void cgroup_divide(void)
{
	char list[256], *rest = list, *name, word[64];

	if (access(CGROUP "cgroup.controllers", F_OK) < 0)
		return; /* version 1, or none: as we found it */
	if ((mkdir(CGROUP "init", 0755) < 0 && errno != EEXIST) ||
	    fd_write_file(AT_FDCWD, CGROUP "init/cgroup.procs", "0") < 0)
		warn("enter a cgroup of our own: %m");
	if (fd_read_file(AT_FDCWD, CGROUP "cgroup.controllers", list,
			 sizeof list) < 0)
		warn("read the controllers: %m");
	/* One by one: where one cannot be had, the others can. */
	while ((name = strsep(&rest, " "))) {
		snprintf(word, sizeof word, "+%s", name);
		if (*name &&
		    fd_write_file(AT_FDCWD, CGROUP "cgroup.subtree_control",
				  word) < 0)
			warn("enable the controller %s: %m", name);
	}
}
