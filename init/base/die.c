/* die.c - one sentence, and the end */
#include "init/base/die.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "init/base/fd.h"

enum { SENTENCE = 1024 };

struct die_route die_route = { die_to_stderr, warn_to_stderr, NULL };
const char *die_name = "cinit";
pid_t die_pid;

void line_to_stderr(const char *before, const char *text)
{
	char line[SENTENCE + 176];
	int n = snprintf(line, sizeof line, "%s%s\n", before, text);

	if (n >= (int)sizeof line)
		n = sizeof line - 1;
	/* One line, whatever the names in it are made of; and no escape of
	 * the container's choice reaches the caller's terminal. */
	for (int i = 0; i < n - 1; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 127)
			line[i] = '?';
	if (fd_write_all(2, line, n) < 0)
		return; /* there is nobody left to tell */
}

void warn_to_stderr(const char *text)
{
	char before[64];

	snprintf(before, sizeof before, "%s: ", die_name);
	line_to_stderr(before, text);
}

void leave(int status)
{
	if (die_route.leave)
		die_route.leave(status);
	_exit(status);
}

void die_to_stderr(int status, const char *text)
{
	warn_to_stderr(text);
	leave(status);
}

static void sentence(int status, const char *fmt, va_list args)
	__attribute__((noreturn));

static void sentence(int status, const char *fmt, va_list args)
{
	char text[SENTENCE];

	if (die_pid == getpid())
		leave(EXIT_OURS);
	die_pid = getpid();
	vsnprintf(text, sizeof text, fmt, args);
	die_route.fail(status, text);
}

void die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	sentence(EXIT_OURS, fmt, args);
}

void die_status(int status, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	sentence(status, fmt, args);
}

void warn(const char *fmt, ...)
{
	int saved = errno;
	char text[SENTENCE];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	die_route.warn(text);
	errno = saved;
}
