/* v2.c - limits of cgroup v2: how the values of its files compare */
#include "init/cgroup/internal.h"

#include <stdio.h>
#include <string.h>

#include "init/base/parse.h"

/*
 * Linux: Documentation/admin-guide/cgroup-v2.rst. Files that are not here are
 * written as well, and read back as far as they hold single numbers. "*" stands
 * for one part of the name.
 */
static const struct row {
	const char *key;
	enum meaning meaning;
	const char *result; /* the file that tells, if it is another */
} rows[] = {
	{ "cgroup.max.depth", MEANS_NUMBER },
	{ "cgroup.max.descendants", MEANS_NUMBER },
	{ "cpu.idle", MEANS_NUMBER },
	{ "cpu.max", MEANS_QUOTA },
	{ "cpu.max.burst", MEANS_NUMBER },
	{ "cpu.weight", MEANS_NUMBER },
	{ "cpu.weight.nice", MEANS_NUMBER },
	/* the file itself keeps what an ancestor does not have to give */
	{ "cpuset.cpus", MEANS_LIST, "cpuset.cpus.effective" },
	{ "cpuset.cpus.partition", MEANS_TEXT },
	{ "cpuset.mems", MEANS_LIST, "cpuset.mems.effective" },
	{ "hugetlb.*.max", MEANS_BYTES },
	{ "hugetlb.*.rsvd.max", MEANS_BYTES },
	{ "io.bfq.weight", MEANS_WEIGHT },
	{ "io.max", MEANS_FIELDS },
	{ "io.weight", MEANS_WEIGHT },
	{ "memory.high", MEANS_BYTES },
	{ "memory.low", MEANS_BYTES },
	{ "memory.max", MEANS_BYTES },
	{ "memory.min", MEANS_BYTES },
	{ "memory.oom.group", MEANS_NUMBER },
	{ "memory.swap.high", MEANS_BYTES },
	{ "memory.swap.max", MEANS_BYTES },
	{ "memory.zswap.max", MEANS_BYTES },
	{ "pids.max", MEANS_NUMBER },
};

/* Ours to write, or no limits at all. */
static const char *const refused[] = {
	"cgroup.freeze",	  "cgroup.kill",    "cgroup.procs",
	"cgroup.subtree_control", "cgroup.threads", "cgroup.type",
};

size_t v2_controller(const char *key, struct why *why)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789._-";
	size_t part = strcspn(key, "."), len = strlen(key);

	/* the first part is lower case; nothing here may lead elsewhere */
	if (!part || part >= sizeof((struct need *)0)->name || !key[part] ||
	    !key[part + 1] || strspn(key, allowed) != len ||
	    len >= sizeof((struct step *)0)->file || parse_has_dots(key)) {
		because(why,
			"it is not a file of cgroup v2, such as memory.max");
		return 0;
	}
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		if (!strcmp(key, refused[i])) {
			because(why, "this file of cgroup v2 is not a limit");
			return 0;
		}
	}
	return part;
}

int v2_steps(const struct limit *limit, struct step step[STEPS],
	     struct why *why)
{
	const char *star;
	int len;

	step->meaning = MEANS_UNKNOWN;
	step->unit = value_unit(limit->key);
	step->text = limit->value;
	step->result = NULL;
	step->alternative = 0;
	snprintf(step->file, sizeof step->file, "%s", limit->key);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (key_match(rows[i].key, limit->key, &star, &len)) {
			step->meaning = rows[i].meaning;
			step->result = rows[i].result;
		}
	}
	return 1;
}
