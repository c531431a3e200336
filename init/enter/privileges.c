/* privileges.c - the command's limits and rights, in the order that works */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/enter/parts.h"
#include "init/enter/seccomp.h"

#define KEYCTL_JOIN_SESSION_KEYRING 1 /* keyctl(2) */

enum { CAP_COUNT = 64 };

static void set_rlimits(const struct plan *p)
{
	for (size_t i = 0; i < p->rlimits.count; i++) {
		const struct rlimit_row *row = &p->rlimits.item[i];
		struct rlimit limit = { row->soft, row->hard };

		if (prlimit(0, row->resource, &limit, NULL) < 0)
			die("set resource limit %llu to %llu:%llu: %m%s",
			    (unsigned long long)row->resource,
			    (unsigned long long)row->soft,
			    (unsigned long long)row->hard,
			    errno == EPERM ? " (only the host's root with "
					     "CAP_SYS_RESOURCE may raise it)" :
					     "");
	}
}

static void set_oom_score_adj(const struct inside *in)
{
	char digits[24], *d = digits + sizeof digits;
	long value = in->plan->oom_score_adj;
	unsigned long left = value < 0 ? -value : value;

	/* Who joins was given it before, outside. */
	if (!in->plan->has_oom_score_adj || in->plan->joins.count)
		return;
	*--d = 0;
	do
		*--d = '0' + left % 10;
	while (left /= 10);
	if (value < 0)
		*--d = '-';
	if (fd_write_file(in->proc_fd, "self/oom_score_adj", d) < 0)
		die("set oom_score_adj to %s: %m%s", d,
		    errno == EACCES ? " (only the host's root with "
				      "CAP_SYS_RESOURCE may lower it)" :
				      "");
}

static void drop_bounding(const struct plan *p)
{
	for (int cap = 0; cap < CAP_COUNT; cap++) {
		if (p->caps.bounding >> cap & 1 ||
		    !prctl(PR_CAPBSET_DROP, cap, 0, 0, 0))
			continue;
		if (errno == EINVAL)
			return; /* the kernel knows no more of them */
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) > 0)
			die("drop capability %d from the bounding set: %m",
			    cap);
	}
}

#define NOT_MAPPED                                                         \
	(errno == EINVAL ? " (it is not mapped into this container; more " \
			   "ids than one take root, or newuidmap and "     \
			   "/etc/subuid)" :                                \
			   "")

static void set_ids(const struct inside *in)
{
	const struct identity *who = &in->who;

	if (!in->plan->setgroups_denied &&
	    sys_setgroups(who->group_count, who->groups) < 0)
		die("set %zu supplementary groups: %m%s", who->group_count,
		    errno == EINVAL ? " (one of them is not mapped into this "
				      "container)" :
				      "");
	if (sys_setresgid(who->gid) < 0)
		die("become group %u: %m%s", who->gid, NOT_MAPPED);
	if (sys_setresuid(who->uid) < 0)
		die("become user %u: %m%s", who->uid, NOT_MAPPED);
}

int capabilities_set(const struct capabilities *c)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3,
						 0 };
	struct __user_cap_data_struct data[2];

	for (int i = 0; i < 2; i++) {
		data[i].effective = c->effective >> 32 * i;
		data[i].permitted = c->permitted >> 32 * i;
		data[i].inheritable = c->inheritable >> 32 * i;
	}
	return syscall(SYS_capset, &head, data);
}

/* Asked for and true must be the same: capset drops some in silence. */
static int capabilities_are(const struct capabilities *c)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3,
						 0 };
	struct __user_cap_data_struct now[2];

	if (syscall(SYS_capget, &head, now) < 0)
		return 0;
	for (int i = 0; i < 2; i++)
		if (now[i].effective != (uint32_t)(c->effective >> 32 * i) ||
		    now[i].permitted != (uint32_t)(c->permitted >> 32 * i) ||
		    now[i].inheritable != (uint32_t)(c->inheritable >> 32 * i))
			return 0;
	return 1;
}

static void raise_ambient(const struct plan *p)
{
	for (int cap = 0; cap < CAP_COUNT; cap++)
		if (p->caps.ambient >> cap & 1 &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
			die("raise ambient capability %d: %m", cap);
}

/*
 * As execve(2) would have it: a user other than root keeps only what is
 * ambient (capabilities(7), "Transformation of capabilities").
 */
static struct capabilities of_user(const struct inside *in)
{
	struct capabilities c = in->plan->caps;

	if (in->who.uid) {
		c.effective = c.ambient;
		c.permitted = c.ambient;
	}
	return c;
}

/* What denies by rules of its own, whatever rights are left. */
static void confine(const struct inside *in)
{
	if (in->plan->landlock && sys_landlock_restrict(in->wall_fd) < 0)
		die("landlock: put up the wall: %m");
	seccomp_install(in->plan);
}

void privileges_drop(const struct inside *in)
{
	const struct plan *p = in->plan;
	struct capabilities caps = of_user(in);

	set_rlimits(p);
	set_oom_score_adj(in);
	if (p->keyring && sys_keyctl(KEYCTL_JOIN_SESSION_KEYRING, 0, 0) < 0 &&
	    errno != ENOSYS) /* a kernel without keyrings has none to leak */
		die("make a session keyring: %m");
	drop_bounding(p);
	/* Keep what is permitted over setuid, so that capset has the word. */
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		die("keep capabilities: %m");
	/* Without no_new_privs both take CAP_SYS_ADMIN: while we have it. */
	if (!p->no_new_privs)
		confine(in);
	set_ids(in);
	/* A change of users takes the default, fs.suid_dumpable (proc(5)). */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	umask(p->umask);
	if (p->no_new_privs && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
				prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1))
		die("set no_new_privs: %m");
	if (capabilities_set(&caps) < 0)
		die("set capabilities: %m (some of those asked for are not to "
		    "be had here)");
	if (!capabilities_are(&caps))
		die("set capabilities: the kernel made them others");
	raise_ambient(p);
	if (prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) < 0)
		die("forget kept capabilities: %m");
	if (p->no_new_privs)
		confine(in);
}
