/* keep.c - namespaces without a process: files in a directory hold them */
#include "setup/host/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/parse.h"
#include "init/base/sys.h"
#include "setup/host/ids.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80 /* linux/sched.h */
#endif

static const struct {
	char name[8];
	uint64_t bit;
} files[] = {
	{ "mnt", CLONE_NEWNS },	   { "uts", CLONE_NEWUTS },
	{ "ipc", CLONE_NEWIPC },   { "net", CLONE_NEWNET },
	{ "time", CLONE_NEWTIME }, { "cgroup", CLONE_NEWCGROUP },
	{ "user", CLONE_NEWUSER },
};
enum { FILES = sizeof files / sizeof *files };

static char real[PATH_MAX]; /* the directory, without links */
static int dir_fd = -1;
static int made;  /* the directory is ours */
static int begun; /* and so is what is in it */
static int kept;  /* all of it: it outlives us */

/* Whoever may write there could give us other namespaces, or another plan. */
static void check_owner(const char *path, int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || st.st_uid != geteuid() || st.st_mode & 022)
		die("%s: is not yours alone to write: what is kept there could "
		    "be another's",
		    path);
}

static void open_dir(const char *option, const char *path)
{
	if (!realpath(path, real))
		die("--%s %s: %m", option, path);
	dir_fd = open(real, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir_fd < 0)
		die("--%s %s: %m", option, path);
	check_owner(path, dir_fd);
}

/* The name that ip-netns(8) has for it: a link in its directory. */
static const char *netns_link(void)
{
	static char path[PATH_MAX + 16];
	const char *slash = strrchr(real, '/');

	snprintf(path, sizeof path, "/run/netns/%s", slash ? slash + 1 : real);
	return path;
}

static int is_our_link(const char *link)
{
	char to[PATH_MAX], want[PATH_MAX + 8];
	ssize_t n = readlink(link, to, sizeof to - 1);

	if (n < 0)
		return 0;
	to[n] = 0;
	snprintf(want, sizeof want, "%s/net", real);
	return !strcmp(to, want);
}

static long mount_of(int fd)
{
	char path[40], text[256];
	const char *id;

	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
	if (fd < 0 || fd_read_file(AT_FDCWD, path, text, sizeof text) < 0 ||
	    !(id = strstr(text, "mnt_id:")))
		return -1;
	return strtol(id + strlen("mnt_id:"), NULL, 10);
}

static int is_mount(void)
{
	int up_fd = openat(dir_fd, "..", O_PATH | O_CLOEXEC);
	int is = mount_of(dir_fd) != mount_of(up_fd);

	fd_close(&up_fd);
	return is;
}

/* keeping --------------------------------------------------------------------- */

void keep_prepare(const struct launch *l)
{
	struct stat st;

	if (!l->keep)
		return;
	if (!ids_privileged())
		die("--keep: a mount on the host holds the namespaces, and "
		    "only root can make it; without root they last as long as "
		    "a process in them");
	made = !mkdir(l->keep, 0700);
	if (!made && errno != EEXIST)
		die("--keep %s: make the directory: %m", l->keep);
	open_dir("keep", l->keep);
	if (!faccessat(dir_fd, "plan", F_OK, AT_SYMLINK_NOFOLLOW))
		die("--keep %s: something is kept there; --unkeep lets go of "
		    "it",
		    l->keep);
	if (is_mount())
		die("--keep %s: is a mount already; give a directory in it",
		    l->keep);
	if (l->plan.namespaces & CLONE_NEWNET && !lstat(netns_link(), &st))
		die("--keep %s: %s is there already: give the directory "
		    "another name",
		    l->keep, netns_link());
	begun = 1;
}

static void hold(const struct launch *l, int proc_fd, const char *name)
{
	char path[16];
	int file_fd = openat(dir_fd, name,
			     O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int fd;

	snprintf(path, sizeof path, "ns/%.7s", name);
	fd = sys_open_tree(proc_fd, path, OPEN_TREE_CLONE);
	if (file_fd < 0 || fd < 0 ||
	    sys_move_mount(fd, "", file_fd, "",
			   MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) <
		    0)
		/* From 6.18 on a namespace's number comes from a range of its
		 * processor; and a mount namespace is held only in one with
		 * a lower number, so that they cannot hold each other. */
		die("--keep %s: hold its %s namespace: %m%s", l->keep, name,
		    errno == ELOOP ? " (it counts as older than the caller's "
				     "own: run this on another processor, see "
				     "taskset(1), or in the host's mount "
				     "namespace)" :
				     "");
	fd_close(&fd);
	fd_close(&file_fd);
}

static void write_new(const struct launch *l, const char *name,
		      const char *text, int from_fd, off_t size)
{
	int fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
			0600);
	off_t at = 0;

	if (fd < 0)
		die("--keep %s: make %s: %m", l->keep, name);
	while (from_fd >= 0 && at < size)
		if (sendfile(fd, from_fd, &at, size - at) <= 0)
			die("--keep %s: write %s: %m", l->keep, name);
	if (text && fd_write_all(fd, text, strlen(text)) < 0)
		die("--keep %s: write %s: %m", l->keep, name);
	fd_close(&fd);
}

/* Where mounts spread, those of mount namespaces cannot be: unshare(1). */
static void make_private(const struct launch *l)
{
	struct sys_mount_attr private = { .propagation = MS_PRIVATE };
	int fd = sys_open_tree(dir_fd, "", OPEN_TREE_CLONE | AT_EMPTY_PATH);

	if (fd < 0 ||
	    sys_move_mount(fd, "", dir_fd, "",
			   MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) <
		    0 ||
	    sys_mount_setattr(fd, "", AT_EMPTY_PATH, &private) < 0)
		die("--keep %s: make it a mount of its own: %m", l->keep);
	fd_close(&dir_fd);
	dir_fd = fd;
}

static void name_network(const struct launch *l)
{
	char to[PATH_MAX + 8];

	snprintf(to, sizeof to, "%s/net", real);
	if ((mkdir("/run/netns", 0755) < 0 && errno != EEXIST) ||
	    symlink(to, netns_link()) < 0)
		die("--keep %s: make %s for ip-netns(8): %m", l->keep,
		    netns_link());
}

void keep_make(const struct launch *l, pid_t pid, int plan_fd)
{
	char path[32], text[16];
	struct stat st;
	int proc_fd;

	snprintf(path, sizeof path, "/proc/%d", pid);
	proc_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (proc_fd < 0 || fstat(plan_fd, &st) < 0)
		die("--keep %s: %m", l->keep);
	/* First: by it --unkeep knows what a crash has left. */
	write_new(l, "plan", NULL, plan_fd, st.st_size);
	make_private(l);
	if (l->plan.namespaces & CLONE_NEWUSER && l->uid_map.count) {
		snprintf(text, sizeof text, "%u\n", l->uid_map.item[0].outside);
		write_new(l, "ids", text, -1, 0);
		ids_keep(l->uid_map.item[0].outside, 1);
	}
	for (size_t i = 0; i < FILES; i++)
		if (l->plan.namespaces & files[i].bit)
			hold(l, proc_fd, files[i].name);
	if (l->plan.namespaces & CLONE_NEWNET)
		name_network(l);
	fd_close(&proc_fd);
	kept = 1;
}

/* letting go ------------------------------------------------------------------ */

/* 1: it was held. */
static int let_go(const char *name)
{
	char path[64];
	struct stat st;
	int held;

	snprintf(path, sizeof path, "/proc/self/fd/%d/%.7s", dir_fd, name);
	held = !umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW);
	/* Only what we make: an empty file. */
	if (!fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) &&
	    S_ISREG(st.st_mode) && !st.st_size)
		unlinkat(dir_fd, name, 0);
	return held;
}

static void end(void)
{
	char text[16] = "";
	uint64_t first;
	int user = 0;

	if (is_our_link(netns_link())) {
		unlink(netns_link());
		rmdir("/run/netns"); /* others' names keep it */
	}
	fd_read_file(dir_fd, "ids", text, sizeof text);
	for (size_t i = 0; i < FILES; i++)
		user = let_go(files[i].name); /* which is the last */
	if (user && !parse_number(text, UINT32_MAX, &first))
		ids_keep(first, 0);
	unlinkat(dir_fd, "ids", 0);
	unlinkat(dir_fd, "plan", 0);
	if (is_mount()) /* ours: where there was one, nothing is kept */
		umount2(real, MNT_DETACH | UMOUNT_NOFOLLOW);
	fd_close(&dir_fd);
	rmdir(real);
}

void keep_undo(int failed)
{
	if (begun && (!kept || failed))
		end();
	else if (made && !begun)
		rmdir(real);
}

int keep_end(const char *path)
{
	if (!ids_privileged())
		die("--unkeep: only root can unmount what holds the "
		    "namespaces");
	open_dir("unkeep", path);
	if (faccessat(dir_fd, "plan", F_OK, AT_SYMLINK_NOFOLLOW))
		die("--unkeep %s: nothing is kept there", path);
	end();
	if (!access(real, F_OK))
		warn("%s is not empty, and stays", path);
	return 0;
}

int keep_open_plan(int from_fd, const char *path)
{
	int fd = openat(from_fd, "plan",
			O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0)
		die("--join %s: its plan: %m", path);
	check_owner(path, from_fd);
	check_owner(path, fd);
	return fd;
}
