/*
 * Prints what a process was really given, one key=value a line.
 *
 * Runs inside containers, where the tests compare its lines with what the
 * launcher promised.  It asks the kernel by the plainest way there is, and says
 * "?" and the error where it may not ask.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <termios.h>
#include <unistd.h>

#ifndef PR_CAP_AMBIENT
#define PR_CAP_AMBIENT 47
#define PR_CAP_AMBIENT_IS_SET 1
#endif
#define KEYCTL_GET_KEYRING_ID 0
#define KEY_SPEC_SESSION_KEYRING -3

extern char **environ;

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The lines of /proc/self/status that are facts about the process. */
static const char *const status_lines[] = {
	"Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapBnd",
	"CapAmb", "NoNewPrivs", "Seccomp", "Seccomp_filters", "SigBlk",
	"SigIgn", "SigCgt", "SigPnd", "ShdPnd", "Umask", "NSpid", "NStgid",
	"Cpus_allowed_list", "Mems_allowed_list",
};

static const char *const namespaces[] = {
	"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts",
};

/* Whole files whose lines are printed under a key of their own. */
static const struct file {
	const char *key;
	const char *path;
} files[] = {
	{ "uid_map", "/proc/self/uid_map" },
	{ "gid_map", "/proc/self/gid_map" },
	{ "setgroups", "/proc/self/setgroups" },
	{ "oom_score_adj", "/proc/self/oom_score_adj" },
	{ "cgroup", "/proc/self/cgroup" },
	{ "timens_offsets", "/proc/self/timens_offsets" },
	{ "personality", "/proc/self/personality" },
	{ "loginuid", "/proc/self/loginuid" },
	{ "attr", "/proc/self/attr/current" },
	{ "init", "/proc/1/comm" },
};

static const struct limit {
	const char *name;
	int resource;
} limits[] = {
	{ "as", RLIMIT_AS }, { "core", RLIMIT_CORE }, { "cpu", RLIMIT_CPU },
	{ "data", RLIMIT_DATA }, { "fsize", RLIMIT_FSIZE },
	{ "locks", RLIMIT_LOCKS }, { "memlock", RLIMIT_MEMLOCK },
	{ "msgqueue", RLIMIT_MSGQUEUE }, { "nice", RLIMIT_NICE },
	{ "nofile", RLIMIT_NOFILE }, { "nproc", RLIMIT_NPROC },
	{ "rss", RLIMIT_RSS }, { "rtprio", RLIMIT_RTPRIO },
	{ "rttime", RLIMIT_RTTIME }, { "sigpending", RLIMIT_SIGPENDING },
	{ "stack", RLIMIT_STACK },
};

/* Paths that a container hides or write-protects by default. */
static const char *const guarded[] = {
	"/proc/acpi", "/proc/asound", "/proc/bus", "/proc/fs",
	"/proc/interrupts", "/proc/irq", "/proc/kallsyms", "/proc/kcore",
	"/proc/keys", "/proc/kmsg", "/proc/latency_stats", "/proc/sched_debug",
	"/proc/scsi", "/proc/sys", "/proc/sys/kernel/core_pattern",
	"/proc/sysrq-trigger", "/proc/timer_list", "/proc/timer_stats",
	"/sys/devices/system/cpu", "/sys/devices/virtual/powercap",
	"/sys/firmware", "/sys/fs/cgroup", "/sys/kernel",
};

static void key(const char *format, const char *name)
{
	printf(format, name);
	putchar('=');
}

static void complain(void)
{
	printf("?%s\n", strerror(errno));
}

/* A value may hold anything; a line may not hold a line. */
static void print_quoted(const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\\n", stdout);
		else if (*text == '\\')
			fputs("\\\\", stdout);
		else
			putchar(*text);
	}
	putchar('\n');
}

/* The text without space at its ends, and with one blank for each run of it. */
static void print_squeezed(const char *text)
{
	bool gap = false, any = false;

	for (; *text && *text != '\n'; text++) {
		if (isspace((unsigned char)*text)) {
			gap = any;
			continue;
		}
		if (gap)
			putchar(' ');
		putchar(*text);
		gap = false;
		any = true;
	}
	putchar('\n');
}

static void print_status(void)
{
	char line[8192];
	FILE *file = fopen("/proc/self/status", "re");

	if (!file) {
		key("%s", "status");
		complain();
		return;
	}
	while (fgets(line, sizeof(line), file)) {
		char *colon = strchr(line, ':');

		if (!colon)
			continue;
		*colon = '\0';
		for (size_t i = 0; i < COUNT(status_lines); i++) {
			if (strcmp(line, status_lines[i]))
				continue;
			key("%s", line);
			print_squeezed(colon + 1);
		}
	}
	fclose(file);
}

static void print_files(void)
{
	for (size_t i = 0; i < COUNT(files); i++) {
		char line[4096];
		FILE *file = fopen(files[i].path, "re");

		if (!file) {
			key("%s", files[i].key);
			complain();
			continue;
		}
		while (fgets(line, sizeof(line), file)) {
			key("%s", files[i].key);
			print_squeezed(line);
		}
		fclose(file);
	}
}

static void print_link(const char *path)
{
	char target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	if (n < 0) {
		complain();
		return;
	}
	target[n] = '\0';
	print_quoted(target);
}

static void print_namespaces(void)
{
	for (size_t i = 0; i < COUNT(namespaces); i++) {
		char path[64];

		snprintf(path, sizeof(path), "/proc/self/ns/%s", namespaces[i]);
		key("ns.%s", namespaces[i]);
		print_link(path);
	}
}

static void print_limit(rlim_t value)
{
	if (value == RLIM_INFINITY)
		fputs("unlimited", stdout);
	else
		printf("%llu", (unsigned long long)value);
}

static void print_limits(void)
{
	for (size_t i = 0; i < COUNT(limits); i++) {
		struct rlimit limit;

		key("rlimit.%s", limits[i].name);
		if (getrlimit(limits[i].resource, &limit) < 0) {
			complain();
			continue;
		}
		print_limit(limit.rlim_cur);
		putchar(':');
		print_limit(limit.rlim_max);
		putchar('\n');
	}
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Every open descriptor but the one that reads the directory. */
static void print_descriptors(void)
{
	int fds[4096], count = 0;
	struct dirent *entry;
	DIR *dir = opendir("/proc/self/fd");

	if (!dir) {
		key("%s", "fd");
		complain();
		return;
	}
	while ((entry = readdir(dir)) && count < (int)COUNT(fds)) {
		int fd = atoi(entry->d_name);

		if (isdigit((unsigned char)entry->d_name[0]) &&
		    fd != dirfd(dir))
			fds[count++] = fd;
	}
	closedir(dir);
	qsort(fds, count, sizeof(fds[0]), by_number);
	for (int i = 0; i < count; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[i]);
		printf("fd.%d=", fds[i]);
		print_link(path);
	}
	printf("fds=%d\n", count);
}

static void print_process(void)
{
	struct winsize size;
	struct utsname uts;
	char cwd[PATH_MAX];
	mode_t mask = umask(0);
	long ring;
	int ambient = 0;
	int tty;

	umask(mask);
	printf("pid=%d\nppid=%d\npgrp=%d\nsession=%d\n", getpid(), getppid(),
	       getpgrp(), getsid(0));
	printf("umask=%04o\n", mask);
	printf("dumpable=%d\n", prctl(PR_GET_DUMPABLE));
	printf("securebits=%#x\n", (unsigned int)prctl(PR_GET_SECUREBITS));
	printf("keepcaps=%d\n", prctl(PR_GET_KEEPCAPS));
	for (int cap = 0; cap < 64; cap++)
		ambient += prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap,
				 0, 0) == 1;
	printf("ambient=%d\n", ambient);
	key("%s", "cwd");
	if (getcwd(cwd, sizeof(cwd)))
		print_quoted(cwd);
	else
		complain();
	if (uname(&uts) == 0) {
		printf("hostname=%s\n", uts.nodename);
		printf("domainname=%s\n", uts.domainname);
	}

	/* Not creating one: id 0 or ENOKEY would be the parent's absence. */
	key("%s", "keyring.session");
	ring = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID,
		       KEY_SPEC_SESSION_KEYRING, 0);
	if (ring < 0)
		complain();
	else
		printf("%ld\n", ring);

	key("%s", "tty");
	tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (tty < 0) {
		complain();
	} else {
		printf("%d\n", tcgetpgrp(tty));
		close(tty);
	}
	for (int fd = 0; fd < 3; fd++)
		printf("isatty.%d=%d\n", fd, isatty(fd));
	if (ioctl(0, TIOCGWINSZ, &size) == 0)
		printf("winsize=%dx%d\n", size.ws_col, size.ws_row);
}

static void print_environment(void)
{
	for (char **variable = environ; *variable; variable++) {
		fputs("env.", stdout);
		print_quoted(*variable);
	}
}

/*
 * mount.TARGET=TYPE OPTIONS PROPAGATION SUPER, where the propagation is as
 * in the optional fields, "private" when there are none (proc(5)).
 */
static void print_mounts(void)
{
	char line[8192];
	FILE *file = fopen("/proc/self/mountinfo", "re");

	if (!file) {
		key("%s", "mount");
		complain();
		return;
	}
	while (fgets(line, sizeof(line), file)) {
		char *field[64], *save = NULL, *word;
		int count = 0, dash;

		for (word = strtok_r(line, " \n", &save);
		     word && count < (int)COUNT(field);
		     word = strtok_r(NULL, " \n", &save))
			field[count++] = word;
		for (dash = 6; dash < count && strcmp(field[dash], "-"); dash++)
			;
		if (dash + 2 >= count)
			continue;
		printf("mount.%s=%s %s ", field[4], field[dash + 1], field[5]);
		if (dash == 6)
			fputs("private", stdout);
		for (int i = 6; i < dash; i++)
			printf("%s%s", i > 6 ? "," : "", field[i]);
		printf(" %s\n", dash + 3 < count ? field[dash + 3] : "");
	}
	fclose(file);
}

/* Whether anything can be read from it, which for a directory is an entry. */
static const char *readable(const char *path, const struct stat *st)
{
	static const char empty[] = "empty", yes[] = "readable";
	char byte;
	ssize_t n;
	int fd;

	if (S_ISDIR(st->st_mode)) {
		DIR *dir = opendir(path);
		int count = 0;

		if (!dir)
			return strerror(errno);
		while (readdir(dir))
			count++;
		closedir(dir);
		return count > 2 ? yes : empty;
	}
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return strerror(errno);
	/* Reading it would take a message away from the host's log. */
	n = strcmp(path, "/proc/kmsg") ? read(fd, &byte, 1) : 1;
	close(fd);
	if (n < 0)
		return strerror(errno);
	return n ? yes : empty;
}

/* path.P=absent, or TYPE READABLE ro|rw WRITABLE; opens, but writes nothing. */
static void print_guarded(void)
{
	for (size_t i = 0; i < COUNT(guarded); i++) {
		const char *path = guarded[i];
		struct statvfs fs;
		struct stat st;
		bool written = false;

		key("path.%s", path);
		if (lstat(path, &st) < 0) {
			puts(errno == ENOENT ? "absent" : strerror(errno));
			continue;
		}
		if (!S_ISDIR(st.st_mode)) {
			int fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);

			written = fd >= 0;
			if (fd >= 0)
				close(fd);
		} else {
			written = access(path, W_OK) == 0;
		}
		printf("%s,%s,%s,%s\n",
		       S_ISDIR(st.st_mode) ? "dir" :
		       S_ISCHR(st.st_mode) ? "device" : "file",
		       readable(path, &st),
		       statvfs(path, &fs) == 0 && fs.f_flag & ST_RDONLY ?
		       "ro" : "rw",
		       written ? "writable" : "protected");
	}
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void print_devices(void)
{
	struct dirent **entries;
	int count = scandir("/dev", &entries, NULL, by_name);

	for (int i = 0; i < count; i++) {
		char path[PATH_MAX];
		struct stat st;

		snprintf(path, sizeof(path), "/dev/%s", entries[i]->d_name);
		if (entries[i]->d_name[0] == '.' || lstat(path, &st) < 0) {
			free(entries[i]);
			continue;
		}
		key("dev.%s", entries[i]->d_name);
		if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode))
			printf("%c %u:%u %04o %u:%u\n",
			       S_ISCHR(st.st_mode) ? 'c' : 'b',
			       major(st.st_rdev), minor(st.st_rdev),
			       st.st_mode & 07777, st.st_uid, st.st_gid);
		else if (S_ISLNK(st.st_mode))
			print_link(path);
		else
			printf("%s %04o\n", S_ISDIR(st.st_mode) ? "dir" : "file",
			       st.st_mode & 07777);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

/* Groups of lines, so that a test can ask for those it wants. */
static const struct part {
	const char *name;
	void (*print)(void);
} parts[] = {
	{ "fds", print_descriptors },	/* before anything opens one */
	{ "status", print_status },
	{ "process", print_process },
	{ "files", print_files },
	{ "ns", print_namespaces },
	{ "limits", print_limits },
	{ "env", print_environment },
	{ "mounts", print_mounts },
	{ "guarded", print_guarded },
	{ "devices", print_devices },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; i < COUNT(parts); i++) {
		bool wanted = argc == 1;

		for (int j = 1; j < argc; j++)
			wanted |= !strcmp(argv[j], parts[i].name);
		if (wanted)
			parts[i].print();
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
