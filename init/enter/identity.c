/* identity.c - USER[:GROUP] to numbers, by the container's own passwd, group */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/enter/parts.h"

/* The image wrote these files: their size must not be ours to suffer. */
enum { FILE_MAX = 1 << 20, NAME_LEN = 256, FIELDS = 7 };

/* The text of a database, or "" where the image has none. */
static char *load(struct inside *in, const char *path)
{
	/* O_NONBLOCK: the image may have a fifo there. */
	int fd = sys_openat2(in->root_fd, path, O_RDONLY | O_NONBLOCK, 0,
			     RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
	struct stat st;
	ssize_t n;
	char *text;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return NULL;
	if (fd < 0 || fstat(fd, &st) < 0)
		die("open /%s of the container: %m", path);
	if (!S_ISREG(st.st_mode) || st.st_size > FILE_MAX)
		die("/%s of the container is not a file of at most 1 MiB",
		    path);
	text = arena_take(in->memory, st.st_size + 1);
	n = text ? fd_read_all(fd, text, st.st_size) : -1;
	if (n < 0)
		die("read /%s of the container: %m", path);
	text[n] = 0;
	fd_close(&fd);
	return text;
}

/* Cuts one "a:b:c" line into its fields; returns how many. */
static int split(char **text, char *field[FIELDS])
{
	char *line = strsep(text, "\n");
	int n = 0;

	while (n < FIELDS && (field[n] = strsep(&line, ":")))
		n++;
	return n;
}

/*
 * Numeric means numeric, whatever the image calls its users (CVE-2016-3697);
 * and it means digits only.
 */
static int number(const char *s, uint32_t *out)
{
	uint64_t value = 0;

	if (!*s)
		return 0;
	for (const char *p = s; *p; p++) {
		if (*p < '0' || *p > '9')
			return 0;
		value = value * 10 + (*p - '0');
		if (value > UINT32_MAX)
			value = UINT32_MAX;
	}
	*out = value;
	return 1;
}

/* -1 is what the kernel keeps for "no change", setresuid(2). */
static int wanted_number(const char *s, uint32_t *out)
{
	int numeric = number(s, out);

	if (numeric && *out == UINT32_MAX)
		die("%s is not a user or group number", s);
	return numeric;
}

static void find_user(struct inside *in, const char *user, char *name)
{
	char *text = load(in, "etc/passwd"), *field[FIELDS];
	int numeric = wanted_number(user, &in->who.uid);
	uint32_t uid, gid;

	while (text) {
		if (split(&text, field) < 6 || !number(field[2], &uid) ||
		    !number(field[3], &gid))
			continue;
		if (numeric ? uid != in->who.uid : strcmp(field[0], user))
			continue;
		in->who.uid = uid;
		in->who.gid = gid;
		in->who.home = field[5];
		if (strlen(field[0]) < NAME_LEN)
			strcpy(name, field[0]);
		return;
	}
	if (!numeric)
		die("user %s: not in /etc/passwd of the container; give a "
		    "number, or a name that is there",
		    user);
}

static void add_group(struct identity *who, gid_t gid)
{
	for (size_t i = 0; i < who->group_count; i++)
		if (who->groups[i] == gid)
			return;
	if (who->group_count == GROUPS_MAX)
		die("more than %d groups", GROUPS_MAX);
	who->groups[who->group_count++] = gid;
}

static int is_member(char *members, const char *name)
{
	char *member;

	while ((member = strsep(&members, ",")))
		if (!strcmp(member, name))
			return 1;
	return 0;
}

static gid_t find_group(struct inside *in, const char *group)
{
	char *text, *field[FIELDS];
	uint32_t gid;

	if (wanted_number(group, &gid))
		return gid;
	text = load(in, "etc/group");
	while (text)
		if (split(&text, field) >= 3 && !strcmp(field[0], group) &&
		    number(field[2], &gid))
			return gid;
	die("group %s: not in /etc/group of the container; give a number, or a "
	    "name that is there",
	    group);
}

/* The groups that /etc/group says the user is in, as login(1) would. */
static void add_memberships(struct inside *in, const char *name)
{
	char *text = *name ? load(in, "etc/group") : NULL, *field[FIELDS];
	uint32_t gid;

	while (text)
		if (split(&text, field) >= 4 && number(field[2], &gid) &&
		    gid != UINT32_MAX && is_member(field[3], name))
			add_group(&in->who, gid);
}

void identity_find(struct inside *in)
{
	const struct plan *p = in->plan;
	char name[NAME_LEN] = "", user[NAME_LEN] = "0", *group;

	if (p->user && strlen(p->user) >= sizeof user)
		die("user %.40s...: the name is too long", p->user);
	if (p->user)
		strcpy(user, p->user);
	group = strchr(user, ':');
	if (group)
		*group++ = 0;
	if (!*user || (group && !*group))
		die("user \"%s\": write USER or USER:GROUP", p->user);
	in->who.home = "/";
	find_user(in, user, name);
	if (group)
		in->who.gid = find_group(in, group);
	add_group(&in->who, in->who.gid);
	if (!group)
		add_memberships(in, name);
	for (size_t i = 0; i < p->groups.count; i++)
		add_group(&in->who, find_group(in, p->groups.item[i]));
}
