/* seqpacket.c - a rude client: seqpacket PATH COUNT [TEXT]; connects COUNT times, sends
 * TEXT each time (or nothing), reads nothing, says how often it got through, stays */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int through = 0;

	if (argc < 3 || strlen(argv[1]) >= sizeof name.sun_path)
		return 125;
	strcpy(name.sun_path, argv[1]);
	for (int i = 0; i < atoi(argv[2]); i++) {
		int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);

		if (connect(fd, (void *)&name, sizeof name) < 0)
			break;
		through++;
		if (argc > 3)
			send(fd, argv[3], strlen(argv[3]), MSG_NOSIGNAL);
	}
	printf("%d\n", through);
	fflush(stdout);
	sleep(60);
	return 0;
}
