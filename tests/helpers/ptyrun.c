/*
 * ptyrun SECONDS STEP... -- COMMAND [ARG]...: a user at a terminal, scripted.
 *
 * Runs COMMAND as the leader of a session on a terminal of its own, and does
 * one step after the other:
 *
 *	?TEXT	waits until TEXT comes out, after what earlier steps waited for
 *	=TEXT	types TEXT, where ^X is a control character and \n the return key
 *	+0.3	does nothing for so long
 *	@80x24	resizes the terminal to so many columns and rows
 *	!	hangs up
 *
 * All that comes out is copied to standard output, without carriage returns.
 * The exit status is the command's, 128+n for a signal; 124 when SECONDS are
 * over before its end, and then it is killed, with a word about the step.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static char seen[1 << 20]; /* all that came out */
static size_t seen_len, seen_from;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void type(int master_fd, const char *text)
{
	for (; *text; text++) {
		char c = *text;

		if (c == '^' && text[1])
			c = *++text & 0x1f;
		else if (c == '\\' && text[1] == 'n' && text++)
			c = '\n';
		if (write(master_fd, &c, 1) != 1)
			perror("ptyrun: type");
	}
}

static void resize(int master_fd, const char *text)
{
	struct winsize size = { 0 };

	sscanf(text, "%hux%hu", &size.ws_col, &size.ws_row);
	ioctl(master_fd, TIOCSWINSZ, &size);
}

/* Copies what comes out in the next few milliseconds; 0 at the end of it. */
static int copy(int master_fd)
{
	struct pollfd p = { .fd = master_fd, .events = POLLIN };
	char text[4096];
	ssize_t n;

	if (poll(&p, 1, 10) <= 0) /* a descriptor of -1 is left out */
		return 1;
	n = read(master_fd, text, sizeof text);
	if (n <= 0)
		return n < 0 && errno == EINTR;
	for (ssize_t i = 0; i < n; i++) {
		if (text[i] == '\r')
			continue;
		putchar(text[i]);
		if (seen_len < sizeof seen - 1)
			seen[seen_len++] = text[i];
	}
	fflush(stdout);
	return 1;
}

/* Is the step done? One that is no waiting is done by looking at it. */
static int step_done(const char *step, int *master_fd, double since)
{
	const char *found;

	switch (*step) {
	case '?':
		seen[seen_len] = 0;
		found = strstr(seen + seen_from, step + 1);
		if (found)
			seen_from = found + strlen(step + 1) - seen;
		return !!found;
	case '+':
		return now() - since >= atof(step + 1);
	case '=':
		type(*master_fd, step + 1);
		return 1;
	case '@':
		resize(*master_fd, step + 1);
		return 1;
	case '!':
		close(*master_fd);
		*master_fd = -1;
		return 1;
	}
	fprintf(stderr, "ptyrun: what is the step \"%s\"?\n", step);
	return 1;
}

static pid_t begin(int master_fd, char *argv[])
{
	pid_t pid = fork();
	int fd;

	if (pid)
		return pid;
	setsid();
	fd = open(ptsname(master_fd), O_RDWR);
	for (int i = 0; i < 3; i++)
		dup2(fd, i);
	ioctl(0, TIOCSCTTY, 0);
	if (fd > 2)
		close(fd);
	execvp(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

int main(int argc, char *argv[])
{
	int master_fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	double start = now(), since = start, limit;
	int step = 2, command = 2, status = 0, alive = 1;
	pid_t pid;

	while (command < argc && strcmp(argv[command], "--"))
		command++;
	if (command + 1 >= argc || master_fd < 0 || unlockpt(master_fd) < 0) {
		fprintf(stderr, "ptyrun SECONDS STEP... -- COMMAND...\n");
		return 125;
	}
	limit = atof(argv[1]);
	signal(SIGPIPE, SIG_IGN);
	resize(master_fd, "80x24");
	pid = begin(master_fd, argv + command + 1);
	while (alive) {
		copy(master_fd);
		while (step < command &&
		       step_done(argv[step], &master_fd, since)) {
			step++;
			since = now();
		}
		if (waitpid(pid, &status, WNOHANG) == pid)
			alive = 0;
		if (alive && now() - start > limit) {
			fprintf(stderr, "ptyrun: time is over at step %s\n",
				step < command ? argv[step] : "end");
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return 124;
		}
	}
	/* What is still under way; others may keep the terminal open. */
	for (since = now(); now() - since < 0.05 && copy(master_fd);)
		;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}
