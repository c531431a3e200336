/* set.c - limits are written, and read back */
#include "init/cgroup/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "init/base/fd.h"

size_t set_controller(const struct limit *limit, struct why *why)
{
	/* A write of nothing does nothing. */
	if (!*limit->value) {
		because(why, "the value is empty");
		return 0;
	}
	return v2_controller(limit->key, why);
}

/*
 * One write and one read of the same file, by one descriptor. A file that
 * cannot be read (memory.reclaim) has nothing to compare.
 */
static int run_step(int dir_fd, const struct step *s, char *got, size_t size)
{
	int flags = O_NOFOLLOW | O_CLOEXEC, saved;
	int fd = openat(dir_fd, s->file, O_RDWR | flags);
	size_t len = strlen(s->text);
	ssize_t n;

	if (fd < 0 && (errno == EACCES || errno == EINVAL))
		fd = openat(dir_fd, s->file, O_WRONLY | flags);
	if (fd < 0)
		return -1;
	do
		n = write(fd, s->text, len);
	while (n < 0 && errno == EINTR);
	if (n >= 0 && s->result) {
		n = fd_read_file(dir_fd, s->result, got, size);
	} else if (n >= 0) {
		n = pread(fd, got, size - 1, 0);
		if (n < 0)
			n = snprintf(got, size, "%.*s", (int)size - 1, s->text);
		got[n] = 0;
		if (n && got[n - 1] == '\n')
			got[n - 1] = 0;
	}
	saved = errno;
	close(fd);
	errno = saved;
	return n < 0 ? -1 : 0;
}

static int set_limit(const struct cgroup *cg, const struct limit *asked,
		     const struct limit *all, size_t count, struct why *why)
{
	const struct cgroup_tree *tree = cgroup_tree_of(cg, asked->key);
	struct limit limit = *asked;
	struct step step[STEPS];
	char device[256], got[4096]; /* as much as a write may have */
	int steps, result;

	if (!tree)
		return because(why, "this host has no such controller");
	if (!strncmp(limit.key, "io.", 3) && limit.value[0] == '/') {
		if (value_device(limit.value, device, sizeof device, why) < 0)
			return -1;
		limit.value = device;
	}
	steps = tree->v2 ? v2_steps(&limit, step, why) :
			   v1_steps(&limit, all, count, step, why);
	for (int i = 0; i < steps; i++) {
		struct step *s = &step[i];

		result = run_step(tree->dir_fd, s, got, sizeof got);
		if (result < 0 && s->alternative && errno == ENOENT)
			continue;
		if (result < 0 && errno == ENOENT)
			return because(why, "this kernel has no %s in %s%s",
				       s->file, tree->mount, tree->path);
		if (result < 0)
			return because(why, "write %.80s to %s%s/%s: %m%s",
				       s->text, tree->mount, tree->path,
				       s->file,
				       errno == ERANGE ? " (there is no such "
							 "one here)" :
							 "");
		if (!value_same(s->meaning, s->unit, s->text, got))
			return because(
				why,
				"asked for %.80s, the kernel made %s%s%s%s %.80s",
				limit.value, tree->v2 ? "it" : s->file,
				s->result ? " (" : "",
				s->result ? s->result : "",
				s->result ? ")" : "", got);
		if (s->alternative)
			break;
	}
	return steps < 0 ? -1 : 0;
}

/*
 * In the order of their names, which happens to be what the kernel needs:
 * cpu.max before cpu.max.burst, memory.max before memory.swap.max. Of the same
 * name in the order given.
 */
static const struct limit *next_limit(const struct limit *limits, size_t count,
				      const struct limit *last)
{
	const struct limit *next = NULL;

	for (const struct limit *l = limits; l < limits + count; l++) {
		int order = last ? strcmp(l->key, last->key) : 1;

		if ((order > 0 || (!order && l > last)) &&
		    (!next || strcmp(l->key, next->key) < 0))
			next = l;
	}
	return next;
}

const struct limit *set_limits(const struct cgroup *cg,
			       const struct limit *limits, size_t count,
			       struct why *why)
{
	const struct limit *limit = NULL;

	while ((limit = next_limit(limits, count, limit)))
		if (set_limit(cg, limit, limits, count, why) < 0 &&
		    limit->wanted)
			return limit;
	return NULL;
}
