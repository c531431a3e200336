/* notify.c - says its words to NOTIFY_SOCKET, one line each, in one message */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

int main(int argc, char *argv[])
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	const char *where = getenv("NOTIFY_SOCKET");
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	char text[1024] = "";
	size_t len;

	if (!where || strlen(where) >= sizeof name.sun_path || fd < 0)
		return 1;
	strcpy(name.sun_path, where);
	len = offsetof(struct sockaddr_un, sun_path) + strlen(where);
	if (*where == '@')
		name.sun_path[0] = 0;
	for (int i = 1; i < argc; i++) {
		strncat(text, argv[i], sizeof text - strlen(text) - 2);
		strcat(text, "\n");
	}
	return sendto(fd, text, strlen(text), 0, (void *)&name, len) < 0;
}
