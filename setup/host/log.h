/* log.h - the file that engines read errors from */
#ifndef CINIT_SETUP_HOST_LOG_H
#define CINIT_SETUP_HOST_LOG_H

/*
 * Adds a line to the file, as JSON or as text of the form that runc has: the
 * last one of level "error" is what containerd's shim shows. A file that cannot
 * be written is no error of its own: this is how we end.
 */
void log_error(const char *path, int json, const char *text);

#endif
