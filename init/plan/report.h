/* report.h - how a run ended, as JSON, for --report of both programs */
#ifndef CINIT_PLAN_REPORT_H
#define CINIT_PLAN_REPORT_H

#include <stddef.h>
#include <stdint.h>

#define REPORT_UNKNOWN UINT64_MAX /* left out of the text */

struct report {
	const char *name; /* of the container, or NULL */
	const char *command; /* argv[0] */
	const char *error; /* the sentence, when it did not run; or NULL */
	const char *oom_victim; /* name of the process, or NULL */
	uint64_t status; /* exit status as ours */
	uint64_t signal; /* that ended the command; 0: none */
	uint64_t late; /* killed at the end of its grace */
	uint64_t started_ns, running_ns, ended_ns; /* CLOCK_REALTIME */
	uint64_t reaped;
	uint64_t cpu_us, user_us, system_us, throttled_us;
	uint64_t memory_peak, memory_max; /* bytes */
	uint64_t pids_peak, pids_max, pids_refused;
	uint64_t oom_kills, oom_pid;
};

/* Everything unknown. */
void report_clear(struct report *r);

/* One JSON object and a newline; returns its length, writes what fits. */
size_t report_format(const struct report *r, char *text, size_t size);

/* A JSON string; its length, and as much of it as fits, without an end. */
size_t report_string(const char *s, char *text, size_t size);

/* The file, made anew or over the one that is there: before anything runs, so
 * that nobody learns at the end that it cannot be written. -1, errno. */
int report_open(const char *path);
int report_write(const struct report *r, int fd);

#endif
