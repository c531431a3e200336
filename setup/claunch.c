/* claunch.c - the launcher: claunch [OPTION]... ROOTFS [COMMAND [ARG]...] */
#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/base/die.h"
#include "setup/host/gc.h"
#include "setup/launch.h"

int main(int argc, char *argv[])
{
	static struct launch l;

	die_name = "claunch";
	umask(022); /* what we make has the modes that we say */
	/* A closed stdio would be the next file that is opened. */
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", O_RDWR | O_NOCTTY) != fd)
			die("open /dev/null: %m");
	/* Rights that come with the file, not with the caller, would make
	 * every path on the command line a question. */
	if (getauxval(AT_SECURE))
		die("claunch must not be set-user-id or have capabilities of "
		    "its own");
	flags_parse(&l, argc, argv);
	if (l.gc)
		return gc_run();
	return launch_run(&l);
}
