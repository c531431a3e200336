/* supervise.h - the parts of supervising, a file each; PID 1 never dies here */
#ifndef CINIT_SERVICES_SUPERVISE_H
#define CINIT_SERVICES_SUPERVISE_H

#include "init/services/services.h"

enum { CLIENTS = 8 };

extern struct services services;

extern struct supervisor {
	int signal_fd, null_fd;
	int verbose;
	int stopping; /* all of it */
	int hastened; /* and nobody has patience any more */
	int status;   /* of the first failure */
	int resting; /* 1: those who are left at the end are asked, 2: killed */
	int settled; /* the pages of setup are given back */
	int64_t deadline; /* of the rest; or -1 */
} our;

/* life.c ------------------------------------------------------------------ */

int64_t clock_ms(void);
/* So much later, or now if there is no patience; -1: never. */
int64_t after_ms(int64_t ms);

/* An event happens to a service: what the table says is done. */
void happen(struct service *s, enum event e);
/* To the command, or to its group if that is what it wants. -1, errno. */
int service_signal(const struct service *s, int sig);
/* Is there a process of it still? */
int anything_left(const struct service *s);
/* Nobody is wanted any more. */
void stop_all(void);

/* supervise.c ------------------------------------------------------------- */

/* Until nothing is left: the exit status. Nothing in it can end the process. */
int supervise(void);

/* Calls act(i) when fd is ready for events, until the next round of all. */
void watch(int fd, short events, void (*act)(unsigned i), unsigned i);

/* By hand. What it requires starts too, what requires it stops too. */
void hand_start(unsigned i);
void hand_stop(unsigned i);
void hand_restart(unsigned i);

/* tree.c ------------------------------------------------------------------ */

/* Is anyone of the session alive? */
int session_left(pid_t session);
void session_signal(pid_t session, int sig);
/* Everyone but us, as PID 1; else all below us. */
void rest_signal(int sig);

/* log.c ------------------------------------------------------------------- */

/* The pipes, before any start; -1, errno. */
int log_make(struct service *s, struct arena *memory);
/* It starts: its file is opened, what it reads is there. */
void log_begin(struct service *s);
void log_watch(void);
/* What is still in the pipes goes out, as far as it can within a second. */
void log_end(void);
/* What it has said lately; the length. */
size_t log_tail(const struct service *s, char *out, size_t size);
/* Our standard streams, so that no reader of them can hold us up. */
void log_streams(void);

/* notify.c ---------------------------------------------------------------- */

int notify_make(struct service *s, struct arena *memory); /* -1, errno */
/* For one start: the descriptor that the command shall have, or -1. */
int notify_begin(struct service *s);
void notify_end(struct service *s);
void notify_watch(void);

/* control.c --------------------------------------------------------------- */

/* Where it was said, or the place of our own. -1, errno. */
int control_make(const char *said);
void control_watch(void);
/* Answers those who wait for what has come about. */
void control_settle(void);
/* When a client has had its time; or -1. */
int64_t control_deadline(void);
void control_end(void);

#endif
