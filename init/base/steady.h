/* steady.h - give back the pages that only setup needed */
#ifndef CINIT_BASE_STEADY_H
#define CINIT_BASE_STEADY_H

/*
 * Drops the program's own code and constants from this process's memory, but
 * for those that .ci/steady.ld keeps together: what a PID 1 runs while it
 * waits. Whatever is called again comes back from the page cache by itself.
 */
void steady(void);

#endif
