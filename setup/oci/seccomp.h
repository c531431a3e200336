/* seccomp.h - seccomp profiles: OCI linux.seccomp, and Docker's profile files */
#ifndef CINIT_SETUP_OCI_SECCOMP_H
#define CINIT_SETUP_OCI_SECCOMP_H

#include <stdint.h>

#include "init/plan/plan.h"
#include "setup/oci/json.h"

/*
 * runtime-spec config-linux.md, "Seccomp"; and beside it what the files of
 * Docker's engine have more, which become the former on a given host: archMap,
 * and rules that are for some capabilities, architectures or kernels only.
 * Actions and architectures are libseccomp's (the kernel's) numbers.
 */
struct seccomp_arg {
	uint64_t value, value_two;
	uint32_t index, op; /* enum scmp_compare */
};

struct seccomp_when {
	LIST(const char *) caps;   /* "CAP_SYS_ADMIN" */
	LIST(const char *) arches; /* as Go calls them: "amd64" */
	const char *min_kernel;	   /* "4.8" */
};

struct seccomp_action {
	uint32_t action; /* SCMP_ACT_*, the errno in it where it has one */
	uint32_t code, has_code; /* errnoRet as it was given */
};

struct seccomp_rule {
	LIST(const char *) names;
	const char *name; /* an older form of a single one */
	LIST(struct seccomp_arg) args;
	struct seccomp_action action;
	struct seccomp_when includes, excludes;
};

struct seccomp_arch {
	uint32_t arch; /* SCMP_ARCH_* */
	LIST(uint32_t) sub;
};

struct seccomp_profile {
	struct seccomp_action otherwise; /* defaultAction */
	LIST(uint32_t) arches; /* SCMP_ARCH_*; none: that of the host */
	LIST(struct seccomp_arch) arch_map;
	LIST(uint32_t) flags; /* SECCOMP_FILTER_FLAG_* */
	LIST(struct seccomp_rule) rules;
};

extern const struct json_row seccomp_rows[];

/* Reader of linux.seccomp, and of a whole profile file: struct seccomp_profile. */
json_reader seccomp_profile;

/*
 * Whether a rule is for this host: capabilities are asked by name, `arch` is
 * Go's name of it, `kernel` as uname(2) gives the release.
 */
int seccomp_applies(const struct seccomp_rule *rule, const char *arch,
		    const char *kernel,
		    int (*has_cap)(const char *name, const void *with),
		    const void *with);

#endif
