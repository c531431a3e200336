/* store.c - what is known of OCI containers between two commands */
#include "setup/host/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"

enum { WAIT_MS = 10000, MEMORY = 64 << 20 /* touched page by page */ };

#define TREE(member, key, type)                                               \
	{                                                                     \
		key, offsetof(struct store_tree, member),                     \
			sizeof(((struct store_tree *)0)->member), type, NULL, \
			0                                                     \
	}
#define ROW(member, key, type)                                            \
	{                                                                 \
		key, offsetof(struct store_record, member),               \
			sizeof(((struct store_record *)0)->member), type, \
			NULL, 0                                           \
	}
#define END                            \
	{                              \
		NULL, 0, 0, 0, NULL, 0 \
	}

static const struct plan_row tree_rows[] = {
	TREE(controllers, "controllers", PLAN_TEXT),
	TREE(mount, "mount", PLAN_TEXT),
	TREE(path, "path", PLAN_TEXT),
	TREE(v2, "v2", PLAN_U32),
	TREE(made, "made", PLAN_U32),
	END,
};

#define PAIR(member)                                                           \
	{                                                                      \
#member, offsetof(struct pair, member),                        \
			sizeof(((struct pair *)0)->member), PLAN_TEXT, NULL, 0 \
	}

static const struct plan_row pair_rows[] = {
	PAIR(key),
	PAIR(value),
	END,
};

const struct plan_row store_rows[] = {
	ROW(phase, "phase", PLAN_U32),
	ROW(pid, "pid", PLAN_U32),
	ROW(started, "started", PLAN_U64),
	ROW(own_pids, "own-pids", PLAN_U32),
	ROW(uid, "uid", PLAN_U32),
	ROW(created, "created", PLAN_U64),
	ROW(bundle, "bundle", PLAN_TEXT),
	ROW(rootfs, "rootfs", PLAN_TEXT),
	{ "tree", offsetof(struct store_record, trees),
	  sizeof(((struct store_record *)0)->trees), PLAN_LIST, tree_rows,
	  sizeof(struct store_tree) },
	{ "annotation", offsetof(struct store_record, annotations),
	  sizeof(((struct store_record *)0)->annotations), PLAN_LIST, pair_rows,
	  sizeof(struct pair) },
	END,
};

/* the directory --------------------------------------------------------------- */

/* ROOT, made with what is missing above it. Others may not look into it. */
static int open_root(const char *root, int make)
{
	char path[4096];
	int fd;

	if ((size_t)snprintf(path, sizeof path, "%s/", root) >= sizeof path)
		die("--root %.80s...: the path is too long", root);
	for (char *p = path; make && (p = strchr(p + 1, '/'));) {
		*p = 0;
		if (mkdir(path, p[1] ? 0711 : 0700) < 0 && errno != EEXIST)
			die("make the directory %s: %m", path);
		*p = '/';
	}
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && (make || errno != ENOENT))
		die("--root %s: %m", root);
	return fd;
}

/* Waits for who makes, starts or deletes it just now. */
static void lock(struct store *s)
{
	const struct timespec moment = { 0, 5000000 };

	for (int ms = 0; flock(s->dir_fd, LOCK_EX | LOCK_NB) < 0; ms += 5) {
		if (errno != EWOULDBLOCK)
			die("lock container %s: %m", s->id);
		if (ms >= WAIT_MS)
			die("container %s is being made, started or deleted by "
			    "another command, for more than 10 seconds",
			    s->id);
		nanosleep(&moment, NULL);
	}
}

/* Was it deleted while we waited? A directory without a name has no links. */
static int is_gone(const struct store *s)
{
	struct stat st;

	return fstat(s->dir_fd, &st) < 0 || !st.st_nlink;
}

static void take_memory(struct store *s)
{
	if (!s->memory.base && arena_make(&s->memory, MEMORY) < 0)
		die("take memory: %m");
}

void store_make(struct store *s)
{
	int root_fd = open_root(s->root, 1);

	take_memory(s);
	if (mkdirat(root_fd, s->id, 0700) < 0) {
		if (errno == EEXIST)
			die("container %s: a container with given ID already "
			    "exists; delete it first, or take another name",
			    s->id);
		die("make the directory %s/%s: %m", s->root, s->id);
	}
	s->dir_fd = openat(root_fd, s->id,
			   O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (s->dir_fd < 0)
		die("open %s/%s: %m", s->root, s->id);
	lock(s);
	if (is_gone(s))
		die("container %s was deleted while it was made", s->id);
	store_write(s);
	fd_close(&root_fd);
}

/* A directory without a record is one whose maker came no further. */
static void read_record(struct store *s)
{
	char why[256], *text;
	size_t size;

	memset(&s->record, 0, sizeof s->record);
	if (faccessat(s->dir_fd, "record", F_OK, 0) < 0) {
		s->record.phase = STORE_MAKING;
		return;
	}
	text = store_read(s, "record", &size);
	if (wire_decode(store_rows, &s->record, text, size, &s->memory, why,
			sizeof why) < 0)
		die("container %s: %s/%s/record: %s", s->id, s->root, s->id,
		    why);
}

int store_open(struct store *s, int with_lock)
{
	int root_fd = open_root(s->root, 0);

	take_memory(s);
	s->dir_fd =
		root_fd < 0 ?
			-1 :
			openat(root_fd, s->id,
			       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (s->dir_fd < 0 && errno != ENOENT)
		die("container %s: open %s/%s: %m", s->id, s->root, s->id);
	fd_close(&root_fd);
	if (s->dir_fd < 0)
		return -1;
	if (with_lock)
		lock(s);
	if (is_gone(s)) {
		fd_close(&s->dir_fd);
		return -1;
	}
	read_record(s);
	return 0;
}

int store_remove(struct store *s)
{
	static const char *const files[] = { "start", "config.json",
					     "record.new", "record" };
	int root_fd = open_root(s->root, 0), result;

	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		if (unlinkat(s->dir_fd, files[i], 0) < 0 && errno != ENOENT)
			return -1;
	result = unlinkat(root_fd, s->id, AT_REMOVEDIR);
	fd_close(&root_fd);
	return result;
}

/* files ----------------------------------------------------------------------- */

void store_text(struct store *s, const char *name, const char *text,
		size_t size)
{
	int fd = openat(s->dir_fd, name,
			O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
			0600);

	if (fd < 0 || fd_write_all(fd, text, size) < 0)
		die("write %s/%s/%s: %m", s->root, s->id, name);
	fd_close(&fd);
}

char *store_read(struct store *s, const char *name, size_t *size)
{
	int fd = openat(s->dir_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	ssize_t n = -1;
	char *text = NULL;

	if (fd >= 0 && !fstat(fd, &st))
		text = arena_take(&s->memory, st.st_size + 1);
	if (text)
		n = fd_read_all(fd, text, st.st_size);
	if (n < 0)
		die("read %s/%s/%s: %m", s->root, s->id, name);
	fd_close(&fd);
	*size = n;
	return text;
}

void store_write(struct store *s)
{
	size_t size = wire_encode(store_rows, &s->record, NULL, 0);
	char *text = arena_take(&s->memory, size);

	if (!text)
		die("write down container %s: %m", s->id);
	wire_encode(store_rows, &s->record, text, size);
	store_text(s, "record.new", text, size);
	if (renameat(s->dir_fd, "record.new", s->dir_fd, "record") < 0)
		die("write %s/%s/record: %m", s->root, s->id);
}

/* the socket ------------------------------------------------------------------ */

/* A path by our own descriptor: those of sockets are short, unix(7). */
static struct sockaddr_un address(const struct store *s)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	snprintf(a.sun_path, sizeof a.sun_path, "/proc/self/fd/%d/start",
		 s->dir_fd);
	return a;
}

int store_listen(struct store *s)
{
	struct sockaddr_un a = address(s);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) < 0 ||
	    listen(fd, 1) < 0)
		die("make the socket %s/%s/start: %m", s->root, s->id);
	return fd;
}

int store_connect(struct store *s)
{
	struct sockaddr_un a = address(s);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) < 0)
		die("container %s: tell it to start by %s/%s/start: %m", s->id,
		    s->root, s->id);
	return fd;
}

/* the cgroup ------------------------------------------------------------------ */

void store_take_cgroup(struct store *s, const struct cgroup *cg)
{
	s->record.trees.item = arena_take(
		&s->memory, cg->count * sizeof *s->record.trees.item);
	s->record.trees.count = cg->count;
	if (cg->count && !s->record.trees.item)
		die("write down the cgroup: %m");
	for (unsigned i = 0; i < cg->count; i++)
		s->record.trees.item[i] =
			(struct store_tree){ .controllers =
						     cg->tree[i].controllers,
					     .mount = cg->tree[i].mount,
					     .path = cg->tree[i].path,
					     .v2 = cg->tree[i].v2,
					     .made = cg->tree[i].made };
}

void store_give_cgroup(const struct store *s, struct cgroup *cg)
{
	cg->count = 0;
	for (size_t i = 0; i < s->record.trees.count && i < CGROUP_TREES; i++) {
		const struct store_tree *from = &s->record.trees.item[i];
		struct cgroup_tree *to = &cg->tree[cg->count++];

		snprintf(to->controllers, sizeof to->controllers, "%s",
			 from->controllers ? from->controllers : "");
		snprintf(to->mount, sizeof to->mount, "%s", from->mount);
		snprintf(to->path, sizeof to->path, "%s", from->path);
		to->v2 = from->v2;
		to->made = from->made;
		to->dir_fd = to->join_fd = -1;
	}
	if (cgroup_reopen(cg) < 0)
		die("container %s: open its cgroups: %m", s->id);
}

/* all of them ----------------------------------------------------------------- */

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_container(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

void store_each(const char *root, void (*visit)(struct store *s, void *arg),
		void *arg)
{
	struct dirent **names;
	int n = scandir(root, &names, is_container, by_name);

	if (n < 0 && errno != ENOENT)
		die("--root %s: %m", root);
	for (int i = 0; i < n; i++) {
		struct store s = { .root = root, .id = names[i]->d_name };

		if (store_open(&s, 0) == 0)
			visit(&s, arg);
		fd_close(&s.dir_fd);
		arena_free(&s.memory);
	}
}
