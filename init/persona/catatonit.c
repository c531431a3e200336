/* catatonit.c - called as catatonit */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/persona/persona.h"

/* What docker info looks for begins so. */
#define VERSION "tini version 0.2.1_catatonit_cinit-" CINIT_VERSION "\n"

static const char usage[] = " [-ghLPV] [--] <progname> [<arguments>...]\n";

static void say_usage(int fd)
{
	persona_say(fd, "usage: ");
	persona_say(fd, persona_name);
	persona_say(fd, usage);
}

static void take_help(const struct persona *p, struct task *t, const char *text)
{
	say_usage(1);
	persona_end(
		1,
		"\noptions:\n"
		"  -g              Forward signals to pid1's process group.\n"
		"  -h              Print this help page.\n"
		"  -L              Print license information.\n"
		"  -P              Run in pause mode (no program is run "
		"and quit on SIGINT).\n"
		"  -V, --version   Print version information.\n\n"
		"This is cinit(8), called as catatonit.\n",
		0);
}

static void take_version(const struct persona *p, struct task *t,
			 const char *text)
{
	persona_end(1, VERSION, 0);
}

static void take_license(const struct persona *p, struct task *t,
			 const char *text)
{
	persona_end(1,
		    "This is cinit " CINIT_VERSION ", called as catatonit; "
		    "its licence is the MIT License.\n",
		    0);
}

static void take_debug(const struct persona *p, struct task *t,
		       const char *text)
{
	t->keep.verbose = 2;
}

static void take_log(const struct persona *p, struct task *t, const char *text)
{
	die_status(1, "CATATONIT_LOG is reserved for future use");
}

static void begin(struct task *t)
{
	t->keep.subreaper = 1;
}

static __attribute__((noreturn)) void refuse(const struct persona *p,
					     const char *option, int lacks)
{
	char text[128];

	snprintf(text, sizeof text,
		 *option == '-' ? "%s: unrecognized option '%s'\n" :
				  "%s: invalid option -- '%s'\n",
		 persona_argv0, option);
	persona_say(2, text);
	say_usage(2);
	_exit(1);
}

static __attribute__((noreturn)) void lost(const struct persona *p)
{
	say_usage(2);
	die_status(1, "missing program name");
}

static void ready(const struct persona *p, struct task *t)
{
}

static const char *const names[] = { "catatonit", NULL };

static const struct persona_row options[] = {
	{ 'g', NULL, NULL, persona_group },
	{ 'h', NULL, NULL, take_help },
	{ 'L', NULL, NULL, take_license },
	{ 'P', NULL, NULL, persona_pause },
	{ 'V', "version", NULL, take_version },
	{ 0 },
};

static const struct persona_row variables[] = {
	{ 0, "CATATONIT_DEBUG", NULL, take_debug },
	{ 0, "CATATONIT_LOG", NULL, take_log },
	{ 0 },
};

static const struct persona_tale tales[TALES] = {
	[TALE_STARTED] = { "pid1 (%d) spawned", 2 },
	[TALE_TAKEN] = { "received signal %d", 2 },
	[TALE_PASSED] = { "forwarding signal %d to pid1", 2 },
	[TALE_EXITED] = { "process %d exited: %d", 2 },
	[TALE_KILLED] = { "process %d was killed by signal %d", 2 },
};

const struct persona persona_catatonit = {
	.names = names,
	.options = options,
	.variables = variables,
	.tales = tales,
	.dies = "ERROR (catatonit:%d): ",
	.warns = "WARN (catatonit:%d): ",
	.tells = "DEBUG (catatonit:%d): ",
	.begin = begin,
	.refuse = refuse,
	.lost = lost,
	.ready = ready,
};
