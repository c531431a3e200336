/*
 * queue PID SIG=VALUE...: sends signals with values, as sigqueue(3) does.
 *
 * It asks the kernel itself: libc keeps some numbers to itself.  It says
 * "queue PID", its own pid, the sender that the receiver should see.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	int failed = 0;

	if (argc < 3) {
		fprintf(stderr, "queue PID SIG=VALUE...\n");
		return 1;
	}
	printf("queue %d\n", getpid());
	for (int i = 2; i < argc; i++) {
		siginfo_t info = { .si_code = SI_QUEUE };
		int sig = 0, value = 0;

		sscanf(argv[i], "%d=%d", &sig, &value);
		info.si_signo = sig;
		info.si_pid = getpid();
		info.si_uid = getuid();
		info.si_value.sival_int = value;
		if (syscall(SYS_rt_sigqueueinfo, atoi(argv[1]), sig, &info)) {
			perror(argv[i]);
			failed = 1;
		}
	}
	return failed;
}
