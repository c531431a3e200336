/* args.c - cinit's own command line */
#include "init/args.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/parse.h"

static void set_grace(struct args *a, const char *value)
{
	if (parse_seconds(value, &a->grace_ms) < 0)
		die("--grace: \"%s\" is not a time; write seconds, as 10 or "
		    "0.5; see cinit --help", value);
}

static void set_stop_signal(struct args *a, const char *value)
{
	if (parse_signal(value, &a->stop_signal) < 0)
		die("--stop-signal: \"%s\" is not a signal; write TERM, "
		    "SIGTERM or 15; see cinit --help", value);
}

static void set_group(struct args *a, const char *value)
{
	(void)value;
	a->to_group = 1;
}

static void set_report(struct args *a, const char *value)
{
	a->report = value;
}

static void set_verbose(struct args *a, const char *value)
{
	(void)value;
	a->verbose = 1;
}

static void help(struct args *a, const char *value);
static void version(struct args *a, const char *value);

static const struct option {
	char letter;
	const char *name, *value, *help;
	void (*set)(struct args *a, const char *value);
} options[] = {
	{ 'g', "group", NULL, "pass signals to the command's process group",
	  set_group },
	{ 0, "grace", "SECONDS",
	  "patience after a stop signal, and after the\n"
	  "                           command's end, before SIGKILL (after "
	  "a stop\n"
	  "                           signal: without end; after the end: "
	  "5)", set_grace },
	{ 0, "stop-signal", "SIG", "what SIGTERM is passed on as (TERM)",
	  set_stop_signal },
	{ 0, "report", "FILE", "write how it ended to FILE, as JSON",
	  set_report },
	{ 'v', "verbose", NULL, "say what is done to whom", set_verbose },
	{ 'h', "help", NULL, "show this and exit", help },
	{ 0, "version", NULL, "show the version and exit", version },
};

enum { OPTIONS = sizeof options / sizeof *options };

static void say(const char *text)
{
	if (fd_write_all(1, text, strlen(text)) < 0)
		_exit(EXIT_OURS);
}

static void pad(size_t have, size_t column)
{
	while (have++ < column)
		say(" ");
}

static void help(struct args *a, const char *value)
{
	(void)a;
	(void)value;
	say("Usage: cinit [OPTION]... [--] COMMAND [ARG]...\n\n"
	    "Starts COMMAND, reaps every orphan, passes every signal on, and "
	    "ends with\nCOMMAND's exit status (128+n when signal n killed "
	    "it, 127 not found, 126 not\nexecutable, 125 when cinit itself "
	    "failed).\n\n");
	for (int i = 0; i < OPTIONS; i++) {
		const struct option *o = &options[i];
		char letter[] = "  -x, --";
		size_t len = 8 + strlen(o->name);

		if (o->letter)
			letter[3] = o->letter;
		else
			memcpy(letter, "      ", 6);
		say(letter);
		say(o->name);
		if (o->value) {
			say(" ");
			say(o->value);
			len += 1 + strlen(o->value);
		}
		pad(len, 27);
		say(o->help);
		say("\n");
	}
	say("\nSee cinit(8).\n");
	_exit(0);
}

static void version(struct args *a, const char *value)
{
	(void)a;
	(void)value;
	say("cinit " CINIT_VERSION "\n");
	_exit(0);
}

static const struct option *by_letter(char c)
{
	for (int i = 0; i < OPTIONS; i++)
		if (options[i].letter && options[i].letter == c)
			return &options[i];
	die("-%c: there is no such option; see cinit --help", c);
}

static const struct option *by_name(const char *name, size_t len)
{
	for (int i = 0; i < OPTIONS; i++)
		if (!strncmp(options[i].name, name, len) &&
		    !options[i].name[len])
			return &options[i];
	die("--%.*s: there is no such option; see cinit --help", (int)len,
	    name);
}

/* --name, --name=VALUE, --name VALUE; returns how many words it took. */
static int take_long(struct args *a, char *const *words)
{
	const char *name = words[0] + 2;
	size_t len = strcspn(name, "=");
	const struct option *o = by_name(name, len);
	const char *value = name[len] ? name + len + 1 : NULL;
	int words_taken = 1;

	if (!o->value && value)
		die("--%s takes no value; see cinit --help", o->name);
	if (o->value && !value) {
		value = words[1];
		words_taken = 2;
	}
	if (o->value && !value)
		die("--%s needs a value: %s; see cinit --help", o->name,
		    o->value);
	o->set(a, value);
	return words_taken;
}

void args_parse(struct args *a, int argc, char *argv[], char *envp[])
{
	int i = 1;

	*a = (struct args){ .stop_signal = SIGTERM, .grace_ms = -1 };
	while (i < argc && argv[i][0] == '-' && argv[i][1]) {
		if (!strcmp(argv[i], "--")) {
			i++;
			break;
		}
		if (argv[i][1] == '-') {
			i += take_long(a, argv + i);
			continue;
		}
		for (const char *c = argv[i] + 1; *c; c++)
			by_letter(*c)->set(a, NULL);
		i++;
	}
	if (i >= argc)
		die("there is no command to start; see cinit --help");
	a->argv = (const char **)argv + i;
	a->argc = argc - i;
	a->env = (const char **)envp;
	while (envp[a->env_count])
		a->env_count++;
}
