/*
 * peek PID: can this process look into, or take from, another one?
 *
 * Says key=yes or key=ERROR for each way that the kernel guards by the rules
 * of ptrace(2), "Ptrace access mode checking".
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

static void say(const char *key, long result)
{
	printf("%s=%s\n", key, result < 0 ? strerror(errno) : "yes");
}

int main(int argc, char *argv[])
{
	static const char *const files[] = { "mem",    "maps", "environ",
					     "auxv",   "fd/0", "fdinfo/0",
					     "root",   "cwd",  "exe",
					     "ns/user" };
	int pid = argc > 1 ? atoi(argv[1]) : 1, pidfd;
	char byte, path[64];
	struct iovec here = { &byte, 1 }, there = { main, 1 };

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		snprintf(path, sizeof path, "/proc/%d/%s", pid, files[i]);
		say(files[i], open(path, O_RDONLY | O_CLOEXEC));
	}
	/* EFAULT would be a yes: the rules come first. */
	if (process_vm_readv(pid, &here, 1, &there, 1, 0) < 0 &&
	    errno == EFAULT)
		puts("readv=yes");
	else
		say("readv", -1);
	pidfd = syscall(SYS_pidfd_open, pid, 0);
	for (int fd = 0; fd < 5; fd++) {
		snprintf(path, sizeof path, "getfd.%d", fd);
		say(path, syscall(SYS_pidfd_getfd, pidfd, fd, 0));
	}
	say("seize", ptrace(PTRACE_SEIZE, pid, 0, 0));
	return 0;
}
