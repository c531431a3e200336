/* v1.c - limits of cgroup v2 as files of cgroup v1, and back */
#include "init/cgroup/internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "init/base/fd.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

struct row;

struct order {
	const struct row *row;
	const struct limit *limit, *all;
	size_t count;
	struct step *step;
	struct why *why;
};

struct row {
	const char *key;  /* v2 */
	const char *file; /* v1, its first; "*" is what it is in the key */
	int (*set)(const struct order *o); /* the number of steps, or -1 */
	enum meaning meaning;		   /* of v1's file */
};

/* ---- conversions of weights ---- */

/*
 * Linux has one scale of CPU weights inside, the shares of v1, where 1024 is
 * the default; cpu.weight of v2 is turned into it by sched_weight_from_cgroup()
 * of kernel/sched/sched.h: shares = weight * 1024 / 100, rounded. The same is
 * done here, so that a weight means the same beside neighbours that have the
 * default. (runc's 1 + (shares - 2) * 9999 / 262142 makes 39 of the default.)
 */
static uint64_t shares_of(uint64_t weight)
{
	return (weight * 1024 + 50) / 100;
}

static uint64_t weight_of_shares(uint64_t shares)
{
	return (shares * 100 + 512) / 1024;
}

/*
 * Weights of block I/O: the scale of v2 is 1 to 10000 with the default 100.
 * Smallest, default and largest stay what they are, straight lines between
 * them. systemd does so for bfq (BFQ_WEIGHT in src/core/cgroup.h).
 */
static const struct scale {
	const char *file;
	uint64_t least, normal, most;
} scales[] = {
	{ "blkio.bfq.weight", 1, 100, 1000 }, /* bfq */
	{ "blkio.weight", 10, 500, 1000 },    /* cfq, before Linux 5.0 */
};

static uint64_t weight_to(const struct scale *s, uint64_t w)
{
	if (w <= 100)
		return s->least + (w - 1) * (s->normal - s->least) / 99;
	return s->normal + (w - 100) * (s->most - s->normal) / 9900;
}

static uint64_t weight_from(const struct scale *s, uint64_t w)
{
	if (w < s->least)
		return 1;
	if (w <= s->normal)
		return 1 + (w - s->least) * 99 / (s->normal - s->least);
	return 100 + (w - s->normal) * 9900 / (s->most - s->normal);
}

/* ---- setting ---- */

/* A value of its own for step n; the step of the row's file is number 0. */
static struct step *add(const struct order *o, int n, const char *file,
			enum meaning meaning)
{
	struct step *s = &o->step[n];

	s->text = s->room;
	s->result = NULL;
	s->unit = value_unit(o->limit->key);
	s->meaning = meaning;
	s->alternative = 0;
	snprintf(s->file, sizeof s->file, "%s", file);
	return s;
}

static int set_same(const struct order *o)
{
	o->step->text = o->limit->value;
	return 1;
}

static void print_bytes(struct step *s, uint64_t n)
{
	if (n == UINT64_MAX)
		strcpy(s->room, "-1");
	else
		snprintf(s->room, sizeof s->room, "%" PRIu64, n);
}

static int set_bytes(const struct order *o)
{
	uint64_t n;

	if (value_number(o->limit->value, 1, &n) < 0)
		return because(o->why, "%s is not a number of bytes or \"max\"",
			       o->limit->value);
	print_bytes(o->step, n);
	return 1;
}

/* v1 counts memory and swap together, so one needs the other. */
static int set_swap(const struct order *o)
{
	uint64_t swap, memory = UINT64_MAX;

	if (value_number(o->limit->value, 1, &swap) < 0)
		return because(o->why, "%s is not a number of bytes or \"max\"",
			       o->limit->value);
	for (size_t i = 0; i < o->count; i++)
		if (!strcmp(o->all[i].key, "memory.max"))
			value_number(o->all[i].value, 1, &memory);
	if (swap != UINT64_MAX && memory == UINT64_MAX)
		return because(
			o->why,
			"cgroup v1, which this host uses for memory, limits memory "
			"and swap together: give a memory.max as well");
	print_bytes(o->step, swap == UINT64_MAX ? swap : memory + swap);
	return 1;
}

/* The period first: the kernel checks the two as a pair. */
static int set_quota(const struct order *o)
{
	const char *p = o->limit->value;
	char quota[24], period[24];
	uint64_t n;
	struct step *s;

	if (!value_word(&p, quota, sizeof quota) ||
	    value_number(quota, 0, &n) < 0)
		return because(o->why,
			       "%s is not \"QUOTA PERIOD\" in microseconds",
			       o->limit->value);
	if (!value_word(&p, period, sizeof period))
		strcpy(period, "100000");
	s = add(o, 0, "cpu.cfs_period_us", MEANS_NUMBER);
	snprintf(s->room, sizeof s->room, "%s", period);
	s = add(o, 1, o->row->file, MEANS_NUMBER);
	print_bytes(s, n);
	return 2;
}

static int weight(const struct order *o, uint64_t *n)
{
	if (value_number(o->limit->value, 0, n) < 0 || *n < 1 || *n > 10000)
		return because(o->why, "%s is not a weight from 1 to 10000",
			       o->limit->value);
	return 0;
}

static int set_shares(const struct order *o)
{
	uint64_t n;

	if (weight(o, &n) < 0)
		return -1;
	snprintf(o->step->room, sizeof o->step->room, "%" PRIu64, shares_of(n));
	return 1;
}

static int set_io_weight(const struct order *o)
{
	struct limit bare = *o->limit;
	struct order inner = *o;
	uint64_t n;

	if (!strncmp(bare.value, "default ", 8))
		bare.value += 8;
	inner.limit = &bare;
	if (weight(&inner, &n) < 0)
		return -1;
	for (size_t i = 0; i < COUNT(scales); i++) {
		struct step *s = add(o, i, scales[i].file, MEANS_NUMBER);

		snprintf(s->room, sizeof s->room, "%" PRIu64,
			 weight_to(&scales[i], n));
		s->alternative = i + 1 < COUNT(scales);
	}
	return COUNT(scales);
}

static const struct throttle {
	const char *key, *file;
} throttles[STEPS] = {
	{ "rbps", "blkio.throttle.read_bps_device" },
	{ "wbps", "blkio.throttle.write_bps_device" },
	{ "riops", "blkio.throttle.read_iops_device" },
	{ "wiops", "blkio.throttle.write_iops_device" },
};

static const struct throttle *find_throttle(const char *word, size_t len)
{
	for (size_t i = 0; i < COUNT(throttles); i++)
		if (strlen(throttles[i].key) == len &&
		    !memcmp(throttles[i].key, word, len))
			return &throttles[i];
	return NULL;
}

/* "MAJ:MIN rbps=N wbps=N riops=N wiops=N": a file each, where 0 is no limit */
static int set_io_max(const struct order *o)
{
	const char *p = o->limit->value;
	char device[24], word[48];
	uint64_t n;
	int steps = 0;

	value_word(&p, device, sizeof device);
	while (steps < STEPS && value_word(&p, word, sizeof word)) {
		size_t len = strcspn(word, "=");
		const struct throttle *t = find_throttle(word, len);
		struct step *s;

		if (!t || !word[len] ||
		    value_number(word + len + 1, 0, &n) < 0 || !n)
			return because(
				o->why,
				"%s is not one of rbps=, wbps=, riops=, wiops= and "
				"a number or \"max\"",
				word);
		s = add(o, steps++, t->file, MEANS_DEVICE);
		snprintf(s->room, sizeof s->room, "%s %" PRIu64, device,
			 n == UINT64_MAX ? 0 : n);
	}
	if (!steps || p[strspn(p, " \n")])
		return because(
			o->why,
			"%s is not \"MAJ:MIN rbps=N wbps=N riops=N wiops=N\"",
			o->limit->value);
	return steps;
}

/* ---- getting ---- */

static int get_number(int dir_fd, const char *file, int bytes, uint64_t *n)
{
	char text[32];

	if (fd_read_file(dir_fd, file, text, sizeof text) < 0)
		return -1;
	if (!strcmp(text, "-1"))
		strcpy(text, "max");
	if (value_number(text, bytes, n) == 0)
		return 0;
	errno = EINVAL;
	return -1;
}

static int print(char *buf, size_t size, uint64_t n)
{
	if (n == UINT64_MAX)
		return snprintf(buf, size, "max");
	return snprintf(buf, size, "%" PRIu64, n);
}

static int get_bytes(int dir_fd, const char *file, char *buf, size_t size)
{
	uint64_t n;

	return get_number(dir_fd, file, 1, &n) < 0 ? -1 : print(buf, size, n);
}

static int get_swap(int dir_fd, const char *file, char *buf, size_t size)
{
	uint64_t both, memory;

	if (get_number(dir_fd, file, 1, &both) < 0 ||
	    get_number(dir_fd, "memory.limit_in_bytes", 1, &memory) < 0)
		return -1;
	return print(buf, size, both == UINT64_MAX ? both : both - memory);
}

static int get_quota(int dir_fd, const char *file, char *buf, size_t size)
{
	uint64_t quota, period;
	char text[24];

	if (get_number(dir_fd, file, 0, &quota) < 0 ||
	    get_number(dir_fd, "cpu.cfs_period_us", 0, &period) < 0)
		return -1;
	print(text, sizeof text, quota);
	return snprintf(buf, size, "%s %" PRIu64, text, period);
}

static int get_shares(int dir_fd, const char *file, char *buf, size_t size)
{
	uint64_t n;

	if (get_number(dir_fd, file, 0, &n) < 0)
		return -1;
	return print(buf, size, weight_of_shares(n));
}

static int get_io_weight(int dir_fd, const char *file, char *buf, size_t size)
{
	uint64_t n;

	for (size_t i = 0; i < COUNT(scales); i++)
		if (get_number(dir_fd, scales[i].file, 0, &n) == 0)
			return snprintf(buf, size, "default %" PRIu64,
					weight_from(&scales[i], n));
	return -1;
}

/* What the first file that knows the device has, in v2's order of the keys */
static int get_io_max(int dir_fd, const char *file, char *buf, size_t size)
{
	char text[COUNT(throttles)][512], device[24], n[24];
	const char *p, *line;
	size_t used = 0;

	for (size_t i = 0; i < COUNT(throttles); i++)
		if (fd_read_file(dir_fd, throttles[i].file, text[i],
				 sizeof text[i]) < 0)
			return -1;
	buf[0] = 0;
	for (size_t i = 0; i < COUNT(throttles); i++) {
		for (p = text[i]; value_word(&p, device, sizeof device);
		     p += strcspn(p, "\n"), p += !!*p) {
			if (value_line(buf, device))
				continue; /* said already */
			used += snprintf(buf + used, size - used, "%s%s",
					 used ? "\n" : "", device);
			for (size_t j = 0; j < COUNT(throttles) && used < size;
			     j++) {
				line = value_line(text[j], device);
				if (!line || !value_word(&line, n, sizeof n))
					strcpy(n, "max");
				used += snprintf(buf + used, size - used,
						 " %s=%s", throttles[j].key, n);
			}
			if (used >= size)
				return size - 1;
		}
	}
	return used;
}

/* ---- the table ---- */

/* Linux: Documentation/admin-guide/cgroup-v1, and -v2.rst for the keys */
static const struct row rows[] = {
	{ "cpu.idle", "cpu.idle", set_same, MEANS_NUMBER },
	{ "cpu.max", "cpu.cfs_quota_us", set_quota, MEANS_NUMBER },
	{ "cpu.max.burst", "cpu.cfs_burst_us", set_same, MEANS_NUMBER },
	{ "cpu.weight", "cpu.shares", set_shares, MEANS_NUMBER },
	{ "cpuset.cpus", "cpuset.cpus", set_same, MEANS_LIST },
	{ "cpuset.mems", "cpuset.mems", set_same, MEANS_LIST },
	{ "hugetlb.*.max", "hugetlb.*.limit_in_bytes", set_bytes, MEANS_BYTES },
	{ "hugetlb.*.rsvd.max", "hugetlb.*.rsvd.limit_in_bytes", set_bytes,
	  MEANS_BYTES },
	{ "io.max", "", set_io_max, MEANS_DEVICE },
	{ "io.weight", "", set_io_weight, MEANS_NUMBER },
	/*
	 * Both tell what is left alone as long as others have more to give;
	 * v1 takes the rest back when memory is short, v2 protects this.
	 */
	{ "memory.low", "memory.soft_limit_in_bytes", set_bytes, MEANS_BYTES },
	{ "memory.max", "memory.limit_in_bytes", set_bytes, MEANS_BYTES },
	{ "memory.swap.max", "memory.memsw.limit_in_bytes", set_swap,
	  MEANS_BYTES },
	{ "pids.max", "pids.max", set_same, MEANS_NUMBER },
};

/* What to do instead, where there is something. */
static const struct limit instead[] = {
	{ "cpu.weight.nice", ": give cpu.weight" },
	{ "memory.high",
	  " (memory.soft_limit_in_bytes does not hold anything back): give memory.max" },
	{ "memory.oom.group",
	  ": without it the kernel kills single processes" },
};

static const struct row *find_row(const char *key, const char **star, int *len)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (key_match(rows[i].key, key, star, len))
			return &rows[i];
	return NULL;
}

/* The file of this row, with the star replaced. */
static void name_file(const struct row *row, const char *star, int len,
		      char *file, size_t size)
{
	size_t head = strcspn(row->file, "*");

	snprintf(file, size, "%.*s%.*s%s", (int)head, row->file, len,
		 star ? star : "", row->file[head] ? row->file + head + 1 : "");
}

int v1_steps(const struct limit *limit, const struct limit *all, size_t count,
	     struct step step[STEPS], struct why *why)
{
	struct order o = { NULL, limit, all, count, step, why };
	char file[72];
	const char *star, *hint = "";
	int len;

	o.row = find_row(limit->key, &star, &len);
	if (o.row) {
		name_file(o.row, star, len, file, sizeof file);
		add(&o, 0, file, o.row->meaning);
		return o.row->set(&o);
	}
	for (size_t i = 0; i < COUNT(instead); i++)
		if (!strcmp(instead[i].key, limit->key))
			hint = instead[i].value;
	return because(
		why,
		"this host has the %.*s controller in cgroup v1, where there is "
		"nothing like it%s",
		(int)strcspn(limit->key, "."), limit->key, hint);
}

/*
 * What is more than a number or text in one file. Apart from the rows, as who
 * only sets limits has no need of it.
 */
static const struct getter {
	const char *key;
	int (*get)(int dir_fd, const char *file, char *buf, size_t size);
} getters[] = {
	{ "cpu.max", get_quota },	 { "cpu.weight", get_shares },
	{ "io.max", get_io_max },	 { "io.weight", get_io_weight },
	{ "memory.swap.max", get_swap },
};

int v1_get(int dir_fd, const char *key, char *buf, size_t size)
{
	const char *star;
	char file[72];
	int len;
	const struct row *row = find_row(key, &star, &len);

	if (!row) {
		errno = ENOENT;
		return -1;
	}
	name_file(row, star, len, file, sizeof file);
	for (size_t i = 0; i < COUNT(getters); i++)
		if (!strcmp(getters[i].key, key))
			return getters[i].get(dir_fd, file, buf, size);
	return row->meaning == MEANS_BYTES ?
		       get_bytes(dir_fd, file, buf, size) :
		       fd_read_file(dir_fd, file, buf, size);
}

const char *v1_controller(const char *controller)
{
	return !strcmp(controller, "io") ? "blkio" : controller;
}
