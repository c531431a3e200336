/* file.c - the text of one service file to a struct service */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "init/base/parse.h"
#include "init/services/services.h"

static const char named[] = "_.-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "abcdefghijklmnopqrstuvwxyz0123456789";
static const char *const letters = named + 3, *const digits = named + 55;
static const char blanks[] = " \t\r";

void fault(struct faults *f, const struct service *s, unsigned line,
	   const char *key, const char *fmt, ...)
{
	char text[1024];
	va_list args;
	int n = snprintf(text, sizeof text, line ? "%s:%u: " : "%s: ", s->file,
			 line);

	if (key && n < (int)sizeof text)
		n += snprintf(text + n, sizeof text - n, "%s: ", key);
	va_start(args, fmt);
	if (n < (int)sizeof text)
		vsnprintf(text + n, sizeof text - n, fmt, args);
	va_end(args);
	f->count++;
	f->say(text);
}

int service_named(const char *name)
{
	size_t len = strlen(name);

	return len && len < NAME_SIZE && strchr(letters, *name) &&
	       strspn(name, named) == len;
}

void service_clear(struct service *s)
{
	enum { GRACE_MS = 10000 };
	const char *name = s->name, *file = s->file;

	memset(s, 0, sizeof *s);
	s->name = name;
	s->file = file;
	task_clear(&s->task);
	s->task.keep.grace_ms = s->task.keep.drain_ms = GRACE_MS;
	s->task.keep.session = SESSION_NONE; /* it has one before */
	s->reload_signal = SIGHUP;
	s->ready_ms = s->deadline = -1;
	s->log_index = s->notify_in = s->log_in = s->log_out = -1;
	s->last = -1;
}

/* ---- the values of keys: 0, or -1 and a phrase in v->why as in value.h */

/*
 * Words as a shell would take them, in place: '..' as it is, ".." and \ with
 * the one escape that both need. Nothing is expanded. Returns how many.
 */
static int split(struct value *v, char *text, const char **argv)
{
	char *out = text, quote = 0;
	int words = 0, inside = 0;

	for (char *in = text; *in; in++) {
		char c = *in;

		if (!quote && strchr(blanks, c)) {
			if (inside)
				*out++ = 0;
			inside = 0;
			continue;
		}
		if (!inside)
			argv[words++] = out;
		/* Where a shell would do something we must not be silent. */
		if (!quote && strchr("|&;<>", c))
			return value_bad(v,
					 "has an unquoted %c and no shell "
					 "to mind it; write sh -c '...'",
					 c);
		inside = 1;
		if (c == quote) {
			quote = 0;
		} else if (!quote && (c == '\'' || c == '"')) {
			quote = c;
		} else if (c == '\\' && quote != '\'' &&
			   (!quote || in[1] == '"' || in[1] == '\\')) {
			if (!*++in)
				return value_bad(v, "ends in a \\");
			*out++ = *in;
		} else {
			*out++ = c;
		}
	}
	if (quote)
		return value_bad(v, "has a %c that is not closed", quote);
	*out = 0;
	return words;
}

static int set_command(struct value *v, struct service *s, char *text)
{
	/* Every word takes two characters, the last one perhaps one. */
	size_t most = strlen(text) / 2 + 2;
	const char **argv = arena_take(v->memory, most * sizeof *argv);
	int words;

	if (!argv)
		return value_bad(v, "is too long");
	words = split(v, text, argv);
	if (words < 0)
		return -1;
	s->task.plan.argv.item = argv;
	s->task.plan.argv.count = words;
	if (!*argv[0])
		return value_bad(v, "begins with an empty word");
	return 0;
}

static int set_after(struct value *v, struct service *s, char *text)
{
	s->after_names = text;
	return 0;
}

static int set_requires(struct value *v, struct service *s, char *text)
{
	s->requires_names = text;
	return 0;
}

static int choose(struct value *v, const char *text,
		  const struct value_word *rows, uint8_t *out)
{
	uint64_t n;

	if (value_choice(v, text, rows, &n) < 0)
		return -1;
	*out = n;
	return 0;
}

static const struct value_word yes_no[] = { { "yes", 1 },
					    { "no", 0 },
					    { "", 0 } };

static int set_oneshot(struct value *v, struct service *s, char *text)
{
	return choose(v, text, yes_no, &s->oneshot);
}

static int set_failure(struct value *v, struct service *s, char *text)
{
	static const struct value_word rows[] = {
		{ "stop", FAILURE_STOP },
		{ "keep", FAILURE_KEEP },
		{ "ignore", FAILURE_IGNORE },
		{ "", 0 },
	};

	return choose(v, text, rows, &s->failure);
}

static int set_success(struct value *v, struct service *s, char *text)
{
	static const struct value_word rows[] = {
		{ "keep", SUCCESS_KEEP },
		{ "stop", SUCCESS_STOP },
		{ "", 0 },
	};

	return choose(v, text, rows, &s->success);
}

static int set_ready(struct value *v, struct service *s, char *text)
{
	return value_grace(v, text, &s->ready_ms);
}

static int set_reload_signal(struct value *v, struct service *s, char *text)
{
	uint64_t sig;

	if (value_signal(v, text, &sig) < 0)
		return -1;
	s->reload_signal = sig;
	return 0;
}

/* What is behind "KEY:", or NULL. */
static char *behind(char *text, const char *key)
{
	size_t len = strlen(key);

	return strncmp(text, key, len) ? NULL : text + len;
}

static int set_notify(struct value *v, struct service *s, char *text)
{
	const char *number = behind(text, "fd:");
	uint64_t n;

	if (!strcmp(text, "socket")) {
		s->notify = NOTIFY_SOCKET;
		return 0;
	}
	if (!number || parse_number(number, NOTIFY_FD_MOST, &n) < 0 || n < 3)
		return value_bad(v,
				 "is not socket or fd:N with N from 3 to "
				 "%d",
				 NOTIFY_FD_MOST);
	s->notify = NOTIFY_FD;
	s->notify_fd = n;
	return 0;
}

/* Cuts the number behind the last colon off, where there is one. */
static const char *last_part(char *text)
{
	char *colon = strrchr(text, ':');

	if (!colon || !colon[1] || !strchr(digits, colon[1]))
		return NULL;
	*colon = 0;
	return colon + 1;
}

/* FILE[:SIZE[:COUNT]] */
static int log_file(struct value *v, struct service *s, char *text)
{
	enum { COUNT_MOST = 99, SIZE_LEAST = 4096 };
	const char *last = last_part(text), *first = NULL;
	uint64_t n;

	if (last)
		first = last_part(text);
	if (first) {
		if (parse_number(last, COUNT_MOST, &n) < 0)
			return value_bad(v, "keeps 0 to %d old files",
					 COUNT_MOST);
		s->log_count = n;
		last = first;
	}
	if (last &&
	    (value_size(v, last, &s->log_size) < 0 || s->log_size < SIZE_LEAST))
		return value_bad(v, "has a SIZE that is none, or less than "
				    "4k; write FILE:SIZE:COUNT, e.g. "
				    "/var/log/web:1m:4");
	s->log = LOG_FILE;
	s->log_to = text;
	return 0;
}

static int set_log(struct value *v, struct service *s, char *text)
{
	static const struct value_word rows[] = {
		{ "inherit", LOG_INHERIT },
		{ "prefix", LOG_PREFIX },
		{ "", 0 },
	};
	enum { SIZE = 1 << 20, COUNT = 3 };
	char *name = behind(text, "service:");
	const char *why = "is not inherit, prefix, service:NAME, or a FILE "
			  "with its whole path";

	s->log_size = SIZE;
	s->log_count = COUNT;
	if (*text == '/')
		return log_file(v, s, text);
	if (!name)
		return choose(v, text, rows, &s->log) < 0 ?
			       value_bad(v, "%s", why) :
			       0;
	s->log = LOG_SERVICE;
	s->log_to = name;
	return 0;
}

static const struct key {
	const char *name;
	int (*set)(struct value *v, struct service *s, char *text);
} keys[KEYS] = {
	[KEY_AFTER] = { "after", set_after },
	[KEY_COMMAND] = { "command", set_command },
	[KEY_FAILURE] = { "failure", set_failure },
	[KEY_LOG] = { "log", set_log },
	[KEY_NOTIFY] = { "notify", set_notify },
	[KEY_ONESHOT] = { "oneshot", set_oneshot },
	[KEY_READY] = { "ready", set_ready },
	[KEY_RELOAD_SIGNAL] = { "reload-signal", set_reload_signal },
	[KEY_REQUIRES] = { "requires", set_requires },
	[KEY_SUCCESS] = { "success", set_success },
};

/* ---- lines */

enum { SETTINGS = 96 };

struct line {
	struct service *s;
	struct faults *f;
	unsigned number;
	char *key, *text;
	unsigned first[SETTINGS]; /* line of each setting */
};

static void said_before(struct line *l, unsigned number)
{
	fault(l->f, l->s, l->number, l->key, "line %u has it already", number);
}

static void own_key(struct line *l, struct value *v, unsigned k)
{
	if (l->s->line[k]) {
		said_before(l, l->s->line[k]);
		return;
	}
	l->s->line[k] = l->number;
	if (keys[k].set(v, l->s, l->text) < 0)
		fault(l->f, l->s, l->number, l->key, "the value %s", v->why);
}

static void setting(struct line *l, struct value *v, const struct setting *set)
{
	unsigned row = set - settings;
	uint8_t yes = 1;

	if (row < SETTINGS && !(set->where & REPEATS)) {
		if (l->first[row]) {
			said_before(l, l->first[row]);
			return;
		}
		l->first[row] = l->number;
	}
	if (!set->value && choose(v, l->text, yes_no, &yes) < 0)
		fault(l->f, l->s, l->number, l->key, "\"%s\" is not yes or no",
		      l->text);
	else if (yes && set->set(v, &l->s->task, set->value ? l->text : NULL))
		fault(l->f, l->s, l->number, l->key, "\"%s\" %s", l->text,
		      v->why);
}

/* One line "key = value", blanks around both are none of them. */
static void take(struct line *l, struct arena *memory)
{
	struct value v = { .memory = memory };
	const struct setting *set;
	size_t len = strspn(l->key, letters);

	for (unsigned k = 0; k < KEYS; k++)
		if (!strcmp(l->key, keys[k].name)) {
			own_key(l, &v, k);
			return;
		}
	set = setting_find(l->key, strlen(l->key), IN_SERVICE);
	/* A file of cgroup v2 by its name is that limit. */
	if (!set && strchr(l->key, '.') &&
	    (l->text = arena_printf(memory, "%s=%s", l->key, l->text)))
		set = setting_find("cgroup", 6, IN_SERVICE);
	if (set && l->text)
		setting(l, &v, set);
	else
		fault(l->f, l->s, l->number, l->key,
		      len ? "there is no such key; see cinit-services(5)" :
			    "a key is letters, digits, dots and hyphens");
}

static char *trim(char *text, char *end)
{
	while (end > text && strchr(blanks, end[-1]))
		end--;
	*end = 0;
	return text + strspn(text, blanks);
}

static void one_line(struct line *l, char *text, char *end,
		     struct arena *memory)
{
	char *equal;

	text = trim(text, end);
	if (!*text || *text == '#')
		return;
	equal = strchr(text, '=');
	if (!equal) {
		fault(l->f, l->s, l->number, NULL,
		      "\"%s\" is not KEY = VALUE, nor a # and a comment", text);
		return;
	}
	l->text = trim(equal + 1, text + strlen(text));
	l->key = trim(text, equal);
	if (*l->text)
		take(l, memory);
	else
		fault(l->f, l->s, l->number, l->key, "there is no value");
}

/* What keys mean to each other. */
static void together(struct service *s, struct faults *f)
{
	if (!s->task.plan.argv.count && !s->line[KEY_COMMAND])
		fault(f, s, 0, NULL, "there is no command");
	if (s->oneshot && s->notify)
		fault(f, s, s->line[KEY_NOTIFY], "notify",
		      "a oneshot is ready when it has ended");
	if (s->oneshot && s->task.keep.restart == RESTART_ALWAYS)
		fault(f, s, s->line[KEY_ONESHOT], "oneshot",
		      "one that always starts again is never done");
	if (s->line[KEY_READY] && !s->oneshot && !s->notify)
		fault(f, s, s->line[KEY_READY], "ready",
		      "without notify it is ready at once; say how it tells");
}

void service_parse(struct service *s, char *text, size_t len,
		   struct arena *memory, struct faults *f)
{
	struct line l = { .s = s, .f = f };
	char *end = text + len, *next;

	if (memchr(text, 0, len)) {
		fault(f, s, 0, NULL, "there is a NUL in it: it is no text");
		return;
	}
	for (; text < end; text = next) {
		char *stop = memchr(text, '\n', end - text);

		next = stop ? stop + 1 : end;
		l.number++;
		one_line(&l, text, stop ? stop : end, memory);
	}
	together(s, f);
}
