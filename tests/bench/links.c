/* links.c - the least that a network like claunch's can cost, by a plain program */
/*
 *	links [BRIDGE NET4 NET6 MAXIMUM]
 *
 * A child in a network namespace of its own. With arguments it has a pair of
 * links, one end at BRIDGE, with the addresses and default routes that claunch
 * --net nat gives it, by the fewest messages there are; the host's part of
 * NET4 (a /16) and NET6 (a /64) is taken from the pid. And nothing else: no
 * lock, no rules, no files, no check that the bridge is there.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/veth.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char buf[4096] __attribute__((aligned(8)));
static size_t used;
static struct nlmsghdr *last;
static uint32_t seq;

static void die(const char *what) __attribute__((noreturn));

static void die(const char *what)
{
	fprintf(stderr, "links: %s: %s\n", what, strerror(errno));
	_exit(125);
}

static void begin(int type, int flags, const void *head, size_t size)
{
	last = (struct nlmsghdr *)(buf + used);
	last->nlmsg_len = NLMSG_LENGTH(size);
	last->nlmsg_type = type;
	last->nlmsg_flags = NLM_F_REQUEST | flags;
	last->nlmsg_seq = ++seq;
	memcpy(NLMSG_DATA(last), head, size);
	used += NLMSG_ALIGN(last->nlmsg_len);
}

static struct nlattr *put(int type, const void *data, size_t size)
{
	struct nlattr *a = (struct nlattr *)(buf + used);

	a->nla_type = type;
	a->nla_len = NLA_HDRLEN + size;
	if (size)
		memcpy((char *)a + NLA_HDRLEN, data, size);
	used += NLA_ALIGN(a->nla_len);
	last->nlmsg_len = buf + used - (char *)last;
	return a;
}

static void end(struct nlattr *a)
{
	a->nla_len = buf + used - (char *)a;
}

static void commit(int fd, const char *what)
{
	char answer[4096] __attribute__((aligned(8)));
	struct nlmsghdr *m = (struct nlmsghdr *)answer;
	struct nlmsgerr *e = NLMSG_DATA(m);

	last->nlmsg_flags |= NLM_F_ACK;
	if (send(fd, buf, used, 0) < 0)
		die(what);
	do {
		if (recv(fd, answer, sizeof answer, 0) < 0)
			die(what);
		errno = -e->error;
		if (errno)
			die(what);
	} while (m->nlmsg_seq != seq);
	used = 0;
	memset(buf, 0, sizeof buf);
}

static int netlink(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0)
		die("netlink");
	return fd;
}

static void address(int index, int family, const void *ip, size_t size,
		    unsigned bits)
{
	struct ifaddrmsg head = { .ifa_family = family,
				  .ifa_prefixlen = bits,
				  .ifa_flags = IFA_F_NODAD,
				  .ifa_index = index };

	begin(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &head, sizeof head);
	put(IFA_LOCAL, ip, size);
	put(IFA_ADDRESS, ip, size);
}

static void route(int index, int family, const void *gateway, size_t size)
{
	struct rtmsg head = { .rtm_family = family,
			      .rtm_table = RT_TABLE_MAIN,
			      .rtm_protocol = RTPROT_STATIC,
			      .rtm_type = RTN_UNICAST };

	begin(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &head, sizeof head);
	put(RTA_GATEWAY, gateway, size);
	put(RTA_OIF, &index, sizeof index);
}

/* Up, both of them; an address and a route of each family. */
static int inside(int ready_fd, char *argv[], uint16_t host)
{
	struct ifinfomsg up = { .ifi_index = 1,
				.ifi_flags = IFF_UP,
				.ifi_change = IFF_UP };
	struct ifreq name = { .ifr_name = "eth0" };
	uint8_t ip4[4], ip6[16];
	int fd;
	char go;

	if (read(ready_fd, &go, 1) != 1)
		return 125;
	fd = netlink();
	if (ioctl(fd, SIOCGIFINDEX, &name) < 0)
		die("eth0");
	begin(RTM_NEWLINK, 0, &up, sizeof up);
	up.ifi_index = name.ifr_ifindex;
	begin(RTM_NEWLINK, 0, &up, sizeof up);
	if (inet_pton(AF_INET, argv[1], ip4) != 1 ||
	    inet_pton(AF_INET6, argv[2], ip6) != 1)
		die("the networks");
	memcpy(ip4 + 2, &host, 2);
	memcpy(ip6 + 12, ip4, 4);
	address(up.ifi_index, AF_INET, ip4, 4, 16);
	address(up.ifi_index, AF_INET6, ip6, 16, 64);
	ip4[2] = ip6[14] = 0;
	ip4[3] = ip6[15] = 1;
	route(up.ifi_index, AF_INET, ip4, 4);
	route(up.ifi_index, AF_INET6, ip6, 16);
	commit(fd, "addresses and routes");
	return 0;
}

static void connect_to(const char *bridge, pid_t pid)
{
	struct ifinfomsg link = { .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	struct ifinfomsg peer = { 0 };
	int master = if_nametoindex(bridge), fd = netlink();
	struct nlattr *info, *data, *other;
	char name[IF_NAMESIZE];

	snprintf(name, sizeof name, "bare%d", pid);
	begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &link, sizeof link);
	put(IFLA_IFNAME, name, strlen(name) + 1);
	put(IFLA_MASTER, &master, sizeof master);
	info = put(IFLA_LINKINFO, NULL, 0);
	put(IFLA_INFO_KIND, "veth", 4);
	data = put(IFLA_INFO_DATA, NULL, 0);
	other = put(VETH_INFO_PEER, &peer, sizeof peer);
	put(IFLA_IFNAME, "eth0", 5);
	put(IFLA_NET_NS_PID, &pid, sizeof pid);
	end(other);
	end(data);
	end(info);
	commit(fd, bridge);
}

int main(int argc, char *argv[])
{
	struct clone_args args = { .flags = CLONE_NEWNET,
				   .exit_signal = SIGCHLD };
	int ready[2], status;
	pid_t pid;

	if (pipe(ready) < 0)
		die("pipe");
	pid = syscall(SYS_clone3, &args, sizeof args);
	if (pid < 0)
		die("clone3");
	if (!pid)
		_exit(argc < 4 ? 0 :
				 inside(ready[0], argv + 1,
					htons(getpid() % 60000 + 2)));
	if (argc >= 4) {
		connect_to(argv[1], pid);
		if (write(ready[1], "", 1) != 1)
			die("go");
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? 128 : WEXITSTATUS(status);
}
