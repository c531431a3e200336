/* life.h - what the parts of the keeper share: the life of one command */
#ifndef CINIT_PID1_LIFE_H
#define CINIT_PID1_LIFE_H

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

#include "init/pid1/pid1.h"

enum state {
	RUNNING,  /* the command runs */
	DELAYED,  /* it is to stop, and will be told after the pre-stop delay */
	STOPPING, /* it was asked to stop, and its grace runs */
	KILLED,	  /* its grace is over */
	PAUSED,	  /* it has ended, and will be started again */
	DRAINING, /* it has ended for good; the rest is left */
	ENDING,	  /* the rest is being killed, and what it leaves to us */
	DONE,
	STATES = DONE,
};

/* What moves a life from one state to another; loop.c has the table. */
enum event {
	STOP,  /* somebody wants it to end */
	LATE,  /* the state's own time is over */
	ENDED, /* the command has */
	EVENTS,
};

/* What is to be done when; a command that does nothing has none. */
enum timer {
	OF_STATE,
	RUNTIME, /* the most that the command may run */
	SETTLE,	 /* the command turns out to stay */
	ORPHANS, /* time to look for them: nothing tells us */
	HELD,	 /* a signal found no room */
	TIMERS,
};

enum { ASKED = 32, TIMED_OUT = 124 /* as timeout(1) has it */ };

struct life {
	const struct keeper *k;
	struct ending *e;
	enum state state;
	pid_t command;	    /* its process, while it is not reaped */
	int64_t at[TIMERS]; /* milliseconds of CLOCK_MONOTONIC, or -1 */

	int last;	   /* the signal taken last, or 0 */
	siginfo_t held;	   /* one that is to be passed on when there is room */
	int tries;	   /* to pass it on */
	uint64_t told;	   /* the signals that we have passed on, as a set */
	siginfo_t stop;	   /* the last one that came */
	int stop_told;	   /* what it was passed on as, or 0 */
	int suspend_asked; /* SIGTSTP was passed on: it is no stop of its own */
	int stops;	   /* asked for while the rest drains */
	int asked_rest;	   /* what was left has got its SIGTERM */

	int settling;	       /* how far, see settle() */
	int automatic;	       /* orphans are the kernel's to reap */
	int pid_fd, signal_fd; /* then; otherwise -1 */
	pid_t asked[ASKED];    /* orphans that were asked to go */

	int64_t began;		  /* when the command was started */
	int64_t pause;		  /* before the next start */
	unsigned again;		  /* starts in a row */
	uint64_t kills, refusals; /* of our cgroup, when it began */
};

int64_t now_ms(void);
/* Rings `ms` from now; never for -1. */
void timer_set(struct life *l, enum timer timer, int64_t ms);

/* loop.c */
void happens(struct life *l, enum event event);

/* signals.c: takes the next signal, for as long as the timers allow; -1: none */
int signal_take(struct life *l, siginfo_t *info, const struct timespec *limit);
void signal_act(struct life *l, siginfo_t *info);
/* To the command, as its own; info with a value and a sender, or NULL. */
void signal_pass(struct life *l, int sig, siginfo_t *info);
/* The stop signal as it is passed on, its delay being over. */
void signal_pass_stop(struct life *l);
void signal_kill(struct life *l);
void signal_pass_held(struct life *l);
/* Keeps some of the room for pending signals free for the command, or not. */
void signal_room(int reserve);

/* reap.c: all children that have ended, up to the command's end and beyond */
void reap(struct life *l);
void reap_victim(struct life *l, const siginfo_t *info);
/* Orphans cost nothing from now on, where that can be had; and back. */
void automatic_begin(struct life *l);
void automatic_end(struct life *l);
/* Waits like poll(2) in that mode. 1: there is a signal to take. */
int automatic_wait(struct life *l, const struct timespec *limit);
void orphans_ask(struct life *l);
/* Everyone but us: all of the pid namespace as PID 1, or all below us. */
void signal_rest(int sig);

/* ending.c: the status of the command becomes that of the ending */
void ending_of(struct life *l, int status);
/* For what is said with -v or -w: no reader that sleeps may hold us up. */
int ending_heard(void);

#endif
