/* ps.h - what runs here */
#ifndef CINIT_SETUP_HOST_PS_H
#define CINIT_SETUP_HOST_PS_H

/* Writes the caller's containers to stdout, a line each or as JSON. 0; dies. */
int ps_run(int json);

#endif
