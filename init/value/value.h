/* value.h - the values of options and settings: text to numbers and words */
#ifndef CINIT_VALUE_VALUE_H
#define CINIT_VALUE_VALUE_H

#include "init/base/arena.h"
#include "init/plan/plan.h"

/*
 * Every parser takes all of the text or nothing: no sign, no blanks, nothing
 * behind it, no overflow. It returns 0, or -1 with the reason in `why`, a
 * phrase that goes on after the text: "is not a size; write ...". None of them
 * prints, exits or looks at the system. Strings in a result are the text's own
 * or from `memory`.
 */
struct value {
	struct arena *memory;
	char why[256];
};

int value_bad(struct value *v, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* number.c ---------------------------------------------------------------- */

/* Decimal digits, at least one, and nothing else up to `end`; -1. */
int value_digits(const char *s, const char *end, uint64_t *out);

int value_whole(struct value *v, const char *text, uint64_t min, uint64_t max,
		uint64_t *out);
/* The same with a sign, for the few that may be negative. */
int value_integer(struct value *v, const char *text, int64_t min, int64_t max,
		  int64_t *out);
/* Bytes: 4096, or 512k, 512m, 1.5g, 1t; powers of 1024, as docker has them. */
int value_size(struct value *v, const char *text, uint64_t *out);
/* A size, or "max": UINT64_MAX */
int value_limit(struct value *v, const char *text, uint64_t *out);
/* CPUs: 0.01 to 8192, as microseconds in each 100000 */
int value_cpus(struct value *v, const char *text, uint64_t *out);
/* Seconds with up to 9 decimals. */
int value_seconds(struct value *v, const char *text, uint64_t *seconds,
		  uint32_t *nanoseconds);
/* Seconds with up to three decimals, as milliseconds; "max": -1 */
int value_grace(struct value *v, const char *text, int64_t *out);
/* CLOCK=SECONDS with monotonic or boottime, time_namespaces(7) */
int value_clock(struct value *v, const char *text, struct clock_offset *out);

/* word.c ------------------------------------------------------------------ */

struct value_word {
	char name[16];
	uint64_t bits;
};

/* The rows end with an empty name. */
int value_choice(struct value *v, const char *text,
		 const struct value_word *rows, uint64_t *out);
/* Names of namespaces, comma-separated, as CLONE_NEW* bits. */
int value_namespaces(struct value *v, const char *text, uint64_t *out);
/* One capability by name, "NET_ADMIN" or "cap_net_admin", as its bit; or -1. */
int value_cap(const char *name, uint64_t *bit);
/* Names of capabilities, comma-separated, as bits; ALL: all 64 of them */
int value_caps(struct value *v, const char *text, uint64_t *out);
/* What parse_signal takes: TERM, SIGTERM, 15, RTMIN+3, RTMAX-1 */
int value_signal(struct value *v, const char *text, uint64_t *out);
/* NAME=SOFT[:HARD], "unlimited" and -1 for no limit */
int value_ulimit(struct value *v, const char *text, struct rlimit_row *out);

/* CPU or node numbers: 0-3,5 */
int value_cpuset(struct value *v, const char *text, const char **out);
/* DEV:rbps=1m,wiops=100 as cgroup v2 writes it: "DEV rbps=1048576 wiops=100" */
int value_io_max(struct value *v, const char *text, const char **out);
/* KEY=VALUE with a key like memory.max */
int value_cgroup(struct value *v, const char *text, struct pair *out);
/*
 * KEY=VALUE with a key of a namespace: net.*, or one of System V IPC and POSIX
 * queues. A dot inside a part of the key (an interface's name) is written as /.
 * `needs` is the CLONE_NEW* that the key belongs to.
 */
int value_sysctl(struct value *v, const char *text, struct pair *out,
		 uint64_t *needs);

/* KEY=VALUE, or KEY alone */
int value_env(struct value *v, const char *text);
/* Names: of the container; of a machine; of a user, USER[:GROUP]; of a group */
int value_name(struct value *v, const char *text);
int value_hostname(struct value *v, const char *text);
int value_user(struct value *v, const char *text);
int value_group(struct value *v, const char *text);

#endif
