/* memory.c - a root file system that is in memory alone */
#include "setup/host/memory.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/filesystem.h"
#include "init/base/sys.h"
#include "setup/host/tarball.h"
#include "setup/host/trees.h"

/* Where there is a directory, and what it covers is not needed meanwhile. */
#define PLACE "/proc"

static int tar_fd = -1;

static enum owners whose(const struct launch *l)
{
	if (!(l->plan.namespaces & CLONE_NEWUSER))
		return OWNERS_REAL;
	return l->uid_map.count == 1 && l->uid_map.item[0].count == 1 ?
		       OWNERS_CALLER :
		       OWNERS_MAPPED;
}

static void attach_tmpfs(const struct launch *l)
{
	struct sys_mount_attr private = { .propagation = MS_PRIVATE };
	struct filesystem_why why;
	int fd;

	/* The host is to see nothing of it. */
	if (sys_mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &private) < 0)
		die("make all mounts private: %m");
	fd = filesystem_new("tmpfs", "root", l->root_tmpfs, 0, &why);
	if (fd < 0 || sys_move_mount(fd, "", AT_FDCWD, PLACE,
				     MOVE_MOUNT_F_EMPTY_PATH) < 0)
		die("make a root in memory: %s%m%s", why.step, why.said);
	close(fd);
}

void memory_open(const struct launch *l)
{
	const struct source *s = l->sources.item;

	if (!l->root_tmpfs)
		return;
	tar_fd = trees_open_one(s);
	if (tar_fd < 0)
		die("%s: %m", s->path);
}

int memory_root(const struct launch *l)
{
	struct tarball t = { .l = l, .fd = tar_fd, .owners = whose(l) };
	struct source root = { .path = PLACE "/rootfs",
			       .below = l->sources.item[0].below };
	struct statvfs fs;
	char why[512];
	int tree_fd;

	tarball_look(&t);
	attach_tmpfs(l);
	if (tarball_unpack(&t, PLACE, NULL, NULL, why, sizeof why) < 0) {
		if (!statvfs(PLACE, &fs) && (!fs.f_bavail || !fs.f_favail))
			die("unpack %s: it does not fit into memory of %llu "
			    "bytes; --root-tmpfs=SIZE says how much it may be",
			    l->rootfs,
			    (unsigned long long)fs.f_blocks * fs.f_frsize);
		die("unpack %s: %s", l->rootfs, why);
	}
	tree_fd = trees_open_one(&root);
	if (tree_fd < 0)
		die("%s%s: %m", l->rootfs, root.below ? root.below : "");
	if (umount2(PLACE, MNT_DETACH) < 0)
		die("take %s back: %m", PLACE);
	close(tar_fd);
	return tree_fd;
}
