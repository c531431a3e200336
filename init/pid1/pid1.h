/* pid1.h - being PID 1: start the command, reap, forward, stop, drain */
#ifndef CINIT_PID1_PID1_H
#define CINIT_PID1_PID1_H

#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

/* How the keeper keeps. Times in milliseconds, -1: without end. */
struct keeper {
	pid_t command;
	int stop_signal; /* what SIGTERM is passed on as */
	int to_group; /* signals go to the command's process group */
	int64_t grace_ms; /* from the stop signal to SIGKILL */
	int64_t drain_ms; /* from the command's end to SIGKILL for the rest */
	int verbose;
	int wants_usage; /* fill ending.usage */
};

/* How it ended. */
struct ending {
	int status; /* exit status, or 128 + signal */
	int signal; /* that ended the command, or 0 */
	int core; /* it dumped core */
	int late; /* it was killed at the end of its grace */
	unsigned long reaped; /* processes, the command included */
	unsigned long killed_late; /* the rest, killed at the deadline: 0, 1 */
	pid_t victim; /* the last process that died of SIGKILL, or 0 */
	char victim_name[16];
	struct rusage usage; /* of the command and what it waited for */
};

/*
 * Blocks all 64 signals: the first thing a PID 1 does. One that arrives from
 * here on stays pending, and is passed on when there is a command.
 */
void signals_hold(void);
/* The mask that was in force before: the command of an entrypoint gets it. */
uint64_t signals_before(void);

/*
 * Starts run(arg) in a process of its own, sharing memory until it calls
 * execve or _exit, and returns its pid when it has. -1, errno.
 */
pid_t spawn(void (*run)(const void *), const void *arg);

/*
 * A process group of the command's own, in the foreground if we are; for
 * run() of an entrypoint, before it resets the signals.
 */
void job_begin(void);
/* The command has stopped: what we do about it depends on who is above us. */
void job_stopped(pid_t command, int sig, int asked);
/* The command has ended: what it had of the terminal is ours again. */
void job_ended(pid_t command);

/* Until nothing is left to keep. Nothing in it can end the process. */
void loop(const struct keeper *k, struct ending *e);

#endif
