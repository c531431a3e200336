/* send.h - what the child is given to become the container of the plan */
#ifndef CINIT_SETUP_HOST_SEND_H
#define CINIT_SETUP_HOST_SEND_H

#include "setup/host/clone.h"
#include "setup/launch.h"

/* The caller's descriptors, before any of ours is open: those that the plan
 * keeps are there, and none is a way out of the container. Dies. */
void send_check(const struct plan *p);

/* The plan as it travels, in l->memory. Dies. */
char *send_text(struct launch *l, size_t *size);
/* The same as a sealed memfd, close-on-exec. Dies. */
int send_plan(struct launch *l);

/* MAPPED, with cinit: the child goes on and becomes it. Dies. */
void send_image(const struct child *c);

/*
 * Opens l->sources for the child, whose id maps are written, into fds: room
 * for TREES_MOST. Returns how many; 0: the child must do it itself, for who is
 * not root may not here. Dies.
 */
unsigned send_trees(struct launch *l, const struct child *c, int *fds);

#endif
