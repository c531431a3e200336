/* undo.c - what has to be taken back */
#include "setup/host/undo.h"

#include "init/base/die.h"

enum { UNDO_MAX = 16 };

static struct {
	void (*take_back)(void *);
	void *arg;
} stack[UNDO_MAX];
static int depth;

void undo_push(void (*take_back)(void *), void *arg)
{
	if (depth == UNDO_MAX)
		die("more than %d things to undo", UNDO_MAX);
	stack[depth].take_back = take_back;
	stack[depth++].arg = arg;
}

void undo_forget(void)
{
	depth = 0;
}

void undo_all(void)
{
	while (depth) {
		depth--;
		stack[depth].take_back(stack[depth].arg);
	}
}
