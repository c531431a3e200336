/* console.c - the caller's terminal, and the container's behind it */
#include "setup/host/console.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"

#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41) /* ioctl_tty(2) */
#endif

enum {
	/* What a pipe takes after POLLOUT without waiting, pipe(7). */
	BITE = 4096,
	PATIENCE_MS = 5000,
	QUIET_MS = 100,
};

enum { IN, MASTER, OUT };

/* What console_restore needs, and nothing else: it may run at any time. */
static struct termios saved;
static volatile int raw_fd = -1;

/* the caller's terminal ------------------------------------------------------ */

void console_restore(void)
{
	sys_sigset old;
	int fd = raw_fd;

	if (fd < 0)
		return;
	raw_fd = -1;
	/* From the background it would stop us, tcsetattr(3). */
	sys_sigmask(SYS_SIG_ALL, &old);
	tcsetattr(fd, TCSANOW, &saved);
	sys_sigmask(old, NULL);
}

static void make_raw(struct console *c)
{
	struct termios raw, pty;
	int fd;

	/* In the background the terminal is someone else's. */
	if (tcgetattr(0, &saved) < 0 || tcgetpgrp(0) != getpgrp())
		return;
	if (!tcgetattr(c->master_fd, &pty)) {
		pty.c_cc[VERASE] = saved.c_cc[VERASE];
		pty.c_iflag &= ~(tcflag_t)IUTF8;
		pty.c_iflag |= saved.c_iflag & IUTF8;
		tcsetattr(c->master_fd, TCSANOW, &pty);
	}
	fd = fcntl(0, F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		die("keep the terminal: %m");
	raw = saved;
	cfmakeraw(&raw);
	raw_fd = fd;
	if (tcsetattr(0, TCSANOW, &raw) < 0)
		die("make the terminal raw: %m");
}

void console_resize(struct console *c)
{
	struct winsize size;

	for (int fd = 0; fd < 3; fd++)
		if (!ioctl(fd, TIOCGWINSZ, &size) && size.ws_row) {
			/* The kernel tells the foreground group of the pty. */
			ioctl(c->master_fd, TIOCSWINSZ, &size);
			return;
		}
}

/*
 * The same terminal or pipe, opened once more: O_NONBLOCK of that is ours. A
 * file has its position in what is shared; it, and whatever does not let us,
 * stays as it is. Not a pty's master, which would be a new one.
 */
static int open_again(int fd)
{
	char path[32];
	struct stat st;
	unsigned number;

	if (fstat(fd, &st) < 0 || (!S_ISFIFO(st.st_mode) && !isatty(fd)) ||
	    !ioctl(fd, TIOCGPTN, &number))
		return -1;
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

void console_open(struct console *c, int master_fd)
{
	int flags = fcntl(master_fd, F_GETFL);

	memset(c, 0, sizeof *c);
	c->master_fd = master_fd;
	if (flags < 0 || fcntl(master_fd, F_SETFL, flags | O_NONBLOCK) < 0)
		die("take over the container's terminal: %m");
	/*
	 * As long as we have it, a command may close its terminal and open it
	 * again; else the first time would look like the end, pty(7). Where
	 * it cannot be had, that is so.
	 */
	c->peer_fd =
		ioctl(master_fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	c->out_fd = open_again(1);
	c->out_own = c->out_fd >= 0;
	if (!c->out_own)
		c->out_fd = 1;
	make_raw(c);
	console_resize(c);
}

/* bytes ---------------------------------------------------------------------- */

static size_t room(const struct console_pipe *p)
{
	return sizeof p->data - p->used;
}

/* Returns what read(2) does; what is in the pipe moves to its front first. */
static ssize_t fill(struct console_pipe *p, int fd)
{
	ssize_t n;

	if (p->start) {
		memmove(p->data, p->data + p->start, p->used);
		p->start = 0;
	}
	n = read(fd, p->data + p->used, room(p));
	if (n > 0)
		p->used += n;
	return n;
}

static ssize_t empty(struct console_pipe *p, int fd, size_t most)
{
	ssize_t n =
		write(fd, p->data + p->start, p->used < most ? p->used : most);

	if (n > 0) {
		p->start += n;
		p->used -= n;
	}
	if (!p->used)
		p->start = 0;
	return n;
}

/* An error, and none that goes away by itself. */
static int for_good(ssize_t n)
{
	return n < 0 && errno != EAGAIN && errno != EINTR;
}

static void close_out(struct console *c)
{
	if (c->out_own)
		fd_close(&c->out_fd);
	c->out_fd = -1;
	c->out.used = 0;
}

static void read_in(struct console *c)
{
	ssize_t n = fill(&c->in, c->in_fd);

	if (!n || for_good(n)) {
		c->in_fd = -1;
		c->ended = 1;
	}
}

/*
 * A terminal has no end of file but a character, and that only where lines are
 * edited (termios(3), VEOF): the first one ends an unfinished line.
 */
static void send_end(struct console *c)
{
	struct termios pty;

	c->ended = 0;
	if (tcgetattr(c->master_fd, &pty) < 0 || !(pty.c_lflag & ICANON))
		return;
	if (c->last && c->last != '\n')
		c->in.data[c->in.used++] = pty.c_cc[VEOF];
	c->in.data[c->in.used++] = pty.c_cc[VEOF];
}

static void write_master(struct console *c)
{
	char last = c->in.data[c->in.start + c->in.used - 1];

	if (for_good(empty(&c->in, c->master_fd, c->in.used)))
		c->in.used = c->in.start = 0;
	if (!c->in.used)
		c->last = last;
}

/* EIO: nobody has the other end open any more, pty(7). */
static void read_master(struct console *c)
{
	ssize_t n = fill(&c->out, c->master_fd);

	if (c->out_fd < 0)
		c->out.used = 0; /* read all the same, or the command waits */
	if (!n || for_good(n))
		c->hung_up = 1;
}

static void write_out(struct console *c)
{
	if (for_good(empty(&c->out, c->out_fd,
			   c->out_own ? c->out.used : (size_t)BITE)))
		close_out(c);
}

/* the loop --------------------------------------------------------------------- */

unsigned console_poll(struct console *c, struct pollfd *p)
{
	short events = 0;

	if (!c->hung_up && c->ended && !c->in.used)
		send_end(c);
	if (!c->hung_up && room(&c->out))
		events |= POLLIN;
	if (!c->hung_up && c->in.used)
		events |= POLLOUT;
	/* A descriptor with no events could still say POLLHUP, for ever. */
	p[IN] = (struct pollfd){ !c->hung_up && room(&c->in) ? c->in_fd : -1,
				 POLLIN, 0 };
	p[MASTER] = (struct pollfd){ events ? c->master_fd : -1, events, 0 };
	p[OUT] = (struct pollfd){ c->out.used ? c->out_fd : -1, POLLOUT, 0 };
	return CONSOLE_POLLED;
}

void console_step(struct console *c, struct pollfd *p)
{
	if (p[OUT].revents)
		write_out(c);
	if (p[MASTER].revents & POLLOUT)
		write_master(c);
	if (p[MASTER].revents & ~POLLOUT && p[MASTER].events & POLLIN)
		read_master(c);
	if (p[IN].revents)
		read_in(c);
}

void console_drain(struct console *c)
{
	struct pollfd p[CONSOLE_POLLED];

	c->in_fd = -1;
	c->ended = 0;
	c->in.used = 0;
	fd_close(&c->peer_fd); /* now its end is the end */
	while (!c->hung_up || c->out.used) {
		int wait = c->out.used ? PATIENCE_MS : QUIET_MS;
		int n;

		console_poll(c, p);
		n = poll(p, CONSOLE_POLLED, wait);
		if (n < 0 && errno != EINTR)
			break;
		if (!n)
			break;
		if (n > 0)
			console_step(c, p);
	}
	fd_close(&c->master_fd);
	close_out(c);
}
