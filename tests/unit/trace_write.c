/* trace_write.c - what --trace writes is what was noted, and can be read */
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>

#include <jansson.h>

#include "setup/host/trace.c"

static unsigned tests, failures;

static void ok(int good, const char *what)
{
	tests++;
	failures += !good;
	printf("%sok %u - %s\n", good ? "" : "not ", tests, what);
}

static char json_path[] = "/tmp/trace_write.XXXXXX.json";
static char svg_path[] = "/tmp/trace_write.XXXXXX.svg";

static double number(json_t *array, size_t i, const char *key)
{
	return json_number_value(
		json_object_get(json_array_get(array, i), key));
}

static int is(json_t *array, size_t i, const char *key, const char *text)
{
	const char *s = json_string_value(
		json_object_get(json_array_get(array, i), key));

	return s && !strcmp(s, text);
}

static void as_json(void)
{
	json_t *a;

	ok(!trace_write(json_path), "a .json file is written");
	a = json_load_file(json_path, 0, NULL);
	ok(json_array_size(a) == 4, "it is an array of all steps");
	ok(is(a, 0, "step", "parse") && is(a, 1, "step", "clone") &&
		   is(a, 2, "step", "attach \"<mounts>\" & \\ ??"),
	   "in the order of their beginnings, with any name");
	ok(is(a, 0, "side", "host") && is(a, 2, "side", "inside"),
	   "with their sides");
	ok(number(a, 0, "start_us") == 0 && number(a, 0, "duration_us") == 3.5,
	   "the first one begins at 0");
	ok(number(a, 1, "start_us") == 10 && number(a, 3, "start_us") == 1990,
	   "the others in microseconds after it");
	ok(number(a, 3, "duration_us") == 0,
	   "a step that ends before it begins takes no time");
	ok(is(a, 2, "ph", "X") &&
		   is(a, 2, "name", "attach \"<mounts>\" & \\ ??") &&
		   number(a, 2, "ts") == number(a, 2, "start_us") &&
		   number(a, 2, "dur") == number(a, 2, "duration_us") &&
		   number(a, 2, "tid") == 2,
	   "and each is a complete event of a trace viewer");
	json_decref(a);
}

static void as_svg(void)
{
	char text[64 << 10];
	ssize_t n;

	ok(!trace_write(svg_path), "a .svg file is written, after the other");
	n = fd_read_file(AT_FDCWD, svg_path, text, sizeof text);
	ok(n > 0 && !strncmp(text, "<svg ", 5) &&
		   !strcmp(text + n - 6, "</svg>"),
	   "it is one picture");
	ok(strstr(text, "attach &#34;&#60;mounts&#62;&#34; &#38; \\ ?"
			"?<") != NULL,
	   "names are escaped");
	ok(strstr(text, ">1.99 ms from the first") != NULL,
	   "the total is in it");
}

static void too_many(void)
{
	json_t *a;

	for (int i = 0; i < 2 * TRACE_STEPS; i++)
		trace_step("inside",
			   "a name that is much longer than any that a step "
			   "has <<<<<<<<<<<<<<<<",
			   i, i + 1);
	ok(!trace_write(svg_path), "as many steps as there is room for: svg");
	ok(!trace_write(json_path), "as many steps as there is room for: json");
	a = json_load_file(json_path, 0, NULL);
	ok(json_array_size(a) == TRACE_STEPS, "the rest is left out");
	json_decref(a);
}

int main(void)
{
	close(mkstemps(json_path, 5));
	close(mkstemps(svg_path, 4));
	trace_step("inside", "attach \"<mounts>\" & \\ \n\x1b", 1500000,
		   1999000);
	trace_step("host", "parse", 1000000, 1003500);
	trace_step("host", "clone", 1010000, 1110000);
	trace_step("inside", "end", 2990000, 2000000);
	as_json();
	as_svg();
	too_many();
	ok(trace_write("/tmp/trace.txt") < 0 && errno == EINVAL,
	   "another extension is refused");
	ok(trace_write("/nowhere/x.json") < 0 && errno == ENOENT,
	   "a path that is not there is an error");
	unlink(json_path);
	unlink(svg_path);
	printf("1..%u\n", tests);
	return failures != 0;
}
