/* tarball.c - unpacking archives whose makers nobody has to trust */
#include "setup/host/tarball.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "setup/host/jail.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define PART "rootfs"

enum {
	CHUNK = 64 << 10,
	LINE = 512,
	WORDS = 16,
	EXCUSABLE = 2, /* tar's exit status "some files were not extracted" */
	LOOK_MS = 100, /* how often the free space is looked at */
	FREE_LEAST = 16 << 20, /* bytes that stay free on the disk */
};

/* what can be unpacked, and by what --------------------------------------- */

static const struct packing {
	const char *magic, *option, *program;
} packings[] = {
	{ "\x1f\x8b", "-z", "gzip" },
	{ "\3757zXZ", "-J", "xz" },
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
	  { "--xattrs", "--xattrs-include=security.capability",
	    "--warning=no-timestamp" },
	  0 },
	{ "bsdtar", { "--no-xattrs", "--no-acls", "--no-fflags" }, 1 },
	{ "busybox", { NULL }, 1 },
	{ "", { NULL }, 0 },
};

/* Each is tar when it is called so. */
static const char *const tars[] = { "tar", "bsdtar", "busybox" };

/* What tar says that is no reason to fail. */
static const struct {
	const char *within, *end; /* of the line */
	int unless_root;
} excuses[] = {
	{ ": Cannot mknod", ": Operation not permitted", 1 },
	{ ": Can't create '", "': Operation not permitted", 1 },  /* bsdtar */
	{ "can't create node ", ": Operation not permitted", 1 }, /* busybox */
	{ "tar: Exiting with failure status due to", " previous errors", 0 },
	{ "tar: Error exit delayed from", " previous errors.", 0 },
	{ "tar: Removing leading ", "", 0 },
};

static int is_excuse(const char *line, size_t i)
{
	size_t all = strlen(line), end = strlen(excuses[i].end);

	return all >= end && !strcmp(line + all - end, excuses[i].end) &&
	       strstr(line, excuses[i].within);
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

/* feeding them ------------------------------------------------------------ */

struct feed {
	const struct tarball *t;
	struct program tar, sum;
	void (*progress)(off_t);
	char line[LINE];
	size_t length;
	int excused; /* device nodes left out */
	int stopped; /* tar wants no more, or must not have it */
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
		if (is_excuse(f->line, i)) {
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
	f->stopped = 1;
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
		if (p[0].revents && !hear(f)) {
			f->stopped = 1; /* it has ended */
			return;
		}
		if (!p[1].revents)
			continue;
		sent = send(f->tar.in_fd, data, n, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (sent < 0 && errno != EAGAIN && errno != EINTR) {
			f->stopped = 1; /* it has seen the archive's end */
			return;
		}
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
		for (ssize_t k = 0, sent; f->sum.pid && k < n; k += sent) {
			sent = send(f->sum.in_fd, chunk + k, n - k,
				    MSG_NOSIGNAL);
			if (sent < 0)
				break; /* then the sums will differ */
		}
		if (f->tar.pid && !f->stopped)
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
	char path[PATH_MAX];
	const char *argv[] = { "sha256sum", NULL };

	if (!program_find("sha256sum", path))
		die("unpack %s: there is no sha256sum in /usr/bin or /bin",
		    t->l->rootfs);
	program_start(p, NULL, path, argv);
}

static int finish_sum(struct program *p, char digest[DIGEST_TEXT])
{
	char text[128];
	int status = program_hear(p, text, sizeof text);

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

static const struct unpacker *which_tar(const char *path)
{
	const char *argv[] = { "tar", "--version", NULL };
	const struct unpacker *u = unpackers;
	struct program p;
	char text[256];

	program_start(&p, NULL, path, argv);
	program_hear(&p, text, sizeof text);
	while (!strstr(text, u->shows))
		u++;
	return u;
}

static void start_tar(const struct tarball *t, const char *dir,
		      struct program *p)
{
	const struct jail jail = { t->ids, dir, PART };
	char path[PATH_MAX], unused[PATH_MAX];
	const char *argv[WORDS] = { "tar", "-x", "-p", "-f", "-" };
	const struct unpacker *u;
	size_t i = 0, n = 5;

	while (i < COUNT(tars) && !program_find(tars[i], path))
		i++;
	if (i == COUNT(tars))
		die("unpack %s: there is no tar in /usr/bin or /bin",
		    t->l->rootfs);
	u = which_tar(path);
	if (t->packing->program && !u->decompresses &&
	    !program_find(t->packing->program, unused))
		die("unpack %s: there is no %s in /usr/bin or /bin",
		    t->l->rootfs, t->packing->program);
	/* Names are those of the host's users, and mean nothing there. */
	argv[n++] = "--numeric-owner";
	if (t->owners == OWNERS_CALLER)
		argv[n++] = "--no-same-owner";
	if (t->packing->option)
		argv[n++] = t->packing->option;
	for (i = 0; u->options[i]; i++)
		argv[n++] = u->options[i];
	program_start(p, &jail, path, argv);
}

int tarball_unpack(const struct tarball *t, const char *dir, const char *digest,
		   void (*progress)(off_t), char *why, size_t size)
{
	struct feed f = {
		.t = t, .progress = progress, .why = why, .size = size
	};
	char now[DIGEST_TEXT], path[PATH_MAX];
	int dir_fd = -1, status;

	*why = 0;
	if (digest) {
		dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
		start_sum(t, &f.sum);
	}
	start_tar(t, dir, &f.tar);
	feed(&f, dir_fd);
	fd_close(&dir_fd);
	status = program_finish(&f.tar);
	if (digest && finish_sum(&f.sum, now) < 0)
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
	if (digest && strcmp(now, digest)) {
		snprintf(why, size, "it changed while it was read");
		return -1;
	}
	return 0;
}

int tarball_remove(const struct tarball *t, const char *dir)
{
	const struct jail jail = { t->ids, dir, NULL };
	char path[PATH_MAX], said[LINE];
	const char *argv[] = { "rm", "-rf", "--", PART, NULL };
	struct program p;

	if (rmdir(dir) == 0 || errno == ENOENT)
		return 0;
	if (!program_find("rm", path))
		return -1;
	program_start(&p, &jail, path, argv);
	program_hear(&p, said, sizeof said);
	return rmdir(dir);
}
