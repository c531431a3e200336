/* task.h - one command, and how it is to be kept: options, variables, service files */
#ifndef CINIT_TASK_TASK_H
#define CINIT_TASK_TASK_H

#include "init/cgroup/cgroup.h"
#include "init/enter/enter.h"
#include "init/pid1/pid1.h"
#include "init/value/value.h"

struct task {
	/* Of it: argv, env, cwd, user, groups, rlimits, umask, seccomp...;
	 * mounts are steps of MOUNT_FS alone. */
	struct plan plan;
	struct keeper keep;
	struct inside in;
	const char *name; /* of the service; NULL: the one command */

	/* Over what plan.env has from whoever started us: KEY=VALUE. */
	LIST(const char *) env;
	uint64_t cap_add, cap_drop; /* of what we have; all ones: ALL */
	const char *seccomp_file; /* struct sock_filter, as many as it holds */
	LIST(struct limit) limits;
	uint64_t memory, swap; /* in limits, resp. memory and swap; 0: none */
	int has_umask;

	/* What task_prepare makes of it. */
	struct cgroup *cgroup; /* of the limits; NULL: none */
	int drops;	       /* task_exec calls privileges_drop */
	char *listen_pid;      /* where the pid of the command goes, or NULL */
	const char *notify_socket; /* sd_notify(3), or NULL */

	/* Of the program, not of a service. */
	const char *report;
	const char *services; /* a directory of them, instead of a command */
	const char *control; /* their socket; NULL: where it always is */
	int ready_fd;	  /* gets a newline when the command runs; -1: none */
	int ready_notify; /* NOTIFY_SOCKET gets READY=1 then */
	int print_config; /* and nothing else */
	int pause;	  /* there is no command */
};

/*
 * A setting is one row, whoever says it: `--name VALUE` on the command line,
 * CINIT_NAME in the environment (dashes as underscores), cinit.name on a
 * kernel's command line, and `name = value` in a service file where the row is
 * marked so. A setting without `value` is a switch: alone it means yes; a
 * variable or a file says yes or no.
 */
enum { IN_OPTIONS = 1, IN_SERVICE = 2, IN_BOTH = 3, REPEATS = 4 };

struct setting {
	char letter;   /* of the short option, or 0 */
	uint8_t where; /* and whether saying it again adds to it */
	const char *name, *value, *help;
	/* text: NULL for a switch that is on. 0, or -1 and a phrase in v->why
	 * that goes on after the text, as in value.h. Strings stay the text's;
	 * lists are of v->memory. */
	int (*set)(struct value *v, struct task *t, const char *text);
};

/* What settings and task_prepare may take, of an arena made when needed. */
enum { TASK_MEMORY = 4 << 20 };

extern const struct setting settings[]; /* up to one without a name */

/* The row that is `where` and has this name of len characters, or NULL. */
const struct setting *setting_find(const char *name, size_t len, int where);

/* What everyone has before anything is said. */
void task_clear(struct task *t);

/*
 * Everything that starting the command takes and that can fail, or takes
 * memory: mounts, cgroup, user, environment, filter. Before spawn(), once. Dies
 * with a sentence. What it opens is close-on-exec, and needed for each start.
 */
void task_prepare(struct task *t, struct arena *memory);

/*
 * For spawn(): in the process of the command, from there to execve, with all
 * that the task asks for. May share its parent's memory; does not return.
 */
void task_exec(const void *task) __attribute__((noreturn));

/*
 * What spawn() has returned: whoever waits for it is told, once, that the
 * command runs. That is all we know of one that does not say more itself.
 */
void task_ready(struct task *t, pid_t pid);

/* The descriptors that task_exec needs, `most` at most; how many there are. */
enum { TASK_FDS = 4 + 2 * CGROUP_TREES };
unsigned task_fds(const struct task *t, int *fd, unsigned most);

/* The command has ended for good, and all that it has left: no cgroup stays. */
void task_end(struct task *t);

#endif
