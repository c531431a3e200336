/* services_order.c - who comes before whom */
#include <string.h>

#include "init/services/services.h"
#include "tests/unit/tap.h"

static char said[4096];

static void hear(const char *text)
{
	strncat(said, text, sizeof said - strlen(said) - 2);
	strcat(said, "\n");
}

static struct service items[SERVICES_MAX];
static struct services all = { .dir = "dir", .item = items };

struct row {
	const char *name, *after, *requires, *reader;
};

static unsigned order(const struct row *rows, unsigned count)
{
	struct faults f = { .say = hear };

	said[0] = 0;
	all.count = count;
	for (unsigned i = 0; i < count; i++) {
		items[i].name = rows[i].name;
		items[i].file = rows[i].name;
		service_clear(&items[i]);
		items[i].after_names = rows[i].after;
		items[i].requires_names = rows[i].requires;
		items[i].line[KEY_AFTER] = 3;
		items[i].line[KEY_REQUIRES] = 4;
		items[i].line[KEY_LOG] = 5;
		if (rows[i].reader) {
			items[i].log = LOG_SERVICE;
			items[i].log_to = rows[i].reader;
		}
	}
	services_order(&all, &f);
	return f.count;
}

#define ORDER(...)                                 \
	order((const struct row[]){ __VA_ARGS__ }, \
	      COUNT(((const struct row[]){ __VA_ARGS__ })))

static int waves(unsigned a, unsigned b, unsigned c)
{
	return items[0].wave == a && items[1].wave == b && items[2].wave == c;
}

/* A chain as long as can be, each after the next. */
static void longest(int closed)
{
	static char names[SERVICES_MAX][8];
	static struct row rows[SERVICES_MAX];

	for (unsigned i = 0; i < SERVICES_MAX; i++) {
		snprintf(names[i], sizeof names[i], "s%u", i);
		rows[i] = (struct row){ .name = names[i] };
		if (i)
			rows[i - 1].after = names[i];
	}
	if (closed)
		rows[SERVICES_MAX - 1].after = names[0];
	if (closed)
		ok(order(rows, SERVICES_MAX) == 1 &&
			   strstr(said, "s0 -> s1 -> s2") &&
			   strstr(said, " -> ..."),
		   "a cycle of all is said as far as it fits");
	else
		ok(!order(rows, SERVICES_MAX) &&
			   items[0].wave == SERVICES_MAX - 1 &&
			   items[SERVICES_MAX - 1].wave == 0,
		   "a chain of all has as many waves");
}

int main(void)
{
	ok(!ORDER({ "a" }, { "b" }, { "c" }) && waves(0, 0, 0),
	   "those without a word about others start at once");
	ok(!ORDER({ "a", "b" }, { "b", "c" }, { "c" }) && waves(2, 1, 0),
	   "after is an order");
	ok(!ORDER({ "a", NULL, "b" }, { "b" }, { "c", "b" }) &&
		   waves(1, 0, 1) && set_has(&items[0].after, 1) &&
		   set_has(&items[0].requires, 1) &&
		   !set_has(&items[2].requires, 1),
	   "requires is one, too, and after requires nothing");
	ok(!ORDER({ "a", "c b" }, { "b" }, { "c", NULL, " b, " }) &&
		   waves(2, 0, 1),
	   "names have blanks or commas between them");
	ok(!ORDER({ "a", NULL, NULL, "c" }, { "b", NULL, NULL, "c" },
		  { "c" }) &&
		   waves(1, 1, 0) && items[2].reads_logs &&
		   items[0].log_index == 2 && items[2].log_index == -1,
	   "who reads the output of others starts before them");
	ok(ORDER({ "a", "b x" }, { "b", NULL, "bb" }, { "c" }) == 2 &&
		   strstr(said, "a:3: after: there is no service x in dir") &&
		   strstr(said, "b:4: requires: there is no service bb in dir"),
	   "unknown names are said, with their lines");
	ok(ORDER({ "a", NULL, NULL, "x" }, { "b" }, { "c" }) == 1 &&
		   strstr(said, "a:5: log: there is no service x in dir"),
	   "and those that should read");
	ok(ORDER({ "a", "a" }, { "b" }, { "c" }) == 1 &&
		   strstr(said, "before itself: a -> a\n"),
	   "nobody comes after himself");
	ok(ORDER({ "a", "b" }, { "b", NULL, "c" }, { "c", "b" }) == 1 &&
		   strstr(said, ": b -> c -> b\n"),
	   "a cycle is said without those who lead to it");
	ok(ORDER({ "a", "b" }, { "b", "c" }, { "c", "a" }) == 1 &&
		   strstr(said, ": a -> b -> c -> a\n"),
	   "and each only once");
	ok(ORDER({ "a", NULL, NULL, "b" }, { "b", NULL, NULL, "a" }, { "c" }) ==
			   1 &&
		   strstr(said, ": a -> b -> a\n"),
	   "two cannot read each other's output");
	ok(ORDER({ "a", NULL, NULL, "a" }, { "b" }, { "c" }) == 1 &&
		   strstr(said, ": a -> a\n"),
	   "nor one its own");
	longest(0);
	longest(1);
	ORDER({ "a" }, { "ab" }, { "abc" });
	ok(service_find(&all, "ab", 2) == 1 &&
		   service_find(&all, "abcd", 3) == 2 &&
		   service_find(&all, "b", 1) < 0 &&
		   service_find(&all, "", 0) < 0,
	   "a name is found whole");
	return done();
}
