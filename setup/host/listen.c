/* listen.c - the launcher answers system calls in place of their filter */
#include "setup/host/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "setup/oci/record.h"

#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS /* linux/seccomp.h, since 6.6 */
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP 1UL
#endif

enum { X32_BIT = 0x40000000 };

/*
 * One is expected, and once: until the command is there all notes are from our
 * own code. Later ones may be of whoever got hold of PID 1, and their filter one
 * that the kernel has never checked.
 */
static int expected;
static int listener_fd = -1, logs;
static const char *profile;	       /* to be written, or NULL */
static struct record allowed, refused; /* large, so not initialized */
static struct sock_filter filter[BPF_MAXINSNS];

/* the filter ----------------------------------------------------------------- */

/*
 * What the kernel would answer: classic BPF, of which it has checked every
 * jump and offset, and of which filters use no more than this.
 */
static uint32_t verdict(const struct seccomp_data *data)
{
	const struct sock_filter *i = filter;
	uint32_t a = 0;
	int yes;

	for (;; i++) {
		switch (i->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			memcpy(&a, (const char *)data + i->k, sizeof a);
			continue;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= i->k;
			continue;
		case BPF_JMP | BPF_JA:
			i += i->k;
			continue;
		case BPF_JMP | BPF_JEQ | BPF_K:
			yes = a == i->k;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			yes = a > i->k;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			yes = a >= i->k;
			break;
		case BPF_RET | BPF_K:
			return i->k;
		default:
			return SECCOMP_RET_KILL_PROCESS;
		}
		i += yes ? i->jt : i->jf;
	}
}

/* one call ------------------------------------------------------------------- */

static void say(const struct seccomp_notif *ask, int error)
{
	char path[32], who[32] = "a process", call[64];

	if (!logs || !record_add(&refused, ask->data.nr,
				 (const uint64_t *)ask->data.args))
		return;
	snprintf(path, sizeof path, "/proc/%u/comm", ask->pid);
	fd_read_file(AT_FDCWD, path, who, sizeof who);
	record_say(ask->data.nr, (const uint64_t *)ask->data.args, call,
		   sizeof call);
	errno = error;
	if (error)
		warn("seccomp: %s may not call %s: %m", who, call);
	else
		warn("seccomp: %s may not call %s: killed", who, call);
}

/* It waits for us, and so its number is its own as long as the id is valid. */
static void kill_asker(const struct seccomp_notif *ask)
{
	if (ask->pid &&
	    !ioctl(listener_fd, SECCOMP_IOCTL_NOTIF_ID_VALID, &ask->id))
		kill(ask->pid, SIGKILL);
}

static void decide(const struct seccomp_notif *ask,
		   struct seccomp_notif_resp *answer)
{
	uint32_t it = verdict(&ask->data);
	int native = ask->data.arch == seccomp_arch_native() &&
		     !(ask->data.nr & X32_BIT);

	switch (it & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_ALLOW:
	case SECCOMP_RET_LOG:
		/* One profile, one architecture. */
		answer->error = native ? 0 : -ENOSYS;
		answer->flags = native ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0;
		if (native)
			record_add(&allowed, ask->data.nr,
				   (const uint64_t *)ask->data.args);
		break;
	case SECCOMP_RET_ERRNO:
		answer->error = -(int)(it & SECCOMP_RET_DATA);
		say(ask, -answer->error);
		break;
	default:
		answer->error = -EPERM;
		say(ask, 0);
		kill_asker(ask);
	}
}

int listen_fd(void)
{
	return listener_fd;
}

void listen_answer(short events)
{
	struct seccomp_notif ask;
	struct seccomp_notif_resp answer;

	if (!(events & POLLIN)) { /* nobody is left to ask */
		fd_close(&listener_fd);
		return;
	}
	memset(&ask, 0, sizeof ask); /* or EINVAL */
	memset(&answer, 0, sizeof answer);
	/* Who asked may have died, or been interrupted, since. */
	if (ioctl(listener_fd, SECCOMP_IOCTL_NOTIF_RECV, &ask) < 0)
		return;
	answer.id = ask.id;
	decide(&ask, &answer);
	ioctl(listener_fd, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

void listen_begin(int fd, int filter_fd)
{
	if (!expected) {
		close(fd);
		close(filter_fd);
		return;
	}
	expected = 0;
	if (pread(filter_fd, filter, sizeof filter, 0) <= 0)
		die("read the seccomp filter: %m");
	close(filter_fd);
	listener_fd = fd;
	/* Us and it on one processor, in turns: two of them would be woken. */
	ioctl(fd, SECCOMP_IOCTL_NOTIF_SET_FLAGS,
	      SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
}

/* the profile ---------------------------------------------------------------- */

/*
 * Beside the file, new, and never through a link: whoever has prepared one of
 * that name stops us.
 */
static int open_beside(char *path, size_t size)
{
	snprintf(path, size, "%s.%d", profile, getpid());
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
}

void listen_prepare(const struct launch *l)
{
	char path[PATH_MAX];
	struct stat st;
	int fd;

	logs = l->seccomp_log;
	profile = l->seccomp_record;
	expected = logs || profile;
	if (!profile)
		return;
	if (!lstat(profile, &st) && !S_ISREG(st.st_mode))
		die("--seccomp-record %s: not a regular file", profile);
	fd = open_beside(path, sizeof path);
	if (fd < 0 || unlink(path) < 0)
		die("--seccomp-record %s: %m", profile);
	fd_close(&fd);
}

static int write_beside(const char *text, size_t size)
{
	char path[PATH_MAX];
	int fd = open_beside(path, sizeof path), done;

	if (fd < 0)
		return -1;
	done = fd_write_all(fd, text, size);
	if (done == 0)
		done = rename(path, profile);
	if (done < 0)
		unlink(path);
	fd_close(&fd);
	return done;
}

void listen_end(void)
{
	static char text[RECORD_MOST * 512];
	size_t size;

	if (!profile)
		return;
	if (allowed.lost) {
		warn("--seccomp-record %s: more than %d different calls: not "
		     "written",
		     profile, RECORD_MOST);
		return;
	}
	size = record_format(&allowed, text, sizeof text);
	if (write_beside(text, size) < 0)
		warn("--seccomp-record %s: %m", profile);
}
