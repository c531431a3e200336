/*
 * ptydrive [-s ROWSxCOLUMNS] COMMAND [ARG]...: types at a command's terminal.
 *
 * COMMAND gets a new terminal; what to do with it comes from standard input, an
 * order a line:
 *
 *	expect TEXT	wait until it has shown TEXT behind what was expected last
 *	type TEXT	\r, \\ and \003 (octal) as in C
 *	size ROWS COLUMNS
 *	signal NUMBER	to the command
 *	mode		say "mode=canonical echo" or "mode=raw silent"
 *	end		wait for its end, say "status=N" and "restored=yes|no"
 *
 * All that the terminal has shown follows, without carriage returns.  The
 * status is 0 if every order could be done.  Runs on the host, and waits
 * $SLOW times five seconds at most for each thing.
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

enum { SHOWN = 4 << 20, PATIENCE_MS = 5000 };

static char shown[SHOWN + 1];
static size_t shown_length, expected;
static int master_fd, slave_fd, patience;
static struct termios before;
static pid_t command;

static void give_up(const char *what)
{
	fprintf(stderr, "ptydrive: %s: %s\n", what, strerror(errno));
	exit(2);
}

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Takes what the terminal shows within the next milliseconds. */
static int look(int ms)
{
	struct pollfd p = { master_fd, POLLIN, 0 };
	ssize_t n;

	if (poll(&p, 1, ms) <= 0)
		return 0;
	n = read(master_fd, shown + shown_length, SHOWN - shown_length);
	if (n <= 0)
		return 0;
	shown_length += n;
	return 1;
}

static int order_expect(char *text)
{
	long end = now_ms() + patience;
	char *at;

	for (;;) {
		at = memmem(shown + expected, shown_length - expected, text,
			    strlen(text));
		if (at) {
			expected = at - shown + strlen(text);
			return 1;
		}
		if (now_ms() > end)
			return 0;
		look(20);
	}
}

static int order_type(char *text)
{
	while (*text) {
		char c = *text++;

		if (c == '\\' && *text == 'r') {
			c = '\r';
			text++;
		} else if (c == '\\' && *text == '\\') {
			text++;
		} else if (c == '\\') {
			c = strtol(text, &text, 8);
		}
		if (write(master_fd, &c, 1) != 1)
			return 0;
	}
	return 1;
}

static int order_size(char *text)
{
	struct winsize size = { 0 };

	return sscanf(text, "%hu %hu", &size.ws_row, &size.ws_col) == 2 &&
	       !ioctl(master_fd, TIOCSWINSZ, &size);
}

static int order_signal(char *text)
{
	return !kill(command, atoi(text));
}

static int order_mode(char *text)
{
	struct termios now = { 0 };

	if (tcgetattr(slave_fd, &now) < 0)
		return 0;
	printf("mode=%s %s\n", now.c_lflag & ICANON ? "canonical" : "raw",
	       now.c_lflag & ECHO ? "echo" : "silent");
	return 1;
}

static int order_end(char *text)
{
	long end = now_ms() + patience;
	struct termios now = { 0 };
	int status;

	while (waitpid(command, &status, WNOHANG) == 0) {
		if (now_ms() > end)
			return 0;
		look(5);
	}
	command = 0;
	while (look(0))
		;
	printf("status=%d\n", WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
						    WEXITSTATUS(status));
	printf("restored=%s\n",
	       tcgetattr(slave_fd, &now) == 0 &&
			       !memcmp(&now, &before, sizeof(now)) ?
		       "yes" :
		       "no");
	return 1;
}

static const struct {
	const char *name;
	int (*run)(char *text);
} orders[] = {
	{ "expect", order_expect }, { "type", order_type },
	{ "size", order_size },	    { "signal", order_signal },
	{ "mode", order_mode },	    { "end", order_end },
};

static int obey(char *line)
{
	char *text;

	line[strcspn(line, "\n")] = 0;
	text = strchr(line, ' ');
	if (text)
		*text++ = 0;
	for (size_t i = 0; i < sizeof(orders) / sizeof(*orders); i++)
		if (!strcmp(orders[i].name, line) &&
		    orders[i].run(text ? text : line + strlen(line)))
			return 1;
	printf("failed: %s %s\n", line, text ? text : "");
	return 0;
}

static void start(char **argv, struct winsize *size)
{
	unsigned number;
	int unlock = 0;
	char name[32];

	master_fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (master_fd < 0 || ioctl(master_fd, TIOCSPTLCK, &unlock) < 0 ||
	    ioctl(master_fd, TIOCGPTN, &number) < 0)
		give_up("make a terminal");
	snprintf(name, sizeof(name), "/dev/pts/%u", number);
	slave_fd = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave_fd < 0 || ioctl(master_fd, TIOCSWINSZ, size) < 0 ||
	    tcgetattr(slave_fd, &before) < 0)
		give_up(name);
	command = fork();
	if (command < 0)
		give_up("fork");
	if (command)
		return;
	setsid();
	ioctl(slave_fd, TIOCSCTTY, 0);
	for (int fd = 0; fd < 3; fd++)
		dup2(slave_fd, fd);
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	execvp(argv[0], argv);
	give_up(argv[0]);
}

int main(int argc, char **argv)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	const char *slow = getenv("SLOW");
	char line[4096];
	int good = 1;

	patience = PATIENCE_MS * (slow ? atoi(slow) : 1);
	argv++;
	if (argv[0] && !strcmp(argv[0], "-s") && argv[1]) {
		if (sscanf(argv[1], "%hux%hu", &size.ws_row, &size.ws_col) != 2)
			argv[2] = NULL;
		argv += 2;
	}
	if (!argv[0]) {
		fprintf(stderr, "usage: ptydrive [-s ROWSxCOLUMNS] COMMAND "
				"[ARG]...\n");
		return 2;
	}
	start(argv, &size);
	while (good && fgets(line, sizeof(line), stdin))
		good = obey(line);
	if (command) {
		kill(command, SIGKILL);
		waitpid(command, NULL, 0);
	}
	for (size_t i = 0; i < shown_length; i++)
		if (shown[i] != '\r')
			putchar(shown[i]);
	return !good;
}
