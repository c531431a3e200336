/* value.c - values of cgroup files, compared by what they mean */
#include "init/cgroup/internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/auxv.h>
#include <unistd.h>

int because(struct why *why, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why->text, sizeof why->text, fmt, args);
	va_end(args);
	return -1;
}

/* The integer at *p in base 8, 10 or 16 as C has it, which then points behind
 * it. -1: there is none, or it is too big. */
static int integer(const char **p, uint64_t *n)
{
	static const char digits[] = "0123456789abcdef";
	unsigned base = **p != '0' ? 10 : ((*p)[1] | 0x20) != 'x' ? 8 : 16;
	const char *start = *p += base == 16 ? 2 : 0, *digit;

	*n = 0;
	for (; **p >= '0' && (digit = strchr(digits, **p | 0x20)); ++*p) {
		unsigned value = digit - digits;

		if (value >= base)
			break;
		if (*n > (UINT64_MAX - value) / base)
			return -1;
		*n = *n * base + value;
	}
	return *p == start ? -1 : 0;
}

/*
 * page_counter.h: PAGE_COUNTER_MAX is LONG_MAX / PAGE_SIZE pages, which v1
 * shows in bytes and v2 as "max".
 */
static uint64_t unlimited(void)
{
	uint64_t page = getauxval(AT_PAGESZ);

	return INT64_MAX / page * page;
}

int value_number(const char *text, int bytes, uint64_t *n)
{
	static const char suffix[] = "kmgtpe";
	const char *s;

	*n = UINT64_MAX;
	if (!strcmp(text, "max"))
		return 0;
	if (integer(&text, n) < 0)
		return -1;
	if (bytes && *text && (s = strchr(suffix, *text | 0x20))) {
		unsigned shift = 10 * (s - suffix + 1);

		*n = *n > UINT64_MAX >> shift ? UINT64_MAX : *n << shift;
		text++;
	}
	/* a hugetlb counter in whole huge pages ends a little below */
	if (bytes && *n >= unlimited())
		*n = UINT64_MAX;
	return *text ? -1 : 0;
}

uint64_t value_unit(const char *key)
{
	uint64_t unit = getauxval(AT_PAGESZ);
	char size[16];
	const char *dot;

	if (strncmp(key, "hugetlb.", 8) != 0)
		return unit;
	key += 8;
	dot = strchr(key, '.');
	/* "2MB": the B would be a suffix too many */
	if (dot && dot > key + 1 && dot[-1] == 'B' &&
	    dot - key < (long)sizeof size) {
		memcpy(size, key, dot - key - 1);
		size[dot - key - 1] = 0;
		if (value_number(size, 1, &unit) < 0 || !unit)
			unit = getauxval(AT_PAGESZ);
	}
	return unit;
}

int key_match(const char *pattern, const char *key, const char **star, int *len)
{
	const char *at = strchr(pattern, '*');
	size_t head = at ? (size_t)(at - pattern) : strlen(pattern);

	*star = NULL;
	*len = 0;
	if (!at)
		return !strcmp(pattern, key);
	if (strncmp(pattern, key, head) != 0)
		return 0;
	*star = key + head;
	*len = strcspn(*star, ".");
	return *len && !strcmp(at + 1, *star + *len);
}

static int same_number(const char *want, const char *got)
{
	int minus = *want == '-';
	uint64_t a, b;

	if (minus != (*got == '-'))
		return 0;
	return !value_number(want + minus, 0, &a) &&
	       !value_number(got + minus, 0, &b) && a == b;
}

static int same_bytes(uint64_t unit, const char *want, const char *got)
{
	uint64_t a, b;

	if (!strcmp(want, "-1"))
		want = "max";
	if (value_number(want, 1, &a) < 0 || value_number(got, 1, &b) < 0)
		return 0;
	/* v1's hugetlb shows its largest in whole huge pages */
	if (b >= unlimited() / unit * unit)
		b = UINT64_MAX;
	return a == b || (a != UINT64_MAX && a - a % unit == b);
}

/* kernel: lib/bitmap-str.c; NR_CPUS is at most 8192 */
struct set {
	unsigned char member[8192 / 8];
};

/* Of each `group` numbers from first to last the first `used`. */
static int parse_range(const char **p, struct set *set)
{
	uint64_t first, last, used = 1, group = 1;

	if (integer(p, &first) < 0)
		return -1;
	last = first;
	if (**p == '-' && (++*p, integer(p, &last) < 0))
		return -1;
	if (**p == ':' && (++*p, integer(p, &used) < 0 || *(*p)++ != '/' ||
					 integer(p, &group) < 0))
		return -1;
	if (first > last || last >= 8 * sizeof set->member || !group || !used ||
	    used > group)
		return -1;
	for (uint64_t i = first; i <= last; i++)
		if ((i - first) % group < used)
			set->member[i / 8] |= 1 << i % 8;
	return 0;
}

static int parse_list(const char *p, struct set *set)
{
	memset(set, 0, sizeof *set);
	while (*p) {
		if (parse_range(&p, set) < 0)
			return -1;
		while (*p == ',' || *p == ' ' || *p == '\n')
			p++;
	}
	return 0;
}

static int same_list(const char *want, const char *got)
{
	struct set a, b;

	return !parse_list(want, &a) && !parse_list(got, &b) &&
	       !memcmp(&a, &b, sizeof a);
}

size_t value_word(const char **p, char *word, size_t size)
{
	size_t n;

	*p += strspn(*p, " \t");
	n = strcspn(*p, " \t\n");
	if (n >= size)
		return 0;
	memcpy(word, *p, n);
	word[n] = 0;
	*p += n;
	return n;
}

static int same_quota(const char *want, const char *got)
{
	char a[32], b[32];

	if (!value_word(&want, a, sizeof a) || !value_word(&got, b, sizeof b) ||
	    !same_number(a, b))
		return 0;
	if (!value_word(&want, a, sizeof a))
		return 1; /* no period asked for */
	return value_word(&got, b, sizeof b) && same_number(a, b);
}

const char *value_line(const char *text, const char *key)
{
	size_t n = strlen(key);

	while (text) {
		if (!strncmp(text, key, n) &&
		    (text[n] == ' ' || text[n] == '\t'))
			return text + n;
		text = strchr(text, '\n');
		text += !!text;
	}
	return NULL;
}

static int same_device(const char *want, const char *got)
{
	char device[32], a[32], b[32] = "0";
	const char *line;

	if (!value_word(&want, device, sizeof device) ||
	    !value_word(&want, a, sizeof a))
		return 0;
	line = value_line(got, device);
	if (line)
		value_word(&line, b, sizeof b);
	return same_number(a, b);
}

/* The value of `key` among the words key=value of this line, or "max". */
static void field_of(const char *line, const char *key, char *value,
		     size_t size)
{
	char word[64];
	size_t n = strlen(key);

	snprintf(value, size, "max");
	while (line && value_word(&line, word, sizeof word))
		if (!strncmp(word, key, n) && word[n] == '=')
			snprintf(value, size, "%s", word + n + 1);
}

static int same_fields(const char *want, const char *got)
{
	char device[32], word[64], b[64], *value;
	const char *line;

	if (!value_word(&want, device, sizeof device))
		return 0;
	line = value_line(got, device);
	while (value_word(&want, word, sizeof word)) {
		value = strchr(word, '=');
		if (!value)
			return 0;
		*value++ = 0;
		field_of(line, word, b, sizeof b);
		if (!same_number(value, b))
			return 0;
	}
	return 1;
}

static int same_weight(const char *want, const char *got)
{
	char who[32], a[32], b[32] = "default";
	const char *line;

	if (!value_word(&want, who, sizeof who))
		return 0;
	if (!value_word(&want, a, sizeof a)) {
		memcpy(a, who, sizeof a);
		strcpy(who, "default");
	}
	line = value_line(got, who);
	if (line)
		value_word(&line, b, sizeof b);
	return !strcmp(a, b) || same_number(a, b);
}

int value_same(enum meaning meaning, uint64_t unit, const char *want,
	       const char *got)
{
	uint64_t a, b;

	switch (meaning) {
	case MEANS_TEXT:
		return !strcmp(want, got);
	case MEANS_NUMBER:
		return same_number(want, got);
	case MEANS_BYTES:
		return same_bytes(unit, want, got);
	case MEANS_LIST:
		return same_list(want, got);
	case MEANS_QUOTA:
		return same_quota(want, got);
	case MEANS_DEVICE:
		return same_device(want, got);
	case MEANS_FIELDS:
		return same_fields(want, got);
	case MEANS_WEIGHT:
		return same_weight(want, got);
	case MEANS_UNKNOWN:
		/* the kernel took it; numbers we can compare at least */
		return value_number(want, 1, &a) < 0 ||
		       value_number(got, 1, &b) < 0 ||
		       same_bytes(unit, want, got);
	}
	return 0;
}

int value_device(const char *value, char *buf, size_t size, struct why *why)
{
	size_t n = strcspn(value, " ");
	struct stat st;
	int len;

	if (strncmp(value, "/dev/", 5) != 0) {
		len = snprintf(buf, size, "%s", value);
	} else {
		len = snprintf(buf, size, "%.*s", (int)n, value);
		if (len >= (int)size)
			return because(why,
				       "the path of the device is too long");
		if (stat(buf, &st) < 0)
			return because(why, "look at %.*s: %m", (int)n, value);
		if (!S_ISBLK(st.st_mode))
			return because(why, "%.*s is not a block device",
				       (int)n, value);
		len = snprintf(buf, size, "%u:%u%s", major(st.st_rdev),
			       minor(st.st_rdev), value + n);
	}
	return len < (int)size ? 0 : because(why, "the value is too long");
}
