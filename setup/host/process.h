/* process.h - a process that was written down: is it still the same? */
#ifndef CINIT_SETUP_HOST_PROCESS_H
#define CINIT_SETUP_HOST_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

/* When it was started, proc_pid_stat(5), in clock ticks; 0: it is gone, or a
 * zombie. */
uint64_t process_started(pid_t pid);

/* A pidfd of the process of that number that was started then; -1 (ESRCH): it
 * has ended. */
int process_open(pid_t pid, uint64_t started);

/* SIGKILL, and until it is gone: -1 when it is not within 10 seconds. */
int process_end(int pidfd);

#endif
