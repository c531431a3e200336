/* internal.h - what the files of this directory share; the tests use it too */
#ifndef CINIT_CGROUP_INTERNAL_H
#define CINIT_CGROUP_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "init/base/lines.h"
#include "init/cgroup/cgroup.h"

/*
 * Why something cannot be: a clause for the end of a sentence, written where
 * it is known, said (or dropped, when only a default is concerned) by
 * cgroup_make.
 */
struct why {
	char text[640];
};

/* Returns -1, for "return because(...)"; %m is the errno at the call. */
int because(struct why *why, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* ---- find.c: text of /proc to places; pure ---- */

/* Is `word` a word of a list separated by commas, spaces or newlines? */
int find_word(const char *list, const char *word, size_t len);

/*
 * A line of /proc/PID/cgroup (cgroups(7)) into tree's controllers, path, v2.
 * 1; 0 for a line of no use here: a named hierarchy, too long, malformed.
 */
int find_hierarchy(const char *line, struct cgroup_tree *tree);

struct cgroup_mount {
	char point[256];     /* where it is mounted */
	char root[512];	     /* what of the hierarchy is to be seen there */
	const char *options; /* v1: with the names of its controllers */
	unsigned major, minor;
	uint32_t v2;
};

/* A line of /proc/PID/mountinfo (proc(5)), changed in place. 1, or 0 as above. */
int find_mount(char *line, struct cgroup_mount *m);

/* ---- ask.c ---- */

/*
 * The same of the mount that is to be seen at this place; the options are good
 * until the next is asked for. 1, or 0: none of a cgroup, or an older kernel.
 */
int ask_mount(const char *place, struct cgroup_mount *m);

/* "/..": above the root of our cgroup namespace, where names are not shown. */
int find_outside(const char *path);

/*
 * Both paths as /proc shows them. What is left of `path` below `root`, "" for
 * root itself ("/a/b" otherwise), or NULL: not to be seen from there.
 */
const char *find_below(const char *root, const char *path);

/* ---- value.c: values of cgroup files by their meaning; pure ---- */

enum meaning {
	MEANS_TEXT, /* the same word */
	MEANS_NUMBER, /* "max" or an integer; -1 is max as well where v1 says so */
	MEANS_BYTES,   /* rounded down to `unit` by the kernel */
	MEANS_LIST,    /* "0-2,5": cpus or memory nodes */
	MEANS_QUOTA,   /* "QUOTA [PERIOD]" */
	MEANS_DEVICE,  /* v1: "MAJ:MIN N" among lines of these; none is 0 */
	MEANS_FIELDS,  /* "MAJ:MIN key=N ..." among lines; none is max */
	MEANS_WEIGHT,  /* "[default] N" or "MAJ:MIN N" among lines */
	MEANS_UNKNOWN, /* a file we know nothing about: numbers, or anything */
};

/* Is `got`, read from the file, what writing `want` is to have as effect? */
int value_same(enum meaning meaning, uint64_t unit, const char *want,
	       const char *got);

/*
 * An integer as the kernel reads it (0x, 0), with a suffix K to E if `bytes`;
 * "max" and all that page counters take for it are UINT64_MAX. -1: none.
 */
int value_number(const char *text, int bytes, uint64_t *n);

/* "/dev/NAME rest" to "MAJ:MIN rest", by stat(2); all else is copied. */
int value_device(const char *value, char *buf, size_t size, struct why *why);

/*
 * "hugetlb.*.max" and "hugetlb.2MB.max": 1, and the part that the star stands
 * for (len 0 without a star).
 */
int key_match(const char *pattern, const char *key, const char **star,
	      int *len);

/*
 * The next word of *p on its line, at most size - 1 bytes. Its length, 0 at the
 * end of the line (or of what fits).
 */
size_t value_word(const char **p, char *word, size_t size);
/* What follows `key` and a blank on the line of text that begins so, or NULL. */
const char *value_line(const char *text, const char *key);

/* The bytes that a hugetlb file counts in, from its key: "2MB", "64KB", "1GB". */
uint64_t value_unit(const char *key);

/* ---- v1.c, v2.c: a limit as writes to files ---- */

/* One write, and what must be read afterwards. */
struct step {
	char file[72];
	const char *text;   /* in room, or the limit's own value */
	const char *result; /* the file that tells, or NULL for the same */
	char room[64];
	uint64_t unit;
	enum meaning meaning;
	uint32_t
		alternative; /* where the file is missing the next step counts */
};

enum { STEPS = 4 };

/*
 * How many steps, or -1 and why not. `all` are the limits of this cgroup: v1's
 * swap limit is made of two. The limit's value must outlive the steps.
 */
int v1_steps(const struct limit *limit, const struct limit *all, size_t count,
	     struct step step[STEPS], struct why *why);
int v2_steps(const struct limit *limit, struct step step[STEPS],
	     struct why *why);

/* The v2 value of what v1's files say. Length, or -1 with errno. */
int v1_get(int dir_fd, const char *key, char *buf, size_t size);

/* The controller's name in v1, given that in v2. */
const char *v1_controller(const char *controller);

/*
 * The length of the controller's name in a v2 key, "cgroup" for the files of
 * the core; 0 and why: this is no name of a limit.
 */
size_t v2_controller(const char *key, struct why *why);

/* ---- set.c ---- */

/* As v2_controller, of a limit that may be set; 0 and why. */
size_t set_controller(const struct limit *limit, struct why *why);

/*
 * Writes the limits and reads them back. The wanted one that could not be set
 * and why, or NULL.
 */
const struct limit *set_limits(const struct cgroup *cg,
			       const struct limit *limits, size_t count,
			       struct why *why);

/* ---- figures.c ---- */

/* The tree with the controller of this v2 key, as far as it was made. */
const struct cgroup_tree *cgroup_tree_of(const struct cgroup *cg,
					 const char *key);

/* ---- place.c: directories ---- */

enum rank { RANK_FIGURES, RANK_DEFAULT, RANK_WANTED };

/* A controller that somebody needs. */
struct need {
	char name[32];	 /* as v2 has it; v1's where it is in v1 */
	const char *key; /* of the first limit with the highest rank */
	enum rank rank;
	uint32_t
		enable; /* on v2 the controller is needed, not the tree alone */
};

enum { NEEDS = 16 };

struct place {
	const char *parent, *name;
	const struct need *need;
	uint32_t needs;	 /* those of this tree, a bit for each of need[] */
	uint32_t exists; /* out: it is there already, and so not ours */
	struct why *why;
};

/*
 * In: tree->path is the caller's own place below the mount, tree->dir_fd the
 * mount. Out: those of the new directory. -1 and why; the tree is then closed
 * and what was made is gone.
 */
int place_make(struct place *p, struct cgroup_tree *tree);

/*
 * Makes the directory itself: `name` below base_fd, which is tree->path, then
 * with it at its end (for which there is room); dir_fd, join_fd and made of
 * tree. -1 and why; errno is EEXIST where it is there already.
 */
int place_leaf(struct cgroup_tree *tree, int base_fd, const char *name,
	       struct why *why);

/* Are there processes in this v2 directory that are in a controller's way? */
int place_busy(int fd);

/* Opens a directory, path below root_fd, through directories alone. -1, errno. */
int place_open(int root_fd, const char *path, size_t len);

/* Removes path and the levels above it, `made` in all, that are empty. */
void place_unmake(int root_fd, const char *path, uint32_t made);

#endif
