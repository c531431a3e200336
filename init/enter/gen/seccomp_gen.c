/* seccomp_gen.c - compiles the built-in seccomp profile at build time */

/*
 * usage: seccomp_gen x86_64|aarch64 PROFILE >seccomp_builtin.h
 *
 * libseccomp says what the profile means; this program only lays it out so that
 * it loads quickly. The kernel runs a new filter once for every system call to
 * learn which are always allowed (seccomp_cache_prepare), so short paths pay.
 *
 * The profile goes to libseccomp as three filters, for it has one default each:
 *
 *	MAIN	ENOSYS but for what is allowed or refused whatever the arguments
 *	UNLESS	ALLOW but for arguments that are refused
 *	ONLY	EPERM but for arguments that are allowed
 *
 * A filter is then run for each number, as far as it goes without looking at
 * the arguments: it ends in an answer, or in a place of the program from where
 * on it is about arguments. Numbers side by side with the same end are a range,
 * and a binary tree over the ranges finds the end; the code about arguments is
 * copied as libseccomp made it. A capability's calls are a block of their own,
 * which allows them and lets everything else fall through to what follows it.
 *
 * What comes out: parts of one program, which init/enter/seccomp.c puts
 * together. The first loads the number, and only for the right architecture;
 * after that no part changes it but on the way to an answer.
 */
#include <ctype.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	CALLS = 1024, /* numbers looked at: all there are, and some */
	CODE = 4096,  /* BPF_MAXINSNS */
	ALWAYS = 255, /* the part is for every set of capabilities */
};

static const struct arch {
	const char *name;
	uint32_t scmp, audit;
} arches[] = {
	{ "x86_64", SCMP_ARCH_X86_64, AUDIT_ARCH_X86_64 },
	{ "aarch64", SCMP_ARCH_AARCH64, AUDIT_ARCH_AARCH64 },
};

/* capabilities(7), by number */
static const char *const capabilities[] = {
	"CHOWN",
	"DAC_OVERRIDE",
	"DAC_READ_SEARCH",
	"FOWNER",
	"FSETID",
	"KILL",
	"SETGID",
	"SETUID",
	"SETPCAP",
	"LINUX_IMMUTABLE",
	"NET_BIND_SERVICE",
	"NET_BROADCAST",
	"NET_ADMIN",
	"NET_RAW",
	"IPC_LOCK",
	"IPC_OWNER",
	"SYS_MODULE",
	"SYS_RAWIO",
	"SYS_CHROOT",
	"SYS_PTRACE",
	"SYS_PACCT",
	"SYS_ADMIN",
	"SYS_BOOT",
	"SYS_NICE",
	"SYS_RESOURCE",
	"SYS_TIME",
	"SYS_TTY_CONFIG",
	"MKNOD",
	"LEASE",
	"AUDIT_WRITE",
	"AUDIT_CONTROL",
	"SETFCAP",
	"MAC_OVERRIDE",
	"MAC_ADMIN",
	"SYSLOG",
	"WAKE_ALARM",
	"BLOCK_SUSPEND",
	"AUDIT_READ",
	"PERFMON",
	"BPF",
	"CHECKPOINT_RESTORE",
};

enum verb { NOWHERE, ALLOW, DENY, ABSENT, UNLESS, ONLY };

static struct call {
	enum verb verb;
	uint64_t caps; /* those that allow it */
} calls[CALLS];

static struct filter {
	const char *name;
	uint32_t otherwise;
	scmp_filter_ctx ctx;
	struct sock_filter code[CODE];
	size_t count;
} filters[] = {
	{ "main", SCMP_ACT_ERRNO(ENOSYS) },
	{ "unless", SCMP_ACT_ALLOW },
	{ "only", SCMP_ACT_ERRNO(EPERM) },
};
enum { MAIN_FILTER, UNLESS_FILTER, ONLY_FILTER, FILTERS };

static struct number {
	char name[64];
	int number;
} numbers[64];
static size_t number_count;

static const struct arch *arch;
static const char *file;
static int line;

static void fail(const char *fmt, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

static void fail(const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "%s:%d: ", file, line);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

/* -- reading the profile -------------------------------------------------- */

/* The next word of the line, or NULL. */
static char *word(char **rest)
{
	char *w;

	do
		w = strsep(rest, " \t\n");
	while (w && !*w);
	return w;
}

static uint32_t value(const char *text)
{
	char *end;
	unsigned long n;

	if (!text || !isdigit((unsigned char)*text))
		fail("%s: a number expected", text ? text : "end of line");
	n = strtoul(text, &end, 0);
	if (*end || n > UINT32_MAX)
		fail("%s: no number of 32 bits", text);
	return n;
}

/* -1: this architecture does not have it */
static int resolve(const char *name)
{
	int nr = seccomp_syscall_resolve_name_arch(arch->scmp, name);
	size_t i;

	for (i = 0; i < number_count; i++)
		if (!strcmp(numbers[i].name, name))
			return numbers[i].number;
	if (nr == __NR_SCMP_ERROR)
		fail("%s: no such system call", name);
	if (nr >= CALLS)
		fail("%s: number %d is above %d", name, nr, CALLS - 1);
	return nr < 0 ? -1 : nr;
}

static void rule(int which, uint32_t action, int nr, unsigned n,
		 const struct scmp_arg_cmp *test)
{
	int err = seccomp_rule_add_exact_array(filters[which].ctx, action, nr,
					       n, test);

	if (err)
		fail("libseccomp: %s", strerror(-err));
}

static void verb_calls(enum verb verb, char **rest)
{
	char *name;
	int nr;

	while ((name = word(rest))) {
		nr = resolve(name);
		if (nr < 0)
			continue;
		if (calls[nr].verb)
			fail("%s has a line already", name);
		calls[nr].verb = verb;
	}
}

static void verb_cap(enum verb verb, char **rest)
{
	const char *cap = word(rest), *name;
	size_t n = 0, most = sizeof capabilities / sizeof *capabilities;
	int nr;

	while (n < most && (!cap || strcmp(capabilities[n], cap)))
		n++;
	if (n == most)
		fail("%s: no such capability", cap ? cap : "end of line");
	while ((name = word(rest))) {
		nr = resolve(name);
		if (nr >= 0)
			calls[nr].caps |= 1ULL << n;
	}
}

static void verb_test(enum verb verb, char **rest)
{
	struct scmp_arg_cmp test = {
		.op = SCMP_CMP_MASKED_EQ,
		.datum_a = UINT32_MAX,
	};
	const char *name = word(rest), *arg = word(rest), *op = word(rest);
	int nr = name ? resolve(name) : -1;

	if (!arg || strncmp(arg, "arg", 3) || value(arg + 3) > 5)
		fail("arg0 to arg5 expected");
	test.arg = value(arg + 3);
	if (op && !strcmp(op, "&")) {
		test.datum_a = value(word(rest));
		op = word(rest);
	}
	if (!op || strcmp(op, "=="))
		fail("== expected");
	test.datum_b = value(word(rest));
	if (test.datum_b & ~test.datum_a)
		fail("the value has bits that the mask has not");
	if (nr < 0)
		return;
	if (calls[nr].verb && calls[nr].verb != verb)
		fail("%s has a line already", name);
	calls[nr].verb = verb;
	if (verb == UNLESS)
		rule(UNLESS_FILTER, SCMP_ACT_ERRNO(EPERM), nr, 1, &test);
	else
		rule(ONLY_FILTER, SCMP_ACT_ALLOW, nr, 1, &test);
}

static void verb_number(enum verb verb, char **rest)
{
	struct number *n;
	char *w, *equals;
	int ours = 1;

	while ((w = word(rest))) {
		equals = strchr(w, '=');
		if (!equals) {
			ours = !strcmp(w, arch->name);
			continue;
		}
		*equals = 0;
		n = &numbers[number_count++];
		if (number_count > sizeof numbers / sizeof *numbers ||
		    strlen(w) >= sizeof n->name)
			fail("too many numbers, or too long a name");
		memcpy(n->name, w, strlen(w) + 1);
		n->number = ours ? (int)value(equals + 1) : -1;
		if (n->number >= CALLS)
			fail("%s: number above %d", w, CALLS - 1);
	}
}

static const struct {
	const char *name;
	enum verb verb;
	void (*read)(enum verb verb, char **rest);
} verbs[] = {
	{ "allow", ALLOW, verb_calls },	    { "deny", DENY, verb_calls },
	{ "absent", ABSENT, verb_calls },   { "unless", UNLESS, verb_test },
	{ "only", ONLY, verb_test },	    { "cap", NOWHERE, verb_cap },
	{ "number", NOWHERE, verb_number },
};

static void read_profile(void)
{
	FILE *in = fopen(file, "re");
	char text[256], *rest, *verb;
	size_t i;

	if (!in)
		fail("%s", strerror(errno));
	while (fgets(text, sizeof text, in)) {
		line++;
		if (!strchr(text, '\n'))
			fail("line too long");
		rest = text;
		verb = word(&rest);
		if (!verb || *verb == '#')
			continue;
		for (i = 0; i < sizeof verbs / sizeof *verbs; i++)
			if (!strcmp(verbs[i].name, verb))
				break;
		if (i == sizeof verbs / sizeof *verbs)
			fail("%s: no such verb", verb);
		verbs[i].read(verbs[i].verb, &rest);
	}
	fclose(in);
}

/* Every call is decided upon; what only a capability allows is refused. */
static void check_profile(void)
{
	char *name;
	int nr;

	for (nr = 0; nr < CALLS; nr++) {
		if (calls[nr].caps && calls[nr].verb == NOWHERE)
			calls[nr].verb = DENY;
		if (calls[nr].caps && calls[nr].verb == UNLESS)
			fail("number %d: a capability would skip its test", nr);
		name = seccomp_syscall_resolve_num_arch(arch->scmp, nr);
		if (name && calls[nr].verb == NOWHERE)
			fail("%s has no line", name);
		free(name);
	}
}

/* -- what libseccomp makes of it ------------------------------------------ */

/*
 * The filters are made as if for this machine, with the numbers of the target:
 * libseccomp translates numbers for another architecture by name, and knows no
 * name for the newest. Where the filter asks for the architecture it is told
 * this machine's; the test for the target's is in our own first part.
 */
static void compile(struct filter *f)
{
	int fd = memfd_create("filter", MFD_CLOEXEC);
	ssize_t size;

	if (fd < 0 || seccomp_export_bpf(f->ctx, fd) || lseek(fd, 0, SEEK_SET))
		fail("libseccomp cannot compile: %s", strerror(errno));
	size = read(fd, f->code, sizeof f->code);
	if (size <= 0 || size == sizeof f->code)
		fail("a filter of %zd bytes", size);
	f->count = size / sizeof *f->code;
	close(fd);
}

/*
 * Runs the filter for a number until it answers or loads an argument; returns
 * the place of that instruction.
 */
static size_t run(const struct filter *f, uint32_t nr)
{
	uint32_t a = 0;
	size_t pc = 0;

	for (;;) {
		const struct sock_filter *i = &f->code[pc++];
		int yes;

		switch (i->code) {
		case BPF_RET | BPF_K:
			return pc - 1;
		case BPF_LD | BPF_W | BPF_ABS:
			if (i->k == offsetof(struct seccomp_data, nr))
				a = nr;
			else if (i->k == offsetof(struct seccomp_data, arch))
				a = seccomp_arch_native();
			else
				return pc - 1;
			continue;
		case BPF_JMP | BPF_JA:
			pc += i->k;
			continue;
		case BPF_JMP | BPF_JEQ | BPF_K:
			yes = a == i->k;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			yes = a > i->k;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			yes = a >= i->k;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			yes = !!(a & i->k);
			break;
		default:
			fail("libseccomp's code %#x is unknown here", i->code);
		}
		pc += yes ? i->jt : i->jf;
	}
}

/* -- writing programs ----------------------------------------------------- */

/*
 * From the end to the beginning, since jumps go forward. A place is counted
 * from the end: 1 is the last instruction, 0 is behind it.
 */
static struct sock_filter code[CODE];
static size_t written;

static size_t put(uint16_t op, uint32_t k, size_t yes, size_t no)
{
	struct sock_filter *i = &code[CODE - ++written];

	*i = (struct sock_filter){ op, 0, 0, k };
	if (BPF_CLASS(op) == BPF_JMP) {
		i->jt = written - 1 - yes;
		i->jf = written - 1 - no;
	}
	return written;
}

/* A place that the next instructions can jump to: a jump has only 8 bits. */
static size_t near(size_t place)
{
	struct sock_filter *i;

	if (written - place < 250)
		return place;
	i = &code[CODE - ++written];
	*i = (struct sock_filter){ BPF_JMP | BPF_JA, 0, 0,
				   written - 1 - place };
	return written;
}

static size_t put_return(uint32_t answer)
{
	size_t place;

	for (place = written; place; place--)
		if (code[CODE - place].code == (BPF_RET | BPF_K) &&
		    code[CODE - place].k == answer)
			return place;
	return put(BPF_RET | BPF_K, answer, 0, 0);
}

static size_t put_jump(uint16_t op, uint32_t k, size_t yes, size_t no)
{
	yes = near(yes);
	no = near(no);
	return yes == no ? yes : put(BPF_JMP | op | BPF_K, k, yes, no);
}

/* What can be reached from pc, all of it about arguments. */
static size_t copy(const struct filter *f, size_t pc)
{
	static unsigned char reached[CODE];
	static size_t place[CODE];
	size_t i;

	memset(reached, 0, sizeof reached);
	reached[pc] = 1;
	for (i = pc; i < f->count; i++) {
		const struct sock_filter *s = &f->code[i];

		if (!reached[i])
			continue;
		if (s->code == (BPF_LD | BPF_W | BPF_ABS) &&
		    s->k < offsetof(struct seccomp_data, args))
			fail("libseccomp's code goes back to the number");
		if (s->code == (BPF_JMP | BPF_JA)) {
			reached[i + 1 + s->k] = 1;
		} else if (BPF_CLASS(s->code) == BPF_JMP) {
			reached[i + 1 + s->jt] = 1;
			reached[i + 1 + s->jf] = 1;
		} else if (BPF_CLASS(s->code) != BPF_RET) {
			reached[i + 1] = 1;
		}
	}
	while (i-- > pc) {
		const struct sock_filter *s = &f->code[i];

		if (!reached[i])
			continue;
		if (s->code == (BPF_JMP | BPF_JA))
			place[i] = place[i + 1 + s->k];
		else if (BPF_CLASS(s->code) == BPF_JMP)
			place[i] = put_jump(BPF_OP(s->code), s->k,
					    place[i + 1 + s->jt],
					    place[i + 1 + s->jf]);
		else if (BPF_CLASS(s->code) == BPF_RET)
			place[i] = put_return(s->k);
		else if (place[i + 1] != written)
			fail("libseccomp's code falls out of its place");
		else
			place[i] = put(s->code, s->k, 0, 0);
	}
	return place[pc];
}

struct range {
	uint32_t first;
	size_t end; /* the place where it ends */
};

/*
 * The numbers from the first of r on, n ranges, to their ends. Each half has
 * as many numbers as the other, not as many ranges: the kernel tries them all.
 */
static size_t tree(const struct range *r, size_t n)
{
	size_t half = n / 2, yes, no;

	if (n == 1)
		return r[0].end;
	/* one number that is not as those around it */
	if (n == 3 && r[2].first == r[1].first + 1 && r[0].end == r[2].end)
		return put_jump(BPF_JEQ, r[1].first, r[1].end, r[0].end);
	yes = tree(r + half, n - half);
	no = tree(r, half);
	return put_jump(BPF_JGE, r[half].first, yes, no);
}

static void put_tree(const size_t *ends)
{
	static struct range ranges[CALLS];
	size_t n = 0, nr;

	for (nr = 0; nr < CALLS; nr++)
		if (!nr || ends[nr] != ranges[n - 1].end)
			ranges[n++] = (struct range){ nr, ends[nr] };
	tree(ranges, n);
}

/* The ends of the numbers without any capability. */
static void put_base(void)
{
	static const int by_verb[] = {
		[UNLESS] = UNLESS_FILTER,
		[ONLY] = ONLY_FILTER,
	};
	static size_t ends[CALLS];
	int nr;

	for (nr = 0; nr < CALLS; nr++) {
		const struct filter *f = &filters[by_verb[calls[nr].verb]];
		size_t pc = run(f, nr);

		ends[nr] = f->code[pc].code == (BPF_RET | BPF_K) ?
				   put_return(f->code[pc].k) :
				   copy(f, pc);
	}
	put_tree(ends);
}

static void put_cap(unsigned cap)
{
	static size_t ends[CALLS];
	int nr;

	for (nr = 0; nr < CALLS; nr++)
		ends[nr] = calls[nr].caps >> cap & 1 ?
				   put_return(SECCOMP_RET_ALLOW) :
				   0;
	put_tree(ends);
}

/* -- and the result ------------------------------------------------------- */

static void print_code(const struct sock_filter *c, size_t n)
{
	for (; n--; c++)
		printf("\t{ 0x%02x, %u, %u, 0x%x },\n", c->code, c->jt, c->jf,
		       c->k);
}

static struct part {
	unsigned cap;
	size_t count;
} parts[66];
static size_t part_count;

static size_t print_part(unsigned cap)
{
	size_t n = written;

	printf("\t/* %s */\n", cap < ALWAYS ? capabilities[cap] : "always");
	print_code(code + CODE - n, n);
	parts[part_count++] = (struct part){ cap, n };
	written = 0;
	return n;
}

static void print(void)
{
	uint64_t used = 0;
	size_t i, total = 0;
	unsigned cap;

	for (i = 0; i < CALLS; i++)
		used |= calls[i].caps;
	printf("/* made by seccomp_gen from profile.txt for %s */\n"
	       "static const struct sock_filter builtin_code[] = {\n",
	       arch->name);
	put(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
	put_return(SECCOMP_RET_ERRNO | ENOSYS);
	put(BPF_JMP | BPF_JEQ | BPF_K, arch->audit, 1, 2);
	put(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch), 0,
	    0);
	total += print_part(ALWAYS);
	for (cap = 0; cap < 64; cap++) {
		if (!(used >> cap & 1))
			continue;
		put_cap(cap);
		total += print_part(cap);
	}
	put_base();
	total += print_part(ALWAYS);
	printf("};\n\n"
	       "enum { BUILTIN_ALWAYS = %d, BUILTIN_MAX = %zu };\n\n"
	       "static const struct builtin_part {\n"
	       "\tunsigned short count;\n\tunsigned short cap;\n"
	       "} builtin_parts[] = {\n",
	       ALWAYS, total);
	for (i = 0; i < part_count; i++)
		printf("\t{ %zu, %u },\n", parts[i].count, parts[i].cap);
	printf("};\n\n#ifdef BUILTIN_REFERENCE /* libseccomp's own, for the unit test */\n"
	       "enum { BUILTIN_AUDIT_ARCH = %#xU, REFERENCE_ARCH = %#xU };\n"
	       "enum { BUILTIN_CALLS = %d };\n",
	       arch->audit, seccomp_arch_native(), CALLS);
	for (i = 0; i < FILTERS; i++) {
		printf("static const struct sock_filter reference_%s[] = {\n",
		       filters[i].name);
		print_code(filters[i].code, filters[i].count);
		puts("};");
	}
	puts("/* verb: 1 allow, 2 deny, 3 absent, 4 unless, 5 only */\n"
	     "static const struct builtin_call {\n"
	     "\tunsigned verb;\n\tunsigned long long caps;\n"
	     "} builtin_calls[BUILTIN_CALLS] = {");
	for (i = 0; i < CALLS; i++)
		if (calls[i].verb)
			printf("\t[%zu] = { %d, 0x%llxULL },\n", i,
			       calls[i].verb,
			       (unsigned long long)calls[i].caps);
	puts("};\n#endif");
}

int main(int argc, char **argv)
{
	size_t i;
	int nr;

	for (i = 0; argc == 3 && i < sizeof arches / sizeof *arches; i++)
		if (!strcmp(argv[1], arches[i].name))
			arch = &arches[i];
	if (!arch) {
		fprintf(stderr, "usage: %s x86_64|aarch64 PROFILE\n", argv[0]);
		return 1;
	}
	file = argv[2];
	for (i = 0; i < FILTERS; i++) {
		filters[i].ctx = seccomp_init(filters[i].otherwise);
		if (!filters[i].ctx)
			fail("libseccomp does not start");
	}
	read_profile();
	check_profile();
	for (nr = 0; nr < CALLS; nr++) {
		if (calls[nr].verb == ALLOW)
			rule(MAIN_FILTER, SCMP_ACT_ALLOW, nr, 0, NULL);
		else if (calls[nr].verb == DENY)
			rule(MAIN_FILTER, SCMP_ACT_ERRNO(EPERM), nr, 0, NULL);
	}
	for (i = 0; i < FILTERS; i++)
		compile(&filters[i]);
	print();
	if (fflush(stdout) || ferror(stdout))
		fail("writing: %s", strerror(errno));
	return 0;
}
