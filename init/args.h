/* args.h - cinit's own command line */
#ifndef CINIT_ARGS_H
#define CINIT_ARGS_H

#include "init/task/task.h"

extern struct arena args_memory; /* of values; made when needed */

/*
 * The variables that are settings of ours; all others become the command's
 * environment. A bad one ends the program with a sentence, status 125.
 */
void args_environment(struct task *t, char *envp[]);

/*
 * Options, up to the first word that is none or "--"; what follows is the
 * command. They count more than variables. Strings are argv's own.
 */
void args_parse(struct task *t, int argc, char *argv[]);

/* What is set, as a service file has it; ends the program. */
void args_print(const struct task *t) __attribute__((noreturn));

#endif
