/* floor.c - the least that a start like claunch's can cost, by a plain program */
/*
 *	floor [-d] [-m TREE[:TREE...]] [-g DIR] ROOT COMMAND [ARG]...
 *
 * The same eight namespaces, the same id map, the same mounts, masks and
 * read-only paths as claunch makes by default, by the shortest way there is:
 * one clone3, the new mount interface, no path looked up that is not needed,
 * nothing closed that exec closes. And nothing else: no limits, no seccomp, no
 * capabilities, no init, no checks, no report. What claunch takes beyond this
 * is what claunch does beyond this.
 *
 * -m says which cgroup trees this host has: the controllers of each v1 tree,
 * "unified" for v2 beside them, or "cgroup2" alone. -g DIR adds the one cgroup
 * of a default run: it is made in DIR, with a limit on pids, entered, and
 * removed again.
 *
 * -d adds what the other defaults of claunch need of the kernel, each once and
 * by the shortest way: execve of a sealed copy, loopback, a PID 1 beside the
 * command, a session, a keyring, the bounding set, a filter as long as ours.
 * What claunch takes beyond that is its own.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define RO MOUNT_ATTR_RDONLY
#define SAFE (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)
/* of what holds device nodes */
#define NODE (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC)
#define HERE MOVE_MOUNT_F_EMPTY_PATH

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

static const char id_map[] = "0 1000000 65536";

static const char *const devices[] = {
	"/dev/null",   "/dev/zero",    "/dev/full",
	"/dev/random", "/dev/urandom", "/dev/tty",
};
enum { DEV = sizeof "/dev/" - 1 };

static const struct {
	char name[8], to[16];
} links[] = {
	{ "ptmx", "pts/ptmx" },		 { "fd", "/proc/self/fd" },
	{ "stdin", "/proc/self/fd/0" },	 { "stdout", "/proc/self/fd/1" },
	{ "stderr", "/proc/self/fd/2" },
};

static const char *const masked[] = {
	"proc/acpi",	       "proc/asound",
	"proc/interrupts",     "proc/kallsyms",
	"proc/kcore",	       "proc/keys",
	"proc/kmsg",	       "proc/latency_stats",
	"proc/sched_debug",    "proc/scsi",
	"proc/timer_list",     "proc/timer_stats",
	"proc/vmallocinfo",    "sys/devices/virtual/powercap",
	"sys/firmware",	       "sys/kernel/debug",
	"sys/kernel/security", "sys/kernel/tracing",
};

static const char *const read_only[] = {
	"proc/bus", "proc/fs", "proc/irq", "proc/sys", "proc/sysrq-trigger",
};

static void die(const char *what) __attribute__((noreturn));

static void die(const char *what)
{
	fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
	_exit(125);
}

/* Ends the program when a call has failed. */
static int must(long result, const char *what)
{
	if (result < 0)
		die(what);
	return result;
}

static void set_attr(int fd, const char *path, unsigned flags,
		     struct mount_attr attr)
{
	must(syscall(SYS_mount_setattr, fd, path, flags, &attr, sizeof attr),
	     path);
}

static void move(int fd, int to_fd, const char *to)
{
	must(syscall(SYS_move_mount, fd, "", to_fd, to, HERE), to);
}

static int tree(int fd, const char *path, unsigned flags)
{
	return must(syscall(SYS_open_tree, fd, path,
			    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | flags),
		    path);
}

/* Options are "key", or "key=value"; the list ends with NULL. */
static int make_fs(const char *type, uint64_t attr, const char *const *options)
{
	int fd = must(syscall(SYS_fsopen, type, FSOPEN_CLOEXEC), type);
	char key[32];

	for (; *options; options++) {
		const char *value = strchr(*options, '=');

		if (!value) {
			must(syscall(SYS_fsconfig, fd, FSCONFIG_SET_FLAG,
				     *options, NULL, 0),
			     *options);
			continue;
		}
		snprintf(key, sizeof key, "%.*s", (int)(value - *options),
			 *options);
		must(syscall(SYS_fsconfig, fd, FSCONFIG_SET_STRING, key,
			     value + 1, 0),
		     *options);
	}
	must(syscall(SYS_fsconfig, fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0),
	     type);
	return must(syscall(SYS_fsmount, fd, FSMOUNT_CLOEXEC, attr), type);
}

#define FS(type, attr, ...) \
	make_fs(type, attr, (const char *const[]){ __VA_ARGS__ })

/* /dev is filled first: into a tree that is nowhere yet nobody looks. */
static void mount_dev(int root_fd)
{
	int dev_fd = FS("tmpfs", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
			"source=tmpfs", "mode=755", "size=64k", NULL);

	for (size_t i = 0; i < COUNT(devices); i++)
		must(mknodat(dev_fd, devices[i] + DEV, S_IFREG | 0644, 0),
		     devices[i]);
	for (size_t i = 0; i < COUNT(links); i++)
		must(symlinkat(links[i].to, dev_fd, links[i].name),
		     links[i].name);
	must(mkdirat(dev_fd, "pts", 0755), "pts");
	must(mkdirat(dev_fd, "shm", 0755), "shm");
	must(mkdirat(dev_fd, "mqueue", 0755), "mqueue");
	move(dev_fd, root_fd, "dev");
	for (size_t i = 0; i < COUNT(devices); i++) {
		int fd = tree(AT_FDCWD, devices[i], 0);

		set_attr(fd, "", AT_EMPTY_PATH,
			 (struct mount_attr){ .attr_set = RO | NODE });
		move(fd, dev_fd, devices[i] + DEV);
	}
	move(FS("devpts", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
		"source=devpts", "newinstance", "ptmxmode=0666", "mode=0620",
		"gid=5", NULL),
	     dev_fd, "pts");
	move(FS("tmpfs", SAFE, "source=tmpfs", "mode=1777", "size=64m", NULL),
	     dev_fd, "shm");
	move(FS("mqueue", SAFE, "source=mqueue", NULL), dev_fd, "mqueue");
}

/* One tree: its controllers, "name=NAME", or "unified". Where it goes is dir. */
static int make_cgroup(char *name, const char **dir)
{
	const char *options[34] = { "source=cgroup" };
	size_t n = 1;

	*dir = name;
	if (!strcmp(name, "unified"))
		return FS("cgroup2", RO | SAFE, "source=cgroup2", NULL);
	if (!strncmp(name, "name=", 5)) {
		*dir = name + 5;
		options[n++] = "none";
		options[n] = name;
	} else { /* "cpu,cpuacct" are two of one tree */
		name = strdupa(name);
		while (n < COUNT(options) - 1 &&
		       (options[n] = strsep(&name, ",")))
			n++;
	}
	return make_fs("cgroup", RO | SAFE, options);
}

static void mount_cgroups(int root_fd, char *trees)
{
	const char *dir;
	char *name;
	int fd;

	if (!strcmp(trees, "cgroup2")) {
		move(FS("cgroup2", RO | SAFE, "source=cgroup2", NULL), root_fd,
		     "sys/fs/cgroup");
		return;
	}
	fd = FS("tmpfs", SAFE, "source=tmpfs", "mode=755", NULL);
	move(fd, root_fd, "sys/fs/cgroup");
	while ((name = strsep(&trees, ":"))) {
		int tree_fd = make_cgroup(name, &dir);

		must(mkdirat(fd, dir, 0755), dir);
		move(tree_fd, fd, dir);
	}
	set_attr(fd, "", AT_EMPTY_PATH, (struct mount_attr){ .attr_set = RO });
}

/*
 * One empty directory and one empty file, read-only, cover all there is to
 * cover. They lie on the host's /dev as we see it, which goes away with the old
 * root; on "/" itself they would be what umount takes off, and the old root
 * would stay.
 */
static int make_covers(void)
{
	int fd = FS("tmpfs", SAFE, "source=tmpfs", "mode=755", "size=4k",
		    "nr_inodes=4", NULL);

	must(mkdirat(fd, "directory", 0), "directory");
	must(mknodat(fd, "file", S_IFREG, 0), "file");
	set_attr(fd, "", AT_EMPTY_PATH, (struct mount_attr){ .attr_set = RO });
	move(fd, AT_FDCWD, "/dev");
	return fd;
}

static void hide(int root_fd)
{
	int covers_fd = make_covers();
	struct stat st;

	for (size_t i = 0; i < COUNT(masked); i++)
		/* Looking first: a mount that fails costs a grace period. */
		if (fstatat(root_fd, masked[i], &st, 0) == 0)
			move(tree(covers_fd,
				  S_ISDIR(st.st_mode) ? "directory" : "file",
				  0),
			     root_fd, masked[i]);
}

static void make_read_only(int root_fd)
{
	for (size_t i = 0; i < COUNT(read_only); i++) {
		int fd = syscall(SYS_open_tree, root_fd, read_only[i],
				 OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC |
					 AT_RECURSIVE);

		if (fd < 0 && errno == ENOENT)
			continue;
		must(fd, read_only[i]);
		set_attr(fd, "", AT_EMPTY_PATH,
			 (struct mount_attr){ .attr_set = RO });
		move(fd, root_fd, read_only[i]);
	}
}

/* -d */
static int defaults;

enum {
	NEW_KEYRING = 1, /* KEYCTL_JOIN_SESSION_KEYRING, keyctl(2) */
	KEPT = 11,	 /* capabilities of the command; the kernel has more */
	LENGTH = 113,	 /* of the built-in filter, with these */
};

static int sealed_copy(void)
{
	int self = must(open("/proc/self/exe", O_RDONLY | O_CLOEXEC), "self");
	int fd = must(memfd_create("floor", MFD_CLOEXEC | MFD_ALLOW_SEALING),
		      "memfd");
	struct stat st;

	must(fstat(self, &st), "self");
	must(sendfile(fd, self, NULL, st.st_size), "copy");
	must(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK),
	     "seal");
	return fd;
}

static void loopback_up(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = must(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");

	must(ioctl(fd, SIOCSIFFLAGS, &lo), "loopback");
}

/* As many instructions to translate, and few to run. */
static void load_filter(void)
{
	struct sock_filter code[LENGTH] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_STMT(BPF_JMP | BPF_JA, LENGTH - 3),
	};
	struct sock_fprog filter = { LENGTH, code };

	for (int i = 2; i < LENGTH; i++)
		code[i] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						       SECCOMP_RET_ALLOW);
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
	must(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter),
	     "seccomp");
}

static void drop_rights(void)
{
	must(setsid(), "setsid");
	must(syscall(SYS_keyctl, NEW_KEYRING, NULL), "keyring");
	for (int cap = KEPT; cap <= CAP_LAST_CAP; cap++)
		must(prctl(PR_CAPBSET_DROP, cap, 0, 0, 0), "bounding set");
	load_filter();
}

static void run(char *argv[]) __attribute__((noreturn));

static void run(char *argv[])
{
	int status = 0;
	pid_t pid;

	if (defaults) {
		pid = must(vfork(), "vfork");
		if (pid) {
			must(waitpid(pid, &status, 0), "wait");
			_exit(WEXITSTATUS(status));
		}
		drop_rights();
	}
	execv(argv[0], argv);
	die(argv[0]);
}

/* Root of the new user namespace; raw: we are one thread. */
static void become_root(void)
{
	must(syscall(SYS_setresgid, 0, 0, 0), "setresgid");
	must(syscall(SYS_setresuid, 0, 0, 0), "setresuid");
	must(syscall(SYS_setgroups, 0, NULL), "setgroups");
}

static void inside(int root_fd, char *trees, char *argv[])
	__attribute__((noreturn));

static void inside(int root_fd, char *trees, char *argv[])
{
	if (defaults)
		loopback_up();
	umask(0);
	set_attr(AT_FDCWD, "/", AT_RECURSIVE,
		 (struct mount_attr){ .propagation = MS_PRIVATE });
	move(root_fd, AT_FDCWD, "/");

	/* procfs and sysfs while the host's are in sight: user_namespaces(7) */
	move(FS("proc", SAFE, "source=proc", NULL), root_fd, "proc");
	move(FS("sysfs", RO | SAFE, "source=sysfs", NULL), root_fd, "sys");
	if (trees)
		mount_cgroups(root_fd, trees);
	mount_dev(root_fd);
	move(FS("tmpfs", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, "source=tmpfs",
		"mode=1777", NULL),
	     root_fd, "tmp");
	move(FS("tmpfs", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, "source=tmpfs",
		"mode=755", NULL),
	     root_fd, "run");
	hide(root_fd);
	make_read_only(root_fd);

	must(fchdir(root_fd), "fchdir");
	must(syscall(SYS_pivot_root, ".", "."), "pivot_root");
	must(umount2(".", MNT_DETACH), "umount");
	must(chdir("/"), "chdir");
	umask(022);
	run(argv);
}

/* The copy goes on where this one is: floor -i ROOT_FD -m TREES COMMAND... */
static void exec_copy(int copy_fd, int root_fd, char *trees, char *argv[])
{
	char name[] = "floor", i[] = "-i", m[] = "-m", none[] = "", fd[16];
	char *words[64] = { name, i, fd, m, trees ? trees : none };
	size_t n = 5;

	snprintf(fd, sizeof fd, "%d", root_fd);
	while (*argv && n < COUNT(words) - 1)
		words[n++] = *argv++;
	must(fcntl(root_fd, F_SETFD, 0), "root");
	syscall(SYS_execveat, copy_fd, "", words, environ, AT_EMPTY_PATH);
	die("execute the copy");
}

/* The cgroup of -g. What v1 and v2 need to enter it is not the same. */
struct cgroup {
	char path[PATH_MAX];
	int dir_fd, tasks_fd;
	int v2;
};

static void make_cgroup_dir(struct cgroup *g, const char *parent)
{
	int fd;

	snprintf(g->path, sizeof g->path, "%s/floor-%d", parent, getpid());
	must(mkdir(g->path, 0755), g->path);
	g->dir_fd = must(open(g->path, O_DIRECTORY | O_CLOEXEC), g->path);
	fd = must(openat(g->dir_fd, "pids.max", O_WRONLY | O_CLOEXEC),
		  "pids.max");
	must(write(fd, "4096", 4), "pids.max");
	g->tasks_fd = openat(g->dir_fd, "tasks", O_WRONLY | O_CLOEXEC);
	g->v2 = g->tasks_fd < 0;
}

static void write_map(pid_t pid, const char *file)
{
	char path[32];
	int fd;

	snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
	fd = must(open(path, O_WRONLY | O_CLOEXEC), path);
	must(write(fd, id_map, sizeof id_map - 1), path);
}

/* The user namespace exists only now; with it the files get their owners. */
static void map_ids(pid_t pid, int root_fd)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_IDMAP |
					       MOUNT_ATTR_NODEV };
	char path[32];

	write_map(pid, "uid_map");
	write_map(pid, "gid_map");
	snprintf(path, sizeof path, "/proc/%d/ns/user", pid);
	attr.userns_fd = must(open(path, O_RDONLY | O_CLOEXEC), path);
	set_attr(root_fd, "", AT_EMPTY_PATH, attr);
}

int main(int argc, char *argv[])
{
	struct clone_args args = {
		.flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS |
			 CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWCGROUP |
			 CLONE_NEWUSER | CLONE_NEWTIME,
		.exit_signal = SIGCHLD,
	};
	char *trees = NULL, *parent = NULL, go;
	struct cgroup g = { .tasks_fd = -1 };
	int root_fd = -1, copy_fd = -1, start[2], status, option;
	pid_t pid;

	while ((option = getopt(argc, argv, "+dm:g:i:")) != -1) {
		if (option == 'm')
			trees = *optarg ? optarg : NULL;
		else if (option == 'g')
			parent = optarg;
		else if (option == 'd')
			defaults = 1;
		else if (option == 'i')
			root_fd = atoi(optarg);
		else
			return 125;
	}
	argv += optind;
	if (root_fd >= 0) {
		defaults = 1;
		inside(root_fd, trees, argv);
	}
	if (argc - optind < 2) {
		fprintf(stderr, "usage: floor [-d] [-m TREES] [-g DIR] ROOT "
				"COMMAND [ARG]...\n");
		return 125;
	}
	if (defaults)
		copy_fd = sealed_copy();
	if (parent)
		make_cgroup_dir(&g, parent);
	if (parent && g.v2) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = g.dir_fd;
	}
	if (parent && !g.v2) /* made when the process is where it belongs */
		args.flags &= ~(uint64_t)CLONE_NEWCGROUP;
	root_fd = tree(AT_FDCWD, *argv++, 0);
	must(pipe2(start, O_CLOEXEC), "pipe");
	pid = must(syscall(SYS_clone3, &args, sizeof args), "clone3");
	if (pid == 0) {
		close(start[1]);
		if (g.tasks_fd >= 0)
			/* "0": who moves itself takes no lock of the host */
			if (write(g.tasks_fd, "0", 1) < 0 ||
			    unshare(CLONE_NEWCGROUP) < 0)
				die("enter the cgroup");
		if (read(start[0], &go, 1) != 1)
			_exit(125);
		become_root();
		if (defaults)
			exec_copy(copy_fd, root_fd, trees, argv);
		inside(root_fd, trees, argv);
	}
	map_ids(pid, root_fd);
	must(write(start[1], "", 1), "go");
	must(waitpid(pid, &status, 0), "wait");
	if (parent)
		must(rmdir(g.path), g.path);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}
