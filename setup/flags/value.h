/* value.h - the values of options that only the host has: ranges, paths, mounts */
#ifndef CINIT_SETUP_FLAGS_VALUE_H
#define CINIT_SETUP_FLAGS_VALUE_H

#include "init/value/value.h"
#include "setup/launch.h"

/* INSIDE:OUTSIDE:COUNT */
int value_range(struct value *v, const char *text, struct id_range *out);

/* An absolute path without "." and ".."; doubled and last slashes go away. */
int value_path(struct value *v, const char *text, const char **out);
/* A path of cgroups: from the mounts if it begins with /, else below our own. */
int value_cgroup_path(struct value *v, const char *text, const char **out);

/* A step of the plan; the tree it shows, if kind is MOUNT_TREE. */
struct value_step {
	struct mount mount;
	struct source source;
};

int value_volume(struct value *v, const char *text, struct value_step *out);
int value_tmpfs(struct value *v, const char *text, struct value_step *out);
int value_mount(struct value *v, const char *text, struct value_step *out);
int value_node(struct value *v, const char *text, struct value_step *out);


/* address.c --------------------------------------------------------------- */

/* An address of either family, as inet_ntop(3) writes it. */
int value_address(struct value *v, const char *text, const char **out);
/* The same of IPv4 alone, as bytes. */
int value_ip(struct value *v, const char *text, uint8_t out[4]);
/* NET/BITS: an IPv4 network of 8 to 30 bits, or one of IPv6 of up to 96. */
int value_subnet(struct value *v, const char *text, struct net *out);
/* Six bytes in hexadecimal, of one interface. */
int value_mac(struct value *v, const char *text, uint8_t out[6]);
/* [IP:]HOST:CONT[/udp], an IPv6 address in brackets */
int value_port(struct value *v, const char *text, struct net_port *out);
/* NAME:ADDRESS */
int value_host(struct value *v, const char *text, struct pair *out);
/* none, host, nat, user[:PROGRAM], container:PID, ns:PATH */
int value_net(struct value *v, const char *text, struct net *out);

#endif
