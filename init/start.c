/* start.c - before the C library's start: packed relocations are applied */
#include <elf.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Each pointer in a table of ours is a relocation of 24 bytes, as the program
 * is loaded anywhere; packed ones (DT_RELR, of the generic ELF ABI) take a bit
 * or two. musl before 1.2.4 does not know them, but finds nothing left to do
 * when they have been applied before it begins.
 */
#ifdef __x86_64__
__asm__(".text\n.globl start_packed\n.type start_packed,@function\n"
	"start_packed:\n\tcall start_apply\n\tjmp _start\n");
#elif defined __aarch64__
__asm__(".text\n.globl start_packed\n.type start_packed,@function\n"
	"start_packed:\n\tbl start_apply\n\tb _start\n");
#else
#error "the entry for this machine is missing"
#endif

#ifndef DT_RELR
#define DT_RELRSZ 35 /* elf.h of musl 1.2.4 */
#define DT_RELR 36
#endif

#define HIDDEN __attribute__((visibility("hidden")))
extern HIDDEN const Elf64_Dyn _DYNAMIC[];
extern HIDDEN const Elf64_Ehdr __ehdr_start;

HIDDEN void start_apply(void);

/* Nothing that is in a table may be used here, nor a stack protector. */
__attribute__((used, no_stack_protector)) void start_apply(void)
{
	uintptr_t base = (uintptr_t)&__ehdr_start;
	const uint64_t *entry = NULL, *end;
	uint64_t *where = (uint64_t *)base, size = 0;

	for (const Elf64_Dyn *d = _DYNAMIC; d->d_tag; d++) {
		if (d->d_tag == DT_RELR)
			entry = (const uint64_t *)(base + d->d_un.d_ptr);
		else if (d->d_tag == DT_RELRSZ)
			size = d->d_un.d_val;
	}
	end = entry + size / sizeof *entry;
	for (; entry < end; entry++) {
		if (!(*entry & 1)) { /* an address: of the first of some */
			where = (uint64_t *)(base + *entry);
			*where++ += base;
			continue;
		}
		for (int i = 0; i < 63; i++) /* a bit for each that follows */
			if (*entry >> (i + 1) & 1)
				where[i] += base;
		where += 63;
	}
}
