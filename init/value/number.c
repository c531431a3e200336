/* number.c - numbers of options: sizes, times, ranges */
#include "init/value/value.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "init/base/parse.h"

enum { NANO = 1000000000 };

int value_bad(struct value *v, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(v->why, sizeof v->why, fmt, args);
	va_end(args);
	return -1;
}

int value_digits(const char *s, const char *end, uint64_t *out)
{
	uint64_t n = 0;

	if (s == end)
		return -1;
	for (; s < end; s++)
		if (*s < '0' || *s > '9' || __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, *s - '0', &n))
			return -1;
	*out = n;
	return 0;
}

/* 12, 12.5 or .5, with up to nine decimals */
static int fixed(const char *s, const char *end, uint64_t *whole,
		 uint32_t *nano)
{
	const char *dot = memchr(s, '.', end - s);
	uint64_t part = 0;

	*whole = *nano = 0;
	if (!dot)
		return value_digits(s, end, whole);
	if (end - dot > 10 || value_digits(dot + 1, end, &part) < 0)
		return -1;
	for (ptrdiff_t i = end - dot; i < 10; i++)
		part *= 10;
	*nano = part;
	return dot == s ? 0 : value_digits(s, dot, whole);
}

int value_whole(struct value *v, const char *text, uint64_t min, uint64_t max,
		uint64_t *out)
{
	uint64_t n;

	if (value_digits(text, text + strlen(text), &n) < 0 || n < min ||
	    n > max)
		return value_bad(v, "is not a number from %llu to %llu",
				 (unsigned long long)min,
				 (unsigned long long)max);
	*out = n;
	return 0;
}

int value_integer(struct value *v, const char *text, int64_t min, int64_t max,
		  int64_t *out)
{
	int minus = *text == '-';
	uint64_t n;
	int64_t value;

	if (value_digits(text + minus, text + strlen(text), &n) < 0 ||
	    n > INT64_MAX)
		goto bad;
	value = minus ? -(int64_t)n : (int64_t)n;
	if (value < min || value > max)
		goto bad;
	*out = value;
	return 0;
bad:
	return value_bad(v, "is not a number from %lld to %lld", (long long)min,
			 (long long)max);
}

int value_size(struct value *v, const char *text, uint64_t *out)
{
	static const char units[] = "kmgt";
	const char *end = text + strlen(text);
	const char *unit = end > text ? strchr(units, end[-1] | 0x20) : NULL;
	uint64_t whole, size;
	uint32_t nano;
	int shift = 0;

	if (unit) {
		shift = (unit - units + 1) * 10;
		end--;
	}
	if (fixed(text, end, &whole, &nano) < 0 ||
	    (!shift && memchr(text, '.', end - text)))
		return value_bad(v, "is not a size; write bytes or 512k, 512m, "
				    "1.5g");
	if (whole > (uint64_t)INT64_MAX >> shift)
		return value_bad(v, "is larger than any size can be");
	size = whole << shift;
	/* nano * 2^shift / 10^9 without leaving 64 bits: both halved 9 times */
	if (shift)
		size += ((uint64_t)nano << (shift - 9)) / (NANO >> 9);
	if (size > INT64_MAX)
		return value_bad(v, "is larger than any size can be");
	*out = size;
	return 0;
}

int value_limit(struct value *v, const char *text, uint64_t *out)
{
	if (!strcmp(text, "max")) {
		*out = UINT64_MAX;
		return 0;
	}
	if (value_size(v, text, out) == 0)
		return 0;
	return value_bad(v, "is not a size; write bytes or 512k, 512m, 1.5g, "
			    "or max");
}

int value_cpus(struct value *v, const char *text, uint64_t *out)
{
	uint64_t whole;
	uint32_t nano;

	/* The kernel takes no quota below 1 ms (sched-bwc.rst). */
	if (fixed(text, text + strlen(text), &whole, &nano) < 0 ||
	    whole > 8192 || (whole == 8192 && nano) ||
	    (!whole && nano < NANO / 100))
		return value_bad(v, "is not a number of CPUs; write 0.01 to "
				    "8192, e.g. 0.5 or 2");
	*out = whole * 100000 + nano / 10000;
	return 0;
}

int value_seconds(struct value *v, const char *text, uint64_t *seconds,
		  uint32_t *nanoseconds)
{
	if (fixed(text, text + strlen(text), seconds, nanoseconds) < 0)
		return value_bad(v, "is not a number of seconds; write e.g. "
				    "10 or 0.5");
	return 0;
}

int value_grace(struct value *v, const char *text, int64_t *out)
{
	if (!strcmp(text, "max"))
		*out = -1;
	else if (parse_seconds(text, out) < 0)
		return value_bad(v, "is not a number of seconds; write e.g. "
				    "10, 0.5, or max to wait without end");
	return 0;
}

int value_clock(struct value *v, const char *text, struct clock_offset *out)
{
	static const struct value_word clocks[] = {
		{ "monotonic", CLOCK_MONOTONIC },
		{ "boottime", CLOCK_BOOTTIME },
		{ "", 0 },
	};
	const int64_t most = INT64_MAX / NANO / 2; /* KTIME_SEC_MAX / 2 */
	const char *equal = strchr(text, '=');
	char name[16] = "";
	uint64_t clock, seconds;
	uint32_t nano;
	int minus;

	if (!equal)
		return value_bad(v, "is not CLOCK=SECONDS; write e.g. "
				    "boottime=3600");
	if ((size_t)(equal - text) < sizeof name)
		memcpy(name, text, equal - text);
	if (value_choice(v, name, clocks, &clock) < 0)
		return value_bad(v, "names no clock of a time namespace; write "
				    "monotonic=SECONDS or boottime=SECONDS");
	minus = equal[1] == '-';
	if (value_seconds(v, equal + 1 + minus, &seconds, &nano) < 0)
		return value_bad(v, "is not CLOCK=SECONDS; write e.g. "
				    "boottime=3600 or monotonic=-1.5");
	if (seconds >= (uint64_t)most)
		return value_bad(v,
				 "is further away than the kernel's clocks "
				 "go: %lld seconds",
				 (long long)most);
	/* The nanoseconds of a timespec count up, on both sides of zero. */
	out->seconds = minus ? -(int64_t)seconds : (int64_t)seconds;
	if (minus && nano) {
		out->seconds--;
		nano = NANO - nano;
	}
	out->nanoseconds = nano;
	out->clock = clock;
	return 0;
}
