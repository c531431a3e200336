/* names.c - /etc/resolv.conf and /etc/hosts of the container */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "setup/host/net/part.h"

enum { TEXT = 8192 };

static void add(char *text, const char *a, const char *b, const char *c)
{
	size_t n = strlen(text);

	if (n + snprintf(text + n, TEXT - n, "%s%s%s\n", a, b, c) >= TEXT)
		die("/etc/hosts and /etc/resolv.conf: these are too many "
		    "names for one container");
}

static int begins(const char *line, const char *word)
{
	size_t len = strlen(word);

	return !strncmp(line, word, len) &&
	       (line[len] == ' ' || line[len] == '\t');
}

/* A server of the host alone: its loopback leads nowhere inside. */
static int out_of_reach(const char *line)
{
	line += strlen("nameserver");
	line += strspn(line, " \t");
	return !strncmp(line, "127.", 4) || !strncmp(line, "::1", 3) ||
	       !strncmp(line, "fe80:", 5);
}

/* resolv.conf(5) of the host, without what was said here; servers found. */
static unsigned copy_host(const struct net *n, const char *file, int servers,
			  int all, char *out)
{
	char text[TEXT], *rest = text, *line;
	unsigned found = 0;

	*out = 0;
	if (fd_read_file(AT_FDCWD, file, text, sizeof text) < 0)
		return 0;
	while ((line = strsep(&rest, "\n"))) {
		int server = begins(line, "nameserver");

		if ((begins(line, "search") || begins(line, "domain")) &&
		    n->dns_search.count)
			continue;
		if (server && (!servers || (!all && out_of_reach(line))))
			continue;
		if (!server && !begins(line, "search") &&
		    !begins(line, "domain") && !begins(line, "options"))
			continue;
		found += server;
		add(out, line, "", "");
	}
	return found;
}

static void make_resolv(const struct net *n, const char *server, char *text)
{
	int same = n->kind == NET_HOST || n->kind == NET_CONTAINER ||
		   n->kind == NET_PATH;

	unsigned found;

	found = copy_host(n, "/etc/resolv.conf", !n->dns.count, same, text);
	/* systemd-resolved(8) has the servers it asks itself in this one. */
	if (!found && !n->dns.count && !server)
		copy_host(n, "/run/systemd/resolve/resolv.conf", 1, 0, text);
	if (!found && !n->dns.count && server)
		add(text, "nameserver ", server, "");
	for (size_t i = 0; i < n->dns.count; i++)
		add(text, "nameserver ", n->dns.item[i], "");
	for (size_t i = 0; i < n->dns_search.count; i++) {
		if (i)
			text[strlen(text) - 1] = 0; /* the same line */
		add(text, i ? " " : "search ", n->dns_search.item[i], "");
	}
}

static void make_hosts(const struct launch *l, const char *address4,
		       const char *address6, char *text)
{
	const struct net *n = &l->net;
	const char *name = l->plan.hostname;
	char host[TEXT / 2];

	*text = 0;
	if (!address4 && n->kind != NET_NONE &&
	    fd_read_file(AT_FDCWD, "/etc/hosts", host, sizeof host) > 0) {
		add(text, host, "", "");
	} else {
		add(text, "127.0.0.1\tlocalhost", "", "");
		add(text, "::1\tlocalhost ip6-localhost ip6-loopback", "", "");
	}
	if (address4 && name)
		add(text, address4, "\t", name);
	if (address6 && name)
		add(text, address6, "\t", name);
	for (size_t i = 0; i < n->hosts.count; i++)
		add(text, n->hosts.item[i].value, "\t", n->hosts.item[i].key);
}

/* What the user mounts there, or on /etc, is not covered. */
static void put(struct launch *l, const char *target, const char *text)
{
	LIST(struct mount) *list = (void *)&l->plan.mounts;
	struct mount *more;

	for (size_t i = 0; i < list->count; i++)
		if (!strcmp(list->item[i].target, target) ||
		    !strcmp(list->item[i].target, "/etc"))
			return;
	more = arena_take(&l->memory, (list->count + 1) * sizeof *more);
	text = arena_text(&l->memory, text, strlen(text));
	if (!more || !text)
		die("%s: there is no memory for it", target);
	memcpy(more, list->item, list->count * sizeof *more);
	more[list->count] = (struct mount){ .kind = MOUNT_FILE,
					    .target = target,
					    .data = text };
	list->item = more;
	list->count++;
}

void names_make(struct launch *l, const char *server, const char *address4,
		const char *address6)
{
	char text[TEXT];

	make_hosts(l, address4, address6, text);
	put(l, "/etc/hosts", text);
	if (l->net.kind == NET_NONE)
		return;
	make_resolv(&l->net, server, text);
	put(l, "/etc/resolv.conf", text);
}
