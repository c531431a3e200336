/* format.h - snprintf(3), as far as these programs need it */
#ifndef CINIT_BASE_FORMAT_H
#define CINIT_BASE_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/*
 * As vsnprintf(3) with d i u x o c s m %, the flags # 0 -, a width, a
 * precision (of s), and hh h l ll z j. That of the C library is 12 KB, for
 * floating point, wide characters and streams; our programs have this one.
 */
int format_v(char *buf, size_t size, const char *fmt, va_list args)
	__attribute__((format(printf, 3, 0)));

#endif
