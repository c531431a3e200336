/* dumb_init.c - called as dumb-init */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "init/base/parse.h"
#include "init/persona/persona.h"

#define VERSION "dumb-init v1.2.5\n" /* whose suite is our measure */

enum { MAXSIG = 31 };

static void take_help(const struct persona *p, struct task *t, const char *text)
{
	persona_say(2, VERSION "Usage: ");
	persona_say(2, persona_argv0);
	persona_end(
		2,
		" [option] command [[arg] ...]\n"
		"\n"
		"dumb-init is a simple process supervisor that forwards "
		"signals to children.\n"
		"It is designed to run as PID1 in minimal container "
		"environments.\n"
		"\n"
		"Optional arguments:\n"
		"   -c, --single-child   Run in single-child mode.\n"
		"                        In this mode, signals are only "
		"proxied to the\n"
		"                        direct child and not any of its "
		"descendants.\n"
		"   -r, --rewrite s:r    Rewrite received signal s to new "
		"signal r before proxying.\n"
		"                        To ignore (not proxy) a signal, "
		"rewrite it to 0.\n"
		"                        This option can be specified "
		"multiple times.\n"
		"   -v, --verbose        Print debugging information to "
		"stderr.\n"
		"   -h, --help           Print this help message and exit.\n"
		"   -V, --version        Print the current version and exit.\n"
		"\n"
		"Full help is available online at "
		"https://github.com/Yelp/dumb-init\n",
		0);
}

static void take_version(const struct persona *p, struct task *t,
			 const char *text)
{
	persona_end(2, VERSION, 0);
}

static void take_single(const struct persona *p, struct task *t,
			const char *text)
{
	t->keep.to_group = 0;
	t->keep.session = SESSION_NONE;
}

static void take_rewrite(const struct persona *p, struct task *t,
			 const char *text)
{
	size_t len = strcspn(text, ":");
	char from[8];
	uint64_t in, out;

	if (len < sizeof from && text[len]) {
		memcpy(from, text, len);
		from[len] = 0;
		if (!parse_number(from, MAXSIG, &in) && in &&
		    !parse_number(text + len + 1, MAXSIG, &out)) {
			t->keep.rewrite[in] = out ? out : SIGNAL_DROPPED;
			return;
		}
	}
	persona_end(2,
		    "Usage: -r option takes <signum>:<signum>, where <signum> "
		    "is between 1 and 31.\n"
		    "This option can be specified multiple times.\n"
		    "Use --help for full usage.\n",
		    1);
}

static void take_debug(const struct persona *p, struct task *t,
		       const char *text)
{
	if (!strcmp(text, "1"))
		t->keep.verbose = 2;
}

static void take_setsid(const struct persona *p, struct task *t,
			const char *text)
{
	if (!strcmp(text, "0"))
		take_single(p, t, text);
}

static void begin(struct task *t)
{
	t->keep.to_group = 1;
	t->keep.session = SESSION_OWN;
	t->keep.subreaper = 0;
	t->keep.suspends = 1;
	t->keep.farewell = 1;
}

static __attribute__((noreturn)) void refuse(const struct persona *p,
					     const char *option, int lacks)
{
	char text[128];

	snprintf(text, sizeof text,
		 lacks		? "%s: option requires an argument -- '%s'\n" :
		 *option == '-' ? "%s: unrecognized option '%s'\n" :
				  "%s: invalid option -- '%s'\n",
		 persona_argv0, option);
	persona_end(2, text, 1);
}

static __attribute__((noreturn)) void lost(const struct persona *p)
{
	persona_say(2, "Usage: ");
	persona_say(2, persona_argv0);
	persona_say(2, " [option] program [args]\nTry ");
	persona_say(2, persona_argv0);
	persona_end(2, " --help for full usage.\n", 1);
}

/* A session of its own has no shell above that could stop it. */
static void ready(const struct persona *p, struct task *t)
{
	static const uint8_t stops[] = { SIGTSTP, SIGTTOU, SIGTTIN };

	for (int i = 0; t->keep.session == SESSION_OWN && i < 3; i++)
		if (!t->keep.rewrite[stops[i]])
			t->keep.rewrite[stops[i]] = SIGSTOP;
}

static const char *const names[] = { "dumb-init", NULL };

static const struct persona_row options[] = {
	{ 'h', "help", NULL, take_help },
	{ 'c', "single-child", NULL, take_single },
	{ 'r', "rewrite", "s:r", take_rewrite },
	{ 'v', "verbose", NULL, persona_verbose },
	{ 'V', "version", NULL, take_version },
	{ 'P', NULL, NULL, persona_pause },
	{ 0 },
};

static const struct persona_row variables[] = {
	{ 0, "DUMB_INIT_DEBUG", NULL, take_debug },
	{ 0, "DUMB_INIT_SETSID", NULL, take_setsid },
	{ 0 },
};

static const struct persona_tale tales[TALES] = {
	[TALE_STARTED] = { "Child spawned with PID %d.", 2 },
	[TALE_SESSION] = { "setsid complete.", 2 },
	[TALE_TAKEN] = { "Received signal %d.", 2 },
	[TALE_REWRITTEN] = { "Translating signal %d to %d.", 2 },
	[TALE_PASSED] = { "Forwarded signal %d to children.", 2 },
	[TALE_DROPPED] = { "Not forwarding signal %d to children (ignored).",
			   2 },
	[TALE_SUSPENDED] = { "Suspending self due to TTY signal.", 2 },
	[TALE_LEFT_TERMINAL] = { "Ignoring tty hand-off signal %d.", 2 },
	[TALE_EXITED] = { "A child with PID %d exited with exit status %d.",
			  2 },
	[TALE_KILLED] = { "A child with PID %d was terminated by signal %d.",
			  2 },
	[TALE_OVER] = { "Child exited with status %d. Goodbye.", 2 },
};

const struct persona persona_dumb_init = {
	.names = names,
	.options = options,
	.variables = variables,
	.tales = tales,
	.dies = "[dumb-init] ",
	.warns = "[dumb-init] ",
	.tells = "[dumb-init] ",
	.begin = begin,
	.refuse = refuse,
	.lost = lost,
	.ready = ready,
};
