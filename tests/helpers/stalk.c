/*
 * stalk SECONDS: waits, as what runs in a container, for a process that joins
 * it, stops each that is still a cinit, and tries to get at what it holds.
 *
 * Says "seen PID" for each that it could stop, and "caught WHAT" for whatever
 * could be opened or taken. Without a "seen" nothing was tried.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int is_cinit(int pid)
{
	char path[64], name[16] = "";
	int fd;
	ssize_t n;

	snprintf(path, sizeof path, "/proc/%d/comm", pid);
	fd = open(path, O_RDONLY);
	n = fd < 0 ? 0 : read(fd, name, sizeof name - 1);
	close(fd);
	return n > 0 && !strcmp(name, "cinit\n");
}

/* A signal takes effect when the process comes back from the kernel. */
static int is_stopped(int pid)
{
	char path[64], text[64] = "";
	int fd;

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	for (int tries = 0; tries < 1000; tries++) {
		fd = open(path, O_RDONLY);
		if (fd < 0 || read(fd, text, sizeof text - 1) < 0)
			text[0] = 0;
		close(fd);
		if (strstr(text, ") T"))
			return 1;
		if (!strstr(text, ")"))
			return 0;
	}
	return 0;
}

static void attempt(int pid, const char *what, int flags)
{
	char path[64];
	int fd;

	snprintf(path, sizeof path, "/proc/%d/%s", pid, what);
	fd = open(path, flags);
	if (fd < 0)
		return;
	printf("caught %s\n", what);
	close(fd);
}

static void stalk(int pid)
{
	static const char *const files[] = {
		"exe",	   "mem",  "root", "cwd",  "maps",
		"environ", "fd/0", "fd/3", "fd/4", "fd/5",
		"fd/6",	   "fd/7", "fd",   "auxv", "map_files",
	};
	int pidfd;

	if (kill(pid, SIGSTOP) < 0)
		return;
	if (is_stopped(pid) && is_cinit(pid)) {
		printf("seen %d\n", pid);
		for (size_t i = 0; i < sizeof files / sizeof *files; i++)
			attempt(pid, files[i], O_RDONLY | O_NONBLOCK);
		attempt(pid, "exe", O_WRONLY);
		attempt(pid, "mem", O_RDWR);
		pidfd = syscall(SYS_pidfd_open, pid, 0);
		for (int fd = 0; fd < 8; fd++)
			if (syscall(SYS_pidfd_getfd, pidfd, fd, 0) >= 0)
				printf("caught descriptor %d\n", fd);
		close(pidfd);
		if (!ptrace(PTRACE_SEIZE, pid, 0, 0))
			printf("caught by ptrace\n");
	}
	kill(pid, SIGCONT);
}

int main(int argc, char *argv[])
{
	time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 1);

	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("waiting");
	while (time(NULL) < end) {
		DIR *dir = opendir("/proc");
		struct dirent *d;

		while (dir && (d = readdir(dir))) {
			int pid = atoi(d->d_name);

			if (pid > 1 && pid != getpid() && is_cinit(pid))
				stalk(pid);
		}
		if (dir)
			closedir(dir);
	}
	puts("end");
	return 0;
}
