/* parts.h - the parts of machine mode, for each other */
#ifndef CINIT_MACHINE_PARTS_H
#define CINIT_MACHINE_PARTS_H

#include "init/machine/cmdline.h"

/* What the kernel's command line says to us and to nobody else. */
struct machine {
	const char *hostname; /* NULL: not said */
	struct address address;
	int end;	     /* of reboot(2) */
	unsigned debug_exit; /* the port of qemu's isa-debug-exit, or 0 */
};
extern struct machine machine;

/* mounts.c: what can be mounted is; /proc has to be. */
void mounts_begin(void);
/* Ours is a leaf, and all controllers are for everybody else. */
void cgroup_divide(void);

/* network.c */
void network_begin(void);

/* entropy.c: the seed of the last run, and one for the next, if there is one */
void seed_take(void);
void seed_leave(void);

/* fault.c: from here on, no signal of our own making ends the kernel. */
void faults_catch(void);

/* off.c: the end of the machine, in order. */
void machine_off(int status) __attribute__((noreturn));
/* The same at once, when nothing of us can be relied on any more. */
void machine_stop(void) __attribute__((noreturn));

#endif
