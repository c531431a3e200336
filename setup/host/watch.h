/* watch.h - the launcher's side of the handshake, and its life until the end */
#ifndef CINIT_SETUP_HOST_WATCH_H
#define CINIT_SETUP_HOST_WATCH_H

#include <stdint.h>
#include <sys/resource.h>

#include "setup/host/clone.h"
#include "setup/launch.h"

/* What was heard from inside, and how it ended. */
struct heard {
	int status; /* exit status for the caller */
	int signal; /* that ended the command; 0: none */
	int late; /* killed at the end of its grace */
	int failed; /* FAIL came: the command did not run */
	unsigned long reaped;
	int victim; /* pid inside of the last one that died of SIGKILL */
	char victim_name[32];
	char sentence[1024]; /* of FAIL */
	struct rusage usage; /* of everything inside */
};

/*
 * Holds back the signals that claunch passes on, so that none is lost from
 * here on; watch_* take them one by one. Those that are ignored from now on.
 */
sys_sigset watch_signals(int verbose);

/* --verbose: one step, with its time. */
void watch_tell(const char *side, const char *step, uint64_t start,
		uint64_t end);

/* The notes of the host, note.h, with what they bring, clone.h. All die. */
void watch_send_mapped(const struct child *c, int image_fd);
void watch_send_plan(const struct child *c, const int *fds, unsigned n);
void watch_start(const struct child *c);

/*
 * Until READY, and of a join until it is known which child is the command's. A
 * FAIL, or a signal that ends us, ends the program: it dies with the sentence
 * inside, or with 128 + n.
 */
void watch_ready(struct child *c);

/* Until the command of a plan that outlives us runs: the end of the stream. A
 * FAIL ends the program. */
void watch_started(struct child *c);

/* Until the child is gone: relays signals, the terminal, and what it says. */
void watch_run(struct child *c, struct heard *h);

#endif
