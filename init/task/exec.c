/* exec.c - from the process of a command to the command */
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/sys.h"
#include "init/task/task.h"

void task_exec(const void *task)
{
	const struct task *t = task;

	if (t->in.cwd_fd >= 0 && fchdir(t->in.cwd_fd) < 0)
		die("go back to the working directory: %m");
	job_begin(t->keep.session);
	sys_sigmask(signals_before(), NULL);
	command_exec(&t->in);
}
