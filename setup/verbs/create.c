/* create.c - create and run: from a bundle to a container */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/base/clock.h"
#include "init/base/die.h"
#include "init/base/fd.h"
#include "setup/host/clone.h"
#include "setup/host/console_socket.h"
#include "setup/host/devices.h"
#include "setup/host/ids.h"
#include "setup/host/process.h"
#include "setup/host/seccomp.h"
#include "setup/host/send.h"
#include "setup/host/undo.h"
#include "setup/host/watch.h"
#include "setup/oci/config.h"
#include "setup/verbs/verbs.h"

enum {
	FILE_MAX = 10 << 20,
	ROOM = 16, /* a document takes less than so many times its text */
	ROOM_LEAST = 64 << 20, /* touched page by page */
};

/* A container in the making. What is taken back hangs on these members. */
struct making {
	struct call *call;
	struct oci_config config;
	struct store store;
	struct child child;
	char bundle[PATH_MAX];
	char *text; /* of config.json */
	size_t size;
	int waits;    /* for start; else it starts at once */
	int start_fd; /* the socket it waits at */
	/* Large, so last. */
	struct cgroup cg;
	int sent[SENT_TREES + TREES_MOST + 1];
};

/* One program makes one container. */
static struct making making = { .start_fd = -1, .store.dir_fd = -1 };

static void take_back_store(void *arg)
{
	struct making *m = arg;

	if (m->store.dir_fd >= 0 && store_remove(&m->store) < 0)
		warn("remove %s/%s: %m", m->store.root, m->store.id);
}

static void take_back_cgroup(void *arg)
{
	struct making *m = arg;

	if (!(m->config.launch.plan.namespaces & CLONE_NEWPID))
		cgroup_kill(&m->cg);
	cgroup_remove(&m->cg);
}

static void take_back_child(void *arg)
{
	struct making *m = arg;

	child_kill(&m->child);
}

static void take_back_file(void *path)
{
	unlink(path);
}

/* the bundle ------------------------------------------------------------------ */

static void check_caller(struct making *m)
{
	struct plan *p = &m->config.launch.plan;

	verb_check_id(m->call->args[0]);
	if (m->call->no_pivot)
		die("--no-pivot: is not supported by this version; leave it "
		    "out");
	if (m->call->preserve_fds > 1000)
		die("--preserve-fds: more than 1000 descriptors");
	p->preserve_fds = m->call->preserve_fds;
	send_check(p);
}

/* Twice the text: reading it changes it. */
static void load(struct making *m)
{
	struct arena *memory = &m->config.launch.memory;
	const char *bundle = m->call->bundle ? m->call->bundle : ".";
	const char *file = m->call->config;
	char path[PATH_MAX + 16];
	struct stat st;
	ssize_t n;
	int fd;

	if (!realpath(bundle, m->bundle))
		die("bundle %s: %m", bundle);
	snprintf(path, sizeof path, "%s/config.json", m->bundle);
	if (!file)
		file = path;
	/* A fifo or a terminal does not stop us before we know what it is. */
	fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0)
		die("%s: %m", file);
	if (!S_ISREG(st.st_mode) || st.st_size > FILE_MAX)
		die("%s: not a regular file of at most %d bytes", file,
		    FILE_MAX);
	if (arena_make(memory, st.st_size * ROOM + ROOM_LEAST) < 0)
		die("take memory: %m");
	m->text = arena_take(memory, st.st_size + 1);
	n = fd_read_all(fd, m->text, st.st_size);
	if (n < 0)
		die("%s: %m", file);
	m->size = n;
	fd_close(&fd);
}

static void read_config(struct making *m)
{
	struct oci_config *c = &m->config;
	char *copy, why[512];

	load(m);
	copy = arena_text(&c->launch.memory, m->text, m->size);
	if (!copy)
		die("config.json: no memory");
	if (oci_read(c, copy, m->size, why, sizeof why) < 0 ||
	    oci_settle(c, m->bundle, ids_privileged(), why, sizeof why) < 0)
		die("config.json: %s", why);
	ids_choose(&c->launch);
	if (m->call->no_new_keyring)
		c->launch.plan.keyring = 0;
}

static void settle_terminal(struct making *m)
{
	struct plan *p = &m->config.launch.plan;
	struct winsize size;
	int stays = !m->waits && !m->call->detach;

	if (!p->terminal && m->call->console_socket)
		die("--console-socket: there is no terminal to send: "
		    "process.terminal is not true");
	if (p->terminal && !stays && !m->call->console_socket)
		die("process.terminal: its other end has to go to somebody: "
		    "give --console-socket, or make it false");
	if (p->terminal && stays && !p->rows && !ioctl(0, TIOCGWINSZ, &size)) {
		p->rows = size.ws_row;
		p->columns = size.ws_col;
	}
}

/* what is made ---------------------------------------------------------------- */

static void write_intent(struct making *m)
{
	struct store *s = &m->store;

	s->root = m->call->root;
	s->id = m->call->args[0];
	s->record = (struct store_record){
		.bundle = m->bundle,
		.rootfs = m->config.launch.rootfs,
		.created = clock_ns(),
		.phase = STORE_MAKING,
		.uid = geteuid(),
		.own_pids = !!(m->config.launch.plan.namespaces & CLONE_NEWPID),
	};
	memcpy(&s->record.annotations, &m->config.annotations,
	       sizeof s->record.annotations);
	undo_push(take_back_store, m);
	store_make(s);
	store_text(s, "config.json", m->text, m->size);
	if (m->waits)
		m->start_fd = store_listen(s);
}

static void hold_signals(struct making *m)
{
	m->child.ignored = watch_signals(0);
}

/* Every hierarchy of v1, where engines look; on v2 what is delegated. */
static const char every_controller[] =
	"memory,cpu,+cpu,cpuset,pids,io,devices,freezer,hugetlb,net_cls,net_prio,"
	"perf_event,cgroup";

static void make_cgroup(struct making *m)
{
	struct launch *l = &m->config.launch;
	const char *path = m->config.cgroups_path;
	char *name = NULL;

	if (m->call->cgroup_manager && *m->call->cgroup_manager == 'd') {
		if (l->limits.count)
			die("--cgroup-manager disabled: linux.resources has "
			    "%s, which takes a cgroup",
			    l->limits.item[0].key);
		return;
	}
	if (path && *path) {
		path = arena_text(&l->memory, path, strlen(path));
		name = path ? strrchr(path, '/') : NULL;
		if (name)
			*name++ = 0;
	}
	undo_push(take_back_cgroup, m);
	cgroup_make(&m->cg, name ? (*path ? path : "/") : NULL,
		    name	  ? name :
		    path && *path ? path :
				    m->store.id,
		    l->limits.item, l->limits.count, every_controller);
	devices_apply(&m->config, &m->cg);
	launch_cgroup_mounts(l, &m->cg, oci_cgroup);
	store_take_cgroup(&m->store, &m->cg);
}

static void compile_filter(struct making *m)
{
	if (m->config.has_seccomp)
		host_seccomp_compile(&m->config.launch, &m->config.seccomp,
				     "config.json: linux.seccomp");
}

static void check_plan(struct making *m)
{
	struct launch *l = &m->config.launch;
	unsigned trees = l->sources.count;
	char why[256];

	if (trees > TREES_MOST)
		die("config.json: mounts: %u are too many", trees);
	if (m->waits)
		l->plan.start_tree = ++trees;
	l->plan.preserve_from = TREE_FD + trees;
	if (plan_check(&l->plan, trees, why, sizeof why) < 0)
		die("config.json: %s", why);
}

static void send_terminal(int master_fd)
{
	console_send(making.call->console_socket, master_fd);
}

static void start_child(struct making *m)
{
	if (m->call->console_socket)
		m->child.terminal = send_terminal;
	undo_push(take_back_child, m);
	child_start(&m->child, &m->config.launch, &m->cg);
}

static void write_pid(struct making *m)
{
	m->store.record.pid = m->child.pid;
	m->store.record.started = process_started(m->child.pid);
	store_write(&m->store);
}

/* Digits alone: containerd takes no newline behind them. */
static void write_pid_file(struct making *m)
{
	const char *path = m->call->pid_file;
	char beside[PATH_MAX], text[16];

	if (!path)
		return;
	if ((size_t)snprintf(beside, sizeof beside, "%s.new", path) >=
	    sizeof beside)
		die("--pid-file: the path is too long");
	undo_push(take_back_file, (char *)path);
	snprintf(text, sizeof text, "%d", m->child.pid);
	unlink(beside);
	if (mknod(beside, S_IFREG | 0644, 0) < 0 ||
	    fd_write_file(AT_FDCWD, beside, text) < 0 ||
	    rename(beside, path) < 0)
		die("--pid-file %s: %m", path);
}

static void hand_over(struct making *m)
{
	struct launch *l = &m->config.launch;
	unsigned count = SENT_TREES;

	ids_write(l, m->child.pid);
	send_image(&m->child); /* the child becomes it, from here on */
	m->sent[SENT_PLAN] = send_plan(l);
	count += send_trees(l, &m->child, m->sent + SENT_TREES);
	if (m->waits)
		m->sent[count++] = m->start_fd;
	watch_send_plan(&m->child, m->sent, count);
	for (unsigned i = 0; i < count; i++)
		close(m->sent[i]);
}

static void start_at_once(struct making *m)
{
	if (!m->waits)
		watch_start(&m->child);
}

static void wait_ready(struct making *m)
{
	watch_ready(&m->child);
}

static void write_made(struct making *m)
{
	m->store.record.phase = m->waits ? STORE_CREATED : STORE_STARTED;
	store_write(&m->store);
}

/* the pages that tell it ------------------------------------------------------- */

static void (*const steps[])(struct making *m) = {
	check_caller, /* before any descriptor of ours is open */
	read_config,  settle_terminal, write_intent, /* from here on there is something to undo */
	hold_signals, make_cgroup,     compile_filter, check_plan,
	start_child,  write_pid, /* it waits, and ends with us if we end here */
	hand_over,    start_at_once, /* cinit need not wait for us again */
	wait_ready,   write_pid_file,  write_made,
};

static void make(struct call *c, int waits)
{
	making.call = c;
	making.waits = waits;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		steps[i](&making);
}

int verb_create(struct call *c)
{
	make(c, 1);
	undo_forget();
	return 0;
}

int verb_run(struct call *c)
{
	struct heard heard;

	make(c, 0);
	if (c->detach) {
		watch_started(&making.child);
		undo_forget();
		return 0;
	}
	/* Others are to see it, and may delete it. */
	fd_close(&making.store.dir_fd);
	watch_run(&making.child, &heard);
	if (store_open(&making.store, 1) < 0)
		making.store.dir_fd = -1; /* somebody did */
	if (heard.failed)
		die_status(heard.status, "%s", heard.sentence);
	if (c->keep)
		undo_forget();
	else
		undo_all();
	return heard.status;
}
