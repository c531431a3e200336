/* memory.h - a root file system that is in memory alone */
#ifndef CINIT_SETUP_HOST_MEMORY_H
#define CINIT_SETUP_HOST_MEMORY_H

#include "setup/launch.h"

/* Opens the tarball, for the child: by the launcher, whose file it is. Dies. */
void memory_open(const struct launch *l);

/*
 * That tarball unpacked into a tmpfs with the options l->root_tmpfs, or the part
 * of it that l asks for, as a tree. Run by the child, when it is root in its
 * namespaces: so it is its users' file system, paid for by its cgroup, and gone
 * with it. Dies.
 */
int memory_root(const struct launch *l);

#endif
