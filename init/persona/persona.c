/* persona.c - called by another init's name: its options, variables and words */
#include "init/persona/persona.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/parse.h"

static const struct persona *const all[] = { &persona_tini, &persona_dumb_init,
					     &persona_catatonit };

static const struct persona *self;
static int verbosity;
const char *persona_argv0, *persona_name;

void persona_say(int fd, const char *text)
{
	if (fd_write_all(fd, text, strlen(text)) < 0)
		_exit(EXIT_OURS);
}

void persona_end(int fd, const char *text, int status)
{
	persona_say(fd, text);
	_exit(status);
}

const struct persona *persona_find(const char *argv0)
{
	const char *slash = argv0 ? strrchr(argv0, '/') : NULL;

	persona_argv0 = argv0 ? argv0 : "";
	persona_name = slash ? slash + 1 : persona_argv0;
	for (size_t i = 0; i < 3; i++)
		for (const char *const *n = all[i]->names; *n; n++)
			if (!strcmp(*n, persona_name))
				return all[i];
	return NULL;
}

/* ---- its words */

static void line(const char *before, const char *text)
{
	char with_pid[64];

	snprintf(with_pid, sizeof with_pid, before, getpid());
	line_to_stderr(with_pid, text);
}

static void fails(int status, const char *text) __attribute__((noreturn));

static void fails(int status, const char *text)
{
	line(self->dies, text);
	_exit(status);
}

static void warns(const char *text)
{
	line(self->warns, text);
}

static void tells(enum tale tale, int a, int b)
{
	const struct persona_tale *row = &self->tales[tale];
	char text[128];

	if (!row->text || verbosity < row->level ||
	    (tale == TALE_LEFT_TERMINAL && a < 0))
		return;
	if (row->text[strcspn(row->text, "%")] &&
	    strchr(row->text, '%')[1] == 's')
		snprintf(text, sizeof text, row->text, signal_name(a));
	else
		snprintf(text, sizeof text, row->text, a, b);
	line(row->level == 1 ? self->warns : self->tells, text);
}

/* ---- what it takes */

void persona_group(const struct persona *p, struct task *t, const char *text)
{
	t->keep.to_group = 1;
}

void persona_verbose(const struct persona *p, struct task *t, const char *text)
{
	t->keep.verbose++;
}

void persona_pause(const struct persona *p, struct task *t, const char *text)
{
	t->pause = 1;
}

static const char *variable(const struct task *t, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < t->plan.env.count; i++)
		if (!strncmp(t->plan.env.item[i], name, len) &&
		    t->plan.env.item[i][len] == '=')
			return t->plan.env.item[i] + len + 1;
	return NULL;
}

void persona_begin(const struct persona *p, struct task *t)
{
	self = p;
	die_route.fail = fails;
	die_route.warn = warns;
	/* All three end with the command where they are no PID 1, and say
	 * nothing of how it ended. */
	t->keep.leaves_rest = 1;
	t->keep.quiet = 1;
	t->keep.verbose = 1;
	p->begin(t);
}

static const struct persona_row *by_letter(const struct persona *p, char c)
{
	const struct persona_row *row = p->options;

	while (row->take && row->letter != c)
		row++;
	return row->take ? row : NULL;
}

/* Like getopt_long(3), any beginning of a name that is no other's will do. */
static const struct persona_row *by_name(const struct persona *p,
					 const char *name, size_t len)
{
	const struct persona_row *found = NULL;

	for (const struct persona_row *row = p->options; row->take; row++) {
		if (!row->name || strncmp(row->name, name, len) != 0)
			continue;
		if (found)
			return NULL;
		found = row;
		if (!row->name[len])
			return row;
	}
	return found;
}

/* Each returns how many words it took. */
static int take_long(const struct persona *p, struct task *t,
		     char *const *words)
{
	const char *name = words[0] + 2;
	size_t len = strcspn(name, "=");
	const struct persona_row *row = by_name(p, name, len);
	const char *value = name[len] ? name + len + 1 : NULL;
	int inside = value != NULL;

	if (!row || (value && !row->value))
		p->refuse(p, words[0], 0);
	if (row->value && !value && !(value = words[1]))
		p->refuse(p, words[0], 1);
	row->take(p, t, value);
	return row->value && !inside ? 2 : 1;
}

static int take_letters(const struct persona *p, struct task *t,
			char *const *words)
{
	for (const char *c = words[0] + 1; *c; c++) {
		const struct persona_row *row = by_letter(p, *c);
		const char letter[] = { *c, 0 };
		const char *value = c[1] ? c + 1 : words[1];

		if (!row)
			p->refuse(p, letter, 0);
		if (!row->value) {
			row->take(p, t, NULL);
			continue;
		}
		if (!value)
			p->refuse(p, letter, 1);
		row->take(p, t, value);
		return c[1] ? 1 : 2;
	}
	return 1;
}

/* Options end where the command begins, whatever its own are. */
void persona_parse(const struct persona *p, struct task *t, int argc,
		   char *argv[])
{
	int i = 1;

	for (const struct persona_row *row = p->variables; row->take; row++) {
		const char *text = variable(t, row->name);

		if (text)
			row->take(p, t, text);
	}
	while (i < argc && argv[i][0] == '-' && argv[i][1]) {
		if (!strcmp(argv[i], "--")) {
			i++;
			break;
		}
		i += argv[i][1] == '-' ? take_long(p, t, argv + i) :
					 take_letters(p, t, argv + i);
	}
	t->plan.argv.item = (const char **)argv + i;
	t->plan.argv.count = argc - i;
	verbosity = t->keep.verbose;
	keeper_tells = tells;
	if (t->pause)
		return;
	if (i >= argc)
		p->lost(p);
	p->ready(p, t);
	t->keep.verbose = verbosity > 1;
}
