/* send.c - what the child is given to become the container of the plan */
#include "setup/host/send.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "setup/host/ids.h"
#include "setup/host/trees.h"
#include "setup/host/watch.h"

#ifndef PIDFD_GET_USER_NAMESPACE
#define PIDFD_GET_USER_NAMESPACE _IO(0xff, 9) /* linux/pidfd.h */
#endif

/*
 * Before we open anything: what is not open now would be one of ours. A
 * directory as stdio is a way out, by /proc/self/fd/0/.. (CVE-2024-21626).
 */
void send_check(const struct plan *p)
{
	struct stat st;

	for (int fd = 0; fd < 3; fd++)
		if (!fstat(fd, &st) && S_ISDIR(st.st_mode))
			die("descriptor %d is a directory of the host: it would "
			    "be a way out of the container",
			    fd);
	for (unsigned i = 0; i < p->preserve_fds; i++)
		if (fcntl(3 + i, F_GETFD) < 0)
			die("--preserve-fds %u: descriptor %u is not open",
			    p->preserve_fds, 3 + i);
}

char *send_text(struct launch *l, size_t *size)
{
	size_t room = 16384; /* is enough, as a rule, the first time */
	char *text;

	do {
		text = arena_take(&l->memory, room);
		if (!text)
			die("%zu bytes of plan: %m", room);
		*size = plan_encode(&l->plan, text, room);
	} while (*size > room && (room = *size));
	return text;
}

int send_plan(struct launch *l)
{
	size_t size;
	char *text = send_text(l, &size);
	int fd = fd_sealed("plan", text, size, 0);

	if (fd < 0)
		die("make the plan's file: %m");
	return fd;
}

void send_image(const struct child *c)
{
	int fd = child_image();

	watch_send_mapped(c, fd);
	close(fd);
}

/* Root opens the trees here; who is not, leaves it to the child. */
unsigned send_trees(struct launch *l, const struct child *c, int *fds)
{
	int userns_fd = -1;
	unsigned count;
	char path[64];

	if (!ids_privileged())
		return 0;
	if (ids_shifted(l)) {
		snprintf(path, sizeof path, "/proc/%d/ns/user", c->pid);
		userns_fd = ioctl(c->pidfd, PIDFD_GET_USER_NAMESPACE, 0);
		if (userns_fd < 0) /* before Linux 6.11 */
			userns_fd = open(path, O_RDONLY | O_CLOEXEC);
		if (userns_fd < 0)
			die("open %s: %m", path);
	}
	count = trees_open(l, userns_fd, fds);
	fd_close(&userns_fd);
	return count;
}
