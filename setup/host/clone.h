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
	/* Run by it when it is root of its namespaces, or NULL: */
	void (*inside)(const struct launch *l);
	int (*make_root)(const struct launch *l); /* the first tree */
	/* Takes the terminal's other end; NULL: watch relays it. */
	void (*terminal)(int master_fd);
};

enum { TREES_MOST = 1000 };

/*
 * Starts the child in all namespaces of the plan and in cg; it waits for
 * MAPPED, then becomes cinit, with the trees where the caller is not root, of
 * which there are no more than TREES_MOST. Its failures arrive as FAIL notes.
 * Dies.
 */
void child_start(struct child *c, const struct launch *l,
		 const struct cgroup *cg);

/* A sealed copy of cinit for MAPPED to bring, close-on-exec. Dies. */
int child_image(void);

/* What PLAN brings, in this order: the plan, as a sealed memfd, the trees
 * (none: the child has opened them), and what else the plan has numbers for. */
enum { SENT_PLAN, SENT_TREES };

/* Ends it, and with it everything in its pid namespace; waits. */
void child_kill(struct child *c);

#endif
