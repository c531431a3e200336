/* set.h - what the rows of settings.c do with a text */
#ifndef CINIT_TASK_SET_H
#define CINIT_TASK_SET_H

#include "init/task/task.h"

typedef int setter(struct value *v, struct task *t, const char *text);

setter set_user, set_group_add, set_cap_add, set_cap_drop, set_no_new_privs,
	set_seccomp, set_ulimit, set_chdir, set_umask, set_env, set_tmpfs,
	set_mount_proc, set_oom_score_adj, set_ready_fd, set_pause,
	set_print_config;
setter set_memory, set_memory_swap, set_memory_high, set_memory_low, set_cpus,
	set_cpu_weight, set_cpuset_cpus, set_pids, set_io_weight, set_cgroup;

#endif
