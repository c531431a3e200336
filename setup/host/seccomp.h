/* seccomp.h - a seccomp profile becomes the filter of the plan */
#ifndef CINIT_SETUP_HOST_SECCOMP_H
#define CINIT_SETUP_HOST_SECCOMP_H

#include "setup/launch.h"
#include "setup/oci/seccomp.h"

/*
 * Reads and compiles l->seccomp_file, if there is one, for the bounding set of
 * the plan (so that is final before) and this kernel. Dies with a sentence that
 * names the file and the place in it.
 */
void host_seccomp(struct launch *l);

/* The same for a profile that is read already; `file` is for sentences. */
void host_seccomp_compile(struct launch *l,
			  const struct seccomp_profile *profile,
			  const char *file);

#endif
