/* net.c - what each kind of network takes, in the order of a run */
#include "setup/host/net/net.h"

#include <stddef.h>

#include "setup/host/net/part.h"

static void names_only(struct launch *l)
{
	names_make(l, NULL, NULL, NULL);
}

static void names_if_said(struct launch *l)
{
	if (l->net.hosts.count)
		names_only(l);
}

static const struct {
	void (*prepare)(struct launch *l);
	void (*connect)(const struct launch *l, pid_t pid);
	void (*inside)(const struct launch *l);
} kinds[] = {
	[NET_NONE] = { names_if_said, NULL, NULL },
	[NET_HOST] = { names_only, NULL, NULL },
	[NET_NAT] = { nat_prepare, nat_connect, nat_inside },
	[NET_USER] = { user_prepare, user_connect, NULL },
	[NET_CONTAINER] = { existing_prepare, NULL, NULL },
	[NET_PATH] = { existing_prepare, NULL, NULL },
};

void net_prepare(struct launch *l)
{
	if (kinds[l->net.kind].prepare)
		kinds[l->net.kind].prepare(l);
}

void net_connect(const struct launch *l, pid_t pid)
{
	if (kinds[l->net.kind].connect)
		kinds[l->net.kind].connect(l, pid);
}

void net_inside(const struct launch *l)
{
	if (kinds[l->net.kind].inside)
		kinds[l->net.kind].inside(l);
}
