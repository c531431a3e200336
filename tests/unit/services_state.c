/* services_state.c - every state of a service under every event */
#include <string.h>

#include "init/services/state.h"
#include "tests/unit/tap.h"

/*
 * What the manual promises, written down once more and as a whole: a row for
 * each state, a column for each event, the action and the next state in a
 * cell. Where nothing happens there is "-".
 */
static const char *const columns[EVENTS] = {
	[MET] = "met",
	[LOST] = "lost",
	[READY] = "ready",
	[EXITED] = "exited",
	[LATE] = "late",
	[START] = "start",
	[STOP] = "stop",
	[CLOSE] = "close",
	[EMPTY_START] = "empty-start",
	[EMPTY_AGAIN] = "empty-again",
	[EMPTY_DOWN] = "empty-down",
	[EMPTY_DONE] = "empty-done",
	[EMPTY_FAILED] = "empty-failed",
};

struct cell {
	enum action action;
	enum state next;
};

#define NO                \
	{                 \
		0, STATES \
	}
#define NO_EMPTY NO, NO, NO, NO, NO
#define EMPTY                                                              \
	{ DO_FORGET, WAITING }, { DO_WAIT, BACKOFF }, { DO_SETTLE, DOWN }, \
		{ DO_SETTLE, DONE },                                       \
	{                                                                  \
		DO_SETTLE, FAILED                                          \
	}

/* clang-format off */
static const struct cell expected[STATES][EVENTS] = {
	/* met, lost, ready, exited, late, start, stop, close, empty... */
	[WAITING] = { { DO_SPAWN, STARTING }, { DO_FAIL, FAILED }, NO, NO, NO,
		      NO, { DO_SETTLE, DOWN }, { DO_SETTLE, DOWN }, NO_EMPTY },
	[STARTING] = { NO, NO, { DO_GREET, UP }, { DO_JUDGE, CLEARING },
		       { DO_GIVE_UP, STOPPING }, NO, { DO_ASK, STOPPING },
		       { DO_CLOSE, CLOSING }, NO_EMPTY },
	[UP] = { NO, NO, NO, { DO_JUDGE, CLEARING }, NO, NO,
		 { DO_ASK, STOPPING }, { DO_CLOSE, CLOSING }, NO_EMPTY },
	[CLOSING] = { NO, NO, NO, { DO_CLEAR, CLEARING },
		      { DO_ASK, STOPPING }, NO, NO, NO, NO_EMPTY },
	[STOPPING] = { NO, NO, NO, { DO_CLEAR, CLEARING },
		       { DO_KILL, KILLED }, NO, NO, NO, NO_EMPTY },
	[KILLED] = { NO, NO, NO, { DO_CLEAR, CLEARING },
		     { DO_ABANDON, CLEARING }, NO, NO, NO, NO_EMPTY },
	[CLEARING] = { NO, NO, NO, NO, { DO_PURGE, PURGING },
		       { DO_RETURN, CLEARING }, { DO_STAY, CLEARING },
		       { DO_STAY, CLEARING }, EMPTY },
	[PURGING] = { NO, NO, NO, NO, { DO_LEAVE, PURGING },
		      { DO_RETURN, PURGING }, { DO_STAY, PURGING },
		      { DO_STAY, PURGING }, EMPTY },
	[BACKOFF] = { NO, NO, NO, NO, { DO_SETTLE, WAITING },
		      { DO_FORGET, WAITING }, { DO_SETTLE, DOWN },
		      { DO_SETTLE, DOWN }, NO_EMPTY },
	[DOWN] = { NO, NO, NO, NO, NO, { DO_FORGET, WAITING }, NO, NO,
		   NO_EMPTY },
	[DONE] = { NO, NO, NO, NO, NO, { DO_FORGET, WAITING }, NO, NO,
		   NO_EMPTY },
	[FAILED] = { NO, NO, NO, NO, NO, { DO_FORGET, WAITING }, NO, NO,
		     NO_EMPTY },
};
/* clang-format on */

static void transitions(void)
{
	for (enum state s = 0; s < STATES; s++)
		for (enum event e = 0; e < EVENTS; e++) {
			struct cell want = expected[s][e];
			struct transition got = state_next(s, e);
			int nothing = want.next == STATES;

			if (nothing)
				want = (struct cell){ DO_NOTHING, s };
			okf(got.action == want.action && got.next == want.next,
			    "state %d (%s), %s: %s", s, state_name(s),
			    columns[e],
			    nothing ? "nothing" : state_name(want.next));
		}
}

/* States from which this one can be reached by events. */
static int reaches(enum state from, enum state to)
{
	unsigned seen = 1U << from, before = 0;

	while (seen != before) {
		before = seen;
		for (enum state s = 0; s < STATES; s++)
			for (enum event e = 0; seen >> s & 1 && e < EVENTS; e++)
				seen |= 1U << state_next(s, e).next;
	}
	return seen >> to & 1;
}

/* Whatever else happens: by these events alone it comes to its end. */
static int ends(enum state s)
{
	static const enum event steps[] = { STOP,   LATE, LATE,	     LATE,
					    EXITED, LATE, EMPTY_DOWN };

	for (size_t i = 0; i < COUNT(steps); i++)
		s = state_next(s, steps[i]).next;
	return state_traits(s) & OVER;
}

int main(void)
{
	transitions();
	for (enum state s = 0; s < STATES; s++) {
		okf(reaches(WAITING, s), "%s can be reached", state_name(s));
		okf(reaches(s, UP), "from %s it can come up", state_name(s));
		okf(ends(s), "stopped, %s comes to an end", state_name(s));
	}
	ok(!strcmp(state_name(CLOSING), "stopping") &&
		   !strcmp(state_name(PURGING), "clearing") &&
		   !strcmp(state_name(UP), "up"),
	   "names are what people are told");
	for (enum state s = 0; s < STATES; s++)
		okf(!(state_traits(s) & ALIVE && state_traits(s) & OVER),
		    "%s is not both alive and over", state_name(s));
	return done();
}
