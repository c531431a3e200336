/* args.h - cinit's own command line */
#ifndef CINIT_ARGS_H
#define CINIT_ARGS_H

#include "init/task/task.h"

/*
 * Options, up to the first word that is none or "--"; what follows is the
 * command. Fills in what task_clear has left open, or says with one sentence
 * and status 125 what is wrong. Strings are argv's and envp's own.
 */
extern struct arena args_memory; /* of their values; made when needed */
void args_parse(struct task *t, int argc, char *argv[], char *envp[]);

#endif
