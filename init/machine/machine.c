/* machine.c - PID 1 of a machine: the order of the first steps */
#include "init/machine/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "init/base/arena.h"
#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/machine/parts.h"

struct machine machine = { .address = { .hostname = "", .device = "" },
			   .end = RB_POWER_OFF };

enum { PID_NS_INIT = 0xeffffffcU }; /* linux/nsfs.h: PID_NS_INIT_INO */

/*
 * Process 2 of a machine is kthreadd, of the kernel's process group 0; in a
 * container there is none yet, or one that is not. But a group made outside of
 * the container reads as 0, too: what tells for certain is the number of the
 * pid namespace. It is read in a procfs that is attached nowhere, as nobody
 * has mounted one here yet, and in a container nothing may change.
 */
int machine_here(void)
{
	struct stat st = { 0 };
	int fs_fd, proc_fd = -1;

	if (getpid() != 1 || getpgid(2) != 0)
		return 0;
	fs_fd = sys_fsopen("proc");
	if (fs_fd >= 0 &&
	    sys_fsconfig(fs_fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		proc_fd = sys_fsmount(fs_fd, 0);
	if (proc_fd >= 0)
		fstatat(proc_fd, "self/ns/pid", &st, 0);
	fd_close(&proc_fd);
	fd_close(&fs_fd);
	return st.st_ino == PID_NS_INIT;
}

/* ---- the ways out: a process among them that only shares our code leaves */

static void leave_machine(int status)
{
	if (getpid() != 1)
		return;
	warn("the command ended with status %d", status);
	machine_off(status);
}

static void fail_machine(int status, const char *text)
	__attribute__((noreturn));

static void fail_machine(int status, const char *text)
{
	warn_to_stderr(text);
	if (getpid() != 1)
		_exit(status);
	machine_off(status);
}

/*
 * The kernel opens the console for us if its root has a node for it; but that
 * one is hidden below the /dev of now, where ttyname(3) looks for it. It is
 * the terminal of our session, not of the command's: with a session's leader
 * the kernel would throw away what is still on its way out (tty_vhangup).
 */
static void console_open(void)
{
	int fd = open("/dev/console", O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd < 0) /* a kernel without a console */
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int i = 0; i < 3; i++)
		if (fstat(i, &st) < 0 || st.st_rdev == makedev(5, 1))
			fd_place(fd, i);
	if (fd > 2)
		close(fd);
	setsid();
	ioctl(0, TIOCSCTTY, 0); /* it may be no terminal */
}

/* ---- what the kernel's command line says */

static struct arena memory;

enum { MEMORY = 256 << 10, LINE = 16 << 10, WORDS = 64 };

/* The command line as we make it. */
struct words {
	char **item;
	int count, room;
	int services; /* are asked for: there is no command then */
};

static void word_add(struct words *w, char *text)
{
	if (w->count == w->room)
		die("the kernel command line has too many words for cinit");
	w->item[w->count++] = text;
}

static void set_hostname(const char *value)
{
	machine.hostname = value;
}

static void set_end(const char *value)
{
	static const struct {
		const char *name;
		int end;
	} ends[] = { { "poweroff", RB_POWER_OFF },
		     { "reboot", RB_AUTOBOOT },
		     { "halt", RB_HALT_SYSTEM } };

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (!strcmp(value, ends[i].name)) {
			machine.end = ends[i].end;
			return;
		}
	die("cinit.end: \"%s\" is not poweroff, reboot or halt", value);
}

static void set_debug_exit(const char *value)
{
	if (cmdline_port(value, &machine.debug_exit) < 0)
		die("cinit.debug-exit: \"%s\" is not a port; write 0xf4",
		    value);
#if !defined __x86_64__ && !defined __i386__
	die("cinit.debug-exit: this kind of machine has no such port");
#endif
}

/* Said to PID 1 of a machine alone, and so no options of ours elsewhere. */
static const struct {
	const char *name;
	void (*set)(const char *value);
} settings[] = {
	{ "hostname", set_hostname },
	{ "end", set_end },
	{ "debug-exit", set_debug_exit },
};

enum { SETTINGS = sizeof settings / sizeof *settings };

static void take_option(struct words *w, const char *name, const char *value)
{
	char *text;

	for (int i = 0; i < SETTINGS; i++)
		if (value && !strcmp(name, settings[i].name)) {
			settings[i].set(value);
			return;
		}
	w->services |= !strcmp(name, "services"); /* they are the command */
	text = arena_printf(&memory, value ? "--%s=%s" : "--%s", name, value);
	if (!text)
		die("take memory for cinit.%s: %m", name);
	word_add(w, text);
}

static void take_address(char *value)
{
	const char *why;

	/* What is not static may have been the kernel's own to do. */
	if (cmdline_address(value, &machine.address, &why) < 0)
		warn("ip=: %s", why);
}

static void take_words(struct words *w, char *rest)
{
	char *name, *value, *option;

	while (cmdline_next(&rest, &name, &value)) {
		if (!value && !strcmp(name, "--"))
			return;
		option = cmdline_option(name);
		if (option)
			take_option(w, option, value);
		else if (value && !strcmp(name, "ip"))
			take_address(value);
	}
}

static char shell[] = "/bin/sh";

/* Options of the kernel's line, then what is behind its "--", or a shell. */
static void take_cmdline(int *argc, char **argv[])
{
	struct words w = { .room = *argc + WORDS };
	char *line, *scratch;
	int i;

	if (arena_make(&memory, MEMORY) < 0 ||
	    !(line = arena_take(&memory, LINE)) ||
	    !(scratch = arena_take(&memory, LINE)) ||
	    !(w.item = arena_take(&memory, (w.room + 1) * sizeof *w.item)))
		die("take memory for the kernel command line: %m");
	if (fd_read_file(AT_FDCWD, "/proc/cmdline", line, LINE) < 0)
		die("read /proc/cmdline: %m");
	i = cmdline_skip(line, scratch, *argc, *argv);
	word_add(&w, **argv);
	take_words(&w, line);
	if (i == *argc && !w.services)
		word_add(&w, shell);
	while (i < *argc)
		word_add(&w, (*argv)[i++]);
	*argc = w.count;
	*argv = w.item;
}

/*
 * To move a process to another cgroup, to enable a controller or an interface,
 * the kernel waits for all processors to have been elsewhere: tens of
 * milliseconds, or next to none when it hurries them. Nobody else is there yet
 * who could mind.
 */
static void hurry(const char *yes)
{
	fd_write_file(AT_FDCWD, "/sys/kernel/rcu_expedited", yes);
}

void machine_begin(int *argc, char **argv[])
{
	die_route.fail = fail_machine;
	die_route.leave = leave_machine;
	faults_catch();
	/* The kernel restarts at once else; now it sends us SIGINT. */
	reboot(RB_DISABLE_CAD);
	mounts_begin();
	hurry("1");
	console_open();
	take_cmdline(argc, argv);
	seed_take();
	network_begin();
	cgroup_divide();
	hurry("0");
}
