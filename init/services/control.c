/* control.c - the socket where one asks about services, and for what */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/parse.h"
#include "init/base/sys.h"
#include "init/services/control.h"
#include "init/services/supervise.h"

enum { PATIENCE_MS = 5000 };

enum waits { WAITS_NOT, WAITS_UP, WAITS_DOWN };

/* A client has one request, and gets one answer: packets, then the last one. */
static struct client {
	int fd;		  /* 0: nobody */
	enum waits waits; /* for what becomes of the service */
	unsigned service;
	int64_t deadline; /* for its request */
} clients[CLIENTS];

static int listen_fd = -1;
static char socket_path[sizeof((struct sockaddr_un *)0)->sun_path];

/* ---- answers: whoever does not take one at once has none */

static void let_go(struct client *c)
{
	close(c->fd);
	*c = (struct client){ 0 };
}

static int answer(struct client *c, enum control_kind kind, const char *text,
		  size_t len)
{
	char head = kind;
	struct iovec parts[] = { { &head, 1 }, { (char *)text, len } };
	struct msghdr m = { .msg_iov = parts, .msg_iovlen = 2 };

	return sys_sendmsg(c->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -1 : 0;
}

static void end_answer(struct client *c, enum control_kind kind,
		       const char *fmt, const struct service *s)
{
	char text[256];
	int n = snprintf(text, sizeof text, fmt, s->name, s->last);

	if (n >= (int)sizeof text)
		n = sizeof text - 1;
	answer(c, kind, text, n);
	let_go(c);
}

/* ---- what can be asked */

static void do_status(struct client *c, unsigned i, int one)
{
	char text[CONTROL_PACKET];
	size_t n = 0;
	int64_t now = clock_ms();

	for (unsigned j = one ? i : 0; j < (one ? i + 1 : services.count);
	     j++) {
		const struct service *s = &services.item[j];

		n += snprintf(text + n, sizeof text - n,
			      "%s\t%s\t%d\t%lld\t%u\t%d\t%s\n", s->name,
			      state_name(s->state), s->pid,
			      (long long)(now - s->since), s->restarts, s->last,
			      s->last > 128 && s->signal ?
				      signal_name(s->signal) :
				      "");
		if (n > sizeof text - CONTROL_ROW) {
			answer(c, CONTROL_ROWS, text, n);
			n = 0;
		}
	}
	answer(c, CONTROL_ROWS, text, n);
	answer(c,
	       !one || state_traits(services.item[i].state) & READY_FOR_OTHERS ?
		       CONTROL_GOOD :
		       CONTROL_BAD,
	       "", 0);
	let_go(c);
}

static void wait_for(struct client *c, unsigned i, enum waits what, int no_wait)
{
	c->waits = what;
	c->service = i;
	c->deadline = -1;
	if (no_wait)
		end_answer(c, CONTROL_GOOD, "%s: asked for", &services.item[i]);
}

static void do_start(struct client *c, unsigned i, int no_wait)
{
	hand_start(i);
	wait_for(c, i, WAITS_UP, no_wait);
}

static void do_stop(struct client *c, unsigned i, int no_wait)
{
	hand_stop(i);
	wait_for(c, i, WAITS_DOWN, no_wait);
}

static void do_restart(struct client *c, unsigned i, int no_wait)
{
	hand_restart(i);
	wait_for(c, i, WAITS_UP, no_wait);
}

static void do_reload(struct client *c, unsigned i, int unused)
{
	const struct service *s = &services.item[i];

	if (!s->pid)
		end_answer(c, CONTROL_BAD, "%s: does not run", s);
	else if (service_signal(s, s->reload_signal) < 0)
		end_answer(c, CONTROL_BAD, "%s: may not be signalled", s);
	else
		end_answer(c, CONTROL_GOOD, "%s: told to reload", s);
}

static void do_logs(struct client *c, unsigned i, int unused)
{
	const struct service *s = &services.item[i];
	char text[CONTROL_PACKET];

	if (s->log == LOG_INHERIT) {
		end_answer(c, CONTROL_BAD,
			   "%s: its output goes where cinit's own goes "
			   "(log = inherit)",
			   s);
	} else if (s->log == LOG_SERVICE) {
		end_answer(c, CONTROL_BAD,
			   "%s: its output goes to another service (log = "
			   "service:NAME)",
			   s);
	} else {
		answer(c, CONTROL_TEXT, text, log_tail(s, text, sizeof text));
		answer(c, CONTROL_GOOD, "", 0);
		let_go(c);
	}
}

static const struct verb {
	const char *name;
	void (*act)(struct client *c, unsigned i, int flag);
} verbs[] = {
	{ "status", do_status },   { "start", do_start },   { "stop", do_stop },
	{ "restart", do_restart }, { "reload", do_reload }, { "logs", do_logs },
};

/* "VERB NAME", or "VERB NAME !" not to wait; of status alone: no name. */
static void request(struct client *c, char *text)
{
	struct service none = { .name = text };
	char *name = strchr(text, ' '), *flag = name;
	int i = -1;

	if (name) {
		*name++ = 0;
		flag = strchr(name, ' ');
		if (flag)
			*flag++ = 0;
		i = service_find(&services, name, strlen(name));
		none.name = name;
	}
	for (size_t v = 0; v < sizeof verbs / sizeof *verbs; v++) {
		if (strcmp(verbs[v].name, text) != 0)
			continue;
		if (!name && !v)
			do_status(c, 0, 0);
		else if (i < 0)
			end_answer(c, CONTROL_BAD, "%s: no such service",
				   &none);
		else if (our.stopping && v >= 1 && v <= 3)
			end_answer(c, CONTROL_BAD, "%s: everything is stopping",
				   &none);
		else
			verbs[v].act(c, i, v ? !!flag : 1);
		return;
	}
	end_answer(c, CONTROL_BAD, "%s: not understood", &none);
}

static void readable(unsigned i)
{
	struct client *c = &clients[i];
	char text[CONTROL_REQUEST + 1];
	ssize_t n;

	if (!c->fd)
		return;
	n = recv(c->fd, text, sizeof text - 1, MSG_DONTWAIT);
	if (n < 0 && errno == EAGAIN)
		return;
	/* Gone, or it has said all it had to say. */
	if (n <= 0 || c->waits) {
		let_go(c);
		return;
	}
	text[n] = 0;
	request(c, text);
}

static void acceptable(unsigned unused)
{
	int fd = sys_accept(listen_fd);
	struct ucred who;
	socklen_t size = sizeof who;

	if (fd < 0)
		return;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) < 0 ||
	    (who.uid && who.uid != geteuid())) {
		close(fd);
		return;
	}
	for (int i = 0; i < CLIENTS; i++) {
		if (clients[i].fd)
			continue;
		clients[i].fd = fd;
		clients[i].deadline = clock_ms() + PATIENCE_MS;
		return;
	}
	close(fd);
}

void control_watch(void)
{
	int room = 0;

	for (unsigned i = 0; i < CLIENTS; i++) {
		room |= !clients[i].fd;
		if (clients[i].fd)
			watch(clients[i].fd, POLLIN, readable, i);
	}
	if (listen_fd >= 0 && room)
		watch(listen_fd, POLLIN, acceptable, 0);
}

/* ---- those who wait */

static const struct outcome {
	uint8_t waits, state, kind;
	const char *text;
} outcomes[] = {
	{ WAITS_UP, UP, CONTROL_GOOD, "%s: up" },
	{ WAITS_UP, DONE, CONTROL_GOOD, "%s: done" },
	{ WAITS_UP, BACKOFF, CONTROL_BAD,
	  "%s: ended with status %d, and will start again" },
	{ WAITS_UP, FAILED, CONTROL_BAD, "%s: failed, with status %d" },
	{ WAITS_UP, DOWN, CONTROL_BAD, "%s: down" },
	{ WAITS_DOWN, DOWN, CONTROL_GOOD, "%s: down" },
	{ WAITS_DOWN, DONE, CONTROL_GOOD, "%s: done" },
	{ WAITS_DOWN, FAILED, CONTROL_GOOD, "%s: failed, with status %d" },
	{ 0 },
};

void control_settle(void)
{
	int64_t now = clock_ms();

	for (unsigned i = 0; i < CLIENTS; i++) {
		struct client *c = &clients[i];
		const struct service *s = &services.item[c->service];

		if (!c->fd)
			continue;
		for (const struct outcome *o = outcomes; o->waits; o++)
			if (o->waits == c->waits && o->state == s->state) {
				end_answer(c, o->kind, o->text, s);
				break;
			}
		if (c->fd && c->deadline >= 0 && c->deadline <= now)
			let_go(c);
	}
}

int64_t control_deadline(void)
{
	int64_t first = -1;

	for (unsigned i = 0; i < CLIENTS; i++)
		if (clients[i].fd && clients[i].deadline >= 0 &&
		    (first < 0 || clients[i].deadline < first))
			first = clients[i].deadline;
	return first;
}

/* ---- the socket */

/* Its directory, where it is missing; that of our own is for nobody else. */
static int make_directory(const char *path, int own)
{
	char dir[sizeof socket_path];
	char *slash = strrchr(strcpy(dir, path), '/');
	struct stat st;

	if (!slash || slash == dir)
		return 0;
	*slash = 0;
	if (mkdir(dir, 0700) < 0 && errno != EEXIST)
		return -1;
	if (!own)
		return 0;
	if (lstat(dir, &st) < 0)
		return -1;
	if (S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
	    !(st.st_mode & 022))
		return 0;
	errno = EPERM;
	return -1;
}

int control_make(const char *said)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	mode_t mask;
	int old, bad;

	if (control_path(name.sun_path, sizeof name.sun_path, said) < 0 ||
	    make_directory(name.sun_path, !said) < 0)
		return -1;
	listen_fd = socket(AF_UNIX,
			   SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	old = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bad = connect(old, (struct sockaddr *)&name, sizeof name);
	if (bad && errno == ECONNREFUSED)
		unlink(name.sun_path); /* its owner is gone */
	fd_close(&old);
	mask = umask(0177);
	bad = bind(listen_fd, (struct sockaddr *)&name, sizeof name);
	umask(mask);
	if (bad || listen(listen_fd, CLIENTS) < 0) {
		fd_close(&listen_fd);
		return -1;
	}
	strcpy(socket_path, name.sun_path);
	return 0;
}

void control_end(void)
{
	for (unsigned i = 0; i < CLIENTS; i++)
		if (clients[i].fd)
			let_go(&clients[i]);
	if (listen_fd >= 0)
		unlink(socket_path);
	fd_close(&listen_fd);
}
