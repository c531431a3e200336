/* find.c - where each cgroup controller is, and where we are in it */
#include "init/cgroup/internal.h"

#include <stdio.h>
#include <string.h>

#include "init/base/parse.h"

int find_word(const char *list, const char *word, size_t len)
{
	while (*list) {
		size_t n = strcspn(list, ", \n");

		if (n == len && !memcmp(list, word, n))
			return 1;
		list += n + !!list[n];
	}
	return 0;
}

/* Copies n bytes as a string. 0: they do not fit. */
static int keep(char *to, size_t size, const char *from, size_t n)
{
	if (n >= size)
		return 0;
	memcpy(to, from, n);
	to[n] = 0;
	return 1;
}

/* ID:CONTROLLERS:PATH, where v2 has ID 0 and no controllers */
int find_hierarchy(const char *line, struct cgroup_tree *tree)
{
	const char *list = strchr(line, ':'), *path;

	if (!list || list == line ||
	    strspn(line, "0123456789") != (size_t)(list - line))
		return 0;
	list++;
	path = strchr(list, ':');
	if (!path || path[1] != '/')
		return 0;
	tree->v2 = path == list;
	if (tree->v2 && (line[0] != '0' || line[1] != ':'))
		return 0;
	/* systemd's own; it limits nothing */
	if (!strncmp(list, "name=", 5))
		return 0;
	return keep(tree->controllers, sizeof tree->controllers, list,
		    path - list) &&
	       keep(tree->path, sizeof tree->path, path + 1, strlen(path) - 1);
}

/* Cuts the next field off; NULL when there is none. */
static char *field(char **rest)
{
	char *start = *rest, *end;

	if (!start)
		return NULL;
	end = strchr(start, ' ');
	*rest = end ? end + 1 : NULL;
	if (end)
		*end = 0;
	return *start ? start : NULL;
}

static int octal(const char *p)
{
	for (int i = 0; i < 3; i++)
		if (p[i] < '0' || p[i] > '7')
			return 0;
	return 1;
}

/* The kernel writes space, tab, newline and backslash as \ and three digits. */
static void unescape(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (*s == '\\' && octal(s + 1)) {
			*to++ = (s[1] - '0') << 6 | (s[2] - '0') << 3 |
				(s[3] - '0');
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = 0;
}

/* ID PARENT MAJ:MIN ROOT POINT OPTIONS [TAG...] - TYPE SOURCE SUPEROPTIONS */
int find_mount(char *line, struct cgroup_mount *m)
{
	char *head[6], *word, *type;
	uint64_t major, minor;

	for (int i = 0; i < 6; i++)
		if (!(head[i] = field(&line)))
			return 0;
	while ((word = field(&line)) && strcmp(word, "-") != 0)
		;
	type = field(&line);
	if (!word || !type || !field(&line))
		return 0;
	m->v2 = !strcmp(type, "cgroup2");
	if (!m->v2 && strcmp(type, "cgroup") != 0)
		return 0;
	m->options = line ? line : "";
	word = strsep(&head[2], ":");
	if (!head[2] || parse_number(word, UINT32_MAX, &major) < 0 ||
	    parse_number(head[2], UINT32_MAX, &minor) < 0)
		return 0;
	m->major = major;
	m->minor = minor;
	unescape(head[3]);
	unescape(head[4]);
	return head[3][0] == '/' && head[4][0] == '/' &&
	       keep(m->root, sizeof m->root, head[3], strlen(head[3])) &&
	       keep(m->point, sizeof m->point, head[4], strlen(head[4]));
}

int find_outside(const char *path)
{
	return !strncmp(path, "/..", 3) && (!path[3] || path[3] == '/');
}

const char *find_below(const char *root, const char *path)
{
	size_t n = strlen(root);

	if (find_outside(root) || find_outside(path))
		return NULL;
	if (n == 1) /* "/" */
		n = 0;
	if (strncmp(root, path, n) != 0 || (path[n] && path[n] != '/'))
		return NULL;
	return strcmp(path + n, "/") != 0 ? path + n : "";
}
