/* check.h - cinit check DIR */
#ifndef CINIT_SERVICES_CHECK_H
#define CINIT_SERVICES_CHECK_H

/* Says what is wrong, all of it, or the order of starts: 1, or 0. */
int services_check(const char *dir);

#endif
