/* tini.c - called as tini, or as docker-init, which is one */
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/parse.h"
#include "init/persona/persona.h"

/* What docker info looks for begins so; the version is that of our measure. */
#define VERSION "tini version 0.19.0_cinit-" CINIT_VERSION

static void usage(int fd, int status) __attribute__((noreturn));

static void usage(int fd, int status)
{
	persona_say(fd, persona_name);
	persona_say(fd, " (" VERSION ")\nUsage: ");
	persona_say(fd, persona_name);
	persona_say(fd, " [OPTIONS] PROGRAM -- [ARGS] | --version\n\n"
			"Execute a program under the supervision of a valid "
			"init process (");
	persona_say(fd, persona_name);
	persona_end(
		fd,
		")\n\nCommand line options:\n\n"
		"  --version: Show version and exit.\n"
		"  -h: Show this help message and exit.\n"
		"  -s: Register as a process subreaper.\n"
		"  -p SIGNAL: Trigger SIGNAL when parent dies, e.g. \"-p "
		"SIGKILL\".\n"
		"  -v: Generate more verbose output. Repeat up to 3 times.\n"
		"  -w: Print a warning when processes are getting reaped.\n"
		"  -g: Send signals to the child's process group.\n"
		"  -e EXIT_CODE: Remap EXIT_CODE (from 0 to 255) to 0.\n"
		"  -l: Show license and exit.\n"
		"  -P: Run no program: reap, and end by SIGTERM or SIGINT.\n\n"
		"Environment variables:\n\n"
		"  TINI_SUBREAPER: Register as a process subreaper.\n"
		"  TINI_VERBOSITY: Set the verbosity level (default: 1).\n"
		"  TINI_KILL_PROCESS_GROUP: Send signals to the child's "
		"process group.\n\n"
		"And those of cinit(8).\n\n",
		status);
}

static void take_help(const struct persona *p, struct task *t, const char *text)
{
	usage(1, 0);
}

static void take_version(const struct persona *p, struct task *t,
			 const char *text)
{
	persona_end(1, VERSION "\n", 0);
}

static void take_license(const struct persona *p, struct task *t,
			 const char *text)
{
	persona_end(1,
		    "This is cinit " CINIT_VERSION ", called as tini; its "
		    "licence is the MIT License.\n",
		    0);
}

static void take_subreaper(const struct persona *p, struct task *t,
			   const char *text)
{
	t->keep.subreaper = 1;
}

static void take_reaped(const struct persona *p, struct task *t,
			const char *text)
{
	t->keep.warn_reaped = 1;
}

static void bad(char letter, const char *text) __attribute__((noreturn));

static void bad(char letter, const char *text)
{
	die_status(1, "Not a valid option for -%c: %s", letter, text);
}

static void take_death(const struct persona *p, struct task *t,
		       const char *text)
{
	if (parse_signal(text, &t->keep.parent_death) < 0)
		bad('p', text);
}

/* Status n becomes 0; neighbours share a rule, of which there are not many. */
static void take_status(const struct persona *p, struct task *t,
			const char *text)
{
	struct keeper *k = &t->keep;
	uint64_t n;

	if (parse_number(text, 255, &n) < 0)
		bad('e', text);
	for (unsigned i = 0; i < k->statuses; i++) {
		struct status_rule *r = &k->status[i];

		if (r->becomes || n + 1 < r->from || n > r->to + 1u)
			continue;
		if (n < r->from)
			r->from = n;
		if (n > r->to)
			r->to = n;
		return;
	}
	if (k->statuses == STATUS_RULES)
		die_status(1, "-e: %s: there are too many", text);
	k->status[k->statuses++] = (struct status_rule){ n, n, 0 };
}

static void take_verbosity(const struct persona *p, struct task *t,
			   const char *text)
{
	uint64_t n;

	t->keep.verbose = parse_number(text, 100, &n) < 0 ? 0 : n;
}

static void begin(struct task *t)
{
	t->keep.subreaper = 0;
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
	persona_say(2, text);
	usage(2, 1);
}

static __attribute__((noreturn)) void lost(const struct persona *p)
{
	usage(2, 1);
}

/* It says what it could do itself: who calls tini without -s may mind. */
static void ready(const struct persona *p, struct task *t)
{
	int is_reaper = 0;

	if (getpid() == 1 || t->keep.subreaper || !t->keep.verbose ||
	    (prctl(PR_GET_CHILD_SUBREAPER, &is_reaper, 0, 0, 0) == 0 &&
	     is_reaper))
		return;
	warn("Tini is not running as PID 1 and isn't registered as a child "
	     "subreaper. Zombie processes will not be re-parented to Tini, so "
	     "zombie reaping won't work. To fix the problem, use the -s option "
	     "or set the environment variable TINI_SUBREAPER, or run Tini as "
	     "PID 1.");
}

static const char *const names[] = { "tini", "tini-static", "docker-init",
				     NULL };

static const struct persona_row options[] = {
	{ 'h', NULL, NULL, take_help },
	{ 's', NULL, NULL, take_subreaper },
	{ 'p', NULL, "SIGNAL", take_death },
	{ 'v', NULL, NULL, persona_verbose },
	{ 'w', NULL, NULL, take_reaped },
	{ 'g', NULL, NULL, persona_group },
	{ 'e', NULL, "EXIT_CODE", take_status },
	{ 'l', NULL, NULL, take_license },
	{ 'P', NULL, NULL, persona_pause },
	{ 0, "version", NULL, take_version },
	{ 0 },
};

static const struct persona_row variables[] = {
	{ 0, "TINI_SUBREAPER", NULL, take_subreaper },
	{ 0, "TINI_KILL_PROCESS_GROUP", NULL, persona_group },
	{ 0, "TINI_VERBOSITY", NULL, take_verbosity },
	{ 0 },
};

static const struct persona_tale tales[TALES] = {
	[TALE_STARTED] = { "Spawned child process with pid '%d'", 2 },
	[TALE_TAKEN] = { "Received SIG%s", 3 },
	[TALE_PASSED] = { "Passing signal: SIG%s", 3 },
	[TALE_EXITED] = { "Reaped child with pid: '%d' (status '%d')", 3 },
	[TALE_KILLED] = { "Reaped child with pid: '%d' (signal '%d')", 3 },
	[TALE_ORPHAN] = { "Reaped zombie process with pid=%d", 1 },
	[TALE_OVER] = { "Exiting: child has exited (with status '%d')", 2 },
};

const struct persona persona_tini = {
	.names = names,
	.options = options,
	.variables = variables,
	.tales = tales,
	.dies = "[FATAL tini (%d)] ",
	.warns = "[WARN  tini (%d)] ",
	.tells = "[INFO  tini (%d)] ",
	.begin = begin,
	.refuse = refuse,
	.lost = lost,
	.ready = ready,
};
