/* options.c - the command line of cinit-oci: tables, and the walk along argv */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/parse.h"
#include "setup/verbs/verbs.h"

#define SEE "; see cinit-oci --help"
#define C(member) offsetof(struct call, member)
#define FLAG(letter, name, help, member)                       \
	{                                                      \
		letter, name, "", help, OPTION_FLAG, C(member) \
	}
#define TEXT(letter, name, arg, help, member)                   \
	{                                                       \
		letter, name, arg, help, OPTION_TEXT, C(member) \
	}

#define NUMBER(letter, name, arg, help, member)                   \
	{                                                         \
		letter, name, arg, help, OPTION_NUMBER, C(member) \
	}

/* clang-format off */
#define BUNDLE                                                               \
	TEXT('b', "bundle", "DIR", "the bundle, with its config.json; default .", bundle), \
	TEXT('f', "config", "FILE", "another config.json", config)
#define PROCESS                                                              \
	TEXT(0, "console-socket", "PATH", "send the terminal to this socket", console_socket), \
	TEXT(0, "pid-file", "FILE", "write the pid of the first process there", pid_file), \
	NUMBER(0, "preserve-fds", "N", "keep N descriptors of the caller, from 3 on", preserve_fds)
#define CREATE                                                               \
	BUNDLE,                                                              \
	PROCESS,                                                             \
	FLAG(0, "no-pivot", "not supported", no_pivot),                  \
	FLAG(0, "no-new-keyring", "keep the caller's session keyring", no_new_keyring)

const struct option verb_globals[] = {
	TEXT(0, "root", "DIR", "where containers are written down", root),
	TEXT(0, "log", "FILE", "write errors to FILE as well", log),
	TEXT(0, "log-format", "FORMAT", "of that file: text, json", log_format),
	FLAG(0, "debug", "accepted: errors always say all", debug),
	TEXT(0, "cgroup-manager", "KIND", "cgroupfs, disabled", cgroup_manager),
	FLAG(0, "systemd-cgroup", "not supported", systemd_cgroup),
	TEXT(0, "rootless", "BOOL", "accepted: it is seen by itself", rootless),
	{ 0 },
};

static const struct option create_options[] = { CREATE, { 0 } };
static const struct option run_options[] = {
	CREATE,
	FLAG('d', "detach", "do not wait for it", detach),
	FLAG(0, "keep", "do not delete it at its end", keep),
	FLAG(0, "no-subreaper", "accepted: there is none", no_subreaper),
	{ 0 },
};
static const struct option list_options[] = {
	TEXT('f', "format", "FORMAT", "table, json", format),
	FLAG('q', "quiet", "names only", quiet),
	{ 0 },
};
static const struct option kill_options[] = {
	FLAG('a', "all", "to every process of it", all),
	{ 0 },
};
static const struct option delete_options[] = {
	FLAG('f', "force", "kill it if it runs", force),
	{ 0 },
};
static const struct option spec_options[] = {
	TEXT('b', "bundle", "DIR", "where config.json is made; default .", bundle),
	{ 0 },
};
static const struct option no_options[] = { { 0 } };

const struct verb verbs[] = {
	{ "create", "ID", "make a container; its process waits for start", 1, 1,
	  create_options, verb_create },
	{ "start", "ID", "run the process of a created container", 1, 1,
	  no_options, verb_start },
	{ "run", "ID", "create, start, wait, delete", 1, 1, run_options,
	  verb_run },
	{ "state", "ID", "say how it is, as JSON", 1, 1, no_options,
	  verb_state },
	{ "kill", "ID [SIGNAL]", "send it a signal; default TERM", 1, 2,
	  kill_options, verb_kill },
	{ "delete", "ID", "take away what is left of it", 1, 1, delete_options,
	  verb_delete },
	{ "list", "", "the containers that there are", 0, 0, list_options,
	  verb_list },
	{ "spec", "", "write a config.json to begin with", 0, 0, spec_options,
	  verb_spec },
	{ "" },
};
/* clang-format on */

/* help ------------------------------------------------------------------------ */

static void say(const char *text, size_t size) __attribute__((noreturn));

static void say(const char *text, size_t size)
{
	if (fd_write_all(1, text, size) < 0)
		die("write to the standard output: %m");
	_exit(0);
}

static size_t list_options_of(char *text, size_t size, const struct option *o)
{
	char word[40];
	size_t n = 0;

	for (; *o->name; o++) {
		snprintf(word, sizeof word, "%c%c%s--%s %s",
			 o->letter ? '-' : ' ', o->letter ? o->letter : ' ',
			 o->letter ? ", " : "  ", o->name, o->arg);
		n += snprintf(text + n, size - n, "  %-28s %s\n", word,
			      o->help);
	}
	return n;
}

static void help(const struct verb *of) __attribute__((noreturn));

static void help(const struct verb *of)
{
	char text[4096];
	size_t n;

	if (of) {
		n = snprintf(text, sizeof text,
			     "Usage: cinit-oci [OPTION]... %s [OPTION]... %s\n"
			     "%s\n\n",
			     of->name, of->args, of->help);
		n += list_options_of(text + n, sizeof text - n, of->options);
		say(text, n);
	}
	n = snprintf(text, sizeof text,
		     "Usage: cinit-oci [OPTION]... COMMAND [OPTION]... "
		     "[ARG]...\nRun containers as the OCI runtime "
		     "specification has them.\n\nCommands:\n");
	for (const struct verb *v = verbs; *v->name; v++)
		n += snprintf(text + n, sizeof text - n, "  %-7s %-20s %s\n",
			      v->name, v->args, v->help);
	n += snprintf(text + n, sizeof text - n, "\nOptions:\n");
	n += list_options_of(text + n, sizeof text - n, verb_globals);
	n += snprintf(text + n, sizeof text - n,
		      "  %-28s %s\n  %-28s %s\n\n"
		      "cinit-oci COMMAND --help tells about a command.\n",
		      "    --version", "print the version", "-h, --help",
		      "print this");
	say(text, n);
}

/* What engines look for: the name, a version, "spec:" and "commit:". */
static void version(void) __attribute__((noreturn));

static void version(void)
{
	static const char text[] = "cinit-oci version " CINIT_VERSION "\n"
				   "commit: " CINIT_VERSION "\n"
				   "spec: 1.3.0\n";

	say(text, sizeof text - 1);
}

/* the walk -------------------------------------------------------------------- */

struct walk {
	struct call *c;
	const struct option *options;
	const struct verb *of; /* NULL: before the verb */
	int argc, at;
	char *const *argv;
};

/* Go's flags take true and false, and engines write them. */
static uint32_t yes_or_no(const struct option *o, const char *text)
{
	static const char *const words[] = { "false", "0", "true", "1" };

	for (size_t i = 0; text && i < sizeof words / sizeof *words; i++)
		if (!strcmp(text, words[i]))
			return i / 2;
	if (text)
		die("--%s=%s: is true or false" SEE, o->name, text);
	return 1;
}

static void put(const struct walk *w, const struct option *o, const char *text)
{
	char *at = (char *)w->c + o->at;
	uint64_t number;
	uint32_t yes;

	switch (o->kind) {
	case OPTION_FLAG:
		yes = yes_or_no(o, text);
		memcpy(at, &yes, sizeof yes);
		break;
	case OPTION_TEXT:
		memcpy(at, &text, sizeof text);
		break;
	case OPTION_NUMBER:
		if (parse_number(text, INT32_MAX, &number) < 0)
			die("--%s %s: is not a number" SEE, o->name, text);
		memcpy(at, &number, sizeof number);
	}
}

static const struct option *find(const struct walk *w, const char *name,
				 size_t len)
{
	const struct option *o = w->options;

	if (len == 1)
		while (*o->name && o->letter != *name)
			o++;
	else
		while (*o->name &&
		       (strlen(o->name) != len || memcmp(o->name, name, len)))
			o++;
	return *o->name ? o : NULL;
}

/* Go's flags: one dash or two, a value behind = or in the next word. */
static void take(struct walk *w)
{
	const char *word = w->argv[w->at++];
	const char *name = word + 1 + (word[1] == '-');
	size_t len = strcspn(name, "=");
	const char *value = name[len] ? name + len + 1 : NULL;
	const struct option *o = find(w, name, len);

	if (!strcmp(name, "help") || !strcmp(name, "h"))
		help(w->of);
	if (!w->of && (!strcmp(name, "version") || !strcmp(name, "v")))
		version();
	if (!o)
		die("%.80s: there is no such option%s%s" SEE, word,
		    w->of ? " of " : "", w->of ? w->of->name : "");
	if (o->kind != OPTION_FLAG && !value) {
		if (w->at == w->argc)
			die("--%s: needs a value: --%s %s" SEE, o->name,
			    o->name, o->arg);
		value = w->argv[w->at++];
	}
	put(w, o, value);
}

static void take_all(struct walk *w)
{
	while (w->at < w->argc && w->argv[w->at][0] == '-' &&
	       w->argv[w->at][1]) {
		if (!strcmp(w->argv[w->at], "--")) {
			w->at++;
			return;
		}
		take(w);
	}
}

/* What the program can do without, and what not. */
static void check_globals(const struct call *c)
{
	static const char *const managers[] = { "cgroupfs", "disabled" };
	size_t i = 0;

	if (c->log_format && strcmp(c->log_format, "text") != 0 &&
	    strcmp(c->log_format, "json") != 0)
		die("--log-format %s: is text or json" SEE, c->log_format);
	if (c->systemd_cgroup)
		die("--systemd-cgroup: is not supported by this version; leave "
		    "it out, and have the engine use cgroupfs");
	while (c->cgroup_manager && i < 2 &&
	       strcmp(managers[i], c->cgroup_manager) != 0)
		i++;
	if (i == 2)
		die("--cgroup-manager %s: is cgroupfs or disabled" SEE,
		    c->cgroup_manager);
}

const struct verb *options_parse(struct call *c, int argc, char *const argv[])
{
	struct walk w = { c, verb_globals, NULL, argc, 1, argv };
	const struct verb *v = verbs;
	const char *name;

	take_all(&w);
	check_globals(c);
	if (w.at == argc)
		die("no command: cinit-oci [OPTION]... COMMAND [ARG]..." SEE);
	name = argv[w.at++];
	if (!strcmp(name, "help"))
		help(NULL);
	while (*v->name && strcmp(v->name, name) != 0)
		v++;
	if (!*v->name)
		die("%.80s: there is no such command" SEE, name);
	w.of = v;
	w.options = v->options;
	take_all(&w);
	c->args = argv + w.at;
	c->count = argc - w.at;
	if (c->count < v->least || c->count > v->most)
		die("%s: takes %s%s; cinit-oci %s --help", v->name,
		    *v->args ? v->args : "no argument",
		    c->count > v->most ? ", and no more" : "", v->name);
	return v;
}
