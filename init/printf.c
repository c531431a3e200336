/* printf.c - the C library's snprintf, in a program that has its own */
#include <stdio.h>

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
