/* services_file.c - fuzz: the text of a service file */
#include <stdlib.h>
#include <string.h>

#include "init/services/services.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hear(const char *text)
{
	/* One sentence, with the file in front. */
	if (strncmp(text, "f:", 2) != 0 || strlen(text) < 4)
		abort();
}

static void check(const struct service *s, unsigned faults)
{
	if (faults)
		return;
	if (!s->task.plan.argv.count || !*s->task.plan.argv.item[0] ||
	    s->task.plan.argv.item[s->task.plan.argv.count])
		abort(); /* taken, and no command */
	for (size_t i = 0; i < s->task.plan.argv.count; i++)
		if (strlen(s->task.plan.argv.item[i]) > FILE_MAX)
			abort();
	if (s->notify == NOTIFY_FD &&
	    (s->notify_fd < 3 || s->notify_fd > NOTIFY_FD_MOST))
		abort();
	if (s->log == LOG_FILE && (*s->log_to != '/' || !s->log_size))
		abort();
	if (s->reload_signal < 1 || s->reload_signal > 64)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct faults f = { .say = hear };
	struct service s = { .name = "f", .file = "f" };
	struct arena memory;
	char *text;

	if (size > FILE_MAX || arena_make(&memory, 4 << 20) < 0)
		return 0;
	/* Its own, so that one byte too far is seen. */
	text = malloc(size + 1);
	memcpy(text, data, size);
	text[size] = 0;
	service_clear(&s);
	service_parse(&s, text, size, &memory, &f);
	check(&s, f.count);
	free(text);
	arena_free(&memory);
	return 0;
}
