/* lines.c - the lines of a file of any length, read piece by piece */
#include "init/base/lines.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/*
 * Every mount costs the kernel a microsecond to describe, and it describes no
 * more than are asked for.
 */
enum { PIECE = 1024 };

char *lines_next(struct lines *l)
{
	int whole = 1; /* the line began where we know it did */

	for (;;) {
		char *line = l->buf + l->start;
		char *end = memchr(line, '\n', l->end - l->start);
		size_t room;
		ssize_t n;

		if (end) {
			*end = 0;
			l->start = end + 1 - l->buf;
			if (whole)
				return line;
			whole = 1;
			continue;
		}
		memmove(l->buf, line, l->end - l->start);
		l->end -= l->start;
		l->start = 0;
		if (l->end == sizeof l->buf) {
			l->end = 0;
			whole = 0;
		}
		room = sizeof l->buf - l->end;
		do
			n = read(l->fd, l->buf + l->end,
				 room < PIECE ? room : PIECE);
		while (n < 0 && errno == EINTR);
		if (n <= 0)
			return NULL; /* the kernel ends every line */
		l->end += n;
	}
}
