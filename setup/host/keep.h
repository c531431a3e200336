/* keep.h - namespaces without a process: files in a directory hold them */
#ifndef CINIT_SETUP_HOST_KEEP_H
#define CINIT_SETUP_HOST_KEEP_H

#include <sys/types.h>

#include "setup/launch.h"

/*
 * l->keep becomes a directory of its own, empty but for: a file for each
 * namespace that was made (mnt, uts, ipc, net, cgroup, user, time; a pid
 * namespace ends with its PID 1), `plan`, and `ids`, the first of its range of
 * ids, which nobody else gets as long as it is kept. The network namespace has
 * a name for ip-netns(8), the last part of the directory's.
 *
 * keep_prepare looks whether that can be, and makes the directory; keep_make
 * does the rest for the process, whose setup is over. Both die; keep_undo takes
 * back what there is of it, unless it is whole and nothing failed.
 */
void keep_prepare(const struct launch *l);
void keep_make(const struct launch *l, pid_t pid, int plan_fd);
void keep_undo(int failed);

/* --unkeep: the other way; what is half there goes as well. Exit status; dies. */
int keep_end(const char *path);

/* The plan of a directory of --keep that is the caller's own. Dies. */
int keep_open_plan(int dir_fd, const char *path);

#endif
