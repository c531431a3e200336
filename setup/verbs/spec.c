/* spec.c - spec: a config.json to begin with */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "setup/oci/config.h"
#include "setup/verbs/verbs.h"

int verb_spec(struct call *c)
{
	char path[4096];
	int fd;

	if ((size_t)snprintf(path, sizeof path, "%s/config.json",
			     c->bundle ? c->bundle : ".") >= sizeof path)
		die("--bundle: the path is too long");
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0 && errno == EEXIST)
		die("%s exists: move it away first", path);
	if (fd < 0 ||
	    fd_write_all(fd, oci_spec_start, oci_spec_end - oci_spec_start) < 0)
		die("write %s: %m", path);
	fd_close(&fd);
	return 0;
}
