/* note.h - the handshake between launcher and cinit */
#ifndef CINIT_PLAN_NOTE_H
#define CINIT_PLAN_NOTE_H

#include <stdint.h>
#include <sys/types.h>

/*
 *   host                                      child, then cinit
 *    |                                          make the last namespaces
 *    |  MAPPED (+ cinit)  ------------------->  become root, exec cinit
 *    |  PART*, PLAN (+ plan, trees)  -------->  enter(): mounts, net, ...
 *    |  <--------------------  JOINED (+ pidfd)  a join only: who goes on
 *    |  <----------------------  TRACE*, WARN*
 *    |  <------------------  CONSOLE (+ master)  with a terminal only
 *    |  <------------------------------  READY
 *    |  START  ------------------------------>  spawn the command
 *    |  <------------  LISTENER (+ fd, filter)  with seccomp_asks only
 *    |  <----------------------  TRACE*
 *    |  <-----------------------------  FAIL    instead of any of these: the
 *    |                                          sentence and exit status
 *    |  <----------------------------  ENDED    how the command ended
 *   (end of stream)
 *
 * START may be sent at once after PLAN, by who has nothing to do in between;
 * or much later, by another who connects to the socket that the plan names. Of
 * a command that outlives its launcher the stream ends when it runs.
 * One socketpair of SOCK_SEQPACKET: a message is whole or absent, and the end
 * of the stream always means "stop", never "go".
 */
enum note_kind {
	NOTE_MAPPED = 1,
	NOTE_PART, /* what does not go with PLAN, first: see NOTE_FDS */
	NOTE_PLAN,
	NOTE_READY,
	NOTE_START,
	NOTE_CONSOLE,
	NOTE_TRACE, /* start, end: nanoseconds of CLOCK_REALTIME; text: step */
	NOTE_WARN,
	NOTE_FAIL, /* status, text */
	NOTE_ENDED, /* status, signal, pid; text: the command's name */
	NOTE_JOINED, /* pid: of the child of the launcher that takes over; its
		      * own notes may come before this one */
	NOTE_LISTENER, /* of seccomp_unotify(2), for the answers of the filter
			* that comes with it: struct sock_filter in a file */
};

enum { NOTE_TEXT = 1024, NOTE_FDS = 250 };

struct note {
	uint32_t kind;
	int32_t status; /* exit status; of FAIL and ENDED */
	int32_t signal; /* that ended the command, or 0 */
	int32_t pid; /* of the command, or of who was killed, inside */
	uint64_t start, end;
	char text[NOTE_TEXT]; /* a string; only its length travels */
};

/*
 * Sends one note with n descriptors (0 to NOTE_FDS). Returns -1, errno; EPIPE
 * when the other side is gone.
 */
int note_send(int fd, const struct note *note, const int *fds, unsigned n);

/* In arguments of sendmsg(2) that it has not: a filter may let notes pass. */
extern uint32_t note_pass[2];

/*
 * Waits for one note. Returns 1; 0 at the end of the stream; -1, errno (EPROTO
 * when the message is not a note). Descriptors arrive close-on-exec in fds,
 * at most `room` of them; *n is set to their number. Unless it returns 1 there
 * are none: they have been closed.
 */
int note_receive(int fd, struct note *note, int *fds, unsigned room,
		 unsigned *n);

#endif
