/*
 * What a shell cannot make or do: a socket in the file system, and a command
 * started as no shell would start it.
 *
 *	odd socket PATH
 *	odd argv COUNT COMMAND [ARG...]	exec with only COUNT of these words
 *	odd deaf COMMAND [ARG...]	all signals blocked, all ignored
 *	odd plain COMMAND [ARG...]	no signal ignored: make's children have
 *					32 and 33 so, which no libc gives back
 *	odd keyring COMMAND [ARG...]	in a new session keyring
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define KEYCTL_JOIN_SESSION_KEYRING 1	/* keyctl(2) */

extern char **environ;

static int deafen(void)
{
	sigset_t all;

	for (int sig = 1; sig <= SIGRTMAX; sig++)
		signal(sig, SIG_IGN);	/* KILL and STOP will not */
	sigfillset(&all);
	return sigprocmask(SIG_BLOCK, &all, NULL);
}

static void undeafen(void)
{
	static const long fresh[4]; /* struct sigaction of the kernel, SIG_DFL */

	for (int sig = 1; sig <= 64; sig++)
		syscall(SYS_rt_sigaction, sig, fresh, NULL, 8);
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";

	if (!strcmp(what, "socket"))
		return mknod(argv[2], S_IFSOCK | 0666, 0) < 0;
	if (!strcmp(what, "deaf") && deafen() == 0)
		execvp(argv[2], argv + 2);
	if (!strcmp(what, "plain")) {
		undeafen();
		execvp(argv[2], argv + 2);
	}
	if (!strcmp(what, "keyring") &&
	    syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, 0) >= 0)
		execvp(argv[2], argv + 2);
	if (!strcmp(what, "argv") && argc > 3) {
		char *words[8] = { NULL };

		for (int i = 0; i < atoi(argv[2]) && i < 7 && i + 3 < argc; i++)
			words[i] = argv[i + 3];
		execve(argv[3], words, environ);
	}
	perror("odd");
	return 125;
}
