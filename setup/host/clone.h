/* clone.h - the child that becomes cinit */
#ifndef CINIT_SETUP_HOST_CLONE_H
#define CINIT_SETUP_HOST_CLONE_H

#include <sys/types.h>

#include "init/base/sys.h"
#include "setup/launch.h"

struct child {
	pid_t pid;
	int pidfd;
	int note_fd;	    /* our end of the handshake, note.h */
	sys_sigset ignored; /* by us: at their default for the child */
	int joins; /* another one, of its making, is to take its place */
};

/*
 * Starts the child in all namespaces of the plan and in cg; it waits for
 * MAPPED and what comes with it, then becomes cinit. Its failures arrive as
 * FAIL notes. Dies.
 */
void child_start(struct child *c, const struct launch *l,
		 const struct cgroup *cg);

/* What MAPPED brings, in this order: cinit itself and the plan, as sealed
 * memfds, and the trees (none: the child opens them). */
enum { SENT_IMAGE, SENT_PLAN, SENT_TREES };

/* A sealed copy of cinit, close-on-exec. Dies. */
int child_image(void);

/* Ends it, and with it everything in its pid namespace; waits. */
void child_kill(struct child *c);

#endif
