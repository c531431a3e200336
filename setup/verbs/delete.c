/* delete.c - delete: what is left of a container goes */
#include "init/base/die.h"
#include "init/base/fd.h"
#include "setup/host/process.h"
#include "setup/verbs/verbs.h"

/* Its PID 1, and with it all of its pid namespace. */
static void end_process(const struct store *s)
{
	int pidfd = process_open(s->record.pid, s->record.started);

	if (pidfd >= 0 && process_end(pidfd) < 0)
		die("container %s: its process %u does not die of SIGKILL; "
		    "nothing is taken away",
		    s->id, s->record.pid);
	fd_close(&pidfd);
}

static void end_cgroup(const struct store *s)
{
	static struct cgroup cg;

	store_give_cgroup(s, &cg);
	if (!s->record.own_pids)
		cgroup_kill(&cg);
	if (cgroup_remove(&cg) < 0)
		die("container %s: its cgroup is still in use; delete it again "
		    "when that has ended",
		    s->id);
}

int verb_delete(struct call *c)
{
	struct store s = { .root = c->root, .id = c->args[0], .dir_fd = -1 };
	enum status status;

	verb_check_id(s.id);
	if (store_open(&s, 1) < 0) {
		if (c->force)
			return 0;
		die("container %s does not exist", s.id);
	}
	status = verb_status(&s);
	if (!c->force && (status == RUNNING || status == PAUSED))
		die("container %s is %s: stop it first, or delete it by --force",
		    s.id, status_names[status]);
	end_process(&s);
	end_cgroup(&s);
	if (store_remove(&s) < 0)
		die("container %s: remove %s/%s: %m", s.id, s.root, s.id);
	return 0;
}
