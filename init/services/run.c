/* run.c - up to the first start: what may still end us with a sentence */
#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/services/supervise.h"

static const char *preparing;

static void fail(int status, const char *text) __attribute__((noreturn));

/* Of what was made already nothing stays. */
static void fail(int status, const char *text)
{
	for (unsigned i = 0; i < services.count; i++)
		task_end(&services.item[i].task);
	warn(preparing ? "%s: %s" : "%s%s", preparing ? preparing : "", text);
	_exit(status);
}

static void say_fault(const char *text)
{
	warn("%s", text);
}

static void prepare(struct service *s, const struct task *like, int cwd_fd)
{
	struct arena *memory = &services.memory;

	preparing = s->name;
	s->task.name = s->name;
	s->task.plan.env = like->plan.env;
	s->wanted = 1;
	s->since = clock_ms();
	if (log_make(s, memory) < 0)
		die("make a pipe for its output: %m");
	if (notify_make(s, memory) < 0)
		die("make a socket for notify: %m");
	task_prepare(&s->task, memory);
	if (s->task.in.cwd_fd < 0)
		s->task.in.cwd_fd = cwd_fd;
}

/* Numbers that commands may want for notify are not ours: see notify_fd. */
static void keep_low_numbers_free(void)
{
	int fd;

	our.null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	do
		fd = fcntl(our.null_fd, F_DUPFD_CLOEXEC, 3);
	while (fd >= 0 && fd <= NOTIFY_FD_MOST);
	if (fd >= 0)
		close(fd);
}

int services_run(const struct task *like)
{
	struct faults faults = { .say = say_fault };
	const char *control = like->control;
	int cwd_fd;

	services_read(&services, like->services, &faults);
	if (faults.count)
		die("%s: %u fault%s, nothing is started", like->services,
		    faults.count, faults.count == 1 ? "" : "s");
	our.verbose = like->keep.verbose;
	/* What we were given is not for services. */
	sys_close_range(3, ~0U, 0);
	keep_low_numbers_free();
	if (getpid() != 1)
		prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	/* Hold nobody's directory; they go back there by themselves. */
	cwd_fd = open(".", O_PATH | O_CLOEXEC);
	die_route.fail = fail;
	for (unsigned i = 0; i < services.count; i++)
		prepare(&services.item[i], like, cwd_fd);
	preparing = NULL;
	our.signal_fd = sys_signalfd(SYS_SIG_ALL);
	if (our.signal_fd < 0)
		die("make a descriptor for signals: %m");
	/* A read-only root is no fault, unless the place was asked for. */
	if (control_make(control) < 0) {
		if (control)
			die("make the control socket %s: %m", control);
		if (our.verbose)
			warn("there is no control socket: %m");
	}
	if (chdir("/") < 0)
		warn("leave the working directory: %m");
	die_route.fail = die_to_stderr;
	log_streams();
	return supervise();
}
