/* options.c - the options of claunch: the table, and the walk along argv */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "setup/flags/take.h"

#define SEE FLAGS_SEE

struct flags_said flags_said;

static void say(const char *text) __attribute__((noreturn));

static void say(const char *text)
{
	if (fd_write_all(1, text, strlen(text)) < 0)
		die("write to the standard output: %m");
	_exit(0);
}

static int take_help(struct flags_state *f, const struct flags_option *o,
		     const char *text)
{
	char help[10240];

	flags_help(help, sizeof help);
	say(help);
}

static int take_version(struct flags_state *f, const struct flags_option *o,
			const char *text)
{
	say("claunch " CINIT_VERSION "\n");
}

/* The table ----------------------------------------------------------------- */

#define L(member) offsetof(struct launch, member)
#define S(member) offsetof(struct flags_said, member)

/* clang-format off */
const struct flags_option flags_options[] = {
	{ 0, NAMESPACES, 0, "share", "NS[,NS]",
	  "the host's pid uts ipc net cgroup user time", take_share },

	{ 0, NAMESPACES, 0, "join", "WHAT[:NS,..]",
	  "enter what runs: name, pid, kept DIR, ns file", take_join },
	{ 0, NAMESPACES, L(keep), "keep", "DIR",
	  "keep the namespaces as files in DIR", take_text },
	{ 0, NAMESPACES, L(unkeep), "unkeep", "DIR",
	  "let go of them; takes no root", take_text },

	{ 0, USERS, L(userns), "userns", "KIND",
	  "user namespace: auto, host (none), single", take_userns,
	  take_userns_words },
	{ 0, USERS, L(uid_map), "uid-map", "IN:OUT:COUNT",
	  "COUNT users from IN on are OUT on the host", take_range },
	{ 0, USERS, L(gid_map), "gid-map", "IN:OUT:COUNT",
	  "the same for groups", take_range },
	{ 'u', USERS, L(plan.user), "user", "USER[:GROUP]",
	  "who runs the command, names or numbers", take_user },
	{ 0, USERS, 0, "group-add", "GROUP",
	  "one more group for the command", take_group },

	{ 0, ROOT, 0, "read-only", "",
	  "no writes to the root file system", take_read_only },
	{ 0, ROOT, 0, "overlay", "[=DIR]",
	  "throw writes away, or keep them in DIR", take_overlay },
	{ 0, ROOT, L(root_tmpfs), "root-tmpfs", "[=SIZE]",
	  "unpack a tarball into memory, not the cache", take_root_tmpfs },
	{ 0, ROOT, 0, "layer", "DIR",
	  "lay the files of DIR over it; implies --overlay", take_layer },
	{ 0, ROOT, 0, "subdir", "DIR",
	  "run from this directory of it alone", take_subdir },
	{ 0, ROOT, L(plan.root_propagation), "propagation", "KIND",
	  "of mounts: private slave shared unbindable", take_word,
	  take_propagation_words },
	{ 'w', ROOT, L(plan.cwd), "workdir", "DIR",
	  "directory of the command (default /)", take_path },

	{ 'v', MOUNTS, 0, "volume", "SRC:DST[:OPTS]",
	  "show SRC at DST: ro rec nosuid nodev noexec...", take_volume },
	{ 0, MOUNTS, 0, "tmpfs", "DST[:OPTS]",
	  "a tmpfs at DST: size=64m, mode=755, exec...", take_tmpfs },
	{ 0, MOUNTS, 0, "mount", "type=T,dst=D,...",
	  "any file system: src= ro o=KEY=VALUE...", take_mount },
	{ 0, MOUNTS, 0, "device", "SRC[:DST]",
	  "a device of the host", take_device },
	{ 0, MOUNTS, S(no_mask), "no-mask", "",
	  "show all of /proc and /sys", take_said },

	{ 'm', RESOURCES, 0, "memory", "SIZE",
	  "most memory: 512m, 1.5g; no swap beside it", take_memory,
	  "memory.max" },
	{ 0, RESOURCES, 0, "memory-swap", "SIZE",
	  "most memory and swap together, or max", take_swap },
	{ 0, RESOURCES, 0, "memory-high", "SIZE",
	  "slow down above this", take_bytes, "memory.high" },
	{ 0, RESOURCES, 0, "memory-low", "SIZE",
	  "what others may not take away", take_bytes, "memory.low" },
	{ 0, RESOURCES, 0, "cpus", "N",
	  "most processor time: 0.5 is half of one", take_cpus, "cpu.max" },
	{ 0, RESOURCES, 0, "cpu-weight", "N",
	  "share of processor time, 1 to 10000", take_weight, "cpu.weight" },
	{ 0, RESOURCES, 0, "cpuset-cpus", "LIST",
	  "only on these processors: 0-3,5", take_cpuset, "cpuset.cpus" },
	{ 0, RESOURCES, 0, "cpuset-mems", "LIST",
	  "only memory of these nodes", take_cpuset, "cpuset.mems" },
	{ 0, RESOURCES, 0, "pids", "N",
	  "most processes and threads, or max (2048)", take_pids, "pids.max" },
	{ 0, RESOURCES, 0, "io-weight", "N",
	  "share of disk time, 1 to 10000", take_weight, "io.weight" },
	{ 0, RESOURCES, 0, "io-max", "DEV:KEY=N,...",
	  "of a disk: rbps=10m wbps= riops= wiops=", take_io_max, "io.max" },
	{ 0, RESOURCES, 0, "cgroup", "KEY=VALUE",
	  "any file of cgroup v2: memory.oom.group=1", take_cgroup },
	{ 0, RESOURCES, L(cgroup_parent), "cgroup-parent", "PATH",
	  "make its cgroup below this one", take_cgroup_parent },
	{ 0, RESOURCES, 0, "ulimit", "NAME=SOFT[:HARD]",
	  "nofile=1024:4096, core=0, nproc...", take_ulimit },
	{ 0, RESOURCES, 0, "oom-score-adj", "N",
	  "-1000 (killed last) to 1000 (first)", take_oom },

	{ 0, NETWORK, 0, "net", "KIND",
	  "none nat user host container:PID ns:PATH", take_net },
	{ 'p', NETWORK, 0, "publish", "HOST:CONT[/udp]",
	  "a port of the host, or IP:PORT, leads inside", take_publish },
	{ 0, NETWORK, 0, "ip", "ADDRESS",
	  "its own address in the subnet", take_ip },
	{ 0, NETWORK, 0, "mac", "ADDRESS",
	  "hardware address: 02:00:00:00:00:01", take_mac },
	{ 0, NETWORK, 0, "mtu", "N",
	  "largest packet, 1280 to 65521", take_mtu },
	{ 0, NETWORK, 0, "subnet", "NET/BITS",
	  "of the bridge, when it is made (10.88.0.0/16)", take_subnet },
	{ 0, NETWORK, 0, "dns", "ADDRESS",
	  "name server, instead of the host's", take_dns },
	{ 0, NETWORK, 0, "dns-search", "DOMAIN",
	  "where names without a dot are looked up", take_dns_search },
	{ 0, NETWORK, 0, "add-host", "NAME:ADDRESS",
	  "a line of /etc/hosts", take_host },
	{ 0, NETWORK, L(plan.hostname), "hostname", "NAME",
	  "name of the machine inside", take_hostname },
	{ 0, NETWORK, L(plan.domainname), "domainname", "NAME",
	  "NIS domain name inside", take_hostname },

	{ 0, PRIVILEGES, S(cap_add), "cap-add", "CAP[,CAP]",
	  "one capability more, or ALL", take_caps },
	{ 0, PRIVILEGES, S(cap_drop), "cap-drop", "CAP[,CAP]",
	  "one capability less, or ALL", take_caps },
	{ 0, PRIVILEGES, S(ambient), "ambient", "CAP[,CAP]",
	  "also for a user who is not root", take_caps },
	{ 0, PRIVILEGES, L(plan.no_new_privs), "new-privs", "",
	  "let setuid programs gain privileges", take_off },
	{ 0, PRIVILEGES, L(seccomp_file), "seccomp", "FILE",
	  "OCI profile, or default, or none", take_seccomp },
	{ 0, PRIVILEGES, L(seccomp_record), "seccomp-record", "FILE",
	  "write the profile of what it calls", take_text },
	{ 0, PRIVILEGES, L(seccomp_log), "seccomp-log", "",
	  "say which calls are refused", take_on },
	{ 0, PRIVILEGES, 0, "landlock", "[=WALLS]",
	  "writes only to writable mounts; bind: connect:", take_landlock },
	{ 0, PRIVILEGES, L(plan.apparmor), "apparmor", "PROFILE",
	  "loaded profile that holds from exec on", take_apparmor },
	{ 0, PRIVILEGES, L(plan.selinux), "selinux", "LABEL",
	  "context of the command: USER:ROLE:TYPE[:LEVEL]", take_selinux },
	{ 0, PRIVILEGES, L(strict), "strict", "",
	  "give up what most commands can do without", take_on },
	{ 0, PRIVILEGES, S(privileged), "privileged", "",
	  "all capabilities, nothing masked, no seccomp", take_said },

	{ 'e', PROCESS, 0, "env", "KEY[=VALUE]",
	  "set a variable, or pass the caller's on", take_env },
	{ 0, PROCESS, 0, "env-file", "FILE",
	  "the same for every line of FILE", take_env_file },
	{ 't', PROCESS, L(terminal), "tty", "",
	  "a terminal of its own", take_on },
	{ 'i', PROCESS, L(interactive), "interactive", "",
	  "standard input reaches the command", take_on },
	{ 0, PROCESS, L(plan.stop_signal), "stop-signal", "SIG",
	  "what asks the command to end (TERM)", take_signal },
	{ 0, PROCESS, 0, "grace", "SECONDS",
	  "patience before it is killed (10)", take_grace },
	{ 0, PROCESS, L(plan.init), "no-init", "",
	  "the command itself becomes PID 1", take_off },
	{ 0, PROCESS, L(plan.preserve_fds), "preserve-fds", "N",
	  "pass on descriptors 3 to 2+N", take_preserve },
	{ 0, PROCESS, 0, "time-offset", "CLOCK=SEC",
	  "shift the clock monotonic or boottime", take_clock },
	{ 0, PROCESS, 0, "sysctl", "KEY=VALUE",
	  "of the container's own: net.*, kernel.shm*...", take_sysctl },

	{ 0, SEEING, L(name), "name", "NAME",
	  "of the container", take_name },
	{ 0, SEEING, L(pid_file), "pid-file", "FILE",
	  "write the pid of its PID 1 to FILE", take_text },
	{ 0, SEEING, L(report), "report", "FILE",
	  "how it ended, times, memory, as JSON", take_text },
	{ 0, SEEING, L(trace), "trace", "FILE",
	  "time of every step, to FILE.json or FILE.svg", take_trace },
	{ 0, SEEING, L(ps), "ps", "",
	  "list what runs here; takes no root", take_on },
	{ 0, SEEING, L(json), "json", "",
	  "the same as JSON", take_on },
	{ 0, SEEING, L(dry_run), "dry-run", "",
	  "print the plan, do nothing", take_on },
	{ 0, SEEING, L(verbose), "verbose", "",
	  "say what is done", take_on },
	{ 0, SEEING, L(gc), "gc", "",
	  "no run: take away what killed ones left", take_on },
	{ 0, SEEING, 0, "help", "",
	  "this text", take_help },
	{ 0, SEEING, 0, "version", "",
	  "the version", take_version },
};
/* clang-format on */
_Static_assert(sizeof flags_options / sizeof *flags_options <=
		       8 * sizeof flags_said.given,
	       "a bit for each");
const unsigned flags_count = sizeof flags_options / sizeof *flags_options;

size_t flags_help(char *text, size_t size)
{
	static const char sections[SECTIONS][12] = {
		"Namespaces", "Users",	    "Root",    "Mounts", "Resources",
		"Network",    "Privileges", "Process", "Seeing",
	};
	const struct flags_option *o = flags_options;
	size_t n = 0;

#define ADD(...)                                                              \
	(n += snprintf(text + (n < size ? n : size), n < size ? size - n : 0, \
		       __VA_ARGS__))
	ADD("Usage: claunch [OPTION]... ROOTFS [COMMAND [ARG]...]\n"
	    "       claunch --join WHAT [OPTION]... [COMMAND [ARG]...]\n\n"
	    "Run COMMAND (/bin/sh) in the root file system ROOTFS, a directory "
	    "or a tarball,\nisolated from the host. What is not said stays at "
	    "its safe default.\n");
	for (unsigned i = 0; i < flags_count; i++, o++) {
		char left[40];

		if (!i || o->section != o[-1].section)
			ADD("\n%s:\n", sections[o->section]);
		snprintf(left, sizeof left, "--%s%s%s", o->name,
			 *o->arg && *o->arg != '[' ? " " : "", o->arg);
		ADD("  %c%c%c %-26s %s\n", o->letter ? '-' : ' ',
		    o->letter ? o->letter : ' ', o->letter ? ',' : ' ', left,
		    o->help);
	}
	ADD("\nExit status: the command's own; 128+n when signal n ended it; "
	    "127 not found;\n126 not executable; 125 when claunch failed "
	    "before.\n");
#undef ADD
	return n;
}

/* Errors -------------------------------------------------------------------- */

/* What was typed, short and on one line. */
static const char *shown(const char *text)
{
	static char buf[84];
	size_t n;

	for (n = 0; text[n] && n < 80; n++)
		buf[n] = (unsigned char)text[n] < ' ' ? '?' : text[n];
	memcpy(buf + n, text[n] ? "..." : "", text[n] ? 4 : 1);
	return buf;
}

/* How many letters to change, add or leave out: Levenshtein's distance. */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[32];
	size_t len = strlen(b);

	for (unsigned j = 0; j <= len; j++)
		row[j] = j;
	for (unsigned i = 1; *a; a++, i++) {
		unsigned corner = row[0];

		row[0] = i;
		for (unsigned j = 1; j <= len; j++) {
			unsigned best = corner + (*a != b[j - 1]);

			corner = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[len];
}

static void unknown(const char *name) __attribute__((noreturn));

static void unknown(const char *name)
{
	size_t len = strlen(name);
	unsigned best = len / 3 + 1;
	const char *nearest = NULL;

	for (unsigned i = 0; len < 32 && i < flags_count; i++) {
		const char *known = flags_options[i].name;
		unsigned far = len > 2 && !strncmp(known, name, len) ?
				       1 :
				       distance(name, known);

		if (far < best) {
			best = far;
			nearest = known;
		}
	}
	if (nearest)
		die("--%s: there is no such option; --%s is one" SEE,
		    shown(name), nearest);
	die("--%s: there is no such option" SEE, shown(name));
}

/* The walk ------------------------------------------------------------------ */

static void apply(struct flags_state *f, const struct flags_option *o,
		  const char *text)
{
	unsigned row = o - flags_options;

	flags_said.given[row / 64] |= 1ULL << row % 64;
	if (o->take(f, o, text) == 0)
		return;
	die("--%s: \"%s\" %s" SEE, o->name, text ? shown(text) : "", f->v.why);
}

static const char *needed(const struct flags_option *o, const char *text)
{
	if (!text)
		die("--%s: needs a value: --%s %s" SEE, o->name, o->name,
		    o->arg);
	return text;
}

/* "name", "name=value", or "name" and the next argument, which is taken. */
static int long_option(struct flags_state *f, const char *text,
		       const char *following)
{
	const char *value = strchr(text, '=');
	size_t len = value ? (size_t)(value - text) : strlen(text);
	const struct flags_option *o = flags_options;

	if (value)
		value++;
	while (strlen(o->name) != len || memcmp(o->name, text, len))
		if (++o == flags_options + flags_count)
			unknown(flags_text(f->l, "%.*s", (int)len, text));
	if (!*o->arg && value)
		die("--%s: takes no value" SEE, o->name);
	if (value || !*o->arg || *o->arg == '[') {
		apply(f, o, value);
		return 0;
	}
	apply(f, o, needed(o, following));
	return 1;
}

/* "it", "m64m", "im" and the next argument */
static int short_options(struct flags_state *f, const char *text,
			 const char *following)
{
	for (; *text; text++) {
		const struct flags_option *o = flags_options;

		while (o->letter != *text)
			if (++o == flags_options + flags_count)
				die("-%.1s: there is no such option" SEE,
				    shown(text));
		if (!*o->arg) {
			apply(f, o, NULL);
			continue;
		}
		if (text[1]) {
			apply(f, o, text + 1);
			return 0;
		}
		apply(f, o, needed(o, following));
		return 1;
	}
	return 0;
}

void flags_parse(struct launch *l, int argc, char *const argv[])
{
	struct flags_state f = { .l = l, .v = { .memory = &l->memory } };
	struct source root = { .recursive = 1 };
	int i = 1;

	flags_begin(l);
	flags_source(l, &root);
	while (i < argc && argv[i][0] == '-' && argv[i][1]) {
		const char *text = argv[i++];
		const char *following = i < argc ? argv[i] : NULL;

		if (!strcmp(text, "--"))
			break;
		i += text[1] == '-' ? long_option(&f, text + 2, following) :
				      short_options(&f, text + 1, following);
	}
	if (l->gc && i < argc)
		die("--gc: runs nothing; leave out %s" SEE, shown(argv[i]));
	if (l->gc)
		return;
	if (l->ps || l->unkeep) {
		if (i < argc)
			die("%s: --%s takes no root file system" SEE,
			    shown(argv[i]), l->ps ? "ps" : "unkeep");
		return;
	}
	if (l->json)
		die("--json: says how --ps lists" SEE);
	if (i >= argc && !l->join)
		die("no root file system: claunch [OPTION]... ROOTFS [COMMAND "
		    "[ARG]...]" SEE);
	if (!l->join) {
		if (!*argv[i])
			die("the name of the root file system is empty" SEE);
		l->rootfs = argv[i++];
		l->sources.item[0].path = l->rootfs;
	}
	l->plan.argv.item = (const char **)(uintptr_t)(argv + i);
	l->plan.argv.count = argc - i;
	if (l->join)
		flags_settle_join(l);
	else
		flags_settle(l);
}
