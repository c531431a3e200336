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
		leave(EXIT_OURS);
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
	say("Usage: cinit [OPTION]... [--] COMMAND [ARG]...\n"
	    "       cinit [OPTION]... --services DIR\n"
	    "       cinit check DIR\n"
	    "       cinit status [--json] [NAME]\n"
	    "       cinit start|stop|restart [--no-wait] NAME\n"
	    "       cinit reload|logs NAME\n\n"
	    "Starts COMMAND, reaps every orphan, passes every signal on, and "
	    "ends with\nCOMMAND's exit status (128+n when signal n killed "
	    "it, 127 not found, 126 not\nexecutable, 125 when cinit itself "
	    "failed).\n\n");
	for (const struct setting *s = settings; s->name; s++)
		if (s->where & IN_OPTIONS)
			help_row(s);
	say("  -h, --help                    show this and exit\n"
	    "      --version                 show the version and exit\n"
	    "\nSee cinit(8), cinit-services(5).\n");
	leave(0);
}

static void version(void) __attribute__((noreturn));

static void version(void)
{
	say("cinit " CINIT_VERSION "\n");
	leave(0);
}

struct arena args_memory;

/* What was said, in order, for --print-config. */
static struct said {
	const struct setting *setting;
	const char *text;
} * said;
static size_t saids;

static void remember(const struct setting *s, const char *text)
{
	size_t i = saids;

	if (!(s->where & REPEATS))
		for (i = 0; i < saids && said[i].setting != s; i++)
			;
	if (i == saids) {
		said = arena_grow(&args_memory, said, saids, sizeof *said);
		if (!said)
			die("the settings are too long");
		saids++;
	}
	said[i] = (struct said){ s, text };
}

/* `by` is how it was said, e.g. "--grace". */
static void set(struct task *t, const struct setting *s, const char *text,
		const char *by)
{
	struct value v = { .memory = &args_memory };

	if (!args_memory.base && arena_make(&args_memory, TASK_MEMORY) < 0)
		die("get memory for the settings: %m");
	if (s->set(&v, t, text) < 0)
		die("%s%s: \"%s\" %s; see cinit --help", by ? by : "--",
		    by ? "" : s->name, text ? text : "", v.why);
	remember(s, text);
}

/* ---- the environment: CINIT_NAME, with dashes as underscores */

static const struct setting *by_variable(const char *name, size_t len)
{
	char option[32];

	if (len >= sizeof option)
		return NULL;
	for (size_t i = 0; i < len; i++) {
		int upper = name[i] >= 'A' && name[i] <= 'Z';

		if (!upper && name[i] != '_')
			return NULL;
		option[i] = upper ? name[i] | 0x20 : '-';
	}
	return setting_find(option, len, IN_OPTIONS);
}

static int is_yes(const char *name, const char *text)
{
	static const char *const words[] = { "no",  "0", "false", "off",
					     "yes", "1", "true",  "on" };
	size_t i = 0;

	while (i < 8 && strcmp(words[i], text) != 0)
		i++;
	if (i == 8)
		die("%s: \"%s\" is neither yes nor no", name, text);
	return i >= 4;
}

/* Several values of one that can be said again stand between semicolons. */
static void set_each(struct task *t, const struct setting *s, const char *text,
		     const char *name)
{
	while (*text) {
		size_t n = strcspn(text, ";");
		char *one = arena_text(&args_memory, text, n);

		if (!one)
			die("%s is too long", name);
		set(t, s, one, name);
		text += n + !!text[n];
	}
}

static int take_variable(struct task *t, const char *variable)
{
	enum { PREFIX = sizeof "CINIT_" - 1 };
	size_t len = strcspn(variable, "=");
	const char *text = variable + len + 1;
	const struct setting *s;
	char *name;

	if (strncmp(variable, "CINIT_", PREFIX) != 0 || !variable[len])
		return 0;
	s = by_variable(variable + PREFIX, len - PREFIX);
	if (!s)
		return 0;
	if (!args_memory.base && arena_make(&args_memory, TASK_MEMORY) < 0)
		die("get memory for the settings: %m");
	name = arena_text(&args_memory, variable, len);
	if (!name)
		die("the settings are too long");
	if (!*text)
		return 1; /* as if it were not there */
	if (s->value && s->where & REPEATS)
		set_each(t, s, text, name);
	else if (s->value || is_yes(name, text))
		set(t, s, s->value ? text : NULL, name);
	return 1;
}

/*
 * The variables are for us alone, and no part of the command's environment:
 * another cinit below would be a user, or in a directory, that is not there.
 */
void args_environment(struct task *t, char *envp[])
{
	size_t kept = 0;

	for (size_t i = 0; envp[i]; i++)
		if (!take_variable(t, envp[i]))
			envp[kept++] = envp[i];
	envp[kept] = NULL;
	t->plan.env.item = (const char **)envp;
	t->plan.env.count = kept;
}

/* ---- --print-config */

/* As a word of a service file is written. */
static void print_word(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./:=@%+,-";

	say(" ");
	if (*word && !word[strspn(word, plain)]) {
		say(word);
		return;
	}
	say("'");
	for (size_t n; *word; word += n + !!word[n]) {
		n = strcspn(word, "'");
		fd_write_all(1, word, n);
		if (word[n])
			say("'\\''");
	}
	say("'");
}

void args_print(const struct task *t)
{
	for (size_t i = 0; i < saids; i++) {
		if (!strcmp(said[i].setting->name, "print-config"))
			continue;
		say(said[i].setting->name);
		say(" = ");
		say(said[i].text ? said[i].text : "yes");
		say("\n");
	}
	if (t->plan.argv.count) {
		say("command =");
		for (size_t i = 0; i < t->plan.argv.count; i++)
			print_word(t->plan.argv.item[i]);
		say("\n");
	}
	_exit(0);
}

/* ---- the command line */

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
	set(t, s, value, NULL);
	return words_taken;
}

/* -g, -vv, -sVALUE, -s VALUE; returns how many words it took. */
static int take_letters(struct task *t, char *const *words)
{
	for (const char *c = words[0] + 1; *c; c++) {
		const struct setting *s = by_letter(*c);
		const char *value = c[1] ? c + 1 : words[1];

		if (!s->value) {
			set(t, s, NULL, NULL);
			continue;
		}
		if (!value)
			die("-%c needs a value: %s; see cinit --help", *c,
			    s->value);
		set(t, s, value, NULL);
		return c[1] ? 1 : 2;
	}
	return 1;
}

void args_parse(struct task *t, int argc, char *argv[])
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
	t->plan.argv.item = (const char **)argv + i;
	t->plan.argv.count = argc - i;
	if (i >= argc && !t->pause && !t->print_config && !t->services)
		die("there is no command to start; see cinit --help");
	if (i < argc && t->services)
		die("%s: --services takes no command; see cinit --help",
		    argv[i]);
}
