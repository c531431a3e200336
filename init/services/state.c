/* state.c - the table of what can happen to a service */
#include "init/services/state.h"

#include <stddef.h>
#include <stdint.h>

static const struct row {
	uint8_t state, event, action, next;
} rows[] = {
	{ WAITING, MET, DO_SPAWN, STARTING },
	{ WAITING, LOST, DO_FAIL, FAILED },
	{ WAITING, STOP, DO_SETTLE, DOWN },
	{ WAITING, CLOSE, DO_SETTLE, DOWN },

	{ STARTING, READY, DO_GREET, UP },
	{ STARTING, EXITED, DO_JUDGE, CLEARING },
	{ STARTING, LATE, DO_GIVE_UP, STOPPING },
	{ STARTING, STOP, DO_ASK, STOPPING },
	{ STARTING, CLOSE, DO_CLOSE, CLOSING },

	{ UP, EXITED, DO_JUDGE, CLEARING },
	{ UP, STOP, DO_ASK, STOPPING },
	{ UP, CLOSE, DO_CLOSE, CLOSING },

	{ CLOSING, EXITED, DO_CLEAR, CLEARING },
	{ CLOSING, LATE, DO_ASK, STOPPING },

	{ STOPPING, EXITED, DO_CLEAR, CLEARING },
	{ STOPPING, LATE, DO_KILL, KILLED },

	{ KILLED, EXITED, DO_CLEAR, CLEARING },
	{ KILLED, LATE, DO_ABANDON, CLEARING },

	{ CLEARING, LATE, DO_PURGE, PURGING },
	{ CLEARING, START, DO_RETURN, CLEARING },
	{ CLEARING, STOP, DO_STAY, CLEARING },
	{ CLEARING, CLOSE, DO_STAY, CLEARING },
	{ CLEARING, EMPTY_START, DO_FORGET, WAITING },
	{ CLEARING, EMPTY_AGAIN, DO_WAIT, BACKOFF },
	{ CLEARING, EMPTY_DOWN, DO_SETTLE, DOWN },
	{ CLEARING, EMPTY_DONE, DO_SETTLE, DONE },
	{ CLEARING, EMPTY_FAILED, DO_SETTLE, FAILED },

	{ PURGING, LATE, DO_LEAVE, PURGING },
	{ PURGING, START, DO_RETURN, PURGING },
	{ PURGING, STOP, DO_STAY, PURGING },
	{ PURGING, CLOSE, DO_STAY, PURGING },
	{ PURGING, EMPTY_START, DO_FORGET, WAITING },
	{ PURGING, EMPTY_AGAIN, DO_WAIT, BACKOFF },
	{ PURGING, EMPTY_DOWN, DO_SETTLE, DOWN },
	{ PURGING, EMPTY_DONE, DO_SETTLE, DONE },
	{ PURGING, EMPTY_FAILED, DO_SETTLE, FAILED },

	{ BACKOFF, LATE, DO_SETTLE, WAITING },
	{ BACKOFF, START, DO_FORGET, WAITING },
	{ BACKOFF, STOP, DO_SETTLE, DOWN },
	{ BACKOFF, CLOSE, DO_SETTLE, DOWN },

	{ DOWN, START, DO_FORGET, WAITING },
	{ DONE, START, DO_FORGET, WAITING },
	{ FAILED, START, DO_FORGET, WAITING },
};

static const struct {
	char name[9];
	uint8_t traits;
} states[STATES] = {
	[WAITING] = { "waiting", 0 },
	[STARTING] = { "starting", ALIVE },
	[UP] = { "up", ALIVE | READY_FOR_OTHERS },
	[CLOSING] = { "stopping", ALIVE },
	[STOPPING] = { "stopping", ALIVE },
	[KILLED] = { "killed", ALIVE },
	[CLEARING] = { "clearing", ALIVE },
	[PURGING] = { "clearing", ALIVE },
	[BACKOFF] = { "backoff", 0 },
	[DOWN] = { "down", OVER },
	[DONE] = { "done", OVER | READY_FOR_OTHERS },
	[FAILED] = { "failed", OVER },
};

struct transition state_next(enum state state, enum event event)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].state == state && rows[i].event == event)
			return (struct transition){ rows[i].action,
						    rows[i].next };
	return (struct transition){ DO_NOTHING, state };
}

const char *state_name(enum state state)
{
	return states[state].name;
}

unsigned state_traits(enum state state)
{
	return states[state].traits;
}
