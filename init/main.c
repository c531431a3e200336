/* main.c - cinit in an image: the ways in, and one way on */
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "init/args.h"
#include "init/base/clock.h"
#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/pid1/pid1.h"
#include "init/plan/report.h"

static int report_fd = -1;

/* Beside stdio the one file that we hold; the number is close_range's. */
enum { REPORT_FD = 3 };

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
	if (report_write(&r, REPORT_FD) < 0)
		warn("write the report %s: %m", t->report);
}

static int entrypoint(struct task *t)
{
	struct keeper *k = &t->keep;
	struct ending e = { 0 };
	uint64_t start = t->report ? clock_ns() : 0;

	if (getpid() != 1)
		prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	if (t->report)
		open_report(t->report);
	/* Hold nobody's directory, nor for a moment: the command may look.
	 * It goes back there by itself. */
	t->in.cwd_fd = open(".", O_PATH | O_CLOEXEC);
	if (t->in.cwd_fd >= 0 && chdir("/") < 0)
		warn("leave the working directory: %m");
	k->command = spawn(task_exec, t);
	if (k->command < 0)
		die("make a process for %s: %m", t->plan.argv.item[0]);
	/* Hold nobody's files. */
	if (t->report)
		fd_place(report_fd, REPORT_FD);
	sys_close_range(t->report ? REPORT_FD + 1 : 3, ~0U, 0);
	loop(k, &e);
	if (t->report)
		write_report(t, &e, start);
	return e.status;
}

int main(int argc, char *argv[], char *envp[])
{
	static struct task task;

	signals_hold();
	task_clear(&task);
	args_parse(&task, argc, argv, envp);
	return entrypoint(&task);
}
