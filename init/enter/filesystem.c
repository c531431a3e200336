/* filesystem.c - a file system of the plan, or the end */
#include "init/base/filesystem.h"

#include <errno.h>

#include "init/base/die.h"
#include "init/enter/parts.h"

int filesystem_make(const char *type, const char *source, const char *data,
		    uint64_t attr, const char *target, int optional)
{
	struct filesystem_why why;
	int fd = filesystem_new(type, source, data, attr, &why);

	if (fd >= 0 || (optional && (errno == EPERM || errno == ENODEV)))
		return fd;
	die("mount %s on %s: %s%m%s%s", type, target, why.step, why.said,
	    errno == ELOOP ? " (a layer lies within another)" : "");
}
