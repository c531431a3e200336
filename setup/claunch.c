/* claunch.c - the launcher: claunch [OPTION]... ROOTFS [COMMAND [ARG]...] */
#include "setup/host/begin.h"
#include "setup/host/gc.h"
#include "setup/launch.h"

int main(int argc, char *argv[])
{
	static struct launch l;

	begin("claunch");
	flags_parse(&l, argc, argv);
	if (l.gc)
		return gc_run();
	return launch_run(&l);
}
