/* notify.c - services that say when they are ready: sd_notify(3), and s6's way */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/services/supervise.h"

enum { MESSAGE = 1024, ROUNDS = 16 };

/*
 * In the abstract namespace, unix(7): it takes no writable file system, and the
 * kernel picks a name that nobody has.
 */
int notify_make(struct service *s, struct arena *memory)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	socklen_t size = sizeof name;
	int on = 1;
	const char *env, **list;

	if (s->notify != NOTIFY_SOCKET)
		return 0;
	s->notify_in =
		socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->notify_in < 0 ||
	    bind(s->notify_in, (struct sockaddr *)&name, sizeof(sa_family_t)) ||
	    getsockname(s->notify_in, (struct sockaddr *)&name, &size) ||
	    setsockopt(s->notify_in, SOL_SOCKET, SO_PASSCRED, &on, sizeof on))
		return -1;
	env = arena_printf(memory, "NOTIFY_SOCKET=@%.*s",
			   (int)(size - sizeof(sa_family_t) - 1),
			   name.sun_path + 1);
	list = arena_grow(memory, s->task.env.item, s->task.env.count,
			  sizeof *list);
	if (!env || !list)
		return -1;
	list[s->task.env.count++] = env;
	s->task.env.item = list;
	return 0;
}

/* The sender is root, we, or the user of the service. */
static int trusted(const struct service *s, struct msghdr *m)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	struct ucred who;

	if (!c || c->cmsg_level != SOL_SOCKET ||
	    c->cmsg_type != SCM_CREDENTIALS)
		return 0;
	memcpy(&who, CMSG_DATA(c), sizeof who);
	return !who.uid || who.uid == geteuid() ||
	       (s->task.plan.user && who.uid == s->task.in.who.uid);
}

static int says_ready(const char *text)
{
	static const char line[] = "READY=1";

	for (size_t n; *text; text += n + !!text[n]) {
		n = strcspn(text, "\n");
		if (n == sizeof line - 1 && !memcmp(text, line, n))
			return 1;
	}
	return 0;
}

/* The next message: 1 if it is the one, 0 if not, -1 if there is none. There is
 * room for who sent it, and none for descriptors. */
static int message(struct service *s)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(struct ucred))];
	} control;
	char text[MESSAGE + 1];
	struct iovec part = { text, MESSAGE };
	struct msghdr m = { .msg_iov = &part,
			    .msg_iovlen = 1,
			    .msg_control = &control,
			    .msg_controllen = sizeof control };
	ssize_t n =
		sys_recvmsg(s->notify_in, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (n < 0)
		return -1;
	text[n] = 0;
	return trusted(s, &m) && says_ready(text);
}

static int line(struct service *s)
{
	char text[64];
	ssize_t n = read(s->notify_in, text, sizeof text);

	/* Closed without a word: it will never say it. */
	if (!n)
		notify_end(s);
	return n > 0 ? !!memchr(text, '\n', n) : -1;
}

int notify_begin(struct service *s)
{
	int fd[2];

	/* What the one before has said is not about this one. */
	while (s->notify == NOTIFY_SOCKET && message(s) >= 0)
		;
	if (s->notify != NOTIFY_FD || sys_pipe(fd) < 0)
		return -1;
	s->notify_in = fd[0];
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	return fd[1];
}

void notify_end(struct service *s)
{
	if (s->notify == NOTIFY_FD)
		fd_close(&s->notify_in);
}

static void told(unsigned i)
{
	struct service *s = &services.item[i];
	int ready = 0;

	for (int n = 0; n < ROUNDS && s->notify_in >= 0; n++) {
		int what = s->notify == NOTIFY_FD ? line(s) : message(s);

		if (what < 0)
			break;
		ready |= what;
	}
	if (ready)
		happen(s, READY);
}

void notify_watch(void)
{
	for (unsigned i = 0; i < services.count; i++)
		if (services.item[i].notify_in >= 0)
			watch(services.item[i].notify_in, POLLIN, told, i);
}
