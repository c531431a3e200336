/* value.h - a fuzz program of value parsers: the first byte says which, the rest is text */
#ifndef CINIT_TESTS_FUZZ_VALUE_H
#define CINIT_TESTS_FUZZ_VALUE_H

#include <stdlib.h>

#include "setup/flags/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Parses and checks the result; the program says how. Below 0: refused. */
static int one(struct value *v, unsigned which, const char *text);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena memory;
	struct value v = { .memory = &memory };
	const char *text;

	if (!size || arena_make(&memory, 1 << 20) < 0)
		return 0;
	text = arena_text(&memory, (const char *)data + 1, size - 1);
	if (text && one(&v, *data, text) < 0 && !*v.why)
		abort(); /* refused, and no reason */
	arena_free(&memory);
	return 0;
}

#endif
