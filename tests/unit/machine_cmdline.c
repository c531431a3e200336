/* machine_cmdline.c - the kernel's command line, as PID 1 of a machine reads it */
#include <arpa/inet.h>
#include <string.h>

#include "init/machine/cmdline.h"
#include "tests/unit/tap.h"

/* As "name|value " of each word, what the kernel makes of them: next_arg(). */
static const struct {
	const char *line, *words;
} lines[] = {
	{ "", "" },
	{ " \t\n", "" },
	{ "quiet", "quiet " },
	{ "  ro   quiet ", "ro quiet " },
	{ "a=b", "a|b " },
	{ "a=", "a| " },
	{ "a=b=c", "a|b=c " },
	{ "=b", "=b " },
	{ "==b", "=|b " },
	{ "a=\"b c\" d", "a|b c d " },
	{ "\"a=b c\" d", "a|b c d " },
	{ "\"a b\" c", "a b c " },
	{ "a\"b c\"d e", "a\"b c\"d e " },
	{ "a=x\"b c\" e", "a|x\"b c\" e " },
	{ "a=\"b", "a|b " },
	{ "\"", " " },
	{ "a=\"", "a| " },
	{ "a=\"\"", "a| " },
	{ "\"\" b", " b " },
	{ "-- sh -c \"exit 3\"", "-- sh -c exit 3 " },
	{ "sh -c 'a b'", "sh -c 'a b' " },
	{ "a\xa0"
	  "b",
	  "a b " },
};

static void words(void)
{
	for (size_t i = 0; i < COUNT(lines); i++) {
		char line[128], got[128] = "", *rest = line, *name, *value;

		strcpy(line, lines[i].line);
		while (cmdline_next(&rest, &name, &value)) {
			strcat(got, name);
			if (value)
				strcat(strcat(got, "|"), value);
			strcat(got, " ");
		}
		okf(!strcmp(got, lines[i].words), "cuts %s as the kernel does",
		    lines[i].line);
		if (strcmp(got, lines[i].words))
			printf("# got: %s\n", got);
	}
}

enum { WORDS = 8 };

/* How many words of argv are the kernel's own. */
static const struct {
	const char *line;
	const char *argv[WORDS];
	int skip;
} skips[] = {
	{ "quiet", { "/init" }, 1 },
	{ "quiet -- sh", { "/init", "sh" }, 1 },
	{ "quiet foo -- sh -c x", { "/init", "foo", "sh", "-c", "x" }, 2 },
	{ "foo bar=1 baz -- sh", { "/init", "foo", "baz", "sh" }, 3 },
	{ "foo bar", { "/init", "foo", "bar" }, 3 },
	{ "sh -- sh sh", { "/init", "sh", "sh", "sh" }, 2 },
	{ "quiet -- quiet", { "/init", "quiet" }, 1 },
	{ "foo init=/x bar -- sh", { "/x", "bar", "sh" }, 2 },
	{ "foo -- \"a b\"", { "/init", "foo", "a b" }, 2 },
	{ "foo -- a=b", { "/init", "foo", "a=b" }, 2 },
	{ "foo -- -- sh", { "/init", "foo", "--", "sh" }, 2 },
	{ "foo --", { "/init", "foo" }, 2 },
	/* a script in between that knows better */
	{ "foo -- sh", { "/sbin/cinit", "--", "top", "-b" }, 1 },
	{ "foo", { "/sbin/cinit", "--", "foo" }, 1 },
	{ "-- sh -c x", { "/sbin/cinit", "x" }, 1 },
};

static void skipped(void)
{
	for (size_t i = 0; i < COUNT(skips); i++) {
		char scratch[128];
		int argc = 0, got;

		while (skips[i].argv[argc])
			argc++;
		got = cmdline_skip(skips[i].line, scratch, argc,
				   (char *const *)skips[i].argv);
		okf(got == skips[i].skip, "of %s, %d words are not ours (%d)",
		    skips[i].line, skips[i].skip, got);
	}
}

static const struct {
	const char *value;
	int good;
	const char *client, *gateway, *netmask, *hostname, *device;
} addresses[] = {
	{ "10.0.0.2::10.0.0.1:255.255.255.0:box:eth1:off", 1, "10.0.0.2",
	  "10.0.0.1", "255.255.255.0", "box", "eth1" },
	{ "10.0.0.2", 1, "10.0.0.2", "0.0.0.0", "255.0.0.0", "", "" },
	{ "172.16.0.2:1.2.3.4", 1, "172.16.0.2", "0.0.0.0", "255.255.0.0", "",
	  "" },
	{ "192.168.7.2:::::eth0:none", 1, "192.168.7.2", "0.0.0.0",
	  "255.255.255.0", "", "eth0" },
	{ "10.0.0.2:::::::", 1, "10.0.0.2", "0.0.0.0", "255.0.0.0", "", "" },
	{ "off", 1, "0.0.0.0", "0.0.0.0", "0.0.0.0", "", "" },
	{ "none", 1, "0.0.0.0", "0.0.0.0", "0.0.0.0", "", "" },
	{ "dhcp", 0 },
	{ "", 0 },
	{ "::::::dhcp", 0 },
	{ "10.0.0.2::::::dhcp", 0 },
	{ "10.0.0.2:::::::10.0.0.3", 0 }, /* a name server */
	{ "10.0.0.256", 0 },
	{ "10.0.0", 0 },
	{ "10.0.0.2.3", 0 },
	{ "10.0.0.2::10.0.0.x", 0 },
	{ "10.0.0.2:::24", 0 },
	{ "[fe80::1]", 0 },
};

static int same(struct in_addr a, const char *text)
{
	return a.s_addr == inet_addr(text);
}

static void addressed(void)
{
	for (size_t i = 0; i < COUNT(addresses); i++) {
		const char *why = NULL;
		char value[128];
		struct address a;
		int got;

		strcpy(value, addresses[i].value);
		got = cmdline_address(value, &a, &why);
		if (!addresses[i].good) {
			okf(got < 0 && why && *why, "refuses ip=%s",
			    addresses[i].value);
			continue;
		}
		okf(!got && same(a.client, addresses[i].client) &&
			    same(a.gateway, addresses[i].gateway) &&
			    same(a.netmask, addresses[i].netmask) &&
			    !strcmp(a.hostname, addresses[i].hostname) &&
			    !strcmp(a.device, addresses[i].device),
		    "takes ip=%s", addresses[i].value);
	}
}

static const struct {
	const char *text;
	int port; /* -1: refused */
} ports[] = {
	{ "0xf4", 0xf4 },  { "0xffff", 0xffff }, { "none", 0 },
	{ "0x10000", -1 }, { "0x0", -1 },	 { "0x", -1 },
	{ "244", -1 },	   { "", -1 },		 { "0xg", -1 },
	{ "0xf4 ", -1 },
};

int main(void)
{
	char option[] = "cinit.max_run-time", other[] = "cinit",
	     third[] = "a.b";

	words();
	skipped();
	addressed();
	for (size_t i = 0; i < COUNT(ports); i++) {
		unsigned port = 4711;
		int got = cmdline_port(ports[i].text, &port);

		okf(got < 0 ? ports[i].port < 0 : (int)port == ports[i].port,
		    "reads the port \"%s\"", ports[i].text);
	}
	ok(!strcmp(cmdline_option(option), "max-run-time"), "knows an option");
	ok(!cmdline_option(other) && !cmdline_option(third), "knows others");
	return done();
}
