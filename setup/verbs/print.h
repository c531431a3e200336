/* print.h - what verbs print: JSON, and tables */
#ifndef CINIT_SETUP_VERBS_PRINT_H
#define CINIT_SETUP_VERBS_PRINT_H

#include <stdint.h>

#include "setup/host/store.h"

/* On its way to standard output, by print_end() at the latest. */
struct print {
	char text[8192];
	size_t used;
};

void print_plain(struct print *p, const char *text);
/* `before` as it is, then a JSON string or a number. */
void print_text(struct print *p, const char *before, const char *text);
void print_number(struct print *p, const char *before, uint64_t n);
void print_state(struct print *p, const struct store *s);
void print_end(struct print *p); /* dies */

/* Nanoseconds of CLOCK_REALTIME as RFC 3339 has them. */
void print_time(uint64_t ns, char text[40]);

#endif
