/* value_numbers.c - fuzz: sizes, times, ranges; the first byte says which */
#include <stdlib.h>
#include <string.h>

#include "setup/flags/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena memory;
	struct value v = { .memory = &memory };
	struct clock_offset clock;
	struct id_range range;
	struct rlimit_row row;
	const char *text;
	uint64_t n = 0;
	int64_t ms = 0;
	uint32_t nano;
	int bad = 0;

	if (!size || arena_make(&memory, 1 << 20) < 0)
		return 0;
	text = arena_text(&memory, (const char *)data + 1, size - 1);
	if (!text)
		goto out;
	switch (*data % 10) {
	case 0:
		bad = value_whole(&v, text, 5, 500, &n);
		if (!bad && (n < 5 || n > 500))
			abort();
		break;
	case 1:
		bad = value_integer(&v, text, -1000, 1000, &ms);
		if (!bad && (ms < -1000 || ms > 1000))
			abort();
		break;
	case 2:
		bad = value_size(&v, text, &n);
		if (!bad && n > INT64_MAX)
			abort();
		break;
	case 3:
		bad = value_limit(&v, text, &n);
		if (!bad && n > INT64_MAX && strcmp(text, "max"))
			abort();
		break;
	case 4:
		bad = value_cpus(&v, text, &n);
		if (!bad && (n < 1000 || n > 819200000))
			abort();
		break;
	case 5:
		bad = value_seconds(&v, text, &n, &nano);
		if (!bad && nano > 999999999)
			abort();
		break;
	case 6:
		bad = value_grace(&v, text, &ms);
		if (!bad && ms < -1)
			abort();
		break;
	case 7:
		bad = value_clock(&v, text, &clock);
		if (!bad && clock.nanoseconds > 999999999)
			abort();
		break;
	case 8:
		bad = value_range(&v, text, &range);
		if (!bad && (!range.count ||
			     range.inside + (uint64_t)range.count > UINT32_MAX))
			abort();
		break;
	case 9:
		bad = value_ulimit(&v, text, &row);
		if (!bad && row.soft > row.hard)
			abort();
		break;
	}
	if (!!bad != !!*v.why)
		abort(); /* refused, and no reason; or the other way round */
out:
	arena_free(&memory);
	return 0;
}
