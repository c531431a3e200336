/* status.c - how a container is: for all verbs, and state */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/plan/report.h"
#include "setup/host/process.h"
#include "setup/verbs/print.h"
#include "setup/verbs/verbs.h"

const char *const status_names[] = {
	[CREATING] = "creating", [CREATED] = "created", [RUNNING] = "running",
	[PAUSED] = "paused",	 [STOPPED] = "stopped",
};

void verb_check_id(const char *id)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789._-+";

	if (!*id || strlen(id) > 200 || *id == '.' || id[strspn(id, allowed)])
		die("\"%.80s\" is no name of a container: up to 200 letters, "
		    "digits and ._-+, with no dot in front",
		    id);
}

void verb_open(struct call *c, struct store *s, int lock)
{
	verb_check_id(c->args[0]);
	*s = (struct store){ .root = c->root, .id = c->args[0], .dir_fd = -1 };
	if (store_open(s, lock) < 0)
		die("container %s does not exist", s->id);
}

enum status verb_status(const struct store *s)
{
	const struct store_record *r = &s->record;

	if (r->phase == STORE_MAKING)
		return CREATING;
	if (process_started(r->pid) != r->started)
		return STOPPED;
	return r->phase == STORE_CREATED ? CREATED : RUNNING;
}

/* "2026-11-22T19:00:00.123456789Z" */
void print_time(uint64_t ns, char text[40])
{
	time_t seconds = ns / 1000000000;
	struct tm tm;
	size_t n;

	gmtime_r(&seconds, &tm);
	n = strftime(text, 40, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + n, 40 - n, ".%09uZ", (unsigned)(ns % 1000000000));
}

static void put(struct print *p, const char *s)
{
	size_t n = strlen(s);

	if (n > sizeof p->text - p->used) {
		print_end(p);
		n = n < sizeof p->text ? n : sizeof p->text;
	}
	memcpy(p->text + p->used, s, n);
	p->used += n;
}

void print_end(struct print *p)
{
	if (fd_write_all(1, p->text, p->used) < 0)
		die("write to the standard output: %m");
	p->used = 0;
}

void print_text(struct print *p, const char *before, const char *text)
{
	char quoted[8192];
	size_t n = report_string(text, quoted, sizeof quoted - 1);

	quoted[n < sizeof quoted ? n : sizeof quoted - 1] = 0;
	put(p, before);
	put(p, quoted);
}

void print_number(struct print *p, const char *before, uint64_t n)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
	put(p, before);
	put(p, digits);
}

void print_plain(struct print *p, const char *text)
{
	put(p, text);
}

/* runtime.md, "State"; and what runc says besides, for who reads that. */
void print_state(struct print *p, const struct store *s)
{
	const struct store_record *r = &s->record;
	enum status status = verb_status(s);
	int alive = status == CREATED || status == RUNNING || status == PAUSED;
	char when[40];

	print_time(r->created, when);
	print_text(p, "{\"ociVersion\":", "1.3.0");
	print_text(p, ",\"id\":", s->id);
	print_number(p, ",\"pid\":", alive ? r->pid : 0);
	print_text(p, ",\"status\":", status_names[status]);
	print_text(p, ",\"bundle\":", r->bundle ? r->bundle : "");
	print_text(p, ",\"rootfs\":", r->rootfs ? r->rootfs : "");
	print_text(p, ",\"created\":", when);
	for (size_t i = 0; i < r->annotations.count; i++) {
		const struct pair *a = &r->annotations.item[i];

		print_text(p, i ? "," : ",\"annotations\":{", a->key);
		print_text(p, ":", a->value ? a->value : "");
	}
	print_plain(p, r->annotations.count ? "},\"owner\":" : ",\"owner\":");
	print_number(p, "", r->uid);
	print_plain(p, "}");
}

int verb_state(struct call *c)
{
	static struct print p;
	struct store s;

	verb_open(c, &s, 0);
	print_state(&p, &s);
	print_plain(&p, "\n");
	print_end(&p);
	return 0;
}
