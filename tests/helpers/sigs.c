/*
 * sigs N: says "ready", then "SIG number code pid value" for each of N signals.
 *
 * All signals are blocked and taken one at a time, so that none is lost that
 * the kernel queued, and the order is the order of delivery.  Then it exits
 * with 0.  KILL and STOP are as everywhere.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	/* The kernel's own mask: libc keeps some real-time signals to itself. */
	unsigned long long all = ~0ULL;
	int left = argc > 1 ? atoi(argv[1]) : 1;

	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, sizeof(all));
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("ready %d\n", getpid());

	while (left > 0) {
		siginfo_t info;
		long nr = syscall(SYS_rt_sigtimedwait, &all, &info, NULL,
				  sizeof(all));

		if (nr < 0 && errno == EINTR)
			continue;
		if (nr < 0) {
			perror("sigs: rt_sigtimedwait");
			return 1;
		}
		printf("SIG %ld %d %d %d\n", nr, info.si_code, info.si_pid,
		       info.si_value.sival_int);
		left--;
	}
	return 0;
}
