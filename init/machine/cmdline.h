/* cmdline.h - the kernel's command line, as far as it concerns us; pure */
#ifndef CINIT_MACHINE_CMDLINE_H
#define CINIT_MACHINE_CMDLINE_H

#include <netinet/in.h>
#include <stddef.h>

/*
 * Cuts the next word off *rest, as the kernel does (lib/cmdline.c, next_arg):
 * only a double quote at the very beginning of a word, or of its value, is
 * taken away, with the one at the end. *value is NULL where there is no "=".
 * 0 when there is no word left.
 */
int cmdline_next(char **rest, char **name, char **value);

/*
 * How many words of argv, the program's name included, are not meant for us.
 * The kernel passes on the words before "--" that it does not know, then all
 * those after it. A script that is /init may have put others there: they stay.
 */
int cmdline_skip(const char *line, char *scratch, int argc, char *const argv[]);

/* What "cinit.NAME" calls the option --NAME, in place ("_" is "-" there, as it
 * is to the kernel); NULL for any other word. */
char *cmdline_option(char *name);

/* "0xf4": a port of the processor; "none": 0. -1 for anything else. */
int cmdline_port(const char *text, unsigned *out);

/* A static address, of ip= (kernel: admin-guide/nfs/nfsroot). */
struct address {
	struct in_addr client, gateway, netmask; /* 0: not said */
	const char *hostname, *device;		 /* "": not said */
};

/*
 * CLIENT:SERVER:GATEWAY:NETMASK:HOSTNAME:DEVICE:AUTOCONF, cut up in place. 0
 * (also for "off": no client then); or -1 and why, for what is not static.
 */
int cmdline_address(char *value, struct address *out, const char **why);

#endif
