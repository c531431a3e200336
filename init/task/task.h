/* task.h - one command, and how it is to be kept: options, variables, service files */
#ifndef CINIT_TASK_TASK_H
#define CINIT_TASK_TASK_H

#include "init/enter/enter.h"
#include "init/pid1/pid1.h"
#include "init/value/value.h"

struct task {
	struct plan plan; /* of it: argv, env */
	struct keeper keep;
	const char *report; /* of the program, not of a service */
	struct inside in;
};

/*
 * A setting is one row, whoever says it: `--name VALUE` on the command line,
 * CINIT_NAME in the environment (dashes as underscores), cinit.name on a
 * kernel's command line, and `name = value` in a service file where the row is
 * marked so. A setting without `value` is a switch: alone it means yes; a
 * variable or a file says yes or no.
 */
enum { IN_OPTIONS = 1, IN_SERVICE = 2, IN_BOTH = 3 };

struct setting {
	char letter; /* of the short option, or 0 */
	uint8_t where;
	const char *name, *value, *help;
	/* text: NULL for a switch that is on. 0, or -1 and a phrase in v->why
	 * that goes on after the text, as in value.h. Strings stay the text's. */
	int (*set)(struct value *v, struct task *t, const char *text);
};

extern const struct setting settings[]; /* up to one without a name */

/* The row that is `where` and has this name of len characters, or NULL. */
const struct setting *setting_find(const char *name, size_t len, int where);

/* What everyone has before anything is said. */
void task_clear(struct task *t);

/*
 * For spawn(): in the process of the command, from there to execve, with all
 * that the task asks for. May share its parent's memory; does not return.
 */
void task_exec(const void *task) __attribute__((noreturn));

#endif
