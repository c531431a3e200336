/* gc.h - claunch --gc: what killed launchers could not take back */
#ifndef CINIT_SETUP_HOST_GC_H
#define CINIT_SETUP_HOST_GC_H

/* All of it; what is in use stays. Returns the exit status. */
int gc_run(void);

#endif
