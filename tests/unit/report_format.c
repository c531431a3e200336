/* report_format.c - a report is valid JSON, whatever the names in it */
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/plan/report.h"
#include "tests/unit/tap.h"

static char text[65536];
static size_t size;

/* Formats it and reads it as JSON; NULL if it is not that. */
static json_t *read_back(const struct report *r)
{
	json_error_t error;
	json_t *json;

	size = report_format(r, text, sizeof text - 1);
	text[size] = 0;
	json = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
			  &error);
	if (!json)
		printf("# %s, line %d\n", error.text, error.line);
	return json;
}

static void all_rows(void)
{
	static const char want[] = "{\n"
				   "  \"name\": \"box\",\n"
				   "  \"command\": \"/bin/sh\",\n"
				   "  \"error\": \"none\",\n"
				   "  \"status\": 137,\n"
				   "  \"signal\": 9,\n"
				   "  \"killed_late\": 0,\n"
				   "  \"started\": 1700000000.000000001,\n"
				   "  \"running\": 0.999999999,\n"
				   "  \"ended\": 18446744073.709551614,\n"
				   "  \"processes_reaped\": 3,\n"
				   "  \"cpu_seconds\": 1.000000,\n"
				   "  \"user_seconds\": 0.000001,\n"
				   "  \"system_seconds\": 0.999999,\n"
				   "  \"throttled_seconds\": 0.000000,\n"
				   "  \"memory_peak\": 67108864,\n"
				   "  \"memory_max\": 18446744073709551614,\n"
				   "  \"pids_peak\": 5,\n"
				   "  \"pids_max\": 32,\n"
				   "  \"pids_refused\": 6,\n"
				   "  \"oom_kills\": 1,\n"
				   "  \"oom_pid\": 7,\n"
				   "  \"oom_victim\": \"sh\"\n"
				   "}\n";
	struct report r = {
		.name = "box",
		.command = "/bin/sh",
		.error = "none",
		.oom_victim = "sh",
		.status = 137,
		.signal = 9,
		.late = 0,
		.started_ns = 1700000000000000001,
		.running_ns = 999999999,
		.ended_ns = UINT64_MAX - 1,
		.reaped = 3,
		.cpu_us = 1000000,
		.user_us = 1,
		.system_us = 999999,
		.throttled_us = 0,
		.memory_peak = 67108864,
		.memory_max = UINT64_MAX - 1,
		.pids_peak = 5,
		.pids_max = 32,
		.pids_refused = 6,
		.oom_kills = 1,
		.oom_pid = 7,
	};
	int cut = 1;

	size = report_format(&r, text, sizeof text);
	if (!ok(size == sizeof want - 1 && !memcmp(text, want, size),
		"a report says everything that is in it"))
		printf("# %.*s\n", (int)size, text);
	for (size_t i = 0; i <= sizeof want; i++) {
		size_t n = i < size ? i : size;

		memset(text, '#', sizeof want + 8);
		cut &= report_format(&r, text, i) == size &&
		       !memcmp(text, want, n) && text[n] == '#';
	}
	ok(cut, "the length is told whatever the room, and no more is written");
}

/* A figure nobody puts into the text would stay unknown to all. */
static void each_row(void)
{
	struct report r;
	json_t *json;
	size_t keys = 0;

	for (size_t at = 4 * sizeof(char *); at < sizeof r; at += 8) {
		report_clear(&r);
		memset((char *)&r + at, 0, 8);
		json = read_back(&r);
		keys += json && json_object_size(json) == 1;
		json_decref(json);
	}
	ok(keys == (sizeof r - 4 * sizeof(char *)) / 8,
	   "each number that is known is in the text, and nothing else is");
}

static void names(void)
{
	static const char *const nasty[] = {
		"",
		"\"",
		"\\",
		"\\\"",
		"\",\"status\":0,\"x\":\"",
		"a\nb\rc\td\be\ff",
		"\x01\x02\x1e\x1f\x7f",
		"\x1b[31mred\x1b[0m",
		"</script><!-- & ' \"",
		"%s%n%d",
		"{}[]:,/",
		"\\u0041\\n",
		"\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa7\xe2\x80\xa8",
		"null",
	};
	char longest[3000], name[100];

	for (size_t i = 0; i <= COUNT(nasty); i++) {
		struct report r;
		json_t *json;
		const char *want = i < COUNT(nasty) ? nasty[i] : longest;

		memset(longest, '"', sizeof longest - 1);
		longest[sizeof longest - 1] = 0;
		report_clear(&r);
		r.name = r.command = r.error = r.oom_victim = want;
		json = read_back(&r);
		for (const char *const *key =
			     (const char *const[]){ "name", "command", "error",
						    "oom_victim", NULL };
		     *key && json; key++) {
			const char *got =
				json_string_value(json_object_get(json, *key));

			if (!got || strcmp(got, want) != 0) {
				json_decref(json);
				json = NULL;
			}
		}
		snprintf(name, sizeof name, "%.60s", want);
		okf(json && json_object_size(json) == 4 &&
			    text[size - 1] == '\n',
		    "%s comes back as it was", name);
		json_decref(json);
	}
	for (size_t i = 0; i < size; i++)
		if ((unsigned char)text[i] < ' ' && text[i] != '\n')
			ok(0, "no control character stands as it is");
}

static int write_to(const struct report *r, const char *path)
{
	int fd = report_open(path), result;

	if (fd < 0)
		return -1;
	result = report_write(r, fd);
	close(fd);
	return result;
}

static void hard_cases(void)
{
	static char longest[20000];
	struct report r;
	json_t *json;

	report_clear(&r);
	size = report_format(&r, text, sizeof text);
	ok(size < sizeof text && !memcmp(text, "{\n}\n", size),
	   "a report that knows nothing is an empty object");
	r.command = "a\xff\xc3" "b \xe2\x82";
	size = report_format(&r, text, sizeof text);
	json = json_loadb(text, size, 0, NULL);
	ok(json && !strcmp(json_string_value(json_object_get(json, "command")),
			   "a\xef\xbf\xbd\xef\xbf\xbd" "b "
			   "\xef\xbf\xbd\xef\xbf\xbd"),
	   "bytes that are no UTF-8 become replacement characters");
	json_decref(json);
	memset(longest, 'x', sizeof longest - 1);
	r.command = longest;
	size = report_format(&r, text, sizeof text);
	json = json_loadb(text, size, 0, NULL);
	ok(json && size > sizeof longest, "20 KB of command are written whole");
	json_decref(json);
}

static void file(void)
{
	char path[] = "/tmp/report-format-XXXXXX", got[400] = "";
	int fd = mkstemp(path), n;
	struct report r;
	struct stat st;

	if (fd < 0 || write(fd, "an older and much longer report\n", 32) != 32)
		ok(0, "a file for the test");
	report_clear(&r);
	r.status = 3;
	n = write_to(&r, path);
	ok(!n && pread(fd, got, sizeof got - 1, 0) > 0 &&
		   !strcmp(got, "{\n  \"status\": 3\n}\n"),
	   "a report replaces the one that was there");
	close(fd);
	unlink(path);
	umask(022);
	ok(!write_to(&r, path) && !stat(path, &st) &&
		   (st.st_mode & 07777) == 0644,
	   "a file that was not there is made, for all to read");
	unlink(path);
	ok(write_to(&r, "/nowhere/report") == -1 &&
		   write_to(&r, "/dev/full") == -1,
	   "a file that cannot be written is an error");
}

int main(void)
{
	all_rows();
	each_row();
	names();
	hard_cases();
	file();
	return done();
}
