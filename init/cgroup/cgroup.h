/* cgroup.h - a cgroup of the container's own, on v2, v1 and hybrid hosts */
#ifndef CINIT_CGROUP_CGROUP_H
#define CINIT_CGROUP_CGROUP_H

#include <stddef.h>
#include <stdint.h>

/*
 * A limit is named by its file in cgroup v2 (kernel: admin-guide/cgroup-v2),
 * e.g. "memory.max"; v1.c has the equivalents of each, with the conversion.
 * Values as v2 takes them: bytes, "max", "QUOTA PERIOD" in microseconds,
 * weights 1 to 10000.
 */
struct limit {
	const char *key, *value;
	int wanted; /* 0: a default, skipped where no cgroup can be had */
};

/* A hierarchy of the host that holds a directory of ours. */
struct cgroup_tree {
	char controllers[128]; /* v1: "cpu,cpuacct"; v2: "" */
	char mount[256];       /* where the host has it mounted */
	char path[512];	       /* of our directory, below the mount: "/a/b" */
	int dir_fd;	       /* of our directory */
	int join_fd; /* v1: its `tasks`, v2: its cgroup.procs; for writing */
	uint32_t v2;
	uint32_t made; /* last components of path that were made for it */
};

enum { CGROUP_TREES = 16 };

struct cgroup {
	unsigned count; /* 0: none was made */
	struct cgroup_tree tree[CGROUP_TREES];
};

/*
 * Makes directory `name` in every hierarchy that the limits (and `extra`, a
 * comma-separated list of controllers wanted for their figures only, e.g.
 * "memory,cpu", taken where they can be had) need; sets the limits and reads
 * them back. The place: `parent` if it begins with a slash, a path below the
 * mounts; else (below that `parent`, if any) the caller's own cgroup on v1; on
 * v2 the nearest ancestor-or-self of the caller's cgroup that can hold a child
 * with these controllers (no processes of its own, or the root; enabling the
 * controllers in its cgroup.subtree_control where that is allowed). What is
 * missing of `parent` is made, and goes with the container if it is empty then.
 * Controllers stay enabled: others may have begun to use them.
 *
 * The name is one component of [A-Za-z0-9._-] and may not exist there yet. As
 * figures, "cpu" means the time used (v1: cpuacct), and "+cpu" the controller.
 *
 * A wanted limit that cannot be enforced here ends the program with a sentence
 * that says why and what to do; what was made is removed before. Host side
 * only: finds mounts in /proc/self/mountinfo and itself in /proc/self/cgroup.
 */
void cgroup_make(struct cgroup *cg, const char *parent, const char *name,
		 const struct limit *limits, size_t count, const char *extra);

/*
 * The same for a PID 1 that limits its own commands: below the caller's own
 * cgroup and never above it, since that holds it, too, and where images have
 * it, in /sys/fs/cgroup. On v2 its processes are in the way of that (all of the
 * pid namespace's if we are PID 1, else we alone): they go to a child of it
 * called "cinit" first.
 */
void cgroup_make_here(struct cgroup *cg, const char *name,
		      const struct limit *limits, size_t count);

/* Undoes that stepping aside, when the commands are gone; not for a PID 1,
 * whose container goes with all of its cgroups. Warns. */
void cgroup_step_back(void);

/*
 * Opens the cgroups that another process is in, proc_fd its directory of /proc:
 * those below a directory `within` (one component; made for its container), or
 * with NULL all of them. For cgroup_join and cgroup_read; nothing is made, so
 * cgroup_close instead of cgroup_remove. The caller's own are left out as long
 * as `figures` is 0, which opens them for writing; else for reading alone. -1,
 * errno: one of them is not to be seen here, or not to be written to.
 */
int cgroup_of(struct cgroup *cg, int proc_fd, const char *within, int figures);
void cgroup_close(struct cgroup *cg);

/*
 * Opens trees that were written down: their mount, path, v2 and controllers are
 * given. Those that are gone are left out. -1, errno, and nothing is open.
 */
int cgroup_reopen(struct cgroup *cg);

/* The directory for CLONE_INTO_CGROUP (clone(2)), or -1 where there is none. */
int cgroup_clone_fd(const struct cgroup *cg);

/*
 * Moves the calling process into all of cg: the child of clone3 calls this
 * first. `into` says that clone3 has put it into the v2 tree already. On v1 a
 * process that writes 0 into `tasks` for itself is spared the global lock that
 * a pid written to cgroup.procs takes. -1, errno.
 */
int cgroup_join(const struct cgroup *cg, int into);

/* What the kernel says at the end. UINT64_MAX: not known here. */
struct cgroup_figures {
	uint64_t memory_peak, memory_max; /* bytes */
	uint64_t swap_max;
	uint64_t oom_kills; /* processes that the kernel killed */
	uint64_t pids_peak, pids_max, pids_refused; /* refused: failed forks */
	uint64_t cpu_us, user_us, system_us;	    /* microseconds */
	uint64_t throttled_us;
};
/* Without `all` only those that tell of a limit, and the rest if one was hit. */
void cgroup_read(const struct cgroup *cg, struct cgroup_figures *out, int all);

/* The same of the caller's own cgroups, where an image has /sys/fs/cgroup. */
struct cgroup_events {
	uint64_t oom_kills, memory_max, memory_peak;
	uint64_t pids_refused, pids_max;
};
void cgroup_own_events(struct cgroup_events *out);

/* What is used now: bytes and processes; UINT64_MAX: not known here. */
void cgroup_usage(const struct cgroup *cg, uint64_t *memory, uint64_t *pids);

/* A signal to every process that is in it now; how many there were. */
int cgroup_send(const struct cgroup *cg, int sig);

/* SIGKILL to everything in it: cgroup.kill, or freeze and kill one by one. */
void cgroup_kill(const struct cgroup *cg);

/* The value of a v2-named limit as the kernel has it, for messages. -1. */
int cgroup_get(const struct cgroup *cg, const char *key, char *buf,
	       size_t size);

/*
 * Removes the directories and what is below them; waits, at most a second, for
 * processes that are still ending. -1 when something is left: warns itself.
 */
int cgroup_remove(struct cgroup *cg);

#endif
