/* cgroup_find.c - /proc/self/cgroup and mountinfo are understood on every kind of host */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "init/cgroup/internal.h"
#include "tests/unit/tap.h"

/* What a line of /proc/self/cgroup gives, as "v2|controllers|path" or "no". */
static void hierarchy(const char *line, const char *want)
{
	struct cgroup_tree tree;
	char got[800] = "no";

	if (find_hierarchy(line, &tree))
		snprintf(got, sizeof got, "%u|%s|%s", tree.v2, tree.controllers,
			 tree.path);
	if (strcmp(got, want) != 0)
		printf("# %s: %s\n", line, got);
	ok(!strcmp(got, want), line);
}

/* "v2|root|point|major:minor|options" or "no" */
static void mount_line(const char *line, const char *want)
{
	struct cgroup_mount m;
	char got[1400] = "no", *copy = strdup(line);

	if (find_mount(copy, &m))
		snprintf(got, sizeof got, "%u|%s|%s|%u:%u|%s", m.v2, m.root,
			 m.point, m.major, m.minor, m.options);
	if (strcmp(got, want) != 0)
		printf("# %s: %s\n", line, got);
	ok(!strcmp(got, want), line);
	free(copy);
}

static void below(const char *root, const char *path, const char *want)
{
	const char *got = find_below(root, path);
	char name[200];

	snprintf(name, sizeof name, "%s seen from a mount of %s is %s", path,
		 root, want ? *want ? want : "its root" : "not to be seen");
	ok(want ? got && !strcmp(got, want) : !got, name);
}

/* A file with this text, read line by line. */
static struct lines *file(const char *text, size_t size)
{
	static struct lines l;

	l.start = l.end = 0;
	l.fd = memfd_create("lines", MFD_CLOEXEC);
	if (write(l.fd, text, size) != (ssize_t)size ||
	    lseek(l.fd, 0, SEEK_SET))
		ok(0, "a file for the test");
	return &l;
}

static void test_lines(void)
{
	static char text[40000];
	struct lines *l = file("one\n\ntwo\n", 9);
	char *line;
	int n = 0, good = 1;

	ok((line = lines_next(l)) && !strcmp(line, "one"), "the first line");
	ok((line = lines_next(l)) && !strcmp(line, ""), "an empty line");
	ok((line = lines_next(l)) && !strcmp(line, "two"), "the last line");
	ok(!lines_next(l), "the end");
	close(l->fd);

	memset(text, 'x', 10000);
	strcpy(text + 10000, "\nafter\n");
	l = file(text, strlen(text));
	ok((line = lines_next(l)) && !strcmp(line, "after") && !lines_next(l),
	   "a line longer than the buffer is left out, the next is not");
	close(l->fd);

	for (char *p = text; n < 4000; n++)
		p += sprintf(p, "line %d\n", n);
	l = file(text, strlen(text));
	for (n = 0; (line = lines_next(l)); n++)
		good &= atoi(line + 5) == n;
	ok(good && n == 4000, "four thousand lines over many reads");
	close(l->fd);

	l = file("cut off", 7);
	ok(!lines_next(l), "a line without an end is none");
	close(l->fd);
	l->fd = -1;
	l->start = l->end = 0;
	ok(!lines_next(l), "a file that cannot be read has no lines");
}

static void test_hostile(void)
{
	/* Every cut of good lines, and every byte of them replaced. */
	static const char *const good[] = {
		"36 27 0:33 / /sys/fs/cgroup/pids rw,relatime shared:9 - cgroup cgroup rw,pids",
		"4:cpu,cpuacct:/user.slice",
		"0::/a/b",
		"27 1 0:6 / /\\040 rw - cgroup2 c rw",
	};
	static const char bytes[] = { 0,   ' ', ':', '/',  '\\',
				      '-', '9', ',', '\t', (char)0xff };
	struct cgroup_mount m;
	struct cgroup_tree tree;
	char *text;

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		for (size_t at = 0; at <= strlen(good[i]); at++) {
			for (size_t j = 0; j < sizeof bytes; j++) {
				text = strdup(good[i]);
				text[at] =
					bytes[j == 0 || at < strlen(good[i]) ?
						      j :
						      0];
				find_hierarchy(text, &tree);
				find_mount(text, &m);
				free(text);
			}
		}
	}
	ok(1, "damaged lines are read without harm");
}

int main(void)
{
	char *text;

	hierarchy("0::/", "1||/");
	hierarchy("0::/user.slice/user-0.slice/session-1.scope",
		  "1||/user.slice/user-0.slice/session-1.scope");
	hierarchy("4:cpu,cpuacct:/docker/abc", "0|cpu,cpuacct|/docker/abc");
	hierarchy("12:pids:/", "0|pids|/");
	hierarchy("3:memory:/a:b", "0|memory|/a:b");
	hierarchy("0::/../sibling", "1||/../sibling");
	hierarchy("9:name=systemd:/", "no");
	hierarchy("9:name=:/", "no");
	hierarchy("1::/", "no");
	hierarchy("", "no");
	hierarchy(":", "no");
	hierarchy("::", "no");
	hierarchy("0:", "no");
	hierarchy("0::", "no");
	hierarchy("0::relative", "no");
	hierarchy("x:memory:/", "no");
	hierarchy("-1:memory:/", "no");
	text = malloc(5000);
	memset(text, 'a', 4999);
	text[4999] = 0;
	memcpy(text, "0::/", 4);
	struct cgroup_tree tree;
	ok(!find_hierarchy(text, &tree), "a path that is too long");
	memcpy(text, "5:aa", 4);
	memcpy(text + 4990, ":/", 2);
	ok(!find_hierarchy(text, &tree),
	   "a list of controllers that is too long");
	free(text);

	/* v1 and hybrid */
	mount_line(
		"32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu",
		"0|/|/sys/fs/cgroup/cpu|0:29|rw,cpu");
	mount_line(
		"33 25 0:28 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:10 - cgroup cgroup "
		"rw,cpu,cpuacct",
		"0|/|/sys/fs/cgroup/cpu,cpuacct|0:28|rw,cpu,cpuacct");
	mount_line(
		"41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw",
		"1|/|/sys/fs/cgroup/unified|0:38|rw");
	/* v2 */
	mount_line(
		"30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 master:1 "
		"propagate_from:2 unbindable - cgroup2 cgroup2 rw,nsdelegate,"
		"memory_recursiveprot",
		"1|/|/sys/fs/cgroup|0:26|rw,nsdelegate,memory_recursiveprot");
	/* containers: a part of the hierarchy, with and without a namespace */
	mount_line(
		"600 590 0:30 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory",
		"0|/docker/abc|/sys/fs/cgroup/memory|0:30|rw,memory");
	mount_line("600 590 0:30 /../.. /sys/fs/cgroup ro - cgroup2 cgroup rw",
		   "1|/../..|/sys/fs/cgroup|0:30|rw");
	mount_line(
		"1 2 3:4 /a\\040b /with\\134back\\011tab rw - cgroup2 my\\040name rw",
		"1|/a b|/with\\back\ttab|3:4|rw");
	mount_line("1 2 3:4 / /odd\\04 rw - cgroup2 x rw",
		   "1|/|/odd\\04|3:4|rw");
	mount_line("1 2 3:4 / / rw - cgroup2 cgroup", "1|/|/|3:4|");
	mount_line("31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755",
		   "no");
	mount_line("31 23 0:28 / /x rw - ext4 cgroup2 rw,cgroup", "no");
	mount_line("31 23 0:28 / /x rw - cgroup", "no");
	mount_line("31 23 0:28 / /x rw cgroup2 cgroup2 rw", "no");
	mount_line("31 23 0 / /x rw - cgroup2 cgroup2 rw", "no");
	mount_line("31 23 0:x / /x rw - cgroup2 cgroup2 rw", "no");
	mount_line("31 23 0:1 x /x rw - cgroup2 cgroup2 rw", "no");
	mount_line("31 23 0:1 /  /x rw - cgroup2 cgroup2 rw", "no");
	mount_line("", "no");
	mount_line("-", "no");
	mount_line("- - - - - -", "no");
	mount_line("- - - - - - - cgroup2", "no");

	below("/", "/", "");
	below("/", "/a/b", "/a/b");
	below("/docker/abc", "/docker/abc", "");
	below("/docker/abc", "/docker/abc/sub", "/sub");
	below("/docker/abc", "/docker/abcd", NULL);
	below("/docker/abc", "/", NULL);
	below("/docker/abc", "/docker", NULL);
	below("/..", "/", NULL);
	below("/../..", "/a", NULL);
	below("/", "/../a", NULL);
	below("/", "/..a", "/..a");

	ok(find_word("rw,cpu,cpuacct", "cpu", 3),
	   "cpu is among rw,cpu,cpuacct");
	ok(!find_word("rw,cpuacct", "cpu", 3), "cpu is not among rw,cpuacct");
	ok(find_word("cpuset cpu io\n", "io", 2), "io is among words");
	ok(!find_word("", "io", 2) && !find_word(",,", "io", 2),
	   "nothing is in an empty list");

	test_lines();
	test_hostile();
	return done();
}
