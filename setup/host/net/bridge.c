/* bridge.c - the bridge of the containers, and that the host forwards for it */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "setup/host/net/part.h"

#define FORWARD4 "/proc/sys/net/ipv4/ip_forward"
#define CONF6 "/proc/sys/net/ipv6/conf/"
/*
 * The second one, of Linux 6.17, makes a host no router in its own affairs; the
 * first would end what it has learned from routers (ip-sysctl, accept_ra).
 */
#define FORWARD6_OLD CONF6 "all/forwarding"
#define FORWARD6 CONF6 "all/force_forwarding"

enum { ALIAS = 256, RTF_LEARNED = 0x00040000 }; /* RTF_ADDRCONF */

/* addresses ----------------------------------------------------------------- */

void bridge_ip4(const struct bridge *b, uint32_t number, uint8_t out[4])
{
	uint32_t net;

	memcpy(&net, b->net4, 4);
	net = htonl(ntohl(net) + number);
	memcpy(out, &net, 4);
}

void bridge_ip6(const struct bridge *b, const uint8_t ip4[4], uint8_t out[16])
{
	memcpy(out, b->net6, 16);
	memcpy(out + 12, ip4, 4);
}

/* what there is ------------------------------------------------------------- */

static int read_number(const char *file)
{
	char text[16];

	return fd_read_file(AT_FDCWD, file, text, sizeof text) < 0 ? -1 :
								     atoi(text);
}

/* "10.88.0.0/16" */
static int read_net(char *word, int family, uint8_t *net, uint32_t *bits)
{
	char *slash = word ? strchr(word, '/') : NULL;

	if (!slash)
		return -1;
	*slash = 0;
	*bits = atoi(slash + 1);
	return inet_pton(family, word, net) == 1 ? 0 : -1;
}

/* "cinit 10.88.0.0/16 fd63:...::/64 01", "-" instead of a net of IPv6 */
static int read_alias(struct bridge *b, const char *text)
{
	char copy[ALIAS], *rest = copy, *word;

	snprintf(copy, sizeof copy, "%s", text);
	word = strsep(&rest, " ");
	if (strcmp(word, "cinit") != 0 ||
	    read_net(strsep(&rest, " "), AF_INET, b->net4, &b->bits4) < 0)
		return -1;
	word = strsep(&rest, " ");
	if (!word || !rest || strlen(rest) != 2)
		return -1;
	if (*word != '-' && read_net(word, AF_INET6, b->net6, &b->bits6) < 0)
		return -1;
	b->forwarding4 = rest[0] - '0';
	b->forwarding6 = rest[1] - '0';
	return 0;
}

struct look {
	struct bridge *b;
	int foreign;
};

static int look_at(const struct nlmsghdr *m, void *arg)
{
	const struct ifinfomsg *link = NLMSG_DATA(m);
	struct look *look = arg;
	size_t size;
	const char *alias = nl_find(m, sizeof *link, IFLA_IFALIAS, &size);

	look->b->index = link->ifi_index;
	look->b->up = !!(link->ifi_flags & IFF_UP);
	/* Before it has its alias it is not up, and of no use to anybody. */
	look->foreign = alias ? read_alias(look->b, alias) < 0 : look->b->up;
	return 0;
}

int bridge_find(struct nl *n, struct bridge *b, char *why, size_t size)
{
	struct ifinfomsg link = { 0 };
	struct look look = { .b = b };

	memset(b, 0, sizeof *b);
	nl_message(n, RTM_GETLINK, 0, &link, sizeof link);
	nl_text(n, IFLA_IFNAME, BRIDGE);
	nl_put32(n, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	if (nl_ask(n, look_at, &look) < 0 && errno != ENODEV) {
		snprintf(why, size, "look for the link " BRIDGE ": %s",
			 strerror(errno));
		return -1;
	}
	if (look.foreign)
		snprintf(why, size,
			 "the link " BRIDGE " exists, and is not claunch's: "
			 "remove or rename it");
	return look.foreign ? -1 : 0;
}

/* Does an address of the host lie in the subnet, or the other way round? */
struct overlap {
	const struct bridge *b;
	char link[IF_NAMESIZE], address[INET6_ADDRSTRLEN + 8];
	int found;
};

static int same_bits(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	return !memcmp(a, b, whole) &&
	       (!rest || !((a[whole] ^ b[whole]) >> (8 - rest)));
}

static int compare(const struct nlmsghdr *m, void *arg)
{
	const struct ifaddrmsg *head = NLMSG_DATA(m);
	struct overlap *o = arg;
	int six = head->ifa_family == AF_INET6;
	unsigned bits = six ? o->b->bits6 : o->b->bits4;
	size_t size;
	const uint8_t *address =
		nl_find(m, sizeof *head, six ? IFA_ADDRESS : IFA_LOCAL, &size);

	if (!bits || !address || size != (six ? 16 : 4))
		return 0;
	if (head->ifa_prefixlen < bits)
		bits = head->ifa_prefixlen;
	if (!same_bits(address, six ? o->b->net6 : o->b->net4, bits))
		return 0;
	inet_ntop(head->ifa_family, address, o->address, sizeof o->address);
	if (!if_indextoname(head->ifa_index, o->link))
		snprintf(o->link, sizeof o->link, "link %u", head->ifa_index);
	return o->found = 1;
}

static void look_for_overlap(struct nl *n, struct overlap *o)
{
	struct ifaddrmsg all = { 0 };

	o->found = 0;
	nl_message(n, RTM_GETADDR, NLM_F_DUMP, &all, sizeof all);
	if (nl_ask(n, compare, o) < 0)
		die("list the addresses of the host: %m");
}

/* which subnet -------------------------------------------------------------- */

/*
 * The network of IPv6 that nobody named follows from that of IPv4, so that a
 * container in a container has another one. fc00::/7, RFC 4193.
 */
static void default_net6(struct bridge *b)
{
	static const uint8_t cinit[6] = { 0xfd, 'c', 'i', 'n', 'i', 't' };

	memcpy(b->net6, cinit, sizeof cinit);
	memcpy(b->net6 + 6, b->net4, 2);
	b->bits6 = 64;
}

/*
 * A router learned by IPv6 is forgotten by a host that becomes a router: then
 * the containers have to do without. accept_ra=2 keeps it, ip-sysctl.
 */
static int learned_router(char link[IF_NAMESIZE])
{
	char text[1 << 16], file[64 + IF_NAMESIZE], *rest = text, *line;

	if (fd_read_file(AT_FDCWD, "/proc/net/ipv6_route", text, sizeof text) <
	    0)
		return 0;
	while ((line = strsep(&rest, "\n"))) {
		char *blank = strrchr(line, ' '), *field = line;

		/* the default route: net, bits; six fields on are the flags */
		if (!blank ||
		    strncmp(line, "00000000000000000000000000000000 00", 35) !=
			    0)
			continue;
		for (int i = 0; i < 8 && field; i++)
			field = strchr(field + 1, ' ');
		if (!field || !(strtoul(field, NULL, 16) & RTF_LEARNED))
			continue;
		snprintf(link, IF_NAMESIZE, "%s", blank + 1);
		snprintf(file, sizeof file, CONF6 "%s/accept_ra", link);
		if (read_number(file) != 2)
			return 1;
	}
	return 0;
}

static const char *forward6_file(void)
{
	return access(FORWARD6, F_OK) < 0 ? FORWARD6_OLD : FORWARD6;
}

static int have_ipv6(void)
{
	char link[IF_NAMESIZE];

	if (read_number(CONF6 "default/disable_ipv6") != 0)
		return 0;
	if (read_number(FORWARD6_OLD) == 1 || !access(FORWARD6, F_OK) ||
	    !learned_router(link))
		return 1;
	warn("the containers get no IPv6: forwarding would end the host's own, "
	     "which comes by router advertisements on %s; set "
	     "net.ipv6.conf.%s.accept_ra=2 to have both",
	     link, link);
	return 0;
}

static void choose_nets(struct nl *n, struct bridge *b, const struct net *asked)
{
	static const uint8_t first[4] = { 10, 88, 0, 0 };
	struct overlap o = { .b = b };
	int six = have_ipv6();

	memcpy(b->net4, asked->bits4 ? asked->subnet4 : first, 4);
	b->bits4 = asked->bits4 ? asked->bits4 : 16;
	/* In a container of our own its bridge has the first one. */
	for (int tries = asked->bits4 ? 1 : 8; tries; tries--) {
		b->bits6 = 0;
		if (six && asked->bits6) {
			memcpy(b->net6, asked->subnet6, 16);
			b->bits6 = asked->bits6;
		} else if (six) {
			default_net6(b);
		}
		look_for_overlap(n, &o);
		if (!o.found)
			return;
		b->net4[1] += !asked->bits4;
	}
	die("the subnet of " BRIDGE " overlaps with address %s of %s: choose "
	    "another one with --subnet",
	    o.address, o.link);
}

/* making it ------------------------------------------------------------------ */

static void set_number(const char *file, int value)
{
	char text[4];

	if (read_number(file) == value)
		return;
	snprintf(text, sizeof text, "%d", value);
	if (fd_write_file(AT_FDCWD, file, text) < 0)
		die("write %d to %s: %m", value, file);
}

static void make_link(struct nl *n, struct bridge *b)
{
	struct ifinfomsg link = { 0 };
	uint8_t mac[6] = { 2, 'c' };
	size_t info;

	bridge_ip4(b, 1, mac + 2);
	nl_message(n, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &link,
		   sizeof link);
	nl_text(n, IFLA_IFNAME, BRIDGE);
	/* Said, they do not change with what is attached. */
	nl_put(n, IFLA_ADDRESS, mac, sizeof mac);
	nl_put32(n, IFLA_MTU, 1500);
	info = nl_nest(n, IFLA_LINKINFO, NULL, 0);
	nl_put(n, IFLA_INFO_KIND, "bridge", 6);
	nl_end(n, info);
	if (nl_do(n, NULL) < 0)
		die("make the link " BRIDGE ": %m%s",
		    errno == EPERM ? " (it takes CAP_NET_ADMIN; --net user "
				     "does not)" :
				     "");
	b->index = if_nametoindex(BRIDGE);
}

static void write_alias(struct nl *n, const struct bridge *b)
{
	struct ifinfomsg link = { .ifi_index = b->index };
	char net4[INET_ADDRSTRLEN], net6[INET6_ADDRSTRLEN + 8] = "-";
	char alias[ALIAS];

	inet_ntop(AF_INET, b->net4, net4, sizeof net4);
	if (b->bits6) {
		inet_ntop(AF_INET6, b->net6, net6, sizeof net6);
		snprintf(net6 + strlen(net6), 8, "/%u", b->bits6);
	}
	snprintf(alias, sizeof alias, "cinit %s/%u %s %d%d", net4, b->bits4,
		 net6, b->forwarding4, b->forwarding6);
	nl_message(n, RTM_SETLINK, 0, &link, sizeof link);
	nl_text(n, IFLA_IFALIAS, alias);
	if (nl_do(n, NULL) < 0)
		die("write down in the alias of " BRIDGE
		    " how the host forwards: %m");
}

static void add_address(struct nl *n, const struct bridge *b, int family)
{
	struct ifaddrmsg head = {
		.ifa_family = family,
		.ifa_prefixlen = family == AF_INET ? b->bits4 : b->bits6,
		.ifa_flags = family == AF_INET ? 0 : IFA_F_NODAD,
		.ifa_index = b->index,
	};
	uint8_t ip[16];

	bridge_ip4(b, 1, ip);
	if (family == AF_INET6) {
		uint8_t ip4[4];

		memcpy(ip4, ip, 4);
		bridge_ip6(b, ip4, ip);
	}
	nl_message(n, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &head,
		   sizeof head);
	nl_put(n, IFA_LOCAL, ip, family == AF_INET ? 4 : 16);
	nl_put(n, IFA_ADDRESS, ip, family == AF_INET ? 4 : 16);
}

static void set_up(struct nl *n, const struct bridge *b)
{
	struct ifinfomsg link = { .ifi_index = b->index,
				  .ifi_flags = IFF_UP,
				  .ifi_change = IFF_UP };
	static const char *const what[] = { "IPv4 address", "IPv6 address" };
	char ip[INET6_ADDRSTRLEN];
	unsigned which = 0;

	add_address(n, b, AF_INET);
	if (b->bits6)
		add_address(n, b, AF_INET6);
	if (nl_do(n, &which) < 0) {
		int saved = errno;

		inet_ntop(which ? AF_INET6 : AF_INET, which ? b->net6 : b->net4,
			  ip, sizeof ip);
		errno = saved;
		die("give the link " BRIDGE " its %s in %s/%u: %m",
		    what[which & 1], ip, which ? b->bits6 : b->bits4);
	}
	rules_make(b);
	nl_message(n, RTM_SETLINK, 0, &link, sizeof link);
	if (nl_do(n, NULL) < 0)
		die("bring up the link " BRIDGE ": %m");
}

void bridge_make(struct nl *n, struct bridge *b, const struct net *asked)
{
	/* Half made by one who was killed meanwhile. */
	if (b->index)
		bridge_remove(n, b);
	memset(b, 0, sizeof *b);
	choose_nets(n, b, asked);
	b->forwarding4 = read_number(FORWARD4) > 0;
	b->forwarding6 = b->bits6 && read_number(forward6_file()) > 0;
	make_link(n, b);
	write_alias(n, b);
	set_number(FORWARD4, 1);
	if (b->bits6)
		set_number(forward6_file(), 1);
	/* So that 127.0.0.1 of the host reaches published ports, ip-sysctl. */
	set_number("/proc/sys/net/ipv4/conf/" BRIDGE "/route_localnet", 1);
	if (b->bits6)
		set_number(CONF6 BRIDGE "/accept_ra", 0);
	set_up(n, b); /* last: it is whole now */
}

/* taking it away --------------------------------------------------------------- */

int link_remove(struct nl *n, const char *name)
{
	struct ifinfomsg link = { 0 };

	nl_message(n, RTM_DELLINK, 0, &link, sizeof link);
	nl_text(n, IFLA_IFNAME, name);
	return nl_do(n, NULL);
}

static void restore(const char *file, int before)
{
	if (before || read_number(file) != 1)
		return;
	if (fd_write_file(AT_FDCWD, file, "0") < 0)
		warn("write 0 to %s: %m", file);
}

void bridge_remove(struct nl *n, const struct bridge *b)
{
	/* The alias goes last: it tells the next one what is not restored. */
	rules_remove();
	if (b->bits4) {
		restore(FORWARD4, b->forwarding4);
		if (b->bits6)
			restore(forward6_file(), b->forwarding6);
	}
	if (b->index && link_remove(n, BRIDGE) < 0 && errno != ENODEV)
		warn("remove the link " BRIDGE ": %m");
}
