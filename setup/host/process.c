/* process.c - a process that was written down: is it still the same? */
#include "setup/host/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "init/base/fd.h"
#include "init/base/sys.h"

enum { END_MS = 10000, STARTTIME = 22 /* the field's number */ };

uint64_t process_started(pid_t pid)
{
	char path[32], text[512], *field;

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	if (fd_read_file(AT_FDCWD, path, text, sizeof text) < 0)
		return 0;
	field = strrchr(text, ')'); /* the name may hold anything */
	if (!field || field[1] != ' ' || strchr("ZX", field[2]))
		return 0;
	for (int n = 2; n < STARTTIME && field; n++)
		field = strchr(field + 1, ' ');
	return field ? strtoull(field, NULL, 10) : 0;
}

/* First the pidfd: while what it stands for lives, its number is no other's. */
int process_open(pid_t pid, uint64_t started)
{
	int fd = pid ? sys_pidfd_open(pid, 0) : -1;

	if (fd >= 0 && process_started(pid) != started)
		fd_close(&fd);
	if (fd < 0)
		errno = ESRCH;
	return fd;
}

int process_end(int pidfd)
{
	struct pollfd p = { pidfd, POLLIN, 0 };

	if (sys_pidfd_send_signal(pidfd, SIGKILL, NULL) < 0)
		return errno == ESRCH ? 0 : -1;
	return poll(&p, 1, END_MS) == 1 ? 0 : -1;
}
