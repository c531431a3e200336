/* caps_gen.c - the names of capabilities, as libcap has them, at build time */

/*
 * usage: caps_gen >cap_names.h
 *
 * libcap itself stays out of the programs: it has a constructor, and a PID 1
 * may do nothing before it has blocked all signals.
 */
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>

int main(void)
{
	for (cap_value_t cap = 0;; cap++) {
		char *name = cap_to_name(cap);

		/* Numbers without a name come back as digits. */
		if (!name || strncmp(name, "cap_", 4))
			return ferror(stdout);
		printf("\"%s\\0\"\n", name + 4);
		cap_free(name);
	}
}
