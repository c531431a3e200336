/* filesystem.h - a new file system as a detached mount */
#ifndef CINIT_BASE_FILESYSTEM_H
#define CINIT_BASE_FILESYSTEM_H

#include <stdint.h>

/* What failed, beside errno: words for before it and after it, or "". */
struct filesystem_why {
	char step[96]; /* "option size: " */
	char said[256]; /* ": " and what the kernel says itself, fsopen(2) */
};

/*
 * fsopen to fsmount: options as "size=64m,mode=755,ro", source may be NULL,
 * attr is MOUNT_ATTR_*. A descriptor, close-on-exec; or -1, errno and why.
 */
int filesystem_new(const char *type, const char *source, const char *options,
		   uint64_t attr, struct filesystem_why *why);

#endif
