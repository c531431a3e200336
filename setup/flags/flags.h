/* flags.h - what options.c and defaults.c share */
#ifndef CINIT_SETUP_FLAGS_FLAGS_H
#define CINIT_SETUP_FLAGS_FLAGS_H

#include <sched.h>

#include "setup/flags/value.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80 /* linux/sched.h */
#endif

/*
 * What was said but has no place in a launch, because the defaults decide what
 * comes of it. One command line, so there is one; flags_parse clears it.
 */
struct flags_said {
	uint64_t shared; /* CLONE_NEW*: the host's are kept */
	uint64_t cap_add, cap_drop, ambient;
	uint64_t memory, swap; /* bytes; swap: with the memory; 0: not said */
	uint64_t sysctl_needs; /* CLONE_NEW* */
	int userns;	       /* --userns was given */
	int net;		/* --net was given */
	int seccomp;
	int no_mask, privileged;
	uint64_t given[2]; /* bits: which options, by their row */
};
extern struct flags_said flags_said;

enum flags_section {
	NAMESPACES,
	USERS,
	ROOT,
	MOUNTS,
	RESOURCES,
	NETWORK,
	PRIVILEGES,
	PROCESS,
	SEEING,
	SECTIONS,
};

struct flags_state {
	struct launch *l;
	struct value v;
};

struct flags_option;

/* -1 and a reason in f->v.why; text is NULL for no value */
typedef int flags_taker(struct flags_state *f, const struct flags_option *o,
			const char *text);

/*
 * An option. Text is in place: pointers would cost a relocation each, and the
 * widths keep --help within 80 columns.
 */
struct flags_option {
	char letter;	 /* 0: none */
	uint8_t section; /* enum flags_section */
	uint16_t at;	 /* a member of struct launch, for take() */
	char name[16];
	char arg[20]; /* "": takes no value; "[...": only with = */
	char help[48];
	flags_taker *take;
	const void *rows; /* struct value_word, or the name of a limit */
};
extern const struct flags_option flags_options[];
extern const unsigned flags_count;

/* How every sentence about the command line ends. */
#define FLAGS_SEE "; see claunch --help"

/* The text of --help; returns its length, like snprintf(3). */
size_t flags_help(char *text, size_t size);

/* settle.c: after the last option; ends the program when they contradict */
void flags_settle(struct launch *l);

/* join.c: ends the program when an option is about what is not made */
void flags_settle_join(const struct launch *l);

/* list.c ------------------------------------------------------------------ */

/* One more, zeroed, at the end of a list; ends the program without memory. */
#define flags_push(l, list)                                              \
	((__typeof__((list).item))flags_grow(&(l)->memory, &(list).item, \
					     &(list).count,              \
					     sizeof *(list).item))
void *flags_grow(struct arena *memory, void *items, size_t *count, size_t size);

/* KEY=VALUE into the environment of the plan, instead of the same KEY. */
void flags_env(struct launch *l, const char *text);

/* A limit, instead of the same one. */
void flags_limit(struct launch *l, const char *key, const char *value,
		 int wanted);

/* A source of its own for what is at path; returns the number of its tree. */
uint32_t flags_source(struct launch *l, const struct source *source);

/* Memory that must be there. */
char *flags_text(struct launch *l, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* defaults.c: what holds before the first option is read */
void flags_begin(struct launch *l);
/* The sets of what was said, and of the default. */
void flags_caps(struct capabilities *k);
/* walls.c: plan.writable and plan.closed, by the finished list of mounts */
void flags_walls(struct launch *l);
/* What an environment always has, before what it has already. */
void flags_environment(struct launch *l);

#endif
