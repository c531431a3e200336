/* machine_cmdline.c - fuzz: the kernel's command line, init/machine/cmdline.h */
#include <stdlib.h>
#include <string.h>

#include "init/machine/cmdline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Words are cut off one after the other, each within the line. */
static void words(char *line, size_t size)
{
	char *rest = line, *name, *value, *before = line;

	while (cmdline_next(&rest, &name, &value)) {
		if (name < before || rest <= before || rest > line + size ||
		    name + strlen(name) > rest)
			abort();
		if (value && (value <= name || value + strlen(value) > rest))
			abort();
		before = rest;
		cmdline_option(name);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), *copy = malloc(size + 1), *scratch;
	char *argv[] = { (char *)"init", copy, (char *)"--" };
	struct address address;
	const char *why = NULL;
	unsigned port;
	int skip;

	memcpy(text, data, size);
	text[size] = 0;
	strcpy(copy, text);
	scratch = malloc(size + 1);
	skip = cmdline_skip(text, scratch, 3, argv);
	free(scratch);
	if (skip < 1 || skip > 3)
		abort();
	words(copy, strlen(text));
	strcpy(copy, text);
	if (cmdline_address(copy, &address, &why) < 0 && !why)
		abort();
	cmdline_port(text, &port);
	free(text);
	free(copy);
	return 0;
}
