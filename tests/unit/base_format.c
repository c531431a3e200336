/* base_format.c - our snprintf and the C library's say the same */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "init/base/format.h"
#include "tests/unit/tap.h"

static char ours[64];
static int n;

static void format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void format(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	n = format_v(ours, sizeof ours, fmt, args);
	va_end(args);
}

/* The same by both; the errno is the same, too. */
#define SAME(...)                                                  \
	do {                                                       \
		char theirs[64];                                   \
		int m;                                             \
		errno = ENOENT;                                    \
		m = snprintf(theirs, sizeof theirs, __VA_ARGS__);  \
		errno = ENOENT;                                    \
		format(__VA_ARGS__);                               \
		ok(n == m && !strcmp(ours, theirs), #__VA_ARGS__); \
		if (n != m || strcmp(ours, theirs) != 0)           \
			printf("# got: %s\n", ours);               \
	} while (0)

int main(void)
{
	/* volatile: the compiler must not see that it is cut */
	const char *volatile none = "";
	const char *volatile lengthy = "sixty-four characters and more do not "
				       "fit in the room that there is";

	SAME("plain, 100%%");
	SAME("%s and %s", "a", "b");
	SAME("[%s]", none);
	SAME("%.40s", "longer than it may be? no, this one fits");
	SAME("%.3s|%.0s|%.*s", "abcdef", "abc", 2, "xyz");
	SAME("%5s|%2s", "abc", "abc");
	SAME("%c%c", 'x', 'y');
	SAME("%d %d %d %i", 0, 42, -42, -1);
	SAME("%d %d", INT32_MIN, INT32_MAX);
	SAME("%u %u", 0u, UINT32_MAX);
	SAME("%lld %lld", (long long)INT64_MIN, (long long)INT64_MAX);
	SAME("%llu", (unsigned long long)UINT64_MAX);
	SAME("%ld %lu", -5L, 5UL);
	SAME("%zu %zd", sizeof ours, (ssize_t)-7);
	SAME("%x %llx %#x", 0xbeefu, 0x123456789abcdefULL, 255u);
	SAME("%llo %o", 0755ULL, 8u);
	SAME("%hhu %hhd %hu", (unsigned char)200, (signed char)-3,
	     (unsigned short)60000);
	SAME("%5d|%05d|%2d|%04x", 42, 42, 12345, 0xau);
	SAME("%5d|%05d|%06llu|%09llu", -42, -42, 7ULL, 1234567890ULL);
	SAME("%-5d|%-5s|%-2s|%-4c|%-3u|%-6lld", -42, "abc", "abc", 'x', 7u,
	     -1234LL);
	SAME("open %s: %m", "x");
	SAME("%s", lengthy);
	SAME("%d%s%d", 1234567, lengthy, 8);
	return done();
}
