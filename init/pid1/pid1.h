/* pid1.h - being PID 1: start the command, reap, forward, stop, drain */
#ifndef CINIT_PID1_PID1_H
#define CINIT_PID1_PID1_H

#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "init/base/arena.h"

/* What becomes of orphans of the command while it runs. */
enum orphans { ORPHANS_KEEP, ORPHANS_TERM, ORPHANS_KILL };
enum restart { RESTART_NO, RESTART_ON_FAILURE, RESTART_ALWAYS };
/* What the command's process is made of before it execs. */
enum session { SESSION_GROUP, SESSION_OWN, SESSION_NONE };

/* Exit statuses from..to become `becomes`. */
struct status_rule {
	uint8_t from, to, becomes;
};

enum { STATUS_RULES = 16, SIGNAL_DROPPED = 255 };

/* How the keeper keeps. Times in milliseconds, -1: without end. */
struct keeper {
	/* A new process of the command, for the start and each restart: its
	 * pid, or -1. */
	pid_t (*start)(const void *arg);
	const void *arg;
	uint8_t rewrite[65]; /* signal n is passed on as; 0: itself */
	int stop_signal; /* what SIGTERM is passed on as */
	int to_group; /* signals go to the command's process group */
	int session; /* enum session */
	int64_t grace_ms; /* from the stop signal to SIGKILL */
	int64_t drain_ms; /* from the command's end to SIGKILL for the rest */
	int64_t pre_stop_ms; /* from a stop signal to passing it on */
	int64_t runtime_ms; /* the command is stopped then, status 124 */
	int wait_all; /* the end is that of the last process, nobody is asked */
	int orphans; /* enum orphans */
	int restart; /* enum restart */
	unsigned restart_most; /* in a row; 0: without limit */
	struct status_rule status[STATUS_RULES];
	unsigned statuses;
	int expect_stop; /* death by a stop signal we passed on is success */
	int warn_reaped; /* say so for each orphan that is reaped */
	int parent_death; /* signal when our parent dies, prctl(2); 0: none */
	int subreaper; /* when not PID 1; -1: where that is right, silently */
	int quiet, verbose; /* verbose counts up */
	int wants_usage; /* fill ending.usage and .reaped exactly */
	pid_t command; /* that runs already when loop() begins */
	const char *name; /* of the command, for sentences */
	const struct teller *tell; /* NULL: nobody is told why it ended */
	struct arena *memory; /* of set-up, freed when the command stays */
	/* As those whose names we are called by: */
	int suspends; /* what stops the command as ^Z does stops us, too */
	int leaves_rest; /* as no PID 1 we end with the command */
	int farewell; /* the command's group gets SIGTERM then */
};

/* Looks at what is so already, and says at an abnormal end what was the cause. */
struct life;
struct teller {
	void (*begin)(struct life *l);
	void (*end)(const struct life *l);
};
extern const struct teller tell_why; /* on stderr */

/* How it ended. */
struct ending {
	int status; /* exit status, or 128 + signal, or what the rules make of it */
	int signal; /* that ended the command, or 0 */
	int core; /* it dumped core */
	int late; /* it was killed at the end of its grace */
	int timed_out; /* it was stopped for having run too long: status 124 */
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
 * Told of each signal that is taken, before it is acted upon, and may make
 * another of it; NULL where nobody wants to know.
 */
extern void (*signal_taken)(siginfo_t *info);

/*
 * Starts run(arg) in a process of its own, sharing memory until it calls
 * execve or _exit, and returns its pid when it has. -1, errno.
 */
pid_t spawn(void (*run)(const void *), const void *arg);

/*
 * Before spawn(), for SESSION_OWN: a terminal has one session, so we leave ours
 * if it is one that we lead. It changes nothing else.
 */
void job_prepare(int session);
/*
 * A process group of the command's own, in the foreground if we are, or a
 * session; for run() of an entrypoint, before it resets the signals.
 */
void job_begin(int session);
/* The command has stopped: what we do about it depends on who is above us. */
void job_stopped(pid_t command, int sig, int asked);
/* The command has ended: what it had of the terminal is ours again. */
void job_ended(pid_t command);
/* Is there a terminal whose ^Z could stop the command? */
int job_terminal(void);

/*
 * What happens, for whoever wants to hear of it in words of his own; NULL: no
 * one. The numbers are signals, pids and statuses, as named.
 */
enum tale {
	TALE_SESSION, /* in the command's own process */
	TALE_STARTED, /* pid */
	TALE_TAKEN, /* signal */
	TALE_REWRITTEN, /* signal, the other */
	TALE_PASSED, /* signal */
	TALE_DROPPED, /* signal */
	TALE_SUSPENDED,
	TALE_LEFT_TERMINAL, /* signal that comes of it */
	TALE_EXITED, /* pid, status */
	TALE_KILLED, /* pid, signal */
	TALE_ORPHAN, /* pid; with warn_reaped */
	TALE_OVER, /* status */
	TALES,
};
extern void (*keeper_tells)(enum tale tale, int a, int b);
void keeper_tell(enum tale tale, int a, int b);

/*
 * Until nothing is left to keep. Nothing in it can end the process. It starts
 * nothing again where the first process has died (die.h) before it executed.
 */
void loop(const struct keeper *k, struct ending *e);

/* Without a command: reaps until SIGTERM or SIGINT comes, and returns 0. */
int pause_here(void);

#endif
