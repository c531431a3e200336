/* parse_values.c - fuzz: numbers, seconds, signals of init/base/parse.h */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "init/base/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Any byte asks for another limit, among them those at the edges. */
static uint64_t most_of(uint8_t byte)
{
	return byte < 65 ? (byte ? UINT64_MAX >> (byte - 1) : 0) : byte;
}

static void number(const char *text, uint64_t most)
{
	size_t digits = strspn(text, "0123456789");
	uint64_t n = 0, again;
	char shown[32];

	if (parse_number(text, most, &n) < 0) {
		/* up to 18 digits there is no overflow to think of */
		if (*text && !text[digits] && digits < 19 &&
		    strtoull(text, NULL, 10) <= most)
			abort();
		return;
	}
	if (!digits || text[digits] || n > most)
		abort();
	snprintf(shown, sizeof shown, "%llu", (unsigned long long)n);
	if (strcmp(shown, text + strspn(text, "0")) && n)
		abort();
	if (parse_number(shown, n, &again) < 0 || again != n)
		abort();
	if (n && !parse_number(shown, n - 1, &again))
		abort();
}

static void seconds(const char *text)
{
	int64_t ms, again;
	char shown[32];

	if (parse_seconds(text, &ms) < 0)
		return;
	if (ms < 0 || ms > 1000000000999)
		abort();
	snprintf(shown, sizeof shown, "%lld.%03lld", (long long)ms / 1000,
		 (long long)ms % 1000);
	if (parse_seconds(shown, &again) < 0 || again != ms)
		abort();
}

static void signals(const char *text)
{
	int sig, again;

	if (parse_signal(text, &sig) < 0)
		return;
	if (sig < 1 || sig > 64)
		abort();
	if (parse_signal(signal_name(sig), &again) < 0 || again != sig)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (!size)
		return 0;
	text = malloc(size); /* exactly as large: ASan sees the end */
	memcpy(text, data + 1, size - 1);
	text[size - 1] = 0;
	number(text, most_of(*data));
	seconds(text);
	signals(text);
	free(text);
	return 0;
}
