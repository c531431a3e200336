/* seccomp.c - a seccomp profile becomes the filter of the plan */
#include "setup/host/seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/value/value.h"
#include "setup/oci/calls.h"

enum {
	FILE_MAX = 10 << 20,
	TREE_RULES = 32, /* with more, a binary tree is worth it */
	X32_BIT = 0x40000000,
};

/* What else this machine runs, and how Go calls it. */
static const struct native {
	uint32_t arch;
	const char *go;
	uint32_t others[2];
} natives[] = {
	{ SCMP_ARCH_X86_64, "amd64", { SCMP_ARCH_X86, SCMP_ARCH_X32 } },
	{ SCMP_ARCH_AARCH64, "arm64", { SCMP_ARCH_ARM, 0 } },
};

/*
 * libseccomp translates a number for another architecture by its name, which a
 * young call has not. So the native architecture has a context of its own, and
 * both are merged in the end.
 */
struct compiler {
	scmp_filter_ctx native, others; /* others: NULL if there are none */
	uint32_t otherwise;
	int newest; /* native number named in the profile, -1: none */
	unsigned rules, unknown;
	const char *file;
};

static const struct native *this_machine(void)
{
	size_t i, n = sizeof natives / sizeof *natives;

	for (i = 0; i < n; i++)
		if (natives[i].arch == seccomp_arch_native())
			return &natives[i];
	die("seccomp profiles are not supported on this architecture");
}

static void check(const struct compiler *c, int err, const char *what)
{
	if (err < 0)
		die("%s: %s: libseccomp: %s", c->file, what, strerror(-err));
}

/* -- architectures ----------------------------------------------------------- */

static void add_arch(struct compiler *c, const struct native *machine,
		     uint32_t arch)
{
	size_t i;

	/* Those that cannot run here need no filter. */
	for (i = 0; i < sizeof machine->others / sizeof *machine->others; i++)
		if (arch == machine->others[i])
			break;
	if (i == sizeof machine->others / sizeof *machine->others || !arch)
		return;
	if (!c->others) {
		c->others = seccomp_init(c->otherwise);
		if (!c->others)
			die("%s: libseccomp: %m", c->file);
		check(c, seccomp_arch_remove(c->others, machine->arch),
		      "architectures");
	}
	if (seccomp_arch_exist(c->others, arch))
		check(c, seccomp_arch_add(c->others, arch), "architectures");
}

static void add_arches(struct compiler *c, const struct native *machine,
		       const struct seccomp_profile *profile)
{
	size_t i, n;

	for (i = 0; i < profile->arches.count; i++)
		add_arch(c, machine, profile->arches.item[i]);
	for (i = 0; i < profile->arch_map.count; i++) {
		const struct seccomp_arch *map = &profile->arch_map.item[i];

		if (map->arch != machine->arch)
			continue;
		for (n = 0; n < map->sub.count; n++)
			add_arch(c, machine, map->sub.item[n]);
	}
}

/* -- rules ------------------------------------------------------------------- */

static void add(struct compiler *c, const char *name, uint32_t action,
		const struct scmp_arg_cmp *args, unsigned n)
{
	int nr = seccomp_syscall_resolve_name(name), err;
	int is_young = nr == __NR_SCMP_ERROR;

	if (is_young)
		nr = call_young(name);
	if (is_young && nr < 0) {
		c->unknown++; /* OCI runtimes pass over them */
		return;
	}
	if (nr > c->newest)
		c->newest = nr;
	if (action == c->otherwise)
		return; /* libseccomp refuses a rule that changes nothing */
	err = seccomp_rule_add_array(c->native, action, nr, n, args);
	if (!err && c->others && !is_young)
		err = seccomp_rule_add_array(c->others, action, nr, n, args);
	if (err && err != -EEXIST)
		check(c, err, name);
	c->rules++;
}

static void add_rule(struct compiler *c, const struct seccomp_rule *rule,
		     const char *name)
{
	struct scmp_arg_cmp args[6];
	size_t i, n = rule->args.count;
	unsigned seen = 0, twice = 0;

	for (i = 0; i < n; i++) {
		twice |= seen & 1U << rule->args.item[i].index;
		seen |= 1U << rule->args.item[i].index;
	}
	for (i = 0; i < n; i++) {
		const struct seccomp_arg *arg = &rule->args.item[i];

		args[twice ? 0 : i] = (struct scmp_arg_cmp){
			arg->index,
			arg->op,
			arg->value,
			arg->value_two,
		};
		/* Two tests of one argument are two rules, as runc has it. */
		if (twice)
			add(c, name, rule->action.action, args, 1);
	}
	if (!twice)
		add(c, name, rule->action.action, args, n);
}

static int has_cap(const char *name, const void *with)
{
	const struct plan *p = with;
	uint64_t bit;

	/* A capability that has no name here nobody has. */
	return value_cap(name, &bit) == 0 && p->caps.bounding & bit;
}

static void add_rules(struct compiler *c, const struct native *machine,
		      const struct seccomp_profile *profile,
		      const struct plan *p)
{
	struct utsname host;
	size_t i, n;

	uname(&host);
	for (i = 0; i < profile->rules.count; i++) {
		const struct seccomp_rule *rule = &profile->rules.item[i];

		if (!seccomp_applies(rule, machine->go, host.release, has_cap,
				     p))
			continue;
		if (rule->name)
			add_rule(c, rule, rule->name);
		for (n = 0; n < rule->names.count; n++)
			add_rule(c, rule, rule->names.item[n]);
	}
}

/* -- the filter -------------------------------------------------------------- */

/*
 * A profile that refuses what it does not name with some errno cannot have
 * meant the calls that came after it was written; a C library that tries one
 * falls back only on ENOSYS. runc does the same. Never weaker: both refuse.
 */
static size_t put_enosys(const struct compiler *c, struct sock_filter *to)
{
	const struct sock_filter code[] = {
		{ BPF_LD | BPF_W | BPF_ABS, 0, 0,
		  offsetof(struct seccomp_data, arch) },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 4, seccomp_arch_native() },
		{ BPF_LD | BPF_W | BPF_ABS, 0, 0,
		  offsetof(struct seccomp_data, nr) },
		{ BPF_JMP | BPF_JGT | BPF_K, 0, 2, c->newest },
		{ BPF_JMP | BPF_JGE | BPF_K, 1, 0, X32_BIT },
		{ BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | ENOSYS },
	};

	if ((c->otherwise & SECCOMP_RET_ACTION_FULL) != SECCOMP_RET_ERRNO ||
	    c->newest < 0)
		return 0;
	memcpy(to, code, sizeof code);
	return sizeof code / sizeof *code;
}

/* libseccomp 2.5 writes filters to descriptors only. */
static void put_filter(struct compiler *c, struct launch *l)
{
	struct sock_filter start[8];
	size_t first = put_enosys(c, start), count;
	int fd = memfd_create("seccomp", MFD_CLOEXEC);
	uint64_t *words;
	off_t size;

	if (fd < 0)
		die("memfd_create for the seccomp filter: %m");
	if (c->rules > TREE_RULES)
		check(c,
		      seccomp_attr_set(c->native, SCMP_FLTATR_CTL_OPTIMIZE, 2),
		      "binary tree");
	check(c, seccomp_export_bpf(c->native, fd), "compiling");
	size = lseek(fd, 0, SEEK_END);
	count = first + size / sizeof *words;
	if (count > BPF_MAXINSNS)
		die("%s: the filter has %zu instructions, the kernel takes %d: "
		    "use fewer rules or architectures",
		    c->file, count, BPF_MAXINSNS);
	words = arena_take(&l->memory, count * sizeof *words);
	if (!words)
		die("%s: no memory for the filter", c->file);
	memcpy(words, start, first * sizeof *words);
	if (pread(fd, words + first, size, 0) != size)
		die("%s: read the filter back: %m", c->file);
	fd_close(&fd);
	l->plan.filter.item = words;
	l->plan.filter.count = count;
}

void host_seccomp_compile(struct launch *l,
			  const struct seccomp_profile *profile,
			  const char *file)
{
	const struct native *machine = this_machine();
	struct compiler c = {
		.otherwise = profile->otherwise.action,
		.newest = -1,
		.file = file,
		.native = seccomp_init(profile->otherwise.action),
	};
	size_t i;

	if (!c.native)
		die("%s: libseccomp: %m", file);
	if (!l->strict)
		add_arches(&c, machine, profile);
	add_rules(&c, machine, profile, &l->plan);
	if (c.others)
		check(&c, seccomp_merge(c.native, c.others), "architectures");
	put_filter(&c, l);
	seccomp_release(c.native);
	for (i = 0; i < profile->flags.count; i++)
		l->plan.seccomp_flags |= profile->flags.item[i];
	l->plan.seccomp = SECCOMP_FILTER;
	if (c.unknown && l->verbose)
		warn("%s: system calls unknown here, left out: %u", file,
		     c.unknown);
}

/* -- the file ---------------------------------------------------------------- */

/* The profile takes less than this many times the room of its text. */
enum { ROOM = 16, ROOM_LEAST = 1 << 16 };

static char *read_file(const char *file, struct arena *memory, size_t *size)
{
	/* a fifo or a terminal does not stop us before we know that it is one */
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	ssize_t n;
	char *text;

	if (fd < 0 || fstat(fd, &st) < 0)
		die("seccomp profile %s: %m", file);
	if (!S_ISREG(st.st_mode))
		die("seccomp profile %s: not a regular file", file);
	if (st.st_size > FILE_MAX)
		die("seccomp profile %s: larger than %d bytes", file, FILE_MAX);
	if (arena_make(memory, st.st_size * ROOM + ROOM_LEAST) < 0)
		die("seccomp profile %s: %m", file);
	text = arena_take(memory, st.st_size + 1);
	n = fd_read_all(fd, text, st.st_size);
	if (n < 0)
		die("seccomp profile %s: %m", file);
	fd_close(&fd);
	*size = n;
	return text;
}

void host_seccomp(struct launch *l)
{
	struct seccomp_profile profile = { .otherwise.action = 0 };
	const char *file = l->seccomp_file;
	struct json_doc doc;
	struct json_at root;
	struct arena memory;
	size_t size;
	char *text;

	if (!file)
		return;
	text = read_file(file, &memory, &size);
	if (json_load(&doc, &memory, text, size) < 0)
		die("%s:%s", file, doc.error);
	root = json_root(&doc);
	seccomp_profile(&root, &profile, NULL);
	if (*doc.error)
		die("%s: %s", file, doc.error);
	json_free(&doc);
	host_seccomp_compile(l, &profile, file);
	arena_free(&memory);
}
