/* json.h - JSON documents into structs, by tables of properties */
#ifndef CINIT_SETUP_OCI_JSON_H
#define CINIT_SETUP_OCI_JSON_H

#include <stddef.h>
#include <stdint.h>

#include "init/base/arena.h"
#include "init/plan/plan.h"

/*
 * A struct that a document fills has a table: one row per property, with the
 * reader for its type. What no row names is an error, and so is a value of
 * another type; the sentence says where: `syscalls[3].args[0].op: ...`. The
 * first error stays, and nothing after it matters: readers return nothing, the
 * caller looks at doc.error at the end. null is as good as absent.
 */
struct json_doc {
	void *root;	      /* json_t of jansson */
	struct arena *memory; /* strings and lists go here */
	char error[512];      /* empty: none */
};

/* A place in a document; those above it are on the stack of the callers. */
struct json_at {
	struct json_doc *doc;
	const struct json_at *up;
	const char *key; /* in an object; NULL: in a list */
	size_t index;
	const void *value; /* json_t */
};

/* Reads the value at a place into a member, `with` what its row says. */
typedef void json_reader(const struct json_at *at, void *out, const void *with);

struct json_row {
	const char *key;
	size_t offset; /* of the member */
	json_reader *read;
	const void *with;
	int required;
	const struct json_row *below; /* for who lists what there is */
};

enum { JSON_DEPTH = 64 };

/*
 * Parses the text, and changes it. "line:column: what" is the error when it is
 * no JSON, has a key twice, a NUL, bad UTF-8, a number that does not fit, more
 * than JSON_DEPTH levels, or is no object. Returns -1 then.
 */
int json_load(struct json_doc *doc, struct arena *memory, char *text,
	      size_t size);
void json_free(struct json_doc *doc);

struct json_at json_root(struct json_doc *doc);

/* Records an error at a place, unless there is one. */
void json_error(const struct json_at *at, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The readers. Members have the type that is said. */
json_reader json_struct; /* with: rows, ended by one without key */
json_reader json_list;	 /* LIST(...); with: struct json_items */
json_reader json_u64;	 /* uint64_t */
json_reader json_u32;	 /* uint32_t */
json_reader json_i64;	 /* int64_t */
json_reader json_bool;	 /* uint32_t */
json_reader json_text;	 /* const char *; no NUL inside */
json_reader json_word;	 /* uint32_t; with: words, ended by one without name */
json_reader json_map;	 /* LIST(struct pair); an object of strings */
json_reader json_ignore; /* any type: comments */
json_reader json_refuse; /* nothing but null; with: the reason, a phrase */

/* The place of an element of a list, or of a member: for readers of their own.
 * `at` must outlive it. Without value: there is none. */
struct json_at json_item(const struct json_at *at, size_t index);
struct json_at json_member(const struct json_at *at, const char *key);
size_t json_count(const struct json_at *at);
/* The string there; otherwise NULL and the error. It goes with the document. */
const char *json_chars(const struct json_at *at);

struct json_items {
	size_t size;	   /* of one element */
	json_reader *read; /* of one element */
	const void *with;
};

struct json_words { /* names and what they stand for */
	const char *name;
	uint32_t value;
};

extern const struct json_items json_texts; /* LIST(const char *) */

#endif
