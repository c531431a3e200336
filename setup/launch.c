/* launch.c - one run, seen from the host */
#include "setup/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/base/clock.h"
#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "setup/host/clone.h"
#include "setup/host/ending.h"
#include "setup/host/ids.h"
#include "setup/host/join.h"
#include "setup/host/keep.h"
#include "setup/host/listen.h"
#include "setup/host/memory.h"
#include "setup/host/net/net.h"
#include "setup/host/ps.h"
#include "setup/host/rootfs.h"
#include "setup/host/seccomp.h"
#include "setup/host/send.h"
#include "setup/host/state.h"
#include "setup/host/trace.h"
#include "setup/host/trees.h"
#include "setup/host/undo.h"
#include "setup/host/watch.h"

/* A run in progress. What is taken back at the end hangs on these members. */
struct run {
	struct launch *l;
	struct child child;
	struct heard heard;
	char name[64]; /* given, or made */
	char cgroup_name[72];
	uint64_t started, running;
	/* Large, so last: a page holds what else is in use. */
	struct cgroup cg;
	int sent[SENT_TREES + TREES_MOST]; /* what PLAN brings */
};

static void take_back_cgroup(void *arg)
{
	struct run *r = arg;

	/* A pid namespace of its own has ended with its PID 1. */
	if (!(r->l->plan.namespaces & CLONE_NEWPID))
		cgroup_kill(&r->cg);
	cgroup_remove(&r->cg);
}

static void take_back_child(void *arg)
{
	struct run *r = arg;

	child_kill(&r->child);
}

static void take_back_file(void *path)
{
	unlink(path);
}

/* before the clone ---------------------------------------------------------- */

static void check_descriptors(struct run *r)
{
	send_check(&r->l->plan);
}

static void open_report(struct run *r)
{
	ending_open_report(r->l);
}

static void check_record(struct run *r)
{
	listen_prepare(r->l);
}

static void settle_terminal(struct run *r)
{
	struct launch *l = r->l;
	struct winsize size;

	if (l->terminal < 0)
		l->terminal = isatty(0) && isatty(1);
	l->plan.terminal = l->terminal;
	if (l->terminal)
		l->interactive = 1;
	if (l->terminal && !ioctl(0, TIOCGWINSZ, &size)) {
		l->plan.rows = size.ws_row;
		l->plan.columns = size.ws_col;
	}
}

static void fill_plan(struct run *r)
{
	ids_choose(r->l);
	flags_defaults(r->l, ids_privileged()); /* knows by then who exists */
	r->l->plan.trace = r->l->trace || r->l->verbose;
	r->l->plan.verbose = r->l->verbose;
	r->l->plan.empty_stdin = !r->l->interactive && !r->l->terminal;
	r->l->plan.preserve_from = TREE_FD + r->l->sources.count;
	r->l->plan.seccomp_asks =
		(r->l->seccomp_record ? SECCOMP_ASK_ALLOWED : 0) |
		(r->l->seccomp_log ? SECCOMP_ASK_REFUSED : 0);
}

static void prepare_root(struct run *r)
{
	rootfs_prepare(r->l);
}

static void prepare_trees(struct run *r)
{
	trees_prepare(r->l);
}

static void hold_signals(struct run *r)
{
	r->child.ignored = watch_signals(r->l->verbose);
}

static void make_cgroup(struct run *r)
{
	const struct launch *l = r->l;

	if (l->name)
		snprintf(r->name, sizeof r->name, "%s", l->name);
	else
		snprintf(r->name, sizeof r->name, "%d-%04x", getpid(),
			 (unsigned)(r->started >> 10) & 0xffff);
	snprintf(r->cgroup_name, sizeof r->cgroup_name, "cinit-%s", r->name);
	undo_push(take_back_cgroup, r);
	cgroup_make(&r->cg, l->cgroup_parent, r->cgroup_name, l->limits.item,
		    l->limits.count, l->report ? "memory,cpu,pids" : NULL);
	flags_cgroup_mounts(r->l, &r->cg);
}

static void compile_filter(struct run *r)
{
	host_seccomp(r->l);
}

static void prepare_net(struct run *r)
{
	net_prepare(r->l);
}

static void connect_net(struct run *r)
{
	net_connect(r->l, r->child.pid);
}

static void check_plan(struct run *r)
{
	char why[256];

	if (r->l->sources.count > TREES_MOST)
		die("%zu volumes are too many", r->l->sources.count);
	if (plan_check(&r->l->plan, r->l->sources.count, why, sizeof why) < 0)
		die("%s", why);
}

/* the child ----------------------------------------------------------------- */

static void start_child(struct run *r)
{
	undo_push(take_back_child, r);
	memory_open(r->l);
	r->child.inside = net_inside;
	r->child.make_root = r->l->root_tmpfs ? memory_root : NULL;
	net_enter(r->l);
	child_start(&r->child, r->l, &r->cg);
	net_return(r->l);
}

static void seal(struct run *r)
{
	r->sent[SENT_PLAN] = send_plan(r->l);
}

static void write_maps(struct run *r)
{
	ids_write(r->l, r->child.pid);
}

static void let_go_on(struct run *r)
{
	send_image(&r->child);
}

static void hand_over(struct run *r)
{
	unsigned count = SENT_TREES;

	count += r->l->join ? join_fds(r->sent + SENT_TREES) :
			      send_trees(r->l, &r->child, r->sent + SENT_TREES);
	watch_send_plan(&r->child, r->sent, count);
	/* The plan stays: who joins later does it by the same one. */
	for (unsigned i = SENT_TREES; i < count; i++)
		close(r->sent[i]);
}

static void list(struct run *r)
{
	state_add(r->l, r->name, r->cg.count ? r->cgroup_name : "",
		  r->child.pid, r->sent[SENT_PLAN]);
}

static void list_ready(struct run *r)
{
	state_ready();
}

static void wait_ready(struct run *r)
{
	watch_ready(&r->child);
	r->running = clock_ns();
}

static void write_pid_file(struct run *r)
{
	char *path = (char *)r->l->pid_file, text[16];
	int fd;

	if (!path)
		return;
	undo_push(take_back_file, path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY,
		  0644);
	snprintf(text, sizeof text, "%d\n", r->child.pid);
	if (fd < 0 || fd_write_all(fd, text, strlen(text)) < 0)
		die("write %s: %m", path);
	fd_close(&fd);
}

static void take_back_kept(void *arg)
{
	struct run *r = arg;

	keep_undo(!r->running || r->heard.failed);
}

static void prepare_keeping(struct run *r)
{
	if (!r->l->keep)
		return;
	undo_push(take_back_kept, r);
	keep_prepare(r->l);
}

static void keep(struct run *r)
{
	if (r->l->keep)
		keep_make(r->l, r->child.pid, r->sent[SENT_PLAN]);
}

/* a join -------------------------------------------------------------------- */

static void find_target(struct run *r)
{
	join_prepare(r->l);
	r->l->plan.trace = r->l->trace || r->l->verbose;
	r->l->plan.empty_stdin = !r->l->interactive && !r->l->terminal;
}

static void open_its_cgroup(struct run *r)
{
	join_cgroup(r->l, &r->cg);
}

/* Its figures are those of the container, and so not ours to report. */
static void leave_its_cgroup(struct run *r)
{
	cgroup_close(&r->cg);
}

static void check_join(struct run *r)
{
	char why[256];
	int fds[JOIN_FDS];

	if (plan_check(&r->l->plan, join_fds(fds), why, sizeof why) < 0)
		die("%s", why);
}

static void start_command(struct run *r)
{
	watch_start(&r->child);
}

/* What must be done before the command runs can be done when cinit is ready. */
static int starts_late(const struct launch *l)
{
	return l->keep || (l->join && l->pid_file);
}

static void start_at_once(struct run *r)
{
	if (!starts_late(r->l))
		start_command(r);
}

static void start_late(struct run *r)
{
	if (starts_late(r->l))
		start_command(r);
}

/* the page that tells the run ------------------------------------------------ */

static const struct step {
	const char *name;
	void (*run)(struct run *r);
} plan_steps[] = {
	{ "descriptors", check_descriptors },
	{ "terminal", settle_terminal },
	{ "plan", fill_plan },
	{ "root file system", prepare_root },
}, run_steps[] = {
	{ "report", open_report },
	{ "profile to write", check_record },
	{ "directory to keep", prepare_keeping },
	{ "directories", prepare_trees },
	{ "signals", hold_signals }, /* from here on there is much to undo */
	{ "cgroup", make_cgroup },
	{ "seccomp", compile_filter },
	{ "network", prepare_net },
	{ "check", check_plan },
	{ "clone", start_child },
	{ "pid file", write_pid_file },
	{ "id maps", write_maps }, /* trees are shown through them */
	{ "links", connect_net },
	{ "cinit", let_go_on }, /* the child becomes it, from here on */
	{ "seal", seal },
	{ "trees", hand_over },
	{ "list", list },
	{ "start", start_at_once }, /* cinit need not wait for us again */
	{ "wait for cinit", wait_ready },
	{ "list as ready", list_ready },
	{ "keep", keep }, /* a command may be short */
	{ "start late", start_late },
}, join_plan_steps[] = {
	{ "descriptors", check_descriptors },
	{ "terminal", settle_terminal },
	{ "what is joined", find_target },
}, join_steps[] = {
	{ "report", open_report },
	{ "signals", hold_signals },
	{ "cgroup", open_its_cgroup },
	{ "seccomp", compile_filter },
	{ "check", check_join },
	{ "clone", start_child },
	{ "cinit", let_go_on },
	{ "seal", seal },
	{ "descriptors", hand_over },
	{ "start", start_at_once },
	{ "wait for cinit", wait_ready },
	{ "leave the cgroup", leave_its_cgroup },
	{ "pid file", write_pid_file }, /* now it has its number */
	{ "start late", start_late },
};

static void take(const struct step *steps, size_t count, struct run *r)
{
	int told = r->l->trace || r->l->verbose;
	uint64_t start = told ? clock_ns() : 0, end;

	for (size_t i = 0; i < count; i++) {
		steps[i].run(r);
		if (!told)
			continue;
		end = clock_ns();
		trace_step("host", steps[i].name, start, end);
		if (r->l->verbose)
			watch_tell("host", steps[i].name, start, end);
		start = end;
	}
}

/* --dry-run: what would travel to cinit, a record a line. */
static void print_plan(struct launch *l)
{
	size_t size;
	char *text = send_text(l, &size);

	for (size_t i = 0; i < size; i++)
		if (!text[i])
			text[i] = '\n';
	if (fd_write_all(1, text, size) < 0)
		die("write the plan: %m");
	for (size_t i = 0; i < l->limits.count; i++)
		dprintf(1, "limit.%s=%s\n", l->limits.item[i].key,
			l->limits.item[i].value);
	for (size_t i = 0; i < l->sources.count; i++)
		dprintf(1, "tree.%zu=%s%s\n", i + 1, l->sources.item[i].path,
			l->sources.item[i].below ? l->sources.item[i].below :
						   "");
	for (size_t i = 0; i < l->uid_map.count; i++)
		dprintf(1, "uid-map=%u %u %u\n", l->uid_map.item[i].inside,
			l->uid_map.item[i].outside, l->uid_map.item[i].count);
	for (size_t i = 0; i < l->gid_map.count; i++)
		dprintf(1, "gid-map=%u %u %u\n", l->gid_map.item[i].inside,
			l->gid_map.item[i].outside, l->gid_map.item[i].count);
}

/* The one run of this process; where a failure reports to. */
static struct run run;

static void fail(int status, const char *text) __attribute__((noreturn));

static void fail(int status, const char *text)
{
	struct cgroup_figures figures;

	if (run.l && !run.l->join)
		cgroup_read(&run.cg, &figures, 0);
	else
		memset(&figures, 0xff, sizeof figures);
	undo_all();
	warn_to_stderr(text);
	ending_say(&run.heard, &figures); /* a limit may be why */
	if (run.l && run.l->report)
		ending_report_failure(run.l, status, text, run.started);
	_exit(status);
}

#define TAKE(steps) take(steps, sizeof(steps) / sizeof *(steps), &run)

int launch_run(struct launch *l)
{
	struct cgroup_figures figures;

	if (l->ps)
		return ps_run(l->json);
	if (l->unkeep)
		return keep_end(l->unkeep);
	run.l = l;
	run.started = clock_ns();
	die_route.fail = fail;
	if (l->join)
		TAKE(join_plan_steps);
	else
		TAKE(plan_steps);
	if (l->dry_run) {
		print_plan(l);
		return 0;
	}
	if (l->join)
		TAKE(join_steps);
	else
		TAKE(run_steps);
	watch_run(&run.child, &run.heard);
	state_drop();
	cgroup_read(&run.cg, &figures, !!l->report);
	undo_all();
	ending_say(&run.heard, &figures);
	if (l->report)
		ending_report(l, &run.heard, &figures, run.started,
			      run.running);
	if (!run.heard.failed)
		listen_end();
	if (l->trace && trace_write(l->trace) < 0)
		warn("write the trace %s: %m", l->trace);
	return run.heard.status;
}
