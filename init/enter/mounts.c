/* mounts.c - the ordered list of mounts, one function for each kind of step */
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/enter/parts.h"

#define TREE_CLONE (OPEN_TREE_CLONE | AT_EMPTY_PATH)
#define ONTO (MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH)

/*
 * New file systems are made before the old root goes: procfs and sysfs may be
 * mounted in a user namespace only while another, uncovered one is in sight
 * (user_namespaces(7), mount_namespaces(7)).
 */
void mounts_make(struct inside *in)
{
	const struct plan *p = in->plan;

	in->mount_fd =
		arena_take(in->memory, p->mounts.count * sizeof *in->mount_fd);
	if (p->mounts.count && !in->mount_fd)
		die("%zu mounts are too many", p->mounts.count);
	for (size_t i = 0; i < p->mounts.count; i++) {
		const struct mount *m = &p->mounts.item[i];

		in->mount_fd[i] = -1;
		if (m->kind == MOUNT_FS)
			in->mount_fd[i] =
				filesystem_make(m->type, m->source, m->data,
						m->set, m->target, m->optional);
	}
}

static int has(const struct plan *p, uint32_t kind)
{
	for (size_t i = 0; i < p->mounts.count; i++)
		if (p->mounts.item[i].kind == kind)
			return 1;
	return 0;
}

static const char *last_part(const struct mount *m)
{
	return strrchr(m->target, '/') + 1;
}

/* Texts of the plan, each as a file with the name that it is to have. */
static void write_files(struct inside *in)
{
	const struct plan *p = in->plan;

	for (size_t i = 0; i < p->mounts.count; i++) {
		const struct mount *m = &p->mounts.item[i];
		int fd;

		if (m->kind != MOUNT_FILE)
			continue;
		fd = openat(in->masks_fd, last_part(m),
			    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (fd < 0 || (m->data && fd_write_all(fd, m->data,
						       strlen(m->data)) < 0))
			die("write %s: %m", m->target);
		fd_close(&fd);
	}
}

/*
 * What covers masked paths: an empty directory and an empty file of a tmpfs of
 * ours, never a node of the container (CVE-2025-31133). It lies under the root
 * until the old one is detached: only what is attached can be cloned, before
 * 6.15.
 */
void masks_make(struct inside *in)
{
	const struct plan *p = in->plan;
	struct sys_mount_attr ro = { .attr_set = MOUNT_ATTR_RDONLY };
	int files = has(p, MOUNT_FILE);

	if (!files && !has(p, MOUNT_MASK))
		return;
	in->masks_fd = filesystem_make(
		"tmpfs", "masks",
		files ? "mode=755,size=64k,nr_inodes=8" :
			"mode=755,size=4k,nr_inodes=4",
		MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC,
		"masked paths", 0);
	write_files(in);
	if (mkdirat(in->masks_fd, "directory", 0) < 0 ||
	    mknodat(in->masks_fd, "file", S_IFREG, 0) < 0 ||
	    sys_mount_setattr(in->masks_fd, "", AT_EMPTY_PATH, &ro) < 0)
		die("make the cover of masked paths: %m");
	root_pile(in->masks_fd, "the cover of masked paths");
}

/* Asked for and true must be the same: what the kernel shows is compared. */
static void read_back(int fd, const struct mount *m)
{
	static const struct {
		uint64_t attr;
		unsigned long shown; /* f_flags, statfs(2) */
		const char *name;
	} rows[] = {
		{ MOUNT_ATTR_RDONLY, ST_RDONLY, "ro" },
		{ MOUNT_ATTR_NOSUID, ST_NOSUID, "nosuid" },
		{ MOUNT_ATTR_NODEV, ST_NODEV, "nodev" },
		{ MOUNT_ATTR_NOEXEC, ST_NOEXEC, "noexec" },
	};
	struct statfs fs;

	if (!m->set)
		return;
	if (fstatfs(fd, &fs) < 0)
		die("read the flags of %s back: %m", m->target);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (m->set & rows[i].attr && !(fs.f_flags & rows[i].shown))
			die("mount on %s: the kernel left out %s", m->target,
			    rows[i].name);
}

static void attach(int fd, int target_fd, const struct mount *m)
{
	if (sys_move_mount(fd, "", target_fd, "", ONTO) < 0)
		die("mount on %s: %m%s", m->target,
		    errno == ENOTDIR || errno == EINVAL ?
			    " (a directory goes on a directory, a file on a "
			    "file)" :
			    "");
	read_back(fd, m);
}

static void not_there(const struct mount *m) __attribute__((noreturn));

static void not_there(const struct mount *m)
{
	if (errno == EROFS)
		die("mount on %s: it is missing, and the root is read-only; "
		    "make it in the image, or use --overlay",
		    m->target);
	if (errno == EACCES || errno == EPERM || errno == EOVERFLOW)
		die("mount on %s: make the mount point: %m; make it in the "
		    "image, or use --overlay",
		    m->target);
	if (errno == ELOOP)
		die("mount on %s: a symbolic link is in the way", m->target);
	die("mount on %s: %m", m->target);
}

static int is_directory(int fd, const struct mount *m)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		die("look at what goes on %s: %m", m->target);
	return S_ISDIR(st.st_mode);
}

/* procfs and sysfs where the image has a link would fool all who come later. */
static int open_no_link(int root_fd, const struct mount *m)
{
	int fd;

	if (strcmp(m->type, "proc") != 0 && strcmp(m->type, "sysfs") != 0)
		return -1;
	fd = sys_openat2(root_fd, m->target + 1, O_PATH, 0,
			 RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS);
	if (fd < 0 && errno == ELOOP)
		die("mount %s on %s: it is a symbolic link in this root file "
		    "system",
		    m->type, m->target);
	return fd;
}

static void attach_fs(struct inside *in, const struct mount *m, int fd)
{
	int target_fd;

	if (fd < 0)
		return; /* optional, and the kernel would not */
	target_fd = open_no_link(in->root_fd, m);
	if (target_fd < 0)
		target_fd = path_make_dir(in->root_fd, m->target, 0755);
	if (target_fd < 0)
		not_there(m);
	attach(fd, target_fd, m);
	path_forget();
	fd_close(&target_fd);
}

/* A tree that is not recursive has nothing below it to be left out. */
static void set_attributes(int fd, const struct mount *m)
{
	struct sys_mount_attr attr = { .attr_set = m->set,
				       .attr_clr = m->clear,
				       .propagation = m->propagation ?
							      m->propagation :
							      MS_PRIVATE };

	if (sys_mount_setattr(fd, "",
			      AT_EMPTY_PATH | (m->recursive ? AT_RECURSIVE : 0),
			      &attr) < 0)
		die("mount on %s: set its flags: %m%s", m->target,
		    errno == EPERM ? " (the host has locked some)" : "");
}

static void attach_tree(struct inside *in, const struct mount *m, int unused)
{
	int fd = TREE_FD + m->tree - 1;
	int directory = is_directory(fd, m);
	int target_fd = directory ?
				path_make_dir(in->root_fd, m->target, 0755) :
				path_make_file(in->root_fd, m->target, 0644);

	(void)unused;
	if (target_fd < 0)
		not_there(m);
	set_attributes(fd, m);
	attach(fd, target_fd, m);
	if (directory)
		path_forget();
	fd_close(&target_fd);
	in->mount_fd[m - in->plan->mounts.item] = fd;
}

/* An image may have it, where its own /dev is shown: then it is used. */
static int is_there(int up_fd, const char *name, const struct mount *m)
{
	struct stat st;

	return errno == EEXIST &&
	       !fstatat(up_fd, name, &st, AT_SYMLINK_NOFOLLOW) &&
	       (st.st_mode & S_IFMT) == (m->mode & S_IFMT) &&
	       st.st_rdev == m->device;
}

static void make_node(struct inside *in, const struct mount *m, int unused)
{
	const char *name;
	int up_fd = path_parent(in->root_fd, m->target, &name);

	(void)unused;
	if (up_fd < 0)
		not_there(m);
	if (mknodat(up_fd, name, m->mode, m->device) < 0) {
		if (is_there(up_fd, name, m))
			return;
		die("make the device %s: %m", m->target);
	}
	if (fchmodat(up_fd, name, m->mode & 07777, 0) < 0)
		die("make the device %s: %m", m->target);
}

static void make_link(struct inside *in, const struct mount *m, int unused)
{
	const char *name;
	int up_fd = path_parent(in->root_fd, m->target, &name);

	(void)unused;
	if (up_fd < 0)
		not_there(m);
	if (symlinkat(m->source, up_fd, name) < 0 && errno != EEXIST)
		die("make the link %s to %s: %m", m->target, m->source);
}

static void make_dir(struct inside *in, const struct mount *m, int unused)
{
	int fd =
		path_make_dir(in->root_fd, m->target, m->mode ? m->mode : 0755);

	(void)unused;
	if (fd < 0)
		not_there(m);
	fd_close(&fd);
}

static int take_cover(const struct inside *in, const char *name)
{
	int fd = sys_open_tree(in->masks_fd, name, OPEN_TREE_CLONE);

	if (fd < 0)
		die("take a cover for a masked path: %m");
	return fd;
}

static void mask(struct inside *in, const struct mount *m, int unused)
{
	int target_fd = path_open(in->root_fd, m->target, 0);
	int fd;

	(void)unused;
	if (target_fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return;
	if (target_fd < 0)
		die("mask %s: %m", m->target);
	/* Looking first: a mount that fails costs an RCU grace period. */
	fd = take_cover(in, is_directory(target_fd, m) ? "directory" : "file");
	attach(fd, target_fd, m);
	fd_close(&fd);
	fd_close(&target_fd);
}

/* Its own text may be changed inside; and is gone with the container. */
static void attach_file(struct inside *in, const struct mount *m, int unused)
{
	struct sys_mount_attr rw = { .attr_clr = MOUNT_ATTR_RDONLY };
	int target_fd = path_make_file(in->root_fd, m->target, 0644);
	int fd;

	(void)unused;
	if (target_fd < 0)
		not_there(m);
	fd = take_cover(in, last_part(m));
	if (sys_mount_setattr(fd, "", AT_EMPTY_PATH, &rw) < 0)
		die("mount on %s: set its flags: %m", m->target);
	attach(fd, target_fd, m);
	fd_close(&fd);
	fd_close(&target_fd);
}

static void make_readonly(struct inside *in, const struct mount *m, int unused)
{
	struct sys_mount_attr ro = { .attr_set = MOUNT_ATTR_RDONLY };
	int target_fd = path_open(in->root_fd, m->target, 0);
	int fd;

	(void)unused;
	if (target_fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return;
	if (target_fd < 0)
		die("make %s read-only: %m", m->target);
	/* A mount as it is; EINVAL: a path within one, to be made a mount. */
	if (!sys_mount_setattr(target_fd, "", AT_EMPTY_PATH | AT_RECURSIVE,
			       &ro)) {
		fd_close(&target_fd);
		return;
	}
	fd = sys_open_tree(target_fd, "", TREE_CLONE | AT_RECURSIVE);
	if (fd < 0 ||
	    sys_mount_setattr(fd, "", AT_EMPTY_PATH | AT_RECURSIVE, &ro) < 0)
		die("make %s read-only: %m", m->target);
	attach(fd, target_fd, m);
	fd_close(&fd);
	fd_close(&target_fd);
}

void mounts_attach(struct inside *in)
{
	static void (*const kinds[])(struct inside *, const struct mount *,
				     int) = {
		[MOUNT_FS] = attach_fs,		  [MOUNT_TREE] = attach_tree,
		[MOUNT_NODE] = make_node,	  [MOUNT_LINK] = make_link,
		[MOUNT_DIR] = make_dir,		  [MOUNT_MASK] = mask,
		[MOUNT_READONLY] = make_readonly, [MOUNT_FILE] = attach_file,
	};
	const struct plan *p = in->plan;

	for (size_t i = 0; i < p->mounts.count; i++) {
		const struct mount *m = &p->mounts.item[i];

		kinds[m->kind](in, m, in->mount_fd[i]);
	}
	/* Now, when no more of them has to be cloned: some cannot be, then. */
	for (size_t i = 0; i < p->mounts.count; i++) {
		if (in->mount_fd[i] >= 0 && !p->mounts.item[i].propagation)
			root_spread(in, in->mount_fd[i], AT_RECURSIVE);
		fd_close(&in->mount_fd[i]);
	}
	path_forget();
}
