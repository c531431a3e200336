/* nl.h - netlink, as much of it as links, addresses and routes take */
#ifndef CINIT_SETUP_HOST_NET_NL_H
#define CINIT_SETUP_HOST_NET_NL_H

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

enum { NL_ROOM = 8192 };

/*
 * Messages are put into buf one after the other and go out by one call; the
 * kernel acts on each in turn (netlink(7), rtnetlink(7)). Those of the kernel
 * arrive in the same buffer.
 */
struct nl {
	int fd;
	uint32_t seq;	       /* of the last message put */
	uint32_t first;	       /* of the first one in buf */
	size_t used;	       /* bytes of buf */
	struct nlmsghdr *open; /* the message that is being put */
	char buf[NL_ROOM] __attribute__((aligned(8)));
};

/* protocol: NETLINK_ROUTE, ... -1, errno */
int nl_open(struct nl *n, int protocol);
void nl_close(struct nl *n);

/* Begins a message with the struct that its type begins with. */
void nl_message(struct nl *n, uint16_t type, uint16_t flags, const void *head,
		size_t size);
void nl_put(struct nl *n, uint16_t type, const void *data, size_t size);
void nl_put32(struct nl *n, uint16_t type, uint32_t value);
void nl_text(struct nl *n, uint16_t type, const char *text);
/* An attribute made of attributes, from here to nl_end(what this returned). */
size_t nl_nest(struct nl *n, uint16_t type, const void *head, size_t size);
void nl_end(struct nl *n, size_t nest);

/*
 * Sends what was put, and waits until all of it is done. 0; or -1, errno, and
 * in *which the place of the first message that failed.
 */
int nl_do(struct nl *n, unsigned *which);

/*
 * Sends one request; its answers, one or many, are given to each() until that
 * returns nonzero. 0; -1, errno.
 */
int nl_ask(struct nl *n, int (*each)(const struct nlmsghdr *m, void *arg),
	   void *arg);

/* An attribute of a message that begins with a struct of `head` bytes. */
const void *nl_find(const struct nlmsghdr *m, size_t head, uint16_t type,
		    size_t *size);

#endif
