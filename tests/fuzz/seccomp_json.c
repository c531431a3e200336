/* seccomp_json.c - fuzz target: any bytes as a seccomp profile */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "setup/oci/seccomp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int holds(const char *name, const void *with)
{
	return name[0] & 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seccomp_profile profile = { .otherwise.action = 0 };
	struct json_doc doc;
	struct json_at root;
	struct arena memory;
	char *text = malloc(size + 1); /* exactly as large: ASan sees the end */
	size_t i;

	if (!text || arena_make(&memory, size * 16 + 65536) < 0)
		abort();
	memcpy(text, data, size);
	if (!json_load(&doc, &memory, text, size)) {
		root = json_root(&doc);
		seccomp_profile(&root, &profile, NULL);
	}
	json_free(&doc);
	/* what was accepted can be used */
	for (i = 0; !*doc.error && i < profile.rules.count; i++)
		seccomp_applies(&profile.rules.item[i], "amd64", "6.1.0", holds,
				NULL);
	arena_free(&memory);
	free(text);
	return 0;
}
