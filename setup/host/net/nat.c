/* nat.c - a link of its own to the bridge, with an address of its own */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "init/base/die.h"
#include "setup/host/ids.h"
#include "setup/host/net/part.h"
#include "setup/host/undo.h"

#define INSIDE "eth0"

/* The one link of this run. */
static struct {
	struct nl nl;
	struct bridge bridge;
	const struct net *net;
	uint8_t ip4[4], ip6[16];
	char ip4_text[INET_ADDRSTRLEN], ip6_text[INET6_ADDRSTRLEN];
	char link[IF_NAMESIZE]; /* the host's end */
	int published, connected;
} nat; /* large, so not initialized */

/* Whatever happened of it. */
static void take_back(void *unused)
{
	char why[128];

	(void)unused;
	if (nat.published)
		rules_withdraw(lock_record(nat.ip4));
	if (lock_last()) {
		/* Where a namespace outlives its container the link would. */
		if (nat.connected)
			link_remove(&nat.nl, nat.link);
		if (!bridge_find(&nat.nl, &nat.bridge, why, sizeof why))
			bridge_remove(&nat.nl, &nat.bridge);
		lock_remove();
	}
	lock_end();
}

static void find_bridge(const struct net *asked)
{
	struct bridge *b = &nat.bridge;
	char why[256];

	if (bridge_find(&nat.nl, b, why, sizeof why) < 0)
		die("%s", why);
	if (b->up && rules_there())
		return;
	lock_build();
	if (bridge_find(&nat.nl, b, why, sizeof why) < 0)
		die("%s", why);
	if (!b->up)
		bridge_make(&nat.nl, b, asked);
	else if (!rules_there()) /* somebody has emptied the rules */
		rules_make(b);
	lock_built();
}

static void check_subnet(const struct net *asked)
{
	const struct bridge *b = &nat.bridge;
	char net[INET6_ADDRSTRLEN];

	if (asked->bits4 && (asked->bits4 != b->bits4 ||
			     memcmp(asked->subnet4, b->net4, 4) != 0)) {
		inet_ntop(AF_INET, b->net4, net, sizeof net);
		die("--subnet: the bridge " BRIDGE " has %s/%u, which stays "
		    "until its last container ends",
		    net, b->bits4);
	}
	if (asked->bits6 && (asked->bits6 != b->bits6 ||
			     memcmp(asked->subnet6, b->net6, 16) != 0)) {
		inet_ntop(AF_INET6, b->net6, net, sizeof net);
		die("--subnet: the bridge " BRIDGE " has %s%s/%u, which stays "
		    "until its last container ends",
		    b->bits6 ? "" : "no ", b->bits6 ? net : "IPv6", b->bits6);
	}
}

/* Number 0 is the network, 1 the bridge, the last one is for broadcasts. */
static void take_address(const struct net *asked)
{
	const struct bridge *b = &nat.bridge;
	uint32_t count = (1u << (32 - b->bits4)) - 3, net, ip;

	if (asked->ip[0]) {
		memcpy(&net, b->net4, 4);
		memcpy(&ip, asked->ip, 4);
		memcpy(nat.ip4, asked->ip, 4);
		inet_ntop(AF_INET, b->net4, nat.ip4_text, INET_ADDRSTRLEN);
		if (ntohl(ip) - ntohl(net) - 2 >= count)
			die("--ip: is not an address for a container in %s/%u "
			    "of the bridge " BRIDGE,
			    nat.ip4_text, b->bits4);
		inet_ntop(AF_INET, nat.ip4, nat.ip4_text, INET_ADDRSTRLEN);
		if (!lock_address(nat.ip4))
			die("--ip: %s is the address of another container",
			    nat.ip4_text);
		return;
	}
	/* Not the same ones again and again: somebody may remember them. */
	for (uint32_t i = 0; i < count; i++) {
		bridge_ip4(b, 2 + (getpid() * 7u + i) % count, nat.ip4);
		if (lock_address(nat.ip4))
			return;
	}
	inet_ntop(AF_INET, b->net4, nat.ip4_text, INET_ADDRSTRLEN);
	die("all %u addresses of %s/%u of the bridge " BRIDGE " are in use",
	    count, nat.ip4_text, b->bits4);
}

void nat_prepare(struct launch *l)
{
	char gateway[INET_ADDRSTRLEN];
	uint8_t first[4];

	if (!ids_privileged())
		die("--net nat: makes links and rules of the host, which takes "
		    "root; --net user takes no privileges");
	nat.net = &l->net;
	if (lock_open(1) < 0)
		die("open the file of locks in /run/cinit: %m");
	if (nl_open(&nat.nl, NETLINK_ROUTE) < 0)
		die("make a netlink socket: %m");
	undo_push(take_back, NULL);
	lock_use();
	find_bridge(&l->net);
	check_subnet(&l->net);
	take_address(&l->net);
	bridge_ip6(&nat.bridge, nat.ip4, nat.ip6);
	inet_ntop(AF_INET, nat.ip4, nat.ip4_text, sizeof nat.ip4_text);
	inet_ntop(AF_INET6, nat.ip6, nat.ip6_text, sizeof nat.ip6_text);
	snprintf(nat.link, sizeof nat.link, "ci%02x%02x%02x%02x", nat.ip4[0],
		 nat.ip4[1], nat.ip4[2], nat.ip4[3]);
	/* Of one who had this address, and was killed. */
	if (!access(lock_record(nat.ip4), F_OK))
		rules_withdraw(lock_record(nat.ip4));
	if (l->net.ports.count) {
		nat.published = 1;
		rules_publish(&l->net, &nat.bridge, nat.ip4);
	}
	bridge_ip4(&nat.bridge, 1, first);
	inet_ntop(AF_INET, first, gateway, sizeof gateway);
	names_make(l, NULL, nat.ip4_text,
		   nat.bridge.bits6 ? nat.ip6_text : NULL);
	if (l->plan.loopback)
		l->plan.loopback = 0; /* with the rest, nat_inside */
}

/* rtnetlink(7): one message makes both ends, each where it belongs. */
static void put_link(pid_t pid)
{
	struct ifinfomsg link = { .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	struct ifinfomsg peer = { 0 };
	uint8_t mac[6] = { 2, 'c' };
	struct nl *n = &nat.nl;
	size_t info, data, other;

	/* By the address: who has it next is not taken for another. */
	memcpy(mac + 2, nat.ip4, 4);
	if (memcmp(nat.net->mac, "\0\0\0\0\0", 6) != 0)
		memcpy(mac, nat.net->mac, 6);
	nl_message(n, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &link,
		   sizeof link);
	nl_text(n, IFLA_IFNAME, nat.link);
	nl_put32(n, IFLA_MASTER, nat.bridge.index);
	if (nat.net->mtu)
		nl_put32(n, IFLA_MTU, nat.net->mtu);
	info = nl_nest(n, IFLA_LINKINFO, NULL, 0);
	nl_put(n, IFLA_INFO_KIND, "veth", 4);
	data = nl_nest(n, IFLA_INFO_DATA, NULL, 0);
	other = nl_nest(n, VETH_INFO_PEER, &peer, sizeof peer);
	nl_text(n, IFLA_IFNAME, INSIDE);
	nl_put(n, IFLA_ADDRESS, mac, sizeof mac);
	if (nat.net->mtu)
		nl_put32(n, IFLA_MTU, nat.net->mtu);
	nl_put32(n, IFLA_NET_NS_PID, pid);
	nl_end(n, other);
	nl_end(n, data);
	nl_end(n, info);
}

void nat_connect(const struct launch *l, pid_t pid)
{
	(void)l;
	nat.connected = 1;
	put_link(pid);
	if (!nl_do(&nat.nl, NULL))
		return;
	/* The address is ours, so who had the link is gone, or about to. */
	if (errno == EEXIST) {
		link_remove(&nat.nl, nat.link);
		put_link(pid);
		if (!nl_do(&nat.nl, NULL))
			return;
	}
	die("make the link %s for %s on " BRIDGE ": %m", nat.link,
	    nat.ip4_text);
}

/* inside --------------------------------------------------------------------- */

static void put_up(struct nl *n, int index)
{
	struct ifinfomsg link = { .ifi_index = index,
				  .ifi_flags = IFF_UP,
				  .ifi_change = IFF_UP };

	nl_message(n, RTM_NEWLINK, 0, &link, sizeof link);
}

static void put_address(struct nl *n, int index, int family, const void *ip,
			size_t size, unsigned bits)
{
	struct ifaddrmsg head = {
		.ifa_family = family,
		.ifa_prefixlen = bits,
		/* nobody else has it: no second of looking for who might */
		.ifa_flags = family == AF_INET6 ? IFA_F_NODAD : 0,
		.ifa_index = index,
	};

	nl_message(n, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &head,
		   sizeof head);
	nl_put(n, IFA_LOCAL, ip, size);
	nl_put(n, IFA_ADDRESS, ip, size);
}

static void put_route(struct nl *n, int index, int family, const void *gateway,
		      size_t size)
{
	struct rtmsg head = {
		.rtm_family = family,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_STATIC,
		.rtm_scope = RT_SCOPE_UNIVERSE,
		.rtm_type = RTN_UNICAST,
	};

	nl_message(n, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &head,
		   sizeof head);
	nl_put(n, RTA_GATEWAY, gateway, size);
	nl_put32(n, RTA_OIF, index);
}

void nat_inside(const struct launch *l)
{
	static const char *const steps[] = {
		"bring up lo",
		"bring up " INSIDE,
		"give " INSIDE " its IPv4 address",
		"make the default route of " INSIDE,
		"give " INSIDE " its IPv6 address",
		"make the default IPv6 route of " INSIDE,
	};
	const struct bridge *b = &nat.bridge;
	struct ifreq name = { .ifr_name = INSIDE };
	uint8_t gateway4[4], gateway6[16];
	unsigned which = 0;
	struct nl n;

	(void)l;
	if (nl_open(&n, NETLINK_ROUTE) < 0 ||
	    ioctl(n.fd, SIOCGIFINDEX, &name) < 0)
		die("find the link " INSIDE " of %s: %m", nat.ip4_text);
	bridge_ip4(b, 1, gateway4);
	bridge_ip6(b, gateway4, gateway6);
	put_up(&n, 1); /* lo is always the first */
	put_up(&n, name.ifr_ifindex);
	put_address(&n, name.ifr_ifindex, AF_INET, nat.ip4, 4, b->bits4);
	put_route(&n, name.ifr_ifindex, AF_INET, gateway4, 4);
	if (b->bits6) {
		put_address(&n, name.ifr_ifindex, AF_INET6, nat.ip6, 16,
			    b->bits6);
		put_route(&n, name.ifr_ifindex, AF_INET6, gateway6, 16);
	}
	if (nl_do(&n, &which) < 0)
		die("%s (%s): %m", steps[which % 6],
		    which < 4 ? nat.ip4_text : nat.ip6_text);
	nl_close(&n);
}
