/* off.c - the end of a machine: its status told, its disks clean */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/swap.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#if defined __x86_64__ || defined __i386__
#include <sys/io.h>
#endif

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/machine/parts.h"

enum { KILL_SECONDS = 2 }; /* for what SIGKILL cannot wake at once */

/* No container ends with us here: whoever is left has to be gone before. */
static void kill_all(void)
{
	struct timespec limit = { KILL_SECONDS, 0 };
	siginfo_t info;
	pid_t pid;

	/* Ignored, as loop() may have left it, it would not wake us. */
	sys_sigdisposition(SIGCHLD, SIG_DFL);
	if (waitpid(-1, NULL, WNOHANG | __WALL) < 0)
		return;
	kill(-1, SIGKILL);
	do
		while ((pid = waitpid(-1, NULL, WNOHANG | __WALL)) > 0)
			;
	while (!pid && sys_sigwait(SYS_SIG(SIGCHLD), &info, &limit) > 0);
	if (!pid)
		warn("a process does not end, and is left behind");
}

/* The last lines: ^S may have stopped them, and a slow line still has them. */
static void console_flush(void)
{
	const struct timespec tick = { 0, 10000000 };
	int left, patience = 100;

	tcflow(2, TCOON);
	while (patience-- && ioctl(2, TIOCOUTQ, &left) == 0 && left)
		nanosleep(&tick, NULL);
}

/* ---- telling the status to who runs the machine */

#define PORTS "/sys/class/virtio-ports"
#define PORT_NAME "org.cinit.status"

enum { DEVICES = 8, PORTS_EACH = 32 };

/* By trying: it costs no more than reading the directory would. */
static void tell_port(int status)
{
	char path[64], name[32], text[8];
	int fd;

	if (access(PORTS, F_OK) < 0)
		return;
	snprintf(text, sizeof text, "%d\n", status);
	for (int i = 0; i < DEVICES * PORTS_EACH; i++) {
		int device = i / PORTS_EACH, port = i % PORTS_EACH;

		snprintf(path, sizeof path, PORTS "/vport%dp%d/name", device,
			 port);
		if (fd_read_file(AT_FDCWD, path, name, sizeof name) < 0 ||
		    strcmp(name, PORT_NAME) != 0)
			continue;
		snprintf(path, sizeof path, "/dev/vport%dp%d", device, port);
		/* Where nobody listens a write would wait for ever. */
		fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
		if (fd < 0 || fd_write_all(fd, text, strlen(text)) < 0)
			warn("tell the status to %s: %m", path);
		fd_close(&fd);
		return;
	}
}

/* qemu ends at once, with status * 2 + 1 in eight bits. */
static void tell_debug_exit(int status)
{
#if defined __x86_64__ || defined __i386__
	if (!machine.debug_exit)
		return;
	if (ioperm(machine.debug_exit, 1, 1) < 0)
		warn("cinit.debug-exit: use the port: %m");
	else
		outb(status, machine.debug_exit);
#else
	(void)status;
#endif
}

/* ---- disks */

/* In a field of /proc, a blank is \040, proc_pid_mountinfo(5). */
static void unescape(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (s[0] == '\\' && s[1] && s[2] && s[3]) {
			*to++ = (s[1] - '0') << 6 | (s[2] - '0') << 3 |
				(s[3] - '0');
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = 0;
}

/* The lines of a file of /proc, the last first; act gets field `n`. Returns
 * how often it returned 1. */
static int each_line(const char *path, int n, int (*act)(const char *field))
{
	static char text[64 << 10];
	ssize_t len = fd_read_file(AT_FDCWD, path, text, sizeof text);
	int count = 0;

	while (len > 0) {
		char *line = memrchr(text, '\n', len), *field = NULL;

		line = line ? line + 1 : text;
		len = line > text ? line - 1 - text : 0;
		for (int i = 0; i < n; i++)
			field = strsep(&line, " \t");
		text[len] = 0;
		if (!field)
			continue;
		unescape(field);
		count += act(field);
	}
	return count;
}

static int swap_off(const char *file)
{
	return *file == '/' && swapoff(file) == 0;
}

/* The first three are needed to the end; none of them is on a disk. */
static const char *const stay[] = { "/proc", "/sys", "/dev", "/" };

enum { STAY = sizeof stay / sizeof *stay };

static int stays(const char *target, int count)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(target, stay[i]))
			return 1;
	return 0;
}

static int unmount(const char *target)
{
	return !stays(target, STAY) && umount2(target, UMOUNT_NOFOLLOW) == 0;
}

static int make_read_only(const char *target)
{
	if (!stays(target, STAY - 1) &&
	    mount(NULL, target, NULL, MS_REMOUNT | MS_RDONLY, NULL) < 0)
		warn("%s can neither be unmounted nor made read-only: %m",
		     target);
	return 0;
}

static void disks_end(void)
{
	sync();
	each_line("/proc/swaps", 1, swap_off);
	while (each_line("/proc/self/mountinfo", 5, unmount))
		;
	each_line("/proc/self/mountinfo", 5, make_read_only);
	sync();
}

/* ---- the very end */

/*
 * In a process of its own: where the kernel cannot do it, the caller's process
 * ends instead (kernel/reboot.c), and PID 1 may not. No copy of us is needed.
 */
void machine_stop(void)
{
	pid_t pid = vfork();

	if (pid <= 0) {
		reboot(machine.end);
		reboot(RB_AUTOBOOT);
	}
	if (!pid)
		_exit(0);
	for (;;)
		pause();
}

void machine_off(int status)
{
	static int ending;

	/* What goes wrong in here may not begin it again. */
	if (ending++)
		machine_stop();
	kill_all();
	sys_close_range(3, ~0U, 0);
	tell_port(status);
	seed_leave();
	disks_end();
	console_flush();
	tell_debug_exit(status);
	machine_stop();
}
