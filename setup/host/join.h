/* join.h - what is entered: found, held, and described as a plan */
#ifndef CINIT_SETUP_HOST_JOIN_H
#define CINIT_SETUP_HOST_JOIN_H

#include "setup/launch.h"

enum { JOIN_FDS = JOINS_MAX + 1 };

/*
 * Finds l->join and holds it by descriptors, so that nothing that ends and is
 * followed by another under its number is ever entered; makes l->plan by
 * flags_join(). Dies.
 */
void join_prepare(struct launch *l);

/*
 * Opens the cgroups that the command goes into: those made for the container,
 * or all that the process is in. Dies.
 */
void join_cgroup(const struct launch *l, struct cgroup *cg);

/* The descriptors of the plan's joins and root, into fds; returns how many. */
unsigned join_fds(int fds[JOIN_FDS]);

#endif
