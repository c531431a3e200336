/* seccomp.c - the system calls the command may make */
#include "init/enter/seccomp.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/base/sys.h"
#include "init/plan/note.h"
#include "seccomp_builtin.h" /* made by gen/seccomp_gen.c of gen/profile.txt */

_Static_assert((int)BUILTIN_MAX <= (int)SECCOMP_BUILTIN_MAX,
	       "room for every part");
_Static_assert(sizeof(struct sock_filter) == sizeof(uint64_t),
	       "a word of the plan is an instruction");

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1 << 5) /* linux/seccomp.h */
#endif

/* The low half, as the machine has it. */
#define ARGUMENT(n) (offsetof(struct seccomp_data, args) + 8 * (n))

enum { PASS_MOST = 8 };

/*
 * The parts of the profile follow each other: the first loads the number, the
 * blocks of capabilities allow or fall through, and the last always answers.
 */
size_t seccomp_builtin(uint64_t bounding, struct sock_filter *prog)
{
	const struct sock_filter *from = builtin_code;
	size_t n = 0, i;

	for (i = 0; i < sizeof builtin_parts / sizeof *builtin_parts; i++) {
		const struct builtin_part *part = &builtin_parts[i];

		if (part->cap == BUILTIN_ALWAYS || bounding >> part->cap & 1) {
			memcpy(prog + n, from, part->count * sizeof *from);
			n += part->count;
		}
		from += part->count;
	}
	return n;
}

static int set(const struct sock_filter *code, size_t n, unsigned flags)
{
	/* The kernel only reads; its struct does not say so. */
	struct sock_fprog prog = { n, (struct sock_filter *)code };

	return sys_seccomp(SECCOMP_SET_MODE_FILTER, flags, &prog);
}

/* asking the launcher ---------------------------------------------------------- */

/* TRAP and TRACE are between the program and its handler or debugger. */
static int is_asked(uint64_t asks, uint32_t answer)
{
	switch (answer & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_ALLOW:
	case SECCOMP_RET_LOG:
		return asks & SECCOMP_ASK_ALLOWED;
	case SECCOMP_RET_ERRNO:
	case SECCOMP_RET_KILL_THREAD:
	case SECCOMP_RET_KILL_PROCESS:
		return !!(asks & SECCOMP_ASK_REFUSED);
	}
	return 0;
}

/*
 * The note that brings the listener is sent when nobody listens yet: what lets
 * it pass is a number that only we know, and nobody does after execve.
 */
static size_t put_pass(struct sock_filter *to)
{
	const struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sendmsg, 0, 5),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARGUMENT(4)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, note_pass[0], 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARGUMENT(5)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, note_pass[1], 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	memcpy(to, code, sizeof code);
	return sizeof code / sizeof *code;
}

static void load_asking(const struct sock_filter *code, size_t n,
			const struct plan *p)
{
	struct sock_filter prog[BPF_MAXINSNS + PASS_MOST];
	struct note note = { .kind = NOTE_LISTENER };
	unsigned flags = (p->seccomp_flags & ~SECCOMP_FILTER_FLAG_TSYNC) |
			 SECCOMP_FILTER_FLAG_NEW_LISTENER;
	size_t first;
	int fds[2];

	if (getrandom(note_pass, sizeof note_pass, 0) != sizeof note_pass)
		die("find a number for the seccomp filter: %m");
	fds[1] = fd_sealed("filter", code, n * sizeof *code, 0);
	if (fds[1] < 0)
		die("make the file of the seccomp filter: %m");
	first = put_pass(prog);
	memcpy(prog + first, code, n * sizeof *code);
	for (size_t i = first; i < first + n; i++)
		if (prog[i].code == (BPF_RET | BPF_K) &&
		    is_asked(p->seccomp_asks, prog[i].k))
			prog[i].k = SECCOMP_RET_USER_NOTIF;
	fds[0] = set(prog, first + n,
		     flags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
	if (fds[0] < 0 && errno == EINVAL) /* before Linux 5.19 */
		fds[0] = set(prog, first + n, flags);
	if (fds[0] < 0)
		die("load the seccomp filter, and listen to it: %m%s",
		    errno == EBUSY ? " (somebody listens already)" : "");
	if (note_send(HOST_FD, &note, fds, 2) < 0)
		die("send the seccomp listener: %m");
}

/* -------------------------------------------------------------------------------- */

static void load(const struct sock_filter *code, size_t n, const struct plan *p)
{
	if (p->seccomp_asks)
		load_asking(code, n, p);
	/* With TSYNC a positive result is a thread that cannot follow. */
	else if (set(code, n, p->seccomp_flags))
		die("load the seccomp filter of %zu instructions: %m", n);
}

static void load_builtin(const struct plan *p)
{
	struct sock_filter prog[SECCOMP_BUILTIN_MAX];
	size_t n = seccomp_builtin(p->caps.bounding, prog);

	load(prog, n, p);
}

void seccomp_install(const struct plan *p)
{
	static const struct sock_filter all =
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);

	switch (p->seccomp) {
	case SECCOMP_NONE:
		if (p->seccomp_asks)
			load(&all, 1, p);
		break;
	case SECCOMP_BUILTIN:
		load_builtin(p);
		break;
	case SECCOMP_FILTER:
		if (!p->filter.count || p->filter.count > BPF_MAXINSNS)
			die("a seccomp filter has 1 to %d instructions, not %zu",
			    BPF_MAXINSNS, p->filter.count);
		load((const struct sock_filter *)p->filter.item,
		     p->filter.count, p);
		break;
	}
}
