/* plan.h - the plan: all that cinit is told about the container it finishes */
#ifndef CINIT_PLAN_PLAN_H
#define CINIT_PLAN_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "init/base/arena.h"

/*
 * A container is a plan. The host side fills one, checks it whole, and from
 * then on it is const. It travels to cinit as text records (wire.c): one table
 * of rows per struct, a row per member. A unit test walks the bytes of every
 * struct here and fails when one belongs to no row; so members are ordered by
 * size and there is no padding.
 *
 * Zero always means "nothing asked". Numbers are in the unit named beside them.
 * Strings and lists belong to whoever made the plan.
 */

/*
 * A tree is a detached mount (open_tree(2)) of something of the host: the root
 * directory, a volume, a device node. The host side opens them, cinit finds
 * them as descriptors, and so no path of the host is ever looked up inside.
 * What is joined comes the same way.
 * Number n of the plan is descriptor TREE_FD + n - 1; 0 means none.
 */
enum { HOST_FD = 3, PLAN_FD = 4, TREE_FD = 5 };

enum { JOINS_MAX = 8, LAYERS_MAX = 64, LABEL_MAX = 512 };

enum mount_kind {
	MOUNT_FS = 1, /* a new file system of `type` with options `data` */
	MOUNT_TREE, /* the tree, or a part of the host shown inside */
	MOUNT_NODE, /* mknod: `mode` with its type bits, `device` */
	MOUNT_LINK, /* a symbolic link at target, to `source` */
	MOUNT_DIR, /* a directory at target, with `mode` */
	MOUNT_MASK, /* hide what is at target, if it exists */
	MOUNT_READONLY, /* make what is at target read-only, if it exists */
	MOUNT_FILE, /* a file at target that is `data`, and not on the disk */
};

/* One step of the ordered list; applied strictly in order. */
struct mount {
	const char *type; /* file system type, for MOUNT_FS */
	const char *source; /* of the file system (its name), or of the link */
	const char *target; /* absolute, inside */
	const char *data; /* of the file system: "size=64m,mode=755"; or a text */
	uint64_t set, clear; /* MOUNT_ATTR_*, mount_setattr(2) */
	uint64_t device; /* makedev(3) */
	uint32_t kind; /* enum mount_kind */
	uint32_t tree; /* number of the tree, for MOUNT_TREE */
	uint32_t recursive; /* attributes apply to the mounts below as well */
	uint32_t propagation; /* MS_SHARED, ..., mount(2); 0: private */
	uint32_t mode; /* of a node, or of a directory that must be made */
	uint32_t optional; /* EPERM and ENODEV from the kernel are no error */
};

struct rlimit_row { /* setrlimit(2) */
	uint64_t soft, hard; /* UINT64_MAX: no limit */
	uint64_t resource; /* RLIMIT_* */
};

struct pair { /* sysctl key and value */
	const char *key, *value;
};

struct join { /* setns(2) */
	uint64_t namespaces; /* CLONE_NEW*: which of them */
	uint64_t tree; /* number of a pidfd, or of a file of /proc/PID/ns */
};

struct clock_offset { /* time_namespaces(7) */
	int64_t seconds;
	uint32_t nanoseconds;
	uint32_t clock; /* CLOCK_MONOTONIC or CLOCK_BOOTTIME */
};

/* capabilities(7): one bit per capability, by its number */
struct capabilities {
	uint64_t bounding, effective, permitted, inheritable, ambient;
};

enum seccomp_kind {
	SECCOMP_NONE,
	SECCOMP_BUILTIN, /* the profile compiled in, by the capabilities */
	SECCOMP_FILTER, /* plan.filter, compiled by the host side */
};

/* Which answers of the filter are left to the launcher, see NOTE_LISTENER. */
enum seccomp_ask {
	SECCOMP_ASK_ALLOWED = 1,
	SECCOMP_ASK_REFUSED = 2, /* with an errno, or by killing */
};
enum wall { /* bits of plan.landlock, landlock(7) */
	WALL_FILES = 1, /* writes only below `writable`, and not in `closed` */
	WALL_BIND = 2, /* TCP: only the ports given */
	WALL_CONNECT = 4,
	WALL_SCOPE = 8, /* no signals and abstract sockets of others */
};
#define WALL_PORT(wall, port) ((uint64_t)(wall) << 16 | (port))

#define LIST(type) struct { type *item; size_t count; }

struct plan {
	/* the namespaces and what is in them */
	uint64_t namespaces; /* CLONE_NEW*: those made for this container */
	const char *hostname, *domainname;
	LIST(struct clock_offset) clocks;
	LIST(struct pair) sysctls;
	LIST(struct join) joins; /* those entered; root_tree is their root */

	/* the file system */
	LIST(struct mount) mounts;
	LIST(uint64_t) layers; /* trees laid over the root, the last on top */

	/* the command */
	LIST(const char *) argv;
	LIST(const char *) env; /* KEY=VALUE */
	const char *cwd; /* inside; made if the mounts did not */
	const char *user; /* USER[:GROUP], names or numbers, resolved inside */
	LIST(const char *) groups; /* supplementary, names or numbers */
	LIST(struct rlimit_row) rlimits;
	struct capabilities caps;
	LIST(uint64_t) filter; /* struct sock_filter, 8 bytes each */
	uint64_t seccomp_asks; /* enum seccomp_ask */
	LIST(const char *) writable; /* paths, as are these: */
	LIST(const char *) closed; /* those within them that are not */
	LIST(uint64_t) ports; /* WALL_PORT() */
	const char *apparmor; /* profile, from exec on */
	const char *selinux; /* context, from exec on */

	/* numbers and switches */
	uint64_t landlock; /* enum wall */
	uint64_t root_attr; /* MOUNT_ATTR_* of the root, set at the very end */
	uint64_t umask;
	int64_t grace_ms; /* patience before KILL; -1: without end */
	int64_t oom_score_adj; /* -1000 to 1000, proc(5); with has_.. */
	uint32_t root_tree; /* number of the tree that becomes / */
	uint32_t upper_tree; /* writes go here: overlay over root_tree */
	uint32_t overlay; /* an overlay; without upper_tree, thrown away */
	uint32_t root_propagation; /* MS_*; 0: private */
	uint32_t seccomp; /* enum seccomp_kind */
	uint32_t seccomp_flags; /* SECCOMP_FILTER_FLAG_* */
	uint32_t no_new_privs;
	uint32_t keyring; /* a session keyring of its own */
	uint32_t has_oom_score_adj;
	uint32_t empty_stdin; /* the command reads /dev/null, the inside's */
	uint32_t terminal; /* a pty of the container's own is stdio */
	uint32_t rows, columns; /* its size, if known */
	uint32_t init; /* cinit stays as PID 1; else the command becomes it */
	uint32_t stop_signal; /* what a stop of the command is sent as */
	uint32_t to_group; /* signals go to the command's process group */
	uint32_t preserve_fds; /* so many go on to the command, from 3 on; */
	uint32_t preserve_from; /* until then they are parked from here on */
	uint32_t verbose; /* the keeper says what it does */
	uint32_t trace; /* report the time of every step */
	uint32_t setgroups_denied; /* user_namespaces(7): no groups to set */
	uint32_t loopback; /* bring up lo in the new network namespace */
	uint32_t detached; /* outlives its launcher */
	uint32_t start_tree; /* number of a listening socket: START comes from
			      * who connects to it, not from the launcher */
};

/*
 * What a plan must fulfil before anyone acts on it: absolute targets, trees
 * within 1..trees, numbers in range, capabilities in their sets, a command.
 * Returns 0, or -1 and one sentence in why.
 */
int plan_check(const struct plan *p, unsigned trees, char *why, size_t size);

/* wire.c ------------------------------------------------------------------ */

/*
 * Text records: "key=value\0" each. Members that are zero are left out. A list
 * is a run of records of the same key; an element that is a struct begins with
 * "key=" alone and goes on with "key.member=value".
 *
 * Returns the size of the text, and writes as much of it as fits.
 */
size_t plan_encode(const struct plan *p, char *text, size_t size);

/*
 * The other way. Unknown keys, bad numbers, repeated single values and
 * cut-off records are refused: -1 and a sentence. Strings of the plan point
 * into the text, which must stay; lists are taken from the arena, each with
 * room for two more elements, which are zero.
 */
int plan_decode(struct plan *p, char *text, size_t size, struct arena *memory,
		char *why, size_t why_size);

/* The tables, for the unit test and for whoever prints. */
enum plan_type {
	PLAN_U64, /* decimal */
	PLAN_I64,
	PLAN_U32,
	PLAN_HEX, /* 64 bits in hexadecimal: masks of bits */
	PLAN_OCTAL, /* modes */
	PLAN_TEXT,
	PLAN_TEXTS, /* list of text */
	PLAN_WORDS, /* list of 64-bit hexadecimal words */
	PLAN_GROUP, /* a struct inside */
	PLAN_LIST, /* list of structs */
};

struct plan_row {
	const char *key;
	uint16_t offset;
	uint16_t size; /* of the member */
	uint32_t type; /* enum plan_type */
	const struct plan_row *rows; /* of the struct, for GROUP and LIST */
	size_t stride; /* sizeof one element, for GROUP and LIST */
};
extern const struct plan_row plan_rows[];

/*
 * The same two ways for any struct that has such a table, of at most 64 rows;
 * what is decoded into is all zero before.
 */
size_t wire_encode(const struct plan_row *rows, const void *from, char *text,
		   size_t size);
int wire_decode(const struct plan_row *rows, void *to, char *text, size_t size,
		struct arena *memory, char *why, size_t why_size);

#endif
