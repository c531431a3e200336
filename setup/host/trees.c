/* trees.c - what of the host the container sees, as detached mounts */
#include "setup/host/trees.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/sys.h"

static void refused(const struct source *s) __attribute__((noreturn));

static void refused(const struct source *s)
{
	if (errno == EINVAL && !s->recursive)
		die("%s: there are mounts below it that belong to it; take "
		    "them along with the volume option rec", s->path);
	die("%s: %m", s->path);
}

/* A device is what its number says, whatever lies at its path. */
static void check_device(const struct source *s, int fd)
{
	struct stat st;

	if (!s->device && !s->node)
		return;
	if (fstat(fd, &st) < 0)
		die("%s: %m", s->path);
	if (!S_ISCHR(st.st_mode) && !S_ISBLK(st.st_mode))
		die("%s: not a device", s->path);
	if (s->device && st.st_rdev != s->device)
		die("%s: not the device it should be", s->path);
}

static void show_owners(const struct source *s, int fd, int userns_fd)
{
	struct sys_mount_attr attr = { .attr_set = MOUNT_ATTR_IDMAP,
				       .userns_fd = userns_fd };

	if (sys_mount_setattr(fd, "",
			      AT_EMPTY_PATH |
				      (s->recursive ? AT_RECURSIVE : 0),
			      &attr) == 0)
		return;
	if (errno == EINVAL)
		die("%s: its file system has no id-mapped mounts, so the "
		    "container's users cannot own its files: use --userns "
		    "single (only root exists inside, files keep their "
		    "owners) or --userns host (no user namespace)", s->path);
	die("%s: show its owners as the container's: %m", s->path);
}

void trees_open(const struct launch *l, int userns_fd, int *fds)
{
	for (size_t i = 0; i < l->sources.count; i++) {
		const struct source *s = &l->sources.item[i];

		if (s->create && mkdir(s->path, 0755) < 0 && errno != EEXIST)
			die("make the directory %s: %m", s->path);
		fds[i] = sys_open_tree(AT_FDCWD, s->path,
				       OPEN_TREE_CLONE |
					       (s->recursive ? AT_RECURSIVE :
							       0));
		if (fds[i] < 0)
			refused(s);
		check_device(s, fds[i]);
		if (s->idmap && userns_fd >= 0)
			show_owners(s, fds[i], userns_fd);
	}
}
