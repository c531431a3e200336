/* calls.h - system calls by name and by number */
#ifndef CINIT_SETUP_OCI_CALLS_H
#define CINIT_SETUP_OCI_CALLS_H

/* The number of a call that is younger than our libseccomp; -1: not one. */
int call_young(const char *name);

/*
 * The name of a call of this machine, until the next one is asked for; NULL:
 * nobody knows one.
 */
const char *call_name(int nr);

#endif
