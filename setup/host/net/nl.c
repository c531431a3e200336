/* nl.c - netlink, as much of it as links, addresses and routes take */
#include "setup/host/net/nl.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"

int nl_open(struct nl *n, int protocol)
{
	n->used = 0;
	n->open = NULL;
	n->seq = 0;
	n->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	return n->fd < 0 ? -1 : 0;
}

void nl_close(struct nl *n)
{
	fd_close(&n->fd);
}

/* Room for so many bytes, aligned and zeroed. */
static void *room(struct nl *n, size_t size)
{
	size_t whole = NLMSG_ALIGN(size);
	char *at = n->buf + n->used;

	if (whole > sizeof n->buf - n->used)
		die("a message to the kernel is too long");
	memset(at, 0, whole);
	n->used += whole;
	if (n->open)
		n->open->nlmsg_len = n->buf + n->used - (char *)n->open;
	return at;
}

void nl_message(struct nl *n, uint16_t type, uint16_t flags, const void *head,
		size_t size)
{
	struct nlmsghdr *m;

	n->open = NULL;
	if (!n->used)
		n->first = n->seq + 1;
	m = room(n, sizeof *m);
	m->nlmsg_type = type;
	m->nlmsg_flags = NLM_F_REQUEST | flags;
	m->nlmsg_seq = ++n->seq;
	n->open = m;
	memcpy(room(n, size), head, size);
}

void nl_put(struct nl *n, uint16_t type, const void *data, size_t size)
{
	struct nlattr *a = room(n, NLA_HDRLEN + size);

	a->nla_type = type;
	a->nla_len = NLA_HDRLEN + size;
	if (size)
		memcpy((char *)a + NLA_HDRLEN, data, size);
}

void nl_put32(struct nl *n, uint16_t type, uint32_t value)
{
	nl_put(n, type, &value, sizeof value);
}

void nl_text(struct nl *n, uint16_t type, const char *text)
{
	nl_put(n, type, text, strlen(text) + 1);
}

size_t nl_nest(struct nl *n, uint16_t type, const void *head, size_t size)
{
	size_t nest = n->used;

	nl_put(n, type, head, size);
	return nest;
}

void nl_end(struct nl *n, size_t nest)
{
	struct nlattr *a = (struct nlattr *)(n->buf + nest);

	a->nla_len = n->used - nest;
}

static int send_all(struct nl *n)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	size_t size = n->used;

	n->used = 0;
	n->open = NULL;
	return sendto(n->fd, n->buf, size, 0, (struct sockaddr *)&kernel,
		      sizeof kernel) < 0 ?
		       -1 :
		       0;
}

/* -1 for what is no error; else its errno, 0 for an acknowledgement. */
static int error_of(const struct nlmsghdr *m)
{
	const struct nlmsgerr *e = NLMSG_DATA(m);

	if (m->nlmsg_type != NLMSG_ERROR ||
	    m->nlmsg_len < NLMSG_LENGTH(sizeof *e))
		return -1;
	return -e->error;
}

static ssize_t hear(struct nl *n)
{
	ssize_t size;

	do
		size = recv(n->fd, n->buf, sizeof n->buf, 0);
	while (size < 0 && errno == EINTR);
	return size;
}

int nl_do(struct nl *n, unsigned *which)
{
	uint32_t last = n->seq;
	int bad = 0;

	/* An error is always told; of success, the last one tells for all. */
	n->open->nlmsg_flags |= NLM_F_ACK;
	if (send_all(n) < 0)
		return -1;
	for (;;) {
		ssize_t size = hear(n);
		struct nlmsghdr *m = (struct nlmsghdr *)n->buf;

		if (size < 0)
			return -1;
		for (; NLMSG_OK(m, size); m = NLMSG_NEXT(m, size)) {
			int error = error_of(m);

			if (error > 0 && !bad) {
				bad = error;
				if (which)
					*which = m->nlmsg_seq - n->first;
			}
			if (error < 0 || m->nlmsg_seq != last)
				continue;
			errno = bad;
			return bad ? -1 : 0;
		}
	}
}

int nl_ask(struct nl *n, int (*each)(const struct nlmsghdr *m, void *arg),
	   void *arg)
{
	uint32_t seq = n->seq;
	int many = n->open->nlmsg_flags & NLM_F_DUMP, stop = 0;

	if (send_all(n) < 0)
		return -1;
	do {
		ssize_t size = hear(n);
		struct nlmsghdr *m = (struct nlmsghdr *)n->buf;

		if (size < 0)
			return -1;
		for (; NLMSG_OK(m, size); m = NLMSG_NEXT(m, size)) {
			int error = error_of(m);

			if (m->nlmsg_seq != seq)
				continue;
			if (error > 0) {
				errno = error;
				return -1;
			}
			if (m->nlmsg_type == NLMSG_DONE)
				return 0;
			/* A dump is heard to its end, or it is in the way. */
			if (error < 0 && !stop)
				stop = each(m, arg);
		}
	} while (many);
	return 0;
}

const void *nl_find(const struct nlmsghdr *m, size_t head, uint16_t type,
		    size_t *size)
{
	size_t at = NLMSG_LENGTH(NLMSG_ALIGN(head));

	while (at + NLA_HDRLEN <= m->nlmsg_len) {
		const struct nlattr *a =
			(const struct nlattr *)((const char *)m + at);

		if (a->nla_len < NLA_HDRLEN || at + a->nla_len > m->nlmsg_len)
			break;
		if ((a->nla_type & NLA_TYPE_MASK) == type) {
			*size = a->nla_len - NLA_HDRLEN;
			return (const char *)a + NLA_HDRLEN;
		}
		at += NLA_ALIGN(a->nla_len);
	}
	return NULL;
}
