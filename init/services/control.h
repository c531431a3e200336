/* control.h - what cinit and its clients say to each other */
#ifndef CINIT_SERVICES_CONTROL_H
#define CINIT_SERVICES_CONTROL_H

#include <stddef.h>

/*
 * A Unix socket of packets. One request, as text:
 *
 *	VERB [NAME [!]]		! : answer at once, do not wait for the outcome
 *
 * and its answer: any number of packets of text, then GOOD or BAD with a
 * sentence, which may be empty. The first byte of each is its kind. No GOOD and
 * no BAD: cinit has ended, or had no time for us.
 */
enum control_kind {
	CONTROL_TEXT = 't', /* as it is */
	CONTROL_ROWS =
		'r', /* NAME STATE PID MS RESTARTS LAST SIGNAL, by tabs */
	CONTROL_GOOD = 'g',
	CONTROL_BAD = 'b',
};

enum { CONTROL_REQUEST = 128, CONTROL_PACKET = 4096, CONTROL_ROW = 192 };

/* Where it is: as said, else by who we are. -1, errno: there is no place. */
int control_path(char *path, size_t size, const char *said);

#endif
