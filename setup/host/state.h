/* state.h - which containers run here: a table whose rows are held by locks */
#ifndef CINIT_SETUP_HOST_STATE_H
#define CINIT_SETUP_HOST_STATE_H

#include <stdint.h>
#include <sys/types.h>

#include "setup/launch.h"

/*
 * One file, /run/cinit/containers, or $XDG_RUNTIME_DIR/cinit/containers of who
 * is not root: rows of one size. A launcher locks the row that it writes
 * (fcntl(2), a lock of the process), so the kernel says whether the row holds
 * and whose it is: a launcher that was killed leaves text that nobody believes
 * and the next one overwrites. Nothing has to be cleaned up, and a start pays
 * for an open, a lock and a write while its child makes the namespaces.
 *
 * More is not written down: the plan is the launcher's sealed file, as cinit
 * got it, and is read in /proc/LAUNCHER/fd; all else the kernel knows.
 */
struct state_row {
	uint32_t magic;
	int32_t pid;	 /* of PID 1, outside */
	int32_t plan_fd; /* of the launcher */
	uint32_t ready;	 /* its setup is over */
	char name[64];
	char cgroup[72];   /* last part of its own cgroups' path; "": none */
	char command[104]; /* words of the command line, cut */
	/* Not in the file: */
	pid_t launcher;
	unsigned at; /* its number */
};

/*
 * Takes a row for the container of l. Where there is no place for the table,
 * the container is not listed: no error. A --name that runs already ends the
 * program.
 */
void state_add(const struct launch *l, const char *name, const char *cgroup,
	       pid_t pid, int plan_fd);
void state_ready(void);
/* The row goes before the number of its process may be another's. */
void state_drop(void);

/* The next row from *at (0 at first) that holds; 0: there is no more. */
int state_next(unsigned *at, struct state_row *row);

/* The container of that name. 1, or 0. */
int state_named(const char *name, struct state_row *row);

/* The container whose PID 1 this process is, or is a child of. 1, or 0. */
int state_of(pid_t pid, pid_t parent, struct state_row *row);

/* Is the row still what it was? Then it is ready if it is by now. */
int state_holds(struct state_row *row);

#endif
