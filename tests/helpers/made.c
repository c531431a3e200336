/*
 * Makes system calls that a record of them tells from others.
 *
 *	made threads N		N threads, that wait for each other
 *	made socket FAMILY TYPE	a socket; prints OK or the error
 *	made personality N	the same of a personality
 *	made signals		a signal a millisecond, while calls are made;
 *				prints how many of these were interrupted
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

static pthread_barrier_t all;

static void *thread(void *unused)
{
	pthread_barrier_wait(&all);
	return unused;
}

static int threads(int n)
{
	pthread_t id[64];

	pthread_barrier_init(&all, NULL, n + 1);
	for (int i = 0; i < n; i++)
		if (pthread_create(&id[i], NULL, thread, NULL))
			return 1;
	pthread_barrier_wait(&all);
	for (int i = 0; i < n; i++)
		pthread_join(id[i], NULL);
	return printf("%d threads\n", n) < 0;
}

static int said(long result)
{
	return puts(result < 0 ? strerror(errno) : "OK") < 0;
}

static void handle(int sig)
{
	(void)sig;
}

static int signals(void)
{
	struct sigaction act = { .sa_handler = handle }; /* no SA_RESTART */
	struct itimerval often = { { 0, 1000 }, { 0, 1000 } };
	int interrupted = 0;

	sigaction(SIGALRM, &act, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	for (int i = 0; i < 4000; i++)
		interrupted += syscall(SYS_getppid) < 0;
	return printf("%d interrupted\n", interrupted) < 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int a = argc > 2 ? atoi(argv[2]) : 0, b = argc > 3 ? atoi(argv[3]) : 0;

	if (!strcmp(what, "threads") && a <= 64)
		return threads(a);
	if (!strcmp(what, "socket"))
		return said(socket(a, b, 0));
	if (!strcmp(what, "personality"))
		return said(personality(a));
	if (!strcmp(what, "signals"))
		return signals();
	return 125;
}
