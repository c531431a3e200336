/* note_wire.c - notes over the socket: whole or absent, no descriptor lost */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/plan/note.h"
#include "tests/unit/tap.h"

enum { HEAD = offsetof(struct note, text) };

static int side[2];

static void pair_open(void)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, side) < 0) {
		perror("socketpair");
		exit(1);
	}
}

static void pair_close(void)
{
	close(side[0]);
	close(side[1]);
}

/* How many descriptors this process has. */
static int open_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static int same_file(int a, int b)
{
	struct stat x, y;

	return !fstat(a, &x) && !fstat(b, &y) && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

static void close_all(const int *fds, unsigned n)
{
	while (n--)
		close(fds[n]);
}

static void plain(void)
{
	struct note note = { .kind = NOTE_ENDED,
			     .status = -1,
			     .signal = 9,
			     .pid = INT32_MAX,
			     .start = UINT64_MAX,
			     .end = 1,
			     .text = "a command\n with = and \xff" };
	struct note got;
	unsigned n = 77;
	int none = open_fds(), good = 1;

	memset(&got, '#', sizeof got);
	ok(!note_send(side[0], &note, NULL, 0), "a note is sent");
	ok(note_receive(side[1], &got, NULL, 0, &n) == 1, "and arrives");
	ok(!memcmp(&got, &note, HEAD) && !strcmp(got.text, note.text) && !n,
	   "with all that is in it, and no descriptor");

	memset(note.text, 0, sizeof note.text);
	memset(&got, '#', sizeof got);
	ok(!note_send(side[0], &note, NULL, 0) &&
		   note_receive(side[1], &got, NULL, 0, NULL) == 1 &&
		   !*got.text,
	   "a note without a text has none, whatever was there before");

	memset(note.text, 'x', sizeof note.text);
	note.text[NOTE_TEXT - 1] = 0;
	ok(!note_send(side[0], &note, NULL, 0) &&
		   note_receive(side[1], &got, NULL, 0, NULL) == 1 &&
		   !strcmp(got.text, note.text),
	   "the longest text arrives whole");
	note.text[NOTE_TEXT - 1] = 'x';
	ok(!note_send(side[0], &note, NULL, 0) &&
		   note_receive(side[1], &got, NULL, 0, NULL) == 1 &&
		   strlen(got.text) == NOTE_TEXT - 1,
	   "a text without an end is cut");

	for (uint32_t i = 1; i <= 3; i++) {
		note = (struct note){ .kind = i };
		note_send(side[0], &note, NULL, 0);
	}
	for (uint32_t i = 1; i <= 3; i++)
		good &= note_receive(side[1], &got, NULL, 0, NULL) == 1 &&
			got.kind == i;
	ok(good, "notes arrive one by one, in order");
	ok(open_fds() == none, "no descriptor is left");
}

/* Sends `count` descriptors, receives with room for `room`. */
static void with_fds(unsigned count, unsigned room)
{
	struct note note = { .kind = NOTE_MAPPED }, got = { 0 };
	int fds[NOTE_FDS], have[NOTE_FDS + 1], good = 1, before = open_fds();
	unsigned n = 77, want = count < room ? count : room;

	for (unsigned i = 0; i < count; i++)
		fds[i] = i % 2 ? open("/dev/null", O_RDWR | O_CLOEXEC) :
				 open("/", O_PATH | O_CLOEXEC);
	memset(have, 0xff, sizeof have);
	okf(!note_send(side[0], &note, fds, count) &&
		    note_receive(side[1], &got, have, room, &n) == 1 &&
		    got.kind == NOTE_MAPPED && n == want,
	    "of %u descriptors, %u arrive where there is room for %u", count,
	    want, room);
	for (unsigned i = 0; i < want; i++)
		good &= same_file(fds[i], have[i]) &&
			fcntl(have[i], F_GETFD) == FD_CLOEXEC;
	ok(good && have[want] == -1,
	   "they are those that were sent, in order and close-on-exec");
	close_all(fds, count);
	close_all(have, want);
	ok(open_fds() == before, "the others are closed");
}

static void too_many(void)
{
	struct note note = { .kind = NOTE_MAPPED };
	int fds[NOTE_FDS + 1] = { 0 };

	errno = 0;
	ok(note_send(side[0], &note, fds, NOTE_FDS + 1) == -1 &&
		   errno == EINVAL,
	   "more descriptors than a note can have are not sent");
	fds[1] = -1;
	errno = 0;
	ok(note_send(side[0], &note, fds, 2) == -1 && errno == EBADF,
	   "nor is one that is not open");
	errno = 0;
	ok(recv(side[1], &note, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN,
	   "and nothing arrives");
}

/* A message by hand, with descriptors, as the other side may not send it. */
static void by_hand(size_t size, unsigned count, const char *what)
{
	static char data[4096];
	union {
		char space[CMSG_SPACE(253 * sizeof(int))]; /* SCM_MAX_FD */
		struct cmsghdr align;
	} control = { 0 };
	struct iovec vec = { data, size };
	struct msghdr msg = { .msg_iov = &vec, .msg_iovlen = 1 };
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC), have[4];
	int before = open_fds(), result;
	unsigned n = 77;
	struct note got;

	if (count) {
		msg.msg_control = &control;
		msg.msg_controllen = CMSG_SPACE(count * sizeof(int));
		control.align.cmsg_level = SOL_SOCKET;
		control.align.cmsg_type = SCM_RIGHTS;
		control.align.cmsg_len = CMSG_LEN(count * sizeof(int));
		for (unsigned i = 0; i < count; i++)
			memcpy(CMSG_DATA(&control.align) + i * sizeof fd, &fd,
			       sizeof fd);
	}
	if (sendmsg(side[0], &msg, 0) < 0)
		perror("# sendmsg");
	errno = 0;
	result = note_receive(side[1], &got, have, 2, &n);
	okf(result == -1 && errno == EPROTO, "%s is not a note", what);
	if (n <= 2)
		close_all(have, n);
	okf(n <= 2 && open_fds() == before,
	    "%s leaves no descriptor but those it tells of", what);
	close(fd);
}

static void the_end(void)
{
	struct note note = { .kind = NOTE_READY }, got;
	unsigned n = 77;

	memset(&got, '#', sizeof got);
	note_send(side[0], &note, NULL, 0);
	shutdown(side[0], SHUT_WR);
	ok(note_receive(side[1], &got, NULL, 0, NULL) == 1 &&
		   got.kind == NOTE_READY,
	   "what was sent before the end arrives");
	ok(note_receive(side[1], &got, NULL, 0, &n) == 0 && !n &&
		   got.kind == NOTE_READY,
	   "then comes the end, which changes nothing");
	ok(note_receive(side[1], &got, NULL, 0, &n) == 0,
	   "and it stays the end");
	close(side[1]);
	side[1] = -1;
	errno = 0;
	ok(note_send(side[0], &note, NULL, 0) == -1 && errno == EPIPE,
	   "who sends to nobody is told, and not killed");
	errno = 0;
	ok(note_send(-1, &note, NULL, 0) == -1 && errno == EBADF &&
		   note_receive(-1, &got, NULL, 0, &n) == -1 && errno == EBADF,
	   "a socket that is none is an error");
}

int main(void)
{
	signal(SIGPIPE, SIG_DFL);
	pair_open();
	plain();
	with_fds(1, 1);
	with_fds(3, 3);
	with_fds(5, 2);
	with_fds(1, 0);
	with_fds(0, 2);
	with_fds(NOTE_FDS, NOTE_FDS);
	with_fds(NOTE_FDS, 1);
	too_many();
	by_hand(1, 0, "one byte");
	by_hand(HEAD - 1, 0, "a note that lacks a byte");
	by_hand(HEAD - 1, 5, "a cut note with descriptors");
	by_hand(sizeof(struct note), 0, "a text too long by one");
	by_hand(4096, 3, "a message too large, with descriptors");
	by_hand(HEAD, 253, "a note with more descriptors than it can have");
	the_end();
	pair_close();
	return done();
}
