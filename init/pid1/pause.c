/* pause.c - a PID 1 without a command: it holds the namespaces, and reaps */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init/base/steady.h"
#include "init/base/sys.h"
#include "init/pid1/pid1.h"

int pause_here(void)
{
	sys_sigset end = SYS_SIG(SIGTERM) | SYS_SIG(SIGINT);
	siginfo_t info;

	/* A keeper of somebody's namespaces that is to be deaf to ^C begins
	 * with SIGINT ignored; PID 1 of a pod may have that from anywhere. */
	if (getpid() != 1)
		end &= ~sys_sigignored() | SYS_SIG(SIGTERM);
	/* The kernel reaps for whoever ignores SIGCHLD, and wakes nobody
	 * (wait(2), NOTES); but for those who have ended before. */
	sys_sigdisposition(SIGCHLD, SIG_IGN);
	while (waitpid(-1, NULL, WNOHANG | __WALL) > 0)
		;
	steady();
	while (sys_sigwait(end, &info, NULL) < 0)
		;
	return 0;
}
