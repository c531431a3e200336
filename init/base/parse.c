/* parse.c - values that both programs take on their command lines */
#include "init/base/parse.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { RT_FIRST = 34, RT_LAST = 64 }; /* signal(7), as glibc counts them */

int parse_number(const char *s, uint64_t most, uint64_t *out)
{
	uint64_t value = 0;

	if (!*s)
		return -1;
	for (; *s; s++) {
		unsigned digit = *s - '0';

		if (*s < '0' || *s > '9' || value > (most - digit) / 10 ||
		    digit > most)
			return -1;
		value = value * 10 + digit;
	}
	*out = value;
	return 0;
}

int parse_has_dots(const char *s)
{
	while ((s = strchr(s, '.')) && s[1] != '.')
		s++;
	return s != NULL;
}

int parse_seconds(const char *s, int64_t *ms)
{
	const char *dot = strchr(s, '.');
	char whole[16];
	uint64_t seconds = 0, part = 0;
	size_t len = dot ? (size_t)(dot - s) : strlen(s);

	if (len >= sizeof whole)
		return -1;
	memcpy(whole, s, len);
	whole[len] = 0;
	if (dot != s && parse_number(whole, 1000000000, &seconds) < 0)
		return -1;
	if (dot) {
		char digits[4] = "000";

		len = strlen(dot + 1);
		if (!len || len > 3)
			return -1;
		memcpy(digits, dot + 1, len);
		if (parse_number(digits, 999, &part) < 0)
			return -1;
	}
	*ms = seconds * 1000 + part;
	return 0;
}

static const char names[][8] = {
	[SIGHUP] = "HUP",	[SIGINT] = "INT",	[SIGQUIT] = "QUIT",
	[SIGILL] = "ILL",	[SIGTRAP] = "TRAP",	[SIGABRT] = "ABRT",
	[SIGBUS] = "BUS",	[SIGFPE] = "FPE",	[SIGKILL] = "KILL",
	[SIGUSR1] = "USR1",	[SIGSEGV] = "SEGV",	[SIGUSR2] = "USR2",
	[SIGPIPE] = "PIPE",	[SIGALRM] = "ALRM",	[SIGTERM] = "TERM",
	[SIGSTKFLT] = "STKFLT", [SIGCHLD] = "CHLD",	[SIGCONT] = "CONT",
	[SIGSTOP] = "STOP",	[SIGTSTP] = "TSTP",	[SIGTTIN] = "TTIN",
	[SIGTTOU] = "TTOU",	[SIGURG] = "URG",	[SIGXCPU] = "XCPU",
	[SIGXFSZ] = "XFSZ",	[SIGVTALRM] = "VTALRM", [SIGPROF] = "PROF",
	[SIGWINCH] = "WINCH",	[SIGIO] = "IO",		[SIGPWR] = "PWR",
	[SIGSYS] = "SYS",
};

enum { NAMES = sizeof names / sizeof *names };

/* RTMIN, RTMIN+n, RTMAX, RTMAX-n */
static int parse_realtime(const char *s, int *sig)
{
	int from_max = !strncasecmp(s, "RTMAX", 5);
	uint64_t n = 0;

	if (!from_max && strncasecmp(s, "RTMIN", 5))
		return -1;
	s += 5;
	if (*s && (*s != (from_max ? '-' : '+') ||
		   parse_number(s + 1, RT_LAST - RT_FIRST, &n) < 0))
		return -1;
	*sig = from_max ? RT_LAST - (int)n : RT_FIRST + (int)n;
	return 0;
}

int parse_signal(const char *s, int *sig)
{
	uint64_t n;

	if (!parse_number(s, RT_LAST, &n)) {
		*sig = n;
		return n ? 0 : -1;
	}
	if (!strncasecmp(s, "SIG", 3))
		s += 3;
	for (int i = 1; i < NAMES; i++)
		if (names[i][0] && !strcasecmp(s, names[i])) {
			*sig = i;
			return 0;
		}
	return parse_realtime(s, sig);
}

const char *signal_name(int sig)
{
	static char text[16];

	if (sig > 0 && sig < NAMES && names[sig][0])
		return names[sig];
	if (sig >= RT_FIRST && sig <= RT_LAST)
		snprintf(text, sizeof text,
			 sig > RT_FIRST ? "RTMIN+%d" : "RTMIN", sig - RT_FIRST);
	else
		snprintf(text, sizeof text, "%d", sig);
	return text;
}
