/* services_file.c - what a service file says, and what is wrong with it */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "init/services/services.h"
#include "tests/unit/tap.h"

static char said[8192];

static void hear(const char *text)
{
	strncat(said, text, sizeof said - strlen(said) - 2);
	strcat(said, "\n");
}

static struct arena memory;
static struct service s;

/* How many faults the text has. */
static unsigned parse_bytes(const char *text, size_t len)
{
	static char copy[8192];
	struct faults f = { .say = hear };

	memcpy(copy, text, len);
	copy[len] = 0;
	said[0] = 0;
	memory.used = 0;
	memset(memory.base, 0, memory.size);
	s.name = "web";
	s.file = "dir/web";
	service_clear(&s);
	service_parse(&s, copy, len, &memory, &f);
	return f.count;
}

static unsigned parse(const char *text)
{
	return parse_bytes(text, strlen(text));
}

/* ---- words of commands, separated by | here */

static const struct {
	const char *text, *words; /* NULL: refused */
} commands[] = {
	{ "x", "x" },
	{ "nginx -g 'daemon off;'", "nginx|-g|daemon off;" },
	{ "  a\t b  ", "a|b" },
	{ "a 'b c' \"d e\"", "a|b c|d e" },
	{ "a b\\ c", "a|b c" },
	{ "a '' \"\"", "a||" },
	{ "a b'c'\"d\"e", "a|bcde" },
	{ "a '\\'", "a|\\" },
	{ "a '\"'", "a|\"" },
	{ "a \"'\"", "a|'" },
	{ "a \"\\\"\\\\\\n\"", "a|\"\\\\n" },
	{ "a \\\\", "a|\\" },
	{ "a \\'", "a|'" },
	{ "a $HOME `x` * ~ #b", "a|$HOME|`x`|*|~|#b" },
	{ "a b=c", "a|b=c" },
	{ "sh -c 'a | b && c > d; e'", "sh|-c|a | b && c > d; e" },
	{ "a \\| \\; \"&\"", "a|||;|&" },
	{ "\xc3\xa9 \xff", "\xc3\xa9|\xff" },
	{ "a 'b", NULL },
	{ "a \"b", NULL },
	{ "a \"b\\\"", NULL },
	{ "a \\", NULL },
	{ "a | b", NULL },
	{ "a &", NULL },
	{ "a; b", NULL },
	{ "a >b", NULL },
	{ "a <b", NULL },
	{ "a b&c", NULL },
	{ "''", NULL },
	{ "\"\" a", NULL },
};

static void words(void)
{
	for (size_t i = 0; i < COUNT(commands); i++) {
		char text[256], got[256] = "";
		unsigned bad;

		snprintf(text, sizeof text, "command = %s\n", commands[i].text);
		bad = parse(text);
		for (size_t w = 0; !bad && w < s.task.plan.argv.count; w++) {
			if (w)
				strcat(got, "|");
			strcat(got, s.task.plan.argv.item[w]);
		}
		if (!bad && s.task.plan.argv.item[s.task.plan.argv.count])
			strcpy(got, "not ended by NULL");
		okf(commands[i].words ?
			    !bad && !strcmp(got, commands[i].words) :
			    bad == 1,
		    "command = %s: %s", commands[i].text,
		    commands[i].words ? commands[i].words : "refused");
	}
}

/* ---- all that is refused, and what is said about it */

static const struct {
	const char *text, *says;
} faulty[] = {
	{ "", "dir/web: there is no command" },
	{ "# nothing\n\n", "dir/web: there is no command" },
	{ "command = x\ncolour = red",
	  "dir/web:2: colour: there is no such key" },
	{ "command = x\n\n#\nreport = /x",
	  "dir/web:4: report: there is no such" },
	{ "command = x\nverbose = yes",
	  "web:2: verbose: there is no such key" },
	{ "command = x\nservices = /x",
	  "web:2: services: there is no such key" },
	{ "command = x\nCommand = y", "web:2: Command: there is no such key" },
	{ "command = x\nhello", "web:2: \"hello\" is not KEY = VALUE" },
	{ "command = x\n= y", "web:2: : a key is letters" },
	{ "command = x\nafter =   ", "web:2: after: there is no value" },
	{ "command = x\ncommand = y", "web:2: command: line 1 has it already" },
	{ "command = x\ngrace = 1\ngrace = 2", "web:3: grace: line 2 has it" },
	{ "command = x\ngrace = soon",
	  "web:2: grace: \"soon\" is not a number" },
	{ "command = x\ngroup = maybe",
	  "web:2: group: \"maybe\" is not yes or" },
	{ "command = x\noneshot = 1",
	  "web:2: oneshot: the value is not one of" },
	{ "command = x\nfailure = panic",
	  "web:2: failure: the value is not one" },
	{ "command = x\nsuccess = no", "web:2: success: the value is not one" },
	{ "command = x\nrestart = never",
	  "web:2: restart: \"never\" is not one of" },
	{ "command = x\nrestart = on-failure:0",
	  "web:2: restart: \"on-failure:" },
	{ "command = x\nrestart = on-failure:",
	  "web:2: restart: \"on-failure:" },
	{ "command = x\nrestart = on-failure:-1",
	  "web:2: restart: \"on-failure:" },
	{ "command = x\nrestart = always:3",
	  "restart: \"always:3\" is not one" },
	{ "command = x\nready = 5",
	  "web:2: ready: without notify it is ready" },
	{ "command = x\nnotify = socket\nready = x",
	  "ready: the value is not a" },
	{ "command = x\nnotify = yes",
	  "notify: the value is not socket or fd:N" },
	{ "command = x\nnotify = fd:2",
	  "the value is not socket or fd:N with" },
	{ "command = x\nnotify = fd:10",
	  "the value is not socket or fd:N with" },
	{ "command = x\nnotify = fd:",
	  "the value is not socket or fd:N with N" },
	{ "command = x\noneshot = yes\nnotify = socket",
	  "notify: a oneshot is" },
	{ "command = x\noneshot = yes\nrestart = always",
	  "oneshot: one that always starts" },
	{ "command = x\nreload-signal = 0",
	  "reload-signal: the value is not a" },
	{ "command = x\nlog = web.log",
	  "log: the value is not inherit, prefix" },
	{ "command = x\nlog = /x:1", "log: the value has a SIZE that is none" },
	{ "command = x\nlog = /x:4k:100", "log: the value keeps 0 to 99 old" },
	{ "command = x\nuser = a:b:c", "web:2: user: \"a:b:c\"" },
	{ "command = x\nenv = A", "web:2: env: \"A\" is not KEY=VALUE" },
	{ "command = x\nmemory.max =", "web:2: memory.max: there is no value" },
	{ "command = x\nMemory.max = 1",
	  "web:2: Memory.max: \"Memory.max=1\"" },
	{ "command = x\n..= 1", "web:2: ..: \"..=1\" is not KEY=VALUE" },
};

/* ---- all that is taken */

static int env_is(size_t i, const char *text)
{
	return i < s.task.env.count && !strcmp(s.task.env.item[i], text);
}

static void taken(void)
{
	ok(!parse("command = x") && !s.task.keep.restart && !s.oneshot &&
		   s.failure == FAILURE_STOP && s.success == SUCCESS_KEEP &&
		   s.log == LOG_INHERIT && s.notify == NOTIFY_NONE &&
		   s.reload_signal == SIGHUP && s.ready_ms == -1 &&
		   s.task.keep.grace_ms == 10000 &&
		   s.task.keep.drain_ms == 10000 &&
		   s.task.keep.stop_signal == SIGTERM,
	   "a file of one command has the defaults of the manual");
	ok(!strcmp(s.name, "web") && !strcmp(s.file, "dir/web"),
	   "its name stays");
	ok(!parse(" \t# c\r\n\r\n  command\t=  x y \t\r\n") &&
		   s.task.plan.argv.count == 2 &&
		   !strcmp(s.task.plan.argv.item[1], "y"),
	   "blanks, comments and ends of lines of another system are none");
	ok(!parse("command = x\nrestart = on-failure") &&
		   s.task.keep.restart == RESTART_ON_FAILURE &&
		   !s.task.keep.restart_most,
	   "restart = on-failure");
	ok(!parse("restart = on-failure:5\ncommand = x") &&
		   s.task.keep.restart == RESTART_ON_FAILURE &&
		   s.task.keep.restart_most == 5,
	   "restart = on-failure:5");
	ok(!parse("command = x\nrestart = always") &&
		   s.task.keep.restart == RESTART_ALWAYS,
	   "restart = always");
	ok(!parse("command = x\nnotify = socket\nready = 2.5") &&
		   s.notify == NOTIFY_SOCKET && s.ready_ms == 2500,
	   "notify = socket, ready = 2.5");
	ok(!parse("command = x\nnotify = fd:9") && s.notify == NOTIFY_FD &&
		   s.notify_fd == 9,
	   "notify = fd:9");
	ok(!parse("command = x\noneshot = yes\nready = 3") && s.oneshot &&
		   s.ready_ms == 3000,
	   "a oneshot has a time, too");
	ok(!parse("command = x\noneshot = no") && !s.oneshot, "oneshot = no");
	ok(!parse("command = x\nfailure = ignore\nsuccess = stop") &&
		   s.failure == FAILURE_IGNORE && s.success == SUCCESS_STOP,
	   "failure = ignore, success = stop");
	ok(!parse("command = x\nlog = /var/log/a") && s.log == LOG_FILE &&
		   !strcmp(s.log_to, "/var/log/a") && s.log_size == 1 << 20 &&
		   s.log_count == 3,
	   "log = FILE has 1 MiB and three old ones");
	ok(!parse("command = x\nlog = /a:b:64k:0") &&
		   !strcmp(s.log_to, "/a:b") && s.log_size == 65536 &&
		   !s.log_count,
	   "log = FILE:64k:0, with a colon in the name");
	ok(!parse("command = x\nlog = /a:1m") && !strcmp(s.log_to, "/a") &&
		   s.log_size == 1 << 20 && s.log_count == 3,
	   "log = FILE:1m");
	ok(!parse("command = x\nlog = service:l") && s.log == LOG_SERVICE &&
		   !strcmp(s.log_to, "l"),
	   "log = service:NAME");
	ok(!parse("command = x\nlog = prefix") && s.log == LOG_PREFIX,
	   "log = prefix");
	ok(!parse("command = x\nenv = A=b c \nenv = B='x'") &&
		   env_is(0, "A=b c") && env_is(1, "B='x'"),
	   "env may be said again, and has no quotes");
	ok(!parse("command = x\ngroup = yes") && s.task.keep.to_group,
	   "a switch is on by yes");
	ok(!parse("command = x\ngroup = no") && !s.task.keep.to_group,
	   "and off by no");
	ok(!parse("command = x\ngrace = max\nstop-signal = QUIT") &&
		   s.task.keep.grace_ms == -1 &&
		   s.task.keep.stop_signal == SIGQUIT,
	   "settings are those of the command line");
	ok(!parse("command = x\nmemory.high = 8m\npids = 5") &&
		   s.task.limits.count == 2 &&
		   !strcmp(s.task.limits.item[0].key, "memory.high"),
	   "a key with a dot is a file of cgroup v2");
	ok(parse("nope = 1\nafter =\nhello\ncommand = 'x") == 4,
	   "all faults are said, not only the first");
	ok(parse_bytes("command = x\n\0", 13) == 1 && strstr(said, "NUL"),
	   "a NUL is refused");
}

static const struct {
	const char *name;
	int good;
} names[] = {
	{ "a", 1 },
	{ "web", 1 },
	{ "Web-1.x_y", 1 },
	{ "0", 1 },
	{ "", 0 },
	{ ".a", 0 },
	{ "-a", 0 },
	{ "_a", 0 },
	{ "a b", 0 },
	{ "a/b", 0 },
	{ "a~", 0 },
	{ "\xc3\xa9", 0 },
	{ "a\n", 0 },
	{ "a:b", 0 },
	{ "a=", 0 },
	{ "0123456789012345678901234567890123456789"
	  "01234567890123456789012",
	  1 },
	{ "0123456789012345678901234567890123456789"
	  "012345678901234567890123",
	  0 },
};

int main(void)
{
	if (arena_make(&memory, 1 << 16) < 0)
		return 1;
	words();
	for (size_t i = 0; i < COUNT(faulty); i++) {
		unsigned bad = parse(faulty[i].text);
		int good = bad == 1 && strstr(said, faulty[i].says) != NULL;

		if (!okf(good, "\"%s\": %s", faulty[i].text, faulty[i].says))
			printf("# %u: %s", bad, said);
	}
	taken();
	for (size_t i = 0; i < COUNT(names); i++)
		okf(service_named(names[i].name) == names[i].good,
		    "\"%s\" is %sa name", names[i].name,
		    names[i].good ? "" : "not ");
	return done();
}
