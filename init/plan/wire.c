/* wire.c - the plan as text records, both ways, by the tables of rows.c */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "init/plan/plan.h"

/* A list of anything: LIST() of plan.h without its type. */
struct list {
	char *item;
	size_t count;
};

/* encode ------------------------------------------------------------------ */

struct writer {
	char *text;
	size_t size, used; /* used goes on counting when the text is full */
};

static void put(struct writer *w, const char *s, size_t n)
{
	if (w->used < w->size)
		memcpy(w->text + w->used, s,
		       n < w->size - w->used ? n : w->size - w->used);
	w->used += n;
}

static void put_key(struct writer *w, const char *group, const char *key)
{
	if (group) {
		put(w, group, strlen(group));
		put(w, ".", 1);
	}
	put(w, key, strlen(key));
	put(w, "=", 1);
}

static void record(struct writer *w, const char *group, const char *key,
		   const char *value)
{
	put_key(w, group, key);
	put(w, value, strlen(value) + 1);
}

static void number(struct writer *w, const char *group, const char *key,
		   unsigned long long value, unsigned base, int negative)
{
	char text[32], *p = text + sizeof text;

	*--p = 0;
	do
		*--p = "0123456789abcdef"[value % base];
	while (value /= base);
	if (negative)
		*--p = '-';
	record(w, group, key, p);
}

static uint64_t load(const void *at, size_t size)
{
	uint64_t wide;
	uint32_t narrow;

	if (size == sizeof wide) {
		memcpy(&wide, at, sizeof wide);
		return wide;
	}
	memcpy(&narrow, at, sizeof narrow);
	return narrow;
}

static void encode(struct writer *w, const char *group,
		   const struct plan_row *rows, const char *base);

static void encode_list(struct writer *w, const struct plan_row *row,
			const struct list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		record(w, NULL, row->key, "");
		encode(w, row->key, row->rows, list->item + i * row->stride);
	}
}

static void encode_row(struct writer *w, const char *group,
		       const struct plan_row *row, const char *at)
{
	const struct list *list = (const void *)at;
	const char *text;
	int64_t value;

	switch (row->type) {
	case PLAN_GROUP:
		encode(w, row->key, row->rows, at);
		return;
	case PLAN_LIST:
		encode_list(w, row, list);
		return;
	case PLAN_TEXTS:
		for (size_t i = 0; i < list->count; i++)
			record(w, group, row->key, ((char **)list->item)[i]);
		return;
	case PLAN_WORDS:
		for (size_t i = 0; i < list->count; i++)
			number(w, group, row->key, load(list->item + i * 8, 8),
			       16, 0);
		return;
	case PLAN_TEXT:
		memcpy(&text, at, sizeof text);
		if (text)
			record(w, group, row->key, text);
		return;
	}
	value = load(at, row->size);
	if (!value)
		return;
	switch (row->type) {
	case PLAN_HEX:
		number(w, group, row->key, value, 16, 0);
		return;
	case PLAN_OCTAL:
		number(w, group, row->key, value, 8, 0);
		return;
	case PLAN_I64:
		number(w, group, row->key,
		       value < 0 ? -(uint64_t)value : (uint64_t)value, 10,
		       value < 0);
		return;
	default:
		number(w, group, row->key, value, 10, 0);
	}
}

static void encode(struct writer *w, const char *group,
		   const struct plan_row *rows, const char *base)
{
	for (const struct plan_row *row = rows; row->key; row++)
		encode_row(w, group, row, base + row->offset);
}

size_t wire_encode(const struct plan_row *rows, const void *from, char *text,
		   size_t size)
{
	struct writer w = { text, size, 0 };

	encode(&w, NULL, rows, from);
	return w.used;
}

size_t plan_encode(const struct plan *p, char *text, size_t size)
{
	return wire_encode(plan_rows, p, text, size);
}

/* decode ------------------------------------------------------------------ */

struct reader {
	const struct plan_row *rows;
	char *base; /* the struct of these rows */
	struct arena *memory;
	char *why;
	size_t why_size;
	/* One bit for each row, of the table and of the struct inside it that
	 * is being read: what is no list comes once. */
	uint64_t seen, seen_inside;
	const struct plan_row *inside; /* its row, or NULL */
	size_t inside_len;	       /* of its key */
	const struct plan_row *hint, *hint_inside;
};

static int refuse(struct reader *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int refuse(struct reader *r, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(r->why, r->why_size, fmt, args);
	va_end(args);
	return -1;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return 99;
}

/* Plain digits, no sign, no blanks, no overflow. */
static int parse(const char *s, unsigned base, uint64_t *out)
{
	uint64_t value = 0;

	if (!*s)
		return -1;
	for (; *s; s++) {
		unsigned d = digit(*s);

		if (d >= base || value > (UINT64_MAX - d) / base)
			return -1;
		value = value * base + d;
	}
	*out = value;
	return 0;
}

static int store_number(const struct plan_row *row, const char *text, char *at)
{
	int is_signed = row->type == PLAN_I64;
	unsigned base = row->type == PLAN_HEX || row->type == PLAN_WORDS ? 16 :
			row->type == PLAN_OCTAL				 ? 8 :
									   10;
	int minus = is_signed && *text == '-';
	uint64_t value, most = row->size == 4 ? UINT32_MAX : UINT64_MAX;
	uint32_t narrow;

	if (parse(text + minus, base, &value) < 0)
		return -1;
	if (is_signed)
		most = (most >> 1) + minus;
	if (value > most)
		return -1;
	if (minus)
		value = -value;
	narrow = value;
	memcpy(at, row->size == 4 ? (void *)&narrow : (void *)&value,
	       row->size);
	return 0;
}

/* Room for one more element: the lists were counted before (see count()). */
static char *next(struct list *list, size_t stride)
{
	return list->item + list->count++ * stride;
}

static int store(struct reader *r, const struct plan_row *row, char *value,
		 char *at)
{
	struct plan_row word = *row;

	switch (row->type) {
	case PLAN_TEXT:
		memcpy(at, &value, sizeof value);
		return 0;
	case PLAN_TEXTS:
		memcpy(next((void *)at, sizeof value), &value, sizeof value);
		return 0;
	case PLAN_WORDS:
		word.size = 8;
		at = next((void *)at, 8);
		break;
	}
	if (store_number(&word, value, at) < 0)
		return refuse(r, "plan: %s=%s is not a number it can hold",
			      row->key, value);
	return 0;
}

/*
 * The row of a key. Records come in the order of the table, nearly always, so
 * the search begins where the last one ended.
 */
static const struct plan_row *find(const struct plan_row *rows,
				   const struct plan_row **hint,
				   const char *key, size_t len)
{
	const struct plan_row *start = *hint ? *hint : rows, *row = start;

	do {
		if (!row->key) {
			row = rows;
			continue;
		}
		if (*row->key == *key && !strncmp(row->key, key, len) &&
		    !row->key[len]) {
			*hint = row;
			return row;
		}
		row++;
	} while (row != start);
	return NULL;
}

static size_t stride_of(const struct plan_row *row)
{
	return row->type == PLAN_LIST  ? row->stride :
	       row->type == PLAN_TEXTS ? sizeof(char *) :
	       row->type == PLAN_WORDS ? 8 :
					 0;
}

/* Cuts "key=value\0" from the text. */
static char *record_next(char **text, char *end, char **value)
{
	char *key = *text;

	*value = NULL;
	while (*text < end) {
		char c = *(*text)++;

		if (!c)
			return key;
		if (c == '=' && !*value)
			*value = *text;
	}
	return NULL;
}

/* First pass: how many elements each list has, and memory for all of them. */
static int count(struct reader *r, char *text, char *end)
{
	const struct plan_row *row, *hint = NULL;
	char *key, *value;

	while (text < end) {
		key = record_next(&text, end, &value);
		if (!key)
			return refuse(r, "plan: the last record is cut off");
		if (!value)
			return refuse(r, "plan: \"%.40s\" has no value", key);
		/* A member, as most are, begins nothing. */
		if (memchr(key, '.', value - 1 - key))
			continue;
		row = find(r->rows, &hint, key, value - 1 - key);
		if (row && stride_of(row))
			((struct list *)(r->base + row->offset))->count++;
	}
	for (row = r->rows; row->key; row++) {
		struct list *list = (void *)(r->base + row->offset);

		if (!stride_of(row))
			continue;
		/* Two more, zero: argv and env end with NULL for execve, and
		 * HOME may have to be added. */
		list->item = arena_take(r->memory,
					(list->count + 2) * stride_of(row));
		if (!list->item)
			return refuse(r, "plan: too large for its memory");
		list->count = 0;
	}
	return 0;
}

static int once(struct reader *r, uint64_t *seen, const struct plan_row *rows,
		const struct plan_row *row)
{
	uint64_t bit = 1ULL << (row - rows);

	if (*seen & bit)
		return refuse(r, "plan: %s is there twice", row->key);
	*seen |= bit;
	return 0;
}

/* From here on, members belong to this group, or to this list's last element. */
static void go_inside(struct reader *r, const struct plan_row *group)
{
	if (r->inside != group)
		r->hint_inside = NULL;
	r->inside = group;
	r->inside_len = strlen(group->key);
	r->seen_inside = 0;
}

static int decode_member(struct reader *r, const char *key, char *value)
{
	const struct plan_row *group = r->inside, *row;
	struct list *list = (void *)(r->base + group->offset);
	char *base = (char *)list;

	row = find(group->rows, &r->hint_inside, key, value - 1 - key);
	if (!row)
		return refuse(r, "plan: unknown key %s.%.40s", group->key, key);
	if (once(r, &r->seen_inside, group->rows, row) < 0)
		return -1;
	if (group->type == PLAN_LIST)
		base = list->item + (list->count - 1) * group->stride;
	return store(r, row, value, base + row->offset);
}

/* "key=": one more element of a list. */
static int decode_marker(struct reader *r, const struct plan_row *row,
			 const char *value)
{
	if (*value)
		return refuse(r, "plan: %s= takes no value", row->key);
	next((void *)(r->base + row->offset), row->stride);
	go_inside(r, row);
	return 0;
}

static int is_inside(const struct reader *r, const char *key)
{
	return r->inside && !strncmp(key, r->inside->key, r->inside_len) &&
	       key[r->inside_len] == '.';
}

static int decode_record(struct reader *r, char *key, char *value)
{
	const struct plan_row *row;
	size_t len = value - 1 - key;
	char *dot;

	/* Most records go on with what the last one was of. */
	if (is_inside(r, key))
		return decode_member(r, key + r->inside_len + 1, value);
	row = find(r->rows, &r->hint, key, len);
	if (row && row->type == PLAN_LIST)
		return decode_marker(r, row, value);
	if (row && row->type != PLAN_GROUP) {
		if (!stride_of(row) && once(r, &r->seen, r->rows, row) < 0)
			return -1;
		return store(r, row, value, r->base + row->offset);
	}
	dot = memchr(key, '.', len);
	row = dot ? find(r->rows, &r->hint, key, dot - key) : NULL;
	if (row && row->type == PLAN_LIST)
		return refuse(r, "plan: %.40s before its %s=", key, row->key);
	if (!row || row->type != PLAN_GROUP || once(r, &r->seen, r->rows, row))
		return refuse(r, "plan: unknown key %.40s", key);
	go_inside(r, row);
	return decode_member(r, dot + 1, value);
}

int wire_decode(const struct plan_row *rows, void *to, char *text, size_t size,
		struct arena *memory, char *why, size_t why_size)
{
	struct reader r = { .rows = rows,
			    .base = to,
			    .memory = memory,
			    .why = why,
			    .why_size = why_size };
	char *end = text + size, *key, *value = NULL;

	if (count(&r, text, end) < 0)
		return -1;
	while (text < end) {
		key = record_next(&text, end, &value);
		if (!key || !value) /* count() has seen to that */
			return -1;
		if (decode_record(&r, key, value) < 0)
			return -1;
	}
	return 0;
}

int plan_decode(struct plan *p, char *text, size_t size, struct arena *memory,
		char *why, size_t why_size)
{
	memset(p, 0, sizeof *p);
	return wire_decode(plan_rows, p, text, size, memory, why, why_size);
}
