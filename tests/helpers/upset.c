/* upset.c - makes a process fault at its next instruction: upset PID */
#include <elf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

int main(int argc, char *argv[])
{
	pid_t pid = argc > 1 ? atoi(argv[1]) : 0;
	struct user_regs_struct regs;
	struct iovec all = { &regs, sizeof regs };

	if (pid <= 0 || ptrace(PTRACE_SEIZE, pid, 0, 0) ||
	    ptrace(PTRACE_INTERRUPT, pid, 0, 0) ||
	    waitpid(pid, NULL, __WALL) != pid ||
	    ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &all))
		return 1;
#if defined __x86_64__
	regs.rip = 8;
	regs.orig_rax = -1; /* no system call to go back to */
#elif defined __aarch64__
	regs.pc = 8;
#endif
	if (ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &all))
		return 1;
	return !!ptrace(PTRACE_DETACH, pid, 0, 0);
}
