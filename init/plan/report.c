/* report.c - how a run ended, as JSON */
#include "init/plan/report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "init/base/arena.h"
#include "init/base/fd.h"

enum kind { TEXT, NUMBER, SECONDS, MICROSECONDS };

static const struct row {
	const char *key;
	size_t offset;
	enum kind kind;
} rows[] = {
	{ "name", offsetof(struct report, name), TEXT },
	{ "command", offsetof(struct report, command), TEXT },
	{ "error", offsetof(struct report, error), TEXT },
	{ "status", offsetof(struct report, status), NUMBER },
	{ "signal", offsetof(struct report, signal), NUMBER },
	{ "killed_late", offsetof(struct report, late), NUMBER },
	{ "started", offsetof(struct report, started_ns), SECONDS },
	{ "running", offsetof(struct report, running_ns), SECONDS },
	{ "ended", offsetof(struct report, ended_ns), SECONDS },
	{ "processes_reaped", offsetof(struct report, reaped), NUMBER },
	{ "cpu_seconds", offsetof(struct report, cpu_us), MICROSECONDS },
	{ "user_seconds", offsetof(struct report, user_us), MICROSECONDS },
	{ "system_seconds", offsetof(struct report, system_us), MICROSECONDS },
	{ "throttled_seconds", offsetof(struct report, throttled_us),
	  MICROSECONDS },
	{ "memory_peak", offsetof(struct report, memory_peak), NUMBER },
	{ "memory_max", offsetof(struct report, memory_max), NUMBER },
	{ "pids_peak", offsetof(struct report, pids_peak), NUMBER },
	{ "pids_max", offsetof(struct report, pids_max), NUMBER },
	{ "pids_refused", offsetof(struct report, pids_refused), NUMBER },
	{ "oom_kills", offsetof(struct report, oom_kills), NUMBER },
	{ "oom_pid", offsetof(struct report, oom_pid), NUMBER },
	{ "oom_victim", offsetof(struct report, oom_victim), TEXT },
};

void report_clear(struct report *r)
{
	memset(r, 0, sizeof *r);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].kind != TEXT)
			*(uint64_t *)((char *)r + rows[i].offset) =
				REPORT_UNKNOWN;
}

struct text {
	char *to;
	size_t size, used;
};

static void put(struct text *t, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++, t->used++)
		if (t->used < t->size)
			t->to[t->used] = s[i];
}

/* The bytes of the UTF-8 character at s (RFC 3629, 4); 0: it is none. */
static size_t character(const char *s)
{
	unsigned char c = s[0], next = s[1];
	size_t n = c < 0x80 ? 1 :
		   c < 0xc2 ? 0 :
		   c < 0xe0 ? 2 :
		   c < 0xf0 ? 3 :
		   c < 0xf5 ? 4 :
			      0;

	/* Too long for what it says, a surrogate, or beyond the last one. */
	if ((c == 0xe0 && next < 0xa0) || (c == 0xed && next > 0x9f) ||
	    (c == 0xf0 && next < 0x90) || (c == 0xf4 && next > 0x8f))
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

/*
 * A JSON string (RFC 8259, 7, 8.1). Names of processes and commands are
 * whatever their owners say, or the first 15 bytes of it.
 */
static void put_string(struct text *t, const char *s)
{
	char escape[8];
	size_t n;

	put(t, "\"", 1);
	for (; *s; s += n ? n : 1) {
		n = character(s);
		if (!n) {
			put(t, "\\ufffd", 6);
			continue;
		}
		if (*s == '"' || *s == '\\')
			put(t, "\\", 1);
		if (n > 1 || *s >= ' ')
			put(t, s, n);
		else
			put(t, escape,
			    snprintf(escape, sizeof escape, "\\u%04x", *s));
	}
	put(t, "\"", 1);
}

static void put_number(struct text *t, uint64_t v, enum kind kind)
{
	char text[48];
	unsigned long long n = v;
	int len = 0;

	if (kind == NUMBER)
		len = snprintf(text, sizeof text, "%llu", n);
	if (kind == SECONDS)
		len = snprintf(text, sizeof text, "%llu.%09llu", n / 1000000000,
			       n % 1000000000);
	if (kind == MICROSECONDS)
		len = snprintf(text, sizeof text, "%llu.%06llu", n / 1000000,
			       n % 1000000);
	put(t, text, len);
}

size_t report_format(const struct report *r, char *text, size_t size)
{
	struct text t = { text, size, 0 };
	const char *comma = "\n  ";

	put(&t, "{", 1);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const void *at = (const char *)r + rows[i].offset;
		const char *s = *(const char *const *)at;
		uint64_t v = *(const uint64_t *)at;

		if (rows[i].kind == TEXT ? !s : v == REPORT_UNKNOWN)
			continue;
		put(&t, comma, strlen(comma));
		comma = ",\n  ";
		put_string(&t, rows[i].key);
		put(&t, ": ", 2);
		if (rows[i].kind == TEXT)
			put_string(&t, s);
		else
			put_number(&t, v, rows[i].kind);
	}
	put(&t, "\n}\n", 3);
	return t.used;
}

size_t report_string(const char *s, char *text, size_t size)
{
	struct text t = { text, size, 0 };

	put_string(&t, s);
	return t.used;
}

int report_open(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY,
		    0644);
}

int report_write(const struct report *r, int fd)
{
	size_t size = report_format(r, NULL, 0);
	struct arena memory;
	char *text;
	int done;

	if (arena_make(&memory, size) < 0)
		return -1;
	text = arena_take(&memory, size);
	report_format(r, text, size);
	done = fd_write_all(fd, text, size);
	arena_free(&memory);
	return done;
}
