/* label.c - the label that another LSM gives the command at its exec */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/enter/parts.h"

enum { PROC_ROOT_INO = 1 }; /* linux/proc_fs.h */

/*
 * A label that goes into a file of somebody's own is none (CVE-2019-16884,
 * CVE-2025-52881). It is written while nothing of the container is in sight;
 * and even so only to the root of a procfs, and to nothing mounted in it.
 */
void outer_proc(struct inside *in)
{
	const struct plan *p = in->plan;
	struct statfs fs;
	struct stat st;
	int fd;

	if (!p->apparmor && !p->selinux && !p->landlock)
		return;
	fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstatfs(fd, &fs) < 0 || fstat(fd, &st) < 0 ||
	    fs.f_type != PROC_SUPER_MAGIC || st.st_ino != PROC_ROOT_INO)
		die("/proc of the host is not a procfs");
	in->outer_proc_fd = fd;
}

static const struct lsm {
	char option[12], file[32], verb[8];
} lsms[] = {
	{ "apparmor", "thread-self/attr/apparmor/exec", "exec " },
	{ "selinux", "thread-self/attr/exec", "" },
};

/* The kernel keeps it until the next execve, across fork: the command's. */
static void set(const struct inside *in, const struct lsm *lsm,
		const char *label)
{
	int fd = sys_openat2(in->outer_proc_fd, lsm->file, O_RDWR, 0,
			     RESOLVE_BENEATH | RESOLVE_NO_XDEV |
				     RESOLVE_NO_MAGICLINKS);
	char text[LABEL_MAX + 8], back[LABEL_MAX + 32];
	size_t len = strlen(label);
	int size = snprintf(text, sizeof text, "%s%s", lsm->verb, label);
	ssize_t n;

	if (fd < 0 || write(fd, text, size) != size)
		die("--%s %s: %m (%s)", lsm->option, label,
		    fd >= 0 && errno == ENOENT ?
			    "the profile is not loaded" :
			    "does this kernel have it, and on?");
	n = pread(fd, back, sizeof back - 1, 0);
	back[n > 0 ? n : 0] = 0;
	/* AppArmor adds the mode: "name (enforce)" */
	if (strncmp(back, label, len) || !strchr(" \n", back[len]))
		die("--%s %s: the kernel made it \"%s\"", lsm->option, label,
		    back);
	fd_close(&fd);
}

void labels_set(struct inside *in)
{
	if (in->plan->apparmor)
		set(in, &lsms[0], in->plan->apparmor);
	if (in->plan->selinux)
		set(in, &lsms[1], in->plan->selinux);
}
