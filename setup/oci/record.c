/* record.c - system calls that were made, and the profile that allows them */
#include "setup/oci/record.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "setup/oci/calls.h"

#ifdef __x86_64__
#define ARCH "SCMP_ARCH_X86_64"
#else
#define ARCH "SCMP_ARCH_AARCH64"
#endif

#define ALL UINT32_MAX
#define NEW_NAMESPACES 0x7e020000 /* CLONE_NEW* of clone(2) */
#define SOCKET_TYPE 0xf		  /* without SOCK_CLOEXEC and SOCK_NONBLOCK */

/*
 * Arguments that decide what a call is, all of them ints for the kernel, which
 * throws the high half away. What the built-in profile tests has a row, or the
 * record of a run would allow what was refused to it.
 */
static const struct test {
	uint32_t nr, index, mask;
} tests[] = {
	{ SYS_bpf, 0, ALL },	     { SYS_clone, 0, NEW_NAMESPACES },
	{ SYS_ioctl, 1, ALL },	     { SYS_keyctl, 0, ALL },
	{ SYS_mmap, 2, PROT_EXEC },  { SYS_mprotect, 2, PROT_EXEC },
	{ SYS_personality, 0, ALL }, { SYS_prctl, 0, ALL },
	{ SYS_ptrace, 0, ALL },	     { SYS_setns, 1, ALL },
	{ SYS_socket, 0, ALL },	     { SYS_socket, 1, SOCKET_TYPE },
	{ SYS_socket, 2, ALL },	     { SYS_socketpair, 0, ALL },
	{ SYS_unshare, 0, ALL },
};
enum { TESTS = sizeof tests / sizeof *tests };

/*
 * Made for the program by the kernel, or by whoever ends it, whenever: one that
 * no signal interrupted while it was watched shall not end at the first.
 */
static const uint32_t always[] = {
	SYS_exit,
	SYS_exit_group,
	SYS_restart_syscall,
	SYS_rt_sigreturn,
};

static const struct test *test_of(uint32_t nr)
{
	for (unsigned i = 0; i < TESTS; i++)
		if (tests[i].nr == nr)
			return &tests[i];
	return NULL;
}

/* The tests of one call follow each other. */
static int more(const struct test *t, uint32_t nr)
{
	return t && t < tests + TESTS && t->nr == nr;
}

static struct record_call call_of(uint32_t nr, const uint64_t args[6])
{
	struct record_call c = { .nr = nr };
	const struct test *t = test_of(nr);

	for (unsigned n = 0; more(t, nr); t++)
		c.value[n++] = args[t->index] & t->mask;
	return c;
}

static int compare(const struct record_call *a, const struct record_call *b)
{
	if (a->nr != b->nr)
		return a->nr < b->nr ? -1 : 1;
	for (unsigned i = 0; i < RECORD_VALUES; i++)
		if (a->value[i] != b->value[i])
			return a->value[i] < b->value[i] ? -1 : 1;
	return 0;
}

static int put(struct record *r, struct record_call c)
{
	unsigned low = 0, high = r->count;

	while (low < high) {
		unsigned middle = (low + high) / 2;
		int order = compare(&c, &r->call[middle]);

		if (!order)
			return 0;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	if (r->count == RECORD_MOST) {
		r->lost++;
		return 0;
	}
	memmove(&r->call[low + 1], &r->call[low],
		(r->count++ - low) * sizeof *r->call);
	r->call[low] = c;
	return 1;
}

int record_add(struct record *r, uint32_t nr, const uint64_t args[6])
{
	return put(r, call_of(nr, args));
}

/* As snprintf: what does not fit is counted, and not written. */
struct text {
	char *to;
	size_t size, used;
};

static void add(struct text *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void add(struct text *t, const char *fmt, ...)
{
	size_t at = t->used < t->size ? t->used : t->size;
	va_list args;

	va_start(args, fmt);
	t->used += vsnprintf(t->to + at, t->size - at, fmt, args);
	va_end(args);
}

#define ALLOW "\n\t\t\t\"action\": \"SCMP_ACT_ALLOW\""

static void add_names(struct text *t, const struct record *r)
{
	const char *between = "";

	for (unsigned i = 0; i < r->count; i++) {
		const char *name = call_name(r->call[i].nr);

		if (!name || test_of(r->call[i].nr))
			continue;
		add(t, "%s\"%s\"", between, name);
		between = ",\n\t\t\t\t";
	}
}

static void add_tested(struct text *t, const struct record_call *c)
{
	const struct test *test = test_of(c->nr);
	const char *between = "";

	if (!test)
		return;
	add(t,
	    "\n\t\t}, {\n\t\t\t\"names\": [ \"%s\" ]," ALLOW
	    ",\n\t\t\t\"args\": [",
	    call_name(c->nr));
	for (unsigned n = 0; more(test, c->nr); test++, n++) {
		add(t,
		    "%s { \"index\": %u, \"value\": %u, \"valueTwo\": %u, "
		    "\"op\": \"SCMP_CMP_MASKED_EQ\" }",
		    between, test->index, test->mask, c->value[n]);
		between = ",\n\t\t\t\t";
	}
	add(t, " ]");
}

size_t record_format(const struct record *r, char *text, size_t size)
{
	struct text t = { text, size, 0 };
	struct record all = *r;

	for (unsigned i = 0; i < sizeof always / sizeof *always; i++)
		put(&all, (struct record_call){ .nr = always[i] });
	add(&t,
	    "{\n\t\"defaultAction\": \"SCMP_ACT_ERRNO\",\n"
	    "\t\"defaultErrnoRet\": %d,\n"
	    "\t\"architectures\": [ \"" ARCH "\" ],\n"
	    "\t\"syscalls\": [ {\n\t\t\t\"names\": [ ",
	    ENOSYS);
	add_names(&t, &all);
	add(&t, " ]," ALLOW);
	for (unsigned i = 0; i < all.count; i++)
		add_tested(&t, &all.call[i]);
	add(&t, "\n\t\t} ]\n}\n");
	return t.used;
}

void record_say(uint32_t nr, const uint64_t args[6], char *text, size_t size)
{
	struct record_call c = call_of(nr, args);
	const struct test *test = test_of(nr);
	struct text t = { text, size, 0 };
	const char *name = call_name(nr), *between = "(";

	if (name)
		add(&t, "%s", name);
	else
		add(&t, "system call %u", nr);
	for (unsigned n = 0; more(test, nr); test++, n++) {
		add(&t, "%s%u", between, c.value[n]);
		between = ",";
	}
	if (test)
		add(&t, ")");
}
