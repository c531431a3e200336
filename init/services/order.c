/* order.c - who comes before whom, and that nobody comes before himself */
#include <string.h>

#include "init/services/services.h"

int service_find(const struct services *all, const char *name, size_t len)
{
	for (unsigned i = 0; i < all->count; i++)
		if (!strncmp(all->item[i].name, name, len) &&
		    !all->item[i].name[len])
			return i;
	return -1;
}

/* Names with blanks or commas between them to a set. */
static void names(const struct services *all, struct service *s,
		  const char *text, enum service_key k, struct set *out,
		  struct faults *f)
{
	static const char *const key[] = {
		[KEY_AFTER] = "after", [KEY_REQUIRES] = "requires"
	};
	static const char between[] = " \t,";

	for (; text && *(text += strspn(text, between));
	     text += strcspn(text, between)) {
		size_t len = strcspn(text, between);
		int i = service_find(all, text, len);

		if (i < 0)
			fault(f, s, s->line[k], key[k],
			      "there is no service %.*s in %s", (int)len, text,
			      all->dir);
		else
			set_add(out, i);
	}
}

static void reader(struct services *all, struct service *s, struct faults *f)
{
	if (s->log != LOG_SERVICE)
		return;
	s->log_index = service_find(all, s->log_to, strlen(s->log_to));
	if (s->log_index < 0) {
		fault(f, s, s->line[KEY_LOG], "log",
		      "there is no service %s in %s", s->log_to, all->dir);
		return;
	}
	all->item[s->log_index].reads_logs = 1;
	set_add(&s->after, s->log_index);
}

/* How far the search for cycles is with each of them. */
struct search {
	struct services *all;
	struct faults *f;
	struct set begun, finished;
	uint8_t path
		[SERVICES_MAX]; /* the services we are in, outermost first */
	unsigned depth;
	int broken;
};

static void cycle(struct search *c, unsigned i)
{
	char text[512] = "";
	size_t n = 0, from = 0;

	while (c->path[from] != i)
		from++;
	for (; from <= c->depth; from++) {
		const char *name = from < c->depth ?
					   c->all->item[c->path[from]].name :
					   c->all->item[i].name;
		size_t len = strlen(name);

		if (n + len + sizeof " -> ..." >= sizeof text) {
			strcpy(text + n, "...");
			break;
		}
		memcpy(text + n, name, len + 1);
		n += len;
		if (from < c->depth) {
			strcpy(text + n, " -> ");
			n += 4;
		}
	}
	fault(c->f, &c->all->item[i], 0, NULL,
	      "it would have to start before itself: %s", text);
}

/* Depth first; a service that we are in already closes a cycle. Depth is at
 * most the number of services. */
static void visit(struct search *c, unsigned i)
{
	struct service *s = &c->all->item[i];

	if (set_has(&c->finished, i))
		return;
	if (set_has(&c->begun, i)) {
		cycle(c, i);
		return;
	}
	set_add(&c->begun, i);
	c->path[c->depth++] = i;
	for (unsigned j = 0; j < c->all->count; j++) {
		if (!set_has(&s->after, j))
			continue;
		visit(c, j);
		if (c->all->item[j].wave >= s->wave)
			s->wave = c->all->item[j].wave + 1;
	}
	c->depth--;
	set_add(&c->finished, i);
}

void services_order(struct services *all, struct faults *f)
{
	struct search c = { .all = all, .f = f };

	for (unsigned i = 0; i < all->count; i++) {
		struct service *s = &all->item[i];

		names(all, s, s->after_names, KEY_AFTER, &s->after, f);
		names(all, s, s->requires_names, KEY_REQUIRES, &s->requires, f);
		for (unsigned w = 0; w < SERVICES_MAX / 64; w++)
		s->after.bits[w] |= s->requires.bits[w];
	}
	for (unsigned i = 0; i < all->count; i++)
		reader(all, &all->item[i], f);
	for (unsigned i = 0; i < all->count; i++)
		visit(&c, i);
}
