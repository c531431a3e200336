/* value_words.c - fuzz: names and keys of options; the first byte says which */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/value.h"

/* As the inside makes a path of it: nothing may lead out of /proc/sys. */
static void follow(const char *key)
{
	char path[512];
	size_t n = strlen(key);

	if (n + 2 > sizeof path)
		abort();
	path[0] = '/';
	for (size_t i = 0; i <= n; i++)
		path[i + 1] = key[i] == '.' ? '/' :
			      key[i] == '/' ? '.' :
					      key[i];
	path[n + 1] = 0;
	if (strstr(path, "/../") || strstr(path, "//") || strstr(path, "/./") ||
	    path[n] == '/')
		abort();
}

static int one(struct value *v, unsigned which, const char *text)
{
	static const struct value_word rows[] = { { "one", 1 },
						  { "two", 2 },
						  { "", 0 } };
	const char *out = NULL;
	struct pair pair;
	uint64_t n = 0;
	int bad;

	switch (which % 13) {
	case 0:
		return value_choice(v, text, rows, &n);
	case 1:
		return value_namespaces(v, text, &n);
	case 2:
		return value_caps(v, text, &n);
	case 3:
		bad = value_signal(v, text, &n);
		if (!bad && (!n || n > 64))
			abort();
		return bad;
	case 4:
		return value_cpuset(v, text, &out);
	case 5:
		bad = value_io_max(v, text, &out);
		if (!bad && strchr(out, '\n'))
			abort();
		return bad;
	case 6:
		bad = value_cgroup(v, text, &pair);
		if (!bad && (strchr(pair.key, '/') || !*pair.value))
			abort();
		return bad;
	case 7:
		bad = value_sysctl(v, text, &pair, &n);
		if (!bad)
			follow(pair.key);
		return bad;
	case 8:
		return value_env(v, text);
	case 9:
		bad = value_name(v, text);
		if (!bad && (strchr(text, '/') || *text == '.'))
			abort();
		return bad;
	case 10:
		bad = value_hostname(v, text);
		if (!bad && strlen(text) > 64)
			abort();
		return bad;
	case 11:
		return value_user(v, text);
	}
	return value_group(v, text);
}
