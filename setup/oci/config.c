/* config.c - config.json: the properties that every platform has */
#include "setup/oci/parts.h"

#include <stdio.h>
#include <string.h>

#define C(key, member, ...)                                           \
	{                                                             \
		key, offsetof(struct oci_config, member), __VA_ARGS__ \
	}

static const char other_platform[] =
	"is for another platform than Linux; leave it out";
static const char not_here[] = "is not supported by this version";

static const struct json_row root_rows[] = {
	C("path", root, json_text, NULL, 1),
	C("readonly", read_only, json_bool),
	{ NULL },
};

static const struct json_items mounts = {
	sizeof(struct oci_mount),
	oci_read_mount,
	oci_mount_rows,
};

static void read_version(const struct json_at *at, void *out, const void *with)
{
	const char *version = json_chars(at);

	/* semver.org: another minor of 1 only adds to what there is. */
	if (version && strncmp(version, "1.", 2) != 0)
		json_error(at,
			   "\"%.32s\" is not a version 1 of the "
			   "specification",
			   version);
	json_text(at, out, with);
}

const struct json_row oci_config_rows[] = {
	C("ociVersion", version, read_version, NULL, 1),
	{ "root", 0, json_struct, root_rows, 1, root_rows },
	C("mounts", mounts, json_list, &mounts, 0, oci_mount_rows),
	C("process", launch, json_struct, oci_process_rows, 1,
	  oci_process_rows),
	C("hostname", launch.plan.hostname, json_text),
	C("domainname", launch.plan.domainname, json_text),
	C("annotations", annotations, json_map),
	{ "linux", 0, json_struct, oci_linux_rows, 0, oci_linux_rows },
	{ "hooks", 0, json_refuse, not_here },
	{ "freebsd", 0, json_refuse, other_platform },
	{ "solaris", 0, json_refuse, other_platform },
	{ "vm", 0, json_refuse, other_platform },
	{ "windows", 0, json_refuse, other_platform },
	{ "zos", 0, json_refuse, other_platform },
	{ NULL },
};

/* What holds where the document says nothing. */
static void begin(struct oci_config *c)
{
	struct plan *p = &c->launch.plan;

	p->root_tree = 1;
	p->keyring = 1;
	p->detached = 1;
	p->umask = 022;
	p->stop_signal = 15;
	p->grace_ms = 10000;
	p->user = "0:0";
}

static const char *annotation(const struct oci_config *c, const char *key)
{
	for (size_t i = 0; i < c->annotations.count; i++)
		if (!strcmp(c->annotations.item[i].key, key))
			return c->annotations.item[i].value;
	return NULL;
}

static int read_annotations(struct oci_config *c, char *why, size_t size)
{
	const char *init = annotation(c, "org.cinit.init");

	if (init && strcmp(init, "true") != 0 && strcmp(init, "false") != 0) {
		snprintf(why, size,
			 "annotations.org.cinit.init: \"%.32s\" is neither "
			 "true nor false",
			 init);
		return -1;
	}
	c->with_init = init && *init == 't';
	return 0;
}

int oci_read(struct oci_config *c, char *text, size_t size, char *why,
	     size_t why_size)
{
	struct json_doc doc;
	struct json_at root;

	begin(c);
	if (json_load(&doc, &c->launch.memory, text, size) == 0) {
		root = json_root(&doc);
		json_struct(&root, c, oci_config_rows);
		json_free(&doc);
	}
	if (*doc.error) {
		snprintf(why, why_size, "%s", doc.error);
		return -1;
	}
	return read_annotations(c, why, why_size);
}
