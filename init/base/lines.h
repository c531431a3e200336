/* lines.h - the lines of a file of any length, read piece by piece */
#ifndef CINIT_BASE_LINES_H
#define CINIT_BASE_LINES_H

struct lines {
	int fd; /* open for reading; the caller's */
	unsigned start, end;
	char buf[4096];
};

/*
 * The next line, without its end; in l->buf, so it may be written to. Lines
 * longer than the buffer are left out. NULL at the end.
 */
char *lines_next(struct lines *l);

#endif
