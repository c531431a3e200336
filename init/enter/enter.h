/* enter.h - from fresh namespaces to the container of the plan */
#ifndef CINIT_ENTER_ENTER_H
#define CINIT_ENTER_ENTER_H

#include <sys/types.h>

#include "init/base/arena.h"
#include "init/plan/plan.h"

enum { GROUPS_MAX = 256, TREES_MAX = 1000 };

/* Who the command runs as: the plan's user, looked up inside. */
struct identity {
	uid_t uid;
	gid_t gid;
	gid_t groups[GROUPS_MAX]; /* primary included */
	size_t group_count;
	const char *home; /* of passwd, or "/" */
};

/* What entering leaves for the command's own process. */
struct inside {
	const struct plan *plan;
	struct arena *memory;
	struct identity who;
	int root_fd; /* of the container */
	int proc_fd; /* a procfs of our own, attached nowhere; or -1 */
	int outer_proc_fd; /* that of the launcher, while a wall needs it */
	int wall_fd; /* a Landlock ruleset, where the plan asks for one */
	int masks_fd; /* what covers masked paths */
	int null_fd; /* /dev/null of the container, or -1 */
	int cwd_fd;
	int tty_fd; /* the command's terminal, or -1 */
	int *mount_fd; /* by plan->mounts: detached, until attached */
	/* Told how long each step took, when the plan asks for it. */
	void (*traced)(const char *step, uint64_t start, uint64_t end);
	/* Takes the other end of the terminal, when there is one. */
	void (*console)(int master_fd);
	/* Told who goes on in the pid namespace that was joined. */
	void (*joined)(pid_t pid, int pidfd);
	/* Gives the preserved descriptors their numbers; before exec only. */
	void (*hand_over)(const struct plan *p);
};

/* All of it, in order; enter.c is the table of contents. Dies at the site. */
void enter(struct inside *in);

/*
 * The rest, in the command's own process: identity, privileges, exec. It may
 * share its parent's memory (CLONE_VM), so: no malloc, and raw system calls.
 * Does not return.
 */
void become(const struct inside *in) __attribute__((noreturn));

/* Parts of it that an entrypoint does alone ------------------------------- */

/* in->who, by plan->user and plan->groups, from etc/passwd below root_fd; with
 * in->who.groups as they are, and more. */
void identity_find(struct inside *in);
/* Limits, ids, capabilities, filter; as in become(). */
void privileges_drop(const struct inside *in);
/* become() without what makes a container: finds the command, execs it. */
void command_exec(const struct inside *in) __attribute__((noreturn));

/* capset(2): effective, permitted and inheritable. -1, errno. */
int capabilities_set(const struct capabilities *c);

#endif
