/* parts.h - the steps of entering, a file each; for enter.c and become.c only */
#ifndef CINIT_ENTER_PARTS_H
#define CINIT_ENTER_PARTS_H

#include "init/enter/enter.h"

/* namespaces.c */
void clocks_set(struct inside *in);
void names_set(struct inside *in);
void loopback_up(struct inside *in);
void sysctls_write(struct inside *in);
/* A procfs of this pid namespace that no mount of the container can hide. */
int own_proc(struct inside *in);

/* label.c: while all that is in sight is the launcher's */
void outer_proc(struct inside *in);
void labels_set(struct inside *in);

/* landlock.c: in the finished tree, by the names that it has there */
void landlock_make(struct inside *in);

/* join.c: into what runs already; in a process of that pid namespace */
void namespaces_join(struct inside *in);

/* root.c */
void root_private(struct inside *in); /* before anything is attached */
void root_attach(struct inside *in);
void root_pivot(struct inside *in);
void root_seal(struct inside *in);
/* The propagation that the plan has for what says nothing of its own. */
void root_spread(const struct inside *in, int fd, unsigned flags);
/* Attaches a mount where it goes away with the old root. */
void root_pile(int fd, const char *what);

/* filesystem.c: fsopen to fsmount; a detached mount */
int filesystem_make(const char *type, const char *source, const char *data,
		    uint64_t attr, const char *target, int optional);

/* mounts.c */
void mounts_make(struct inside *in); /* before the old root is gone */
void masks_make(struct inside *in); /* before the root is attached */
void mounts_attach(struct inside *in);

/* tty.c */
void terminal_make(struct inside *in);

/* cwd in root.c */
void cwd_open(struct inside *in);

/* path.c: names inside, resolved below root_fd whatever the image contains */

/* O_PATH descriptor, or -1 (errno). Never leaves the root, never magic. */
int path_open(int root_fd, const char *path, uint64_t extra_flags);
/* The same, made first if missing: a directory, or an empty file. */
int path_make_dir(int root_fd, const char *path, mode_t mode);
int path_make_file(int root_fd, const char *path, mode_t mode);
/* The directory of path, made if missing; *name is set to its last part. The
 * descriptor is kept for the next one: not to be closed. */
int path_parent(int root_fd, const char *path, const char **name);
/* Something else is to be seen there: forgets what was kept. */
void path_forget(void);

#endif
