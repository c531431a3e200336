/* arena.c - memory that is taken piece by piece and given back at once */
#include "init/base/arena.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

int arena_make(struct arena *a, size_t size)
{
	a->base = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	a->used = 0;
	a->size = size;
	if (a->base != MAP_FAILED)
		return 0;
	a->base = NULL;
	a->size = 0;
	return -1;
}

void *arena_take(struct arena *a, size_t size)
{
	char *p = a->base + a->used;

	if (size > a->size - a->used) {
		errno = ENOMEM;
		return NULL;
	}
	size = (size + 15) & ~(size_t)15;
	a->used = size > a->size - a->used ? a->size : a->used + size;
	return p;
}

char *arena_text(struct arena *a, const char *text, size_t len)
{
	char *p = arena_take(a, len + 1);

	if (p)
		memcpy(p, text, len);
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	size_t room = a->size - a->used;
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(a->base + a->used, room, fmt, args);
	va_end(args);
	if (n < 0 || (size_t)n >= room) {
		memset(a->base + a->used, 0, room); /* as it was promised */
		errno = ENOMEM;
		return NULL;
	}
	return arena_take(a, n + 1);
}

void *arena_grow(struct arena *a, void *list, size_t count, size_t size)
{
	enum { FIRST = 4 };
	void *more;

	/* Full where the count is a power of two. */
	if (list && (count < FIRST || count & (count - 1)))
		return list;
	more = arena_take(a, (list ? 2 * count : FIRST) * size);
	if (more && list)
		memcpy(more, list, count * size);
	return more;
}

void arena_free(struct arena *a)
{
	if (a->base)
		munmap(a->base, a->size);
	a->base = NULL;
	a->used = a->size = 0;
}
