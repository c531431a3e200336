/* trees.c - what of the host the container sees, as detached mounts */
#include "setup/host/trees.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/filesystem.h"
#include "init/base/lines.h"
#include "init/base/sys.h"

/* Of an image, a part: its links lead to where they would inside. */
int trees_open_one(const struct source *s)
{
	unsigned flags = OPEN_TREE_CLONE | (s->recursive ? AT_RECURSIVE : 0);
	struct filesystem_why why;
	int fd, part_fd, tree_fd;

	if (s->type) {
		fd = filesystem_new(s->type, s->path, s->options, 0, &why);
		if (fd < 0)
			die("mount %s %s: %s%m%s%s", s->type, s->path, why.step,
			    why.said,
			    errno == ENOTBLK ? "; losetup makes one of a file" :
					       "");
		return fd;
	}
	if (s->tarball)
		return open(s->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (!s->below)
		return sys_open_tree(AT_FDCWD, s->path, flags);
	fd = open(s->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	part_fd = sys_openat2(fd, s->below, O_PATH | O_DIRECTORY, 0,
			      RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
	tree_fd = part_fd < 0 ?
			  -1 :
			  sys_open_tree(part_fd, "", flags | AT_EMPTY_PATH);
	fd_close(&part_fd);
	fd_close(&fd);
	return tree_fd;
}

static void refused(const struct source *s) __attribute__((noreturn));

static void refused(const struct source *s)
{
	if (errno == EINVAL && !s->recursive)
		die("%s: there are mounts below it that belong to it; take "
		    "them along with the volume option rec",
		    s->path);
	die("%s%s: %m", s->path, s->below ? s->below : "");
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

/* The number of the mount that a path leads to; 0: nobody says. */
static unsigned long mount_of(const char *path)
{
	char name[40], text[256] = "", *id;
	int fd = open(path, O_PATH | O_CLOEXEC);

	snprintf(name, sizeof name, "/proc/self/fdinfo/%d", fd);
	fd_read_file(AT_FDCWD, name, text, sizeof text);
	fd_close(&fd);
	id = strstr(text, "mnt_id:");
	return id ? strtoul(id + 7, NULL, 10) : 0;
}

/* By a mount that is not shared nothing would ever come, proc_pid_mountinfo(5). */
static void check_spread(const struct source *s)
{
	unsigned long id = mount_of(s->path);
	struct lines l = { .fd = open("/proc/self/mountinfo",
				      O_RDONLY | O_CLOEXEC) };
	char *line;

	while ((line = lines_next(&l)) && strtoul(line, NULL, 10) != id)
		;
	fd_close(&l.fd);
	if (line && (strstr(line, " shared:") ||
		     (s->propagation == MS_SLAVE && strstr(line, " master:"))))
		return;
	die("%s: %s: its mount on the host is not shared, so that nothing "
	    "would spread; make it so with mount --make-shared",
	    s->path, s->propagation == MS_SLAVE ? "slave" : "shared");
}

static void show_owners(const struct source *s, int fd, int userns_fd)
{
	struct sys_mount_attr attr = { .attr_set = MOUNT_ATTR_IDMAP,
				       .userns_fd = userns_fd };

	if (sys_mount_setattr(fd, "",
			      AT_EMPTY_PATH | (s->recursive ? AT_RECURSIVE : 0),
			      &attr) == 0)
		return;
	if (errno == EINVAL)
		die("%s: its file system has no id-mapped mounts, so the "
		    "container's users cannot own its files: use --userns "
		    "single (only root exists inside, files keep their "
		    "owners) or --userns host (no user namespace)",
		    s->path);
	die("%s: show its owners as the container's: %m", s->path);
}

void trees_prepare(const struct launch *l)
{
	for (size_t i = 0; i < l->sources.count; i++) {
		const struct source *s = &l->sources.item[i];
		int fd;

		if (!s->create)
			continue;
		if (mkdir(s->path, 0755) < 0 && errno != EEXIST)
			die("make the directory %s: %m", s->path);
		/* Ours until we end: two overlays would spoil it. */
		fd = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			die("%s: %m", s->path);
		if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
			die("--overlay=%s: another container writes there",
			    s->path);
	}
}

unsigned trees_open(const struct launch *l, int userns_fd, int *fds)
{
	const struct source *s = l->sources.item + !!l->root_tmpfs;
	const struct source *end = l->sources.item + l->sources.count;
	unsigned n = 0;

	for (; s < end; s++, n++) {
		fds[n] = trees_open_one(s);
		if (fds[n] < 0)
			refused(s);
		check_device(s, fds[n]);
		if (s->propagation)
			check_spread(s);
		if (s->idmap && userns_fd >= 0)
			show_owners(s, fds[n], userns_fd);
	}
	return n;
}
