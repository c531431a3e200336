/* filesystem.c - a new file system as a detached mount */
#include "init/base/filesystem.h"

#include <errno.h>
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "init/base/fd.h"
#include "init/base/sys.h"

enum { OPTIONS_MAX = 4096 };

/* "size=64m,mode=755,ro": a string for each with a value, else a flag. */
static int configure(int fd, const char *options, char step[96])
{
	char copy[OPTIONS_MAX];
	char *rest = copy, *option;

	if (strlen(options) >= sizeof copy) {
		strcpy(step, "all options: ");
		errno = E2BIG;
		return -1;
	}
	strcpy(copy, options);
	while ((option = strsep(&rest, ","))) {
		char *value = strchr(option, '=');

		if (!*option)
			continue;
		snprintf(step, 96, "option %.80s: ", option);
		if (value)
			*value++ = 0;
		if (sys_fsconfig(
			    fd, value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG,
			    option, value, 0) < 0)
			return -1;
	}
	*step = 0;
	return 0;
}

/* A line without its end: "e overlay: ...". */
static void kernel_says(int fd, char *text, size_t size)
{
	ssize_t n = read(fd, text + 2, size - 3);

	if (n <= 0)
		return;
	memcpy(text, ": ", 2);
	n += 2;
	text[n - (text[n - 1] == '\n')] = 0;
}

int filesystem_new(const char *type, const char *source, const char *options,
		   uint64_t attr, struct filesystem_why *why)
{
	int fd = sys_fsopen(type), mount_fd = -1, saved;

	*why = (struct filesystem_why){ 0 };
	if (fd < 0) {
		strcpy(why->step, "the kernel has no such file system: ");
		return -1;
	}
	if ((!options || configure(fd, options, why->step) == 0) &&
	    (!source || sys_fsconfig(fd, FSCONFIG_SET_STRING, "source", source,
				     0) == 0) &&
	    sys_fsconfig(fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		mount_fd = sys_fsmount(fd, attr);
	saved = errno;
	if (mount_fd < 0)
		kernel_says(fd, why->said, sizeof why->said);
	fd_close(&fd);
	errno = saved;
	return mount_fd;
}
