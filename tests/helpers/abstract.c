/* abstract.c - abstract listen|connect NAME: a socket of that abstract name, unix(7);
 * listen says "up" and stays, connect says how it went */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), err;
	socklen_t size;

	if (argc != 3 || strlen(argv[2]) >= sizeof name.sun_path - 1 || fd < 0)
		return 125;
	strcpy(name.sun_path + 1, argv[2]);
	size = offsetof(struct sockaddr_un, sun_path) + 1 + strlen(argv[2]);
	if (!strcmp(argv[1], "connect")) {
		err = connect(fd, (void *)&name, size) < 0 ? errno : 0;
		puts(err ? strerror(err) : "connected");
		return !!err;
	}
	if (bind(fd, (void *)&name, size) < 0 || listen(fd, 1) < 0)
		return 125;
	puts("up");
	fflush(stdout);
	sleep(60);
	return 0;
}
