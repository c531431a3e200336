/* ids.c - which users and groups of the host the container's are */
#include "setup/host/ids.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/parse.h"
#include "init/base/sys.h"

/*
 * Above what adduser(8) gives to users (SUB_UID_MAX, 600100000) and systemd to
 * its containers, below 2^31, where some programs begin to count wrong.
 */
enum {
	RANGE = 65536,
	RANGE_FIRST = 0x70000000,
	RANGES = 4000,
	ENTRIES = 4,
};

static struct id_range uid_ranges[ENTRIES], gid_ranges[ENTRIES];

static void set(struct launch *l, size_t uids, size_t gids)
{
	l->uid_map.item = uid_ranges;
	l->uid_map.count = uids;
	l->gid_map.item = gid_ranges;
	l->gid_map.count = gids;
}

static int is_privileged(void)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3,
						 0 };
	struct __user_cap_data_struct data[2];

	if (geteuid() || syscall(SYS_capget, &head, data) < 0)
		return 0;
	return data[0].effective >> CAP_SYS_ADMIN & 1 &&
	       data[0].effective >> CAP_SETUID & 1 &&
	       data[0].effective >> CAP_SETGID & 1;
}

int ids_privileged(void)
{
	static int known = -1;

	if (known < 0)
		known = is_privileged();
	return known;
}

/* What is denied to us is denied below us, user_namespaces(7). */
static int groups_denied(void)
{
	char text[8] = "";

	return fd_read_file(AT_FDCWD, "/proc/self/setgroups", text,
			    sizeof text) > 0 &&
	       !strcmp(text, "deny");
}

static void single(struct launch *l)
{
	uid_ranges[0] = (struct id_range){ 0, geteuid(), 1 };
	gid_ranges[0] = (struct id_range){ 0, getegid(), 1 };
	set(l, 1, 1);
	l->plan.setgroups_denied = !ids_privileged() || groups_denied();
	if (l->plan.setgroups_denied && l->plan.groups.count)
		die("--group-add: who has but one id gets no groups; have a "
		    "range in /etc/subuid and /etc/subgid, and newuidmap "
		    "installed");
}

/*
 * A slot is taken by a lock on its byte of one file: two containers never have
 * the same, and one that crashed holds nothing. The byte itself is 1 while a
 * user namespace with that range is kept (--keep).
 */
static int lock_fd = -1;

/* openat: musl's open does not believe in O_CLOEXEC, and says it again. */
static int open_ids(void)
{
	return openat(AT_FDCWD, "/run/cinit/ids",
		      O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

static void open_ranges(void)
{
	if (lock_fd >= 0)
		return;
	lock_fd = open_ids();
	if (lock_fd < 0 && errno == ENOENT) { /* since the machine booted */
		if (mkdir("/run/cinit", 0755) < 0 && errno != EEXIST)
			die("make /run/cinit: %m; --userns single needs no "
			    "such directory");
		lock_fd = open_ids();
	}
	if (lock_fd < 0)
		die("open /run/cinit/ids: %m");
}

void ids_keep(uint32_t first, int kept)
{
	char mark = !!kept;

	if (first < RANGE_FIRST || first - RANGE_FIRST >= RANGES * RANGE)
		return;
	open_ranges();
	if (pwrite(lock_fd, &mark, 1, (first - RANGE_FIRST) / RANGE) != 1)
		die("write /run/cinit/ids: %m");
}

static uint32_t own_range(void)
{
	unsigned first = getpid() % RANGES;
	char kept;

	open_ranges();
	for (unsigned i = 0; i < RANGES; i++) {
		unsigned slot = (first + i) % RANGES;
		struct flock lock = { .l_type = F_WRLCK,
				      .l_whence = SEEK_SET, .l_start = slot,
				      .l_len = 1 };

		if (!fcntl(lock_fd, F_OFD_SETLK, &lock)) {
			if (pread(lock_fd, &kept, 1, slot) != 1 || !kept)
				return RANGE_FIRST + slot * RANGE;
			lock.l_type = F_UNLCK;
			fcntl(lock_fd, F_OFD_SETLK, &lock);
			continue;
		}
		if (errno != EAGAIN && errno != EACCES)
			die("lock /run/cinit/ids: %m");
	}
	die("all %d ranges of ids are in use", RANGES);
}

/*
 * The ids that our own user namespace knows, under the same numbers: a range of
 * its map each, as the kernel takes none that is spread over two.
 */
static size_t known_ids(const char *map, struct id_range known[ENTRIES])
{
	char text[4096], *rest = text;
	size_t n = 0;

	if (fd_read_file(AT_FDCWD, map, text, sizeof text) < 0)
		die("read %s: %m", map);
	for (; *rest && n < ENTRIES; n++) {
		known[n].inside = known[n].outside = strtoul(rest, &rest, 10);
		strtoul(rest, &rest, 10); /* of the parent namespace */
		known[n].count = strtoul(rest, &rest, 10);
		rest += strspn(rest, " \n");
	}
	return n;
}

static void automatic_root(struct launch *l)
{
	size_t uids = known_ids("/proc/self/uid_map", uid_ranges);

	/* In a container already: what there is. */
	if (uids != 1 || uid_ranges[0].count <= RANGE_FIRST) {
		set(l, uids, known_ids("/proc/self/gid_map", gid_ranges));
		l->plan.setgroups_denied = groups_denied();
		return;
	}
	uid_ranges[0] = (struct id_range){ 0, own_range(), RANGE };
	gid_ranges[0] = uid_ranges[0];
	set(l, 1, 1);
}

/* One file of "a:b:c" lines; the text stays until the next one is read. */
static char *read_lines(const char *path)
{
	static char text[1 << 20];

	return fd_read_file(AT_FDCWD, path, text, sizeof text) < 0 ? NULL :
								     text;
}

/* The caller's name, by /etc/passwd; "" for one whom another base knows. */
static const char *caller(void)
{
	static char name[64];
	char *text = read_lines("/etc/passwd"), *line, *who;
	uint64_t uid;

	while ((line = strsep(&text, "\n"))) {
		who = strsep(&line, ":");
		strsep(&line, ":");
		if (line && !parse_number(strsep(&line, ":"), UINT32_MAX, &uid) &&
		    uid == getuid()) {
			snprintf(name, sizeof name, "%s", who);
			break;
		}
	}
	return name;
}

/* The caller's line of subuid(5) or subgid(5): NAME-or-UID:START:COUNT. */
static int subordinate(const char *path, const char *name, uint32_t *start,
		       uint32_t *count)
{
	char *text = read_lines(path), *line, *who, *from;
	uint64_t first, many, uid;

	while ((line = strsep(&text, "\n"))) {
		who = strsep(&line, ":");
		from = strsep(&line, ":");
		if (!line || parse_number(from, UINT32_MAX, &first) < 0 ||
		    parse_number(line, UINT32_MAX, &many) < 0 || !many)
			continue;
		if (strcmp(who, name) &&
		    (parse_number(who, UINT32_MAX, &uid) < 0 ||
		     uid != getuid()))
			continue;
		*start = first;
		*count = many < RANGE ? many : RANGE - 1;
		return 1;
	}
	return 0;
}

static const char *const helpers[] = { "/usr/bin/newuidmap",
				       "/usr/bin/newgidmap" };

static void automatic_user(struct launch *l)
{
	const char *name = caller();
	uint32_t uid, uids, gid, gids;

	if (access(helpers[0], X_OK) < 0 || access(helpers[1], X_OK) < 0 ||
	    !subordinate("/etc/subuid", name, &uid, &uids) ||
	    !subordinate("/etc/subgid", name, &gid, &gids)) {
		single(l);
		return;
	}
	uid_ranges[0] = (struct id_range){ 0, geteuid(), 1 };
	uid_ranges[1] = (struct id_range){ 1, uid, uids };
	gid_ranges[0] = (struct id_range){ 0, getegid(), 1 };
	gid_ranges[1] = (struct id_range){ 1, gid, gids };
	set(l, 2, 2);
}

void ids_choose(struct launch *l)
{
	if (l->userns == USERNS_HOST)
		return;
	switch (l->userns) {
	case USERNS_SINGLE:
		single(l);
		break;
	case USERNS_MAP:
		if (!l->uid_map.count || !l->gid_map.count)
			die("--uid-map and --gid-map go together");
		/* One id of one's own needs no helper, but this. */
		l->plan.setgroups_denied = !ids_privileged() &&
					   l->gid_map.count == 1 &&
					   l->gid_map.item[0].count == 1;
		break;
	default:
		if (ids_privileged())
			automatic_root(l);
		else
			automatic_user(l);
	}
}

int ids_shifted(const struct launch *l)
{
	if (!ids_privileged() || !(l->plan.namespaces & CLONE_NEWUSER))
		return 0;
	for (size_t i = 0; i < l->uid_map.count; i++)
		if (l->uid_map.item[i].inside != l->uid_map.item[i].outside)
			return 1;
	return 0;
}

/* newuidmap(1): the one way to more than one's own id without privileges. */
static void ask_helper(const char *helper, pid_t pid,
		       const struct id_range *map, size_t count)
{
	char words[2 + 3 * ENTRIES][16], *argv[3 + 3 * ENTRIES] = { 0 };
	char *const envp[] = { NULL };
	size_t n = 1;
	int status;
	pid_t child;

	if (count > ENTRIES)
		die("more than %d ranges of ids need root", ENTRIES);
	argv[0] = (char *)helper;
	snprintf(words[n], sizeof *words, "%d", pid);
	argv[n] = words[n];
	for (size_t i = 0; i < count; i++) {
		uint32_t values[] = { map[i].inside, map[i].outside,
				      map[i].count };

		for (int k = 0; k < 3; k++) {
			n++;
			snprintf(words[n], sizeof *words, "%u", values[k]);
			argv[n] = words[n];
		}
	}
	child = sys_clone_fork(0, NULL);
	if (!child) {
		sys_sigmask(0, NULL);
		execve(helper, argv, envp);
		_exit(EXIT_NOT_EXECUTABLE);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		die("run %s: %m", helper);
	if (status)
		die("%s refused the range of ids (its reason is above); "
		    "--userns single needs none", helper);
}

/* One write(2) of all lines, user_namespaces(7). */
static void write_map(int proc_fd, const char *file,
		      const struct id_range *map, size_t count)
{
	char text[4096];
	size_t n = 0;

	for (size_t i = 0; i < count && n < sizeof text; i++)
		n += snprintf(text + n, sizeof text - n, "%u %u %u\n",
			      map[i].inside, map[i].outside, map[i].count);
	if (n >= sizeof text)
		die("%zu ranges of ids are too many", count);
	if (fd_write_file(proc_fd, file, text) < 0)
		die("write %s: %m%s", file,
		    errno == EPERM ? " (does the system allow user namespaces "
				     "to this user?)" :
				     "");
}

void ids_write(const struct launch *l, pid_t pid)
{
	char path[32];
	int proc_fd;

	if (!l->uid_map.count)
		return;
	snprintf(path, sizeof path, "/proc/%d", pid);
	proc_fd = openat(AT_FDCWD, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (proc_fd < 0)
		die("open %s: %m", path);
	/* CVE-2014-8989: giving up groups must not be a way in. */
	if (l->plan.setgroups_denied &&
	    fd_write_file(proc_fd, "setgroups", "deny") < 0)
		die("deny setgroups: %m");
	if (ids_privileged() || l->plan.setgroups_denied) {
		write_map(proc_fd, "uid_map", l->uid_map.item,
			  l->uid_map.count);
		write_map(proc_fd, "gid_map", l->gid_map.item,
			  l->gid_map.count);
	} else {
		ask_helper(helpers[0], pid, l->uid_map.item, l->uid_map.count);
		ask_helper(helpers[1], pid, l->gid_map.item, l->gid_map.count);
	}
	fd_close(&proc_fd);
}
