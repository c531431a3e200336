/* check.c - is a directory of services right, and what will it do */
#include <string.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/services/check.h"
#include "init/services/services.h"

static void say_fault(const char *text)
{
	warn("%s", text);
}

static void say(const char *text)
{
	if (fd_write_all(1, text, strlen(text)) < 0)
		die("write: %m");
}

int services_check(const char *dir)
{
	static struct services all;
	struct faults faults = { .say = say_fault };
	unsigned said = 0;

	services_read(&all, dir, &faults);
	if (faults.count)
		return 1;
	say("They start in this order, those in a line at once:\n");
	for (unsigned wave = 0; said < all.count; wave++) {
		for (unsigned i = 0; i < all.count; i++) {
			if (all.item[i].wave != wave)
				continue;
			say("  ");
			say(all.item[i].name);
			if (all.item[i].oneshot)
				say(" (oneshot)");
			said++;
		}
		say("\n");
	}
	return 0;
}
