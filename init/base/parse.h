/* parse.h - values that both programs take on their command lines */
#ifndef CINIT_BASE_PARSE_H
#define CINIT_BASE_PARSE_H

#include <stdint.h>

/* All return 0, or -1 for anything but a whole, plain value in range. */

/* Digits only: no sign, no blanks. */
int parse_number(const char *s, uint64_t most, uint64_t *out);

/* Is there a pair of dots in the text, as leads upwards in a path? */
int parse_has_dots(const char *s);

/* Seconds with up to three decimals ("2", "0.25", ".5"), as milliseconds. */
int parse_seconds(const char *s, int64_t *ms);

/*
 * A signal by number or name, signal(7): "15", "TERM", "sigterm", "RTMIN",
 * "RTMIN+3", "RTMAX-1" (34 to 64, as glibc counts and users expect).
 */
int parse_signal(const char *s, int *sig);

/* "TERM", "RTMIN+3", or "33"; in a static buffer. */
const char *signal_name(int sig);

#endif
