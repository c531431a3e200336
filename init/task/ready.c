/* ready.c - telling whoever waits for it that the command runs */
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/task/task.h"

/* sd_notify(3): a datagram; a name that begins with @ is an abstract one. */
static int notify(const char *name)
{
	static const char text[] = "READY=1";
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t len = strlen(name);
	int fd, sent;

	if (len >= sizeof to.sun_path)
		return 0;
	memcpy(to.sun_path, name, len);
	if (*name == '@')
		to.sun_path[0] = 0;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	sent = sendto(fd, text, sizeof text - 1, MSG_NOSIGNAL,
		      (struct sockaddr *)&to,
		      offsetof(struct sockaddr_un, sun_path) + len) >= 0;
	fd_close(&fd);
	return sent;
}

void task_ready(struct task *t, pid_t pid)
{
	if (pid < 0 || pid == die_pid)
		return;
	if (t->ready_fd >= 0 && fd_write_all(t->ready_fd, "\n", 1) < 0)
		warn("tell descriptor %d that the command runs: %m",
		     t->ready_fd);
	if (t->notify_socket && !notify(t->notify_socket))
		warn("tell %s that the command runs: %m", t->notify_socket);
	fd_close(&t->ready_fd);
	t->notify_socket = NULL;
}
