/* sys.c - thin system calls */
#include "init/base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_clone3
#define SYS_clone3 435
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif
#define FSOPEN_CLOEXEC 1
#define FSMOUNT_CLOEXEC 1

pid_t sys_clone3(struct sys_clone_args *args, size_t size)
{
	return syscall(SYS_clone3, args, size);
}

pid_t sys_clone_fork(uint64_t flags, int *pidfd)
{
	/* The order of the last two arguments differs between x86-64 and
	 * arm64, but both are null here. */
	return syscall(SYS_clone, (unsigned long)flags | SIGCHLD, 0, pidfd, 0,
		       0);
}

int sys_openat2(int dir_fd, const char *path, uint64_t flags, uint64_t mode,
		uint64_t resolve)
{
	struct sys_open_how how = { flags | O_CLOEXEC, mode, resolve };

	return syscall(SYS_openat2, dir_fd, path, &how, sizeof how);
}

int sys_open_tree(int dir_fd, const char *path, unsigned flags)
{
	return syscall(SYS_open_tree, dir_fd, path, flags | O_CLOEXEC);
}

int sys_move_mount(int from_fd, const char *from, int to_fd, const char *to,
		   unsigned flags)
{
	return syscall(SYS_move_mount, from_fd, from, to_fd, to, flags);
}

int sys_mount_setattr(int fd, const char *path, unsigned flags,
		      struct sys_mount_attr *attr)
{
	return syscall(SYS_mount_setattr, fd, path, flags, attr, sizeof *attr);
}

int sys_fsopen(const char *type)
{
	return syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
}

int sys_fsconfig(int fd, unsigned cmd, const char *key, const void *value,
		 int aux)
{
	return syscall(SYS_fsconfig, fd, cmd, key, value, aux);
}

int sys_fsmount(int fd, unsigned attr)
{
	return syscall(SYS_fsmount, fd, FSMOUNT_CLOEXEC, attr);
}

int sys_pivot_root(const char *new_root, const char *put_old)
{
	return syscall(SYS_pivot_root, new_root, put_old);
}

int sys_execveat(int fd, const char *path, char *const argv[],
		 char *const envp[], int flags)
{
	return syscall(SYS_execveat, fd, path, argv, envp, flags);
}

int sys_close_range(unsigned first, unsigned last, unsigned flags)
{
	return syscall(SYS_close_range, first, last, flags);
}

int sys_pidfd_open(pid_t pid, unsigned flags)
{
	return syscall(SYS_pidfd_open, pid, flags);
}

int sys_pidfd_send_signal(int pidfd, int sig, siginfo_t *info)
{
	return sys_pidfd_signal(pidfd, sig, info, 0);
}

int sys_pidfd_signal(int pidfd, int sig, siginfo_t *info, unsigned flags)
{
	return syscall(SYS_pidfd_send_signal, pidfd, sig, info, flags);
}

int sys_seccomp(unsigned op, unsigned flags, void *args)
{
	return syscall(SYS_seccomp, op, flags, args);
}

long sys_keyctl(int op, unsigned long a, unsigned long b)
{
	return syscall(SYS_keyctl, op, a, b, 0, 0);
}

int sys_landlock_create(const void *attr, size_t size, unsigned flags)
{
	return syscall(SYS_landlock_create_ruleset, attr, size, flags);
}

int sys_landlock_add(int ruleset_fd, int kind, const void *rule)
{
	return syscall(SYS_landlock_add_rule, ruleset_fd, kind, rule, 0);
}

int sys_landlock_restrict(int ruleset_fd)
{
	return syscall(SYS_landlock_restrict_self, ruleset_fd, 0);
}

int sys_sigmask(sys_sigset set, sys_sigset *old)
{
	return syscall(SYS_rt_sigprocmask, SIG_SETMASK, &set, old, sizeof set);
}

int sys_sigpending(sys_sigset *out)
{
	return syscall(SYS_rt_sigpending, out, sizeof *out);
}

int sys_signalfd(sys_sigset set)
{
	return syscall(SYS_signalfd4, -1, &set, sizeof set, O_CLOEXEC);
}

int sys_sigwait(sys_sigset set, siginfo_t *info, const struct timespec *limit)
{
	return syscall(SYS_rt_sigtimedwait, &set, info, limit, sizeof set);
}

int sys_sigqueue(pid_t pid, int sig, siginfo_t *info)
{
	return syscall(SYS_rt_sigqueueinfo, pid, sig, info);
}

/* struct sigaction of the kernel */
struct action {
	void (*handler)(int);
	unsigned long flags;
	void (*restorer)(void);
	sys_sigset mask;
};

int sys_sigdisposition(int sig, void (*handler)(int))
{
	/* Flags and restorer are of no use to what is never called. */
	struct action act = { .handler = handler };

	return syscall(SYS_rt_sigaction, sig, &act, NULL, sizeof act.mask);
}

sys_sigset sys_sigignored(void)
{
	sys_sigset set = 0;
	struct action act;

	for (int sig = 1; sig <= SYS_NSIG; sig++)
		if (!syscall(SYS_rt_sigaction, sig, NULL, &act,
			     sizeof act.mask) &&
		    act.handler == SIG_IGN)
			set |= SYS_SIG(sig);
	return set;
}

int sys_pipe(int fd[2])
{
	return syscall(SYS_pipe2, fd, O_CLOEXEC);
}

int sys_accept(int fd)
{
	return syscall(SYS_accept4, fd, NULL, NULL,
		       SOCK_CLOEXEC | SOCK_NONBLOCK);
}

ssize_t sys_sendmsg(int fd, const struct msghdr *m, int flags)
{
	return syscall(SYS_sendmsg, fd, m, flags);
}

ssize_t sys_recvmsg(int fd, struct msghdr *m, int flags)
{
	return syscall(SYS_recvmsg, fd, m, flags);
}

int sys_setresuid(uid_t id)
{
	return syscall(SYS_setresuid, id, id, id);
}

int sys_setresgid(gid_t id)
{
	return syscall(SYS_setresgid, id, id, id);
}

int sys_setgroups(size_t n, const gid_t *list)
{
	return syscall(SYS_setgroups, n, list);
}
