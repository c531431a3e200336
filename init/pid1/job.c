/* job.c - the terminal's job control, seen from between shell and command */
#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

#include "init/base/sys.h"
#include "init/pid1/pid1.h"

/* Is there someone who can bring us back when we stop? */
static int has_shell_above(void)
{
	return getpid() != 1 && getsid(0) != getpid();
}

void job_begin(void)
{
	/* Only who has the foreground may give it away; one that was started
	 * in the background would steal it. All signals are blocked here, so
	 * tcsetpgrp does not stop us. */
	int foreground = tcgetpgrp(0) == getpgrp();

	setpgid(0, 0);
	if (foreground)
		tcsetpgrp(0, getpid());
}

void job_stopped(pid_t command, int sig, int asked)
{
	if (asked)
		return; /* whoever sent us the signal sends SIGCONT as well */
	if (!has_shell_above()) {
		/* ^Z where no shell would ever continue it: go on. Reading in
		 * the background is not cured by that, only by the terminal. */
		if ((sig == SIGTTIN || sig == SIGTTOU) &&
		    tcsetpgrp(0, command) < 0)
			return;
		kill(-command, SIGCONT);
		return;
	}
	if (tcgetpgrp(0) == command)
		tcsetpgrp(0, getpgrp());
	kill(getpid(), SIGSTOP);
	/* Our shell has continued us: with fg, or with bg. */
	if (tcgetpgrp(0) == getpgrp())
		tcsetpgrp(0, command);
	kill(-command, SIGCONT);
}
