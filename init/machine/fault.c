/* fault.c - when PID 1 of a machine itself goes wrong: an end, not a panic */
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/parse.h"
#include "init/base/sys.h"
#include "init/machine/parts.h"
#include "init/pid1/pid1.h"

/* What the processor, or abort(3), answers a mistake with. */
static const int faults[] = { SIGSEGV, SIGBUS,	SIGILL, SIGFPE,
			      SIGTRAP, SIGABRT, SIGSYS };

enum { FAULTS = sizeof faults / sizeof *faults };

/* Never touched, and so never memory, as long as all is well. */
static char stack[64 << 10];

/* Someone has sent it, kill(2) or sigqueue(3); abort(3) does that as well. */
static int was_sent(const siginfo_t *info)
{
	return info->si_code <= 0 && info->si_pid != getpid();
}

static void unblock(void)
{
	sys_sigset set = SYS_SIG_ALL;

	for (int i = 0; i < FAULTS; i++)
		set &= ~SYS_SIG(faults[i]);
	sys_sigmask(set, NULL);
}

/*
 * Blocked, such a signal would end us, and the kernel with us (signal(7)): in
 * this program alone they are not. What somebody has sent goes back, blocked,
 * to where loop() takes signals from. A process that shares our memory before
 * its exec has the handlers too; it ends as it would without them.
 */
static void caught(int sig, siginfo_t *info, void *context)
{
	static volatile int depth;
	ucontext_t *after = context;

	if (getpid() != 1) {
		sys_sigdisposition(sig, SIG_DFL);
		if (was_sent(info))
			sys_sigqueue(getpid(), sig, info);
		return;
	}
	if (was_sent(info)) {
		sigaddset(&after->uc_sigmask, sig);
		sys_sigqueue(1, sig, info);
		return;
	}
	unblock(); /* what goes wrong from here on comes here again */
	switch (depth++) {
	case 0:
		warn("PID 1 itself has failed: SIG%s at %#llx: the machine ends",
		     signal_name(sig),
		     (unsigned long long)(uintptr_t)info->si_addr);
		machine_off(EXIT_OURS);
	case 1: /* not even that works */
		sync();
		__attribute__((fallthrough));
	default:
		machine_stop();
	}
}

static void taken(siginfo_t *info)
{
	/* Ctrl-Alt-Del, reboot(2): the only SIGINT that the kernel itself
	 * sends to a process without a terminal. */
	if (info->si_signo == SIGINT && info->si_code == SI_KERNEL)
		info->si_signo = SIGTERM;
	for (int i = 0; i < FAULTS; i++)
		if (info->si_signo == faults[i])
			unblock();
}

void faults_catch(void)
{
	stack_t where = { .ss_sp = stack, .ss_size = sizeof stack };
	struct sigaction act = { .sa_sigaction = caught,
				 .sa_flags =
					 SA_SIGINFO | SA_ONSTACK | SA_RESTART };

	sigaltstack(&where, NULL);
	sigfillset(&act.sa_mask); /* or what goes back would be here at once */
	for (int i = 0; i < FAULTS; i++)
		sigaction(faults[i], &act, NULL);
	signal_taken = taken;
	unblock();
}
