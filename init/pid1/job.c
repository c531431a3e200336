/* job.c - the terminal's job control, seen from between shell and command */
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/pid1/pid1.h"

/* Our session's terminal, wherever our own stdio goes; else standard input. */
static int terminal_open(void)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	return fd >= 0 ? fd : fcntl(0, F_DUPFD_CLOEXEC, 3);
}

/* Has the foreground ever been ours to give? The command's own process says so
 * in our memory, see spawn(). */
static int moved;

/* Gives the foreground from one process group to another, if it has it. */
static int foreground_move(pid_t from, pid_t to)
{
	int fd = terminal_open(), done;

	done = tcgetpgrp(fd) == from && tcsetpgrp(fd, to) == 0;
	moved |= done;
	fd_close(&fd);
	return done;
}

/*
 * Whoever leads a session and leaves its terminal sends SIGHUP and SIGCONT to
 * the foreground: to us, and it is not news (tty_ioctl(4), TIOCNOTTY).
 */
void job_prepare(int session)
{
	static const struct timespec at_once;
	sys_sigset already;
	int fd;

	if (session != SESSION_OWN || getsid(0) != getpid() ||
	    (fd = terminal_open()) < 0)
		return;
	if (!sys_sigpending(&already) && !ioctl(fd, TIOCNOTTY))
		for (int i = 0; i < 2; i++)
			keeper_tell(TALE_LEFT_TERMINAL,
				    sys_sigwait((SYS_SIG(SIGHUP) |
						 SYS_SIG(SIGCONT)) &
							~already,
						&(siginfo_t){ 0 }, &at_once),
				    0);
	fd_close(&fd);
}

void job_begin(int session)
{
	pid_t group = getpgrp();

	if (session == SESSION_NONE)
		return;
	if (session == SESSION_OWN) {
		setsid();
		/* The terminal that we have left, or nobody's; never
		 * another session's: for that it would take root. */
		ioctl(0, TIOCSCTTY, 0);
		return;
	}
	/* Only who has the foreground may give it away; one that was started
	 * in the background would steal it. All signals are blocked here, so
	 * tcsetpgrp does not stop us. */
	setpgid(0, 0);
	foreground_move(group, getpid());
}

int job_terminal(void)
{
	int fd = terminal_open(), there = tcgetsid(fd) == getsid(0);

	fd_close(&fd);
	return there;
}

void job_ended(pid_t command)
{
	if (moved)
		foreground_move(command, getpgrp());
}

/*
 * Stops our process group, as ^Z does: the script that we are in stops, too.
 * Where no shell above could continue us the group is orphaned, and the kernel
 * drops the signal: 0. A PID 1's group may be its launcher's, out there.
 */
static int stop_with_group(void)
{
	sys_sigset old, pending;

	if (getpid() == 1)
		return 0;
	kill(0, SIGTSTP);
	sys_sigmask(~SYS_SIG(SIGTSTP), &old);
	sys_sigmask(old, NULL);
	/* What has continued us is still pending, and will be passed on. */
	return !sys_sigpending(&pending) && pending & SYS_SIG(SIGCONT);
}

void job_stopped(pid_t command, int sig, int asked)
{
	int terminal = sig == SIGTTIN || sig == SIGTTOU, had;

	/* The foreground is ours: a shell has set it up after we looked. */
	if (terminal && foreground_move(getpgrp(), command)) {
		kill(-command, SIGCONT);
		return;
	}
	had = foreground_move(command, getpgrp());
	if (stop_with_group()) {
		/* Our shell has continued us: with fg, or with bg. */
		foreground_move(getpgrp(), command);
		kill(-command, SIGCONT);
		return;
	}
	if (had)
		foreground_move(getpgrp(), command);
	if (asked)
		return; /* whoever sent us the signal sends SIGCONT as well */
	/* ^Z where no shell would ever continue it: go on. Reading in the
	 * background is not cured by that, only by the terminal. */
	if (!terminal)
		kill(-command, SIGCONT);
}
