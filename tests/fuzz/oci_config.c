/* oci_config.c - fuzz target: any bytes as a config.json */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "setup/oci/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct oci_config c = { .version = NULL };
	char *text = malloc(size + 1); /* exactly as large: ASan sees the end */
	char why[512];

	if (!text || arena_make(&c.launch.memory, size * 16 + (4 << 20)) < 0)
		abort();
	memcpy(text, data, size);
	/* What is settled may be refused, but by a sentence. */
	if (oci_read(&c, text, size, why, sizeof why) == 0 &&
	    oci_settle(&c, "/bundle", size & 1, why, sizeof why) == 0)
		plan_check(&c.launch.plan, c.launch.sources.count, why,
			   sizeof why);
	arena_free(&c.launch.memory);
	free(text);
	return 0;
}
