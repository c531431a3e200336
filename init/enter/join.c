/* join.c - into the namespaces and the root of what runs already */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/enter/parts.h"

/*
 * Whoever runs there must get nothing of the process that joins, neither its
 * memory nor its descriptors (CVE-2016-9962). We were executed outside and are
 * not dumpable, and no exec comes before that of the command: to look into us
 * takes CAP_SYS_PTRACE outside of the user namespace that is joined (ptrace(2),
 * "Ptrace access mode checking"), until all is dropped that is to be dropped.
 */
static void enter_all(const struct plan *p, uint64_t *all)
{
	unsigned done = 0;

	/*
	 * By files the user namespace is the last: root outside enters the
	 * others by its rights out there. Who is not root has rights only from
	 * then on, and tries again. By pidfd it is one call for all.
	 */
	for (int again = 0; again < 2; again++) {
		for (size_t i = 0; i < p->joins.count; i++) {
			const struct join *j = &p->joins.item[i];

			if (done >> i & 1)
				continue;
			*all |= j->namespaces;
			if (!setns(TREE_FD + j->tree - 1, j->namespaces))
				done |= 1U << i;
			else if (errno == ESRCH)
				die("enter its namespaces: it has ended");
			else if (again || errno != EPERM)
				die("enter its namespaces: %m%s",
				    errno == EPERM ? " (it belongs to another "
						     "user, or root; and only "
						     "root can do without its "
						     "user namespace)" :
						     "");
		}
	}
}

/* Root there, and nobody's outside: what is looked up has its rights alone. */
static void become_its_root(const struct plan *p)
{
	if ((!p->setgroups_denied && sys_setgroups(0, NULL) < 0) ||
	    sys_setresgid(0) < 0 || sys_setresuid(0) < 0)
		die("become root of its user namespace: %m (id 0 must be in "
		    "the maps)");
	/* A change of users takes the default, fs.suid_dumpable (proc(5)). */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/*
 * setns(2): only a new process is in the pid namespace. It is our sibling, a
 * child of the launcher, and keeps what we hold; ptrace(2) is denied as above.
 */
static void go_on_inside(const struct inside *in)
{
	int pidfd = -1;
	pid_t pid = sys_clone_fork(CLONE_PARENT | CLONE_PIDFD, &pidfd);

	if (pid < 0)
		die("make a process in its pid namespace: %m%s",
		    errno == ENOMEM ? " (its PID 1 has ended)" :
		    errno == EAGAIN ? " (its pids limit is reached)" :
				      "");
	if (!pid)
		return;
	in->joined(pid, pidfd);
	_exit(0);
}

void namespaces_join(struct inside *in)
{
	const struct plan *p = in->plan;
	uint64_t all = 0;

	enter_all(p, &all);
	if (all & CLONE_NEWUSER)
		become_its_root(p);
	/* The very directory, not a path: what is at its name is theirs. */
	if (p->root_tree &&
	    (fchdir(TREE_FD + p->root_tree - 1) < 0 || chroot(".") < 0))
		die("enter its root directory: %m");
	in->root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (in->root_fd < 0)
		die("open its root directory: %m");
	if (all & CLONE_NEWPID)
		go_on_inside(in);
}
