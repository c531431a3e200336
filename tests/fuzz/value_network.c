/* value_network.c - fuzz: addresses, networks, ports; the first byte says which */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/value.h"

/* What was taken is one address, and written as the library writes it. */
static void check_address(const char *text)
{
	uint8_t bytes[16];

	if (inet_pton(strchr(text, ':') ? AF_INET6 : AF_INET, text, bytes) != 1)
		abort();
}

static int one(struct value *v, unsigned which, const char *text)
{
	struct net_port port;
	struct net net = { 0 };
	struct pair pair;
	const char *address;
	uint8_t bytes[6];

	switch (which % 6) {
	case 0:
		if (value_address(v, text, &address) < 0)
			return -1;
		check_address(address);
		return 0;
	case 1:
		if (value_subnet(v, text, &net) < 0)
			return -1;
		if (!net.bits4 == !net.bits6 || net.bits4 > 30 ||
		    net.bits6 > 96)
			abort();
		return 0;
	case 2:
		if (value_port(v, text, &port) < 0)
			return -1;
		if (!port.host || !port.inside || !port.address != !port.family)
			abort();
		if (port.address)
			check_address(port.address);
		return 0;
	case 3:
		if (value_host(v, text, &pair) < 0)
			return -1;
		check_address(pair.value);
		if (!*pair.key || strpbrk(pair.key, " \t\n"))
			abort();
		return 0;
	case 4:
		if (value_net(v, text, &net) < 0)
			return -1;
		if (net.target && !*net.target)
			abort();
		return 0;
	}
	if (value_mac(v, text, bytes) < 0)
		return -1;
	if (bytes[0] & 1)
		abort();
	return 0;
}
