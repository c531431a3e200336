/* trace.h - how long each step took, for --trace */
#ifndef CINIT_SETUP_HOST_TRACE_H
#define CINIT_SETUP_HOST_TRACE_H

#include <stdint.h>

enum { TRACE_STEPS = 128, TRACE_NAME = 48 };

/*
 * Notes one step; start and end are those of clock_ns(). The texts are copied.
 * side is "host" or "inside". More steps than TRACE_STEPS are left out.
 */
void trace_step(const char *side, const char *name, uint64_t start_ns,
		uint64_t end_ns);

/*
 * Writes all steps to a file, in the order of their beginnings, the first at
 * 0. PATH.json: an array of {side, step, start_us, duration_us}, which is at
 * the same time what trace viewers read (the Trace Event Format's "complete"
 * events: name, ph, ts, dur, pid, tid). PATH.svg: a picture.
 * Returns -1 and errno; EINVAL: another extension.
 */
int trace_write(const char *path);

#endif
