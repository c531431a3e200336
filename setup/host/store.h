/* store.h - what is known of OCI containers between two commands */
#ifndef CINIT_SETUP_HOST_STORE_H
#define CINIT_SETUP_HOST_STORE_H

#include <stdint.h>
#include <sys/types.h>

#include "init/cgroup/cgroup.h"
#include "init/plan/plan.h"

/*
 * A directory for each container, ROOT/ID, which its maker alone may enter:
 *
 *	record		what follows here, as text records (plan.h, the wire form)
 *	config.json	as it was when the container was made
 *	start		the socket that PID 1 waits at until it is started
 *
 * The directory itself is the lock (flock(2)) of who makes, starts or deletes
 * the container. A record is written beside the old one and renamed over it:
 * a command that is killed leaves the old one or the new one. Nothing is synced
 * to a disk, for a machine that stops takes the containers with it.
 */
enum store_phase {
	STORE_MAKING = 1, /* intent: nothing of it may be there, or all */
	STORE_CREATED,
	STORE_STARTED,
};

struct store_tree { /* of struct cgroup_tree, cgroup.h */
	const char *controllers, *mount, *path;
	uint32_t v2, made;
};

struct store_record {
	const char *bundle, *rootfs;
	LIST(struct store_tree) trees;
	LIST(struct pair) annotations;
	uint64_t created;  /* nanoseconds of CLOCK_REALTIME */
	uint64_t started;  /* of PID 1 by its /proc/PID/stat, in clock ticks */
	uint32_t phase;	   /* enum store_phase */
	uint32_t pid;	   /* of PID 1; 0: there is none yet */
	uint32_t uid;	   /* who made it */
	uint32_t own_pids; /* it has a pid namespace, which ends with PID 1 */
};
extern const struct plan_row store_rows[];

struct store {
	const char *root; /* --root */
	const char *id;
	int dir_fd;	     /* ROOT/ID; -1: there is none */
	struct arena memory; /* of the record's strings */
	struct store_record record;
};

/*
 * A directory of that name, locked, with `record` as its intent. Dies when
 * there is one already.
 */
void store_make(struct store *s);

/*
 * Opens and reads what is there. 0; -1: no such container. With `lock` nobody
 * else makes, starts or deletes it: waits for them, 10 seconds at most. Dies.
 */
int store_open(struct store *s, int lock);

/* Replaces the record. Dies. */
void store_write(struct store *s);
/* The file of a text, once, or the path of one that is bound there. Dies. */
void store_text(struct store *s, const char *name, const char *text,
		size_t size);
/* The whole file as a string in s->memory. Dies. */
char *store_read(struct store *s, const char *name, size_t *size);

/* Takes the directory away. -1, errno. */
int store_remove(struct store *s);

/* A socket that listens at ROOT/ID/start; and a connection to it. Dies. */
int store_listen(struct store *s);
int store_connect(struct store *s);

/* The cgroup to the record, which then points into cg; and the other way. */
void store_take_cgroup(struct store *s, const struct cgroup *cg);
void store_give_cgroup(const struct store *s, struct cgroup *cg);

/* Calls visit for each container of root, opened and unlocked, by name. */
void store_each(const char *root, void (*visit)(struct store *s, void *arg),
		void *arg);

#endif
