/* calls.c - system calls by name and by number */
#include "setup/oci/calls.h"

#include <seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/*
 * Calls that are younger than libseccomp 2.5.4 and that profiles name. From 424
 * on numbers are the same on every architecture.
 */
static const struct young {
	const char *name;
	int nr;
} young[] = {
	{ "cachestat", 451 },
	{ "fchmodat2", 452 },
	{ "map_shadow_stack", 453 },
	{ "futex_wake", 454 },
	{ "futex_wait", 455 },
	{ "futex_requeue", 456 },
	{ "statmount", 457 },
	{ "listmount", 458 },
	{ "lsm_get_self_attr", 459 },
	{ "lsm_set_self_attr", 460 },
	{ "lsm_list_modules", 461 },
	{ "mseal", 462 },
	{ "setxattrat", 463 },
	{ "getxattrat", 464 },
	{ "listxattrat", 465 },
	{ "removexattrat", 466 },
	{ "open_tree_attr", 467 },
	{ "file_getattr", 468 },
	{ "file_setattr", 469 },
#ifdef __x86_64__
	{ "uretprobe", 335 },
#endif
	{ NULL, -1 },
};

int call_young(const char *name)
{
	const struct young *y = young;

	while (y->name && strcmp(y->name, name))
		y++;
	return y->nr;
}

const char *call_name(int nr)
{
	static char *name;
	const struct young *y = young;

	free(name);
	name = seccomp_syscall_resolve_num_arch(seccomp_arch_native(), nr);
	if (name)
		return name;
	while (y->name && y->nr != nr)
		y++;
	return y->name;
}
