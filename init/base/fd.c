/* fd.c - descriptors */
#include "init/base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "init/base/sys.h"

#ifndef MFD_EXEC
#define MFD_NOEXEC_SEAL 0x8U /* linux/memfd.h, since 6.3 */
#define MFD_EXEC 0x10U
#endif
#ifndef F_SEAL_EXEC
#define F_SEAL_EXEC 0x20
#endif

void fd_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved;
}

int fd_write_all(int fd, const void *data, size_t size)
{
	const char *p = data;

	while (size) {
		ssize_t n = write(fd, p, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		size -= n;
	}
	return 0;
}

ssize_t fd_read_all(int fd, void *data, size_t size)
{
	size_t have = 0;

	while (have < size) {
		ssize_t n = read(fd, (char *)data + have, size - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (!n)
			break;
		have += n;
	}
	return have;
}

ssize_t fd_read_file(int dir_fd, const char *path, char *buf, size_t size)
{
	int fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = fd_read_all(fd, buf, size - 1);
	fd_close(&fd);
	if (n < 0)
		return -1;
	if (n && buf[n - 1] == '\n')
		n--;
	buf[n] = 0;
	return n;
}

int fd_write_file(int dir_fd, const char *path, const char *text)
{
	int fd = openat(dir_fd, path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	size_t size = strlen(text);
	ssize_t n;

	if (fd < 0)
		return -1;
	/* Files of /proc and of cgroups take a value in one write. */
	do
		n = write(fd, text, size);
	while (n < 0 && errno == EINTR);
	if (n >= 0 && (size_t)n < size)
		errno = EIO;
	fd_close(&fd);
	return n < 0 || (size_t)n < size ? -1 : 0;
}

int fd_sealed(const char *name, const void *data, size_t size, int executable)
{
	unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	int fd = memfd_create(
		name, flags | (executable ? MFD_EXEC : MFD_NOEXEC_SEAL));

	if (fd < 0 && errno == EINVAL) /* before 6.3 */
		fd = memfd_create(name, flags);
	if (fd < 0)
		return -1;
	if (fd_write_all(fd, data, size) < 0 || lseek(fd, 0, SEEK_SET) < 0 ||
	    fcntl(fd, F_ADD_SEALS,
		  F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0)
		fd_close(&fd);
	return fd;
}

void fd_close_others(int from, const int *keep, size_t n)
{
	unsigned first = from, next = from;

	while (next != ~0U) {
		next = ~0U;
		for (size_t i = 0; i < n; i++)
			if (keep[i] >= (int)first && (unsigned)keep[i] < next)
				next = keep[i];
		if (next > first)
			sys_close_range(first, next == ~0U ? next : next - 1,
					0);
		first = next + 1;
	}
}

int fd_place(int fd, int to)
{
	if (fd == to)
		return fcntl(fd, F_SETFD, 0);
	return dup2(fd, to) < 0 ? -1 : 0;
}
