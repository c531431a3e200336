/* console_socket.c - a terminal for who asked by --console-socket */
#include "setup/host/console_socket.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"

void console_send(const char *path, int master_fd)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	char name[] = "/dev/ptmx";
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .head = { .cmsg_len = CMSG_LEN(sizeof(int)),
				.cmsg_level = SOL_SOCKET,
				.cmsg_type = SCM_RIGHTS } };
	struct iovec text = { name, sizeof name - 1 };
	struct msghdr m = { .msg_iov = &text,
			    .msg_iovlen = 1,
			    .msg_control = &control,
			    .msg_controllen = sizeof control };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof to.sun_path)
		die("--console-socket %s: the path is longer than %zu bytes",
		    path, sizeof to.sun_path - 1);
	strcpy(to.sun_path, path);
	/* Inside it was opened for our own relay, which never waits. */
	fcntl(master_fd, F_SETFL, O_RDWR);
	memcpy(CMSG_DATA(&control.head), &master_fd, sizeof master_fd);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0 ||
	    sys_sendmsg(fd, &m, MSG_NOSIGNAL) < 0)
		die("--console-socket %s: %m", path);
	fd_close(&fd);
}
