/* log.c - where the output of services goes; a slow reader holds nobody but them */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/services/supervise.h"

/*
 * What a service says comes through a pipe of its own. For `prefix` it goes on
 * in whole lines into one buffer, and from there to our standard output; while
 * that takes no more, we read no more, the pipes fill, and those who write
 * wait, as they would without us. A file takes all or fails; what it does not
 * take is lost, and counted.
 */
enum { RING = 4096, OUT = 8192, END_MS = 1000 };

struct outlet {
	/* prefix: the last of what it has said */
	unsigned head;	 /* where the next byte goes */
	unsigned filled; /* bytes in there */
	unsigned unsaid; /* the last ones have not gone out yet */
	char ring[RING];
};

/* A stream of ours; not to be waited for. */
struct sink {
	int fd;
	int asks; /* it would block: ask poll(2) before */
};

static struct sink out_sink = { .fd = 1 }, err_sink = { .fd = 2 };
static char out[OUT];
static size_t out_len;
static unsigned long long out_lost;

/*
 * Nonblocking is a property of the open file, which others have too, so we open
 * it once more. A socket, or what is another user's, cannot be: it is asked for
 * room first, which is enough unless somebody else takes it in between.
 */
static void sink_open(struct sink *sink, int fd)
{
	char path[32];
	struct stat st;
	int again = -1;

	if (!fstat(fd, &st) && (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode))) {
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		again = open(path,
			     O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	}
	sink->fd = again < 0 ? fd : again;
	sink->asks = again < 0 && !S_ISREG(st.st_mode);
}

/* How much it has taken, 0: nothing now; -1, errno. */
static ssize_t sink_write(const struct sink *sink, const char *data, size_t n)
{
	struct pollfd room = { .fd = sink->fd, .events = POLLOUT };
	ssize_t done;

	if (sink->asks && (poll(&room, 1, 0) < 1 || !(room.revents & POLLOUT)))
		return 0;
	if (sink->asks && n > PIPE_BUF)
		n = PIPE_BUF;
	done = write(sink->fd, data, n);
	return done < 0 && errno == EAGAIN ? 0 : done;
}

/* Our own sentences: those that find no room are lost. */
static void warn_sink(const char *text)
{
	char line[1100];
	int n = snprintf(line, sizeof line, "%s: %s\n", die_name, text);

	if (n >= (int)sizeof line)
		n = sizeof line - 1;
	for (int i = 0; i < n - 1; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 127)
			line[i] = '?';
	line[n - 1] = '\n';
	if (sink_write(&err_sink, line, n) < 0)
		return;
}

void log_streams(void)
{
	sink_open(&out_sink, 1);
	sink_open(&err_sink, 2);
	die_route.warn = warn_sink;
}

/* ---- prefix */

static void flush(void)
{
	ssize_t n;

	if (!out_len)
		return;
	n = sink_write(&out_sink, out, out_len);
	if (n < 0) {
		out_lost += out_len;
		n = out_len;
	}
	out_len -= n;
	memmove(out, out + n, out_len);
}

static char ring_at(const struct outlet *o, unsigned back)
{
	return o->ring[(o->head + RING - back) % RING];
}

/* Whole lines, and what is too long to become one; `all`: the rest as well.
 * Returns how many bytes have found no room. */
static unsigned emit(const struct service *s, int all)
{
	struct outlet *o = s->outlet;
	size_t name = strlen(s->name);

	while (o->unsaid) {
		unsigned n = 0;

		while (n < o->unsaid && ring_at(o, o->unsaid - n) != '\n')
			n++;
		if (n == o->unsaid && n < RING && !all)
			return 0;
		if (out_len + name + 3 + n + 1 > OUT)
			flush();
		if (out_len + name + 3 + n + 1 > OUT)
			return o->unsaid;
		memcpy(out + out_len, s->name, name);
		memcpy(out + out_len + name, " | ", 3);
		out_len += name + 3;
		for (unsigned i = 0; i < n; i++)
			out[out_len++] = ring_at(o, o->unsaid - i);
		out[out_len++] = '\n';
		o->unsaid -= n < o->unsaid ? n + 1 : n;
	}
	return 0;
}

static void prefix_read(struct service *s)
{
	struct outlet *o = s->outlet;
	unsigned room = RING - o->unsaid;
	ssize_t n;

	if (room > RING - o->head)
		room = RING - o->head;
	n = read(s->log_in, o->ring + o->head, room);
	if (n <= 0)
		return;
	o->head = (o->head + n) % RING;
	o->unsaid += n;
	o->filled = o->filled + n > RING ? RING : o->filled + n;
	emit(s, 0);
}

/* ---- files */

static void log_lost(struct service *s, size_t n)
{
	if (!s->log_lost)
		warn("%s: write to %s: %m; what it says is lost", s->name,
		     s->log_to);
	s->log_lost += n;
}

static int file_open(struct service *s)
{
	struct stat st;

	/* Its directory may belong to somebody else than we do. */
	s->log_fd = open(s->log_to,
			 O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK |
				 O_NOCTTY | O_CLOEXEC,
			 0640);
	if (s->log_fd < 0)
		return -1;
	if (fstat(s->log_fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		errno = ENOTSUP;
		fd_close(&s->log_fd);
		return -1;
	}
	s->log_filled = st.st_size;
	return 0;
}

/* FILE.2 becomes FILE.3, FILE.1 FILE.2, FILE FILE.1. */
static void rotate(struct service *s)
{
	char from[PATH_MAX], to[PATH_MAX];

	for (unsigned i = s->log_count; i > 0; i--) {
		snprintf(to, sizeof to, "%s.%u", s->log_to, i);
		snprintf(from, sizeof from, i > 1 ? "%s.%u" : "%s", s->log_to,
			 i - 1);
		if (rename(from, to) < 0 && errno != ENOENT)
			warn("%s: rename %s to %s: %m", s->name, from, to);
	}
	if (!s->log_count && unlink(s->log_to) < 0)
		warn("%s: remove %s: %m", s->name, s->log_to);
	fd_close(&s->log_fd);
}

static void file_put(struct service *s, const char *data, size_t n)
{
	if (!n)
		return;
	if (s->log_fd < 0 && file_open(s) < 0) {
		log_lost(s, n);
		return;
	}
	while (n) {
		ssize_t done = write(s->log_fd, data, n);

		if (done < 0) {
			log_lost(s, n);
			return;
		}
		data += done;
		n -= done;
		s->log_filled += done;
	}
	if (s->log_lost)
		warn("%s: %llu bytes of what it said were lost", s->name,
		     (unsigned long long)s->log_lost);
	s->log_lost = 0;
}

/* A new file begins with a new line, unless there are none. */
static void file_read(struct service *s)
{
	static char data[RING];
	ssize_t n = read(s->log_in, data, sizeof data);
	const char *line;
	size_t first = 0;

	if (n <= 0)
		return;
	if (s->log_filled + n > s->log_size) {
		line = memchr(data, '\n', n);
		if (!s->log_inside)
			first = 0;
		else
			first = line ? (size_t)(line - data) + 1 : (size_t)n;
		file_put(s, data, first);
		if (s->log_filled && s->log_fd >= 0 &&
		    (first < (size_t)n || s->log_filled > 2 * s->log_size))
			rotate(s);
	}
	file_put(s, data + first, n - first);
	s->log_inside = data[n - 1] != '\n';
}

/* ---- all of them */

int log_make(struct service *s, struct arena *memory)
{
	int fd[2];

	s->log_fd = -1;
	if (s->log == LOG_PREFIX &&
	    !(s->outlet = arena_take(memory, sizeof *s->outlet)))
		return -1;
	if (s->log != LOG_PREFIX && s->log != LOG_FILE && !s->reads_logs)
		return 0;
	if (sys_pipe(fd) < 0)
		return -1;
	s->log_in = fd[0];
	s->log_out = fd[1];
	/* Ours alone, where we are the reader. */
	return s->reads_logs ? 0 : fcntl(fd[0], F_SETFL, O_NONBLOCK);
}

void log_begin(struct service *s)
{
	int fd[2];

	if (s->log == LOG_FILE && s->log_fd < 0 && file_open(s) < 0)
		warn("%s: open %s: %m; what it says is lost", s->name,
		     s->log_to);
	/* It was closed so that it would end; it begins with a new one. */
	if (!s->reads_logs || s->log_out >= 0)
		return;
	if (sys_pipe(fd) < 0) {
		warn("%s: make a pipe for what it reads: %m", s->name);
		return;
	}
	fd_close(&s->log_in);
	s->log_in = fd[0];
	s->log_out = fd[1];
}

static void readable(unsigned i)
{
	struct service *s = &services.item[i];

	if (s->outlet)
		prefix_read(s);
	else
		file_read(s);
}

/* There is room again: all who waited for it, and as much as it takes. */
static void push(unsigned i)
{
	flush();
	for (unsigned j = 0; j < services.count; j++)
		if (services.item[j].outlet && services.item[j].outlet->unsaid)
			emit(&services.item[j], 0);
	flush();
}

void log_watch(void)
{
	push(0);
	if (out_len)
		watch(out_sink.fd, POLLOUT, push, 0);
	for (unsigned i = 0; i < services.count; i++) {
		struct service *s = &services.item[i];

		if (s->log_in < 0 || s->reads_logs || (s->outlet && out_len))
			continue;
		watch(s->log_in, POLLIN, readable, i);
	}
}

void log_end(void)
{
	int64_t until = clock_ms() + END_MS;

	for (unsigned i = 0; i < services.count; i++) {
		struct service *s = &services.item[i];
		struct pollfd more = { .fd = s->log_in, .events = POLLIN };

		while (s->log_in >= 0 && !s->reads_logs && clock_ms() < until &&
		       poll(&more, 1, 0) == 1) {
			if (s->outlet && emit(s, 0))
				poll(&(struct pollfd){ .fd = out_sink.fd,
						       .events = POLLOUT },
				     1, until - clock_ms());
			else
				readable(i);
		}
		while (s->outlet && clock_ms() < until && emit(s, 1))
			poll(&(struct pollfd){ .fd = out_sink.fd,
					       .events = POLLOUT },
			     1, until - clock_ms());
	}
	for (flush(); out_len && clock_ms() < until; flush())
		poll(&(struct pollfd){ .fd = out_sink.fd, .events = POLLOUT },
		     1, until - clock_ms());
	out_lost += out_len;
	if (out_lost)
		warn("%llu bytes of output were lost: nobody took them",
		     out_lost);
}

size_t log_tail(const struct service *s, char *text, size_t size)
{
	struct outlet *o = s->outlet;
	size_t n = 0;
	ssize_t got;

	if (o) {
		unsigned back = o->filled < size ? o->filled : size;

		for (; back; back--)
			text[n++] = ring_at(o, back);
		return n;
	}
	if (s->log_fd < 0)
		return 0;
	got = pread(s->log_fd, text, size,
		    s->log_filled > size ? s->log_filled - size : 0);
	return got < 0 ? 0 : got;
}
