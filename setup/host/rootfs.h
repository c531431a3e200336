/* rootfs.h - the directory that becomes the container's root */
#ifndef CINIT_SETUP_HOST_ROOTFS_H
#define CINIT_SETUP_HOST_ROOTFS_H

#include "setup/launch.h"

/*
 * Makes sources.item[0] of l->rootfs. A directory is itself. A tarball is
 * unpacked into the cache, once for its content, and an overlay is asked for,
 * since the cache is never written to. After ids_choose(): in the cache of a
 * caller who is not root, files have the owners that the maps give them. Dies.
 *
 * The cache is /var/cache/cinit, or $XDG_CACHE_HOME/cinit of a caller who is
 * not root, and in it
 *
 *   DIGEST-KIND/rootfs	an archive with that SHA-256, unpacked; KIND says who
 *			owns the files
 *   unpacking-KIND	one that is being unpacked, or was when we were killed
 *   index/KEY		link to the DIGEST of a file that has not changed since
 *   lock		held by the one who unpacks
 */
void rootfs_prepare(struct launch *l);

#endif
