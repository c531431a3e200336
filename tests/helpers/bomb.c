/*
 * bomb [MAX [SECONDS]]: a fork bomb with a bound, for limits on processes.
 *
 * Forks children that only sleep, until the kernel refuses or MAX (1000) of
 * them live; says "forked N" and why it stopped, stays for SECONDS (0), then
 * kills and reaps them all.  Exits with 0 when it was refused, else with 1.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int max = argc > 1 ? atoi(argv[1]) : 1000;
	unsigned int seconds = argc > 2 ? atoi(argv[2]) : 0;
	pid_t *child = calloc(max > 0 ? max : 1, sizeof(*child));
	int count, error = 0;

	if (!child) {
		perror("bomb");
		return 1;
	}
	for (count = 0; count < max; count++) {
		child[count] = fork();
		if (child[count] < 0) {
			error = errno;
			break;
		}
		if (child[count] == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				pause();
		}
	}
	printf("forked %d: %s\n", count, error ? strerror(error) : "no limit met");
	fflush(stdout);
	sleep(seconds);
	for (int i = 0; i < count; i++)
		kill(child[i], SIGKILL);
	while (wait(NULL) > 0)
		;
	return error == 0;
}
