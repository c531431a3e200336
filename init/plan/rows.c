/* rows.c - the tables: one row for each member of the plan */
#include "init/plan/plan.h"

#define ROW(s, member, key, type)                                      \
	{                                                              \
		key, offsetof(struct s, member),                       \
			sizeof(((struct s *)0)->member), type, NULL, 0 \
	}
#define STRUCTS(s, member, key, type, table, element)                 \
	{                                                             \
		key, offsetof(struct s, member),                      \
			sizeof(((struct s *)0)->member), type, table, \
			sizeof(struct element)                        \
	}
#define END                            \
	{                              \
		NULL, 0, 0, 0, NULL, 0 \
	}

static const struct plan_row mount_rows[] = {
	ROW(mount, kind, "kind", PLAN_U32),
	ROW(mount, type, "type", PLAN_TEXT),
	ROW(mount, tree, "tree", PLAN_U32),
	ROW(mount, source, "source", PLAN_TEXT),
	ROW(mount, target, "target", PLAN_TEXT),
	ROW(mount, data, "data", PLAN_TEXT),
	ROW(mount, set, "set", PLAN_HEX),
	ROW(mount, clear, "clear", PLAN_HEX),
	ROW(mount, recursive, "recursive", PLAN_U32),
	ROW(mount, propagation, "propagation", PLAN_U32),
	ROW(mount, device, "device", PLAN_U64),
	ROW(mount, mode, "mode", PLAN_OCTAL),
	ROW(mount, optional, "optional", PLAN_U32),
	END,
};

static const struct plan_row rlimit_rows[] = {
	ROW(rlimit_row, resource, "resource", PLAN_U64),
	ROW(rlimit_row, soft, "soft", PLAN_U64),
	ROW(rlimit_row, hard, "hard", PLAN_U64),
	END,
};

static const struct plan_row pair_rows[] = {
	ROW(pair, key, "key", PLAN_TEXT),
	ROW(pair, value, "value", PLAN_TEXT),
	END,
};

static const struct plan_row join_rows[] = {
	ROW(join, namespaces, "namespaces", PLAN_HEX),
	ROW(join, tree, "tree", PLAN_U64),
	END,
};

static const struct plan_row clock_rows[] = {
	ROW(clock_offset, clock, "clock", PLAN_U32),
	ROW(clock_offset, seconds, "seconds", PLAN_I64),
	ROW(clock_offset, nanoseconds, "nanoseconds", PLAN_U32),
	END,
};

static const struct plan_row caps_rows[] = {
	ROW(capabilities, bounding, "bounding", PLAN_HEX),
	ROW(capabilities, effective, "effective", PLAN_HEX),
	ROW(capabilities, permitted, "permitted", PLAN_HEX),
	ROW(capabilities, inheritable, "inheritable", PLAN_HEX),
	ROW(capabilities, ambient, "ambient", PLAN_HEX),
	END,
};

const struct plan_row plan_rows[] = {
	ROW(plan, namespaces, "namespaces", PLAN_HEX),
	ROW(plan, hostname, "hostname", PLAN_TEXT),
	ROW(plan, domainname, "domainname", PLAN_TEXT),
	ROW(plan, loopback, "loopback", PLAN_U32),
	STRUCTS(plan, clocks, "clock", PLAN_LIST, clock_rows, clock_offset),
	STRUCTS(plan, sysctls, "sysctl", PLAN_LIST, pair_rows, pair),
	STRUCTS(plan, joins, "join", PLAN_LIST, join_rows, join),

	ROW(plan, root_tree, "root.tree", PLAN_U32),
	ROW(plan, overlay, "root.overlay", PLAN_U32),
	ROW(plan, upper_tree, "root.upper", PLAN_U32),
	ROW(plan, layers, "layer", PLAN_WORDS),
	ROW(plan, root_attr, "root.attr", PLAN_HEX),
	ROW(plan, root_propagation, "root.propagation", PLAN_U32),
	STRUCTS(plan, mounts, "mount", PLAN_LIST, mount_rows, mount),

	ROW(plan, argv, "arg", PLAN_TEXTS),
	ROW(plan, env, "env", PLAN_TEXTS),
	ROW(plan, cwd, "cwd", PLAN_TEXT),
	ROW(plan, user, "user", PLAN_TEXT),
	ROW(plan, groups, "group", PLAN_TEXTS),
	ROW(plan, setgroups_denied, "setgroups-denied", PLAN_U32),
	ROW(plan, umask, "umask", PLAN_OCTAL),
	STRUCTS(plan, rlimits, "rlimit", PLAN_LIST, rlimit_rows, rlimit_row),
	ROW(plan, has_oom_score_adj, "has-oom-score-adj", PLAN_U32),
	ROW(plan, oom_score_adj, "oom-score-adj", PLAN_I64),
	STRUCTS(plan, caps, "caps", PLAN_GROUP, caps_rows, capabilities),
	ROW(plan, no_new_privs, "no-new-privs", PLAN_U32),
	ROW(plan, keyring, "keyring", PLAN_U32),
	ROW(plan, seccomp, "seccomp", PLAN_U32),
	ROW(plan, seccomp_flags, "seccomp-flags", PLAN_U32),
	ROW(plan, seccomp_asks, "seccomp-asks", PLAN_HEX),
	ROW(plan, filter, "filter", PLAN_WORDS),
	ROW(plan, landlock, "landlock", PLAN_HEX),
	ROW(plan, writable, "landlock-writable", PLAN_TEXTS),
	ROW(plan, closed, "landlock-closed", PLAN_TEXTS),
	ROW(plan, ports, "landlock-port", PLAN_WORDS),
	ROW(plan, apparmor, "apparmor", PLAN_TEXT),
	ROW(plan, selinux, "selinux", PLAN_TEXT),
	ROW(plan, preserve_fds, "preserve-fds", PLAN_U32),
	ROW(plan, preserve_from, "preserve-from", PLAN_U32),

	ROW(plan, empty_stdin, "empty-stdin", PLAN_U32),
	ROW(plan, terminal, "terminal", PLAN_U32),
	ROW(plan, rows, "rows", PLAN_U32),
	ROW(plan, columns, "columns", PLAN_U32),

	ROW(plan, init, "init", PLAN_U32),
	ROW(plan, stop_signal, "stop-signal", PLAN_U32),
	ROW(plan, to_group, "to-group", PLAN_U32),
	ROW(plan, grace_ms, "grace-ms", PLAN_I64),
	ROW(plan, detached, "detached", PLAN_U32),
	ROW(plan, start_tree, "start.tree", PLAN_U32),
	ROW(plan, trace, "trace", PLAN_U32),
	ROW(plan, verbose, "verbose", PLAN_U32),
	END,
};
