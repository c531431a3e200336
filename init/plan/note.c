/* note.c - one note over the socket, with descriptors */
#include "init/plan/note.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

union control {
	char space[CMSG_SPACE(NOTE_FDS * sizeof(int))];
	struct cmsghdr align;
};

uint32_t note_pass[2];

int note_send(int fd, const struct note *note, const int *fds, unsigned n)
{
	struct iovec data = { (void *)note,
			      offsetof(struct note, text) +
				      strnlen(note->text, NOTE_TEXT - 1) };
	struct msghdr msg = { .msg_iov = &data, .msg_iovlen = 1 };
	union control control;
	ssize_t done;

	if (n > NOTE_FDS) {
		errno = EINVAL;
		return -1;
	}
	if (n) {
		struct cmsghdr *c = &control.align;

		memset(c, 0, sizeof *c);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(c), fds, n * sizeof(int));
		msg.msg_control = c;
		msg.msg_controllen = CMSG_SPACE(n * sizeof(int));
	}
	do
		done = syscall(SYS_sendmsg, fd, &msg, MSG_NOSIGNAL, 0L,
			       (long)note_pass[0], (long)note_pass[1]);
	while (done < 0 && errno == EINTR);
	return done < 0 ? -1 : 0;
}

/* Takes what fits into fds and closes the rest. */
static unsigned take(struct msghdr *msg, int *fds, unsigned room)
{
	unsigned have = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c;
	     c = CMSG_NXTHDR(msg, c)) {
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		int fd;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < n; i++) {
			memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
			if (have < room)
				fds[have++] = fd;
			else
				close(fd);
		}
	}
	return have;
}

int note_receive(int fd, struct note *note, int *fds, unsigned room,
		 unsigned *n)
{
	struct iovec data = { note, sizeof *note - 1 };
	union control control;
	struct msghdr msg = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control,
	};
	unsigned have;
	ssize_t size;
	int whole;

	/* ECONNRESET, once: the peer went with a note of ours unread. What it
	 * said before is still there. */
	do
		size = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC);
	while (size < 0 && (errno == EINTR || errno == ECONNRESET));
	if (size < 0)
		return -1;
	whole = (size_t)size >= offsetof(struct note, text) &&
		!(msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC));
	have = take(&msg, fds, whole ? room : 0);
	if (n)
		*n = have;
	if (!size)
		return 0;
	if (!whole) {
		errno = EPROTO;
		return -1;
	}
	((char *)note)[size] = 0;
	return 1;
}
