/* plan_decode.c - fuzz: any text as a plan; what is taken stays as it is */
#include <stdlib.h>
#include <string.h>

#include "init/plan/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY = 1 << 20, KEY_BYTE = 0x80 };

struct text {
	char *at;
	size_t size;
};

/* The keys of all rows, one after the other; NULL when there is no such. */
static const char *key(const struct plan_row *rows, const char *group,
		       unsigned *n, char name[64])
{
	const char *found = NULL;

	for (; rows->key && !found; rows++) {
		strcpy(name, group);
		if (*group)
			strcat(name, ".");
		strcat(name, rows->key);
		if (rows->type != PLAN_GROUP && !(*n)--)
			return strcat(name, "=");
		if (rows->rows)
			found = key(rows->rows, rows->key, n, name);
	}
	return found;
}

/*
 * The same bytes, but that one above 127 at the start of a record stands for a
 * key of the tables: so the fuzzer need not guess them.
 */
static struct text expand(const uint8_t *data, size_t size)
{
	struct text t = { malloc(size * 64 + 1), 0 };
	char *exact;

	for (size_t i = 0; i < size; i++) {
		unsigned n = data[i] - KEY_BYTE;
		char name[64];

		if (data[i] >= KEY_BYTE && (!i || !data[i - 1]) &&
		    key(plan_rows, "", &n, name)) {
			memcpy(t.at + t.size, name, strlen(name));
			t.size += strlen(name);
		} else {
			t.at[t.size++] = data[i];
		}
	}
	exact = malloc(t.size); /* exactly as large: ASan sees the end */
	memcpy(exact, t.at, t.size);
	free(t.at);
	t.at = exact;
	return t;
}

static int decode(struct plan *p, struct text t, struct arena *memory)
{
	char why[200] = "";
	int bad;

	memory->used = 0;
	bad = plan_decode(p, t.at, t.size, memory, why, sizeof why);
	if (!bad != !*why)
		abort(); /* refused, and no reason; or the other way round */
	return bad;
}

static struct text encode(const struct plan *p)
{
	struct text t = { NULL, plan_encode(p, NULL, 0) };

	t.at = malloc(t.size);
	if (plan_encode(p, t.at, t.size) != t.size)
		abort();
	return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text first = expand(data, size), second, third;
	struct arena memory;
	char why[200] = "";
	struct plan p;

	if (arena_make(&memory, MEMORY) < 0)
		abort();
	if (decode(&p, first, &memory) < 0)
		goto out;
	if (!plan_check(&p, size % 4, why, sizeof why) != !*why)
		abort();
	second = encode(&p);
	third = (struct text){ malloc(second.size), second.size };
	memcpy(third.at, second.at, second.size);
	memset(memory.base, 0, memory.used);
	if (decode(&p, third, &memory) < 0)
		abort(); /* we do not understand what we wrote */
	free(first.at);
	first = encode(&p);
	if (first.size != second.size ||
	    memcmp(first.at, second.at, first.size))
		abort();
	free(second.at);
	free(third.at);
out:
	free(first.at);
	arena_free(&memory);
	return 0;
}
