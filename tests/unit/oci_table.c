/* oci_table.c - the table of docs/oci.md has the rows of the parser's, both ways */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "setup/oci/config.h"
#include "tests/unit/tap.h"

enum { PATHS = 400, LEN = 128 };

static char known[PATHS][LEN], told[PATHS][LEN];
static int knows, tells;

/* "linux.seccomp.syscalls.names", for each property that has none below. */
static void walk(const struct json_row *rows, const char *prefix)
{
	char path[LEN];

	for (; rows->key; rows++) {
		snprintf(path, sizeof path, "%s%s", prefix, rows->key);
		if (!rows->below) {
			if (knows < PATHS)
				memcpy(known[knows++], path, sizeof path);
			continue;
		}
		strncat(path, ".", sizeof path - strlen(path) - 1);
		walk(rows->below, path);
	}
}

/* Rows of the form "| `path` | how | test |"; the test must be a file. */
static void read_page(FILE *page)
{
	char line[1024], path[LEN], how[512], test[256];

	while (fgets(line, sizeof line, page)) {
		if (sscanf(line, "| `%127[^`]` | %511[^|]| %255[^ |]", path,
			   how, test) != 3)
			continue;
		if (tells < PATHS)
			memcpy(told[tells++], path, sizeof path);
		if (fopen(test, "r") == NULL) {
			okf(0, "%s: there is no test %s", path, test);
			return;
		}
	}
}

static int has(char list[][LEN], int n, const char *path)
{
	int found = 0;

	for (int i = 0; i < n; i++)
		found += !strcmp(list[i], path);
	return found;
}

int main(void)
{
	FILE *page = fopen("docs/oci.md", "r");

	if (!page) {
		perror("docs/oci.md");
		return 1;
	}
	walk(oci_config_rows, "");
	read_page(page);
	fclose(page);
	if (getenv("PRINT"))
		for (int i = 0; i < knows; i++)
			printf("# %s\n", known[i]);
	for (int i = 0; i < knows; i++)
		okf(has(told, tells, known[i]) == 1,
		    "docs/oci.md has one row for %s", known[i]);
	for (int i = 0; i < tells; i++)
		okf(has(known, knows, told[i]) == 1,
		    "the parser has a row for %s", told[i]);
	return done();
}
