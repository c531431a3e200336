/* join.c - a command line that joins instead of making: what goes with it */
#include <string.h>

#include "init/base/die.h"
#include "setup/flags/take.h"

#define SEE FLAGS_SEE

static const struct value_word kinds[] = {
	{ "mount", CLONE_NEWNS },  { "mnt", CLONE_NEWNS },
	{ "pid", CLONE_NEWPID },   { "uts", CLONE_NEWUTS },
	{ "ipc", CLONE_NEWIPC },   { "net", CLONE_NEWNET },
	{ "user", CLONE_NEWUSER }, { "cgroup", CLONE_NEWCGROUP },
	{ "time", CLONE_NEWTIME }, { "", 0 },
};

/* TARGET[:NS,...]; a colon before a slash belongs to a path */
int take_join(struct flags_state *f, const struct flags_option *o,
	      const char *text)
{
	const char *colon = strrchr(text, ':');
	char *list, *word;
	uint64_t bit;

	f->l->join_only = 0;
	if (colon && strchr(colon, '/'))
		colon = NULL;
	f->l->join = flags_text(f->l, "%.*s",
				colon ? (int)(colon - text) : 4096, text);
	if (!*f->l->join)
		return value_bad(&f->v, "is nothing; write %s", o->arg);
	if (!colon)
		return 0;
	list = flags_text(f->l, "%s", colon + 1);
	while ((word = strsep(&list, ","))) {
		if (value_choice(&f->v, word, kinds, &bit) < 0)
			return -1;
		f->l->join_only |= bit;
	}
	return 0;
}

/* What can be said of a command; all else is about a container to be made. */
static const char of_a_command[][16] = {
	"join",		 "user",	 "group-add", "workdir",  "ulimit",
	"oom-score-adj", "cap-add",	 "cap-drop",  "ambient",  "new-privs",
	"seccomp",	 "privileged",	 "env",	      "env-file", "tty",
	"interactive",	 "preserve-fds", "pid-file",  "report",	  "trace",
	"dry-run",	 "verbose",	 "apparmor",  "selinux",
};

static int is_of_a_command(const char *name)
{
	for (size_t i = 0; i < sizeof of_a_command / sizeof *of_a_command; i++)
		if (!strcmp(of_a_command[i], name))
			return 1;
	return 0;
}

void flags_settle_join(const struct launch *l)
{
	for (unsigned i = 0; i < flags_count; i++)
		if (flags_said.given[i / 64] >> i % 64 & 1 &&
		    !is_of_a_command(flags_options[i].name))
			die("--%s: says how a container is made, and --join "
			    "enters one that is there" SEE,
			    flags_options[i].name);
}

static void join_caps(struct capabilities *k, const struct capabilities *base)
{
	uint64_t add = flags_said.cap_add, drop = flags_said.cap_drop;

	flags_caps(k);
	if (!base || flags_said.privileged || add == UINT64_MAX)
		return;
	k->bounding = (base->bounding & ~drop) | add | k->ambient;
	k->permitted = (base->permitted & ~drop) | add | k->ambient;
	k->effective = (base->effective & ~drop) | add | k->ambient;
	k->ambient |= base->ambient & ~drop;
	k->inheritable = k->ambient;
}

static void join_environment(struct launch *l, const struct plan *base)
{
	LIST(const char *) said;

	memcpy(&said, &l->plan.env, sizeof said);
	memset(&l->plan.env, 0, sizeof l->plan.env);
	for (size_t i = 0; i < base->env.count; i++)
		if (strncmp(base->env.item[i], "TERM=", 5))
			flags_env(l, base->env.item[i]);
	for (size_t i = 0; i < said.count; i++)
		flags_env(l, said.item[i]);
	flags_environment(l);
}

static void join_rlimits(struct launch *l, const struct plan *base)
{
	LIST(struct rlimit_row) said;
	size_t j;

	memcpy(&said, &l->plan.rlimits, sizeof said);
	memset(&l->plan.rlimits, 0, sizeof l->plan.rlimits);
	for (size_t i = 0; i < base->rlimits.count; i++) {
		for (j = 0; j < said.count; j++)
			if (said.item[j].resource ==
			    base->rlimits.item[i].resource)
				break;
		if (j == said.count)
			*flags_push(l, l->plan.rlimits) = base->rlimits.item[i];
	}
	for (size_t i = 0; i < said.count; i++)
		*flags_push(l, l->plan.rlimits) = said.item[i];
}

/*
 * What was said goes before what runs there, and that before the defaults. The
 * rest of the base, what makes a container, is left out.
 */
void flags_join(struct launch *l, const struct plan *base, int confine)
{
	static const char *shell[] = { "/bin/sh" };
	const struct plan said = l->plan;
	struct plan *p = &l->plan;

	*p = (struct plan){
		.argv = said.argv,
		.env = said.env,
		.cwd = said.cwd ? said.cwd : base->cwd,
		.user = said.user ? said.user : base->user,
		.groups = said.user || said.groups.count ? said.groups :
							   base->groups,
		.rlimits = said.rlimits,
		.umask = said.umask,
		.oom_score_adj = said.has_oom_score_adj ? said.oom_score_adj :
							  base->oom_score_adj,
		.has_oom_score_adj =
			said.has_oom_score_adj | base->has_oom_score_adj,
		.grace_ms = -1,
		.keyring = 1,
		.seccomp = said.seccomp,
		.no_new_privs = said.no_new_privs,
		.apparmor = said.apparmor,
		.selinux = said.selinux,
		.preserve_fds = said.preserve_fds,
		.setgroups_denied = base->setgroups_denied,
		.terminal = l->terminal > 0,
		.rows = said.rows,
		.columns = said.columns,
	};
	if (flags_said.privileged)
		p->no_new_privs = 0;
	if (flags_said.privileged && !flags_said.seccomp)
		p->seccomp = SECCOMP_NONE;
	/* No more than what runs there has, unless somebody says so. */
	if (confine && !flags_said.privileged) {
		p->no_new_privs = said.no_new_privs && base->no_new_privs;
		p->landlock = base->landlock;
		p->writable = base->writable;
		p->closed = base->closed;
		p->ports = base->ports;
		if (!said.apparmor && !said.selinux) {
			p->apparmor = base->apparmor;
			p->selinux = base->selinux;
		}
		if (!flags_said.seccomp) {
			p->seccomp = base->seccomp;
			p->seccomp_flags = base->seccomp_flags;
			p->filter = base->filter;
		}
	}
	if (!p->argv.count) {
		p->argv.item = shell;
		p->argv.count = 1;
	}
	join_caps(&p->caps, confine ? &base->caps : NULL);
	join_environment(l, base);
	join_rlimits(l, base);
}
