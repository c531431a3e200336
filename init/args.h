/* args.h - cinit's own command line */
#ifndef CINIT_ARGS_H
#define CINIT_ARGS_H

#include <stddef.h>
#include <stdint.h>

struct args {
	const char **argv, **env; /* the caller's: nothing is copied */
	size_t argc, env_count;
	int stop_signal;
	int to_group;
	int64_t grace_ms; /* -1: not said */
	const char *report;
	int verbose;
};

/* Ends the program when the line is wrong (125), and for --help, --version. */
void args_parse(struct args *a, int argc, char *argv[], char *envp[]);

#endif
