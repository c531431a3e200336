/* tarball.h - unpacking archives whose makers nobody has to trust */
#ifndef CINIT_SETUP_HOST_TARBALL_H
#define CINIT_SETUP_HOST_TARBALL_H

#include <sys/types.h>

#include "setup/launch.h"

enum { DIGEST_TEXT = 65 }; /* SHA-256 in hexadecimal, and a NUL */

/* Whose the unpacked files are. */
enum owners {
	OWNERS_REAL,   /* root: the numbers of the archive, as they are */
	OWNERS_MAPPED, /* the same numbers, inside the user namespace */
	OWNERS_CALLER, /* everything is the caller's */
};

struct tarball {
	const struct launch *l;
	const struct launch *ids; /* tar is root by its maps; NULL: as we are */
	int fd; /* the regular file l->rootfs, open for reading */
	enum owners owners;
	const struct packing *packing;
};

/* Finds out how it is packed, by its content. Dies: it is not a tarball. */
void tarball_look(struct tarball *t);

/* The SHA-256 of the file, by the host's sha256sum(1). Dies. */
void tarball_digest(const struct tarball *t, char digest[DIGEST_TEXT]);

/*
 * Unpacks it as dir/rootfs; dir is absolute, exists, is empty, belongs to us,
 * and everybody may write to it (who gets there is not decided by its mode).
 * The bytes unpacked are proved to be those of the digest; without one (NULL)
 * dir may be filled to the brim. tar runs where it
 * can reach nothing but that directory, so that not even a tar taken over by
 * the archive could do harm. progress is told now and then how many bytes of
 * the file were read.
 *
 * Device nodes that an unprivileged caller cannot make are left out; any other
 * complaint of tar is a failure: -1 and the sentence in why.
 */
int tarball_unpack(const struct tarball *t, const char *dir, const char *digest,
		   void (*progress)(off_t), char *why, size_t size);

/* Removes dir/rootfs, whoever owns what is in it, and dir. -1, errno. */
int tarball_remove(const struct tarball *t, const char *dir);

#endif
