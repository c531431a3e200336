/* seccomp.c - the system calls the command may make */
#include "init/enter/seccomp.h"

#include <linux/seccomp.h>
#include <string.h>

#include "init/base/die.h"
#include "init/base/sys.h"
#include "seccomp_builtin.h" /* made by gen/seccomp_gen.c of gen/profile.txt */

_Static_assert((int)BUILTIN_MAX <= (int)SECCOMP_BUILTIN_MAX,
	       "room for every part");
_Static_assert(sizeof(struct sock_filter) == sizeof(uint64_t),
	       "a word of the plan is an instruction");

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

static void load(const struct sock_filter *code, size_t n, unsigned flags)
{
	/* The kernel only reads; its struct does not say so. */
	struct sock_fprog prog = { n, (struct sock_filter *)code };

	/* With TSYNC a positive result is a thread that cannot follow. */
	if (sys_seccomp(SECCOMP_SET_MODE_FILTER, flags, &prog))
		die("load the seccomp filter of %zu instructions: %m", n);
}

static void load_builtin(const struct plan *p)
{
	struct sock_filter prog[SECCOMP_BUILTIN_MAX];
	size_t n = seccomp_builtin(p->caps.bounding, prog);

	load(prog, n, p->seccomp_flags);
}

void seccomp_install(const struct plan *p)
{
	switch (p->seccomp) {
	case SECCOMP_BUILTIN:
		load_builtin(p);
		break;
	case SECCOMP_FILTER:
		if (!p->filter.count || p->filter.count > BPF_MAXINSNS)
			die("a seccomp filter has 1 to %d instructions, not %zu",
			    BPF_MAXINSNS, p->filter.count);
		load((const struct sock_filter *)p->filter.item,
		     p->filter.count, p->seccomp_flags);
		break;
	}
}
