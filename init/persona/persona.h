/* persona.h - the inits in whose names cinit can be called */
#ifndef CINIT_PERSONA_PERSONA_H
#define CINIT_PERSONA_PERSONA_H

#include "init/task/task.h"

struct persona;

/* An option, or a variable where `name` is in capitals. */
struct persona_row {
	char letter;	   /* of the option, or 0 */
	const char *name;  /* of the long one, without the dashes, or NULL */
	const char *value; /* what it is, or NULL for a switch */
	void (*take)(const struct persona *p, struct task *t, const char *text);
};

/* How it tells of something (enum tale), from which verbosity on. */
struct persona_tale {
	/* Of it: with %d for its numbers, or %s for the name of the signal
	 * that the first is; or NULL. */
	const char *text;
	int level; /* 1: of warnings */
};

struct persona {
	const char *const *names;	   /* up to NULL */
	const struct persona_row *options; /* up to one without a take */
	const struct persona_row *variables;
	const struct persona_tale *tales; /* TALES */
	/* Before the sentence; a %d in it is our pid. */
	const char *dies, *warns, *tells;
	void (*begin)(struct task *t); /* what is different from cinit */
	/* An option that is not there, or lacks its value: ends the program. */
	void (*refuse)(const struct persona *p, const char *option, int lacks)
		__attribute__((noreturn));
	/* There is no command: ends the program. */
	void (*lost)(const struct persona *p) __attribute__((noreturn));
	/* All is parsed; the last word before the command is started. */
	void (*ready)(const struct persona *p, struct task *t);
};

extern const struct persona persona_tini, persona_dumb_init, persona_catatonit;

/* Who we are by the last part of argv[0], or NULL: cinit. */
const struct persona *persona_find(const char *argv0);

/*
 * Defaults, variables and options of that one; CINIT_* variables may have been
 * taken before. Whatever is wrong ends the program as it would.
 */
void persona_begin(const struct persona *p, struct task *t);
void persona_parse(const struct persona *p, struct task *t, int argc,
		   char *argv[]);

/* How we were called; its last part. */
extern const char *persona_argv0, *persona_name;

/* For the rows: a text on a descriptor, and the end. */
void persona_say(int fd, const char *text);
void persona_end(int fd, const char *text, int status)
	__attribute__((noreturn));

/* Takers that several have. */
void persona_group(const struct persona *p, struct task *t, const char *text);
void persona_verbose(const struct persona *p, struct task *t, const char *text);
void persona_pause(const struct persona *p, struct task *t, const char *text);

#endif
