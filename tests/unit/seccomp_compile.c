/* seccomp_compile.c - profiles compiled on the host, run in an interpreter */
#define _GNU_SOURCE
#include <linux/audit.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "setup/host/seccomp.h"
#include "tests/unit/seccomp_run.h"

#ifdef __x86_64__
#define NATIVE AUDIT_ARCH_X86_64
#else
#define NATIVE AUDIT_ARCH_AARCH64
#endif

#define PROFILE(rules) \
	"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[" rules "]}"
#define RULE(names, more) \
	"{\"names\":[" names "],\"action\":\"SCMP_ACT_ALLOW\"" more "}"
#define ARG(index, value, op) \
	"{\"index\":" index ",\"value\":" value ",\"op\":\"SCMP_CMP_" op "\"}"
#define HIGH (1ULL << 32)
#define CAP_SYS_ADMIN_ONLY (1ULL << 21)

static const struct {
	const char *what, *profile;
	uint64_t caps;
	uint32_t arch; /* 0: ours */
	uint32_t nr;
	uint64_t arg0, arg1;
	uint32_t answer;
} table[] = {
	{ "allowed", PROFILE(RULE("\"read\",\"write\"", "")), 0, 0, SYS_write,
	  0, 0, ALLOWED },
	{ "not named, but older than what is", PROFILE(RULE("\"openat2\"", "")),
	  0, 0, SYS_read, 0, 0, REFUSED },
	{ "newer than all that is named", PROFILE(RULE("\"openat2\"", "")), 0,
	  0, SYS_openat2 + 1, 0, 0, MISSING },
	{ "newer, where nothing is named", PROFILE(""), 0, 0, SYS_openat2, 0, 0,
	  REFUSED },
	{ "newer, where the default is to kill",
	  "{\"defaultAction\":\"SCMP_ACT_KILL_PROCESS\",\"syscalls\":[" RULE(
		  "\"read\"", "") "]}",
	  0, 0, SYS_openat2, 0, 0, SECCOMP_RET_KILL_PROCESS },
	{ "newer, where the default is to allow",
	  "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"read\"],"
	  "\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":13}]}",
	  0, 0, SYS_openat2, 0, 0, ALLOWED },
	{ "errno of a rule",
	  "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"read\"],"
	  "\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":13}]}",
	  0, 0, SYS_read, 0, 0, SECCOMP_RET_ERRNO | EACCES },
	{ "younger than libseccomp", PROFILE(RULE("\"fchmodat2\"", "")), 0, 0,
	  452, 0, 0, ALLOWED },
	{ "unknown names do nothing", PROFILE(RULE("\"no_such\",\"read\"", "")),
	  0, 0, SYS_read, 0, 0, ALLOWED },
	{ "an argument",
	  PROFILE(RULE("\"socket\"", ",\"args\":[" ARG("0", "2", "EQ") "]")), 0,
	  0, SYS_socket, 2, 0, ALLOWED },
	{ "another",
	  PROFILE(RULE("\"socket\"", ",\"args\":[" ARG("0", "2", "EQ") "]")), 0,
	  0, SYS_socket, 3, 0, REFUSED },
	{ "all 64 bits",
	  PROFILE(RULE("\"socket\"", ",\"args\":[" ARG("0", "2", "EQ") "]")), 0,
	  0, SYS_socket, HIGH | 2, 0, REFUSED },
	{ "a value of 64 bits",
	  PROFILE(RULE(
		  "\"lseek\"",
		  ",\"args\":[" ARG("1", "18446744073709551615", "EQ") "]")),
	  0, 0, SYS_lseek, 0, ~0ULL, ALLOWED },
	{ "two arguments: both",
	  PROFILE(RULE("\"socket\"", ",\"args\":[" ARG("0", "2", "EQ") "," ARG(
					     "1", "1", "GT") "]")),
	  0, 0, SYS_socket, 2, 1, REFUSED },
	{ "one argument twice: either",
	  PROFILE(RULE("\"socket\"", ",\"args\":[" ARG("0", "2", "EQ") "," ARG(
					     "0", "10", "EQ") "]")),
	  0, 0, SYS_socket, 10, 0, ALLOWED },
	{ "the host's capabilities",
	  PROFILE(RULE("\"mount\"",
		       ",\"includes\":{\"caps\":[\"CAP_SYS_ADMIN\"]}")),
	  CAP_SYS_ADMIN_ONLY, 0, SYS_mount, 0, 0, ALLOWED },
	{ "and without",
	  PROFILE(RULE("\"mount\"",
		       ",\"includes\":{\"caps\":[\"CAP_SYS_ADMIN\"]}")),
	  ~CAP_SYS_ADMIN_ONLY, 0, SYS_mount, 0, 0, REFUSED },
	{ "the same rule twice",
	  PROFILE(RULE("\"read\"", "") "," RULE("\"read\"", "")), 0, 0,
	  SYS_read, 0, 0, ALLOWED },
	{ "one architecture: others are killed", PROFILE(RULE("\"read\"", "")),
	  0, AUDIT_ARCH_I386, 3, 0, 0, SECCOMP_RET_KILL_THREAD },
#ifdef __x86_64__
#define ARCHES                                                        \
	",\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"," \
	"\"SCMP_ARCH_AARCH64\"]}"
#define MANY                                                         \
	"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[" RULE( \
		"\"read\",\"chown32\",\"cachestat\",\"fchmodat2\"",  \
		"") "]" ARCHES
	{ "i386 read", MANY, 0, AUDIT_ARCH_I386, 3, 0, 0, ALLOWED },
	{ "i386 chown32", MANY, 0, AUDIT_ARCH_I386, 212, 0, 0, ALLOWED },
	{ "i386 write", MANY, 0, AUDIT_ARCH_I386, 4, 0, 0, REFUSED },
	{ "x86-64 read beside it", MANY, 0, 0, SYS_read, 0, 0, ALLOWED },
	{ "x86-64 fchmodat2 beside it", MANY, 0, 0, 452, 0, 0, ALLOWED },
	{ "x86-64 mseal beside it", MANY, 0, 0, 462, 0, 0, MISSING },
	{ "x32 read", MANY, 0, 0, 0x40000000, 0, 0, SECCOMP_RET_KILL_THREAD },
	{ "an architecture that cannot run here", MANY, 0, AUDIT_ARCH_AARCH64,
	  63, 0, 0, SECCOMP_RET_KILL_THREAD },
#endif
};

/* The file of a profile, and a launch that has it. */
static void compile(struct launch *l, const char *profile, size_t size)
{
	static char file[] = "/tmp/seccomp-compile-XXXXXX";
	int fd;

	strcpy(file + sizeof file - 7, "XXXXXX");
	fd = mkstemp(file);
	if (fd < 0 || arena_make(&l->memory, 1 << 20) < 0 ||
	    write(fd, profile, size) != (ssize_t)size) {
		perror(file);
		exit(1);
	}
	close(fd);
	l->seccomp_file = file;
	if (fork() == 0) { /* host_seccomp may not come back */
		host_seccomp(l);
		_exit(0);
	}
	wait(&fd);
	if (WIFEXITED(fd) && !WEXITSTATUS(fd))
		host_seccomp(l);
	unlink(file);
}

static void answers(void)
{
	size_t i;

	for (i = 0; i < COUNT(table); i++) {
		struct launch l = { .plan.caps.bounding = table[i].caps };
		struct seccomp_data data = {
			.nr = table[i].nr,
			.arch = table[i].arch ? table[i].arch : NATIVE,
			.args = { table[i].arg0, table[i].arg1 },
		};
		uint32_t answer;

		compile(&l, table[i].profile, strlen(table[i].profile));
		answer = run((const struct sock_filter *)l.plan.filter.item,
			     l.plan.filter.count, &data);
		ok(l.plan.seccomp == SECCOMP_FILTER &&
			   answer == table[i].answer,
		   table[i].what);
		if (answer != table[i].answer)
			printf("# answer %#x, expected %#x\n", answer,
			       table[i].answer);
		arena_free(&l.memory);
	}
}

static void flags(void)
{
	struct launch l = { .plan.umask = 0 };
	const char *text =
		"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"flags\":["
		"\"SECCOMP_FILTER_FLAG_LOG\",\"SECCOMP_FILTER_FLAG_SPEC_ALLOW\"]}";

	compile(&l, text, strlen(text));
	ok(l.plan.seccomp_flags == 6, "flags arrive");
	arena_free(&l.memory);
}

/* More tests of one argument than fit into what the kernel takes. */
static void too_large(void)
{
	enum { RULES = 5000 };
	struct launch l = { .plan.umask = 0 };
	char *text = malloc(RULES * 128), *t = text;
	int i;

	t += sprintf(t, "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[");
	for (i = 0; i < RULES; i++)
		t += sprintf(t,
			     "%s" RULE("\"lseek\"",
				       ",\"args\":[" ARG("1", "%d", "EQ") "]"),
			     i ? "," : "", i);
	t += sprintf(t, "]}");
	compile(&l, text, t - text);
	ok(!l.plan.seccomp && !l.plan.filter.count,
	   "a filter too large is refused");
	arena_free(&l.memory);
	free(text);
}

int main(void)
{
	answers();
	flags();
	too_large();
	return done();
}
