/* value.h - the values of options that only the host has: ranges, paths, mounts */
#ifndef CINIT_SETUP_FLAGS_VALUE_H
#define CINIT_SETUP_FLAGS_VALUE_H

#include "init/value/value.h"
#include "setup/launch.h"

/* INSIDE:OUTSIDE:COUNT */
int value_range(struct value *v, const char *text, struct id_range *out);

/* An absolute path without "." and ".."; doubled and last slashes go away. */
int value_path(struct value *v, const char *text, const char **out);
/* A path of cgroups: from the mounts if it begins with /, else below our own. */
int value_cgroup_path(struct value *v, const char *text, const char **out);

/* A step of the plan; the tree it shows, if kind is MOUNT_TREE. */
struct value_step {
	struct mount mount;
	struct source source;
};

int value_volume(struct value *v, const char *text, struct value_step *out);
int value_tmpfs(struct value *v, const char *text, struct value_step *out);
int value_mount(struct value *v, const char *text, struct value_step *out);
int value_node(struct value *v, const char *text, struct value_step *out);

#endif
