/* value_mounts.c - fuzz: paths, volumes, mounts; the first byte says which */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/value.h"

/* Clean: no part is empty, "." or "..", and it is not too long. */
static void clean(const char *path)
{
	size_t n = strlen(path);

	if (!n || n > 4095 || strstr(path, "//") || strstr(path, "/./") ||
	    strstr(path, "/../") || (n > 1 && path[n - 1] == '/') ||
	    (n > 1 && !strcmp(path + n - 2, "/.")) ||
	    (n > 2 && !strcmp(path + n - 3, "/..")))
		abort();
}

static void check(const struct value_step *s)
{
	const struct mount *m = &s->mount;

	clean(m->target);
	if (m->target[0] != '/' || !m->target[1] ||
	    !strcmp(m->target, "/sys") || !strcmp(m->target, "/proc") ||
	    !strncmp(m->target, "/proc/", 6))
		abort();
	if (m->kind == MOUNT_TREE ? !*s->source.path || m->data :
				    m->kind != MOUNT_FS || !*m->type ||
					    s->source.path || m->recursive)
		abort();
	if (m->data && (!*m->data || strlen(m->data) > 4095))
		abort();
}

static int one(struct value *v, unsigned which, const char *text)
{
	static int (*const parsers[])(struct value *, const char *,
				      struct value_step *) = {
		value_volume,
		value_tmpfs,
		value_mount,
		value_node,
	};
	struct value_step step;
	const char *path;

	which %= 6;
	if (which < 4) {
		if (parsers[which](v, text, &step) < 0)
			return -1;
		check(&step);
		return 0;
	}
	if (which == 4 ? value_path(v, text, &path) < 0 :
			 value_cgroup_path(v, text, &path) < 0)
		return -1;
	clean(path);
	return 0;
}
