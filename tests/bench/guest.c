/* guest.c - what is started in the benchmarks: tiny static programs, in one */
/*
 *	guest			exits with 0: the true that is measured
 *	guest sleep		sleeps until a signal ends it
 *	guest catch		writes when it was ready, and when it received
 *				each SIGUSR1: CLOCK_MONOTONIC in nanoseconds,
 *				8 bytes each, on standard output
 *	guest serve		writes when it was ready, as catch does, and
 *				sleeps until a signal ends it
 *	guest wait COMMAND [ARG]...
 *				runs it, waits for it, and no more: the least
 *				that stands between any init and its command
 *	guest reached	the command of a machine: writes how many microseconds
 *			after the kernel's start of /init it was reached, and
 *			after the kernel's own start; and ends the machine
 *	guest ignore COMMAND [ARG]...
 *				a PID 1 that leaves all reaping to the kernel,
 *				until nobody is left: the limit for the others
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* CLOCK_MONOTONIC in nanoseconds, 8 bytes; 0 when it could be written. */
static int tell_time(void)
{
	struct timespec t;
	uint64_t ns;

	clock_gettime(CLOCK_MONOTONIC, &t);
	ns = t.tv_sec * 1000000000ULL + t.tv_nsec;
	return write(1, &ns, sizeof ns) != sizeof ns;
}

static int catch (void)
{
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (;;) {
		if (tell_time())
			return 1;
		if (sigwait(&set, &sig))
			return 1;
	}
}

static pid_t run(char *argv[])
{
	pid_t pid = vfork();

	if (pid == 0) {
		signal(SIGCHLD, SIG_DFL);
		execv(argv[0], argv);
		_exit(127);
	}
	return pid;
}

static int ignore(char *argv[])
{
	signal(SIGCHLD, SIG_IGN);
	run(argv);
	wait(NULL); /* returns when all are gone: wait(2), NOTES */
	return 0;
}

static int run_and_wait(char *argv[])
{
	int status;

	waitpid(run(argv), &status, 0);
	return WEXITSTATUS(status);
}

/* Both times are the kernel's, of its log: one clock, whatever init did. */
static int reached(void)
{
	char line[1024], *text;
	unsigned long long us, start = 0;
	ssize_t n;
	int fd;

	mknod("/kmsg", S_IFCHR | 0600, makedev(1, 11));
	fd = open("/kmsg", O_RDWR | O_NONBLOCK);
	if (fd < 0 || write(fd, "<7>reached\n", 11) != 11)
		return 1;
	while ((n = read(fd, line, sizeof line - 1)) > 0) {
		line[n] = 0;
		text = strchr(line, ';');
		if (!text || sscanf(line, "%*u,%*u,%llu", &us) != 1)
			continue;
		if (!strncmp(text, ";Run /init ", 11))
			start = us;
		if (!strncmp(text, ";reached", 8))
			printf("reached %llu %llu\n", us - start, us);
	}
	fflush(stdout);
	reboot(RB_AUTOBOOT);
	return 1;
}

int main(int argc, char *argv[])
{
	if (argc < 2)
		return 0;
	if (!strcmp(argv[1], "serve") && tell_time())
		return 1;
	if (!strcmp(argv[1], "catch"))
		return catch ();
	if (!strcmp(argv[1], "reached"))
		return reached();
	if (!strcmp(argv[1], "ignore"))
		return ignore(argv + 2);
	if (!strcmp(argv[1], "wait"))
		return run_and_wait(argv + 2);
	for (;;)
		pause();
}
