/* list.c - the growing lists of a launch */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "init/base/die.h"
#include "setup/flags/flags.h"

/* Room for 8, then for twice as many each time it is full. */
void *flags_grow(struct arena *memory, void *items, size_t *count, size_t size)
{
	size_t n = *count;
	void *old, *new;

	memcpy(&old, items, sizeof old);
	new = old;
	if (!n || (n >= 8 && !(n & (n - 1)))) {
		new = arena_take(memory, (n ? n * 2 : 8) * size);
		if (!new)
			die("the command line is too long: %m");
		if (n)
			memcpy(new, old, n * size);
		memcpy(items, &new, sizeof new);
	}
	*count = n + 1;
	return (char *)new + n *size;
}

char *flags_text(struct launch *l, const char *fmt, ...)
{
	va_list args;
	char *text;
	int n;

	va_start(args, fmt);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	text = n < 0 ? NULL : arena_take(&l->memory, n + 1);
	if (!text)
		die("the command line is too long: %m");
	va_start(args, fmt);
	vsnprintf(text, n + 1, fmt, args);
	va_end(args);
	return text;
}

void flags_env(struct launch *l, const char *text)
{
	size_t key = strcspn(text, "=") + 1, i;

	for (i = 0; i < l->plan.env.count; i++)
		if (!strncmp(l->plan.env.item[i], text, key))
			break;
	if (i == l->plan.env.count)
		flags_push(l, l->plan.env);
	l->plan.env.item[i] = text;
}

void flags_limit(struct launch *l, const char *key, const char *value,
		 int wanted)
{
	struct limit limit = { key, value, wanted };
	size_t i;

	for (i = 0; i < l->limits.count; i++)
		if (!strcmp(l->limits.item[i].key, key))
			break;
	if (i == l->limits.count)
		flags_push(l, l->limits);
	l->limits.item[i] = limit;
}

uint32_t flags_source(struct launch *l, const struct source *source)
{
	*flags_push(l, l->sources) = *source;
	return l->sources.count;
}
