/* printf.c - the C library's snprintf and dprintf, in programs with their own */
#include <stdio.h>
#include <stdlib.h>

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
	int n = format_v(NULL, 0, fmt, args), done = -1;
	char *text = n < 0 ? NULL : malloc(n + 1);

	if (text) {
		format_v(text, n + 1, fmt, args);
		done = fd_write_all(fd, text, n);
	}
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
