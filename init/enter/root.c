/* root.c - the container's root: attached, pivoted to, sealed */
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/enter/parts.h"

/*
 * Mounts pile up on the old /proc, each over the one before, and go away with
 * the old root: the masks' source, the overlay's layers, and on top the new
 * root. Not on "/": what lies there would hide the old root from umount2.
 */
void root_pile(int fd, const char *what)
{
	if (sys_move_mount(fd, "", AT_FDCWD, "/proc", MOVE_MOUNT_F_EMPTY_PATH) <
	    0)
		die("attach %s: %m", what);
}

static int layer(int scratch_fd, int tree_fd, const char *name)
{
	int fd;

	if (mkdirat(scratch_fd, name, 0755) < 0 ||
	    sys_move_mount(tree_fd, "", scratch_fd, name,
			   MOVE_MOUNT_F_EMPTY_PATH) < 0)
		die("overlay: attach %s: %m", name);
	fd = openat(scratch_fd, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		die("overlay: %s: %m", name);
	return fd;
}

/* Made, or there already: but a directory itself, and no link to one. */
static int own_directory(int dir_fd, const char *name)
{
	int made = !mkdirat(dir_fd, name, 0755), fd;

	if (!made && errno != EEXIST)
		die("overlay: make its directory %s: %m", name);
	fd = sys_openat2(dir_fd, name, O_PATH | O_DIRECTORY, 0,
			 RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
	if (fd < 0)
		die("overlay: %s must be a directory, and no link: %m", name);
	fd_close(&fd);
	return made;
}

/* The upper directory shows as the root: it takes over owner and mode. */
static void upper(int dir_fd, int lower_fd)
{
	struct stat st;

	own_directory(dir_fd, "work");
	if (!own_directory(dir_fd, "upper"))
		return; /* kept from another run, with owner and mode */
	if (fstat(lower_fd, &st) < 0 ||
	    fchmodat(dir_fd, "upper", st.st_mode & 07777, 0) < 0)
		die("overlay: set the mode of its root: %m");
	/* An owner that is not mapped inside stays what it is. */
	if (fchownat(dir_fd, "upper", st.st_uid, st.st_gid, 0) < 0 &&
	    errno != EINVAL && errno != EPERM)
		die("overlay: set the owner of its root: %m");
}

/* The names of the lower layers, as lowerdir has them: the top one first. */
static void lower(const struct plan *p, int scratch_fd, char *list)
{
	char name[24];

	for (size_t i = p->layers.count; i--;) {
		int tree_fd = TREE_FD + p->layers.item[i] - 1;

		snprintf(name, sizeof name, "%zu", i + 1);
		close(layer(scratch_fd, tree_fd, name));
		list = stpcpy(stpcpy(list, name), ":");
	}
	strcpy(list, "lower");
}

static int overlay(const struct plan *p, int tree_fd)
{
	int scratch_fd = filesystem_make("tmpfs", "overlay", "mode=755",
					 MOUNT_ATTR_NODEV, "the overlay", 0);
	int lower_fd, dir_fd, fd;
	char names[LAYERS_MAX * 3 + 6], data[sizeof names + 80];

	root_pile(scratch_fd, "the overlay's layers");
	lower_fd = layer(scratch_fd, tree_fd, "lower");
	dir_fd = p->upper_tree ? layer(scratch_fd, TREE_FD + p->upper_tree - 1,
				       "kept") :
				 dup(scratch_fd);
	upper(dir_fd, lower_fd);
	lower(p, scratch_fd, names);
	snprintf(data, sizeof data,
		 "lowerdir=%s,upperdir=%supper,workdir=%swork%s", names,
		 p->upper_tree ? "kept/" : "", p->upper_tree ? "kept/" : "",
		 p->namespaces & CLONE_NEWUSER ? ",userxattr" : "");
	/* The layers are named from here: no path of the host is involved. */
	if (fchdir(scratch_fd) < 0)
		die("overlay: %m");
	fd = filesystem_make("overlay", "overlay", data, 0, "/", 0);
	fd_close(&lower_fd);
	fd_close(&dir_fd);
	fd_close(&scratch_fd);
	return fd;
}

void root_spread(const struct inside *in, int fd, unsigned flags)
{
	const uint32_t how = in->plan->root_propagation;
	struct sys_mount_attr attr = { .propagation = how };

	if ((how == MS_SHARED || how == MS_UNBINDABLE) &&
	    sys_mount_setattr(fd, "", AT_EMPTY_PATH | flags, &attr) < 0)
		die("set the propagation of a mount: %m");
}

void root_private(struct inside *in)
{
	const struct plan *p = in->plan;
	struct sys_mount_attr private = { .propagation = MS_PRIVATE };
	/* A slave has its master on the host, by the tree. */
	struct sys_mount_attr own = { .propagation = p->root_propagation ==
								     MS_SLAVE ?
							     MS_SLAVE :
							     MS_PRIVATE };
	int fd = TREE_FD + p->root_tree - 1;

	if (sys_mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &private) < 0 ||
	    sys_mount_setattr(fd, "", AT_EMPTY_PATH | AT_RECURSIVE, &own) < 0)
		die("make all mounts private: %m");
}

void root_attach(struct inside *in)
{
	const struct plan *p = in->plan;
	struct sys_mount_attr private = { .propagation = MS_PRIVATE };
	struct sys_mount_attr nodev = { .attr_set = p->root_attr &
						    ~MOUNT_ATTR_RDONLY };
	int fd = TREE_FD + p->root_tree - 1;

	if (p->overlay)
		fd = overlay(p, fd);
	/* What is shared can be no root to pivot to; what is below it can. */
	root_spread(in, fd, AT_RECURSIVE);
	if (p->root_propagation == MS_SHARED &&
	    sys_mount_setattr(fd, "", AT_EMPTY_PATH, &private) < 0)
		die("make the root private: %m");
	/* From now on a device of the image is none: we open its files. */
	if (nodev.attr_set &&
	    sys_mount_setattr(fd, "", AT_EMPTY_PATH, &nodev) < 0)
		die("set the flags of the root: %m");
	root_pile(fd, "the root directory");
	in->root_fd = fd;
}

void root_pivot(struct inside *in)
{
	/*
	 * pivot_root(2), NOTES: "." twice stacks the old root over the new
	 * one, so that detaching "." removes it, with all that was piled up,
	 * and no directory has to hold it.
	 */
	if (fchdir(in->root_fd) < 0 || sys_pivot_root(".", ".") < 0)
		die("pivot_root into the root directory: %m");
	if (umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		die("detach the old root: %m");
	root_spread(in, in->root_fd, 0);
}

void root_seal(struct inside *in)
{
	const struct plan *p = in->plan;
	struct sys_mount_attr attr = { .attr_set = p->root_attr };

	if (p->root_attr &&
	    sys_mount_setattr(in->root_fd, "", AT_EMPTY_PATH, &attr) < 0)
		die("set the flags of the root: %m");
}

void cwd_open(struct inside *in)
{
	const char *cwd = in->plan->cwd;

	if (!cwd)
		return;
	in->cwd_fd = in->plan->joins.count ?
			     path_open(in->root_fd, cwd, O_DIRECTORY) :
			     path_make_dir(in->root_fd, cwd, 0755);
	if (in->cwd_fd < 0)
		die("working directory %s: %m%s", cwd,
		    errno == EROFS ? " (it is missing)" : "");
}
