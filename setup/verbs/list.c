/* list.c - list: the containers that there are */
#include <stdio.h>
#include <string.h>

#include "init/base/die.h"
#include "setup/verbs/print.h"
#include "setup/verbs/verbs.h"

struct listing {
	const struct call *call;
	struct print print;
	unsigned count;
};

static void as_name(struct store *s, void *arg)
{
	struct listing *l = arg;

	print_plain(&l->print, s->id);
	print_plain(&l->print, "\n");
}

static void as_json(struct store *s, void *arg)
{
	struct listing *l = arg;

	print_plain(&l->print, l->count++ ? "," : "[");
	print_state(&l->print, s);
}

static const char row[] = "%-24s %-10s %-10s %-32s %-31s %s\n";

static void as_row(struct store *s, void *arg)
{
	struct listing *l = arg;
	const struct store_record *r = &s->record;
	enum status status = verb_status(s);
	char line[8192], when[40], pid[16], uid[16];

	print_time(r->created, when);
	snprintf(pid, sizeof pid, "%u",
		 status == CREATING || status == STOPPED ? 0 : r->pid);
	snprintf(uid, sizeof uid, "%u", r->uid);
	snprintf(line, sizeof line, row, s->id, pid, status_names[status],
		 r->bundle ? r->bundle : "", when, uid);
	print_plain(&l->print, line);
}

int verb_list(struct call *c)
{
	static struct listing l;
	int json = c->format && !strcmp(c->format, "json");
	char line[256];

	if (c->format && !json && strcmp(c->format, "table") != 0)
		die("--format %s: is table or json", c->format);
	l.call = c;
	if (!c->quiet && !json) {
		snprintf(line, sizeof line, row, "ID", "PID", "STATUS",
			 "BUNDLE", "CREATED", "OWNER");
		print_plain(&l.print, line);
	}
	store_each(c->root, c->quiet ? as_name : json ? as_json : as_row, &l);
	if (json && !c->quiet)
		print_plain(&l.print, l.count ? "]\n" : "null\n");
	print_end(&l.print);
	return 0;
}
