/*
 * Signals by the thousand.
 *
 *	burst take		says "ready PID", counts until TERM, then a line
 *				"SIG number count [out of order]" for each
 *	burst send PID COUNT SIG...
 *				queues COUNT signals, of each kind in turn, with
 *				a number each; tries again where there is no room
 *	burst flood PID SIG	until it is killed
 *	burst forge PID SIG	by tgkill(2), as a thread sends to a thread
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int take(void)
{
	/* The kernel's own mask: libc keeps some signals to itself. */
	unsigned long long all = ~0ULL;
	long count[65] = { 0 }, last[65] = { 0 }, disorder[65] = { 0 }, sig = 0;

	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, sizeof(all));
	printf("ready %d\n", getpid());
	fflush(stdout);
	while (sig != SIGTERM) {
		siginfo_t info;

		sig = syscall(SYS_rt_sigtimedwait, &all, &info, NULL,
			      sizeof(all));
		if (sig < 0)
			continue;
		count[sig]++;
		disorder[sig] |= info.si_value.sival_int < last[sig];
		last[sig] = info.si_value.sival_int;
	}
	for (int i = 1; i <= 64; i++)
		if (count[i])
			printf("SIG %d %ld%s\n", i, count[i],
			       i >= 32 && disorder[i] ? " out of order" : "");
	return 0;
}

static int send(pid_t pid, int count, char **sigs, int kinds)
{
	for (int i = 0; i < count;) {
		siginfo_t info = { .si_code = SI_QUEUE };
		int sig = atoi(sigs[i % kinds]);

		info.si_signo = sig;
		info.si_pid = getpid();
		info.si_uid = getuid();
		info.si_value.sival_int = i;
		if (!syscall(SYS_rt_sigqueueinfo, pid, sig, &info))
			i++;
		else if (errno == EAGAIN)
			usleep(100);
		else
			return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	pid_t pid = argc > 2 ? atoi(argv[2]) : 0;

	if (!strcmp(what, "take"))
		return take();
	if (!strcmp(what, "send") && argc > 4)
		return send(pid, atoi(argv[3]), argv + 4, argc - 4);
	if (!strcmp(what, "flood") && argc > 3)
		while (!kill(pid, atoi(argv[3])))
			;
	if (!strcmp(what, "forge") && argc > 3)
		return syscall(SYS_tgkill, pid, pid, atoi(argv[3])) < 0;
	return 1;
}
