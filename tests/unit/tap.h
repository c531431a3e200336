/* tap.h - what a unit test says: a line of TAP for each sentence, then how many */
#ifndef CINIT_TESTS_UNIT_TAP_H
#define CINIT_TESTS_UNIT_TAP_H

#include <stdarg.h>
#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static unsigned tests, failures;

/* One sentence, and whether it is true; returns that. */
static inline int ok(int good, const char *sentence)
{
	printf("%sok %u - ", good ? "" : "not ", ++tests);
	for (; *sentence; sentence++)
		putchar(*sentence < ' ' && *sentence > 0 ? '|' : *sentence);
	putchar('\n');
	fflush(stdout); /* a fork would print it twice */
	failures += !good;
	return good;
}

static inline int okf(int good, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static inline int okf(int good, const char *fmt, ...)
{
	char sentence[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(sentence, sizeof sentence, fmt, args);
	va_end(args);
	return ok(good, sentence);
}

/* The last line; the status of the program. */
static inline int done(void)
{
	printf("1..%u\n", tests);
	return failures != 0;
}

#endif
