/* seccomp_record.c - calls that were made become a profile that allows just these */
#define _GNU_SOURCE
#include <linux/audit.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "init/enter/seccomp.h"
#include "setup/host/seccomp.h"
#include "setup/oci/calls.h"
#include "setup/oci/record.h"
#include "tests/unit/seccomp_run.h"

#ifdef __x86_64__
#define NATIVE AUDIT_ARCH_X86_64
#else
#define NATIVE AUDIT_ARCH_AARCH64
#endif

#define HIGH 0xabcd00000000ULL
#define NEW_USER 0x10000000
#define CLONE_THREAD_FLAGS 0x3d0f00

/* A call with the first three of its arguments. */
struct made {
	uint32_t nr;
	uint64_t arg[3];
};

static int add(struct record *r, struct made m)
{
	return record_add(r, m.nr,
			  (uint64_t[6]){ m.arg[0], m.arg[1], m.arg[2] });
}

static uint32_t answer(const struct sock_filter *code, size_t n, struct made m)
{
	struct seccomp_data data = { .nr = m.nr,
				     .arch = NATIVE,
				     .args = { m.arg[0], m.arg[1], m.arg[2] } };

	return run(code, n, &data);
}

/* The filter of the profile of the record, by way of its text. */
static void compile(struct launch *l, const struct record *r)
{
	static char file[] = "/tmp/seccomp-record-XXXXXX";
	size_t size = record_format(r, NULL, 0);
	char *text = malloc(size + 1);
	int fd;

	strcpy(file + sizeof file - 7, "XXXXXX");
	fd = mkstemp(file);
	if (fd < 0 || arena_make(&l->memory, 1 << 20) < 0 ||
	    record_format(r, text, size + 1) != size ||
	    write(fd, text, size) != (ssize_t)size) {
		perror(file);
		exit(1);
	}
	close(fd);
	free(text);
	l->seccomp_file = file;
	host_seccomp(l);
	unlink(file);
}

static uint32_t replayed(const struct launch *l, struct made m)
{
	return answer((const struct sock_filter *)l->plan.filter.item,
		      l->plan.filter.count, m);
}

static const struct made calls[] = {
	{ SYS_write, { 1, 2, 3 } },
	{ SYS_read, { 0 } },
	{ 452 /* fchmodat2 */, { 0 } },
	{ SYS_socket, { 2, 1 | 02000000, 6 } }, /* SOCK_CLOEXEC */
	{ SYS_socket, { 1, 2 } },
	{ SYS_clone, { CLONE_THREAD_FLAGS } },
	{ SYS_personality, { 0xffffffff } },
	{ SYS_ioctl, { 1, 0x5401 } },
	{ SYS_mmap, { 0, 4096, PROT_READ | PROT_EXEC } },
	{ SYS_prctl, { 15 } },
};

static const struct {
	const char *what;
	struct made made;
	uint32_t answer;
} table[] = {
	{ "the same call with other arguments",
	  { SYS_write, { 7, 8, 9 } },
	  ALLOWED },
	{ "an argument whose high half the kernel does not see",
	  { SYS_ioctl, { 0, HIGH | 0x5401 } },
	  ALLOWED },
	{ "a socket of the same kind, without a flag",
	  { SYS_socket, { 2, 1, 6 } },
	  ALLOWED },
	{ "a process as well as a thread",
	  { SYS_clone, { 0x1200011 } },
	  ALLOWED },
	{ "how a signal returns", { SYS_rt_sigreturn, { 0 } }, ALLOWED },
	{ "how the kernel resumes", { SYS_restart_syscall, { 0 } }, ALLOWED },
	{ "the end of a thread", { SYS_exit, { 0 } }, ALLOWED },
	{ "the end", { SYS_exit_group, { 0 } }, ALLOWED },
	{ "another call", { SYS_openat, { 0 } }, MISSING },
	{ "another request", { SYS_ioctl, { 1, 0x5402 } }, MISSING },
	{ "another family", { SYS_socket, { 16, 1, 6 } }, MISSING },
	{ "another type", { SYS_socket, { 2, 3, 6 } }, MISSING },
	{ "another protocol", { SYS_socket, { 2, 1, 255 } }, MISSING },
	{ "half of one and half of another",
	  { SYS_socket, { 1, 1, 6 } },
	  MISSING },
	{ "a namespace",
	  { SYS_clone, { CLONE_THREAD_FLAGS | NEW_USER } },
	  MISSING },
	{ "another personality", { SYS_personality, { 0x40000 } }, MISSING },
	{ "memory that is not executable",
	  { SYS_mmap, { 0, 4096, 3 } },
	  MISSING },
	{ "another option of prctl", { SYS_prctl, { 22 } }, MISSING },
	{ "no call at all", { 1000, { 0 } }, MISSING },
};

static void replay(void)
{
	static struct record r;
	struct launch l = { .plan.umask = 0 };

	for (size_t i = COUNT(calls); i-- > 0;)
		okf(add(&r, calls[i]) == 1 && add(&r, calls[i]) == 0,
		    "call %u is new once", calls[i].nr);
	ok(r.count == COUNT(calls) && !r.lost, "all of them are kept");
	for (unsigned i = 1; i < r.count; i++)
		if (r.call[i - 1].nr > r.call[i].nr)
			ok(0, "they are in order");
	compile(&l, &r);
	for (size_t i = 0; i < COUNT(calls); i++)
		okf(replayed(&l, calls[i]) == ALLOWED,
		    "call %u is allowed to who made it", calls[i].nr);
	for (size_t i = 0; i < COUNT(table); i++)
		okf(replayed(&l, table[i].made) == table[i].answer, "%s",
		    table[i].what);
	arena_free(&l.memory);
}

/* Every call by every value that the built-in profile tests, and some more. */
static const uint64_t values[] = {
	0,	1,	 2,	   3,	    4,	     8,	      16,
	17,	38,	 40,	   0x5401,  0x5412,  0x541c,  0x5423,
	0xb70b, 0x1b70c, NEW_USER, 0x20000, 0x20008, 0x40000, 0xffffffff,
};
enum { NUMBERS = 500 };

static struct made variant(unsigned i)
{
	uint64_t v = values[i % COUNT(values)];

	return (struct made){ i / COUNT(values), { v, v, v } };
}

/*
 * The walls of the run stand in its record: whoever did all that the built-in
 * filter allows has a profile that allows no more.
 */
static void no_more_than_allowed(void)
{
	static struct record r;
	struct launch l = { .plan.umask = 0 };
	struct sock_filter base[SECCOMP_BUILTIN_MAX];
	size_t n = seccomp_builtin(0, base);
	unsigned wrong = 0, refused = 0, missing = 0;

	for (unsigned i = 0; i < NUMBERS * COUNT(values); i++)
		if (answer(base, n, variant(i)) == ALLOWED)
			add(&r, variant(i));
	ok(r.count > 300 && !r.lost, "much is allowed by the built-in filter");
	compile(&l, &r);
	for (unsigned i = 0; i < NUMBERS * COUNT(values); i++) {
		struct made m = variant(i);
		int was = answer(base, n, m) == ALLOWED;
		int is = replayed(&l, m) == ALLOWED;

		refused += !was;
		wrong += !was && is;
		missing += was && !is;
		if (was != is)
			printf("# call %u with %#llx: %d, %d\n", m.nr,
			       (unsigned long long)m.arg[0], was, is);
	}
	ok(refused > 1000 && !wrong, "what was refused is refused again");
	ok(!missing, "what was allowed is allowed again");
	arena_free(&l.memory);
}

static void full(void)
{
	static struct record r;
	unsigned i;

	for (i = 0; i < RECORD_MOST; i++)
		if (!add(&r, (struct made){ SYS_ioctl, { 0, i * 7 } }))
			break;
	ok(i == RECORD_MOST && !r.lost, "so many different calls are kept");
	ok(!add(&r, (struct made){ SYS_ioctl, { 0, 7 } }) && !r.lost,
	   "then what is known is not lost");
	ok(!add(&r, (struct made){ SYS_ioctl, { 0, 1 } }) && r.lost == 1,
	   "and one more is");
	ok(record_format(&r, NULL, 0) < RECORD_MOST * 512,
	   "so many are a text of no more than 512 bytes each");
}

static void text(void)
{
	struct record r = { .count = 0 };
	char all[4096], part[64];
	size_t size = record_format(&r, all, sizeof all);

	memset(part, 'x', sizeof part);
	ok(record_format(&r, part, sizeof part - 1) == size &&
		   !memcmp(part, all, sizeof part - 2) &&
		   part[sizeof part - 1] == 'x',
	   "no more of the text is written than there is room for");
}

static void says(uint32_t nr, const uint64_t arg[6], const char *expected)
{
	char said[64];

	record_say(nr, arg, said, sizeof said);
	okf(!strcmp(said, expected), "\"%s\" is called %s", expected, said);
}

int main(void)
{
	replay();
	no_more_than_allowed();
	full();
	text();
	says(SYS_getpid, (uint64_t[6]){ 1 }, "getpid");
	says(SYS_socket, (uint64_t[6]){ 16, 3 | 02000000, HIGH },
	     "socket(16,3,0)");
	says(452, (uint64_t[6]){ 0 }, "fchmodat2");
	says(1000, (uint64_t[6]){ 0 }, "system call 1000");
	ok(call_young("mseal") == 462 && call_young("read") == -1,
	   "only what is young has its number there");
	return done();
}
