/* main.c - cinit in an image: the ways in, and one way on */
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "init/args.h"
#include "init/base/clock.h"
#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/machine/machine.h"
#include "init/persona/persona.h"
#include "init/pid1/pid1.h"
#include "init/plan/report.h"
#include "init/services/services.h"

static int report_fd = -1;

static void open_report(const char *path)
{
	int fd = report_open(path);

	/* Above: the command must not find it at a number of the caller's. */
	if (fd < 0 || (report_fd = fcntl(fd, F_DUPFD_CLOEXEC, 64)) < 0)
		die("open the report %s: %m", path);
	close(fd);
}

static void write_report(const struct task *t, const struct ending *e,
			 uint64_t start)
{
	struct report r;

	report_clear(&r);
	r.command = t->plan.argv.item[0];
	r.status = e->status;
	r.signal = e->signal;
	r.late = e->late;
	r.running_ns = start;
	r.ended_ns = clock_ns();
	r.reaped = e->reaped;
	r.user_us = e->usage.ru_utime.tv_sec * 1000000ULL +
		    e->usage.ru_utime.tv_usec;
	r.system_us = e->usage.ru_stime.tv_sec * 1000000ULL +
		      e->usage.ru_stime.tv_usec;
	r.cpu_us = r.user_us + r.system_us;
	r.memory_peak = e->usage.ru_maxrss * 1024ULL;
	if (report_write(&r, report_fd) < 0)
		warn("write the report %s: %m", t->report);
}

/* So that orphans of the command come to us where we are not PID 1. */
static void become_reaper(int wanted)
{
	if (!wanted || getpid() == 1)
		return;
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0 && wanted > 0)
		die("become a subreaper: %m");
}

/*
 * The signal is passed on as any other, so that the command has its grace. Who
 * was our parent may have ended before the kernel knew whose death we mind.
 */
static void die_with_parent(int sig)
{
	pid_t parent;

	if (!sig)
		return;
	parent = getppid();
	if (prctl(PR_SET_PDEATHSIG, sig, 0, 0, 0) < 0)
		die("die with the parent: %m");
	if (getppid() != parent)
		kill(getpid(), sig);
}

static pid_t start(const void *task)
{
	pid_t pid = spawn(task_exec, task);

	if (pid > 0 && pid != die_pid)
		keeper_tell(TALE_STARTED, pid, 0);
	return pid;
}

/*
 * Hold nobody's files, but for the report and the cgroup. A command that is
 * started again wants them, too.
 */
static void let_go(const struct task *t)
{
	int keep[1 + TASK_FDS];
	unsigned n = t->cgroup ? task_fds(t, keep, TASK_FDS) : 0;

	if (t->report)
		keep[n++] = report_fd;
	fd_close_others(3, keep, n);
}

static int hold(void)
{
	if (chdir("/") < 0)
		warn("leave the working directory: %m");
	sys_close_range(3, ~0U, 0);
	return pause_here();
}

static int entrypoint(struct task *t)
{
	struct keeper *k = &t->keep;
	struct ending e = { 0 };
	uint64_t began = t->report ? clock_ns() : 0;

	die_with_parent(k->parent_death);
	become_reaper(k->subreaper);
	if (t->report)
		open_report(t->report);
	task_prepare(t, &args_memory);
	/* Hold nobody's directory, nor for a moment: the command may look.
	 * It goes back there by itself. */
	if (t->in.cwd_fd < 0)
		t->in.cwd_fd = open(".", O_PATH | O_CLOEXEC);
	if (t->in.cwd_fd >= 0 && chdir("/") < 0)
		warn("leave the working directory: %m");
	job_prepare(k->session);
	k->name = t->plan.argv.item[0];
	k->tell = &tell_why;
	k->start = start;
	k->arg = t;
	k->command = start(t);
	if (k->command < 0)
		die("make a process for %s: %m", t->plan.argv.item[0]);
	task_ready(t, k->command);
	if (k->restart == RESTART_NO)
		let_go(t);
	loop(k, &e);
	task_end(t);
	if (t->report)
		write_report(t, &e, began);
	return e.status;
}

int main(int argc, char *argv[], char *envp[])
{
	static struct task task;
	const struct persona *persona;

	signals_hold();
	persona = persona_find(argv[0]);
	task_clear(&task);
	if (machine_here())
		machine_begin(&argc, &argv);
	if (!persona && argc > 1 && getpid() != 1 &&
	    services_is_client(argv[1])) {
		sys_sigmask(signals_before(), NULL);
		return services_client(argc - 1, argv + 1);
	}
	if (persona)
		persona_begin(persona, &task);
	args_environment(&task, envp);
	if (persona)
		persona_parse(persona, &task, argc, argv);
	else
		args_parse(&task, argc, argv);
	if (task.print_config)
		args_print(&task);
	leave(task.pause	? hold() :
	      task.services	? services_run(&task) :
				  entrypoint(&task));
}
