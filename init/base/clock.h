/* clock.h - time that is the same on both sides */
#ifndef CINIT_BASE_CLOCK_H
#define CINIT_BASE_CLOCK_H

#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/*
 * Nanoseconds of CLOCK_REALTIME: the one clock that no time namespace shifts
 * (time_namespaces(7)), so that the host and the inside can be compared.
 */
static inline uint64_t clock_ns(void)
{
	struct timespec now;

	/* Finding the vdso's function takes longer than a few calls do. */
	syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

#endif
