/* begin.c - what every program of the host does before it reads its options */
#include "setup/host/begin.h"

#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/stat.h>

#include "init/base/die.h"

void begin(const char *name)
{
	die_name = name;
	umask(022); /* what we make has the modes that we say */
	/* A closed stdio would be the next file that is opened. */
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", O_RDWR | O_NOCTTY) != fd)
			die("open /dev/null: %m");
	/* Rights that come with the file, not with the caller, would make
	 * every path on the command line a question. */
	if (getauxval(AT_SECURE))
		die("%s must not be set-user-id or have capabilities of its own",
		    name);
}
