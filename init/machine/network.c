/* network.c - the name of a machine, loopback, and one static address */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <net/route.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/machine/parts.h"

static void set_name(void)
{
	char file[HOST_NAME_MAX + 2] = "", now[HOST_NAME_MAX + 2] = "";
	const char *name = machine.hostname;

	if (!name)
		name = machine.address.hostname;
	if (!*name) {
		fd_read_file(AT_FDCWD, "/etc/hostname", file, sizeof file);
		file[strcspn(file, "\n")] = 0;
		name = file;
	}
	gethostname(now, sizeof now);
	if (!*name && strcmp(now, "(none)") != 0)
		return; /* the kernel has one, by its hostname= */
	if (!*name)
		name = "localhost";
	if (sethostname(name, strlen(name)) < 0)
		die("set the host name to %s: %m", name);
}

/* The first that is not loopback. */
static void find_device(int fd, struct ifreq *r)
{
	for (int i = 1; i < 64; i++) {
		r->ifr_ifindex = i;
		if (ioctl(fd, SIOCGIFNAME, r) < 0 ||
		    ioctl(fd, SIOCGIFFLAGS, r) < 0)
			continue;
		if ((r->ifr_flags & (IFF_LOOPBACK | IFF_BROADCAST)) ==
		    IFF_BROADCAST)
			return;
	}
	die("ip=: this machine has no network device");
}

static int set_up(int fd, struct ifreq *r)
{
	if (ioctl(fd, SIOCGIFFLAGS, r) < 0)
		return -1;
	r->ifr_flags |= IFF_UP;
	return ioctl(fd, SIOCSIFFLAGS, r);
}

static void put(struct sockaddr *to, struct in_addr a)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr = a };

	memcpy(to, &in, sizeof in);
}

static void set_address(int fd)
{
	const struct address *a = &machine.address;
	struct ifreq r = { 0 };
	struct rtentry route = { .rt_flags = RTF_UP | RTF_GATEWAY };

	if (!*a->device)
		find_device(fd, &r);
	else if (strlen(a->device) < sizeof r.ifr_name)
		strcpy(r.ifr_name, a->device);
	put(&r.ifr_addr, a->client);
	if (ioctl(fd, SIOCSIFADDR, &r) < 0)
		die("ip=: set the address of %s: %m", a->device);
	put(&r.ifr_netmask, a->netmask);
	if (ioctl(fd, SIOCSIFNETMASK, &r) < 0 || set_up(fd, &r) < 0)
		die("ip=: bring up %s: %m", r.ifr_name);
	if (!a->gateway.s_addr)
		return;
	put(&route.rt_gateway, a->gateway);
	put(&route.rt_dst, (struct in_addr){ 0 });
	put(&route.rt_genmask, (struct in_addr){ 0 });
	/* The kernel may have read the same words before us. */
	if (ioctl(fd, SIOCADDRT, &route) < 0 && errno != EEXIST)
		die("ip=: set the gateway: %m");
}

void network_begin(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq lo = { .ifr_name = "lo" };

	set_name();
	if (fd < 0 && !machine.address.client.s_addr)
		return; /* a kernel without a network */
	if (set_up(fd, &lo) < 0)
		warn("bring up the loopback interface: %m");
	if (machine.address.client.s_addr)
		set_address(fd);
	fd_close(&fd);
}
