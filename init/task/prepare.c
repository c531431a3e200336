/* prepare.c - what starting a command takes, before it has a process */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/task/task.h"

/* Memory ------------------------------------------------------------------- */

static void *take(struct arena *memory, size_t size)
{
	void *p = NULL;

	if (memory->base || arena_make(memory, TASK_MEMORY) == 0)
		p = arena_take(memory, size);
	if (!p)
		die("the settings are too long");
	return p;
}

/* Mounts -------------------------------------------------------------------- */

static void make_dirs(const char *path)
{
	char part[4096];

	for (size_t n = 1; n < sizeof part && path[n - 1]; n++) {
		if (path[n] && path[n] != '/')
			continue;
		memcpy(part, path, n);
		part[n] = 0;
		if (mkdir(part, 0755) < 0 && errno != EEXIST && !path[n])
			die("make directory %s: %m", path);
	}
}

/*
 * In a mount namespace of our own: where nobody has made us one, a /proc of our
 * pid namespace over the host's would be the host's, too. What others mount
 * below shared mounts is seen here still.
 */
static void make_mounts(const struct plan *p)
{
	if (!p->mounts.count)
		return;
	if (unshare(CLONE_NEWNS) < 0)
		die("make a mount namespace for %s: %m%s",
		    p->mounts.item[0].target,
		    errno == EPERM ? " (mounting takes CAP_SYS_ADMIN)" : "");
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		die("keep mounts to ourselves: %m");
	for (size_t i = 0; i < p->mounts.count; i++) {
		const struct mount *m = &p->mounts.item[i];

		make_dirs(m->target);
		/* MOUNT_ATTR_* up to noexec are MS_* */
		if (mount(m->type, m->target, m->type, m->set, m->data) < 0)
			die("mount %s on %s: %m%s%s", m->type, m->target,
			    m->data ? " with " : "", m->data ? m->data : "");
	}
}

/* Limits -------------------------------------------------------------------- */

static void add_limit(struct task *t, struct arena *memory, const char *key,
		      const char *value)
{
	t->limits.item = arena_grow(memory, t->limits.item, t->limits.count,
				    sizeof *t->limits.item);
	if (!t->limits.item || !value)
		die("the settings are too long");
	t->limits.item[t->limits.count++] =
		(struct limit){ .key = key, .value = value, .wanted = 1 };
}

/* --memory-swap is the sum of both, as docker has it. */
static void settle_swap(struct task *t, struct arena *memory)
{
	if (!t->swap)
		return;
	if (t->swap == UINT64_MAX) {
		add_limit(t, memory, "memory.swap.max", "max");
		return;
	}
	if (!t->memory || t->swap < t->memory)
		die("--memory-swap is the sum of memory and swap: it takes "
		    "--memory, and is at least as much");
	add_limit(t, memory, "memory.swap.max",
		  arena_printf(memory, "%llu",
			       (unsigned long long)(t->swap - t->memory)));
}

static void make_cgroup(struct task *t, struct arena *memory)
{
	settle_swap(t, memory);
	if (!t->limits.count)
		return;
	t->cgroup = take(memory, sizeof *t->cgroup);
	cgroup_make_here(t->cgroup, t->name ? t->name : "command",
			 t->limits.item, t->limits.count);
}

void task_end(struct task *t)
{
	if (t->cgroup && cgroup_remove(t->cgroup) == 0 && getpid() != 1)
		cgroup_step_back();
}

/* Environment --------------------------------------------------------------- */

/* Instead of what has the same name, or at the end. */
static size_t put(const char **env, size_t count, const char *text)
{
	size_t name = strcspn(text, "="), i = 0;

	while (i < count &&
	       (strncmp(env[i], text, name) != 0 || env[i][name] != '='))
		i++;
	env[i] = text;
	return i == count ? count + 1 : count;
}

static const char *value_of(const struct plan *p, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < p->env.count; i++)
		if (!strncmp(p->env.item[i], name, len) &&
		    p->env.item[i][len] == '=')
			return p->env.item[i] + len + 1;
	return NULL;
}

/* sd_listen_fds(3): the descriptors that we were given are the command's. */
static const char *listen_pid(struct task *t, struct arena *memory)
{
	const char *said = t->name ? NULL : value_of(&t->plan, "LISTEN_PID");
	char *text;

	if (!said || atoi(said) != getpid())
		return NULL;
	text = take(memory, sizeof "LISTEN_PID=" + 12);
	t->listen_pid = stpcpy(text, "LISTEN_PID=");
	return text;
}

static void make_env(struct task *t, struct arena *memory)
{
	struct plan *p = &t->plan;
	const char *listen = listen_pid(t, memory), **env;
	size_t n = 0;

	if (t->ready_notify)
		t->notify_socket = value_of(p, "NOTIFY_SOCKET");
	if (!p->user && !t->env.count && !listen && !t->notify_socket)
		return;
	env = take(memory, (p->env.count + t->env.count + 3) * sizeof *env);
	for (size_t i = 0; i < p->env.count; i++)
		if (!t->notify_socket ||
		    p->env.item[i] + strlen("NOTIFY_SOCKET=") !=
			    t->notify_socket)
			env[n++] = p->env.item[i];
	if (listen)
		n = put(env, n, listen);
	if (p->user) {
		char *home = arena_printf(memory, "HOME=%s", t->in.who.home);

		if (!home)
			die("the home directory's name is too long");
		n = put(env, n, home);
	}
	for (size_t i = 0; i < t->env.count; i++)
		n = put(env, n, t->env.item[i]);
	env[n] = NULL;
	p->env.item = env;
	p->env.count = n;
}

/* Privileges ---------------------------------------------------------------- */

/* A list of groups that cannot be set (user_namespaces(7)), or is to stay. */
static int groups_stay(const struct task *t)
{
	char text[8];

	if (!t->plan.user && !t->plan.groups.count)
		return 1;
	return fd_read_file(AT_FDCWD, "/proc/self/setgroups", text,
			    sizeof text) > 0 &&
	       text[0] == 'd'; /* deny */
}

static void find_user(struct task *t, struct arena *memory)
{
	struct inside *in = &t->in;
	struct plan *p = &t->plan;
	const char *user = p->user;
	int n;

	in->who.uid = geteuid();
	in->who.gid = getegid();
	p->setgroups_denied = groups_stay(t);
	if (!user && !p->groups.count)
		return;
	if (!user) {
		n = getgroups(GROUPS_MAX, in->who.groups);
		if (n < 0)
			die("get our groups: %m");
		in->who.group_count = n;
		p->user =
			arena_printf(memory, "%u:%u", in->who.uid, in->who.gid);
	}
	in->memory = memory;
	in->root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (in->root_fd < 0)
		die("open /: %m");
	identity_find(in);
	fd_close(&in->root_fd);
	p->user = user;
}

static struct capabilities capabilities_now(void)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3,
						 0 };
	struct __user_cap_data_struct now[2];
	struct capabilities c = { 0 };

	if (syscall(SYS_capget, &head, now) < 0)
		die("get our capabilities: %m");
	for (int i = 0; i < 2; i++) {
		c.effective |= (uint64_t)now[i].effective << 32 * i;
		c.permitted |= (uint64_t)now[i].permitted << 32 * i;
		c.inheritable |= (uint64_t)now[i].inheritable << 32 * i;
	}
	for (int cap = 0; cap < 64; cap++) {
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) > 0)
			c.bounding |= 1ULL << cap;
		if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap, 0, 0) > 0)
			c.ambient |= 1ULL << cap;
	}
	return c;
}

/*
 * As docker: the order does not count, what is added stays. A user other than
 * root has what is ambient, capabilities(7).
 */
static void choose_capabilities(struct task *t)
{
	struct capabilities now = capabilities_now();
	uint64_t add = t->cap_add, keep;

	if (add == UINT64_MAX)
		add = now.permitted;
	if (add & ~(now.permitted & now.bounding))
		die("--cap-add: capability %d is not ours to give: the "
		    "container itself must have it",
		    __builtin_ctzll(add & ~(now.permitted & now.bounding)));
	keep = ~t->cap_drop | add;
	if (t->plan.user)
		now.ambient = now.inheritable = 0;
	if (t->in.who.uid)
		now.ambient |= add;
	t->plan.caps = (struct capabilities){
		.bounding = now.bounding & keep,
		.effective = now.effective & keep,
		.permitted = now.permitted & keep,
		.inheritable = (now.inheritable | now.ambient) & keep,
		.ambient = now.ambient & keep,
	};
}

/* A compiled filter, as bwrap(1) --seccomp takes it. */
static void load_filter(struct task *t, struct arena *memory)
{
	const char *path = t->seccomp_file;
	enum { ONE = sizeof(struct sock_filter) };
	size_t most = BPF_MAXINSNS * ONE;
	ssize_t size;
	int fd;

	if (!path)
		return;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die("open the filter %s: %m", path);
	t->plan.filter.item = take(memory, most + ONE);
	size = fd_read_all(fd, t->plan.filter.item, most + ONE);
	if (size < 0)
		die("read the filter %s: %m", path);
	if (!size || size % ONE || (size_t)size > most)
		die("%s is not a compiled filter: 1 to %d instructions of %d "
		    "bytes (struct sock_filter), as seccomp_export_bpf(3) "
		    "writes them",
		    path, BPF_MAXINSNS, ONE);
	t->plan.filter.count = size / ONE;
	fd_close(&fd);
}

static void open_for_exec(struct task *t)
{
	const struct plan *p = &t->plan;

	if (t->ready_fd >= 0 && fcntl(t->ready_fd, F_SETFD, FD_CLOEXEC) < 0)
		die("--ready-fd %d: %m", t->ready_fd);
	if (p->has_oom_score_adj)
		t->in.proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (!p->cwd)
		return;
	t->in.cwd_fd = open(p->cwd, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (t->in.cwd_fd < 0)
		die("open the working directory %s: %m", p->cwd);
}

/* What is not asked for stays as it is. */
static void plan_privileges(struct task *t, struct arena *memory)
{
	struct plan *p = &t->plan;

	t->drops = p->user || p->groups.count || p->rlimits.count ||
		   p->has_oom_score_adj || t->has_umask || p->no_new_privs ||
		   p->seccomp || t->cap_add || t->cap_drop;
	if (!t->drops)
		return;
	if (!t->has_umask) {
		p->umask = umask(0);
		umask(p->umask);
	}
	find_user(t, memory);
	choose_capabilities(t);
	load_filter(t, memory);
}

/* The whole ------------------------------------------------------------------ */

void task_prepare(struct task *t, struct arena *memory)
{
	make_mounts(&t->plan);
	make_cgroup(t, memory);
	plan_privileges(t, memory);
	make_env(t, memory);
	open_for_exec(t);
}

unsigned task_fds(const struct task *t, int *fd, unsigned most)
{
	unsigned n = 0;

	if (t->in.cwd_fd >= 0 && n < most)
		fd[n++] = t->in.cwd_fd;
	if (t->in.proc_fd >= 0 && n < most)
		fd[n++] = t->in.proc_fd;
	for (unsigned i = 0; t->cgroup && i < t->cgroup->count; i++) {
		if (n < most)
			fd[n++] = t->cgroup->tree[i].dir_fd;
		if (n < most)
			fd[n++] = t->cgroup->tree[i].join_fd;
	}
	return n;
}
