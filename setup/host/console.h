/* console.h - the caller's terminal, and the container's behind it */
#ifndef CINIT_SETUP_HOST_CONSOLE_H
#define CINIT_SETUP_HOST_CONSOLE_H

#include <poll.h>
#include <stddef.h>

enum { CONSOLE_BUFFER = 64 << 10, CONSOLE_POLLED = 3 };

/* Bytes on their way. */
struct console_pipe {
	char data[CONSOLE_BUFFER];
	size_t start, used;
};

struct console {
	int master_fd;	   /* of the container's pty; -1: none */
	int peer_fd;	   /* its other end, held open by us as well */
	int hung_up;	   /* no more comes from it, none takes what we send */
	int in_fd, out_fd; /* -1: at its end, or gone */
	int out_own;	   /* out_fd is ours alone, and never blocks */
	int ended; /* our input has ended, the command has yet to see it */
	char last; /* byte that went to the pty */
	struct console_pipe in, out;
};

/*
 * Takes over the pty's master, which must be nobody else's, and stdin and
 * stdout: a terminal at stdin becomes raw, and its size and its erase
 * character are those of the pty. SIGPIPE must be ignored. Dies.
 *
 * Nothing here ever waits for a slow reader, and the caller's descriptors
 * never become non-blocking: their flags are shared with other programs.
 */
void console_open(struct console *c, int master_fd);

/*
 * Puts the caller's terminal back, once; safe in a signal handler, and before
 * console_open.
 */
void console_restore(void);

/* Copies the size of the caller's terminal: after SIGWINCH. */
void console_resize(struct console *c);

/* What to wait for, in CONSOLE_POLLED entries; returns their number. */
unsigned console_poll(struct console *c, struct pollfd *p);

/* Moves what can be moved, after poll(2). */
void console_step(struct console *c, struct pollfd *p);

/*
 * At the end: what is still in the pty goes to stdout. Waits as long as the
 * reader takes something every five seconds.
 */
void console_drain(struct console *c);

#endif
