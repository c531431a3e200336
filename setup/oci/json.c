/* json.c - JSON documents into structs: jansson behind a few readers */
#include "setup/oci/json.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Numbers of OCI documents go up to 2^64-1 ("no limit"), jansson's to 2^63-1.
 * Larger ones become strings of the same length before it sees them: a mark,
 * then 16 hexadecimal digits.
 */
enum { BIG_MARK = 0x7f, BIG_DIGITS = 19 /* of 2^63 */ };

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What a number has that is no integer, the sign of an exponent too. */
static int is_real(char c)
{
	return c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-';
}

/* The digits at text, if they are an integer of the kind above. */
static void mark_big(char *text, size_t n)
{
	uint64_t value = 0;
	char mark[BIG_DIGITS + 1];
	size_t i;

	if (n < BIG_DIGITS || n > BIG_DIGITS + 1 || *text == '0')
		return;
	for (i = 0; i < n; i++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, text[i] - '0', &value))
			return; /* jansson says that it is too big */
	if (value <= INT64_MAX)
		return;
	snprintf(mark, sizeof mark, "\"%c%016llx\"", BIG_MARK,
		 (unsigned long long)value);
	memset(text, ' ', n);
	memcpy(text, mark, BIG_DIGITS);
}

/* Skips a number; what is none is left to jansson. */
static size_t number(char *text, size_t size, size_t i)
{
	size_t start = i;

	while (i < size && is_digit(text[i]))
		i++;
	if (i < size && is_real(text[i])) {
		while (i < size && (is_digit(text[i]) || is_real(text[i])))
			i++;
		return i;
	}
	if (!start || text[start - 1] != '-')
		mark_big(text + start, i - start);
	return i;
}

static size_t string(const char *text, size_t size, size_t i)
{
	while (++i < size && text[i] != '"')
		if (text[i] == '\\')
			i++;
	return i + 1;
}

/* Looks for too many levels and for large numbers. */
static int scan(struct json_doc *doc, char *text, size_t size)
{
	size_t i = 0, lines = 1, start = 0, depth = 0;

	while (i < size) {
		char c = text[i];

		if (is_digit(c)) {
			i = number(text, size, i);
			continue;
		}
		if (c == '"') {
			i = string(text, size, i);
			continue;
		}
		i++;
		if (c == '\n') {
			lines++;
			start = i;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if ((c == '}' || c == ']') && depth) {
			depth--;
		}
		if (depth > JSON_DEPTH) {
			snprintf(doc->error, sizeof doc->error,
				 "%zu:%zu: more than %d levels", lines,
				 i - start, JSON_DEPTH);
			return -1;
		}
	}
	return 0;
}

int json_load(struct json_doc *doc, struct arena *memory, char *text,
	      size_t size)
{
	json_error_t why;

	*doc = (struct json_doc){ .memory = memory };
	if (scan(doc, text, size) < 0)
		return -1;
	doc->root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &why);
	if (!doc->root) {
		snprintf(doc->error, sizeof doc->error, "%d:%d: %s", why.line,
			 why.column, why.text);
		return -1;
	}
	if (!json_is_object((json_t *)doc->root)) {
		snprintf(doc->error, sizeof doc->error,
			 "1:1: an object expected");
		json_free(doc);
		return -1;
	}
	return 0;
}

void json_free(struct json_doc *doc)
{
	json_decref(doc->root);
	doc->root = NULL;
}

struct json_at json_root(struct json_doc *doc)
{
	return (struct json_at){ .doc = doc, .value = doc->root };
}

/* -- where, and what -------------------------------------------------------- */

/* "a.b[3].c" into buf, as far as it goes; returns its length. */
static size_t path(const struct json_at *at, char *buf, size_t size)
{
	size_t n = at->up ? path(at->up, buf, size) : 0;
	int more = 0;

	if (n >= size)
		return n;
	if (at->key)
		more = snprintf(buf + n, size - n, "%s%.64s", n ? "." : "",
				at->key);
	else if (at->up)
		more = snprintf(buf + n, size - n, "[%zu]", at->index);
	return n + more;
}

void json_error(const struct json_at *at, const char *fmt, ...)
{
	char *text = at->doc->error;
	size_t size = sizeof at->doc->error, n;
	va_list args;

	if (*text)
		return;
	/* deep places are cut, so that there is room for the reason */
	n = path(at, text, size / 2);
	if (n >= size / 2)
		n = size / 2 - 1;
	if (n)
		n += snprintf(text + n, size - n, ": ");
	va_start(args, fmt);
	vsnprintf(text + n, size - n, fmt, args);
	va_end(args);
}

static int expect(const struct json_at *at, int good, const char *type)
{
	if (!good)
		json_error(at, "%s expected", type);
	return good;
}

static int is_big(const json_t *value)
{
	return json_is_string(value) && *json_string_value(value) == BIG_MARK;
}

/* -- the readers ------------------------------------------------------------ */

void json_u64(const struct json_at *at, void *out, const void *with)
{
	const json_t *value = at->value;
	uint64_t n = 0;

	if (is_big(value))
		n = strtoull(json_string_value(value) + 1, NULL, 16);
	else if (expect(at,
			json_is_integer(value) &&
				json_integer_value(value) >= 0,
			"a whole number from 0 to 2^64-1"))
		n = json_integer_value(value);
	memcpy(out, &n, sizeof n);
}

void json_u32(const struct json_at *at, void *out, const void *with)
{
	const json_t *value = at->value;
	uint32_t n = 0;

	if (expect(at,
		   json_is_integer(value) && json_integer_value(value) >= 0 &&
			   json_integer_value(value) <= UINT32_MAX,
		   "a whole number from 0 to 2^32-1"))
		n = json_integer_value(value);
	memcpy(out, &n, sizeof n);
}

void json_i64(const struct json_at *at, void *out, const void *with)
{
	const json_t *value = at->value;
	int64_t n = 0;

	if (expect(at, json_is_integer(value),
		   "a whole number from -2^63 to 2^63-1"))
		n = json_integer_value(value);
	memcpy(out, &n, sizeof n);
}

void json_bool(const struct json_at *at, void *out, const void *with)
{
	uint32_t yes = json_is_true((const json_t *)at->value);

	expect(at, json_is_boolean((const json_t *)at->value), "true or false");
	memcpy(out, &yes, sizeof yes);
}

void json_text(const struct json_at *at, void *out, const void *with)
{
	const json_t *value = at->value;
	const char *text = NULL;
	size_t size;

	if (!json_chars(at))
		return;
	/* a NUL cannot be in there: jansson refuses \u0000 */
	size = json_string_length(value);
	text = arena_text(at->doc->memory, json_string_value(value), size);
	if (!text)
		json_error(at, "no memory for it");
	memcpy(out, &text, sizeof text);
}

void json_word(const struct json_at *at, void *out, const void *with)
{
	const struct json_words *word = with;
	const char *text = json_string_value(at->value);

	if (!expect(at, text && !is_big(at->value), "a string"))
		return;
	while (word->name && strcmp(word->name, text))
		word++;
	if (!word->name)
		json_error(at, "\"%.64s\" is none of those known", text);
	memcpy(out, &word->value, sizeof word->value);
}

void json_ignore(const struct json_at *at, void *out, const void *with)
{
}

void json_refuse(const struct json_at *at, void *out, const void *with)
{
	json_error(at, "%s", (const char *)with);
}

struct json_at json_item(const struct json_at *at, size_t index)
{
	return (struct json_at){ .doc = at->doc,
				 .up = at,
				 .index = index,
				 .value = json_array_get(at->value, index) };
}

struct json_at json_member(const struct json_at *at, const char *key)
{
	return (struct json_at){ .doc = at->doc,
				 .up = at,
				 .key = key,
				 .value = json_object_get(at->value, key) };
}

size_t json_count(const struct json_at *at)
{
	return json_array_size(at->value);
}

const char *json_chars(const struct json_at *at)
{
	const json_t *value = at->value;

	return expect(at, json_is_string(value) && !is_big(value), "a string") ?
		       json_string_value(value) :
		       NULL;
}

void json_map(const struct json_at *at, void *out, const void *with)
{
	LIST(struct pair) list = { .count = 0 };
	json_t *object = (json_t *)at->value, *value;
	const char *key;

	if (!expect(at, json_is_object(object), "an object"))
		return;
	list.item = arena_take(at->doc->memory,
			       (json_object_size(object) + 1) *
				       sizeof *list.item);
	if (!list.item) {
		json_error(at, "no memory for it");
		return;
	}
	json_object_foreach(object, key, value)
	{
		struct json_at member = json_member(at, key);
		struct pair *pair = &list.item[list.count++];

		if (*at->doc->error)
			return;
		pair->key = arena_text(at->doc->memory, key, strlen(key));
		json_text(&member, &pair->value, NULL);
	}
	memcpy(out, &list, sizeof list);
}

void json_list(const struct json_at *at, void *out, const void *with)
{
	const struct json_items *items = with;
	size_t i, n = json_array_size(at->value);
	struct {
		char *item;
		size_t count;
	} list = { .count = n };

	if (!expect(at, json_is_array((const json_t *)at->value), "a list") ||
	    !n)
		return;
	list.item = arena_take(at->doc->memory, n * items->size);
	if (!list.item) {
		json_error(at, "no memory for it");
		return;
	}
	for (i = 0; i < n && !*at->doc->error; i++) {
		struct json_at item = json_item(at, i);

		items->read(&item, list.item + i * items->size, items->with);
	}
	memcpy(out, &list, sizeof list);
}

const struct json_items json_texts = { sizeof(char *), json_text, NULL };

static const struct json_row *find(const struct json_row *row, const char *key)
{
	while (row->key && strcmp(row->key, key))
		row++;
	return row->key ? row : NULL;
}

void json_struct(const struct json_at *at, void *out, const void *with)
{
	const struct json_row *rows = with, *row;
	json_t *object = (json_t *)at->value, *value;
	const char *key;

	if (!expect(at, json_is_object(object), "an object"))
		return;
	json_object_foreach(object, key, value)
	{
		struct json_at member = {
			.doc = at->doc,
			.up = at,
			.key = key,
			.value = value,
		};

		row = find(rows, key);
		if (!row)
			json_error(&member, "no such property");
		else if (!json_is_null(value))
			row->read(&member, (char *)out + row->offset,
				  row->with);
		if (*at->doc->error)
			return;
	}
	for (row = rows; row->key; row++) {
		if (!row->required)
			continue;
		value = json_object_get(object, row->key);
		if (!value || json_is_null(value))
			json_error(at, "\"%s\" is missing", row->key);
	}
}
