/* devices.c - which devices the processes of a cgroup may use */
#include "setup/host/devices.h"

#include <stdio.h>
#include <string.h>

#include "init/base/die.h"
#include "init/base/fd.h"

/* mknod does no harm to who may not open; engines count on it. */
static const struct oci_access always[] = {
	{ 1, 'c', -1, -1, "m" }, { 1, 'b', -1, -1, "m" },
	{ 1, 'c', 1, 3, "rwm" }, { 1, 'c', 1, 5, "rwm" },
	{ 1, 'c', 1, 7, "rwm" }, { 1, 'c', 1, 8, "rwm" },
	{ 1, 'c', 1, 9, "rwm" }, { 1, 'c', 5, 0, "rwm" },
	{ 1, 'c', 5, 2, "rwm" }, { 1, 'c', 136, -1, "rwm" },
};

/* kernel: admin-guide/cgroup-v1/devices.rst */
static void write_rule(const struct cgroup_tree *tree,
		       const struct oci_access *rule)
{
	char text[80], major[24] = "*", minor[24] = "*";

	if (rule->major >= 0)
		snprintf(major, sizeof major, "%lld", (long long)rule->major);
	if (rule->minor >= 0)
		snprintf(minor, sizeof minor, "%lld", (long long)rule->minor);
	snprintf(text, sizeof text, "%c %s:%s %s", (int)rule->type, major,
		 minor, rule->access);
	if (fd_write_file(tree->dir_fd,
			  rule->allow ? "devices.allow" : "devices.deny",
			  rule->type == 'a' ? "a" : text) < 0)
		die("linux.resources.devices: %s \"%s\": %m",
		    rule->allow ? "allow" : "deny", text);
}

static const struct cgroup_tree *find(const struct cgroup *cg)
{
	for (unsigned i = 0; i < cg->count; i++)
		if (!cg->tree[i].v2 &&
		    !strcmp(cg->tree[i].controllers, "devices"))
			return &cg->tree[i];
	return NULL;
}

void devices_apply(const struct oci_config *c, const struct cgroup *cg)
{
	static const struct oci_access nothing = { 0, 'a', -1, -1, "rwm" };
	const struct cgroup_tree *tree = find(cg);

	if (!tree && c->access.count)
		die("linux.resources.devices: this host has no devices "
		    "controller in cgroup v1, and rules on v2 are not "
		    "supported by this version");
	if (!tree)
		return;
	write_rule(tree, &nothing);
	for (size_t i = 0; i < c->access.count; i++)
		write_rule(tree, &c->access.item[i]);
	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		write_rule(tree, &always[i]);
}
