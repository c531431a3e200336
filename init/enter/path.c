/* path.c - names inside the container, whatever its image put there */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/enter/parts.h"

static const char *below(const char *path)
{
	while (*path == '/')
		path++;
	return *path ? path : ".";
}

int path_open(int root_fd, const char *path, uint64_t extra_flags)
{
	int fd;

	/* EAGAIN: a rename somewhere raced with "..", openat2(2). */
	do
		fd = sys_openat2(root_fd, below(path), O_PATH | extra_flags, 0,
				 RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
	while (fd < 0 && errno == EAGAIN);
	return fd;
}

/*
 * One missing part: nothing but what mkdir or O_EXCL has just made, or a
 * directory that someone else made meanwhile; a link is refused.
 */
static int make_directory(int dir_fd, const char *name, mode_t mode)
{
	if (mkdirat(dir_fd, name, mode) < 0 && errno != EEXIST)
		return -1;
	return sys_openat2(dir_fd, name, O_PATH | O_DIRECTORY, 0,
			   RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
}

/* What is missing, from the deepest directory that exists on down. */
static int make_directories(int root_fd, char *path, mode_t mode)
{
	char *slash = strrchr(path, '/');
	int up_fd, fd;

	if (slash)
		*slash = 0;
	up_fd = path_open(root_fd, slash ? path : ".", O_DIRECTORY);
	if (up_fd < 0 && errno == ENOENT && slash)
		up_fd = make_directories(root_fd, path, 0755);
	if (slash)
		*slash = '/';
	if (up_fd < 0)
		return -1;
	fd = make_directory(up_fd, slash ? slash + 1 : path, mode);
	fd_close(&up_fd);
	return fd;
}

/* A copy without leading, doubled and trailing slashes. */
static int tidy(char *out, const char *path)
{
	size_t n = 0;

	for (; *path; path++) {
		if (*path == '/' && (!n || out[n - 1] == '/'))
			continue;
		if (n == PATH_MAX - 1) {
			errno = ENAMETOOLONG;
			return -1;
		}
		out[n++] = *path;
	}
	while (n && out[n - 1] == '/')
		n--;
	out[n] = 0;
	return 0;
}

/* The last parent: most of /dev is made one by one. */
static int last_fd = -1;
static char last[PATH_MAX];

void path_forget(void)
{
	fd_close(&last_fd);
}

/* Of a tidy path: a descriptor of ours, or -1; not for the caller to close. */
static int parent(int root_fd, char *path)
{
	if (last_fd >= 0 && !strcmp(path, last))
		return last_fd;
	path_forget();
	strcpy(last, path);
	last_fd = path_open(root_fd, path, O_DIRECTORY);
	if (last_fd < 0 && errno == ENOENT)
		last_fd = make_directories(root_fd, path, 0755);
	return last_fd;
}

int path_parent(int root_fd, const char *path, const char **name)
{
	char copy[PATH_MAX], *slash;

	if (tidy(copy, path) < 0)
		return -1;
	slash = strrchr(copy, '/');
	*name = path + strlen(path);
	while ((*name)[-1] == '/')
		--*name;
	while (*name > path && (*name)[-1] != '/')
		--*name;
	*(slash ? slash : copy) = 0;
	return parent(root_fd, copy);
}

int path_make_dir(int root_fd, const char *path, mode_t mode)
{
	int fd = path_open(root_fd, path, 0);
	char copy[PATH_MAX];

	if (fd >= 0 || errno != ENOENT)
		return fd;
	return tidy(copy, path) < 0 ? -1 :
				      make_directories(root_fd, copy, mode);
}

int path_make_file(int root_fd, const char *path, mode_t mode)
{
	const char *name;
	int up_fd = path_parent(root_fd, path, &name), fd;

	/* Missing, more often than not. */
	if (up_fd < 0)
		return -1;
	fd = sys_openat2(up_fd, name, O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
			 mode, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
	return fd >= 0 || errno != EEXIST ? fd : path_open(root_fd, path, 0);
}
