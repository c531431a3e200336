/* args.c - cinit's own command line */
#include "init/args.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"

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

enum { COLUMN = 32 };

/* The first lines of help, an option, and its text from a column on. */
static void help_row(const struct setting *s)
{
	char letter[] = "  -x, --";
	size_t len = 8 + strlen(s->name);
	const char *text = s->help;

	if (s->letter)
		letter[3] = s->letter;
	else
		memcpy(letter, "      ", 6);
	say(letter);
	say(s->name);
	if (s->value) {
		say(" ");
		say(s->value);
		len += 1 + strlen(s->value);
	}
	pad(len, COLUMN);
	for (size_t n; *text; text += n) {
		n = strcspn(text, "\n");
		fd_write_all(1, text, n);
		say("\n");
		if (text[n]) {
			pad(0, COLUMN);
			n++;
		}
	}
}

static void help(void) __attribute__((noreturn));

static void help(void)
{
	say("Usage: cinit [OPTION]... [--] COMMAND [ARG]...\n\n"
	    "Starts COMMAND, reaps every orphan, passes every signal on, and "
	    "ends with\nCOMMAND's exit status (128+n when signal n killed "
	    "it, 127 not found, 126 not\nexecutable, 125 when cinit itself "
	    "failed).\n\n");
	for (const struct setting *s = settings; s->name; s++)
		if (s->where & IN_OPTIONS)
			help_row(s);
	say("  -h, --help                    show this and exit\n"
	    "      --version                 show the version and exit\n"
	    "\nSee cinit(8).\n");
	_exit(0);
}

static void version(void) __attribute__((noreturn));

static void version(void)
{
	say("cinit " CINIT_VERSION "\n");
	_exit(0);
}

struct arena args_memory;

static void set(struct task *t, const struct setting *s, const char *text)
{
	struct value v = { .memory = &args_memory };

	if (!args_memory.base && arena_make(&args_memory, TASK_MEMORY) < 0)
		die("get memory for the settings: %m");
	if (s->set(&v, t, text) < 0)
		die("--%s: \"%s\" %s; see cinit --help", s->name,
		    text ? text : "", v.why);
}

static const struct setting *by_letter(char c)
{
	if (c == 'h')
		help();
	for (const struct setting *s = settings; s->name; s++)
		if (s->letter == c && s->where & IN_OPTIONS)
			return s;
	die("-%c: there is no such option; see cinit --help", c);
}

static const struct setting *by_name(const char *name, size_t len)
{
	const struct setting *s = setting_find(name, len, IN_OPTIONS);

	if (s)
		return s;
	if (!strcmp(name, "help"))
		help();
	if (!strcmp(name, "version"))
		version();
	die("--%.*s: there is no such option; see cinit --help", (int)len,
	    name);
}

/* --name, --name=VALUE, --name VALUE; returns how many words it took. */
static int take_long(struct task *t, char *const *words)
{
	const char *name = words[0] + 2;
	size_t len = strcspn(name, "=");
	const struct setting *s = by_name(name, len);
	const char *value = name[len] ? name + len + 1 : NULL;
	int words_taken = 1;

	if (!s->value && value)
		die("--%s takes no value; see cinit --help", s->name);
	if (s->value && !value) {
		value = words[1];
		words_taken = 2;
	}
	if (s->value && !value)
		die("--%s needs a value: %s; see cinit --help", s->name,
		    s->value);
	set(t, s, value);
	return words_taken;
}

/* -g, -vv, -sVALUE, -s VALUE; returns how many words it took. */
static int take_letters(struct task *t, char *const *words)
{
	for (const char *c = words[0] + 1; *c; c++) {
		const struct setting *s = by_letter(*c);
		const char *value = c[1] ? c + 1 : words[1];

		if (!s->value) {
			set(t, s, NULL);
			continue;
		}
		if (!value)
			die("-%c needs a value: %s; see cinit --help", *c,
			    s->value);
		set(t, s, value);
		return c[1] ? 1 : 2;
	}
	return 1;
}

void args_parse(struct task *t, int argc, char *argv[], char *envp[])
{
	int i = 1;

	while (i < argc && argv[i][0] == '-' && argv[i][1]) {
		if (!strcmp(argv[i], "--")) {
			i++;
			break;
		}
		i += argv[i][1] == '-' ? take_long(t, argv + i) :
					 take_letters(t, argv + i);
	}
	if (i >= argc)
		die("there is no command to start; see cinit --help");
	t->plan.argv.item = (const char **)argv + i;
	t->plan.argv.count = argc - i;
	t->plan.env.item = (const char **)envp;
	while (envp[t->plan.env.count])
		t->plan.env.count++;
}
