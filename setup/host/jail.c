/* jail.c - programs of the host, run where they can do no harm */
#include "setup/host/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "setup/host/ids.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define CLOSED (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)
#define WRITABLE (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)

enum { MEMORY_MOST = 1 << 30 }; /* of a program */

int program_find(const char *program, char path[PATH_MAX])
{
	static const char *const dirs[] = { "/usr/bin", "/bin", "/usr/sbin",
					    "/sbin" };

	for (size_t i = 0; i < COUNT(dirs); i++) {
		snprintf(path, PATH_MAX, "%s/%s", dirs[i], program);
		if (!access(path, X_OK))
			return 1;
	}
	return 0;
}

/* the child --------------------------------------------------------------- */

static void fail_in_child(int status, const char *text)
	__attribute__((noreturn));

static void fail_in_child(int status, const char *text)
{
	dprintf(2, "%s\n", text);
	_exit(status);
}

/*
 * Closed to writing, and nothing on it works but files: what a program needs
 * to run. There is no /proc of the host's, whose links lead everywhere
 * (/proc/1/root), no /dev, no /home; and no secret of /etc, because bsdtar
 * takes an mtree(5) for an archive, which may name files to be put into it.
 */
static void show_programs(int root_fd)
{
	static const char *const names[] = {
		"usr",	 "bin",	   "sbin", "lib", "lib32",
		"lib64", "libx32", "nix",  "gnu", "etc/alternatives"
	};
	struct sys_mount_attr closed = { .attr_set = CLOSED,
					 .propagation = MS_PRIVATE };

	if (mkdirat(root_fd, "etc", 0755) < 0)
		die("make the jail: %m");
	for (size_t i = 0; i < COUNT(names); i++) {
		char path[32], link[256];
		ssize_t n;
		int fd;

		snprintf(path, sizeof path, "/%s", names[i]);
		n = readlink(path, link, sizeof link - 1);
		if (n >= 0) {
			link[n] = 0;
			if (symlinkat(link, root_fd, names[i]) < 0)
				die("link %s in the jail: %m", path);
			continue;
		}
		fd = sys_open_tree(AT_FDCWD, path,
				   OPEN_TREE_CLONE | AT_RECURSIVE);
		if (fd < 0 && errno == ENOENT)
			continue;
		if (fd < 0 || mkdirat(root_fd, names[i], 0755) < 0 ||
		    sys_mount_setattr(fd, "", AT_EMPTY_PATH | AT_RECURSIVE,
				      &closed) < 0 ||
		    sys_move_mount(fd, "", root_fd, names[i],
				   MOVE_MOUNT_F_EMPTY_PATH) < 0)
			die("show %s in the jail: %m", path);
		fd_close(&fd);
	}
}

/*
 * The C library looks into /proc/self/fd; where that may not be mounted, it can
 * do without for most files. In its own pid namespace tar sees but itself.
 */
static void show_self(int root_fd)
{
	int fd = sys_fsopen("proc"), mount_fd;

	if (mkdirat(root_fd, "proc", 0555) < 0)
		die("make the jail: %m");
	if (fd < 0 ||
	    sys_fsconfig(fd, FSCONFIG_SET_STRING, "subset", "pid", 0) < 0 ||
	    sys_fsconfig(fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return;
	mount_fd = sys_fsmount(fd, CLOSED | MOUNT_ATTR_NOEXEC);
	if (mount_fd >= 0)
		sys_move_mount(mount_fd, "", root_fd, "proc",
			       MOVE_MOUNT_F_EMPTY_PATH);
}

/*
 * First all of dir, then, when part has been made in it by the one who will
 * own it, that alone, on top.
 */
static void show_target(int root_fd, int dir_fd, const char *part)
{
	struct sys_mount_attr open = { .attr_set = WRITABLE,
				       .propagation = MS_PRIVATE };
	char path[32];

	if (mkdirat(root_fd, "target", 0755) < 0 ||
	    sys_mount_setattr(dir_fd, "", AT_EMPTY_PATH, &open) < 0 ||
	    sys_move_mount(dir_fd, "", root_fd, "target",
			   MOVE_MOUNT_F_EMPTY_PATH) < 0)
		die("show the cache in the jail: %m");
	if (!part)
		return;
	snprintf(path, sizeof path, "target/%s", part);
	if (mkdirat(dir_fd, part, 0755) < 0)
		die("make a directory in the cache: %m");
	dir_fd = sys_open_tree(root_fd, path, OPEN_TREE_CLONE);
	if (dir_fd < 0 || sys_move_mount(dir_fd, "", root_fd, "target",
					 MOVE_MOUNT_F_EMPTY_PATH) < 0)
		die("show the cache in the jail: %m");
}

static int new_root(void)
{
	struct sys_mount_attr private = { .propagation = MS_PRIVATE };
	int fd = sys_fsopen("tmpfs"), root_fd;

	if (sys_mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &private) < 0)
		die("make all mounts private: %m");
	if (fd < 0 ||
	    sys_fsconfig(fd, FSCONFIG_SET_STRING, "mode", "755", 0) < 0 ||
	    sys_fsconfig(fd, FSCONFIG_SET_STRING, "size", "64k", 0) < 0 ||
	    sys_fsconfig(fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0 ||
	    (root_fd = sys_fsmount(fd, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)) <
		    0 ||
	    sys_move_mount(root_fd, "", AT_FDCWD, "/",
			   MOVE_MOUNT_F_EMPTY_PATH) < 0)
		die("make the root of the jail: %m");
	fd_close(&fd);
	return root_fd;
}

/* What tar does as root and we keep: owners, modes, device nodes. */
static void keep_few_capabilities(void)
{
	const uint64_t few = 1 << CAP_CHOWN | 1 << CAP_DAC_OVERRIDE |
			     1 << CAP_FOWNER | 1 << CAP_FSETID |
			     1 << CAP_MKNOD | 1ULL << CAP_SETFCAP;

	/* exec as root takes what the bounding set leaves, capabilities(7) */
	for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		if (!(few >> cap & 1) &&
		    prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			die("drop capability %d: %m", cap);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		die("set no_new_privs: %m");
}

static void enter_jail(const struct jail *jail)
{
	struct sys_mount_attr closed = { .attr_set = CLOSED };
	int dir_fd, root_fd;

	/* As the caller still: root of the namespace has no way into a home. */
	dir_fd = sys_open_tree(AT_FDCWD, jail->dir, OPEN_TREE_CLONE);
	if (dir_fd < 0)
		die("open %s: %m", jail->dir);
	if (jail->ids && (sys_setresgid(0) < 0 || sys_setresuid(0) < 0))
		die("become root of the user namespace: %m");
	root_fd = new_root();
	show_programs(root_fd);
	show_self(root_fd);
	show_target(root_fd, dir_fd, jail->part);
	if (sys_mount_setattr(root_fd, "", AT_EMPTY_PATH, &closed) < 0 ||
	    fchdir(root_fd) < 0 || sys_pivot_root(".", ".") < 0 ||
	    umount2(".", MNT_DETACH) < 0 || chdir("/target") < 0)
		die("enter the jail: %m");
	keep_few_capabilities();
}

static void limit(int resource, rlim_t most)
{
	struct rlimit now;

	if (getrlimit(resource, &now) < 0)
		die("read a resource limit: %m");
	if (now.rlim_max > most)
		now = (struct rlimit){ most, most };
	if (setrlimit(resource, &now) < 0)
		die("set a resource limit: %m");
}

static void run(const struct jail *jail, const char *path, char *const argv[],
		int in_fd, int out_fd) __attribute__((noreturn));

static void run(const struct jail *jail, const char *path, char *const argv[],
		int in_fd, int out_fd)
{
	static char search[] = "PATH=/usr/bin:/bin", locale[] = "LC_ALL=C";
	static char *const envp[] = { search, locale, NULL };
	struct pollfd parent = { 0, 0, 0 };
	char go;

	die_route.fail = fail_in_child;
	umask(022);
	if (dup2(in_fd, 0) < 0 || dup2(out_fd, 1) < 0 || dup2(out_fd, 2) < 0 ||
	    sys_close_range(3, ~0U, 0) < 0)
		_exit(EXIT_OURS);
	/* The word to go on comes when the maps are written; or never. */
	if (read(0, &go, 1) != 1)
		_exit(EXIT_OURS);
	if (jail)
		enter_jail(jail);
	/* Last: setresuid clears it. Then see whether it came too late. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 ||
	    poll(&parent, 1, 0) < 0 || parent.revents & POLLHUP)
		_exit(EXIT_OURS);
	for (int sig = 1; sig <= SYS_NSIG; sig++)
		sys_sigdisposition(sig, SIG_DFL);
	sys_sigmask(0, NULL);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_AS, MEMORY_MOST);
	execve(path, argv, envp);
	die("execute %s: %m", path);
}

void program_start(struct program *p, const struct jail *jail, const char *path,
		   const char *const argv[])
{
	uint64_t flags = 0;
	int in[2], out[2];

	if (jail)
		flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
			CLONE_NEWIPC | CLONE_NEWUTS |
			(jail->ids ? CLONE_NEWUSER : 0);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) < 0 ||
	    pipe2(out, O_CLOEXEC) < 0)
		die("make a pipe to %s: %m", argv[0]);
	p->pid = sys_clone_fork(flags, NULL);
	if (p->pid < 0)
		die("make namespaces for %s: %m%s", argv[0],
		    errno == EPERM ? " (does the system allow user namespaces "
				     "to this user?)" :
				     "");
	if (!p->pid)
		run(jail, path, (char *const *)argv, in[1], out[1]);
	close(in[1]);
	close(out[1]);
	p->in_fd = in[0];
	p->out_fd = out[0];
	if (flags & CLONE_NEWUSER)
		ids_write(jail->ids, p->pid);
	/* One that is gone already has said why; so we hear, not fail. */
	send(p->in_fd, "", 1, MSG_NOSIGNAL);
}

int program_finish(struct program *p)
{
	int status;

	fd_close(&p->in_fd);
	fd_close(&p->out_fd);
	while (waitpid(p->pid, &status, 0) < 0)
		if (errno != EINTR)
			return EXIT_OURS;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}

int program_hear(struct program *p, char *text, size_t size)
{
	ssize_t n;

	shutdown(p->in_fd, SHUT_WR);
	n = fd_read_all(p->out_fd, text, size - 1);
	text[n > 0 ? n : 0] = 0;
	return program_finish(p);
}
