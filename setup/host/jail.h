/* jail.h - programs of the host, run where they can do no harm */
#ifndef CINIT_SETUP_HOST_JAIL_H
#define CINIT_SETUP_HOST_JAIL_H

#include <limits.h>
#include <stddef.h>
#include <sys/types.h>

#include "setup/launch.h"

struct program {
	pid_t pid;  /* PID 1 of its jail: killed, everything in it goes */
	int in_fd;  /* a socket, its stdin */
	int out_fd; /* a pipe, from its stdout and stderr */
};

/*
 * A root of its own with nothing but programs, closed to writing, and one
 * directory of the host; all namespaces but those of time and cgroups; no
 * devices, no new privileges, no capabilities but those that unpacking takes.
 */
struct jail {
	const struct launch *ids; /* root by a user namespace with its maps */
	const char *dir;	  /* absolute; the working directory */
	const char *part; /* made in it, and all that is seen of it; or NULL */
};

/* The absolute path of a program, whatever PATH the caller has. 0: none. */
int program_find(const char *program, char path[PATH_MAX]);

/*
 * Starts it with a clean environment; it dies with us. Without a jail (NULL)
 * it runs as we do. What goes wrong in the child is said by its out_fd. Dies.
 */
void program_start(struct program *p, const struct jail *jail, const char *path,
		   const char *const argv[]);

/* Waits. Its exit status, or 128 and its signal. */
int program_finish(struct program *p);

/* The same; what it says is in text, as far as there is room. No more input. */
int program_hear(struct program *p, char *text, size_t size);

#endif
