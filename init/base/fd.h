/* fd.h - descriptors: whole reads and writes, and small files in one call */
#ifndef CINIT_BASE_FD_H
#define CINIT_BASE_FD_H

#include <stddef.h>
#include <sys/types.h>

/* All return -1 and leave errno; nothing here prints. */

/* Closes *fd unless it is -1, and makes it -1. Keeps errno. */
void fd_close(int *fd);

/* Writes all of it, whatever write(2) splits or interrupts. */
int fd_write_all(int fd, const void *data, size_t size);

/* Reads until the buffer is full or the file ends; returns the count. */
ssize_t fd_read_all(int fd, void *data, size_t size);

/*
 * The file's text, without its last newline, as a string in buf. Longer files
 * are cut. Returns the length.
 */
ssize_t fd_read_file(int dir_fd, const char *path, char *buf, size_t size);

/* Opens for writing, writes the text by ONE write(2), closes. */
int fd_write_file(int dir_fd, const char *path, const char *text);

/* A sealed memfd holding the data: nobody can change it any more. */
int fd_sealed(const char *name, const void *data, size_t size, int executable);

/* Closes all descriptors from `from` on that are not among the n to keep. */
void fd_close_others(int from, const int *keep, size_t n);

/* Makes fd the number `to` (close-on-exec off), closing what was there. */
int fd_place(int fd, int to);

#endif
