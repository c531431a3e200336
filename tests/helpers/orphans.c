/*
 * orphans N: makes N orphans by double fork, as fast as it can, and says how
 * many a second; they exit at once, for PID 1 to reap.
 *
 * A fork that is refused for want of processes is tried again: PID 1 may be
 * behind.  Exits with 0 when all were made.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Orphans made by one intermediate parent, so that few forks are not orphans. */
#define BATCH 100

static pid_t fork_again(unsigned long *refused)
{
	pid_t pid;

	while ((pid = fork()) < 0 && errno == EAGAIN) {
		++*refused;
		usleep(1000);
	}
	return pid;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	long count = argc > 1 ? atol(argv[1]) : 1000;
	double start = now(), took;
	unsigned long refused = 0;

	for (long made = 0; made < count; made += BATCH) {
		long batch = count - made < BATCH ? count - made : BATCH;
		int status;
		pid_t pid = fork_again(&refused);

		if (pid < 0) {
			perror("orphans: fork");
			return 1;
		}
		if (pid == 0) {
			for (long i = 0; i < batch; i++) {
				pid = fork_again(&refused);
				if (pid <= 0)
					_exit(pid < 0);
			}
			_exit(0);
		}
		if (waitpid(pid, &status, 0) != pid || status != 0) {
			fprintf(stderr, "orphans: a parent failed\n");
			return 1;
		}
	}
	took = now() - start;
	printf("orphans %ld seconds %.3f rate %.0f\n", count, took,
	       count / took);
	return 0;
}
