/* seccomp_builtin.c - the built-in filter, run call by call in an interpreter */
#define _GNU_SOURCE
#include <linux/audit.h>
#include <sys/syscall.h>

#include "init/enter/seccomp.h"
#include "tests/unit/seccomp_run.h"

#define BUILTIN_REFERENCE
#include "seccomp_builtin.h"

/* newer than the headers of Debian 12 */
#define NR_SETXATTRAT 463
#define NR_NEWEST 1000

#ifdef __x86_64__
#define OTHER_ARCH AUDIT_ARCH_AARCH64
#else
#define OTHER_ARCH AUDIT_ARCH_X86_64
#endif

#define CAP(n) (1ULL << (n))
enum { SYS_CHROOT_BIT = 18, SYS_PTRACE_BIT = 19, SYS_ADMIN_BIT = 21 };

static uint32_t builtin(uint64_t caps, uint32_t arch, uint32_t nr,
			uint64_t arg0, uint64_t arg1)
{
	struct seccomp_data data = { .nr = nr,
				     .arch = arch,
				     .args = { arg0, arg1 } };
	struct sock_filter prog[SECCOMP_BUILTIN_MAX];

	return run(prog, seccomp_builtin(caps, prog), &data);
}

/* -- by hand: what a reader of the profile expects ------------------------- */

static const struct expect {
	const char *what;
	uint64_t caps;
	uint32_t arch; /* 0: ours */
	uint32_t nr;
	uint64_t arg0, arg1;
	uint32_t answer;
} table[] = {
	{ "read", 0, 0, SYS_read, 0, 0, ALLOWED },
	{ "execve", 0, 0, SYS_execve, 0, 0, ALLOWED },
	{ "exit_group", 0, 0, SYS_exit_group, 0, 0, ALLOWED },
	{ "setxattrat, newer than libseccomp", 0, 0, NR_SETXATTRAT, 0, 0,
	  ALLOWED },
	{ "a call from the future", 0, 0, NR_NEWEST, 0, 0, MISSING },
	{ "one with all capabilities", ~0ULL, 0, NR_NEWEST, 0, 0, MISSING },
	{ "call -1", 0, 0, 0xffffffff, 0, 0, MISSING },
	{ "call -1 with all capabilities", ~0ULL, 0, 0xffffffff, 0, 0,
	  MISSING },

	{ "x32 read", 0, 0, 0x40000000 | SYS_read, 0, 0, MISSING },
	{ "x32 mount with all", ~0ULL, 0, 0x40000000 | SYS_mount, 0, 0,
	  MISSING },
	{ "x32 ioctl", 0, 0, 0x40000000 | 514, 0, 0x5412, MISSING },
	{ "i386 exit", 0, AUDIT_ARCH_I386, 1, 0, 0, MISSING },
	{ "i386 socketcall", 0, AUDIT_ARCH_I386, 102, 1, 0, MISSING },
	{ "i386 mount with all", ~0ULL, AUDIT_ARCH_I386, 21, 0, 0, MISSING },
	{ "arm read", 0, AUDIT_ARCH_ARM, 3, 0, 0, MISSING },
	{ "the other 64-bit one", ~0ULL, OTHER_ARCH, SYS_read, 0, 0, MISSING },

	{ "mount", 0, 0, SYS_mount, 0, 0, REFUSED },
	{ "mount, SYS_ADMIN", CAP(SYS_ADMIN_BIT), 0, SYS_mount, 0, 0, ALLOWED },
	{ "mount, all but SYS_ADMIN", ~CAP(SYS_ADMIN_BIT), 0, SYS_mount, 0, 0,
	  REFUSED },
	{ "chroot", 0, 0, SYS_chroot, 0, 0, REFUSED },
	{ "chroot, SYS_CHROOT", CAP(SYS_CHROOT_BIT), 0, SYS_chroot, 0, 0,
	  ALLOWED },
	{ "chroot, SYS_ADMIN", CAP(SYS_ADMIN_BIT), 0, SYS_chroot, 0, 0,
	  REFUSED },
	{ "kcmp, SYS_PTRACE", CAP(SYS_PTRACE_BIT), 0, SYS_kcmp, 0, 0, ALLOWED },
	{ "bpf", 0, 0, SYS_bpf, 0, 0, REFUSED },
	{ "perf_event_open", 0, 0, SYS_perf_event_open, 0, 0, REFUSED },
	{ "open_by_handle_at", 0, 0, SYS_open_by_handle_at, 0, 0, REFUSED },
	{ "userfaultfd, all", ~0ULL, 0, SYS_userfaultfd, 0, 0, REFUSED },
	{ "keyctl, all", ~0ULL, 0, SYS_keyctl, 0, 0, REFUSED },
	{ "add_key, all", ~0ULL, 0, SYS_add_key, 0, 0, REFUSED },
	{ "request_key, all", ~0ULL, 0, SYS_request_key, 0, 0, REFUSED },
	{ "io_uring_setup, all", ~0ULL, 0, SYS_io_uring_setup, 0, 0, REFUSED },
	{ "kexec_load, all", ~0ULL, 0, SYS_kexec_load, 0, 0, REFUSED },

	{ "unshare", 0, 0, SYS_unshare, 0x10000000, 0, REFUSED },
	{ "setns", 0, 0, SYS_setns, 0, 0, REFUSED },
	{ "setns, SYS_ADMIN", CAP(SYS_ADMIN_BIT), 0, SYS_setns, 0, 0, ALLOWED },
	{ "clone3", 0, 0, SYS_clone3, 0, 0, MISSING },
	{ "clone3, SYS_ADMIN", CAP(SYS_ADMIN_BIT), 0, SYS_clone3, 0, 0,
	  ALLOWED },
	{ "clone as fork", 0, 0, SYS_clone, 0x1200011, 0, ALLOWED },
	{ "clone as pthread_create", 0, 0, SYS_clone, 0x3d0f00, 0, ALLOWED },
	{ "clone NEWNS", 0, 0, SYS_clone, 0x20011, 0, REFUSED },
	{ "clone NEWCGROUP", 0, 0, SYS_clone, 0x2000011, 0, REFUSED },
	{ "clone NEWUTS", 0, 0, SYS_clone, 0x4000011, 0, REFUSED },
	{ "clone NEWIPC", 0, 0, SYS_clone, 0x8000011, 0, REFUSED },
	{ "clone NEWUSER", 0, 0, SYS_clone, 0x10000011, 0, REFUSED },
	{ "clone NEWPID", 0, 0, SYS_clone, 0x20000011, 0, REFUSED },
	{ "clone NEWNET", 0, 0, SYS_clone, 0x40000011, 0, REFUSED },
	{ "clone NEWUSER, high bits", 0, 0, SYS_clone, 0xffffffff10000011, 0,
	  REFUSED },
	{ "clone, only high bits", 0, 0, SYS_clone, 0x1000000000000011, 0,
	  ALLOWED },
	{ "clone NEWUSER, SYS_ADMIN", CAP(SYS_ADMIN_BIT), 0, SYS_clone,
	  0x10000011, 0, ALLOWED },

	{ "ioctl TCGETS", 0, 0, SYS_ioctl, 0, 0x5401, ALLOWED },
	{ "ioctl TIOCSTI", 0, 0, SYS_ioctl, 0, 0x5412, REFUSED },
	{ "ioctl TIOCSTI, all", ~0ULL, 0, SYS_ioctl, 0, 0x5412, REFUSED },
	{ "ioctl TIOCSTI | 1<<32", 0, 0, SYS_ioctl, 0, 0x100005412, REFUSED },
	{ "ioctl TIOCSTI, all high bits", 0, 0, SYS_ioctl, 0,
	  0xffffffff00005412, REFUSED },
	{ "ioctl TIOCLINUX", 0, 0, SYS_ioctl, 0, 0x541c, REFUSED },
	{ "ioctl TIOCLINUX | 1<<32", 0, 0, SYS_ioctl, 0, 0x10000541c, REFUSED },
	{ "ioctl TIOCSETD", 0, 0, SYS_ioctl, 0, 0x5423, REFUSED },
	{ "ioctl TIOCGWINSZ", 0, 0, SYS_ioctl, 0, 0x5413, ALLOWED },
	{ "ioctl TIOCSTI | 1<<16", 0, 0, SYS_ioctl, 0, 0x15412, ALLOWED },
	{ "ioctl on descriptor TIOCSTI", 0, 0, SYS_ioctl, 0x5412, 0x5401,
	  ALLOWED },
	{ "ioctl NS_GET_USERNS", 0, 0, SYS_ioctl, 0, 0xb701, ALLOWED },
	{ "ioctl NS_MNT_GET_NEXT", 0, 0, SYS_ioctl, 0, 0x8010b70b, REFUSED },
	{ "ioctl NS_MNT_GET_PREV, other size", 0, 0, SYS_ioctl, 0, 0x8020b70c,
	  REFUSED },

	{ "socket AF_UNIX", 0, 0, SYS_socket, 1, 0, ALLOWED },
	{ "socket AF_INET6", 0, 0, SYS_socket, 10, 0, ALLOWED },
	{ "socket 37", 0, 0, SYS_socket, 37, 0, ALLOWED },
	{ "socket AF_ALG", 0, 0, SYS_socket, 38, 0, REFUSED },
	{ "socket AF_ALG, all", ~0ULL, 0, SYS_socket, 38, 0, REFUSED },
	{ "socket AF_ALG | 1<<32", 0, 0, SYS_socket, 0x100000026, 0, REFUSED },
	{ "socket 39", 0, 0, SYS_socket, 39, 0, ALLOWED },
	{ "socket AF_VSOCK", 0, 0, SYS_socket, 40, 0, REFUSED },
	{ "socket AF_VSOCK | 1<<63", 0, 0, SYS_socket, 0x8000000000000028, 0,
	  REFUSED },
	{ "socket 41", 0, 0, SYS_socket, 41, 0, ALLOWED },

	{ "personality PER_LINUX", 0, 0, SYS_personality, 0, 0, ALLOWED },
	{ "personality PER_LINUX32", 0, 0, SYS_personality, 8, 0, ALLOWED },
	{ "personality UNAME26", 0, 0, SYS_personality, 0x20000, 0, ALLOWED },
	{ "personality LINUX32 | UNAME26", 0, 0, SYS_personality, 0x20008, 0,
	  ALLOWED },
	{ "personality query", 0, 0, SYS_personality, 0xffffffff, 0, ALLOWED },
	{ "personality query, sign-extended", 0, 0, SYS_personality, ~0ULL, 0,
	  ALLOWED },
	{ "personality ADDR_NO_RANDOMIZE", 0, 0, SYS_personality, 0x40000, 0,
	  REFUSED },
	{ "the same, high bits", 0, 0, SYS_personality, 0x100040000, 0,
	  REFUSED },
#ifdef __x86_64__
	{ "fork", 0, 0, SYS_fork, 0, 0, ALLOWED },
	{ "arch_prctl", 0, 0, SYS_arch_prctl, 0, 0, ALLOWED },
	{ "uretprobe", 0, 0, 335, 0, 0, ALLOWED },
	{ "iopl", 0, 0, SYS_iopl, 0, 0, REFUSED },
#endif
};

static void by_hand(void)
{
	size_t i;

	for (i = 0; i < COUNT(table); i++) {
		const struct expect *e = &table[i];
		uint32_t answer =
			builtin(e->caps, e->arch ? e->arch : BUILTIN_AUDIT_ARCH,
				e->nr, e->arg0, e->arg1);

		ok(answer == e->answer, e->what);
		if (answer != e->answer)
			printf("# answer %#x, expected %#x\n", answer,
			       e->answer);
	}
}

/* -- by libseccomp: every number, every block, many arguments -------------- */

static const uint32_t lows[] = {
	0,	    1,		8,	    9,		0x11,	    36,
	37,	    38,		39,	    40,		41,	    42,
	0x5411,	    0x5412,	0x5413,	    0x541b,	0x541c,	    0x541d,
	0x5422,	    0x5423,	0x5424,	    0x1fff8,	0x20000,    0x20007,
	0x20008,    0x20009,	0x20011,    0x40000,	0xb70a,	    0xb70b,
	0xb70c,	    0xb70d,	0x8010b70b, 0x1200011,	0x2000011,  0x3d0f00,
	0x4000011,  0x8000011,	0x10000011, 0x20000011, 0x40000011, 0x7e020000,
	0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
};
static const uint32_t highs[] = { 0,	   1,	       38,	  0x5412,
				  0x20000, 0x7e020000, 0xffffffff };

/* The three filters of the generator, as libseccomp made them. */
static uint32_t reference(uint64_t caps, struct seccomp_data data)
{
	const struct builtin_call *call = (uint32_t)data.nr < BUILTIN_CALLS ?
						  &builtin_calls[data.nr] :
						  NULL;

	data.arch = REFERENCE_ARCH;
	if (call && (call->caps & caps))
		return ALLOWED;
	if (call && call->verb == 4)
		return run(reference_unless, COUNT(reference_unless), &data);
	if (call && call->verb == 5)
		return run(reference_only, COUNT(reference_only), &data);
	return run(reference_main, COUNT(reference_main), &data);
}

static size_t compared, differences;

static void compare(const struct sock_filter *prog, size_t n, uint64_t caps,
		    uint32_t nr, uint64_t arg)
{
	/* not the same everywhere, or a filter may look at the wrong one */
	struct seccomp_data data = {
		.nr = nr,
		.arch = BUILTIN_AUDIT_ARCH,
		.instruction_pointer = arg ^ 0x5412,
		.args = { arg, arg, ~arg, ~arg, ~arg, ~arg },
	};
	uint32_t ours = run(prog, n, &data);
	uint32_t theirs = reference(caps, data);

	compared++;
	if (ours != theirs && ++differences <= 10)
		printf("# caps %#llx call %#x argument %#llx: %#x, libseccomp %#x\n",
		       (unsigned long long)caps, nr, (unsigned long long)arg,
		       ours, theirs);
}

static void by_libseccomp(uint64_t caps, unsigned step)
{
	struct sock_filter prog[SECCOMP_BUILTIN_MAX];
	size_t n = seccomp_builtin(caps, prog), l, h;
	uint32_t nr;

	for (nr = 0; nr < BUILTIN_CALLS; nr++)
		for (l = 0; l < COUNT(lows); l += step)
			for (h = 0; h < COUNT(highs); h += step)
				compare(prog, n, caps, nr,
					(uint64_t)highs[h] << 32 | lows[l]);
	for (; nr < 0x40000000; nr += nr / 16) /* x32 begins there */
		compare(prog, n, caps, nr, 0);
}

/* Nothing but the architecture of the filter has anything. */
static void other_arches(uint64_t caps)
{
	static const uint32_t arches[] = {
		AUDIT_ARCH_I386,
		AUDIT_ARCH_ARM,
		AUDIT_ARCH_MIPS64,
		OTHER_ARCH,
		0,
		0xffffffff,
		BUILTIN_AUDIT_ARCH ^ 0x80000000,
	};
	size_t i;
	uint32_t nr;

	for (i = 0; i < COUNT(arches); i++)
		for (nr = 0; nr < BUILTIN_CALLS; nr++)
			differences +=
				builtin(caps, arches[i], nr, 0, 0) != MISSING;
	for (nr = 0; nr < BUILTIN_CALLS; nr++)
		differences += builtin(caps, BUILTIN_AUDIT_ARCH,
				       nr | 0x40000000, 0, 0) != MISSING;
}

int main(void)
{
	char what[96];
	unsigned cap;

	by_hand();
	by_libseccomp(0, 1);
	by_libseccomp(~0ULL, 1);
	for (cap = 0; cap < 41; cap++) {
		by_libseccomp(CAP(cap), 9);
		by_libseccomp(~CAP(cap), 9);
	}
	snprintf(what, sizeof what, "%zu answers are those of libseccomp",
		 compared);
	ok(!differences, what);
	differences = 0;
	other_arches(0);
	other_arches(~0ULL);
	ok(!differences, "other architectures and x32 have nothing");
	return done();
}
