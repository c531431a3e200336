/* plan_rows.c - every byte of the plan belongs to exactly one row */
#include <string.h>

#include "init/plan/plan.h"
#include "tests/unit/tap.h"

/* What a member of each type takes; a group is as large as its struct. */
static const size_t sizes[] = {
	[PLAN_U64] = 8,
	[PLAN_I64] = 8,
	[PLAN_U32] = 4,
	[PLAN_HEX] = 8,
	[PLAN_TEXT] = sizeof(char *),
	[PLAN_TEXTS] = sizeof(LIST(char *)),
	[PLAN_WORDS] = sizeof(LIST(uint64_t)),
	[PLAN_LIST] = sizeof(LIST(char)),
};

/* The key of the row that has the byte, or NULL. */
static const char *owner(const struct plan_row *rows, size_t byte)
{
	for (; rows->key; rows++)
		if (byte - rows->offset < rows->size)
			return rows->key;
	return NULL;
}

static void bytes(const char *name, const struct plan_row *rows, size_t size)
{
	unsigned char taken[sizeof(struct plan)] = { 0 };
	int inside = 1, once = 1, all = 1;

	for (const struct plan_row *row = rows; row->key; row++) {
		if (row->offset + row->size > size) {
			printf("# %s ends behind the struct\n", row->key);
			inside = 0;
			continue;
		}
		for (size_t i = 0; i < row->size; i++)
			if (taken[row->offset + i]++) {
				printf("# byte %zu of %s is %s's as well\n", i,
				       row->key, owner(rows, row->offset + i));
				once = 0;
				break;
			}
	}
	for (size_t i = 0; i < size; i++) {
		const char *before = i ? owner(rows, i - 1) : "the start";

		if (!taken[i] && before)
			printf("# what is behind %s has no row\n", before);
		all &= !!taken[i];
	}
	okf(inside, "the rows of %s are within its struct", name);
	okf(once, "no byte of %s is in two rows", name);
	okf(all, "no byte of %s is without a row", name);
}

/* A mode may be of either width. */
static size_t size_of(const struct plan_row *row)
{
	if (row->type == PLAN_OCTAL)
		return row->size == 8 ? 8 : 4;
	return row->type == PLAN_GROUP ? row->stride : sizes[row->type];
}

static void shapes(const char *name, const struct plan_row *rows)
{
	int good = 1, unique = 1, plain = 1;

	for (const struct plan_row *row = rows; row->key; row++) {
		int structs = row->type == PLAN_GROUP || row->type == PLAN_LIST;

		if (row->size != size_of(row) ||
		    structs != !!row->rows || structs != !!row->stride) {
			printf("# %s is of another type\n", row->key);
			good = 0;
		}
		plain &= !strchr(row->key, '=') && *row->key;
		/* The first pass takes what has a dot for no list. */
		plain &= !strchr(row->key, '.') ||
			 (row->type != PLAN_TEXTS && row->type != PLAN_WORDS);
		for (const struct plan_row *other = rows; other < row; other++)
			unique &= strcmp(row->key, other->key) != 0;
	}
	okf(good, "the rows of %s have the size of their type", name);
	okf(unique && plain, "each row of %s has a key of its own", name);
}

/* "root.tree" would be a member of "root" if there were such a struct. */
static void no_ambiguity(void)
{
	int good = 1, few = 1;

	for (const struct plan_row *row = plan_rows; row->key; row++) {
		size_t n = strlen(row->key);

		few = row - plan_rows < 64;
		for (const struct plan_row *r = plan_rows; r->key; r++)
			if (row->rows && !strncmp(r->key, row->key, n) &&
			    r->key[n] == '.')
				good = 0;
	}
	ok(good, "no key reads like a member of a struct");
	ok(few, "the decoder has a bit for each row of the plan");
}

static void table(const char *name, const struct plan_row *rows, size_t size)
{
	bytes(name, rows, size);
	shapes(name, rows);
	for (const struct plan_row *row = rows; row->key; row++)
		if (row->rows)
			table(row->key, row->rows, row->stride);
}

int main(void)
{
	table("the plan", plan_rows, sizeof(struct plan));
	no_ambiguity();
	return done();
}
