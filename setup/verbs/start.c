/* start.c - start: the process of a created container runs */
#include "init/base/die.h"
#include "setup/host/watch.h"
#include "setup/verbs/verbs.h"

int verb_start(struct call *c)
{
	struct store s;
	struct child child = { .pid = 0 };
	enum status status;

	verb_open(c, &s, 1);
	status = verb_status(&s);
	if (status != CREATED)
		die("container %s is %s: only a created one can be started",
		    s.id, status_names[status]);
	child.note_fd = store_connect(&s);
	/* Before the effect: who looks then sees what ran, or ended. */
	s.record.phase = STORE_STARTED;
	store_write(&s);
	watch_start(&child);
	watch_started(&child);
	return 0;
}
