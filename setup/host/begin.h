/* begin.h - what every program of the host does before it reads its options */
#ifndef CINIT_SETUP_HOST_BEGIN_H
#define CINIT_SETUP_HOST_BEGIN_H

/*
 * From here on sentences begin with the name, modes are as we say, and the three
 * standard descriptors are open. Dies when the program has rights of its own.
 */
void begin(const char *name);

#endif
