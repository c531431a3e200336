/* record.h - system calls that were made, and the profile that allows them */
#ifndef CINIT_SETUP_OCI_RECORD_H
#define CINIT_SETUP_OCI_RECORD_H

#include <stddef.h>
#include <stdint.h>

/*
 * A call is its number and, of the few whose arguments say what they are, those
 * arguments (the table is in record.c), as far as the kernel looks at them.
 */
enum { RECORD_MOST = 1024, RECORD_VALUES = 3 };

struct record_call {
	uint32_t nr, value[RECORD_VALUES];
};

/* Different calls, in the order of their numbers. Empty at first: zero. */
struct record {
	struct record_call call[RECORD_MOST];
	unsigned count, lost; /* lost: those that there was no room for */
};

/* A call of this machine's own architecture. 1: it is a new one; 0. */
int record_add(struct record *r, uint32_t nr, const uint64_t args[6]);

/*
 * The profile, linux.seccomp of runtime-spec config-linux.md: all else is
 * ENOSYS, as for the calls that the built-in profile does not have. Returns its
 * length, and writes what fits.
 */
size_t record_format(const struct record *r, char *text, size_t size);

/* "socket(16,3,0)": a call with the arguments that are looked at. */
void record_say(uint32_t nr, const uint64_t args[6], char *text, size_t size);

#endif
