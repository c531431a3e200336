/* config.h - config.json of a bundle, on its way to a launch */
#ifndef CINIT_SETUP_OCI_CONFIG_H
#define CINIT_SETUP_OCI_CONFIG_H

#include <stddef.h>
#include <stdint.h>

#include "setup/launch.h"
#include "setup/oci/json.h"
#include "setup/oci/seccomp.h"

/*
 * OCI runtime-spec 1.3.0, config.md and config-linux.md. What is the same in a
 * plan is read straight into it; the members here are what has to be put
 * together with something else first, by oci_settle().
 */
struct oci_mount {
	const char *target, *type, *source;
	const char *data;     /* options that are the file system's own */
	uint64_t set, clear;  /* MOUNT_ATTR_*, mount_setattr(2) */
	uint32_t propagation; /* MS_*; 0: not said */
	uint32_t bind;	      /* shows something of the host, ... */
	uint32_t with_mounts; /* ... with the mounts below it */
	uint32_t recursive;   /* attributes are for the mounts below as well */
};

struct oci_namespace {
	uint32_t kind;	  /* CLONE_NEW*, the low 32 bits of it */
	const char *path; /* one to enter; NULL: a new one */
};

/* devices(7) of the cgroup: access is a word of the letters r, w and m. */
struct oci_access {
	uint32_t allow, type; /* 'a', 'b', 'c' */
	int64_t major, minor; /* -1: all of them */
	const char *access;
};

struct oci_config {
	struct launch launch;
	const char *version;
	const char *root; /* relative to the bundle */
	uint32_t read_only;
	uint32_t with_init; /* annotation org.cinit.init */
	uint32_t has_seccomp;
	const char *cgroups_path;
	LIST(struct oci_mount) mounts;
	LIST(struct oci_namespace) namespaces;
	LIST(struct oci_access) access;
	LIST(const char *) masked;
	LIST(const char *) readonly;
	LIST(struct pair) annotations;
	struct seccomp_profile seccomp;
};

/* The table: a row for each property of the specification. */
extern const struct json_row oci_config_rows[];
extern const struct json_row oci_process_rows[]; /* of a struct launch */

/*
 * Reads the text of a config.json, and changes it. -1 and a sentence in why,
 * which begins with the place in the document. All strings are c's own: they
 * live in c->launch.memory, which the caller has made.
 */
int oci_read(struct oci_config *c, char *text, size_t size, char *why,
	     size_t why_size);

/*
 * The rest of the launch: root, mounts, devices, masks, namespaces. `bundle` is
 * an absolute path, `root` whether the caller may make device nodes. -1 and a
 * sentence.
 */
int oci_settle(struct oci_config *c, const char *bundle, int root, char *why,
	       size_t why_size);

/* The type of mounts that launch_cgroup_mounts() is for; this very string. */
extern const char oci_cgroup[];

/* What `spec` writes: a config.json to begin with (spec.S). */
extern const char oci_spec_start[], oci_spec_end[];

#endif
