/* rootfs.c - the directory that becomes the container's root, and the cache */
#include "setup/host/rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "init/base/clock.h"
#include "init/base/die.h"
#include "init/base/fd.h"
#include "setup/host/ids.h"
#include "setup/host/tarball.h"

enum { KEY = 128, KIND = 32, SETTLED_S = 2 };

struct cache {
	char path[PATH_MAX / 2];
	int fd;
	char kind[KIND]; /* who owns the files of an entry */
	char key[KEY];	 /* of the tarball as it is now, in the index */
};

/* progress, for someone who waits ------------------------------------------ */

static struct {
	const char *name; /* NULL: nobody looks */
	off_t size;
	int percent;
} shown;

static void show_progress(off_t at)
{
	int percent = shown.size ? at * 100 / shown.size : 0;

	if (!shown.name || percent == shown.percent)
		return;
	shown.percent = percent;
	dprintf(2, "\r%s: unpacking %s ... %d %%", die_name, shown.name,
		percent);
}

static void show_end(const char *how)
{
	if (shown.name)
		dprintf(2, "\r%s: unpacking %s ... %s\n", die_name, shown.name,
			how);
	shown.name = NULL;
}

/* the cache ---------------------------------------------------------------- */

static void find_cache(struct cache *c)
{
	const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	const char *below = "";

	if (!geteuid()) {
		base = "/var/cache";
	} else if (!base || *base != '/') { /* must be absolute, by XDG */
		base = home;
		below = "/.cache";
	}
	if (!base || *base != '/')
		die("there is no place for unpacked tarballs: set HOME or "
		    "XDG_CACHE_HOME to an absolute path");
	if (snprintf(c->path, sizeof c->path, "%s%s/cinit", base, below) >=
	    (int)sizeof c->path)
		die("the path of the cache is too long: %s", base);
}

static void make_parents(char *path)
{
	for (char *slash = path; (slash = strchr(slash + 1, '/'));) {
		*slash = 0;
		if (mkdir(path, geteuid() ? 0700 : 0755) < 0 &&
		    errno != EEXIST && errno != EROFS && errno != EACCES)
			die("make the directory %s: %m", path);
		*slash = '/';
	}
}

/*
 * What is in the cache is trusted to be what its name says, and holds setuid
 * programs: nobody but the owner may write to it, or even get there.
 */
static void open_cache(struct cache *c)
{
	struct stat st;

	find_cache(c);
	if (mkdir(c->path, 0700) < 0 && errno == ENOENT) {
		make_parents(c->path);
		mkdir(c->path, 0700);
	}
	c->fd = open(c->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (c->fd < 0 && errno == ENOTDIR)
		die("the cache %s must be a directory, and no link to one",
		    c->path);
	if (c->fd < 0 || fstat(c->fd, &st) < 0)
		die("open the cache %s: %m", c->path);
	if (st.st_uid != geteuid() || st.st_mode & 077)
		die("the cache %s must belong to user %u and be closed to "
		    "others: its content could not be trusted; remove it",
		    c->path, geteuid());
	if (mkdirat(c->fd, "index", 0700) < 0 && errno != EEXIST)
		die("make %s/index: %m", c->path);
}

/* FNV-1a, of the maps: another map is another entry. */
static uint64_t mix(uint64_t hash, const struct id_range *map, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t values[] = { map[i].inside, map[i].outside,
				      map[i].count };

		for (int k = 0; k < 3; k++)
			hash = (hash ^ values[k]) * 0x100000001b3;
	}
	return (hash ^ count) * 0x100000001b3;
}

static enum owners choose_owners(const struct launch *l, char kind[KIND])
{
	uint64_t hash = 0xcbf29ce484222325;

	if (ids_privileged()) {
		snprintf(kind, KIND, "root");
		return OWNERS_REAL;
	}
	if (l->uid_map.count == 1 && l->uid_map.item[0].count == 1) {
		snprintf(kind, KIND, "single");
		return OWNERS_CALLER;
	}
	hash = mix(hash, l->uid_map.item, l->uid_map.count);
	hash = mix(hash, l->gid_map.item, l->gid_map.count);
	snprintf(kind, KIND, "map-%016llx", (unsigned long long)hash);
	return OWNERS_MAPPED;
}

/* the index ---------------------------------------------------------------- */

static void make_key(char key[KEY], const struct stat *st)
{
	snprintf(key, KEY, "index/%llx-%llx-%llx-%llx.%lx-%llx.%lx",
		 (unsigned long long)st->st_dev, (unsigned long long)st->st_ino,
		 (unsigned long long)st->st_size,
		 (unsigned long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec,
		 (unsigned long long)st->st_ctim.tv_sec, st->st_ctim.tv_nsec);
}

static int look_up(const struct cache *c, char digest[DIGEST_TEXT])
{
	ssize_t n = readlinkat(c->fd, c->key, digest, DIGEST_TEXT);

	if (n != DIGEST_TEXT - 1)
		return 0;
	digest[n] = 0;
	return strspn(digest, "0123456789abcdef") == (size_t)n;
}

/*
 * A link is made whole or not at all. A file written to within the last tick
 * of the file system's clock could change once more and look the same.
 */
static void remember(const struct cache *c, const struct stat *st,
		     const char *digest)
{
	if ((uint64_t)st->st_ctim.tv_sec + SETTLED_S > clock_ns() / 1000000000)
		return;
	if (symlinkat(digest, c->fd, c->key) < 0 && errno != EEXIST)
		warn("remember %s in %s: %m", c->key, c->path);
}

/* an entry ----------------------------------------------------------------- */

static int is_there(const struct cache *c, const char *name)
{
	struct stat st;

	return !fstatat(c->fd, name, &st, AT_SYMLINK_NOFOLLOW);
}

/*
 * One at a time. The lock is let go by the kernel whatever happens, and who
 * holds it knows that everything half-made is left over.
 */
static int lock(const struct cache *c)
{
	int fd = openat(c->fd, "lock",
			O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		die("open %s/lock: %m", c->path);
	while (flock(fd, LOCK_EX) < 0)
		if (errno != EINTR)
			die("lock %s/lock: %m", c->path);
	return fd;
}

/* Whole on the disk before it has its name, or a crash could leave less. */
static int keep(const struct cache *c, const char *dir, const char *entry)
{
	return syncfs(c->fd) < 0 || chmod(dir, 0700) < 0 ||
			       renameat(AT_FDCWD, dir, c->fd, entry) < 0 ?
		       -1 :
		       0;
}

static void unpack(const struct tarball *t, const struct cache *c,
		   const char *digest, const char *entry)
{
	char dir[PATH_MAX], why[512];
	int lock_fd = lock(c);

	snprintf(dir, sizeof dir, "%s/unpacking-%s", c->path, c->kind);
	if (tarball_remove(t, dir) < 0)
		die("remove %s, which an earlier run left: %m", dir);
	if (is_there(c, entry)) { /* another was quicker */
		fd_close(&lock_fd);
		return;
	}
	/* Open to all in a directory that is closed: the namespace's root, who
	 * is nobody out here, makes what belongs to it. */
	if (mkdir(dir, 0700) < 0 || chmod(dir, 0777) < 0)
		die("make %s: %m", dir);
	if (isatty(2))
		shown.name = t->l->rootfs;
	if (tarball_unpack(t, dir, digest, show_progress, why, sizeof why) <
	    0) {
		show_end("failed");
		tarball_remove(t, dir);
		die("unpack %s: %s", t->l->rootfs, why);
	}
	if (keep(c, dir, entry) < 0) {
		show_end("failed");
		die("put %s into its place: %m", dir);
	}
	show_end("done");
	fd_close(&lock_fd);
}

static void digest_of(const struct tarball *t, const struct cache *c,
		      char digest[DIGEST_TEXT])
{
	struct stat st;
	char key[KEY];

	tarball_digest(t, digest);
	if (fstat(t->fd, &st) < 0)
		die("look at %s: %m", t->l->rootfs);
	make_key(key, &st);
	if (!strcmp(key, c->key))
		remember(c, &st, digest);
}

static void use_tarball(struct launch *l)
{
	struct tarball t = { .l = l };
	char digest[DIGEST_TEXT], entry[DIGEST_TEXT + KIND];
	struct source *root = &l->sources.item[0];
	struct cache c;
	struct stat st;

	/* What it is may change after the first look: a fifo would wait. */
	t.fd = open(l->rootfs, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (t.fd < 0 || fstat(t.fd, &st) < 0)
		die("open %s: %m", l->rootfs);
	tarball_look(&t);
	if (l->root_tmpfs) {
		root->tarball = 1;
		fd_close(&t.fd);
		return;
	}
	shown.size = st.st_size;
	t.owners = choose_owners(l, c.kind);
	t.ids = t.owners == OWNERS_REAL ? NULL : l;
	open_cache(&c);
	make_key(c.key, &st);
	if (!look_up(&c, digest))
		digest_of(&t, &c, digest);
	snprintf(entry, sizeof entry, "%s-%s", digest, c.kind);
	if (!is_there(&c, entry))
		unpack(&t, &c, digest, entry);
	l->plan.overlay = 1;
	root->path = arena_printf(&l->memory, "%s/%s/rootfs", c.path, entry);
	if (!root->path)
		die("the command line is too long");
	if (t.owners != OWNERS_REAL)
		root->idmap = 0; /* its owners are the container's already */
	fd_close(&t.fd);
	fd_close(&c.fd);
}

void rootfs_prepare(struct launch *l)
{
	struct stat st;

	if (stat(l->rootfs, &st) < 0)
		die("root file system %s: %m", l->rootfs);
	if (S_ISDIR(st.st_mode) && l->root_tmpfs)
		die("--root-tmpfs: %s is a directory, and only a tarball is "
		    "unpacked; use --overlay, whose writes are in memory",
		    l->rootfs);
	if (S_ISDIR(st.st_mode))
		l->sources.item[0].path = l->rootfs;
	else if (S_ISREG(st.st_mode))
		use_tarball(l);
	else
		die("%s is neither a directory nor a tarball", l->rootfs);
}
