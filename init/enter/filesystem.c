/* filesystem.c - a new file system as a detached mount */
#include <errno.h>
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/enter/parts.h"

enum { OPTIONS_MAX = 4096 };

/* "size=64m,mode=755,ro": a string for each with a value, else a flag. */
static int configure(int fd, const char *data, char which[64])
{
	char copy[OPTIONS_MAX];
	char *rest = copy, *option;

	if (strlen(data) >= sizeof copy) {
		strcpy(which, "all of them");
		errno = E2BIG;
		return -1;
	}
	strcpy(copy, data);
	while ((option = strsep(&rest, ","))) {
		char *value = strchr(option, '=');

		if (!*option)
			continue;
		snprintf(which, 64, "%s", option);
		if (value)
			*value++ = 0;
		if (sys_fsconfig(
			    fd, value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG,
			    option, value, 0) < 0)
			return -1;
	}
	return 0;
}

/* What the kernel itself says of a failure, fsopen(2): "e overlay: ...". */
static void kernel_says(int fd, char *text, size_t size)
{
	ssize_t n = read(fd, text, size - 1);

	text[n > 0 ? n : 0] = 0;
	if (n > 0 && text[n - 1] == '\n')
		text[n - 1] = 0;
}

int filesystem_make(const char *type, const char *source, const char *data,
		    uint64_t attr, const char *target, int optional)
{
	char which[64] = "";
	char said[256] = "";
	int fd = sys_fsopen(type), mount_fd;

	if (fd < 0 && optional && (errno == ENODEV || errno == EPERM))
		return -1;
	if (fd < 0)
		die("mount %s on %s: the kernel has no such file system: %m",
		    type, target);
	if (data && configure(fd, data, which) < 0) {
		int saved = errno;

		kernel_says(fd, said, sizeof said);
		errno = saved;
		die("mount %s on %s: option %s: %m%s%s", type, target, which,
		    *said ? ": " : "", said);
	}
	if ((source &&
	     sys_fsconfig(fd, FSCONFIG_SET_STRING, "source", source, 0) < 0) ||
	    sys_fsconfig(fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0 ||
	    (mount_fd = sys_fsmount(fd, attr)) < 0) {
		int saved = errno;

		kernel_says(fd, said, sizeof said);
		fd_close(&fd);
		errno = saved;
		if (optional && (errno == EPERM || errno == ENODEV))
			return -1;
		die("mount %s on %s: %m%s%s%s", type, target, *said ? ": " : "",
		    said,
		    errno == ELOOP ? " (a layer lies within another)" : "");
	}
	fd_close(&fd);
	return mount_fd;
}
