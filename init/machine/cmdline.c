/* cmdline.c - the kernel's command line, as far as it concerns us; pure */
#include "init/machine/cmdline.h"

#include <string.h>

#include "init/base/parse.h"

static int is_space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0;
}

int cmdline_next(char **rest, char **name, char **value)
{
	char *s = *rest, *equals = NULL, *end;
	int in_quote = 0, quoted;

	while (is_space(*s))
		s++;
	if (!*s)
		return 0;
	quoted = *s == '"';
	if (quoted) {
		in_quote = 1;
		s++;
	}
	for (end = s; *end && (in_quote || !is_space(*end)); end++) {
		if (!equals && *end == '=' && end > s)
			equals = end;
		if (*end == '"')
			in_quote = !in_quote;
	}
	*rest = *end ? end + 1 : end;
	*end = 0;
	*name = s;
	*value = NULL;
	if (equals) {
		*equals = 0;
		*value = equals + 1;
		if (**value == '"') {
			++*value;
			quoted = 1;
		}
		s = *value;
	}
	if (quoted && end > s && end[-1] == '"')
		end[-1] = 0;
	return 1;
}

int cmdline_skip(const char *line, char *scratch, int argc, char *const argv[])
{
	char *rest = strcpy(scratch, line), *name, *value;
	int skip = 1, ours = 0, after = 0;

	while (cmdline_next(&rest, &name, &value)) {
		ours += after;
		if (after)
			continue;
		after = !value && !strcmp(name, "--");
		/* What has a value is in the environment. */
		if (!after && !value && skip < argc &&
		    !strcmp(argv[skip], name))
			skip++;
	}
	/* A word before "--" may be one that the kernel knows, and kept, and
	 * that also begins what is behind it. */
	if (skip > argc - ours)
		skip = argc - ours;
	return skip > 1 ? skip : 1;
}

char *cmdline_option(char *name)
{
	if (strncmp(name, "cinit.", 6))
		return NULL;
	name += 6;
	for (char *c = name; *c; c++)
		if (*c == '_')
			*c = '-';
	return name;
}

int cmdline_port(const char *text, unsigned *out)
{
	static const char digits[] = "0123456789abcdef";
	unsigned port = 0;

	if (!strcmp(text, "none")) {
		*out = 0;
		return 0;
	}
	if (text[0] != '0' || text[1] != 'x')
		return -1;
	for (text += 2; *text; text++) {
		const char *digit = strchr(digits, *text);

		if (!digit || port > 0xfff)
			return -1;
		port = port << 4 | (unsigned)(digit - digits);
	}
	*out = port;
	return port ? 0 : -1;
}

static int parse_ipv4(char *s, struct in_addr *out)
{
	uint32_t all = 0;
	uint64_t byte;

	for (int i = 0; i < 4; i++) {
		char *part = strsep(&s, ".");

		if (!part || parse_number(part, 255, &byte) < 0)
			return -1;
		all = all << 8 | byte;
	}
	out->s_addr = htonl(all);
	return s ? -1 : 0;
}

/* What the address's class says (RFC 791), as the kernel takes it. */
static struct in_addr class_mask(struct in_addr a)
{
	unsigned top = ntohl(a.s_addr) >> 30;

	return (struct in_addr){ htonl(top < 2	? 0xff000000 :
				       top == 2 ? 0xffff0000 :
						  0xffffff00) };
}

enum { CLIENT, SERVER, GATEWAY, NETMASK, HOSTNAME, DEVICE, AUTOCONF, FIELDS };

int cmdline_address(char *value, struct address *out, const char **why)
{
	char none[] = "", *field[FIELDS];
	struct in_addr *const to[FIELDS] = { [CLIENT] = &out->client,
					     [GATEWAY] = &out->gateway,
					     [NETMASK] = &out->netmask };

	*out = (struct address){ .hostname = "", .device = "" };
	if (!strcmp(value, "off") || !strcmp(value, "none"))
		return 0;
	for (int i = 0; i < FIELDS; i++)
		field[i] = value ? strsep(&value, ":") : none;
	*why = "only a static address can be set, as "
	       "CLIENT::GATEWAY:NETMASK:HOSTNAME:DEVICE:off";
	if (!*field[CLIENT])
		return -1;
	if (*field[AUTOCONF] && strcmp(field[AUTOCONF], "off") &&
	    strcmp(field[AUTOCONF], "none"))
		return -1;
	if (value && value[strspn(value, ":")]) {
		*why = "name and time servers cannot be set";
		return -1;
	}
	for (int i = 0; i < FIELDS; i++)
		if (to[i] && *field[i] && parse_ipv4(field[i], to[i]) < 0) {
			if (i != CLIENT)
				*why = "not an IPv4 address";
			return -1;
		}
	if (!out->netmask.s_addr)
		out->netmask = class_mask(out->client);
	if (*field[HOSTNAME])
		out->hostname = field[HOSTNAME];
	if (*field[DEVICE])
		out->device = field[DEVICE];
	return 0;
}
