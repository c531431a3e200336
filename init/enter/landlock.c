/* landlock.c - a second wall: no writes but where the plan has them, landlock(7) */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/enter/parts.h"

/* linux/landlock.h of ABI 6; Debian's knows ABI 2. */
enum { RULE_PATH_BENEATH = 1, RULE_NET_PORT = 2, VERSION = 1 };

enum {
	OF_A_FILE = 1 << 1 | 1 << 14,  /* WRITE_FILE, TRUNCATE */
	OF_A_DIR = OF_A_FILE | 0x3ff0, /* REMOVE_*, MAKE_*, REFER as well */
};

struct ruleset {
	uint64_t fs, net, scoped;
};

struct path_rule {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

struct port_rule {
	uint64_t allowed, port;
};

/* What each wall takes: nothing that was asked for is left out in silence. */
static const struct {
	uint16_t fs;
	uint8_t net, scoped;
	uint8_t wall, abi;
	char linux_version[6];
} walls[] = {
	{ OF_A_DIR, 0, 0, WALL_FILES, 3, "6.2" },
	{ 0, 1, 0, WALL_BIND, 4, "6.7" },
	{ 0, 2, 0, WALL_CONNECT, 4, "6.7" },
	{ 0, 0, 3, WALL_SCOPE, 6, "6.12" },
};

static void failed(const char *where) __attribute__((noreturn));

static void failed(const char *where)
{
	die("--landlock: %s: %m", where);
}

static int make(uint64_t asked)
{
	struct ruleset handled = { 0 };
	int abi = sys_landlock_create(NULL, 0, VERSION), fd;

	if (abi < 0)
		failed("not in this kernel, or off (lsm=)");
	for (size_t i = 0; i < sizeof walls / sizeof *walls; i++) {
		if (!(asked & walls[i].wall))
			continue;
		if (abi < walls[i].abi)
			die("--landlock: this takes ABI %u (Linux %s), and the "
			    "kernel has %d",
			    walls[i].abi, walls[i].linux_version, abi);
		handled.fs |= walls[i].fs;
		handled.net |= walls[i].net;
		handled.scoped |= walls[i].scoped;
	}
	fd = sys_landlock_create(&handled, sizeof handled, 0);
	if (fd < 0)
		failed("ruleset");
	return fd;
}

static int allow(int wall_fd, int fd, int is_dir)
{
	struct path_rule rule = { is_dir ? OF_A_DIR : OF_A_FILE, fd };

	return sys_landlock_add(wall_fd, RULE_PATH_BENEATH, &rule);
}

/* As the tree itself calls it: a target may lead through links of the image. */
static const char *own_name(struct inside *in, const char *path)
{
	int fd = path_open(in->root_fd, path, 0);
	char link[32], name[PATH_MAX], *copy;
	ssize_t n;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return NULL;
	snprintf(link, sizeof link, "thread-self/fd/%d", fd);
	n = fd < 0 ? -1 :
		     readlinkat(in->outer_proc_fd, link, name, sizeof name - 1);
	copy = n < 0 ? NULL : arena_take(in->memory, n + 1);
	if (!copy)
		failed(path);
	memcpy(copy, name, n);
	copy[n] = 0;
	fd_close(&fd);
	return copy;
}

struct walk {
	struct inside *in;
	const char **closed; /* own names, or NULL */
	size_t count;
	char path[PATH_MAX];
};

enum { OPEN, CLOSED, LEADS_TO_CLOSED };

static int state_of(const struct walk *w)
{
	size_t len = w->path[1] ? strlen(w->path) : 0;
	int state = OPEN;

	for (size_t i = 0; i < w->count; i++) {
		const char *closed = w->closed[i];

		if (!closed || strncmp(closed, w->path, len))
			continue;
		if (!closed[len])
			return CLOSED;
		if (closed[len] == '/')
			state = LEADS_TO_CLOSED;
	}
	return state;
}

static void open_up(struct walk *w);

/* A rule holds for all that is below: so the names in it get one each. */
static void open_names(struct walk *w)
{
	size_t len = w->path[1] ? strlen(w->path) : 0;
	int fd = sys_openat2(w->in->root_fd, w->path, O_RDONLY | O_DIRECTORY, 0,
			     RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS);
	struct dirent buf[8], *entry;
	int n = 0;

	while (fd >= 0 && (n = getdents64(fd, buf, sizeof buf)) > 0)
		for (int at = 0; at < n; at += entry->d_reclen) {
			entry = (void *)((char *)buf + at);
			if (!strcmp(entry->d_name, ".") ||
			    !strcmp(entry->d_name, "..") ||
			    len + strlen(entry->d_name) + 2 > sizeof w->path)
				continue;
			w->path[len] = '/';
			strcpy(w->path + len + 1, entry->d_name);
			open_up(w);
		}
	w->path[len ? len : 1] = 0;
	if (fd < 0 || n < 0)
		failed(w->path);
	fd_close(&fd);
}

static void open_up(struct walk *w)
{
	struct stat st;
	int fd, state = state_of(w);

	if (state == CLOSED)
		return;
	fd = path_open(w->in->root_fd, w->path, O_NOFOLLOW);
	if (fd < 0 && errno == ENOENT)
		return;
	if (fd < 0 || fstat(fd, &st) < 0)
		failed(w->path);
	if (state == LEADS_TO_CLOSED && S_ISDIR(st.st_mode))
		open_names(w);
	else if (!S_ISLNK(st.st_mode) &&
		 allow(w->in->wall_fd, fd, S_ISDIR(st.st_mode)) < 0)
		failed(w->path);
	fd_close(&fd);
}

static void open_paths(struct inside *in)
{
	const struct plan *p = in->plan;
	struct walk w = { .in = in, .count = p->closed.count };
	const char *name;

	w.closed = arena_take(in->memory, w.count * sizeof *w.closed);
	if (w.count && !w.closed)
		failed("paths");
	for (size_t i = 0; i < w.count; i++)
		w.closed[i] = own_name(in, p->closed.item[i]);
	for (size_t i = 0; i < p->writable.count; i++) {
		name = own_name(in, p->writable.item[i]);
		if (!name)
			continue;
		strcpy(w.path, name);
		open_up(&w);
	}
	/* What the caller handed over may be opened anew, as /dev/stdout. A
	 * pipe takes no rule, and needs none. */
	allow(in->wall_fd, 1, 0);
	allow(in->wall_fd, 2, 0);
}

void landlock_make(struct inside *in)
{
	const struct plan *p = in->plan;

	if (!p->landlock)
		return;
	in->wall_fd = make(p->landlock);
	if (p->landlock & WALL_FILES)
		open_paths(in);
	for (size_t i = 0; i < p->ports.count; i++) {
		struct port_rule rule = { p->ports.item[i] >> 16 == WALL_BIND ?
						  1 :
						  2,
					  p->ports.item[i] & 0xffff };

		if (sys_landlock_add(in->wall_fd, RULE_NET_PORT, &rule) < 0)
			failed("ports");
	}
	fd_close(&in->outer_proc_fd);
}
