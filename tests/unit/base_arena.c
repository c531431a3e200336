/* base_arena.c - memory piece by piece: aligned, zero, apart, and no more than there is */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "init/base/arena.h"
#include "tests/unit/tap.h"

enum { SIZE = 1 << 16 };

static void pieces(void)
{
	struct arena a;
	size_t n = 0, size = 1;
	int aligned = 1, zero = 1, apart = 1;
	char *end, *p;

	ok(!arena_make(&a, SIZE), "an arena is made");
	end = a.base;
	while ((p = arena_take(&a, size))) {
		aligned &= (uintptr_t)p % 16 == 0;
		apart &= p >= end && p + size <= a.base + SIZE;
		for (size_t i = 0; i < size; i++)
			zero &= !p[i];
		memset(p, 0xff, size);
		end = p + size;
		n++;
		size = size * 3 % 509 + 1;
	}
	ok(errno == ENOMEM && n > 100, "it gives until it is used up");
	ok(aligned, "every piece is aligned to 16 bytes");
	ok(zero, "every piece is zero");
	ok(apart, "no two pieces overlap, and all are inside");
	arena_free(&a);
	ok(!a.base && !a.size && !a.used, "then it is nothing");
	arena_free(&a);
	ok(1, "and can be given back again");
}

static void limits(void)
{
	struct arena a;
	char *first;

	arena_make(&a, SIZE);
	errno = 0;
	ok(!arena_take(&a, SIZE + 1) && errno == ENOMEM && !a.used,
	   "more than all is refused and takes nothing");
	ok(!arena_take(&a, SIZE_MAX) && !arena_take(&a, SIZE_MAX - 15),
	   "so is a size that is no size");
	first = arena_take(&a, SIZE);
	ok(first == a.base, "all of it can be taken at once");
	ok(!arena_take(&a, 1), "then there is no more");
	arena_free(&a);

	arena_make(&a, 100);
	arena_take(&a, 97); /* rounding up must not go over the end */
	errno = 0;
	ok(!arena_take(&a, 1) && errno == ENOMEM,
	   "the rest of a last piece is nobody's");
	arena_free(&a);

	ok(arena_make(&a, SIZE_MAX / 2) == -1, "more than a process can have");
}

static void texts(void)
{
	struct arena a;
	char *one, *two, *three;

	arena_make(&a, 4096);
	one = arena_text(&a, "hello, world", 5);
	two = arena_text(&a, "", 0);
	three = arena_printf(&a, "%s-%d", one, 42);
	ok(one && !strcmp(one, "hello"), "a part of a text is a string");
	ok(two && !*two, "so is none of it");
	ok(three && !strcmp(three, "hello-42") && !strcmp(one, "hello"),
	   "and a text that is made");
	ok((uintptr_t)three % 16 == 0 && (char *)arena_take(&a, 1) > three + 8,
	   "each is a piece of its own");
	arena_free(&a);

	arena_make(&a, 4096);
	ok(arena_printf(&a, "%*s", 4095, "x") && !arena_take(&a, 1),
	   "a text may take all there is");
	arena_free(&a);
	arena_make(&a, 4096);
	errno = 0;
	ok(!arena_printf(&a, "%*s", 4096, "x") && errno == ENOMEM && !a.used,
	   "one that is a byte longer is refused and takes nothing");
	errno = 0;
	arena_take(&a, 4096);
	ok(!arena_printf(&a, "%s", "") && errno == ENOMEM &&
		   !arena_text(&a, "", 0),
	   "the empty text takes a byte as well");
	arena_free(&a);
}

int main(void)
{
	pieces();
	limits();
	texts();
	return done();
}
