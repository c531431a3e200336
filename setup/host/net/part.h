/* part.h - what the files of net/ share */
#ifndef CINIT_SETUP_HOST_NET_PART_H
#define CINIT_SETUP_HOST_NET_PART_H

#include <netinet/in.h>

#include "setup/host/net/net.h"
#include "setup/host/net/nl.h"

#define BRIDGE "cinit0"
#define TABLE "cinit" /* nft: of family inet */

/* The bridge of this network namespace; its alias tells the rest, ip-link(8). */
struct bridge {
	int index; /* 0: there is none */
	int up;	   /* and so it is whole */
	uint8_t net4[4], net6[16];
	uint32_t bits4, bits6;	      /* bits6 0: no IPv6 here */
	int forwarding4, forwarding6; /* of the host, before */
};

/* bridge.c ---------------------------------------------------------------- */

/* The kernel is asked. -1 and a sentence in why: it is not ours. */
int bridge_find(struct nl *n, struct bridge *b, char *why, size_t size);
/* Makes all of it, in place of what is there; dies. */
void bridge_make(struct nl *n, struct bridge *b, const struct net *asked);
/* Takes all of it away; forwarding is as it was. Warns. */
void bridge_remove(struct nl *n, const struct bridge *b);
/* -1, errno; ENODEV is one, too. */
int link_remove(struct nl *n, const char *name);

/* The address with this number in the subnet; the bridge has number 1. */
void bridge_ip4(const struct bridge *b, uint32_t number, uint8_t out[4]);
/* The one of IPv6 that goes with it: the same last four bytes. */
void bridge_ip6(const struct bridge *b, const uint8_t ip4[4], uint8_t out[16]);

/* lock.c ------------------------------------------------------------------ */

/*
 * A file of /run/cinit for each network namespace of the host. All locks are
 * of its bytes (fcntl(2), open file description locks): one that crashed holds
 * nothing. -1, errno; `make`: if it is missing.
 */
int lock_open(int make);
/* The bridge is in use from here on; waits while it is made or taken away. */
void lock_use(void);
/* 1: nobody uses it, and nobody does until lock_end. */
int lock_last(void);
void lock_end(void);
/* One at a time makes it. */
void lock_build(void);
void lock_built(void);
/* 1: the address is ours. */
int lock_address(const uint8_t ip4[4]);
/* Nothing is in use: the file goes, too. */
void lock_remove(void);
/* The file beside it that tells what is published for an address. */
const char *lock_record(const uint8_t ip4[4]);
/*
 * Each address that has one, and nobody holds: it is held during the call. Our
 * own locks do not keep us away from `mine` (NULL: there is none).
 */
void lock_orphans(void (*each)(const char *record), const uint8_t *mine);
/* Addresses of links that nobody holds. */
int lock_is_free(const uint8_t ip4[4]);

/* rules.c ----------------------------------------------------------------- */

int rules_there(void);
void rules_make(const struct bridge *b); /* dies */
void rules_remove(void);		 /* warns */
/* Published ports; takes the ports of the host as sockets. Dies. */
void rules_publish(const struct net *n, const struct bridge *b,
		   const uint8_t ip4[4]);
/* What the record of an address tells is undone, and the record goes. */
void rules_withdraw(const char *record);

/* names.c ----------------------------------------------------------------- */

/*
 * Files of /etc: hosts with the addresses, if any; resolv.conf with the servers
 * that were said, else those of the host that can be reached, else this one.
 */
void names_make(struct launch *l, const char *server, const char *address4,
		const char *address6);

/* nat.c, user.c, existing.c --------------------------------------------------- */

void nat_prepare(struct launch *l);
void nat_connect(const struct launch *l, pid_t pid);
void nat_inside(const struct launch *l);
void user_prepare(struct launch *l);
void user_connect(const struct launch *l, pid_t pid);
void existing_prepare(struct launch *l);

#endif
