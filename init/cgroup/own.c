/* own.c - what the kernel counts in the cgroups that we are in */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "init/base/fd.h"
#include "init/cgroup/internal.h"

/* A figure: a number in a file, or the number behind a word of it. */
static const struct own {
	size_t offset;
	const char *controller, *v1, *v2, *word;
} rows[] = {
#define EVENT(name) offsetof(struct cgroup_events, name)
	{ EVENT(oom_kills), "memory", "memory.oom_control", "memory.events",
	  "oom_kill" },
	{ EVENT(memory_max), "memory", "memory.limit_in_bytes", "memory.max",
	  NULL },
	{ EVENT(memory_peak), "memory", "memory.max_usage_in_bytes",
	  "memory.peak", NULL },
	{ EVENT(pids_refused), "pids", "pids.events", "pids.events", "max" },
	{ EVENT(pids_max), "pids", "pids.max", "pids.max", NULL },
};

static void read_row(const struct own *row, int dir_fd, int v2, void *out)
{
	uint64_t *to = (uint64_t *)((char *)out + row->offset);
	char text[512];
	const char *p = text;

	if (fd_read_file(dir_fd, v2 ? row->v2 : row->v1, text, sizeof text) < 0)
		return;
	if (row->word)
		p = value_line(text, row->word);
	if (!p)
		return;
	p += *p == ' ';
	if (*p < '0' || *p > '9')
		return; /* "max" */
	for (*to = 0; *p >= '0' && *p <= '9'; p++)
		*to = *to * 10 + *p - '0';
}

/* Where it is to be seen: in a container often as the root of what is there. */
static int open_place(const char *mount, const char *path)
{
	char place[1024];
	int flags = O_PATH | O_DIRECTORY | O_CLOEXEC, fd;

	snprintf(place, sizeof place, "/sys/fs/cgroup%s%s", mount, path);
	fd = open(place, flags);
	if (fd >= 0 || !*mount)
		return fd;
	snprintf(place, sizeof place, "/sys/fs/cgroup%s", mount);
	return open(place, flags);
}

static void read_tree(const struct cgroup_tree *tree, void *out)
{
	char mount[sizeof tree->controllers + 1] = "";
	int fd;

	if (!tree->v2)
		snprintf(mount, sizeof mount, "/%s", tree->controllers);
	fd = open_place(mount, tree->path);
	for (size_t i = 0; fd >= 0 && i < sizeof rows / sizeof *rows; i++)
		if (tree->v2 || !strcmp(rows[i].controller, tree->controllers))
			read_row(&rows[i], fd, tree->v2, out);
	fd_close(&fd);
}

void cgroup_own_events(struct cgroup_events *out)
{
	struct lines lines = { .fd = open("/proc/self/cgroup",
					  O_RDONLY | O_CLOEXEC) };
	struct cgroup_tree tree;
	char *line;

	memset(out, 0xff, sizeof *out);
	while (lines.fd >= 0 && (line = lines_next(&lines)))
		if (find_hierarchy(line, &tree) &&
		    (tree.v2 || !strcmp(tree.controllers, "memory") ||
		     !strcmp(tree.controllers, "pids")))
			read_tree(&tree, out);
	fd_close(&lines.fd);
}
