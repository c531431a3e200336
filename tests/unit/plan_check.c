/* plan_check.c - what a plan must fulfil, and the sentence when it does not */
#include <sched.h>
#include <string.h>

#include "init/plan/plan.h"
#include "tests/unit/tap.h"

#define ITEMS(type, ...)                                                  \
	{                                                                 \
		(type[]){ __VA_ARGS__ }, COUNT(((type[]){ __VA_ARGS__ })) \
	}
#define COMMAND .argv = ITEMS(const char *, "/bin/true")
#define MOUNT(...)                                                      \
	{                                                               \
		COMMAND, .namespaces = CLONE_NEWNS,                     \
			 .mounts = ITEMS(struct mount, { __VA_ARGS__ }) \
	}
#define TARGET(path) MOUNT(.kind = MOUNT_DIR, .target = path)
#define CWD(path)                    \
	{                            \
		COMMAND, .cwd = path \
	}

#define PATH_32 "/3456789abcdef0123456789abcdef01"
#define PATH_256 PATH_32 PATH_32 PATH_32 PATH_32 PATH_32 PATH_32 PATH_32 PATH_32
#define PATH_224 PATH_32 PATH_32 PATH_32 PATH_32 PATH_32 PATH_32 PATH_32
#define PATH_1024 PATH_256 PATH_256 PATH_256 PATH_256
#define PATH_4064                                                        \
	PATH_1024 PATH_1024 PATH_1024 PATH_256 PATH_256 PATH_256 PATH_32 \
		PATH_32 PATH_32 PATH_32 PATH_32 PATH_32 PATH_32
#define PATH_31 "/3456789abcdef0123456789abcdef0"

static uint64_t filter[4097];

static const struct {
	const char *what;
	struct plan plan;
	const char *why; /* NULL: nothing is wrong */
} table[] = {
	{ "a command", { COMMAND }, NULL },
	{ "nothing at all", { 0 }, "there is no command" },

	/* trees: there are two */
	{ "the last tree as root", { COMMAND, .root_tree = 2 }, NULL },
	{ "a root that is not there",
	  { COMMAND, .root_tree = 3 },
	  "root: there is no tree 3" },
	{ "a socket to be started at", { COMMAND, .start_tree = 2 }, NULL },
	{ "a socket that is not there",
	  { COMMAND, .start_tree = 3 },
	  "start: there is no tree 3" },
	{ "an overlay of two trees",
	  { COMMAND, .root_tree = 1, .upper_tree = 2, .overlay = 1 },
	  NULL },
	{ "an overlay to be thrown away",
	  { COMMAND, .root_tree = 1, .overlay = 1 },
	  NULL },
	{ "an upper tree that is not there",
	  { COMMAND, .root_tree = 1, .upper_tree = 4, .overlay = 1 },
	  "root: there is no tree 4" },
	{ "an upper tree alone",
	  { COMMAND, .root_tree = 1, .upper_tree = 2 },
	  "root: an upper directory without an overlay" },

	{ "layers over a root",
	  { COMMAND, .root_tree = 1, .overlay = 1, .layers = ITEMS(uint64_t, 2, 1) },
	  NULL },
	{ "a layer without an overlay",
	  { COMMAND, .root_tree = 1, .layers = ITEMS(uint64_t, 2) },
	  "root: an overlay has up to 64 layers" },
	{ "a layer that is not there",
	  { COMMAND, .root_tree = 1, .overlay = 1, .layers = ITEMS(uint64_t, 2, 3) },
	  "root: there is no layer of that tree" },
	{ "a layer of no tree",
	  { COMMAND, .root_tree = 1, .overlay = 1, .layers = ITEMS(uint64_t, 0) },
	  "root: there is no layer of that tree" },

	/* mounts */
	{ "a mount in the namespace of another",
	  { COMMAND, .namespaces = ~(uint64_t)CLONE_NEWNS,
	    .mounts = ITEMS(struct mount,
			    { .kind = MOUNT_DIR, .target = "/x" }) },
	  "mounts need a mount namespace of their own" },
	{ "a step of no kind", MOUNT(.target = "/x"),
	  "mount: there is no kind 0" },
	{ "a step of a kind unknown",
	  MOUNT(.kind = MOUNT_FILE + 1, .target = "/x"),
	  "mount: there is no kind 9" },
	{ "a file system",
	  MOUNT(.kind = MOUNT_FS, .type = "proc", .target = "/proc"), NULL },
	{ "a file system without a type",
	  MOUNT(.kind = MOUNT_FS, .target = "/proc"),
	  "mount on /proc: no file system type" },
	{ "a tree", MOUNT(.kind = MOUNT_TREE, .tree = 2, .target = "/x"),
	  NULL },
	{ "a tree without a number", MOUNT(.kind = MOUNT_TREE, .target = "/x"),
	  "mount on /x: there is no tree 0" },
	{ "a tree that is not there",
	  MOUNT(.kind = MOUNT_TREE, .tree = 3, .target = "/x"),
	  "mount on /x: there is no tree 3" },
	{ "a link", MOUNT(.kind = MOUNT_LINK, .source = "../a", .target = "/x"),
	  NULL },
	{ "a link to nothing", MOUNT(.kind = MOUNT_LINK, .target = "/x"),
	  "link at /x: leads nowhere" },
	{ "a node", MOUNT(.kind = MOUNT_NODE, .target = "/dev/x"), NULL },
	{ "a directory", MOUNT(.kind = MOUNT_DIR, .target = "/x"), NULL },
	{ "a mask", MOUNT(.kind = MOUNT_MASK, .target = "/x"), NULL },
	{ "something read-only", MOUNT(.kind = MOUNT_READONLY, .target = "/x"),
	  NULL },
	{ "the second of two is wrong",
	  { COMMAND, .namespaces = CLONE_NEWNS,
	    .mounts = ITEMS(struct mount, { .kind = MOUNT_DIR, .target = "/x" },
			    { .kind = MOUNT_DIR, .target = "y" }) },
	  "mount on y: not an absolute path below /" },

	/* targets */
	{ "no target", MOUNT(.kind = MOUNT_DIR),
	  "mount on nothing: not an absolute path below /" },
	{ "an empty target", TARGET(""),
	  "mount on : not an absolute path below /" },
	{ "the root as target", TARGET("/"),
	  "mount on /: not an absolute path below /" },
	{ "a relative target", TARGET("x/y"),
	  "mount on x/y: not an absolute path below /" },
	{ "\"..\" at the start", TARGET("/../x"),
	  "mount on /../x: not an absolute path below /" },
	{ "\"..\" at the end", TARGET("/x/.."),
	  "mount on /x/..: not an absolute path below /" },
	{ "\"..\" alone", TARGET("/.."),
	  "mount on /..: not an absolute path below /" },
	{ "\"..\" between", TARGET("/x/../y"),
	  "mount on /x/../y: not an absolute path below /" },
	{ "\"..\" after names that look like it", TARGET("/..x/x../.../.."),
	  "mount on /..x/x../.../..: not an absolute path below /" },
	{ "names that look like \"..\"", TARGET("/..x/x../.../...."), NULL },

	/* the working directory */
	{ "the root as working directory", CWD("/"), NULL },
	{ "a working directory", CWD("/a b/c"), NULL },
	{ "an empty one", CWD(""), "working directory : not an absolute path" },
	{ "a relative one", CWD("tmp"),
	  "working directory tmp: not an absolute path" },
	{ "one that leads up", CWD("/a/../b"),
	  "working directory /a/../b: not an absolute path" },
	{ "one of 4095 bytes", CWD(PATH_4064 PATH_31), NULL },
	{ "one of 4096 bytes", CWD(PATH_4064 PATH_32),
	  "working directory " PATH_4064 PATH_32 ": not an absolute path" },

	/* walls */
	{ "Landlock, with a port to bind",
	  { COMMAND, .landlock = WALL_FILES | WALL_BIND,
	    .ports = ITEMS(uint64_t, WALL_PORT(WALL_BIND, 80)) },
	  NULL },
	{ "a wall unknown",
	  { COMMAND, .landlock = WALL_SCOPE << 1 },
	  "landlock: no such wall" },
	{ "a port to connect to where only binding is walled",
	  { COMMAND, .landlock = WALL_FILES | WALL_BIND,
	    .ports = ITEMS(uint64_t, WALL_PORT(WALL_CONNECT, 80)) },
	  "landlock: a port without its wall" },
	{ "a profile of 511 bytes", { COMMAND, .apparmor = PATH_256 PATH_224 PATH_31 },
	  NULL },
	{ "one of 512", { COMMAND, .apparmor = PATH_256 PATH_256 },
	  "label: too long" },
	{ "a context of 512", { COMMAND, .selinux = PATH_256 PATH_256 },
	  "label: too long" },

	/* capabilities */
	{ "capabilities, each in its set",
	  { COMMAND, .caps = { .bounding = 15,
			       .permitted = 7,
			       .effective = 3,
			       .inheritable = 0x105,
			       .ambient = 5 } },
	  NULL },
	{ "a permitted one that is not bounding",
	  { COMMAND, .caps = { .bounding = 1, .permitted = 3 } },
	  "capabilities: permitted ones must be bounding" },
	{ "an effective one that is not permitted",
	  { COMMAND, .caps = { .bounding = 3,
			       .permitted = 1,
			       .effective = 1ULL << 63 } },
	  "capabilities: effective ones must be permitted" },
	{ "an ambient one that is not inheritable",
	  { COMMAND, .caps = { .bounding = 3,
			       .permitted = 3,
			       .inheritable = 1,
			       .ambient = 2 } },
	  "capabilities: ambient ones must be permitted and inheritable" },
	{ "an ambient one that is not permitted",
	  { COMMAND, .caps = { .bounding = 3,
			       .permitted = 1,
			       .inheritable = 3,
			       .ambient = 2 } },
	  "capabilities: ambient ones must be permitted and inheritable" },

	/* numbers */
	{ "the least oom_score_adj",
	  { COMMAND, .has_oom_score_adj = 1, .oom_score_adj = -1000 },
	  NULL },
	{ "the largest oom_score_adj",
	  { COMMAND, .has_oom_score_adj = 1, .oom_score_adj = 1000 },
	  NULL },
	{ "oom_score_adj too low",
	  { COMMAND, .has_oom_score_adj = 1, .oom_score_adj = -1001 },
	  "oom_score_adj: -1001 is not from -1000 to 1000" },
	{ "oom_score_adj too high",
	  { COMMAND, .has_oom_score_adj = 1, .oom_score_adj = INT64_MAX },
	  "oom_score_adj: 9223372036854775807 is not from -1000 to 1000" },
	{ "a full umask", { COMMAND, .umask = 0777 }, NULL },
	{ "more than a full umask",
	  { COMMAND, .umask = 01000 },
	  "umask: 1000 is not from 0 to 777" },
	{ "the last signal", { COMMAND, .stop_signal = 64 }, NULL },
	{ "a signal behind it",
	  { COMMAND, .stop_signal = 65 },
	  "stop signal: there is no signal 65" },
	{ "a thousand descriptors", { COMMAND, .preserve_fds = 1000, .preserve_from = 5 }, NULL },
	{ "one more",
	  { COMMAND, .preserve_fds = 1001 },
	  "preserve-fds: 1001 descriptors are too many" },

	/* seccomp */
	{ "the built-in filter",
	  { COMMAND, .seccomp = SECCOMP_BUILTIN },
	  NULL },
	{ "a filter of one instruction",
	  { COMMAND, .seccomp = SECCOMP_FILTER, .filter = { filter, 1 } },
	  NULL },
	{ "a filter of 4096",
	  { COMMAND, .seccomp = SECCOMP_FILTER, .filter = { filter, 4096 } },
	  NULL },
	{ "a filter of 4097",
	  { COMMAND, .seccomp = SECCOMP_FILTER, .filter = { filter, 4097 } },
	  "seccomp: a filter has 1 to 4096 instructions" },
	{ "a filter of none",
	  { COMMAND, .seccomp = SECCOMP_FILTER },
	  "seccomp: a filter has 1 to 4096 instructions" },
	{ "a filter that is not asked for",
	  { COMMAND, .seccomp = SECCOMP_BUILTIN, .filter = { filter, 1 } },
	  "seccomp: a filter has 1 to 4096 instructions" },
	{ "a filter of another kind",
	  { COMMAND, .seccomp = 3 },
	  "seccomp: there is no kind 3" },
};

int main(void)
{
	char why[5000];
	struct plan good = { COMMAND };

	for (size_t i = 0; i < COUNT(table); i++) {
		const char *want = table[i].why;
		int n;

		strcpy(why, "untouched");
		n = plan_check(&table[i].plan, 2, why, sizeof why);
		okf(n == (want ? -1 : 0) &&
			    !strcmp(why, want ? want : "untouched"),
		    "%s: %.200s", table[i].what, want ? want : "taken");
		if (failures && strcmp(why, want ? want : "untouched"))
			printf("# %s\n", why);
	}
	good.umask = 01000;
	memset(why, '#', sizeof why);
	ok(plan_check(&good, 0, why, 7) == -1 && !strcmp(why, "umask:") &&
		   why[7] == '#',
	   "a sentence that does not fit is cut");
	return done();
}
