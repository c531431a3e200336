/* word.c - words, names and lists of them in the values of options */
#include "init/value/value.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>

#include "init/base/parse.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80 /* linux/sched.h */
#endif

static const char lower[] = "abcdefghijklmnopqrstuvwxyz";
static const char upper[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char decimal[] = "0123456789";

/* Is c one of these characters, or a letter or a digit as asked for? */
enum { LOWER = 1, UPPER = 2, DIGIT = 4, ALNUM = 7 };

static int is(int c, unsigned kinds, const char *others)
{
	return c &&
	       ((kinds & LOWER && strchr(lower, c)) ||
		(kinds & UPPER && strchr(upper, c)) ||
		(kinds & DIGIT && strchr(decimal, c)) || strchr(others, c));
}

/* Only such characters in the whole text, at least one, at most `most`? */
static int made_of(const char *text, size_t most, unsigned kinds,
		   const char *others)
{
	size_t n = 0;

	while (is(text[n], kinds, others))
		n++;
	return n && n <= most && !text[n];
}

/*
 * The next piece of a comma-separated list as a string in buf; 0 at the end,
 * -1 when it does not fit: no word is that long.
 */
static int next(const char **list, char *buf, size_t size)
{
	size_t len;

	if (!*list)
		return 0;
	len = strcspn(*list, ",");
	if (len >= size)
		return -1;
	memcpy(buf, *list, len);
	buf[len] = 0;
	*list = (*list)[len] ? *list + len + 1 : NULL;
	return 1;
}

static const struct value_word *find(const struct value_word *rows,
				     const char *name)
{
	for (; rows->name[0]; rows++)
		if (!strcmp(rows->name, name))
			return rows;
	return NULL;
}

/* "is not one of a, b, c" */
static void not_one_of(struct value *v, const struct value_word *rows)
{
	size_t n = snprintf(v->why, sizeof v->why, "is not one of");

	for (const struct value_word *r = rows; r->name[0]; r++)
		if (n < sizeof v->why)
			n += snprintf(v->why + n, sizeof v->why - n, "%s %s",
				      r == rows ? "" : ",", r->name);
}

int value_choice(struct value *v, const char *text,
		 const struct value_word *rows, uint64_t *out)
{
	const struct value_word *r = find(rows, text);

	if (!r) {
		not_one_of(v, rows);
		return -1;
	}
	*out = r->bits;
	return 0;
}

int value_namespaces(struct value *v, const char *text, uint64_t *out)
{
	static const struct value_word names[] = {
		{ "pid", CLONE_NEWPID },   { "uts", CLONE_NEWUTS },
		{ "ipc", CLONE_NEWIPC },   { "net", CLONE_NEWNET },
		{ "user", CLONE_NEWUSER }, { "cgroup", CLONE_NEWCGROUP },
		{ "time", CLONE_NEWTIME }, { "", 0 },
	};
	uint64_t bits = 0, bit;
	char name[16];
	int more;

	while ((more = next(&text, name, sizeof name)) > 0) {
		if (!strcmp(name, "mount"))
			return value_bad(v,
					 "is refused: the container's root "
					 "needs a mount namespace of its own");
		if (value_choice(v, name, names, &bit) < 0)
			return -1;
		bits |= bit;
	}
	if (more < 0) {
		not_one_of(v, names);
		return -1;
	}
	*out = bits;
	return 0;
}

/* From number 0 on, one behind the other; at their end an empty one. */
static const char capability_names[] =
#include "cap_names.h" /* caps_gen.c makes it */
	;

int value_cap(const char *name, uint64_t *bit)
{
	if (!strncasecmp(name, "cap_", 4))
		name += 4;
	*bit = 1;
	for (const char *c = capability_names; *c; c += strlen(c) + 1) {
		if (!strcasecmp(c, name))
			return 0;
		*bit <<= 1;
	}
	return -1;
}

int value_caps(struct value *v, const char *text, uint64_t *out)
{
	char name[48];
	uint64_t bits = 0, bit;
	int more;

	while ((more = next(&text, name, sizeof name)) > 0) {
		if (!strcasecmp(name, "all"))
			bits = UINT64_MAX;
		else if (value_cap(name, &bit) == 0)
			bits |= bit;
		else
			break;
	}
	if (more)
		return value_bad(v, "is not a capability; write e.g. NET_ADMIN "
				    "or ALL, see capabilities(7)");
	*out = bits;
	return 0;
}

int value_signal(struct value *v, const char *text, uint64_t *out)
{
	int signal;

	if (parse_signal(text, &signal) < 0)
		return value_bad(v, "is not a signal; write e.g. TERM, SIGINT, "
				    "RTMIN+3 or a number from 1 to 64");
	*out = signal;
	return 0;
}

static int one_ulimit(struct value *v, const char *text, uint64_t *out)
{
	if (strcmp(text, "unlimited") && strcmp(text, "-1"))
		return value_whole(v, text, 0, UINT64_MAX - 1, out);
	*out = UINT64_MAX;
	return 0;
}

int value_ulimit(struct value *v, const char *text, struct rlimit_row *out)
{
	static const struct value_word names[] = {
		{ "as", RLIMIT_AS },
		{ "core", RLIMIT_CORE },
		{ "cpu", RLIMIT_CPU },
		{ "data", RLIMIT_DATA },
		{ "fsize", RLIMIT_FSIZE },
		{ "locks", RLIMIT_LOCKS },
		{ "memlock", RLIMIT_MEMLOCK },
		{ "msgqueue", RLIMIT_MSGQUEUE },
		{ "nice", RLIMIT_NICE },
		{ "nofile", RLIMIT_NOFILE },
		{ "nproc", RLIMIT_NPROC },
		{ "rss", RLIMIT_RSS },
		{ "rtprio", RLIMIT_RTPRIO },
		{ "rttime", RLIMIT_RTTIME },
		{ "sigpending", RLIMIT_SIGPENDING },
		{ "stack", RLIMIT_STACK },
		{ "", 0 },
	};
	char copy[64], *soft = NULL, *hard;
	const struct value_word *r = NULL;
	size_t len = strlen(text);

	if (len < sizeof copy) {
		memcpy(copy, text, len + 1);
		soft = strchr(copy, '=');
		if (soft) {
			*soft++ = 0;
			r = find(names, copy);
			if (!r) {
				not_one_of(v, names);
				return -1;
			}
		}
	}
	if (!r)
		return value_bad(v, "is not NAME=SOFT[:HARD]; write e.g. "
				    "nofile=1024:4096");
	hard = strchr(soft, ':');
	if (hard)
		*hard++ = 0;
	if (one_ulimit(v, soft, &out->soft) < 0 ||
	    one_ulimit(v, hard ? hard : soft, &out->hard) < 0)
		return value_bad(v,
				 "has a limit that is not a number; write "
				 "e.g. %s=1024:4096 or %s=unlimited",
				 copy, copy);
	if (out->soft > out->hard)
		return value_bad(v, "has a soft limit above the hard one");
	out->resource = r->bits;
	return 0;
}

int value_cpuset(struct value *v, const char *text, const char **out)
{
	const char *list = text;
	char piece[16];
	int more;

	while ((more = next(&list, piece, sizeof piece)) > 0) {
		char *to = strchr(piece, '-');
		uint64_t first, last;

		if (to)
			*to++ = 0;
		if (value_whole(v, piece, 0, 8191, &first) < 0 ||
		    value_whole(v, to ? to : piece, first, 8191, &last) < 0)
			break;
	}
	if (more)
		return value_bad(v, "is not a list of numbers; write e.g. 0-3 "
				    "or 0,2");
	*out = text;
	return 0;
}

int value_io_max(struct value *v, const char *text, const char **out)
{
	static const struct value_word keys[] = {
		{ "rbps", 1 },	{ "wbps", 1 }, { "riops", 0 },
		{ "wiops", 0 }, { "", 0 },
	};
	const char *colon = strrchr(text, ':'), *list, *minor;
	char piece[40], number[24], *line;
	uint64_t n;
	int more;

	if (!colon || !colon[1])
		goto bad;
	list = colon + 1;
	line = arena_text(v->memory, text, colon - text);
	if (!line)
		goto bad;
	minor = strchr(line, ':');
	if (*line != '/' &&
	    (!minor || strspn(line, decimal) != (size_t)(minor - line) ||
	     minor == line || !made_of(minor + 1, 10, DIGIT, "")))
		goto bad;
	if (strpbrk(line, " \t\n"))
		goto bad;
	while ((more = next(&list, piece, sizeof piece)) > 0) {
		char *value = strchr(piece, '=');
		const struct value_word *key;

		if (!value)
			break;
		*value++ = 0;
		key = find(keys, piece);
		if (!key)
			break;
		if (!strcmp(value, "max"))
			n = UINT64_MAX;
		else if (key->bits ? value_size(v, value, &n) :
				     value_whole(v, value, 1, UINT32_MAX, &n))
			break;
		if (!n)
			break;
		snprintf(number, sizeof number, "%llu", (unsigned long long)n);
		line = arena_printf(v->memory, "%s %s=%s", line, piece,
				    n == UINT64_MAX ? "max" : number);
		if (!line)
			break;
	}
	if (more)
		goto bad;
	*out = line;
	return 0;
bad:
	return value_bad(v, "is not DEVICE:KEY=N[,KEY=N]; write e.g. "
			    "/dev/sda:rbps=10m,wiops=100 (rbps, wbps, riops, "
			    "wiops)");
}

/* KEY=VALUE with a value; the key is copied. */
static int split_pair(struct value *v, const char *text, struct pair *out)
{
	const char *equal = strchr(text, '=');

	if (!equal || equal == text || !equal[1] || equal - text > 255 ||
	    strchr(equal, '\n'))
		return -1;
	out->key = arena_text(v->memory, text, equal - text);
	out->value = equal + 1;
	return out->key ? 0 : -1;
}

int value_cgroup(struct value *v, const char *text, struct pair *out)
{
	if (split_pair(v, text, out) < 0 ||
	    !made_of(out->key, 64, LOWER | DIGIT, "._") ||
	    !strchr(out->key, '.') || !is(*out->key, LOWER, "") ||
	    parse_has_dots(out->key))
		return value_bad(v, "is not KEY=VALUE of cgroup v2; write e.g. "
				    "memory.high=64m or cpu.max=\"50000 "
				    "100000\"");
	return 0;
}

/* No part is empty, "." or ".." when dots become slashes and these dots. */
static int is_key(const char *key)
{
	if (!made_of(key, 255, LOWER | DIGIT, "._-/"))
		return 0;
	for (const char *p = key; *p; p++)
		if (strchr("./", *p) &&
		    (p == key || !is(p[1], LOWER | DIGIT, "_-") ||
		     !is(p[-1], LOWER | DIGIT, "_-")))
			return 0;
	return 1;
}

/* As sysctl(8): net/ipv4/conf/eth0.1/x is net.ipv4.conf.eth0/1.x as well. */
static void separate_by_dots(char *key)
{
	if (key[strcspn(key, "./")] == '/')
		for (; *key; key++)
			*key = *key == '.' ? '/' : *key == '/' ? '.' : *key;
}

int value_sysctl(struct value *v, const char *text, struct pair *out,
		 uint64_t *needs)
{
	static const struct value_word prefixes[] = {
		{ "net.", CLONE_NEWNET },
		{ "kernel.shm", CLONE_NEWIPC },
		{ "kernel.msg", CLONE_NEWIPC },
		{ "fs.mqueue.", CLONE_NEWIPC },
		{ "user.", CLONE_NEWUSER },
		{ "", 0 },
	};
	int bad = split_pair(v, text, out) < 0;

	if (!bad)
		separate_by_dots((char *)out->key);
	if (bad || !is_key(out->key))
		return value_bad(v, "is not KEY=VALUE; write e.g. "
				    "net.ipv4.ip_forward=1 (a dot in an "
				    "interface's name as /)");
	if (!strcmp(out->key, "kernel.hostname") ||
	    !strcmp(out->key, "kernel.domainname"))
		return value_bad(v, "is set by --%s", out->key + 7);
	*needs = strcmp(out->key, "kernel.sem") ? 0 : CLONE_NEWIPC;
	for (const struct value_word *r = prefixes; r->name[0]; r++)
		if (!strncmp(out->key, r->name, strlen(r->name)))
			*needs = r->bits;
	if (!*needs)
		return value_bad(v, "would change the whole host; only net.*, "
				    "kernel.shm*, kernel.msg*, kernel.sem, "
				    "fs.mqueue.* and user.* belong to a "
				    "container");
	return 0;
}

int value_env(struct value *v, const char *text)
{
	if (!*text || *text == '=')
		return value_bad(v, "has no name; write KEY=VALUE, or KEY to "
				    "pass the caller's on");
	return 0;
}

int value_name(struct value *v, const char *text)
{
	/* It becomes the name of a cgroup and of files. */
	if (!is(*text, ALNUM, "") || !made_of(text, 63, ALNUM, "_.-"))
		return value_bad(v, "is not a name; write up to 63 letters, "
				    "digits and _.- with no _.- in front");
	return 0;
}

int value_hostname(struct value *v, const char *text)
{
	/* __NEW_UTS_LEN, uname(2) */
	if (!is(*text, ALNUM, "") || !made_of(text, 64, ALNUM, "_.-"))
		return value_bad(v, "is not a host name; write up to 64 "
				    "letters, digits, dots and hyphens");
	return 0;
}

/* A name or a number of a user or a group, up to `end`. */
static int is_account(const char *text, const char *end)
{
	size_t len = end - text;
	uint64_t n = 0;

	if (!len || len > 255 || *text == '-')
		return 0;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] <= ' ' || text[i] == 0x7f ||
		    strchr(":,/=", text[i]))
			return 0;
	if (strspn(text, decimal) < len)
		return 1;
	for (size_t i = 0; i < len && n < UINT32_MAX; i++)
		n = n * 10 + (text[i] - '0');
	return n < UINT32_MAX; /* the last one means "leave it", chown(2) */
}

int value_user(struct value *v, const char *text)
{
	const char *colon = strchr(text, ':');
	const char *end = text + strlen(text);

	if (!is_account(text, colon ? colon : end) ||
	    (colon && !is_account(colon + 1, end)))
		return value_bad(v, "is not USER[:GROUP], names or numbers; "
				    "write e.g. www-data or 1000:1000");
	return 0;
}

int value_group(struct value *v, const char *text)
{
	if (!is_account(text, text + strlen(text)))
		return value_bad(v, "is not a group's name or number");
	return 0;
}
