/* rules.c - masquerade, published ports, and what may pass: a table of nft(8) */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "setup/host/jail.h"
#include "setup/host/net/part.h"

enum { SCRIPT = 16384, PATIENCE_MS = 30000 };

/*
 * Only maps change while it is there, so that a container without published
 * ports needs no nft. All local addresses lead to what is published, 127.0.0.1
 * too, but that of the host is closed to the containers, which could reach it
 * by route_localnet (CVE-2020-8558). Who comes back through the host's own
 * address must come back: masquerade. Nobody enters uncalled.
 */
static const char maps4[] =
	"map one4 { type ipv4_addr . inet_proto . inet_service : "
	"ipv4_addr . inet_service; }\n"
	"map any4 { type inet_proto . inet_service : "
	"ipv4_addr . inet_service; }\n";
static const char maps6[] =
	"map one6 { type ipv6_addr . inet_proto . inet_service : "
	"ipv6_addr . inet_service; }\n"
	"map any6 { type inet_proto . inet_service : "
	"ipv6_addr . inet_service; }\n";
static const char publish4[] =
	"dnat ip to ip daddr . meta l4proto . th dport map @one4\n"
	"fib daddr type local dnat ip to meta l4proto . th dport map @any4\n";
static const char publish6[] =
	"dnat ip6 to ip6 daddr . meta l4proto . th dport map @one6\n"
	"fib daddr type local dnat ip6 to meta l4proto . th dport map @any6\n";
static const char chains[] =
	"chain arrive { type nat hook prerouting priority dstnat; "
	"jump publish; }\n"
	"chain depart { type nat hook output priority -100; "
	"jump publish; }\n"
	"chain closed { type filter hook prerouting priority raw;\n"
	"iifname " BRIDGE " ip daddr 127.0.0.0/8 drop\n}\n"
	"chain through { type filter hook forward priority filter;\n"
	"oifname " BRIDGE " ct state established,related accept\n"
	"oifname " BRIDGE " ct status dnat accept\n"
	"iifname " BRIDGE " accept\n"
	"oifname " BRIDGE " drop\n";
static const char masquerade[] =
	"oifname " BRIDGE " ct status dnat %s saddr %s/%u masquerade\n"
	"oifname != " BRIDGE " %s saddr %s/%u masquerade\n";

static void add(char *script, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void add(char *script, const char *fmt, ...)
{
	size_t n = strlen(script);
	va_list args;

	va_start(args, fmt);
	n += vsnprintf(script + n, SCRIPT - n, fmt, args);
	va_end(args);
	if (n >= SCRIPT)
		die("--publish: these are too many ports for one container");
}

/* nft(8), bounded in time. 0, or -1 and what it says. */
static int run(const char *script, char *said, size_t size)
{
	char path[PATH_MAX];
	const char *const argv[] = { "nft", script, NULL };
	struct program p;
	struct pollfd out;
	char *end;
	int status;

	if (!program_find("nft", path)) {
		snprintf(said, size,
			 "it is not installed (package nftables); "
			 "--net user does without");
		return -1;
	}
	program_start(&p, NULL, path, argv);
	out = (struct pollfd){ p.out_fd, POLLIN, 0 };
	if (poll(&out, 1, PATIENCE_MS) == 0)
		kill(p.pid, SIGKILL);
	status = program_hear(&p, said, size);
	if (!status)
		return 0;
	end = strchr(said, '\n'); /* the rest quotes the script */
	if (end)
		*end = 0;
	if (!*said)
		snprintf(said, size, "it ended with status %d", status);
	return -1;
}

static int seen(const struct nlmsghdr *m, void *there)
{
	*(int *)there = 1;
	return 0;
}

int rules_there(void)
{
	struct nfgenmsg head = { .nfgen_family = NFPROTO_INET };
	struct nl n;
	int there = 0;

	if (nl_open(&n, NETLINK_NETFILTER) < 0)
		return 0; /* nft will say why */
	nl_message(&n, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETTABLE, 0, &head,
		   sizeof head);
	nl_text(&n, NFTA_TABLE_NAME, TABLE);
	nl_ask(&n, seen, &there);
	nl_close(&n);
	return there;
}

void rules_make(const struct bridge *b)
{
	char script[SCRIPT] = "", said[512], net[INET6_ADDRSTRLEN];

	/* Instead of an old one; both at once. */
	add(script,
	    "table inet " TABLE "\ndelete table inet " TABLE
	    "\ntable inet " TABLE " {\n%s%schain publish {\n%s%s}\n%s",
	    maps4, b->bits6 ? maps6 : "", publish4, b->bits6 ? publish6 : "",
	    chains);
	/* We have opened the door, so nobody else goes through it. */
	if (!b->forwarding4)
		add(script, "meta nfproto ipv4 drop\n");
	if (b->bits6 && !b->forwarding6)
		add(script, "meta nfproto ipv6 drop\n");
	add(script,
	    "}\nchain out { type nat hook postrouting priority srcnat;\n"
	    "oifname " BRIDGE " ip saddr 127.0.0.0/8 masquerade\n");
	inet_ntop(AF_INET, b->net4, net, sizeof net);
	add(script, masquerade, "ip", net, b->bits4, "ip", net, b->bits4);
	if (b->bits6) {
		inet_ntop(AF_INET6, b->net6, net, sizeof net);
		add(script, masquerade, "ip6", net, b->bits6, "ip6", net,
		    b->bits6);
	}
	add(script, "}\n}\n");
	if (run(script, said, sizeof said) < 0)
		die("make the table inet " TABLE " with nft: %s", said);
}

void rules_remove(void)
{
	char said[512];

	if (rules_there() &&
	    run("delete table inet " TABLE, said, sizeof said) < 0)
		warn("remove the table inet " TABLE " with nft: %s", said);
}

/* published ports ------------------------------------------------------------ */

/*
 * Held as a socket, so that nothing else here listens behind the rule's back;
 * and of two containers one gets it. It ends with us.
 */
static void hold_port(const struct net_port *p, int family)
{
	union {
		struct sockaddr any;
		struct sockaddr_in four;
		struct sockaddr_in6 six;
	} at = { .any.sa_family = family };
	int fd = socket(family,
			(p->udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
	int on = 1;

	if (family == AF_INET) {
		at.four.sin_port = htons(p->host);
		if (p->address)
			inet_pton(family, p->address, &at.four.sin_addr);
	} else {
		at.six.sin6_port = htons(p->host);
		if (p->address)
			inet_pton(family, p->address, &at.six.sin6_addr);
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	}
	/* No SO_REUSEADDR: two that do not listen would both have it. */
	if (fd < 0 || bind(fd, &at.any,
			   family == AF_INET ? sizeof at.four : sizeof at.six))
		die("--publish: port %u/%s of %s: %m%s", p->host,
		    p->udp ? "udp" : "tcp",
		    p->address ? p->address : "the host",
		    errno == EADDRINUSE ? " (by a program of the host, or by "
					  "another container)" :
					  "");
}

static void element(char *script, const char *verb, const struct net_port *p,
		    int family, const char *inside)
{
	int six = family == AF_INET6;

	add(script, "%s element inet " TABLE " %s%d { ", verb,
	    p->address ? "one" : "any", six ? 6 : 4);
	if (p->address)
		add(script, "%s . ", p->address);
	add(script, "%s . %u", p->udp ? "udp" : "tcp", p->host);
	if (*verb == 'a')
		add(script, " : %s . %u", inside, p->inside);
	add(script, " }\n");
}

static void each_port(char *script, const char *verb, const struct net *n,
		      const struct bridge *b, const uint8_t ip4[4])
{
	char inside4[INET_ADDRSTRLEN], inside6[INET6_ADDRSTRLEN];
	uint8_t ip6[16];

	bridge_ip6(b, ip4, ip6);
	inet_ntop(AF_INET, ip4, inside4, sizeof inside4);
	inet_ntop(AF_INET6, ip6, inside6, sizeof inside6);
	for (size_t i = 0; i < n->ports.count; i++) {
		const struct net_port *p = &n->ports.item[i];

		if (p->family != AF_INET6)
			element(script, verb, p, AF_INET, inside4);
		if (p->family != AF_INET && b->bits6)
			element(script, verb, p, AF_INET6, inside6);
	}
}

/* So that deleting works, whatever of it has happened. */
static void write_record(const char *record, const char *script)
{
	int fd = open(record,
		      O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
		      0600);

	if (fd < 0 || fd_write_all(fd, script, strlen(script)) < 0)
		die("write %s: %m", record);
	fd_close(&fd);
}

void rules_publish(const struct net *n, const struct bridge *b,
		   const uint8_t ip4[4])
{
	char script[SCRIPT] = "", undo[SCRIPT] = "", said[512];

	for (size_t i = 0; i < n->ports.count; i++) {
		const struct net_port *p = &n->ports.item[i];

		if (p->family == AF_INET6 && !b->bits6)
			die("--publish: the bridge " BRIDGE " has no IPv6 for "
			    "port %u of %s",
			    p->host, p->address);
		if (p->family != AF_INET6)
			hold_port(p, AF_INET);
		if (p->family != AF_INET && b->bits6)
			hold_port(p, AF_INET6);
	}
	each_port(script, "add", n, b, ip4);
	strcpy(undo, script);
	each_port(undo, "delete", n, b, ip4);
	write_record(lock_record(ip4), undo);
	if (!run(script, said, sizeof said))
		return;
	/* The ports are ours: what says otherwise was left by one killed. */
	lock_orphans(rules_withdraw, ip4);
	if (run(script, said, sizeof said) < 0)
		die("publish ports with nft: %s", said);
}

void rules_withdraw(const char *record)
{
	char undo[2 * SCRIPT], said[512];

	if (fd_read_file(AT_FDCWD, record, undo, sizeof undo) < 0)
		return; /* nothing is published */
	/* Without its table there is nothing to delete from. */
	if (rules_there() && run(undo, said, sizeof said) < 0)
		warn("withdraw published ports with nft: %s", said);
	unlink(record);
}
