/* ids.h - which users and groups of the host the container's are */
#ifndef CINIT_SETUP_HOST_IDS_H
#define CINIT_SETUP_HOST_IDS_H

#include <sys/types.h>

#include "setup/launch.h"

/*
 * Fills l->uid_map and l->gid_map by l->userns, user_namespaces(7):
 * AUTO as root: 65536 ids that no other container has for as long as this
 * process lives (a lock in /run/cinit/ids); AUTO otherwise: the caller, and
 * the range of /etc/subuid where newuidmap(1) is installed; SINGLE: root
 * inside is the caller, and nobody else exists. Dies.
 */
void ids_choose(struct launch *l);

/*
 * The range that begins there belongs to a user namespace that is kept without
 * a process, and is given to nobody; or no more. Others than AUTO gave: nothing.
 */
void ids_keep(uint32_t first, int kept);

/* Writes the maps of a process in a fresh user namespace, then reads back. */
void ids_write(const struct launch *l, pid_t pid);

/* Do owners on disk differ from what the container calls them? */
int ids_shifted(const struct launch *l);

/* May this process make mounts on the host, and write any id map? */
int ids_privileged(void);

#endif
