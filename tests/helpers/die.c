/*
 * Ways to end that a shell does not know.
 *
 *	die memory MIB	touches so much memory, and says "alive" if it could
 *	die forks N	makes N processes that sleep; aborts if one is refused
 *	die seccomp	calls what its filter forbids
 *	die core	aborts where a core may be dumped: argument 2 is the limit
 */
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static void forbid(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { 4, code };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog);
	syscall(SYS_getppid);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	long n = argc > 2 ? atol(argv[2]) : 0;

	if (!strcmp(what, "memory")) {
		char *p = mmap(NULL, n << 20, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		memset(p, 1, n << 20);
		return puts("alive") < 0;
	}
	if (!strcmp(what, "forks")) {
		for (; n; n--) {
			pid_t pid = fork();

			if (pid < 0)
				abort();
			if (!pid) {
				sleep(60);
				_exit(0);
			}
		}
		return puts("alive") < 0;
	}
	if (!strcmp(what, "seccomp"))
		forbid();
	if (!strcmp(what, "core")) {
		struct rlimit r = { n, n };

		setrlimit(RLIMIT_CORE, &r);
		abort();
	}
	return 1;
}
