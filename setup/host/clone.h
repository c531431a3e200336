/* clone.h - the child that becomes cinit */
#ifndef CINIT_SETUP_HOST_CLONE_H
#define CINIT_SETUP_HOST_CLONE_H

#include <sys/types.h>

#include "setup/launch.h"

struct child {
	pid_t pid;
	int pidfd;
	int note_fd; /* our end of the handshake, note.h */
};

/*
 * Starts the child in all namespaces of the plan and in cg; it waits for
 * MAPPED, then becomes cinit with the plan of plan_fd. Its failures arrive as
 * FAIL notes. Dies.
 */
void child_start(struct child *c, const struct launch *l,
		 const struct cgroup *cg, int plan_fd);

/* Ends it, and with it everything in its pid namespace; waits. */
void child_kill(struct child *c);

#endif
