/* libc.c - instead of what the C library has larger than our programs need */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "init/base/fd.h"
#include "init/base/format.h"

int vsnprintf(char *restrict buf, size_t size, const char *restrict fmt,
	      va_list args)
{
	return format_v(buf, size, fmt, args);
}

int snprintf(char *restrict buf, size_t size, const char *restrict fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = format_v(buf, size, fmt, args);
	va_end(args);
	return n;
}

int vdprintf(int fd, const char *restrict fmt, va_list args)
{
	char line[256], *text = line;
	int n = format_v(line, sizeof line, fmt, args), done = -1;

	if (n >= (int)sizeof line) {
		text = malloc(n + 1);
		if (text)
			format_v(text, n + 1, fmt, args);
	}
	if (n >= 0 && text)
		done = fd_write_all(fd, text, n);
	if (text != line)
		free(text);
	return done < 0 ? -1 : n;
}

int dprintf(int fd, const char *restrict fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vdprintf(fd, fmt, args);
	va_end(args);
	return n;
}

/* Without locks and owners. */
int fcntl(int fd, int cmd, ...)
{
	va_list args;
	unsigned long arg;

	va_start(args, cmd);
	arg = va_arg(args, unsigned long);
	va_end(args);
	return syscall(SYS_fcntl, fd, cmd, arg);
}

/* The kernel's struct is the C library's on the machines that we run on. */
#ifdef __x86_64__
_Static_assert(sizeof(struct stat) == 144, "arch/x86: asm/stat.h");
#else
_Static_assert(sizeof(struct stat) == 128, "asm-generic/stat.h");
#endif

int fstatat(int fd, const char *restrict path, struct stat *restrict st,
	    int flags)
{
	if (flags == AT_EMPTY_PATH && !*path) /* fstat(3) */
		return syscall(SYS_fstat, fd, st);
	return syscall(SYS_newfstatat, fd, path, st, flags);
}
