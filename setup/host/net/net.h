/* net.h - the network of a container, as the host makes it */
#ifndef CINIT_SETUP_HOST_NET_NET_H
#define CINIT_SETUP_HOST_NET_NET_H

#include <sys/types.h>

#include "setup/launch.h"

/*
 * In the order of a run; what is not for the kind of l->net does nothing. All
 * of them die, and undo what they did at the end of the run.
 */

/* Takes an address, makes the bridge; adds files of /etc to the plan. */
void net_prepare(struct launch *l);

/* Around the clone: into the network namespace that is joined, and back. */
void net_enter(const struct launch *l);
void net_return(const struct launch *l);

/* The child has its namespaces and its maps: links to it, or a helper. */
void net_connect(const struct launch *l, pid_t pid);

/* In the child, after that: addresses and routes. */
void net_inside(const struct launch *l);

/* What launchers left that are gone: links, rules, files. Warns. */
void net_gc(void);

#endif
