/* listen_begin.c - a listener that nobody asked for, and a second one, are refused */
#include <fcntl.h>
#include <unistd.h>

#include "setup/host/listen.h"
#include "tests/unit/tap.h"

static int is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/* Something in the place of a listener, and bytes in that of a filter. */
static void make(int fds[2])
{
	fds[0] = open("/dev/null", O_RDONLY);
	fds[1] = open("/proc/self/exe", O_RDONLY);
}

int main(void)
{
	struct launch l = { .seccomp_log = 1 };
	int fds[2], first;

	make(fds);
	listen_begin(fds[0], fds[1]);
	ok(listen_fd() < 0, "a listener that was not asked for is not taken");
	ok(!is_open(fds[0]) && !is_open(fds[1]), "and both are closed");

	listen_prepare(&l);
	make(fds);
	listen_begin(fds[0], fds[1]);
	first = listen_fd();
	ok(first == fds[0] && is_open(first), "one that was asked for is");

	make(fds);
	listen_begin(fds[0], fds[1]);
	ok(listen_fd() == first && !is_open(fds[0]) && !is_open(fds[1]),
	   "a second one is not");
	return done();
}
