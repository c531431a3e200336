/* listen.h - the launcher answers system calls in place of their filter */
#ifndef CINIT_SETUP_HOST_LISTEN_H
#define CINIT_SETUP_HOST_LISTEN_H

#include "setup/launch.h"

/*
 * With --seccomp-record and --seccomp-log the kernel asks us what the filter
 * says to a call (seccomp_unotify(2)): all that it allows, or all that it
 * refuses. Each is answered as the filter has it, and remembered. When we are
 * gone, the kernel answers ENOSYS.
 */

/* Before all else. Dies when the profile is no file that can be written. */
void listen_prepare(const struct launch *l);

/*
 * NOTE_LISTENER: takes both descriptors; closes them if none was asked for, or
 * another one came before.
 */
void listen_begin(int fd, int filter_fd);

/* What to poll(2); -1: nothing. And what to do when it has events. */
int listen_fd(void);
void listen_answer(short events);

/* Writes the profile, whole or not at all. Warns. */
void listen_end(void);

#endif
