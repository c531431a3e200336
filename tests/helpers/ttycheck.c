/*
 * Says what terminal standard input is, and whether it can be abused.
 *
 * Pushing characters into a terminal's input (TIOCSTI, and TIOCLINUX on a
 * console) is how a process breaks out to whoever reads there next.  A seccomp
 * filter must refuse them whatever the upper half of the argument holds, which
 * the kernel ignores: CVE-2019-7303.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

static const char *error_name(int error)
{
	static const struct {
		int error;
		const char *name;
	} names[] = {
		{ 0, "0" }, { EPERM, "EPERM" }, { EIO, "EIO" },
		{ EINVAL, "EINVAL" }, { ENOTTY, "ENOTTY" }, { EBADF, "EBADF" },
		{ EFAULT, "EFAULT" }, { EACCES, "EACCES" }, { ENOSYS, "ENOSYS" },
		{ ENXIO, "ENXIO" }, { ENOENT, "ENOENT" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].error == error)
			return names[i].name;
	return strerror(error);
}

/* The raw call: libc cuts the request to the int that its prototype has. */
static void try_ioctl(const char *name, unsigned long request, const char *arg)
{
	char byte = arg[0];
	long result = syscall(SYS_ioctl, 0, request, &byte);

	printf("%s=%s\n", name, error_name(result < 0 ? errno : 0));
}

int main(void)
{
	struct winsize size = { 0 };
	struct termios mode;
	int fd;

	printf("tty=%s\n", isatty(0) ? "yes" : "no");
	if (isatty(0) && ttyname(0))
		printf("name=%s\n", ttyname(0));
	if (ioctl(0, TIOCGWINSZ, &size) == 0)
		printf("size=%dx%d\n", size.ws_col, size.ws_row);
	if (tcgetattr(0, &mode) == 0)
		printf("mode=%s %s\n",
		       mode.c_lflag & ICANON ? "canonical" : "raw",
		       mode.c_lflag & ECHO ? "echo" : "silent");
	printf("session=%d\npgrp=%d\nforeground=%d\n", getsid(0), getpgrp(),
	       tcgetpgrp(0));
	fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
	printf("controlling=%s\n", fd < 0 ? error_name(errno) : "yes");

	try_ioctl("TIOCSTI", TIOCSTI, " ");
	try_ioctl("TIOCSTI_high", TIOCSTI | 1UL << 32, " ");
	try_ioctl("TIOCLINUX", TIOCLINUX, "\006");	/* asks only */
	try_ioctl("TIOCLINUX_high", TIOCLINUX | 1UL << 32, "\006");
	return 0;
}
