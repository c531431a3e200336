/* seccomp.c - seccomp profiles: OCI linux.seccomp, and Docker's profile files */
#include "setup/oci/seccomp.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#ifndef SECCOMP_FILTER_FLAG_SPEC_ALLOW
#define SECCOMP_FILTER_FLAG_SPEC_ALLOW (1UL << 2)
#endif
#ifndef SCMP_ARCH_LOONGARCH64 /* libseccomp 2.6 */
#define SCMP_ARCH_LOONGARCH64 0xc0000102
#endif

enum { ERRNO_MAX = 4095 }; /* what the kernel takes for an errno */

/* -- words ------------------------------------------------------------------ */

/* NOTIFY needs somebody who listens, which there is not: see read_action. */
static const struct json_words actions[] = {
	{ "SCMP_ACT_KILL", SCMP_ACT_KILL_THREAD },
	{ "SCMP_ACT_KILL_THREAD", SCMP_ACT_KILL_THREAD },
	{ "SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS },
	{ "SCMP_ACT_TRAP", SCMP_ACT_TRAP },
	{ "SCMP_ACT_ERRNO", SCMP_ACT_ERRNO(0) },
	{ "SCMP_ACT_TRACE", SCMP_ACT_TRACE(0) },
	{ "SCMP_ACT_ALLOW", SCMP_ACT_ALLOW },
	{ "SCMP_ACT_LOG", SCMP_ACT_LOG },
	{ "SCMP_ACT_NOTIFY", SCMP_ACT_NOTIFY },
	{ NULL, 0 },
};

static const struct json_words operators[] = {
	{ "SCMP_CMP_NE", SCMP_CMP_NE },
	{ "SCMP_CMP_LT", SCMP_CMP_LT },
	{ "SCMP_CMP_LE", SCMP_CMP_LE },
	{ "SCMP_CMP_EQ", SCMP_CMP_EQ },
	{ "SCMP_CMP_GE", SCMP_CMP_GE },
	{ "SCMP_CMP_GT", SCMP_CMP_GT },
	{ "SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ },
	{ NULL, 0 },
};

static const struct json_words arches[] = {
	{ "SCMP_ARCH_X86", SCMP_ARCH_X86 },
	{ "SCMP_ARCH_X86_64", SCMP_ARCH_X86_64 },
	{ "SCMP_ARCH_X32", SCMP_ARCH_X32 },
	{ "SCMP_ARCH_ARM", SCMP_ARCH_ARM },
	{ "SCMP_ARCH_AARCH64", SCMP_ARCH_AARCH64 },
	{ "SCMP_ARCH_LOONGARCH64", SCMP_ARCH_LOONGARCH64 },
	{ "SCMP_ARCH_MIPS", SCMP_ARCH_MIPS },
	{ "SCMP_ARCH_MIPS64", SCMP_ARCH_MIPS64 },
	{ "SCMP_ARCH_MIPS64N32", SCMP_ARCH_MIPS64N32 },
	{ "SCMP_ARCH_MIPSEL", SCMP_ARCH_MIPSEL },
	{ "SCMP_ARCH_MIPSEL64", SCMP_ARCH_MIPSEL64 },
	{ "SCMP_ARCH_MIPSEL64N32", SCMP_ARCH_MIPSEL64N32 },
	{ "SCMP_ARCH_PPC", SCMP_ARCH_PPC },
	{ "SCMP_ARCH_PPC64", SCMP_ARCH_PPC64 },
	{ "SCMP_ARCH_PPC64LE", SCMP_ARCH_PPC64LE },
	{ "SCMP_ARCH_S390", SCMP_ARCH_S390 },
	{ "SCMP_ARCH_S390X", SCMP_ARCH_S390X },
	{ "SCMP_ARCH_PARISC", SCMP_ARCH_PARISC },
	{ "SCMP_ARCH_PARISC64", SCMP_ARCH_PARISC64 },
	{ "SCMP_ARCH_RISCV64", SCMP_ARCH_RISCV64 },
	{ NULL, 0 },
};

static const struct json_words flags[] = {
	{ "SECCOMP_FILTER_FLAG_TSYNC", SECCOMP_FILTER_FLAG_TSYNC },
	{ "SECCOMP_FILTER_FLAG_LOG", SECCOMP_FILTER_FLAG_LOG },
	{ "SECCOMP_FILTER_FLAG_SPEC_ALLOW", SECCOMP_FILTER_FLAG_SPEC_ALLOW },
	{ NULL, 0 },
};

/* -- readers ---------------------------------------------------------------- */

/* What the specification has and this program has not (yet). */
static void refuse(const struct json_at *at, void *out, const void *with)
{
	json_error(at, "is not supported");
}

static void read_action(const struct json_at *at, void *out, const void *with)
{
	uint32_t *action = out;

	json_word(at, action, actions);
	if (*action == SCMP_ACT_NOTIFY)
		json_error(at, "SCMP_ACT_NOTIFY is not supported");
}

static void read_code(const struct json_at *at, void *out, const void *with)
{
	struct seccomp_action *action = out;

	json_u32(at, &action->code, NULL);
	if (action->code > ERRNO_MAX)
		json_error(at, "an errno is at most %d", ERRNO_MAX);
	action->has_code = 1;
}

/* MUST be an error where the action has no errno; EPERM if it is not said. */
static void put_code(const struct json_at *at, const char *key,
		     struct seccomp_action *action)
{
	if (action->action == SCMP_ACT_ERRNO(0) ||
	    action->action == SCMP_ACT_TRACE(0))
		action->action |= action->has_code ? action->code : EPERM;
	else if (action->has_code)
		json_error(at,
			   "%s is only for SCMP_ACT_ERRNO and SCMP_ACT_TRACE",
			   key);
}

static void read_index(const struct json_at *at, void *out, const void *with)
{
	json_u32(at, out, NULL);
	if (*(uint32_t *)out > 5)
		json_error(at, "a system call has arguments 0 to 5");
}

#define ROW(type, key, member, ...)                             \
	{                                                       \
		key, offsetof(struct type, member), __VA_ARGS__ \
	}

static const struct json_row arg_rows[] = {
	ROW(seccomp_arg, "index", index, read_index, NULL, 1),
	ROW(seccomp_arg, "value", value, json_u64, NULL, 1),
	ROW(seccomp_arg, "valueTwo", value_two, json_u64),
	ROW(seccomp_arg, "op", op, json_word, operators, 1),
	{ NULL },
};
static const struct json_items args = {
	sizeof(struct seccomp_arg),
	json_struct,
	arg_rows,
};

static const struct json_row when_rows[] = {
	ROW(seccomp_when, "caps", caps, json_list, &json_texts),
	ROW(seccomp_when, "arches", arches, json_list, &json_texts),
	ROW(seccomp_when, "minKernel", min_kernel, json_text),
	{ NULL },
};

static const struct json_row rule_rows[] = {
	ROW(seccomp_rule, "names", names, json_list, &json_texts),
	ROW(seccomp_rule, "name", name, json_text),
	ROW(seccomp_rule, "action", action.action, read_action, NULL, 1),
	ROW(seccomp_rule, "errnoRet", action, read_code),
	ROW(seccomp_rule, "args", args, json_list, &args, 0, arg_rows),
	ROW(seccomp_rule, "includes", includes, json_struct, when_rows),
	ROW(seccomp_rule, "excludes", excludes, json_struct, when_rows),
	{ "comment", 0, json_ignore },
	{ NULL },
};

static void read_rule(const struct json_at *at, void *out, const void *with)
{
	struct seccomp_rule *rule = out;

	json_struct(at, rule, rule_rows);
	put_code(at, "errnoRet", &rule->action);
	if (!rule->names.count == !rule->name)
		json_error(at, "\"names\" must name system calls");
}
static const struct json_items rules = { sizeof(struct seccomp_rule),
					 read_rule };

static const struct json_items arch_items = {
	sizeof(uint32_t),
	json_word,
	arches,
};
static const struct json_row arch_rows[] = {
	ROW(seccomp_arch, "architecture", arch, json_word, arches, 1),
	ROW(seccomp_arch, "subArchitectures", sub, json_list, &arch_items),
	{ NULL },
};
static const struct json_items arch_maps = {
	sizeof(struct seccomp_arch),
	json_struct,
	arch_rows,
};

static const struct json_items flag_items = {
	sizeof(uint32_t),
	json_word,
	flags,
};

const struct json_row seccomp_rows[] = {
	ROW(seccomp_profile, "defaultAction", otherwise.action, read_action,
	    NULL, 1),
	ROW(seccomp_profile, "defaultErrnoRet", otherwise, read_code),
	ROW(seccomp_profile, "architectures", arches, json_list, &arch_items),
	ROW(seccomp_profile, "archMap", arch_map, json_list, &arch_maps),
	ROW(seccomp_profile, "flags", flags, json_list, &flag_items),
	ROW(seccomp_profile, "syscalls", rules, json_list, &rules, 0,
	    rule_rows),
	{ "listenerPath", 0, refuse },
	{ "listenerMetadata", 0, refuse },
	{ NULL },
};

void seccomp_profile(const struct json_at *at, void *out, const void *with)
{
	struct seccomp_profile *profile = out;

	json_struct(at, profile, seccomp_rows);
	put_code(at, "defaultErrnoRet", &profile->otherwise);
	if (profile->arches.count && profile->arch_map.count)
		json_error(at, "architectures and archMap exclude each other");
}

/* -- for whom a rule is ------------------------------------------------------ */

/* "6.1.0-13-amd64" is at least "4.8" */
static int at_least(const char *kernel, const char *least)
{
	char *k, *l;
	unsigned long have = strtoul(kernel, &k, 10);
	unsigned long want = strtoul(least, &l, 10);

	if (have != want)
		return have > want;
	have = *k == '.' ? strtoul(k + 1, NULL, 10) : 0;
	want = *l == '.' ? strtoul(l + 1, NULL, 10) : 0;
	return have >= want;
}

static int has_text(const char *const *item, size_t n, const char *text)
{
	while (n--)
		if (!strcmp(*item++, text))
			return 1;
	return 0;
}

int seccomp_applies(const struct seccomp_rule *rule, const char *arch,
		    const char *kernel,
		    int (*has_cap)(const char *name, const void *with),
		    const void *with)
{
	const struct seccomp_when *in = &rule->includes, *ex = &rule->excludes;
	size_t i;

	/* all of the capabilities included, none of those excluded */
	for (i = 0; i < in->caps.count; i++)
		if (!has_cap(in->caps.item[i], with))
			return 0;
	for (i = 0; i < ex->caps.count; i++)
		if (has_cap(ex->caps.item[i], with))
			return 0;
	if (in->arches.count &&
	    !has_text(in->arches.item, in->arches.count, arch))
		return 0;
	if (has_text(ex->arches.item, ex->arches.count, arch))
		return 0;
	if (in->min_kernel && !at_least(kernel, in->min_kernel))
		return 0;
	return !ex->min_kernel || !at_least(kernel, ex->min_kernel);
}
