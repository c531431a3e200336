/* gc.c - claunch --gc: what killed launchers could not take back */
#include "setup/host/gc.h"

#include <ctype.h>
#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "init/base/die.h"
#include "setup/host/net/net.h"

#define CGROUPS "/sys/fs/cgroup"
#define PREFIX "/cinit-"

enum { DESCRIPTORS = 16, SETTLED_S = 60 };

/* PID-XXXX, where that process is gone: what a run makes that has no name. */
static int is_orphan(const char *name)
{
	char *end;
	long pid = strtol(name, &end, 10);

	if (!isdigit((unsigned char)*name) || *end != '-' ||
	    strspn(end + 1, "0123456789abcdef") != 4 ||
	    (end[5] && end[5] != '/'))
		return 0;
	return kill(pid, 0) < 0 && errno == ESRCH;
}

/* It, or something below it; or one with a name of the user's, by its age: it
 * is in use, too, between its making and the first process. */
static int is_left(const char *path, const struct stat *st)
{
	for (const char *at = path; (at = strstr(at, PREFIX));) {
		at += strlen(PREFIX);
		if (is_orphan(at) ||
		    (!strchr(at, '/') && time(NULL) - st->st_ctime > SETTLED_S))
			return 1;
	}
	return 0;
}

/* One that has processes cannot be removed. */
static int remove_cgroup(const char *path, const struct stat *st, int type,
			 struct FTW *unused)
{
	(void)unused;
	if (type != FTW_DP || !is_left(path, st))
		return 0;
	if (rmdir(path) < 0 && errno != EBUSY && errno != EACCES &&
	    errno != EPERM && errno != ENOENT && errno != ENOTEMPTY)
		warn("remove %s: %m", path);
	return 0;
}

static void cgroups_gc(void)
{
	nftw(CGROUPS, remove_cgroup, DESCRIPTORS, FTW_PHYS | FTW_DEPTH);
}

/* One row for each kind of thing that can be left. */
static void (*const kinds[])(void) = { net_gc, cgroups_gc };

int gc_run(void)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		kinds[i]();
	return 0;
}
