/* flags_options.c - the table of options, and whole command lines */
#include <linux/mount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "init/base/die.h"
#include "setup/flags/flags.h"
#include "tests/unit/tap.h"

static int same(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

/* Command lines: the words after "claunch". */
#define MOST 16

static int count(const char *const words[])
{
	int n = 0;

	while (words[n])
		n++;
	return n;
}

static struct launch launch;

static const struct launch *parse(const char *const words[])
{
	static const char *argv[MOST + 2] = { "claunch" };

	arena_free(&launch.memory);
	memcpy(argv + 1, words, (count(words) + 1) * sizeof *words);
	flags_parse(&launch, count(argv), (char *const *)argv);
	return &launch;
}

#define LINE(...) parse((const char *[MOST]){ __VA_ARGS__, NULL })

/* What a line that ends the program leaves behind. */
struct end {
	int status;
	char text[16384];
};

static struct end ended;

static const struct end *run(int fd, const char *const words[])
{
	int pipe_fd[2];
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	if (pipe(pipe_fd) < 0 || (pid = fork()) < 0)
		exit(1);
	if (!pid) {
		dup2(pipe_fd[1], fd);
		close(pipe_fd[0]);
		parse(words);
		_exit(99); /* it went on */
	}
	close(pipe_fd[1]);
	while ((got = read(pipe_fd[0], ended.text + n,
			   sizeof ended.text - 1 - n)) > 0)
		n += got;
	ended.text[n] = 0;
	close(pipe_fd[0]);
	waitpid(pid, &ended.status, 0);
	ended.status = WIFEXITED(ended.status) ? WEXITSTATUS(ended.status) : -1;
	return &ended;
}

/* The table ------------------------------------------------------------------ */

static int terminated(const char *text, size_t size)
{
	return memchr(text, 0, size) != NULL;
}

static void table(void)
{
	int sorted = 1, unique = 1, texts = 1, takes = 1;

	for (unsigned i = 0; i < flags_count; i++) {
		const struct flags_option *o = &flags_options[i];

		sorted &= !i || o[-1].section <= o->section;
		texts &= terminated(o->name, sizeof o->name) &&
			 terminated(o->arg, sizeof o->arg) &&
			 terminated(o->help, sizeof o->help) && *o->name &&
			 strlen(o->help) > 5;
		takes &= o->take != NULL && o->section < SECTIONS;
		for (unsigned j = 0; j < i; j++)
			unique &= strcmp(o->name, flags_options[j].name) &&
				  (!o->letter ||
				   o->letter != flags_options[j].letter);
	}
	ok(sorted, "the options are in the order of their sections");
	ok(unique, "no name and no letter occurs twice");
	ok(texts, "every option has a name and help that fit");
	ok(takes, "every option has a function");
}

static void later(void)
{
	static const char *const names[] = {
		"checkpoint",
		"restore",
	};
	int absent = 1;

	for (size_t i = 0; i < COUNT(names); i++)
		for (unsigned j = 0; j < flags_count; j++)
			absent &= !!strcmp(names[i], flags_options[j].name);
	ok(absent, "no option exists before it works");
}

static void help(void)
{
	const struct end *e = run(1, (const char *[]){ "--help", NULL });
	int narrow = 1, whole = 1;
	char word[32];

	ok(e->status == 0, "--help ends with 0");
	for (const char *p = e->text; *p; p += strcspn(p, "\n") + 1)
		narrow &= strcspn(p, "\n") <= 80;
	ok(narrow, "--help fits into 80 columns");
	for (unsigned i = 0; i < flags_count; i++) {
		snprintf(word, sizeof word, "--%s", flags_options[i].name);
		whole &= strstr(e->text, word) &&
			 strstr(e->text, flags_options[i].help);
	}
	ok(whole, "--help shows every option");
	e = run(1, (const char *[]){ "-i", "--version", NULL });
	ok(e->status == 0 && same(e->text, "claunch " CINIT_VERSION "\n"),
	   "--version is one line");
}

/* Lines that are wrong --------------------------------------------------------- */

static const struct {
	const char *words[6], *says;
} wrong[] = {
	{ { "-m", "12q", "r" },
	  "--memory: \"12q\" is not a size; write bytes or 512k, 512m, 1.5g" },
	{ { "--memory=", "r" }, "--memory: \"\" is not a size" },
	{ { "-m12\n3", "r" }, "--memory: \"12?3\" is not" },
	{ { "--memory", "100", "r" }, "less than a page" },
	{ { "--memory" }, "--memory: needs a value: --memory SIZE" },
	{ { "-im" }, "--memory: needs a value" },
	{ { "--tty=yes", "r" }, "--tty: takes no value" },
	{ { "--memroy", "1m", "r" }, "--memory is one" },
	{ { "--mem", "1m", "r" }, "--memory is one" },
	{ { "--readonly", "r" }, "--read-only is one" },
	{ { "--cap-ad=ALL", "r" },
	  "--cap-ad: there is no such option; --cap-add" },
	{ { "--zzzzzzz", "r" }, "--zzzzzzz: there is no such option; see" },
	{ { "--=x", "r" }, "there is no such option" },
	{ { "-q", "80:80", "r" }, "-q: there is no such option" },
	{ { "-p", "80:80", "r" }, "--publish: is for --net nat or user" },
	{ { "-p", "80", "--net=nat", "r" }, "\"80\" is not [IP:]HOST:CONT" },
	{ { "--ip=10.88.0.7", "--net=user", "r" }, "--ip: is for --net nat" },
	{ { "--mtu=1500", "--net=host", "r" }, "--mtu: is for --net nat" },
	{ { "--mtu=1279", "--net=nat", "r" }, "1280" },
	{ { "--subnet=10.9.0.0/16", "r" }, "--subnet: is for --net nat" },
	{ { "--mac=02:00:00:00:00:01", "r" }, "--mac: is for --net nat" },
	{ { "--dns=192.0.2.1", "r" }, "--dns: is for --net nat" },
	{ { "--dns-search=a.b", "r" }, "--dns-search: is for --net nat" },
	{ { "--gc", "r" }, "--gc: runs nothing; leave out r" },
	{ { "-tq", "r" }, "-q: there is no such option" },
	{ { "-t-", "r" }, "--: there is no such option" },
	{ { NULL }, "no root file system" },
	{ { "-i" }, "no root file system" },
	{ { "--" }, "no root file system" },
	{ { "" }, "the root file system is empty" },
	{ { "--share", "mount", "r" }, "is refused" },
	{ { "--share", "fish", "r" },
	  "is not one of pid, uts, ipc, net, user, cgroup, time" },
	{ { "--net", "net", "r" }, "\"net\" is not one of none, nat" },
	{ { "--userns", "root", "r" }, "is not one of auto, host, single" },
	{ { "--overlay=", "r" }, "--overlay: \"\" is nothing" },
	{ { "--pids", "0", "r" }, "or max" },
	{ { "--pids", "-1", "r" }, "or max" },
	{ { "--preserve-fds", "1001", "r" }, "from 0 to 1000" },
	{ { "--oom-score-adj", "1001", "r" }, "from -1000 to 1000" },
	{ { "--pid-file", "", "r" }, "is nothing; write FILE" },
	{ { "--seccomp", "", "r" }, "is nothing" },
	{ { "--env-file", "/nowhere/x", "r" },
	  "--env-file: \"/nowhere/x\" cannot be read: No such file" },
	{ { "--env-file", "/", "r" }, "cannot be read: Is a directory" },
	{ { "--env-file", "/dev/zero", "r" }, "is not a text file" },
	/* what only two options together tell */
	{ { "--memory-swap", "1g", "r" }, "needs --memory" },
	{ { "-m1g", "--memory-swap", "1m", "r" }, "is less than --memory" },
	{ { "-m1g", "--memory-swap", "0", "r" }, "is less than --memory" },
	{ { "-mmax", "--memory-swap", "1m", "r" }, "is less than --memory" },
	{ { "--uid-map", "0:1:1", "--userns=auto", "r" }, "leave it out" },
	{ { "--uid-map", "1:1:1", "r" }, "nobody is root inside" },
	{ { "--uid-map", "0:1:10", "--uid-map", "9:50:1", "r" },
	  "two ranges overlap" },
	{ { "--gid-map", "0:1:10", "--gid-map", "20:10:1", "r" },
	  "two ranges overlap" },
	{ { "--share=user", "--userns=single", "r" }, "cannot be the host's" },
	{ { "--share=user", "--uid-map=0:1:1", "r" }, "cannot be the host's" },
	{ { "--share=uts", "--hostname=x", "r" }, "--hostname: the uts" },
	{ { "--share=uts", "--domainname=x", "r" }, "--domainname: the uts" },
	{ { "--share=time", "--time-offset=boottime=1", "r" }, "the time" },
	{ { "--share=net", "--net=none", "r" }, "--net: the net" },
	{ { "--share=net", "--net=nat", "r" }, "--net: the net" },
	{ { "--net=host", "--sysctl=net.core.somaxconn=9", "r" },
	  "--sysctl net.*: the net namespace is not its own" },
	{ { "--net=host", "--sysctl=net.x=1", "r" }, "--sysctl net.*" },
	{ { "--share=ipc", "--sysctl=kernel.sem=1", "r" }, "the ipc" },
	{ { "--userns=host", "--sysctl=user.max_net_namespaces=1", "r" },
	  "--sysctl user.*: the user namespace is not its own" },
	{ { "--apparmor=", "r" }, "is nothing" },
	{ { "--apparmor=a\nb", "r" }, "is not the name of a profile" },
	{ { "--selinux=a:b", "r" }, "is not USER:ROLE:TYPE[:LEVEL]" },
	{ { "--selinux=exec a:b:c", "r" }, "is not USER:ROLE:TYPE[:LEVEL]" },
	{ { "--landlock=", "r" }, "is not one of scope, bind, connect" },
	{ { "--strict", "--privileged", "r" }, "not go with --privileged" },
	{ { "--userns=host", "--strict", "r" }, "not go with --userns host" },
};

static void refusals(void)
{
	for (size_t i = 0; i < COUNT(wrong); i++) {
		static const char see[] = "; see claunch --help\n";
		const struct end *e;
		const char *words[8];
		char what[160];
		size_t len;

		memcpy(words, wrong[i].words, sizeof wrong[i].words);
		words[6] = NULL;
		e = run(2, words);
		len = strlen(e->text);
		snprintf(what, sizeof what, "claunch says: %.120s",
			 wrong[i].says);
		ok(e->status == 125 && strstr(e->text, wrong[i].says) &&
			   strchr(e->text, '\n') == e->text + len - 1 &&
			   len > sizeof see &&
			   !strcmp(e->text + len - sizeof see + 1, see),
		   what);
		if (failures && e->status != 125)
			printf("# %d %s\n", e->status, e->text);
	}
}

/* Lines that are right ---------------------------------------------------------- */

static const char *limit(const struct launch *l, const char *key, int wanted)
{
	for (size_t i = 0; i < l->limits.count; i++)
		if (!strcmp(l->limits.item[i].key, key) &&
		    l->limits.item[i].wanted == wanted)
			return l->limits.item[i].value;
	return NULL;
}

static void ways(void)
{
	const struct launch *l;

	l = LINE("-it", "-m64m", "root", "sh", "-c", "exit");
	ok(l->terminal == 1 && l->interactive == 1 &&
		   same(limit(l, "memory.max", 1), "67108864") &&
		   same(l->rootfs, "root") && l->plan.argv.count == 3,
	   "letters can be grouped, their value can follow");
	l = LINE("-im", "64m", "--cpus=0.5", "--pids", "32", "--", "-root");
	ok(l->interactive && same(limit(l, "memory.max", 1), "67108864") &&
		   same(limit(l, "cpu.max", 1), "50000 100000") &&
		   same(limit(l, "pids.max", 1), "32") &&
		   same(l->rootfs, "-root"),
	   "a value is the rest, behind =, or the next argument; -- ends");
	l = LINE("root", "-t", "--bind", "", "--");
	ok(l->terminal == -1 && l->plan.argv.count == 4 &&
		   same(l->plan.argv.item[0], "-t") &&
		   same(l->plan.argv.item[1], "--bind") &&
		   same(l->plan.argv.item[2], "") &&
		   same(l->plan.argv.item[3], "--"),
	   "what is behind ROOTFS belongs to the command");
	l = LINE("--", "root", "--", "x");
	ok(same(l->rootfs, "root") && same(l->plan.argv.item[0], "--"),
	   "only the first -- is ours");
	l = LINE("-", "x");
	ok(same(l->rootfs, "-"), "- is no option");
	l = LINE("--overlay", "root");
	ok(l->plan.overlay && !l->plan.upper_tree && same(l->rootfs, "root"),
	   "--overlay does not eat what follows");
	l = LINE("--overlay=up", "root");
	ok(l->plan.overlay && l->plan.upper_tree == 2 &&
		   same(l->sources.item[1].path, "up") &&
		   l->sources.item[1].create,
	   "--overlay=DIR is a source that is made if missing");
	l = LINE("--layer=low", "--layer", "high", "--subdir=/srv//x", "root");
	ok(l->plan.overlay && l->plan.layers.count == 2 &&
		   l->plan.layers.item[0] == 2 && l->plan.layers.item[1] == 3 &&
		   same(l->sources.item[2].path, "high/") &&
		   same(l->sources.item[0].below, "/srv/x") &&
		   same(l->sources.item[0].path, "root"),
	   "--layer is a source, and --subdir a part of the root");
	l = LINE("--root-tmpfs=64m", "--root-tmpfs", "root");
	ok(same(l->root_tmpfs, "mode=755") && !l->plan.overlay &&
		   same(LINE("--root-tmpfs=1.5k", "r")->root_tmpfs,
			"mode=755,size=1536"),
	   "--root-tmpfs has a size or not, and the last one counts");
	l = LINE("--report", "--trace", "root");
	ok(same(l->report, "--trace") && same(l->rootfs, "root"),
	   "a value may look like an option");
}

static void long_words(void)
{
	static char big[128 * 1024];
	const struct launch *l;
	int brief = 1;

	memset(big, 'x', sizeof big - 1);
	l = LINE("root", big, big);
	ok(l->plan.argv.count == 2 && l->plan.argv.item[1] == big,
	   "the command's arguments may have 128 KiB");
	l = LINE("-e", big, "root");
	ok(l->plan.env.count == 0, "a variable that is not there is none");
	for (unsigned i = 0; i < flags_count; i++) {
		char *word = malloc(sizeof big + 32);
		const struct end *e;

		if (!word)
			exit(1);
		sprintf(word, "--%s=%s", flags_options[i].name, big);
		e = run(2, (const char *[]){ word, "root", NULL });
		/* names of files and what is passed on are not looked at */
		brief &= (e->status == 125 && strlen(e->text) < 512) ||
			 (e->status == 99 && !*e->text);
		free(word);
	}
	ok(brief, "a value of 128 KiB is refused by a short sentence");
}

static void repeats(void)
{
	const struct launch *l;

	l = LINE("-e", "A=1", "-e", "B=2", "-e", "A=3", "root");
	ok(l->plan.env.count == 2 && same(l->plan.env.item[0], "A=3") &&
		   same(l->plan.env.item[1], "B=2"),
	   "-e: the last of the same name counts");
	l = LINE("--ulimit=nofile=1", "--ulimit=core=0", "--ulimit=nofile=2",
		 "root");
	ok(l->plan.rlimits.count == 2 && l->plan.rlimits.item[0].soft == 2,
	   "--ulimit: the last of the same name counts");
	l = LINE("--group-add=a", "--group-add=b", "root");
	ok(l->plan.groups.count == 2 && same(l->plan.groups.item[1], "b"),
	   "--group-add accumulates in order");
	l = LINE("--io-max=8:0:rbps=1k", "--io-max=8:16:wiops=1", "root");
	ok(l->limits.count == 3 &&
		   same(l->limits.item[0].value, "8:0 rbps=1024") &&
		   same(l->limits.item[1].value, "8:16 wiops=1"),
	   "--io-max accumulates");
	l = LINE("-m1g", "--cgroup=memory.max=4096", "root");
	ok(same(limit(l, "memory.max", 1), "4096"),
	   "--cgroup replaces the limit of the same name");
	l = LINE("-v", "/a:/a", "--tmpfs=/b", "--mount",
		 "type=bind,src=/c,dst=/c", "--device=/dev/x", "root");
	ok(l->plan.mounts.count == 4 && l->sources.count == 4 &&
		   l->plan.mounts.item[0].tree == 2 &&
		   l->plan.mounts.item[1].kind == MOUNT_FS &&
		   l->plan.mounts.item[2].tree == 3 &&
		   l->plan.mounts.item[3].tree == 4,
	   "volumes, tmpfs, mounts and devices stay in the order typed");
}

static void swap(void)
{
	const struct launch *l;

	l = LINE("-m64m", "root");
	ok(same(limit(l, "memory.swap.max", 0), "0"),
	   "--memory alone means no swap, where swap can be limited");
	l = LINE("-m64m", "--memory-swap=96m", "root");
	ok(same(limit(l, "memory.swap.max", 1), "33554432"),
	   "--memory-swap is the sum");
	l = LINE("--memory-swap=64m", "-m64m", "root");
	ok(same(limit(l, "memory.swap.max", 1), "0"),
	   "--memory-swap may be before, and as much as --memory");
	l = LINE("-m64m", "--memory-swap=-1", "root");
	ok(same(limit(l, "memory.swap.max", 1), "max"), "-1 is max");
	l = LINE("-mmax", "root");
	ok(!limit(l, "memory.swap.max", 0), "no memory limit, no swap limit");
	l = LINE("-m1g", "--cgroup=memory.swap.max=5", "root");
	ok(same(limit(l, "memory.swap.max", 1), "5") &&
		   !limit(l, "memory.swap.max", 0),
	   "memory.swap.max as given stays");
	ok(same(limit(l, "pids.max", 0), "2048"), "2048 processes by default");
}

static void users(void)
{
	const struct launch *l;

	l = LINE("--uid-map=0:1000:1", "--uid-map=1:5000:10", "root");
	ok(l->userns == USERNS_MAP && l->uid_map.count == 2 &&
		   l->gid_map.count == 2 && l->gid_map.item[1].outside == 5000,
	   "--uid-map alone is the map of groups too");
	l = LINE("--share=user", "root");
	ok(l->userns == USERNS_HOST, "--share user is --userns host");
	l = LINE("--userns=host", "--share=user", "root");
	ok(l->userns == USERNS_HOST && flags_said.shared == CLONE_NEWUSER,
	   "and both may be said");
}

static void env_file(void)
{
	char name[] = "/tmp/flags-env-XXXXXX";
	static const char text[] = "# first\n\nA=1\nB=two words\nFLAGS_TEST\n"
				   "FLAGS_NONE\nA=2";
	int fd = mkstemp(name);
	const struct launch *l;

	if (fd < 0 || write(fd, text, sizeof text - 1) < 0)
		exit(1);
	setenv("FLAGS_TEST", "mine", 1);
	l = LINE("-e", "A=0", "--env-file", name, "root");
	ok(l->plan.env.count == 3 && same(l->plan.env.item[0], "A=2") &&
		   same(l->plan.env.item[1], "B=two words") &&
		   same(l->plan.env.item[2], "FLAGS_TEST=mine"),
	   "--env-file: lines, comments, names alone; the last one counts");
	if (ftruncate(fd, 0) < 0 || pwrite(fd, "A=1\nB C=2\n", 10, 0) < 0)
		exit(1);
	ok(strstr(run(2, (const char *[]){ "--env-file", name, "r", NULL })
			  ->text,
		  "line 2") != NULL,
	   "--env-file: a bad line is named");
	if (pwrite(fd, "A=1\0B=2\n", 8, 0) < 0)
		exit(1);
	ok(strstr(run(2, (const char *[]){ "--env-file", name, "r", NULL })
			  ->text,
		  "not a text file") != NULL,
	   "--env-file: no zero bytes");
	close(fd);
	unlink(name);
}

static void others(void)
{
	const struct launch *l;

	l = LINE("--seccomp=none", "--seccomp=p.json", "--stop-signal=SIGINT",
		 "--grace=0.5", "--no-init", "--preserve-fds=2", "--new-privs",
		 "--name=web", "--trace=t.svg", "--read-only",
		 "--propagation=slave", "-w/srv//x/", "-uwww:1", "root");
	ok(same(l->seccomp_file, "p.json") && l->plan.seccomp == SECCOMP_FILTER,
	   "--seccomp FILE");
	ok(l->plan.stop_signal == 2 && l->plan.grace_ms == 500 &&
		   !l->plan.init && l->plan.preserve_fds == 2 &&
		   !l->plan.no_new_privs,
	   "--stop-signal, --grace, --no-init, --preserve-fds, --new-privs");
	ok(same(l->name, "web") && same(l->trace, "t.svg"),
	   "--name, --trace");
	ok(l->plan.root_attr == MOUNT_ATTR_RDONLY &&
		   l->plan.root_propagation == MS_SLAVE &&
		   same(l->plan.cwd, "/srv/x") && same(l->plan.user, "www:1"),
	   "--read-only, --propagation, --workdir, --user");
	l = LINE("--seccomp=p.json", "--seccomp=default",
		 "--time-offset=boottime=1", "--time-offset=monotonic=-1.5",
		 "--time-offset=boottime=2", "--oom-score-adj=-5",
		 "--cgroup-parent=/a/b", "--sysctl=net.x=1", "root");
	ok(!l->seccomp_file && l->plan.seccomp == SECCOMP_BUILTIN,
	   "--seccomp default takes a file back");
	ok(l->plan.clocks.count == 2 && l->plan.clocks.item[0].seconds == 2 &&
		   l->plan.clocks.item[1].seconds == -2 &&
		   l->plan.clocks.item[1].nanoseconds == 500000000,
	   "--time-offset, also back in time");
	ok(l->plan.has_oom_score_adj && l->plan.oom_score_adj == -5 &&
		   same(l->cgroup_parent, "/a/b") &&
		   l->plan.sysctls.count == 1 &&
		   same(l->plan.sysctls.item[0].value, "1"),
	   "--oom-score-adj, --cgroup-parent, --sysctl");
}

int main(void)
{
	die_name = "claunch";
	table();
	later();
	help();
	refusals();
	ways();
	long_words();
	repeats();
	swap();
	users();
	env_file();
	others();
	arena_free(&launch.memory);
	return done();
}
