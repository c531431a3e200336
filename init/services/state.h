/* state.h - the life of a service: every state, every event, what follows */
#ifndef CINIT_SERVICES_STATE_H
#define CINIT_SERVICES_STATE_H

enum state {
	WAITING,  /* for those that it comes after */
	STARTING, /* its process is there, and not ready */
	UP,
	CLOSING,  /* what it reads is closed: it may end by itself */
	STOPPING, /* asked to stop */
	KILLED,	  /* its grace is over */
	CLEARING, /* its process is gone; the rest of its session is asked */
	PURGING,  /* the rest is killed */
	BACKOFF,  /* until its deadline, then it starts again */
	DOWN,	  /* stopped, or never wanted */
	DONE,	  /* ended well, for good */
	FAILED,	  /* for good */
	STATES,
};

enum event {
	MET,  /* all that it comes after are up or done */
	LOST, /* what it requires has failed */
	READY,
	EXITED, /* its process has ended by itself */
	LATE,	/* its deadline has passed */
	START,	/* it is wanted: by hand */
	STOP,	/* it is not wanted, and nobody needs it any more */
	CLOSE,	/* the same for a reader of logs that nobody writes to */
	/* nothing of it is left, and it: */
	EMPTY_START, /* shall start, at once */
	EMPTY_AGAIN, /* shall start, after a while */
	EMPTY_DOWN,  /* was stopped */
	EMPTY_DONE,  /* ended well */
	EMPTY_FAILED,
	EVENTS,
};

/* What is done on the way from one state to the next; supervise.c. */
enum action {
	DO_NOTHING,
	DO_SPAWN,
	DO_GREET,   /* it is up */
	DO_GIVE_UP, /* it is not ready in time: ask it to stop */
	DO_CLOSE,   /* close what it reads */
	DO_ASK,	    /* the stop signal */
	DO_KILL,
	DO_ABANDON, /* not even SIGKILL ends it: go on without it */
	DO_LEAVE,   /* nor the rest of it */
	DO_JUDGE,   /* how it ended; ask the rest to end */
	DO_CLEAR,   /* how it ended is of no matter; ask the rest to end */
	DO_PURGE,   /* kill the rest */
	DO_RETURN,  /* it shall start when the rest is gone */
	DO_STAY,    /* it shall not */
	DO_WAIT,    /* begin the time until it starts again */
	DO_FORGET,  /* what was, and begin anew */
	DO_FAIL,    /* it will not come up */
	DO_SETTLE,  /* nothing of it is left */
	ACTIONS,
};

struct transition {
	enum action action;
	enum state next;
};

/* What an event does to a state: nothing where the table has no row. */
struct transition state_next(enum state state, enum event event);

/* "starting": for people and for programs. */
const char *state_name(enum state state);

enum state_trait {
	ALIVE = 1,	      /* something of it may be running */
	READY_FOR_OTHERS = 2, /* those that come after it may start */
	OVER = 4, /* it stays so, until somebody wants it otherwise */
};
unsigned state_traits(enum state state);

#endif
