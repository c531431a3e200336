/* state.c - which containers run here: a table whose rows are held by locks */
#include "setup/host/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"

enum {
	ROWS = 4096,
	SIZE = offsetof(struct state_row, launcher),
	MAGIC = 0x63690001, /* another one for another form of the rows */
	NEAR = 8, /* so far from its place a row of a name mostly is */
};

static int table_fd = -1;
static int own_row = -1;

/* The file of the caller; -1: there is none, or no place for it. */
static int open_table(int make)
{
	char path[512];
	const char *dir = geteuid() ? getenv("XDG_RUNTIME_DIR") : "/run";
	int flags = (make ? O_RDWR | O_CREAT : O_RDWR) | O_CLOEXEC |
		    O_NOFOLLOW | O_NONBLOCK;
	struct stat st;
	size_t n;
	int fd;

	if (!dir || *dir != '/')
		return -1;
	n = snprintf(path, sizeof path, "%s/cinit/containers", dir);
	if (n >= sizeof path)
		return -1;
	fd = open(path, flags, 0600);
	if (fd < 0 && errno == ENOENT && make) {
		path[n - strlen("/containers")] = 0;
		mkdir(path, geteuid() ? 0700 : 0755);
		path[n - strlen("/containers")] = '/';
		fd = open(path, flags, 0600);
	}
	/* What others may write would be their word about our containers. */
	if (fd >= 0 && (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
			st.st_uid != geteuid() || st.st_mode & 022))
		fd_close(&fd);
	return fd;
}

static unsigned place_of(const char *name)
{
	uint32_t hash = 2166136261; /* FNV-1a */

	while (*name)
		hash = (hash ^ (unsigned char)*name++) * 16777619;
	return hash % ROWS;
}

static struct flock lock_of(unsigned at, short type)
{
	return (struct flock){ .l_type = type,
			       .l_whence = SEEK_SET,
			       .l_start = (off_t)at * SIZE,
			       .l_len = SIZE };
}

/* Reads a row that somebody holds. */
static int read_row(unsigned at, struct state_row *row)
{
	struct flock lock = lock_of(at, F_WRLCK);

	if (pread(table_fd, row, SIZE, (off_t)at * SIZE) != SIZE ||
	    row->magic != MAGIC || fcntl(table_fd, F_GETLK, &lock) < 0 ||
	    lock.l_type == F_UNLCK || lock.l_pid <= 0)
		return 0; /* a holder without a number is in no place of ours */
	row->launcher = lock.l_pid;
	row->at = at;
	row->name[sizeof row->name - 1] = 0;
	row->cgroup[sizeof row->cgroup - 1] = 0;
	row->command[sizeof row->command - 1] = 0;
	return row->pid > 0;
}

static void words(const struct plan *p, char *text, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < p->argv.count && n < size; i++)
		n += snprintf(text + n, size - n, "%s%s", i ? " " : "",
			      p->argv.item[i]);
}

void state_add(const struct launch *l, const char *name, const char *cgroup,
	       pid_t pid, int plan_fd)
{
	struct state_row row = { .magic = MAGIC,
				 .pid = pid,
				 .plan_fd = plan_fd },
			 other;
	unsigned first = place_of(name);

	snprintf(row.name, sizeof row.name, "%s", name);
	snprintf(row.cgroup, sizeof row.cgroup, "%s", cgroup);
	words(&l->plan, row.command, sizeof row.command);
	table_fd = open_table(1);
	for (unsigned i = 0; table_fd >= 0 && i < ROWS; i++) {
		unsigned at = (first + i) % ROWS;
		struct flock lock = lock_of(at, F_WRLCK);

		if (fcntl(table_fd, F_SETLK, &lock) == 0) {
			if (pwrite(table_fd, &row, SIZE, (off_t)at * SIZE) ==
			    SIZE)
				own_row = at;
			return;
		}
		if (l->name && read_row(at, &other) &&
		    !strcmp(other.name, name))
			die("--name %s: a container of that name runs, its PID "
			    "1 is process %d",
			    name, other.pid);
	}
}

static void write_word(size_t member, uint32_t value)
{
	if (own_row >= 0 &&
	    pwrite(table_fd, &value, sizeof value,
		   (off_t)own_row * SIZE + member) != sizeof value)
		own_row = -1; /* tmpfs is full: there is nothing to be done */
}

void state_ready(void)
{
	write_word(offsetof(struct state_row, ready), 1);
}

void state_drop(void)
{
	write_word(offsetof(struct state_row, magic), 0);
	own_row = -1;
}

static int open_to_read(void)
{
	if (table_fd < 0)
		table_fd = open_table(0);
	return table_fd >= 0;
}

int state_next(unsigned *at, struct state_row *row)
{
	static char piece[64 * SIZE];
	const unsigned rows = sizeof piece / SIZE;
	uint32_t magic;

	if (!open_to_read())
		return 0;
	for (; *at < ROWS; ++*at) {
		if (*at % rows == 0) {
			memset(piece, 0, sizeof piece);
			if (pread(table_fd, piece, sizeof piece,
				  (off_t)*at * SIZE) <= 0)
				return 0;
		}
		memcpy(&magic, piece + *at % rows * SIZE, sizeof magic);
		if (magic == MAGIC && read_row(*at, row)) {
			++*at;
			return 1;
		}
	}
	return 0;
}

int state_named(const char *name, struct state_row *row)
{
	unsigned at;

	if (!open_to_read())
		return 0;
	for (unsigned i = 0; i < NEAR; i++)
		if (read_row((place_of(name) + i) % ROWS, row) &&
		    !strcmp(row->name, name))
			return 1;
	for (at = 0; state_next(&at, row);)
		if (!strcmp(row->name, name))
			return 1;
	return 0;
}

int state_of(pid_t pid, pid_t parent, struct state_row *row)
{
	for (unsigned at = 0; state_next(&at, row);)
		if ((row->pid == pid && row->launcher == parent) ||
		    row->pid == parent)
			return 1;
	return 0;
}

int state_holds(struct state_row *row)
{
	struct state_row now;

	if (!read_row(row->at, &now) || now.pid != row->pid ||
	    now.launcher != row->launcher)
		return 0;
	row->ready = now.ready;
	return 1;
}
