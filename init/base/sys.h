/* sys.h - system calls that musl has no wrapper for, or wraps in the wrong way */
#ifndef CINIT_BASE_SYS_H
#define CINIT_BASE_SYS_H

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Every call returns what its man page says, or -1 with errno. Descriptors
 * come close-on-exec. The structs are those of the kernel's UAPI, repeated
 * here only where Debian 12's linux-libc-dev (6.1) or musl does not have them.
 */

struct sys_clone_args { /* clone(2), struct clone_args */
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal;
	uint64_t stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

struct sys_open_how { /* openat2(2) */
	uint64_t flags, mode, resolve;
};

struct sys_mount_attr { /* mount_setattr(2) */
	uint64_t attr_set, attr_clr, propagation, userns_fd;
};

pid_t sys_clone3(struct sys_clone_args *args, size_t size);
/* The same by clone(2), for kernels and filters that refuse clone3. */
pid_t sys_clone_fork(uint64_t flags, int *pidfd);

int sys_openat2(int dir_fd, const char *path, uint64_t flags, uint64_t mode,
		uint64_t resolve);
int sys_open_tree(int dir_fd, const char *path, unsigned flags);
int sys_move_mount(int from_fd, const char *from, int to_fd, const char *to,
		   unsigned flags);
int sys_mount_setattr(int fd, const char *path, unsigned flags,
		      struct sys_mount_attr *attr);
int sys_fsopen(const char *type);
int sys_fsconfig(int fd, unsigned cmd, const char *key, const void *value,
		 int aux);
int sys_fsmount(int fd, unsigned attr);
int sys_pivot_root(const char *new_root, const char *put_old);
int sys_execveat(int fd, const char *path, char *const argv[],
		 char *const envp[], int flags);
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4 /* close_range(2) */
#endif
int sys_close_range(unsigned first, unsigned last, unsigned flags);
int sys_pidfd_open(pid_t pid, unsigned flags);
int sys_pidfd_send_signal(int pidfd, int sig, siginfo_t *info);
/* The same with flags, such as PIDFD_SIGNAL_PROCESS_GROUP. */
int sys_pidfd_signal(int pidfd, int sig, siginfo_t *info, unsigned flags);
int sys_seccomp(unsigned op, unsigned flags, void *args);
long sys_keyctl(int op, unsigned long a, unsigned long b);
/* landlock(7); a ruleset is a descriptor */
int sys_landlock_create(const void *attr, size_t size, unsigned flags);
int sys_landlock_add(int ruleset_fd, int kind, const void *rule);
int sys_landlock_restrict(int ruleset_fd);

/* All 64 signals: musl's sigset functions leave out its own 32 to 34. */
typedef uint64_t sys_sigset;
#define SYS_SIG(n) (1ULL << ((n) - 1))
#define SYS_SIG_ALL (~0ULL)
#define SYS_NSIG 64

/* Sets the mask of blocked signals; *old may be NULL. */
int sys_sigmask(sys_sigset set, sys_sigset *old);
int sys_sigpending(sys_sigset *out);
int sys_signalfd(sys_sigset set); /* close-on-exec */
int sys_sigwait(sys_sigset set, siginfo_t *info, const struct timespec *limit);
int sys_sigqueue(pid_t pid, int sig, siginfo_t *info);
/* Sets the disposition of sig to SIG_DFL or SIG_IGN. */
int sys_sigdisposition(int sig, void (*handler)(int));
/* Those whose disposition is SIG_IGN. */
sys_sigset sys_sigignored(void);

/* Those of musl bring what old kernels and other machines would need. */
struct msghdr;
int sys_pipe(int fd[2]); /* close-on-exec */
int sys_accept(int fd); /* close-on-exec, nonblocking */
ssize_t sys_sendmsg(int fd, const struct msghdr *m, int flags);
ssize_t sys_recvmsg(int fd, struct msghdr *m, int flags);

/*
 * Raw forms of calls that musl broadcasts to all threads (set*id) or that
 * must be safe in a child that shares its parent's memory.
 */
int sys_setresuid(uid_t id);
int sys_setresgid(gid_t id);
int sys_setgroups(size_t n, const gid_t *list);

#endif
