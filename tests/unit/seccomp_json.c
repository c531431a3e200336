/* seccomp_json.c - seccomp profiles as JSON: what is read, what is refused */
#define _GNU_SOURCE
#include <seccomp.h>
#include <stdlib.h>

#include "setup/oci/seccomp.h"
#include "tests/unit/seccomp_run.h"

#define TOP "{\"defaultAction\":\"SCMP_ACT_ERRNO\""
#define RULE(text) TOP ",\"syscalls\":[{\"names\":[\"read\"]," text "}]}"
#define ALLOW(text) RULE("\"action\":\"SCMP_ACT_ALLOW\"," text)
#define ARG(text) ALLOW("\"args\":[{\"index\":0," text "}]")
#define IS_EQ "\"op\":\"SCMP_CMP_EQ\""

static const struct {
	const char *what, *text;
	const char *error; /* how it begins; NULL: none */
} table[] = {
	{ "the least", TOP "}", NULL },
	{ "a rule", RULE("\"action\":\"SCMP_ACT_ALLOW\""), NULL },
	{ "null is absent", ALLOW("\"args\":null,\"includes\":null"), NULL },
	{ "unknown calls",
	  TOP ",\"syscalls\":[{\"names\":[\"no_such\"],"
	      "\"action\":\"SCMP_ACT_LOG\"}]}",
	  NULL },
	{ "name for names",
	  TOP ",\"syscalls\":[{\"name\":\"read\","
	      "\"action\":\"SCMP_ACT_LOG\"}]}",
	  NULL },
	{ "errno of a rule",
	  RULE("\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":38"), NULL },
	{ "errno of TRACE",
	  RULE("\"action\":\"SCMP_ACT_TRACE\",\"errnoRet\":1"), NULL },
	{ "value 2^64-1", ARG("\"value\":18446744073709551615," IS_EQ), NULL },
	{ "value 2^63", ARG("\"value\":9223372036854775808," IS_EQ), NULL },
	{ "flags",
	  TOP
	  ",\"flags\":[\"SECCOMP_FILTER_FLAG_LOG\","
	  "\"SECCOMP_FILTER_FLAG_SPEC_ALLOW\",\"SECCOMP_FILTER_FLAG_TSYNC\"]}",
	  NULL },
	{ "the forms of Docker",
	  ALLOW("\"includes\":{\"caps\":[\"CAP_BPF\"],"
		"\"arches\":[\"amd64\"],\"minKernel\":\"4.8\"},\"excludes\":{},"
		"\"comment\":[\"any\"]"),
	  NULL },
	{ "archMap",
	  TOP ",\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\","
	      "\"subArchitectures\":null}]}",
	  NULL },

	{ "empty", "", "1:0: " },
	{ "no object", "[]", "1:1: an object expected" },
	{ "cut off", TOP, "1:33: " },
	{ "more behind", TOP "}{}", "1:35: end of file expected" },
	{ "second line", "{\n  \"a\" 1}", "2:7: ':' expected" },
	{ "a key twice", TOP ",\"defaultAction\":\"SCMP_ACT_LOG\"}",
	  "1:49: duplicate" },
	{ "bad UTF-8", "{\"a\":\"\xff\"}", "1:6: unable to decode byte 0xff" },
	{ "NUL escape", "{\"a\":\"\\u0000\"}", "1:13: \\u0000 is not allowed" },
	{ "1e999", "{\"a\":1e999}", "1:10: real number overflow" },
	{ "2^64", ARG("\"value\":18446744073709551616," IS_EQ),
	  "1:137: too big integer" },
	{ "a leading zero", ARG("\"value\":09223372036854775808," IS_EQ),
	  "1:118: " },
	{ "a number as key", "{9223372036854775808:1}", "" },

	{ "no default", "{}", "\"defaultAction\" is missing" },
	{ "default null", "{\"defaultAction\":null}",
	  "\"defaultAction\" is missing" },
	{ "unknown property", TOP ",\"nothing\":1}",
	  "nothing: no such property" },
	{ "default of another type", "{\"defaultAction\":1}",
	  "defaultAction: a string expected" },
	{ "unknown action", "{\"defaultAction\":\"ALLOW\"}",
	  "defaultAction: \"ALLOW\" is none of those known" },
	{ "a big number as text", "{\"defaultAction\":18446744073709551615}",
	  "defaultAction: a string expected" },
	{ "NOTIFY", "{\"defaultAction\":\"SCMP_ACT_NOTIFY\"}",
	  "defaultAction: SCMP_ACT_NOTIFY is not supported" },
	{ "NOTIFY in a rule", RULE("\"action\":\"SCMP_ACT_NOTIFY\""),
	  "syscalls[0].action: SCMP_ACT_NOTIFY is not supported" },
	{ "listenerPath", TOP ",\"listenerPath\":\"/x\"}",
	  "listenerPath: is not supported" },
	{ "default errno of KILL",
	  "{\"defaultAction\":\"SCMP_ACT_KILL\",\"defaultErrnoRet\":1}",
	  "defaultErrnoRet is only for" },
	{ "errno of ALLOW", ALLOW("\"errnoRet\":1"),
	  "syscalls[0]: errnoRet is only for" },
	{ "errno 0 of ALLOW", ALLOW("\"errnoRet\":0"),
	  "syscalls[0]: errnoRet is only for" },
	{ "errno too large",
	  RULE("\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":4096"),
	  "syscalls[0].errnoRet: an errno is at most 4095" },
	{ "errno negative",
	  RULE("\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":-1"),
	  "syscalls[0].errnoRet: a whole number from 0 to 2^32-1 expected" },
	{ "no action", TOP ",\"syscalls\":[{\"names\":[\"read\"]}]}",
	  "syscalls[0]: \"action\" is missing" },
	{ "no names", TOP ",\"syscalls\":[{\"action\":\"SCMP_ACT_LOG\"}]}",
	  "syscalls[0]: \"names\" must name system calls" },
	{ "names of none",
	  TOP ",\"syscalls\":[{\"names\":[],\"action\":\"SCMP_ACT_LOG\"}]}",
	  "syscalls[0]: \"names\" must name system calls" },
	{ "a name of another type",
	  TOP ",\"syscalls\":[{\"names\":[\"a\",null]}]}",
	  "syscalls[0].names[1]: a string expected" },
	{ "rules no list", TOP ",\"syscalls\":{}}",
	  "syscalls: a list expected" },
	{ "a rule no object", TOP ",\"syscalls\":[[]]}",
	  "syscalls[0]: an object expected" },
	{ "unknown operator", ARG("\"value\":1,\"op\":\"EQ\""),
	  "syscalls[0].args[0].op: \"EQ\" is none of those known" },
	{ "no operator", ARG("\"value\":1"),
	  "syscalls[0].args[0]: \"op\" is missing" },
	{ "value negative", ARG("\"value\":-1," IS_EQ),
	  "syscalls[0].args[0].value: a whole number from 0 to 2^64-1 expected" },
	{ "value a real", ARG("\"value\":1.0," IS_EQ),
	  "syscalls[0].args[0].value: a whole" },
	{ "index 6", ALLOW("\"args\":[{\"index\":6,\"value\":0," IS_EQ "}]"),
	  "syscalls[0].args[0].index: a system call has arguments 0 to 5" },
	{ "unknown architecture",
	  TOP ",\"architectures\":[\"SCMP_ARCH_X86_64\",\"Z80\"]}",
	  "architectures[1]: \"Z80\" is none of those known" },
	{ "unknown flag", TOP ",\"flags\":[\"F\"]}",
	  "flags[0]: \"F\" is none of those known" },
	{ "architectures and archMap",
	  TOP ",\"architectures\":[\"SCMP_ARCH_X86\"],"
	      "\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86\"}]}",
	  "architectures and archMap exclude each other" },
	{ "unknown condition", ALLOW("\"includes\":{\"kernel\":\"1\"}"),
	  "syscalls[0].includes.kernel: no such property" },
};

static int parse(struct arena *memory, const char *from,
		 struct seccomp_profile *profile, char *error, size_t size)
{
	char *text = arena_text(memory, from, strlen(from));
	struct json_doc doc;
	struct json_at root;

	*profile = (struct seccomp_profile){ .otherwise.action = 0 };
	if (!json_load(&doc, memory, text, strlen(from))) {
		root = json_root(&doc);
		seccomp_profile(&root, profile, NULL);
	}
	json_free(&doc);
	snprintf(error, size, "%s", doc.error);
	return *error ? -1 : 0;
}

static void sentences(struct arena *memory)
{
	struct seccomp_profile profile;
	char error[512];
	size_t i;

	for (i = 0; i < COUNT(table); i++) {
		int err = parse(memory, table[i].text, &profile, error,
				sizeof error);
		int good = table[i].error ?
				   err && !strncmp(error, table[i].error,
						   strlen(table[i].error)) :
				   !err;

		ok(good, table[i].what);
		if (!good)
			printf("# %s\n# expected %s\n", error,
			       table[i].error ? table[i].error : "none");
	}
}

static void values(struct arena *memory)
{
	struct seccomp_profile p;
	char error[512];

	parse(memory,
	      ARG("\"value\":18446744073709551615,\"valueTwo\":9223372036854775808,"
		  "\"op\":\"SCMP_CMP_MASKED_EQ\""),
	      &p, error, sizeof error);
	ok(p.otherwise.action == SCMP_ACT_ERRNO(EPERM),
	   "the errno is EPERM if none is said");
	ok(p.rules.count == 1 && p.rules.item[0].names.count == 1 &&
		   !strcmp(p.rules.item[0].names.item[0], "read") &&
		   p.rules.item[0].action.action == SCMP_ACT_ALLOW,
	   "name and action arrive");
	ok(p.rules.count == 1 && p.rules.item[0].args.count == 1 &&
		   p.rules.item[0].args.item[0].value == UINT64_MAX &&
		   p.rules.item[0].args.item[0].value_two == 1ULL << 63 &&
		   p.rules.item[0].args.item[0].op == SCMP_CMP_MASKED_EQ,
	   "64-bit values arrive");
	parse(memory, RULE("\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":0"), &p,
	      error, sizeof error);
	ok(p.rules.count == 1 &&
		   p.rules.item[0].action.action == SCMP_ACT_ERRNO(0),
	   "errno 0 is not EPERM");
}

static void depth(struct arena *memory)
{
	char text[4096], error[512], *t = text;
	struct seccomp_profile p;
	int i;

	t += sprintf(t, "%s,\"syscalls\":[{\"comment\":", TOP);
	for (i = 0; i < 61; i++)
		*t++ = '[';
	for (i = 0; i < 61; i++)
		*t++ = ']';
	strcpy(t, ",\"name\":\"a\",\"action\":\"SCMP_ACT_LOG\"}]}");
	ok(!parse(memory, text, &p, error, sizeof error), "64 levels");
	memset(text, '[', 1000);
	text[0] = '\n';
	text[1000] = 0;
	parse(memory, text, &p, error, sizeof error);
	ok(!strcmp(error, "2:65: more than 64 levels"), "65 levels");
	memset(text, ' ', 1000);
	strcpy(text + 1000, TOP ",\"comment[[[[\":\"\\\"[[[[\"}");
	parse(memory, text, &p, error, sizeof error);
	ok(!strcmp(error, "comment[[[[: no such property"),
	   "brackets in strings are none");
}

/* -- for whom a rule is ------------------------------------------------------ */

static int holds(const char *name, const void *with)
{
	return strstr(with, name) != NULL;
}

static const struct {
	const char *what, *when, *caps, *arch, *kernel;
	int applies;
} hosts[] = {
	{ "no condition", "\"includes\":{}", "", "amd64", "5.4.0", 1 },
	{ "cap held", "\"includes\":{\"caps\":[\"CAP_A\"]}", "CAP_A", "amd64",
	  "5", 1 },
	{ "cap missing", "\"includes\":{\"caps\":[\"CAP_A\"]}", "CAP_B",
	  "amd64", "5", 0 },
	{ "one of two", "\"includes\":{\"caps\":[\"CAP_A\",\"CAP_B\"]}",
	  "CAP_B", "amd64", "5", 0 },
	{ "cap excluded", "\"excludes\":{\"caps\":[\"CAP_A\"]}", "CAP_A",
	  "amd64", "5", 0 },
	{ "cap not excluded", "\"excludes\":{\"caps\":[\"CAP_A\"]}", "CAP_B",
	  "amd64", "5", 1 },
	{ "arch", "\"includes\":{\"arches\":[\"arm\",\"arm64\"]}", "", "arm64",
	  "5", 1 },
	{ "other arch", "\"includes\":{\"arches\":[\"arm\"]}", "", "arm64", "5",
	  0 },
	{ "arch excluded", "\"excludes\":{\"arches\":[\"s390x\"]}", "", "s390x",
	  "5", 0 },
	{ "kernel 4.8", "\"includes\":{\"minKernel\":\"4.8\"}", "", "amd64",
	  "4.8.0-1", 1 },
	{ "kernel 4.10", "\"includes\":{\"minKernel\":\"4.8\"}", "", "amd64",
	  "4.10", 1 },
	{ "kernel 4.7", "\"includes\":{\"minKernel\":\"4.8\"}", "", "amd64",
	  "4.7.99", 0 },
	{ "kernel 3.10", "\"includes\":{\"minKernel\":\"4.8\"}", "", "amd64",
	  "3.10", 0 },
	{ "kernel 6", "\"includes\":{\"minKernel\":\"4.8\"}", "", "amd64",
	  "6.0-rc1", 1 },
	{ "kernel excluded", "\"excludes\":{\"minKernel\":\"4.8\"}", "",
	  "amd64", "6.1", 0 },
};

static void conditions(struct arena *memory)
{
	struct seccomp_profile p;
	char text[512], error[512];
	size_t i;

	for (i = 0; i < COUNT(hosts); i++) {
		snprintf(text, sizeof text, ALLOW("%s"), hosts[i].when);
		ok(!parse(memory, text, &p, error, sizeof error) &&
			   seccomp_applies(p.rules.item, hosts[i].arch,
					   hosts[i].kernel, holds,
					   hosts[i].caps) == hosts[i].applies,
		   hosts[i].what);
	}
}

int main(void)
{
	struct arena memory;

	if (arena_make(&memory, 1 << 20) < 0)
		return 1;
	sentences(&memory);
	values(&memory);
	depth(&memory);
	conditions(&memory);
	arena_free(&memory);
	return done();
}
