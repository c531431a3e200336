/* seccomp_run.h - runs seccomp filters in user space, for the unit tests */
#ifndef CINIT_TESTS_UNIT_SECCOMP_RUN_H
#define CINIT_TESTS_UNIT_SECCOMP_RUN_H

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "tests/unit/tap.h"

#define ALLOWED SECCOMP_RET_ALLOW
#define REFUSED (SECCOMP_RET_ERRNO | EPERM)
#define MISSING (SECCOMP_RET_ERRNO | ENOSYS)
#define BROKEN 0xdeadU /* no answer of any filter */

/* What the kernel does with classic BPF, for the instructions that occur. */
static inline uint32_t run(const struct sock_filter *prog, size_t n,
			   const struct seccomp_data *data)
{
	uint32_t a = 0;
	size_t pc = 0;

	while (pc < n) {
		const struct sock_filter *i = &prog[pc++];
		int yes;

		switch (i->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			if (i->k % 4 || i->k + 4 > sizeof *data)
				return BROKEN;
			memcpy(&a, (const char *)data + i->k, 4);
			continue;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= i->k;
			continue;
		case BPF_JMP | BPF_JA:
			pc += i->k;
			continue;
		case BPF_RET | BPF_K:
			return i->k;
		case BPF_JMP | BPF_JEQ | BPF_K:
			yes = a == i->k;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			yes = a > i->k;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			yes = a >= i->k;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			yes = !!(a & i->k);
			break;
		default:
			return BROKEN;
		}
		pc += yes ? i->jt : i->jf;
	}
	return BROKEN;
}

#endif
