/* user.c - a network for who is not root: pasta or slirp4netns, and its nurse */
/*
 *   launcher            nurse, PID 1 of a pid namespace        helper
 *     fork ------------> into the user namespace of the
 *                        container, fork
 *     <---- its pid ---- starts it ------------------------->  makes the link
 *                        <------------------------- ready ---
 *     <---- a zero ----- (or a sentence, and the end)
 *     ...                waits for the end of a pipe
 *     end, or SIGKILL -> ends, and with it its namespace ---> killed
 *
 * PR_SET_PDEATHSIG would not do: helpers change their credentials, which clears
 * it (prctl(2)), and go to the background.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "setup/host/jail.h"
#include "setup/host/net/part.h"
#include "setup/host/undo.h"

#define TUN "/dev/net/tun"
#define PLACE "/tmp" /* of the nurse and its helper, seen by nobody else */
#define API PLACE "/api"
#define NETNS PLACE "/net"

enum { ARGS = 96, SAID = 512, READY_MS = 10000, NURSE_MS = 15000 };

/* What pasta makes 127.0.0.53 and the like reachable by; RFC 3927. */
#define PASTA_DNS "169.254.1.1"
#define SLIRP_DNS "10.0.2.3"

static char program[PATH_MAX];
static int slirp;
static pid_t nurse;
static int hold_fd = -1;

static void take_back(void *unused)
{
	(void)unused;
	fd_close(&hold_fd);
	if (nurse > 0) {
		kill(nurse, SIGKILL); /* whatever it is at */
		while (waitpid(nurse, NULL, 0) < 0 && errno == EINTR)
			;
	}
}

void user_prepare(struct launch *l)
{
	static const char *const known[] = { "pasta", "slirp4netns" };
	unsigned i;

	for (i = 0; i < 2; i++)
		if ((!l->net.target || !strcmp(l->net.target, known[i])) &&
		    program_find(known[i], program))
			break;
	if (i == 2)
		die("--net user: %s is not installed",
		    l->net.target ? l->net.target :
				    "neither pasta (package passt) nor "
				    "slirp4netns");
	slirp = i;
	if (!(l->plan.namespaces & CLONE_NEWUSER))
		die("--net user: its helper is root of the container's user "
		    "namespace, and there is none; root has --net nat");
	for (size_t k = 0; k < l->net.ports.count; k++)
		if (slirp && l->net.ports.item[k].family == AF_INET6)
			die("--publish: slirp4netns has no IPv6 for port %u of "
			    "%s; pasta has",
			    l->net.ports.item[k].host,
			    l->net.ports.item[k].address);
	names_make(l, slirp ? SLIRP_DNS : PASTA_DNS, "127.0.1.1", NULL);
}

/* the words of the helper ------------------------------------------------------ */

struct words {
	const char *argv[ARGS];
	unsigned count;
	struct arena *memory;
};

static void word(struct words *w, const char *text)
{
	if (w->count == ARGS - 1 || !text)
		die("--net user: this is too much for %s", program);
	w->argv[w->count++] = text;
}

static void option(struct words *w, const char *name, const char *value)
{
	word(w, name);
	word(w, value);
}

static const char *mac_text(struct words *w, const uint8_t *m)
{
	return arena_printf(w->memory, "%02x:%02x:%02x:%02x:%02x:%02x", m[0],
			    m[1], m[2], m[3], m[4], m[5]);
}

/* One option each: an address counts for all that follows it in the same. */
static void pasta_ports(struct words *w, const struct net *n, int udp)
{
	const char *name = udp ? "-u" : "-t";
	int none = 1;

	for (size_t i = 0; i < n->ports.count; i++) {
		const struct net_port *p = &n->ports.item[i];

		if (p->udp != udp)
			continue;
		none = 0;
		option(w, name,
		       arena_printf(w->memory, "%s%s%u:%u",
				    p->address ? p->address : "",
				    p->address ? "/" : "", p->host, p->inside));
	}
	if (none)
		option(w, name, "none");
}

/* Nothing of the host's loopback is to be reached from inside. */
static void pasta_words(struct words *w, const struct net *n)
{
	static const char *const fixed[] = {
		"pasta",
		"--quiet",
		"--config-net",
		"--no-map-gw",
		"--no-netns-quit",
		"-T",
		"none",
		"-U",
		"none",
		"-I",
		"eth0",
	};

	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
		word(w, fixed[i]);
	option(w, "--dns-forward", PASTA_DNS);
	pasta_ports(w, n, 0);
	pasta_ports(w, n, 1);
	if (n->mtu)
		option(w, "--mtu", arena_printf(w->memory, "%u", n->mtu));
	if (memcmp(n->mac, "\0\0\0\0\0", 6) != 0)
		option(w, "--ns-mac-addr", mac_text(w, n->mac));
	word(w, "--netns-only");
	option(w, "--netns", NETNS);
}

static void slirp_words(struct words *w, const struct net *n, int ready_fd)
{
	static const char *const fixed[] = {
		"slirp4netns",
		"--configure",
		"--disable-host-loopback",
		"--enable-sandbox",
		"--netns-type=path",
	};

	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
		word(w, fixed[i]);
	word(w, arena_printf(w->memory, "--mtu=%u", n->mtu ? n->mtu : 65520));
	word(w, arena_printf(w->memory, "--ready-fd=%d", ready_fd));
	if (n->ports.count)
		word(w, "--api-socket=" API);
	if (memcmp(n->mac, "\0\0\0\0\0", 6) != 0)
		word(w, arena_printf(w->memory, "--macaddress=%s",
				     mac_text(w, n->mac)));
	word(w, NETNS);
	word(w, "eth0");
}

/* slirp4netns(1), API SOCKET: a request, and its answer, a connection each. */
static void slirp_port(const struct net_port *p)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX, .sun_path = API };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char text[SAID];
	ssize_t n;

	snprintf(text, sizeof text,
		 "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"%s\","
		 "\"host_addr\":\"%s\",\"host_port\":%u,\"guest_port\":%u}}",
		 p->udp ? "udp" : "tcp", p->address ? p->address : "0.0.0.0",
		 p->host, p->inside);
	if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof at) < 0 ||
	    fd_write_all(fd, text, strlen(text)) < 0 ||
	    shutdown(fd, SHUT_WR) < 0 ||
	    (n = fd_read_all(fd, text, sizeof text - 1)) < 0)
		die("--publish: ask slirp4netns for port %u: %m", p->host);
	text[n] = 0;
	if (!n || strstr(text, "\"error\""))
		die("--publish: slirp4netns cannot have port %u/%s of %s: %s",
		    p->host, p->udp ? "udp" : "tcp",
		    p->address ? p->address : "the host", text);
	fd_close(&fd);
}

/* the nurse ---------------------------------------------------------------------- */

static int said_fd; /* to the launcher */

static void fail_in_nurse(int status, const char *text)
	__attribute__((noreturn));

static void fail_in_nurse(int status, const char *text)
{
	if (fd_write_all(said_fd, text, strlen(text)) < 0)
		status = EXIT_OURS;
	_exit(status);
}

static void run_helper(const struct words *w, int err_fd)
	__attribute__((noreturn));

static void run_helper(const struct words *w, int err_fd)
{
	static char search[] = "PATH=/usr/bin:/bin", locale[] = "LC_ALL=C";
	static char *const envp[] = { search, locale, NULL };
	int null_fd = open("/dev/null", O_RDWR);

	if (null_fd < 0 || dup2(null_fd, 0) < 0 || dup2(err_fd, 1) < 0 ||
	    dup2(err_fd, 2) < 0)
		_exit(EXIT_OURS);
	for (int sig = 1; sig <= SYS_NSIG; sig++)
		sys_sigdisposition(sig, SIG_DFL);
	sys_sigmask(0, NULL);
	execve(program, (char *const *)w->argv, envp);
	dprintf(2, "execute %s: %s", program, strerror(errno));
	_exit(EXIT_OURS);
}

/* What it said, on one line. */
static void what_it_said(int err_fd, char said[SAID])
{
	ssize_t n;

	fcntl(err_fd, F_SETFL, O_NONBLOCK);
	n = read(err_fd, said, SAID - 1);
	said[n > 0 ? n : 0] = 0;
	while (n > 0 && said[n - 1] == '\n')
		said[--n] = 0;
	for (char *c = said; *c; c++)
		if (*c == '\n')
			*c = ';';
}

/* slirp4netns writes to ready_fd; pasta goes to the background. */
static void wait_until_ready(pid_t pid, int ready_fd, int err_fd)
{
	const char *name = strrchr(program, '/') + 1;
	struct pollfd ready = { ready_fd, POLLIN, 0 };
	char said[SAID];
	int status = 0;

	for (int ms = 0; ms < READY_MS; ms += 2) {
		char byte;

		if (poll(&ready, 1, 2) > 0 && read(ready_fd, &byte, 1) == 1)
			return;
		if (ready.revents)
			ready.fd = -1;
		if (waitpid(pid, &status, WNOHANG) != pid)
			continue;
		if (!status && !slirp)
			return;
		what_it_said(err_fd, said);
		die("--net user: %s ended with status %d: %s", name,
		    WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
					  WEXITSTATUS(status),
		    *said ? said : "it does not say why");
	}
	what_it_said(err_fd, said);
	die("--net user: %s was not ready after %d s%s%s", name,
	    READY_MS / 1000, *said ? ": " : "", said);
}

static void check_tun(void)
{
	int fd = open(TUN, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die("--net user: open " TUN ": %m%s",
		    errno == EACCES || errno == EPERM ?
			    " (its mode must be 0666, as udev makes it)" :
			    "");
	fd_close(&fd);
}

/*
 * With the namespace as a file, because pasta lets go of what it would take to
 * look into the files of a process with more capabilities (ptrace(2)).
 */
static void make_place(pid_t pid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof path, "/proc/%d/ns/net", pid);
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tmpfs", PLACE, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  "mode=755,size=64k") < 0 ||
	    (fd = open(NETNS, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)) < 0 ||
	    mount(path, NETNS, NULL, MS_BIND, NULL) < 0)
		die("--net user: make a place for the helper: %m");
	fd_close(&fd);
}

static void nurse_run(const struct launch *l, pid_t pid, int end_fd)
	__attribute__((noreturn));

static void nurse_run(const struct launch *l, pid_t pid, int end_fd)
{
	struct words w = { .memory = (struct arena *)&l->memory };
	int ready[2], err[2];
	char byte[256];
	pid_t helper;

	check_tun();
	make_place(pid);
	if (pipe2(err, O_CLOEXEC) < 0 || pipe2(ready, O_CLOEXEC) < 0)
		die("--net user: make a pipe: %m");
	if (slirp) {
		fcntl(ready[1], F_SETFD, 0);
		slirp_words(&w, &l->net, ready[1]);
	} else {
		pasta_words(&w, &l->net);
	}
	helper = sys_clone_fork(0, NULL);
	if (helper < 0)
		die("--net user: make a process: %m");
	if (!helper)
		run_helper(&w, err[1]);
	close(err[1]);
	close(ready[1]);
	wait_until_ready(helper, ready[0], err[0]);
	for (size_t i = 0; slirp && i < l->net.ports.count; i++)
		slirp_port(&l->net.ports.item[i]);
	if (write(said_fd, "", 1) != 1)
		_exit(EXIT_OURS);
	/* What it says from now on nobody wants; its end is not ours. */
	for (;;) {
		struct pollfd p[] = { { end_fd, POLLIN, 0 },
				      { err[0], POLLIN, 0 } };

		poll(p, err[0] < 0 ? 1 : 2, -1);
		if (p[0].revents)
			_exit(0);
		if (err[0] >= 0 && p[1].revents &&
		    read(err[0], byte, sizeof byte) <= 0)
			fd_close(&err[0]);
	}
}

/* Into the container's user namespace, whose root may enter the other. */
static void become_nurse(const struct launch *l, pid_t pid, int end_fd,
			 int userns_fd) __attribute__((noreturn));

static void become_nurse(const struct launch *l, pid_t pid, int end_fd,
			 int userns_fd)
{
	pid_t child;

	die_route.fail = fail_in_nurse;
	if (setns(userns_fd, CLONE_NEWUSER) < 0 ||
	    (!l->plan.setgroups_denied && sys_setgroups(0, NULL) < 0) ||
	    sys_setresgid(0) < 0 || sys_setresuid(0) < 0)
		die("--net user: become root of the user namespace: %m");
	/* With --share pid the container sees us, and is of our namespace. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		die("--net user: close this process to others: %m");
	child = sys_clone_fork(CLONE_NEWPID | CLONE_NEWNS | CLONE_PARENT, NULL);
	if (child < 0)
		die("--net user: make a pid namespace for the helper: %m");
	if (!child)
		nurse_run(l, pid, end_fd);
	if (write(said_fd, &child, sizeof child) != sizeof child)
		_exit(EXIT_OURS);
	_exit(0);
}

/* the launcher ------------------------------------------------------------------- */

/* Until a zero, or the end: then it is a sentence. */
static void hear_nurse(int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };
	char text[2 * SAID];
	size_t n = 0;

	while (n < sizeof text - 1) {
		ssize_t got = -1;

		if (poll(&p, 1, NURSE_MS) == 1)
			got = read(fd, text + n, sizeof text - 1 - n);
		if (got < 0)
			die("--net user: %s is not ready after %d s", program,
			    NURSE_MS / 1000);
		n += got;
		text[n] = 0;
		if (n && !text[n - 1] && got)
			return;
		if (!got)
			break;
	}
	die("%s", n ? text : "--net user: what keeps the helper has ended");
}

void user_connect(const struct launch *l, pid_t pid)
{
	int said[2], hold[2], userns_fd, status;
	char path[64];
	pid_t first;

	undo_push(take_back, NULL);
	snprintf(path, sizeof path, "/proc/%d/ns/user", pid);
	userns_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (userns_fd < 0)
		die("open %s: %m", path);
	if (pipe2(said, O_CLOEXEC) < 0 || pipe2(hold, O_CLOEXEC) < 0)
		die("--net user: make a pipe: %m");
	first = sys_clone_fork(0, NULL);
	if (!first) {
		/* Nothing else of ours: the end of a stream would not come. */
		if (fd_place(said[1], 0) < 0 || fd_place(hold[0], 1) < 0 ||
		    fd_place(userns_fd, 2) < 0 ||
		    sys_close_range(3, ~0U, 0) < 0)
			_exit(EXIT_OURS);
		for (int fd = 0; fd < 3; fd++)
			fcntl(fd, F_SETFD, FD_CLOEXEC);
		said_fd = 0;
		become_nurse(l, pid, 1, 2);
	}
	close(said[1]);
	close(hold[0]);
	hold_fd = hold[1];
	fd_close(&userns_fd);
	if (first < 0)
		die("--net user: make a process: %m");
	if (waitpid(first, &status, 0) < 0)
		die("--net user: wait for a process: %m");
	/* Its child's pid, or why there is none. */
	if (!status && read(said[0], &nurse, sizeof nurse) != sizeof nurse)
		nurse = 0;
	hear_nurse(said[0]);
	fd_close(&said[0]);
}
