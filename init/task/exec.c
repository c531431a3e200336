/* exec.c - from the process of a command to the command */
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/sys.h"
#include "init/task/task.h"

/* Whoever passes descriptors on names us; the one that is meant is born here. */
static void write_listen_pid(char *to)
{
	char digits[12], *d = digits + sizeof digits;
	pid_t pid = getpid();

	*--d = 0;
	do
		*--d = '0' + pid % 10;
	while (pid /= 10);
	while ((*to++ = *d++))
		;
}

void task_exec(const void *task)
{
	const struct task *t = task;

	if (t->in.cwd_fd >= 0 && fchdir(t->in.cwd_fd) < 0)
		die("go back to the working directory: %m");
	job_begin(t->keep.session);
	if (t->keep.session == SESSION_OWN)
		keeper_tell(TALE_SESSION, 0, 0);
	if (t->cgroup && cgroup_join(t->cgroup, 0) < 0)
		die("enter the cgroup of the limits: %m");
	if (t->listen_pid)
		write_listen_pid(t->listen_pid);
	if (t->drops)
		privileges_drop(&t->in);
	sys_sigmask(signals_before(), NULL);
	command_exec(&t->in);
}
