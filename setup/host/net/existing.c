/* existing.c - a network namespace that exists already */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "setup/host/ids.h"
#include "setup/host/net/part.h"

static int joined_fd = -1, own_fd = -1;

/* Joining takes CAP_SYS_ADMIN where the namespace belongs to, setns(2). */
static void check_right(const char *path)
{
	if (!ids_privileged())
		die("--net: entering %s takes root; without, start both with "
		    "--net host, or what is to share a network in one "
		    "container",
		    path);
}

void existing_prepare(struct launch *l)
{
	const struct net *n = &l->net;
	char path[64];
	const char *from = n->target;
	struct statfs fs;

	if (n->kind == NET_CONTAINER) {
		snprintf(path, sizeof path, "/proc/%s/ns/net", n->target);
		from = path;
	}
	check_right(from);
	/* Not a fifo, which would wait. */
	joined_fd = open(from, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (joined_fd < 0 && errno == ENOENT && n->kind == NET_CONTAINER)
		die("--net container:%s: there is no such process", n->target);
	if (joined_fd < 0)
		die("--net: open the network namespace %s: %m", from);
	if (fstatfs(joined_fd, &fs) < 0 || fs.f_type != NSFS_MAGIC ||
	    ioctl(joined_fd, NS_GET_NSTYPE) != CLONE_NEWNET)
		die("--net: %s is not a network namespace (ip netns add makes "
		    "them in /run/netns)",
		    from);
	own_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (own_fd < 0)
		die("open /proc/self/ns/net: %m");
	names_make(l, NULL, NULL, NULL);
}

/*
 * By the launcher, because the child of a user namespace of its own has no
 * rights in that of another.
 */
void net_enter(const struct launch *l)
{
	if (joined_fd >= 0 && setns(joined_fd, CLONE_NEWNET) < 0)
		die("--net: enter the network namespace of %s: %m",
		    l->net.target);
}

void net_return(const struct launch *l)
{
	if (joined_fd >= 0 && setns(own_fd, CLONE_NEWNET) < 0)
		die("come back from the network namespace of %s: %m",
		    l->net.target);
	fd_close(&joined_fd);
	fd_close(&own_fd);
}
