/* tty.c - a terminal of the container's own, for stdio and /dev/console */
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/enter/parts.h"

#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41) /* ioctl_tty(2) */
#endif

/* /dev/console is the terminal itself, shown once more. */
static void console(struct inside *in)
{
	int fd = sys_open_tree(in->tty_fd, "", OPEN_TREE_CLONE | AT_EMPTY_PATH);
	int target_fd = path_make_file(in->root_fd, "/dev/console", 0600);

	if (fd < 0 || target_fd < 0 ||
	    sys_move_mount(fd, "", target_fd, "",
			   MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) <
		    0)
		die("show the terminal as /dev/console: %m");
	fd_close(&fd);
	fd_close(&target_fd);
}

void terminal_make(struct inside *in)
{
	const struct plan *p = in->plan;
	struct winsize size = { .ws_row = p->rows, .ws_col = p->columns };
	int master_fd, unlock = 0;

	if (!p->terminal)
		return;
	/*
	 * The peer comes from the master by ioctl, never by its name: what is
	 * at /dev/pts/0 may be anything (CVE-2025-52565).
	 */
	master_fd = sys_openat2(in->root_fd, "dev/pts/ptmx",
				O_RDWR | O_NOCTTY | O_NONBLOCK, 0,
				RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS);
	if (master_fd < 0)
		die("open a terminal in /dev/pts: %m");
	if (ioctl(master_fd, TIOCSPTLCK, &unlock) < 0)
		die("unlock the terminal: %m");
	in->tty_fd =
		ioctl(master_fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (in->tty_fd < 0)
		die("open the terminal's other end: %m");
	if (p->rows && ioctl(master_fd, TIOCSWINSZ, &size) < 0)
		die("set the size of the terminal: %m");
	if (fchown(in->tty_fd, in->who.uid, -1) < 0)
		die("give the terminal to user %u: %m", in->who.uid);
	if (!p->joins.count) /* there it is another one's */
		console(in);
	in->console(master_fd);
	fd_close(&master_fd);
}
