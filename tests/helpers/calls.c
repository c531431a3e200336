/*
 * Tries system calls that a container must, or must not, be able to make, and
 * prints how each ended: name=OK or name=EPERM, ...
 *
 * Each call is made in a child of its own.  The arguments are such that the
 * kernel itself refuses with something else than the filter would: a bad
 * descriptor is EBADF, a bad address EFAULT.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define HIGH 0xffffffff00000000ULL	/* what an int of the kernel's drops */
#define NEWUSER 0x10000000
#define BAD ((uint64_t)-1)

enum abi { NATIVE, I386, X32 };

static const struct call {
	const char *name;
	enum abi abi;
	long nr;
	uint64_t arg[5];
} calls[] = {
	/* what every program does */
	{ "getpid", NATIVE, SYS_getpid, { 0 } },
	{ "ptrace.traceme", NATIVE, SYS_ptrace, { 0 } },
	{ "socket.inet", NATIVE, SYS_socket, { 2, 1 } },
	{ "socket.unix", NATIVE, SYS_socket, { 1, 1 } },
	{ "ioctl.other", NATIVE, SYS_ioctl, { BAD, 0x5401 } },
	{ "personality.ask", NATIVE, SYS_personality, { 0xffffffff } },
	{ "memfd_create", NATIVE, SYS_memfd_create, { 0 } },
	{ "mknodat", NATIVE, SYS_mknodat, { BAD, 0, 0020666, 0x103 } },

	/* by their arguments */
	{ "socket.alg", NATIVE, SYS_socket, { 38, 5 } },
	{ "socket.alg.high", NATIVE, SYS_socket, { HIGH | 38, 5 } },
	{ "socket.vsock", NATIVE, SYS_socket, { 40, 1 } },
	{ "ioctl.tiocsti", NATIVE, SYS_ioctl, { BAD, 0x5412 } },
	{ "ioctl.tiocsti.high", NATIVE, SYS_ioctl, { BAD, 0x100005412 } },
	{ "ioctl.tioclinux", NATIVE, SYS_ioctl, { BAD, 0x541c } },
	{ "ioctl.tioclinux.high", NATIVE, SYS_ioctl, { BAD, HIGH | 0x541c } },
	{ "ioctl.tiocsetd", NATIVE, SYS_ioctl, { BAD, 0x5423 } },
	{ "personality.no_random", NATIVE, SYS_personality, { 0x40000 } },
	{ "clone.newuser", NATIVE, SYS_clone, { NEWUSER | 17 } },
	{ "clone.newuser.high", NATIVE, SYS_clone, { HIGH | NEWUSER | 17 } },
	{ "clone3", NATIVE, SYS_clone3, { 0 } },

	/* by capability */
	{ "unshare.user", NATIVE, SYS_unshare, { NEWUSER } },
	{ "unshare.mount", NATIVE, SYS_unshare, { 0x20000 } },
	{ "setns", NATIVE, SYS_setns, { BAD } },
	{ "mount", NATIVE, SYS_mount, { 0 } },
	{ "umount2", NATIVE, SYS_umount2, { 0 } },
	{ "pivot_root", NATIVE, SYS_pivot_root, { 0 } },
	{ "fsopen", NATIVE, 430, { 0 } },
	{ "open_tree", NATIVE, 428, { BAD } },
	{ "move_mount", NATIVE, 429, { BAD } },
	{ "chroot", NATIVE, SYS_chroot, { 0 } },
	{ "sethostname", NATIVE, SYS_sethostname, { 0, 1 } },
	{ "bpf", NATIVE, SYS_bpf, { BAD } },
	{ "perf_event_open", NATIVE, SYS_perf_event_open, { 0 } },
	{ "open_by_handle_at", NATIVE, SYS_open_by_handle_at, { BAD } },
	{ "init_module", NATIVE, SYS_init_module, { 0 } },
	{ "reboot", NATIVE, SYS_reboot, { 0 } },
	{ "settimeofday", NATIVE, SYS_settimeofday, { 1 } },

	/* for nobody */
	{ "keyctl", NATIVE, SYS_keyctl, { 0, (uint64_t)-3 } },
	{ "add_key", NATIVE, SYS_add_key, { 0 } },
	{ "request_key", NATIVE, SYS_request_key, { 0 } },
	{ "userfaultfd", NATIVE, SYS_userfaultfd, { BAD } },
	{ "io_uring_setup", NATIVE, 425, { 1 } },
	{ "kexec_load", NATIVE, SYS_kexec_load, { 0 } },
	{ "swapon", NATIVE, SYS_swapon, { 0 } },
	{ "unknown", NATIVE, 1000, { 0 } },

#ifdef __x86_64__
	/* the other ways into the same kernel */
	{ "i386.getpid", I386, 20, { 0 } },
	{ "i386.socketcall", I386, 102, { 1 } },
	{ "i386.mount", I386, 21, { 0 } },
	{ "x32.getpid", X32, 39, { 0 } },
	{ "x32.mount", X32, 165, { 0 } },
#endif
};

static const struct error {
	int number;
	const char *name;
} errors[] = {
	{ EPERM, "EPERM" }, { ENOSYS, "ENOSYS" }, { EBADF, "EBADF" },
	{ EFAULT, "EFAULT" }, { EINVAL, "EINVAL" }, { EACCES, "EACCES" },
	{ E2BIG, "E2BIG" }, { EAFNOSUPPORT, "EAFNOSUPPORT" },
};

static long enter(const struct call *c)
{
#ifdef __x86_64__
	if (c->abi == I386) {
		long result;

		__asm__ volatile("int $0x80"
				 : "=a"(result)
				 : "a"(c->nr), "b"(c->arg[0]), "c"(c->arg[1]),
				   "d"(c->arg[2])
				 : "memory", "r8", "r9", "r10", "r11");
		if ((int)result < 0) {
			errno = -(int)result;
			return -1;
		}
		return result;
	}
#endif
	return syscall(c->nr | (c->abi == X32 ? 0x40000000 : 0), c->arg[0],
		       c->arg[1], c->arg[2], c->arg[3], c->arg[4]);
}

static void try(const struct call *c)
{
	pid_t maker = getpid();
	long result = enter(c);
	int number = errno;

	if (getpid() != maker)
		return;		/* made by clone */
	printf("%s=", c->name);
	if (result >= 0) {
		puts("OK");
		return;
	}
	for (size_t i = 0; i < COUNT(errors); i++) {
		if (errors[i].number == number) {
			puts(errors[i].name);
			return;
		}
	}
	printf("%d\n", number);
}

int main(void)
{
	for (size_t i = 0; i < COUNT(calls); i++) {
		int status;
		pid_t pid = fork();

		if (!pid) {
			try(&calls[i]);
			fflush(stdout);
			_exit(0);
		}
		if (pid < 0 || waitpid(pid, &status, 0) < 0)
			return 1;
		if (WIFSIGNALED(status)) {
			printf("%s=signal %d\n", calls[i].name,
			       WTERMSIG(status));
			fflush(stdout);
		}
	}
	return 0;
}
