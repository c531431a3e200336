/* seccomp.h - the system calls the command may make */
#ifndef CINIT_ENTER_SECCOMP_H
#define CINIT_ENTER_SECCOMP_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

#include "init/plan/plan.h"

/*
 * Loads the filter of the plan for the calling process, or dies. It is the last
 * thing before execve: what comes after it has only what the filter leaves.
 * Takes no memory but its stack (2 KB, 35 KB where the launcher is asked), so
 * it may run in a child that shares memory with its parent. seccomp(2) wants
 * no_new_privs, or CAP_SYS_ADMIN in the process's user namespace.
 */
void seccomp_install(const struct plan *p);

/*
 * The built-in filter for a bounding set, in prog; returns the instructions,
 * at most SECCOMP_BUILTIN_MAX.
 */
enum { SECCOMP_BUILTIN_MAX = 256 };
size_t seccomp_builtin(uint64_t bounding, struct sock_filter *prog);

#endif
