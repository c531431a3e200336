/* steady.c - give back the pages that only setup needed */
#include "init/base/steady.h"

#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>

/* Of the linker script; absent in a build without it. */
extern const char steady_start[] __attribute__((weak));
extern const char steady_end[] __attribute__((weak));
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

struct range {
	uintptr_t start, end;
};

enum { SEGMENTS = 8 };

/* What is mapped from the file and never written: relocated data stays. */
static int constant_segments(struct range *out)
{
	const char *base = (const char *)&__ehdr_start;
	const ElfW(Phdr) *p = (const void *)(base + __ehdr_start.e_phoff);
	int n = 0;

	for (int i = 0; i < __ehdr_start.e_phnum && n < SEGMENTS; i++)
		if (p[i].p_type == PT_LOAD && !(p[i].p_flags & PF_W))
			out[n++] =
				(struct range){ (uintptr_t)base + p[i].p_vaddr,
						(uintptr_t)base + p[i].p_vaddr +
							p[i].p_memsz };
	return n;
}

/* Whole pages inside the range only; that it fails would cost memory alone. */
static void drop(uintptr_t start, uintptr_t end, uintptr_t page)
{
	start = (start + page - 1) & -page;
	end &= -page;
	if (start < end)
		madvise((void *)start, end - start, MADV_DONTNEED);
}

void steady(void)
{
	uintptr_t keep = (uintptr_t)steady_start;
	uintptr_t keep_end = (uintptr_t)steady_end;
	struct range range[SEGMENTS];
	uintptr_t page = getauxval(AT_PAGESZ);
	int n = keep ? constant_segments(range) : 0;

	/* First all headers are read, then dropped: the other way round, each
	 * look would bring its pages back. */
	for (int i = 0; i < n; i++) {
		if (range[i].start <= keep && keep_end <= range[i].end) {
			drop(range[i].start, keep, page);
			drop(keep_end, range[i].end, page);
		} else {
			drop(range[i].start, range[i].end, page);
		}
	}
}
