/* namespaces.c - what the fresh namespaces hold: names, clocks, sysctls, lo */
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/enter/parts.h"

/*
 * Writes to procfs go through this one only: nothing that a volume or an image
 * puts on /proc can lead them astray (CVE-2025-52881).
 */
int own_proc(struct inside *in)
{
	if (in->proc_fd < 0)
		in->proc_fd =
			filesystem_make("proc", "proc", NULL,
					MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
						MOUNT_ATTR_NOEXEC,
					"nowhere", 0);
	return in->proc_fd;
}

static int own_proc_open(struct inside *in, const char *path, int flags)
{
	return sys_openat2(own_proc(in), path, flags | O_NOCTTY, 0,
			   RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
				   RESOLVE_NO_XDEV);
}

/*
 * Offsets can be set only before the first process is in the time namespace
 * (time_namespaces(7)), so this one is not made by clone3 but here.
 */
void clocks_set(struct inside *in)
{
	const struct plan *p = in->plan;
	char line[96], self[64];
	int fd;

	if (!p->clocks.count)
		return;
	if (unshare(CLONE_NEWTIME) < 0)
		die("make a time namespace: %m");
	for (size_t i = 0; i < p->clocks.count; i++) {
		const struct clock_offset *c = &p->clocks.item[i];

		snprintf(line, sizeof line, "%u %lld %u\n", c->clock,
			 (long long)c->seconds, c->nanoseconds);
		snprintf(self, sizeof self, "%d/timens_offsets", getpid());
		fd = own_proc_open(in, self, O_WRONLY);
		if (fd < 0 || fd_write_all(fd, line, strlen(line)) < 0)
			die("set the time offset of clock %u to %lld s: %m",
			    c->clock, (long long)c->seconds);
		fd_close(&fd);
	}
	snprintf(self, sizeof self, "%d/ns/time_for_children", getpid());
	fd = openat(own_proc(in), self, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWTIME) < 0)
		die("enter the new time namespace: %m");
	fd_close(&fd);
}

void names_set(struct inside *in)
{
	const struct plan *p = in->plan;

	if (p->hostname && sethostname(p->hostname, strlen(p->hostname)) < 0)
		die("set the host name to %s: %m", p->hostname);
	if (p->domainname &&
	    setdomainname(p->domainname, strlen(p->domainname)) < 0)
		die("set the domain name to %s: %m", p->domainname);
}

void loopback_up(struct inside *in)
{
	struct ifreq lo = { .ifr_name = "lo",
			    .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd;

	if (!in->plan->loopback)
		return;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 && errno == EAFNOSUPPORT) /* a kernel without IPv4 */
		fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo) < 0)
		die("bring up the loopback interface: %m");
	fd_close(&fd);
}

void sysctls_write(struct inside *in)
{
	const struct plan *p = in->plan;
	char path[256];

	for (size_t i = 0; i < p->sysctls.count; i++) {
		const struct pair *s = &p->sysctls.item[i];
		int fd;

		if (snprintf(path, sizeof path, "sys/%s", s->key) >=
		    (int)sizeof path)
			die("sysctl %s: the name is too long", s->key);
		/* net.ipv4.conf.eth0/1.rp_filter: sysctl.d(5) */
		for (char *c = path + 4; *c; c++)
			*c = *c == '.' ? '/' : *c == '/' ? '.' : *c;
		fd = own_proc_open(in, path, O_WRONLY);
		if (fd < 0 || fd_write_all(fd, s->value, strlen(s->value)) < 0)
			die("set sysctl %s to %s: %m", s->key, s->value);
		fd_close(&fd);
	}
}
