/* arena.h - memory that is taken piece by piece and given back at once */
#ifndef CINIT_BASE_ARENA_H
#define CINIT_BASE_ARENA_H

#include <stddef.h>

/*
 * One mmap of `size` bytes, handed out in aligned, zeroed pieces. Pages cost
 * nothing until they are touched. arena_free returns all of it to the kernel.
 */
struct arena {
	char *base;
	size_t used, size;
};

int arena_make(struct arena *a, size_t size); /* -1, errno */
void *arena_take(struct arena *a, size_t size); /* NULL, ENOMEM */
char *arena_text(struct arena *a, const char *text, size_t len);
char *arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/*
 * Room for one more in a list of count elements that the arena has, or for the
 * first in one that is NULL: the list, perhaps elsewhere now; or NULL, ENOMEM.
 */
void *arena_grow(struct arena *a, void *list, size_t count, size_t size);
void arena_free(struct arena *a);

#endif
