/* main.c - cinit in an image: the ways in, and one way on */
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "init/args.h"
#include "init/base/clock.h"
#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/enter/enter.h"
#include "init/pid1/pid1.h"
#include "init/plan/report.h"

enum { DRAIN_MS = 5000 };

static int report_fd = -1;

static void run_entrypoint(const void *arg)
{
	const struct inside *in = arg;

	if (in->cwd_fd >= 0 && fchdir(in->cwd_fd) < 0)
		die("go back to the working directory: %m");
	job_begin();
	sys_sigmask(signals_before(), NULL);
	command_exec(in);
}

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

static void write_report(const struct args *a, const struct ending *e,
			 uint64_t start)
{
	struct report r;

	report_clear(&r);
	r.command = a->argv[0];
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
		warn("write the report %s: %m", a->report);
}

static int entrypoint(const struct args *a)
{
	struct plan plan = { .argv = { a->argv, a->argc },
			     .env = { a->env, a->env_count } };
	struct inside in = {
		.plan = &plan, .proc_fd = -1, .cwd_fd = -1, .tty_fd = -1
	};
	struct keeper k = { .stop_signal = a->stop_signal,
			    .to_group = a->to_group,
			    .grace_ms = a->grace_ms,
			    .drain_ms =
				    a->grace_ms < 0 ? DRAIN_MS : a->grace_ms,
			    .verbose = a->verbose,
			    .wants_usage = !!a->report };
	struct ending e = { 0 };
	uint64_t start = a->report ? clock_ns() : 0;

	if (getpid() != 1)
		prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	if (a->report)
		open_report(a->report);
	/* Hold nobody's directory, nor for a moment: the command may look.
	 * It goes back there by itself. */
	in.cwd_fd = open(".", O_PATH | O_CLOEXEC);
	if (in.cwd_fd >= 0 && chdir("/") < 0)
		warn("leave the working directory: %m");
	k.command = spawn(run_entrypoint, &in);
	if (k.command < 0)
		die("make a process for %s: %m", a->argv[0]);
	/* Hold nobody's files. */
	if (a->report)
		fd_place(report_fd, REPORT_FD);
	sys_close_range(a->report ? REPORT_FD + 1 : 3, ~0U, 0);
	loop(&k, &e);
	if (a->report)
		write_report(a, &e, start);
	return e.status;
}

int main(int argc, char *argv[], char *envp[])
{
	struct args a;

	signals_hold();
	args_parse(&a, argc, argv, envp);
	return entrypoint(&a);
}
