/* launch.h - what claunch is asked for: a plan, and what only the host does */
#ifndef CINIT_SETUP_LAUNCH_H
#define CINIT_SETUP_LAUNCH_H

#include <stdint.h>

#include "init/cgroup/cgroup.h"
#include "init/plan/plan.h"

/* A range of ids: `inside` is shown for `outside`. user_namespaces(7) */
struct id_range {
	uint32_t inside, outside, count;
};

enum userns_mode {
	USERNS_AUTO, /* root: 65536 ids of its own; else subuid or single */
	USERNS_HOST, /* no user namespace */
	USERNS_SINGLE, /* only root, mapped to the caller */
	USERNS_MAP, /* the maps as given */
};

/*
 * Something of the host that becomes a tree (plan.h). Number n of the plan is
 * source[n - 1].
 */
struct source {
	const char *path; /* as typed: relative to the caller's directory */
	const char *below; /* absolute: only this of it; NULL: all */
	const char *type, *options; /* a file system of `path`; NULL: a bind */
	uint64_t device; /* must be this node, makedev(3); 0: anything */
	uint32_t recursive; /* with the mounts below it */
	uint32_t idmap; /* owners on disk are shown as ids of the container */
	uint32_t node; /* must be a device node, whichever */
	uint32_t create; /* make the directory if it is missing */
	uint32_t tarball; /* the file itself: the child makes a tree of it */
	uint32_t propagation; /* MS_SLAVE, MS_SHARED: with the host; 0: none */
};

enum net_kind {
	NET_NONE, /* a network of its own, with loopback only */
	NET_HOST,
	NET_NAT, /* a link to a bridge of ours, and addresses behind it */
	NET_USER, /* pasta or slirp4netns, for who is not root */
	NET_CONTAINER, /* that of a process */
	NET_PATH, /* one that is bound to a path, ip-netns(8) */
};

/* A port of the host that leads to one inside. */
struct net_port {
	const char *address; /* of the host; NULL: every one */
	uint16_t host, inside;
	uint8_t family; /* AF_INET, AF_INET6; 0: both */
	uint8_t udp;
};

/* Addresses in the order of the bytes on the wire. */
struct net {
	enum net_kind kind;
	const char *target; /* pid, path; of NET_USER the program, or NULL */
	uint8_t ip[4], subnet4[4], subnet6[16], mac[6]; /* zero: not said */
	uint32_t bits4, bits6; /* of the subnets; 0: not said */
	uint32_t mtu; /* 0: not said */
	LIST(const char *) dns;
	LIST(const char *) dns_search;
	LIST(struct pair) hosts; /* name, address */
	LIST(struct net_port) ports;
};

struct launch {
	struct plan plan;

	const char *rootfs; /* as typed: a directory or a tarball */
	LIST(struct source) sources; /* source[0] is the root directory */

	const char *root_tmpfs; /* options: a tarball goes there; NULL: cache */

	enum userns_mode userns;
	LIST(struct id_range) uid_map;
	LIST(struct id_range) gid_map;

	LIST(struct limit) limits;
	const char *cgroup_parent;

	struct net net;

	const char *seccomp_file; /* OCI JSON, to be compiled into the plan */
	const char *seccomp_record; /* the same, to be written */

	const char *join; /* what is entered, as typed; NULL: nothing is */
	uint64_t join_only; /* CLONE_NEW*: these alone; 0: all of it */
	const char *keep, *unkeep; /* directories of kept namespaces */

	const char *name; /* of the container; NULL: made from the pid */
	const char *pid_file;
	const char *report;
	const char *trace;
	int strict; /* nothing but native system calls, and see settle.c */
	int interactive; /* stdin of the caller reaches the command */
	int terminal; /* -1: if stdin and stdout are terminals */
	int dry_run;
	int ps, json;
	int verbose;
	int seccomp_log; /* say which calls the filter refuses */
	int gc; /* no run: what killed launchers left is taken away */

	struct arena memory; /* everything above lives here */
};

/*
 * flags/: command line to launch. Pure: opens nothing but the --env-file, asks
 * nothing. Ends the program with 125 and one sentence when the line is wrong;
 * prints and exits 0 for --help and --version. argv stays in use.
 */
void flags_parse(struct launch *l, int argc, char *const argv[]);

/*
 * flags/defaults.c: what was not said: mounts, masks, devices, environment,
 * capabilities, namespaces. `root` tells whether the caller may make mounts
 * on the host (effective uid 0 with CAP_SYS_ADMIN). Pure as well.
 */
void flags_defaults(struct launch *l, int root);
void flags_cgroup_mounts(struct launch *l, const struct cgroup *cg);

/*
 * flags/join.c: a plan to join with, instead of flags_defaults: what was said,
 * then `base`, which is what runs there as far as it is known. With `confine`
 * its privileges are those of the base, else claunch's defaults. Pure.
 */
void flags_join(struct launch *l, const struct plan *base, int confine);

/*
 * mounts.c: the mounts whose type is this very string become those of cg: one
 * file system of v2, a directory with the hierarchies of v1, or none. Dies.
 */
void launch_cgroup_mounts(struct launch *l, const struct cgroup *cg,
			  const char *type);

/* launch.c: the whole run; returns the exit status. Dies before the command. */
int launch_run(struct launch *l);

#endif
