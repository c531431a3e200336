/* trees.h - what of the host the container sees, as detached mounts */
#ifndef CINIT_SETUP_HOST_TREES_H
#define CINIT_SETUP_HOST_TREES_H

#include "setup/launch.h"

/*
 * Makes the directories that are missing and may be made, and holds them, each
 * for one launcher at a time, until this one ends. Dies.
 */
void trees_prepare(const struct launch *l);

/*
 * Opens l->sources as trees, in their order, into fds (close-on-exec), and
 * returns how many: all, but not the tarball of a root in memory. Run
 * where mounts may be made: by root on the host, else by the child in its own
 * mount namespace. userns_fd: owners are shown as that namespace's where the
 * source asks for it; -1: as they are. Dies.
 */
unsigned trees_open(const struct launch *l, int userns_fd, int *fds);

/* One of them, as it is; of a tarball the file. -1, errno. */
int trees_open_one(const struct source *s);

#endif
