/* spawn.c - a process for the command, without a copy of our memory */
#include <unistd.h>

#include "init/pid1/pid1.h"

/*
 * vfork(2): no page table is copied, and we go on when the command runs, never
 * in between. The child uses our stack, below this frame, and does not return
 * into it; run() leaves all other memory of ours alone.
 */
pid_t spawn(void (*run)(const void *), const void *arg)
{
	pid_t pid = vfork();

	if (!pid) {
		run(arg);
		_exit(125);
	}
	return pid;
}
