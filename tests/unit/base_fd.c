/* base_fd.c - whole reads and writes, small files, sealed memory */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init/base/fd.h"
#include "tests/unit/tap.h"

enum { BIG = 300000 }; /* more than a pipe holds */

static char big[BIG], got[BIG + 1];

static void whole(void)
{
	int fds[2];
	pid_t pid;

	for (size_t i = 0; i < BIG; i++)
		big[i] = i * 7;
	if (pipe(fds) < 0 || (pid = fork()) < 0)
		exit(1);
	if (!pid) {
		close(fds[0]);
		_exit(fd_write_all(fds[1], big, BIG) ? 1 : 0);
	}
	close(fds[1]);
	ok(fd_read_all(fds[0], got, BIG + 1) == BIG && !memcmp(got, big, BIG),
	   "what a pipe splits is written and read whole");
	ok(fd_read_all(fds[0], got, 1) == 0, "then it is at its end");
	waitpid(pid, NULL, 0);
	close(fds[0]);
	errno = 0;
	ok(fd_read_all(fds[0], got, 1) == -1 && errno == EBADF &&
		   fd_write_all(fds[0], big, 1) == -1 && errno == EBADF,
	   "a descriptor that is closed is an error");
	ok(!fd_write_all(-1, big, 0) && !fd_read_all(-1, got, 0),
	   "nothing can be written to nowhere");
}

static void closing(void)
{
	int fd = dup(0), number = fd;

	errno = ERANGE;
	fd_close(&fd);
	ok(fd == -1 && errno == ERANGE && fcntl(number, F_GETFD) == -1,
	   "a closed descriptor is -1, and errno is kept");
	fd_close(&fd);
	ok(fd == -1, "to close it again is nothing");
}

static void files(void)
{
	char dir[] = "/tmp/base-fd-XXXXXX", text[8];
	int at = mkdtemp(dir) ? open(dir, O_DIRECTORY | O_CLOEXEC) : -1;

	close(openat(at, "f", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	ok(fd_read_file(at, "f", text, sizeof text) == 0 && !*text,
	   "an empty file is an empty string");
	ok(!fd_write_file(at, "f", "12345\n") &&
		   fd_read_file(at, "f", text, sizeof text) == 5 &&
		   !strcmp(text, "12345"),
	   "a file is read without its last newline");
	ok(!fd_write_file(at, "f", "123456789") &&
		   fd_read_file(at, "f", text, sizeof text) == 7 &&
		   !strcmp(text, "1234567"),
	   "and cut where it is longer");
	errno = 0;
	ok(fd_read_file(at, "no", text, sizeof text) == -1 && errno == ENOENT &&
		   fd_write_file(at, "no", "x") == -1 && errno == ENOENT,
	   "a file that is not there is an error, and not made");
	errno = 0;
	ok(fd_write_file(AT_FDCWD, "/dev/full", "x") == -1 && errno == ENOSPC,
	   "so is one that takes nothing");
	unlinkat(at, "f", 0);
	close(at);
	rmdir(dir);
}

static void sealed(void)
{
	int fd = fd_sealed("test", "sealed", 6, 0);
	char text[8] = "";

	ok(fd >= 0 && read(fd, text, 8) == 6 && !strcmp(text, "sealed"),
	   "sealed memory is read from its start");
	ok(pwrite(fd, "x", 1, 0) == -1 && errno == EPERM &&
		   ftruncate(fd, 1) == -1 && ftruncate(fd, 100) == -1,
	   "nobody can change it any more");
	ok(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE) == -1 &&
		   mmap(NULL, 6, PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED,
	   "nor in another way");
	ok(fcntl(fd, F_GETFD) == FD_CLOEXEC, "it is close-on-exec");
	ok(!fd_place(fd, 100) && !fcntl(100, F_GETFD),
	   "unless it is given a number to keep");
	ok(!fd_place(fd, fd) && !fcntl(fd, F_GETFD), "or keeps its own");
	close(fd);
	close(100);
}

int main(void)
{
	whole();
	closing();
	files();
	sealed();
	return done();
}
