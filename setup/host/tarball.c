/* tarball.c - unpacking archives whose makers nobody has to trust */
#include "setup/host/tarball.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "setup/host/ids.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define CLOSED (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)
#define WRITABLE (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)
#define PART "rootfs"

enum {
	CHUNK = 64 << 10,
	LINE = 512,
	WORDS = 16,
	EXCUSABLE = 2, /* tar's exit status "some files were not extracted" */
	LOOK_MS = 100, /* how often the free space is looked at */
	FREE_LEAST = 16 << 20, /* bytes that stay free on the disk */
	MEMORY_MOST = 1 << 30, /* of tar, and of the decompressor */
};

/* what can be unpacked, and by what --------------------------------------- */

static const struct packing {
	const char *magic, *option, *program;
} packings[] = {
	{ "\x1f\x8b", "-z", "gzip" },
	{ "\xfd"
	  "7zXZ",
	  "-J", "xz" },
	{ "\x28\xb5\x2f\xfd", "--zstd", "zstd" },
	{ "", NULL, NULL }, /* not compressed */
};

/*
 * The first of these that is installed. Of extended attributes only file
 * capabilities are of use, and only GNU tar can be told so.
 */
static const struct unpacker {
	const char *shows; /* in its --version */
	const char *options[4];
	int decompresses; /* by itself, without another program */
} unpackers[] = {
	{ "GNU tar",
	  { "--xattrs", "--xattrs-include=security.capability" },
	  0 },
	{ "bsdtar", { "--no-xattrs", "--no-acls", "--no-fflags" }, 1 },
	{ "busybox", { NULL }, 1 },
	{ "", { NULL }, 0 },
};

static const char *const tars[][2] = { { "tar", NULL },
				       { "bsdtar", NULL },
				       { "busybox", "tar" } };

/* What tar says about that is no reason to fail. */
static const struct {
	const char *line;
	int unless_root;
} excuses[] = {
	{ "*: Cannot mknod: Operation not permitted", 1 },
	{ "*: Can't create '*': Operation not permitted", 1 }, /* bsdtar */
	{ "tar: can't create node *: Operation not permitted", 1 },
	{ "tar: Exiting with failure status due to previous errors", 1 },
	{ "*: Error exit delayed from previous errors.", 1 },
	{ "*tar: Removing leading *", 0 },
};

/* Absolute, in a PATH of our own: the caller's says nothing here. */
static int find(const char *program, char path[PATH_MAX])
{
	static const char *const dirs[] = { "/usr/bin", "/bin" };

	for (size_t i = 0; i < COUNT(dirs); i++) {
		snprintf(path, PATH_MAX, "%s/%s", dirs[i], program);
		if (!access(path, X_OK))
			return 1;
	}
	return 0;
}

/* tar(5): the sum of the header's bytes, its own field taken as blanks. */
static int tar_header(const unsigned char block[512])
{
	unsigned sum = 0;

	for (int i = 0; i < 512; i++)
		sum += i >= 148 && i < 156 ? ' ' : block[i];
	return *block && sum == strtoul((const char *)block + 148, NULL, 8);
}

void tarball_look(struct tarball *t)
{
	unsigned char block[513] = { 0 };
	const struct packing *p = packings;
	ssize_t n = pread(t->fd, block, 512, 0);

	if (n < 0)
		die("read %s: %m", t->l->rootfs);
	while (memcmp(block, p->magic, strlen(p->magic)))
		p++;
	if (!p->option && (n < 512 || !tar_header(block)))
		die("%s is neither a directory nor a tarball (.tar, or that "
		    "compressed by gzip, xz or zstd)",
		    t->l->rootfs);
	t->packing = p;
}

/* the programs ------------------------------------------------------------ */

struct program {
	pid_t pid;
	int in_fd;  /* a socket, its stdin */
	int out_fd; /* a pipe, from its stdout and stderr */
};

/* What it runs in: for tar nothing but programs, and one directory. */
struct jail {
	const char *dir;  /* absolute; NULL: no jail */
	const char *part; /* made in it, and all that is seen of it */
};

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

/* The C library looks into /proc/self/fd; where it may not, it can do without
 * for most files. In its own pid namespace tar sees nobody but itself. */
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

static void enter_jail(const struct tarball *t, const struct jail *jail)
{
	struct sys_mount_attr closed = { .attr_set = CLOSED };
	int dir_fd, root_fd;

	/* As the caller still: root of the namespace has no way into a home. */
	dir_fd = sys_open_tree(AT_FDCWD, jail->dir, OPEN_TREE_CLONE);
	if (dir_fd < 0)
		die("open %s: %m", jail->dir);
	if (t->owners != OWNERS_REAL &&
	    (sys_setresgid(0) < 0 || sys_setresuid(0) < 0))
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

static void run(const struct tarball *t, const struct jail *jail,
		const char *path, char *const argv[], int in_fd, int out_fd)
	__attribute__((noreturn));

static void run(const struct tarball *t, const struct jail *jail,
		const char *path, char *const argv[], int in_fd, int out_fd)
{
	static char search[] = "PATH=/usr/bin:/bin", locale[] = "LC_ALL=C";
	static char *const envp[] = { search, locale, NULL };
	struct pollfd parent = { 0, 0, 0 };
	char go;

	die_route.fail = fail_in_child;
	if (dup2(in_fd, 0) < 0 || dup2(out_fd, 1) < 0 || dup2(out_fd, 2) < 0 ||
	    sys_close_range(3, ~0U, 0) < 0)
		_exit(EXIT_OURS);
	/* The word to go on comes when the maps are written; or never. */
	if (read(0, &go, 1) != 1)
		_exit(EXIT_OURS);
	if (jail->dir)
		enter_jail(t, jail);
	/* Last: setresuid clears it. Then see whether it came too late. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 ||
	    poll(&parent, 1, 0) < 0 || parent.revents & POLLHUP)
		_exit(EXIT_OURS);
	for (int sig = 1; sig <= SYS_NSIG; sig++)
		sys_sigdisposition(sig, SIG_DFL);
	sys_sigmask(0, NULL);
	umask(022);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_AS, MEMORY_MOST);
	execve(path, argv, envp);
	die("execute %s: %m", path);
}

static void start(const struct tarball *t, const struct jail *jail,
		  const char *path, const char *const argv[], struct program *p)
{
	uint64_t flags = 0;
	int in[2], out[2];

	if (jail->dir)
		flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
			CLONE_NEWIPC | CLONE_NEWUTS |
			(t->owners == OWNERS_REAL ? 0 : CLONE_NEWUSER);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) < 0 ||
	    pipe2(out, O_CLOEXEC) < 0)
		die("make a pipe to %s: %m", argv[0]);
	p->pid = sys_clone_fork(flags, NULL);
	if (p->pid < 0)
		die("unpack %s: make namespaces for %s: %m%s", t->l->rootfs,
		    argv[0],
		    errno == EPERM ? " (does the system allow user namespaces "
				     "to this user?)" :
				     "");
	if (!p->pid)
		run(t, jail, path, (char *const *)argv, in[1], out[1]);
	close(in[1]);
	close(out[1]);
	p->in_fd = in[0];
	p->out_fd = out[0];
	if (flags & CLONE_NEWUSER)
		ids_write(t->l, p->pid);
	/* One that is gone already has said why; so we hear, not fail. */
	send(p->in_fd, "", 1, MSG_NOSIGNAL);
}

/* Its exit status, or 128 and its signal. */
static int finish(struct program *p)
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

/* A program that needs no input, or has had it: what it says, in a string. */
static int hear_all(struct program *p, char *text, size_t size)
{
	ssize_t n;

	shutdown(p->in_fd, SHUT_WR);
	n = fd_read_all(p->out_fd, text, size - 1);
	text[n > 0 ? n : 0] = 0;
	return finish(p);
}

/* feeding them ------------------------------------------------------------ */

struct feed {
	const struct tarball *t;
	struct program tar, sum;
	void (*progress)(off_t);
	char line[LINE];
	size_t length;
	int excused; /* lines that are no reason to fail */
	char *why;   /* empty as long as there is none */
	size_t size;
};

static void judge(struct feed *f)
{
	f->line[f->length] = 0;
	f->length = 0;
	for (size_t i = 0; i < COUNT(excuses); i++) {
		if (excuses[i].unless_root && f->t->owners == OWNERS_REAL)
			continue;
		if (!fnmatch(excuses[i].line, f->line, FNM_NOESCAPE)) {
			f->excused += excuses[i].unless_root;
			return;
		}
	}
	if (!*f->why && *f->line)
		snprintf(f->why, f->size, "%s", f->line);
}

/* What tar complains about; 0 at the end. */
static int hear(struct feed *f)
{
	char text[4096];
	ssize_t n = read(f->tar.out_fd, text, sizeof text);

	if (n < 0)
		return errno == EINTR;
	for (ssize_t i = 0; i < n; i++)
		if (text[i] == '\n')
			judge(f);
		else if (f->length < sizeof f->line - 1)
			f->line[f->length++] = text[i];
	if (!n && f->length)
		judge(f);
	return n > 0;
}

/* A few bytes can become any number: the disk is not filled to the brim. */
static int room(struct feed *f, int dir_fd)
{
	struct statvfs fs;

	if (fstatvfs(dir_fd, &fs) < 0 ||
	    (uint64_t)fs.f_bavail * fs.f_frsize >= FREE_LEAST)
		return 1;
	/* PID 1 of its namespace: the decompressor goes with it. */
	kill(f->tar.pid, SIGKILL);
	snprintf(f->why, f->size, "the disk of the cache is full");
	return 0;
}

/* Gives tar n bytes, or, at the end, the end; listens meanwhile. */
static void give(struct feed *f, const char *data, size_t n, int dir_fd)
{
	int last = !n;

	while (n || last) {
		struct pollfd p[] = { { f->tar.out_fd, POLLIN, 0 },
				      { n ? f->tar.in_fd : -1, POLLOUT, 0 } };
		ssize_t sent;

		if (poll(p, 2, LOOK_MS) < 0 && errno != EINTR)
			die("wait for tar: %m");
		if (!room(f, dir_fd))
			return;
		if (p[0].revents && !hear(f))
			return;
		if (!p[1].revents)
			continue;
		sent = send(f->tar.in_fd, data, n, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (sent < 0 && errno != EAGAIN && errno != EINTR)
			return; /* it has seen enough: the end of the archive */
		if (sent > 0) {
			data += sent;
			n -= sent;
		}
	}
}

static void feed(struct feed *f, int dir_fd)
{
	static char chunk[CHUNK];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(f->t->fd, chunk, sizeof chunk, at)) > 0) {
		if (f->progress)
			f->progress(at);
		at += n;
		for (ssize_t k = 0, sent; k < n; k += sent) {
			sent = send(f->sum.in_fd, chunk + k, n - k,
				    MSG_NOSIGNAL);
			if (sent < 0)
				break; /* then the sums will differ */
		}
		if (f->tar.pid && !*f->why)
			give(f, chunk, n, dir_fd);
	}
	if (n < 0 && !*f->why)
		snprintf(f->why, f->size, "read it: %s", strerror(errno));
	if (!f->tar.pid)
		return;
	shutdown(f->tar.in_fd, SHUT_WR);
	give(f, NULL, 0, dir_fd);
}

static void start_sum(const struct tarball *t, struct program *p)
{
	static const struct jail free_to_go = { NULL, NULL };
	char path[PATH_MAX];
	const char *argv[] = { "sha256sum", NULL };

	if (!find("sha256sum", path))
		die("unpack %s: there is no sha256sum in /usr/bin or /bin",
		    t->l->rootfs);
	start(t, &free_to_go, path, argv, p);
}

static int finish_sum(struct program *p, char digest[DIGEST_TEXT])
{
	char text[128];
	int status = hear_all(p, text, sizeof text);

	snprintf(digest, DIGEST_TEXT, "%.64s", text);
	return status || strspn(digest, "0123456789abcdef") != 64 ? -1 : 0;
}

void tarball_digest(const struct tarball *t, char digest[DIGEST_TEXT])
{
	char why[LINE] = "";
	struct feed f = { .t = t, .why = why, .size = sizeof why };

	start_sum(t, &f.sum);
	feed(&f, -1);
	if (finish_sum(&f.sum, digest) < 0 && !*why)
		die("unpack %s: sha256sum failed", t->l->rootfs);
	if (*why)
		die("unpack %s: %s", t->l->rootfs, why);
}

/* tar --------------------------------------------------------------------- */

static const struct unpacker *which_tar(const struct tarball *t,
					const char *path, const char *applet)
{
	static const struct jail free_to_go = { NULL, NULL };
	const char *argv[4] = { "tar", applet ? applet : "--version",
				applet ? "--version" : NULL };
	const struct unpacker *u = unpackers;
	struct program p;
	char text[256];

	start(t, &free_to_go, path, argv, &p);
	hear_all(&p, text, sizeof text);
	while (!strstr(text, u->shows))
		u++;
	return u;
}

static void start_tar(const struct tarball *t, const char *dir,
		      struct program *p)
{
	const struct jail jail = { dir, PART };
	char path[PATH_MAX], unused[PATH_MAX];
	const char *argv[WORDS] = { "tar" };
	const struct unpacker *u;
	size_t i = 0, n = 1;

	while (i < COUNT(tars) && !find(tars[i][0], path))
		i++;
	if (i == COUNT(tars))
		die("unpack %s: there is no tar in /usr/bin or /bin",
		    t->l->rootfs);
	u = which_tar(t, path, tars[i][1]);
	if (t->packing->program && !u->decompresses &&
	    !find(t->packing->program, unused))
		die("unpack %s: there is no %s in /usr/bin or /bin",
		    t->l->rootfs, t->packing->program);
	if (tars[i][1])
		argv[n++] = tars[i][1];
	argv[n++] = "-x";
	argv[n++] = "-p";
	argv[n++] = "-f";
	argv[n++] = "-";
	/* Names are those of the host's users, and mean nothing there. */
	argv[n++] = "--numeric-owner";
	if (t->owners == OWNERS_CALLER)
		argv[n++] = "--no-same-owner";
	if (t->packing->option)
		argv[n++] = t->packing->option;
	for (i = 0; u->options[i]; i++)
		argv[n++] = u->options[i];
	start(t, &jail, path, argv, p);
}

int tarball_unpack(const struct tarball *t, const char *dir, const char *digest,
		   void (*progress)(off_t), char *why, size_t size)
{
	struct feed f = {
		.t = t, .progress = progress, .why = why, .size = size
	};
	char now[DIGEST_TEXT], path[PATH_MAX];
	int dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int status;

	*why = 0;
	start_sum(t, &f.sum);
	start_tar(t, dir, &f.tar);
	feed(&f, dir_fd);
	fd_close(&dir_fd);
	status = finish(&f.tar);
	if (finish_sum(&f.sum, now) < 0)
		snprintf(now, sizeof now, "none");
	/* tar's words count only when it failed: it warns of this and that. */
	if (status && !*why && (!f.excused || status > EXCUSABLE))
		snprintf(why, size, "tar ended with status %d", status);
	if (status && *why)
		return -1;
	/* tar takes six bytes of anything, gzipped, for an empty archive. */
	snprintf(path, sizeof path, "%s/" PART, dir);
	if (rmdir(path) == 0) {
		snprintf(why, size, "there are no files in it");
		return -1;
	}
	/* Else whoever can write to the file could pass it for another. */
	if (strcmp(now, digest)) {
		snprintf(why, size, "it changed while it was read");
		return -1;
	}
	return 0;
}

int tarball_remove(const struct tarball *t, const char *dir)
{
	const struct jail jail = { dir, NULL };
	char path[PATH_MAX], said[LINE];
	const char *argv[] = { "rm", "-rf", "--", PART, NULL };
	struct program p;

	if (rmdir(dir) == 0 || errno == ENOENT)
		return 0;
	if (!find("rm", path))
		return -1;
	start(t, &jail, path, argv, &p);
	hear_all(&p, said, sizeof said);
	return rmdir(dir);
}
