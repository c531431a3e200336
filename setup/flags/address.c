/* address.c - what the options of the network take */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "setup/flags/value.h"

int value_address(struct value *v, const char *text, const char **out)
{
	char shown[INET6_ADDRSTRLEN];
	uint8_t bytes[16];
	int family = strchr(text, ':') ? AF_INET6 : AF_INET;

	if (inet_pton(family, text, bytes) != 1)
		return value_bad(v, "is not an address; write e.g. 192.0.2.1 "
				    "or 2001:db8::1");
	inet_ntop(family, bytes, shown, sizeof shown);
	*out = arena_text(v->memory, shown, strlen(shown));
	return *out ? 0 : value_bad(v, "does not fit into memory");
}

int value_ip(struct value *v, const char *text, uint8_t out[4])
{
	uint8_t bytes[4];

	/* 0.0.0.0/8, loopback, multicast and above are nobody's, RFC 6890 */
	if (inet_pton(AF_INET, text, bytes) != 1 || !bytes[0] ||
	    bytes[0] == 127 || bytes[0] >= 224)
		return value_bad(v, "is not an IPv4 address of a machine; "
				    "write e.g. 10.88.0.7");
	memcpy(out, bytes, 4);
	return 0;
}

/* Are all bits from `bits` on zero? */
static int is_network(const uint8_t *bytes, unsigned size, unsigned bits)
{
	for (unsigned i = bits; i < size * 8; i++)
		if (bytes[i / 8] >> (7 - i % 8) & 1)
			return 0;
	return 1;
}

int value_subnet(struct value *v, const char *text, struct net *out)
{
	const char *slash = strchr(text, '/');
	int six = !!strchr(text, ':');
	char address[INET6_ADDRSTRLEN];
	uint8_t bytes[16];
	uint64_t bits;

	if (!slash || slash - text >= (int)sizeof address ||
	    value_digits(slash + 1, slash + strlen(slash), &bits) < 0)
		return value_bad(v, "is not NET/BITS; write e.g. "
				    "10.90.0.0/16 or fd00:90::/64");
	memcpy(address, text, slash - text);
	address[slash - text] = 0;
	if (inet_pton(six ? AF_INET6 : AF_INET, address, bytes) != 1)
		return value_bad(v, "is not NET/BITS; write e.g. "
				    "10.90.0.0/16 or fd00:90::/64");
	if (bits < 8 || bits > (six ? 96 : 30))
		return value_bad(v,
				 "must have 8 to %d bits, for the bridge "
				 "and for containers",
				 six ? 96 : 30);
	if (!is_network(bytes, six ? 16 : 4, bits))
		return value_bad(v,
				 "has bits beyond its %u: it is an address "
				 "in a network, and no network",
				 (unsigned)bits);
	if (six) {
		memcpy(out->subnet6, bytes, 16);
		out->bits6 = bits;
	} else {
		if (value_ip(v, address, out->subnet4) < 0)
			return -1;
		out->bits4 = bits;
	}
	return 0;
}

static int hex(char c)
{
	return c >= '0' && c <= '9'		  ? c - '0' :
	       (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 :
						    -1;
}

int value_mac(struct value *v, const char *text, uint8_t out[6])
{
	uint8_t bytes[6];
	size_t i;

	for (i = 0; i < 6; i++, text += 3) {
		if (hex(text[0]) < 0 || hex(text[1]) < 0 ||
		    text[2] != (i < 5 ? ':' : 0))
			break;
		bytes[i] = hex(text[0]) << 4 | hex(text[1]);
	}
	if (i < 6)
		return value_bad(v, "is not a hardware address; write e.g. "
				    "02:00:00:00:00:01");
	/* IEEE 802: the lowest bit of the first byte */
	if (bytes[0] & 1 || !memcmp(bytes, "\0\0\0\0\0", 6))
		return value_bad(v, "is not the address of one interface: its "
				    "first byte must be even, and one of the "
				    "six not zero");
	memcpy(out, bytes, 6);
	return 0;
}

static int port(const char *from, const char *end, uint16_t *out)
{
	uint64_t n;

	if (value_digits(from, end, &n) < 0 || !n || n > 65535)
		return -1;
	*out = n;
	return 0;
}

int value_port(struct value *v, const char *text, struct net_port *out)
{
	const char *end = text + strcspn(text, "/"), *inside, *host;
	char address[INET6_ADDRSTRLEN];
	size_t len;

	memset(out, 0, sizeof *out);
	if (*end && strcmp(end, "/udp") != 0 && strcmp(end, "/tcp") != 0)
		return value_bad(v, "ends in neither /tcp nor /udp");
	out->udp = !strcmp(end, "/udp");
	inside = memrchr(text, ':', end - text);
	host = inside ? memrchr(text, ':', inside - text) : NULL;
	if (!inside || port(inside + 1, end, &out->inside) < 0 ||
	    port(host ? host + 1 : text, inside, &out->host) < 0)
		return value_bad(v, "is not [IP:]HOST:CONT[/udp]; write e.g. "
				    "8080:80, two ports from 1 to 65535");
	if (!host)
		return 0;
	len = host - text;
	if (*text == '[' && len > 2 && host[-1] == ']') {
		out->family = AF_INET6;
		text++;
		len -= 2;
	} else {
		out->family = AF_INET;
	}
	if (len >= sizeof address)
		len = 0;
	memcpy(address, text, len);
	address[len] = 0;
	if (!strchr(address, ':') != (out->family == AF_INET))
		return value_bad(v, "has an IPv6 address, which goes in "
				    "brackets: [::1]:8080:80");
	return value_address(v, address, &out->address);
}

int value_host(struct value *v, const char *text, struct pair *out)
{
	const char *colon = strchr(text, ':');
	char *name = colon ? arena_text(v->memory, text, colon - text) : NULL;

	if (!name || value_hostname(v, name) < 0)
		return value_bad(v, "is not NAME:ADDRESS; write e.g. "
				    "db:10.88.0.7");
	out->key = name;
	return value_address(v, colon + 1, &out->value);
}

static const struct {
	char name[12];
	enum net_kind kind;
	uint8_t target; /* 0: has none, 1: may have one, 2: must have one */
} kinds[] = {
	{ "none", NET_NONE, 0 }, { "host", NET_HOST, 0 },
	{ "nat", NET_NAT, 0 },	 { "user", NET_USER, 1 },
	{ "ns", NET_PATH, 2 },	 { "container", NET_CONTAINER, 2 },
};

int value_net(struct value *v, const char *text, struct net *out)
{
	size_t len = strcspn(text, ":"), i = 0;
	const char *target = text[len] ? text + len + 1 : NULL;
	const size_t count = sizeof kinds / sizeof *kinds;
	uint64_t pid;

	while (i < count && (strlen(kinds[i].name) != len ||
			     memcmp(kinds[i].name, text, len)))
		i++;
	if (i == count || (target && (!kinds[i].target || !*target)) ||
	    (!target && kinds[i].target == 2))
		return value_bad(v, "is not one of none, nat, user, host, "
				    "container:PID, ns:PATH");
	if (kinds[i].kind == NET_CONTAINER &&
	    (value_digits(target, target + strlen(target), &pid) < 0 || !pid ||
	     pid > INT32_MAX))
		return value_bad(v, "has no pid; write e.g. container:4711");
	if (kinds[i].kind == NET_USER && target && strcmp(target, "pasta") &&
	    strcmp(target, "slirp4netns"))
		return value_bad(v, "names a program that is neither pasta nor "
				    "slirp4netns");
	out->kind = kinds[i].kind;
	out->target = target;
	return 0;
}
