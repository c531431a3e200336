/* gc.c - what launchers left that were killed: links, rules, records */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "init/base/die.h"
#include "setup/host/ids.h"
#include "setup/host/net/part.h"

enum { SOME = 64 };

struct links {
	char name[SOME][IF_NAMESIZE];
	unsigned count;
};

/* "ci0a580105" is the link of 10.88.1.5. */
static int link_address(const char *name, uint8_t ip4[4])
{
	uint32_t address;

	if (strncmp(name, "ci", 2) != 0 || strlen(name) != 10 ||
	    strspn(name + 2, "0123456789abcdef") != 8)
		return 0;
	address = htonl(strtoul(name + 2, NULL, 16));
	memcpy(ip4, &address, 4);
	return 1;
}

static int collect(const struct nlmsghdr *m, void *arg)
{
	struct links *links = arg;
	uint8_t ip4[4];
	size_t size;
	const char *name =
		nl_find(m, sizeof(struct ifinfomsg), IFLA_IFNAME, &size);

	if (name && link_address(name, ip4) && lock_is_free(ip4))
		snprintf(links->name[links->count++], IF_NAMESIZE, "%s", name);
	return links->count == SOME;
}

/* Those whose namespace is still there, kept by somebody else. */
static void remove_links(struct nl *n)
{
	struct ifinfomsg all = { 0 };
	struct links links;
	unsigned gone;

	do {
		links.count = gone = 0;
		nl_message(n, RTM_GETLINK, NLM_F_DUMP, &all, sizeof all);
		if (nl_ask(n, collect, &links) < 0) {
			warn("list the links of the host: %m");
			return;
		}
		for (unsigned i = 0; i < links.count; i++)
			if (!link_remove(n, links.name[i]) || errno == ENODEV)
				gone++;
			else
				warn("remove the link %s: %m", links.name[i]);
	} while (gone == SOME);
}

void net_gc(void)
{
	struct bridge b;
	char why[128];
	struct nl n;

	/* Who is not root has nothing here that outlives its launcher. */
	if (!ids_privileged())
		return;
	if (nl_open(&n, NETLINK_ROUTE) < 0 || lock_open(1) < 0)
		die("open the file of locks in /run/cinit: %m");
	remove_links(&n);
	lock_orphans(rules_withdraw, NULL);
	if (lock_last()) {
		if (!bridge_find(&n, &b, why, sizeof why) && b.index)
			bridge_remove(&n, &b);
		lock_remove();
	}
	lock_end();
	nl_close(&n);
}
