/* flags_values.c - every parser of option values: taken, refused, the same
 * again when what was taken is written out */
#include <arpa/inet.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "init/base/parse.h"
#include "setup/flags/value.h"
#include "tests/unit/tap.h"

#define S(n) ((unsigned long long)(n))

static struct arena memory;

/* Parses and writes what it understood as one would type it, shortest. */
typedef int shower(struct value *v, const char *text, char *out, size_t size);

#define SHOW(name)                                                    \
	static int name(struct value *v, const char *text, char *out, \
			size_t size)

SHOW(whole)
{
	uint64_t n;
	int bad = value_whole(v, text, 1, 10000, &n);

	snprintf(out, size, "%llu", S(n));
	return bad;
}

SHOW(any)
{
	uint64_t n;
	int bad = value_whole(v, text, 0, UINT64_MAX, &n);

	snprintf(out, size, "%llu", S(n));
	return bad;
}

SHOW(integer)
{
	int64_t n;
	int bad = value_integer(v, text, -1000, 1000, &n);

	snprintf(out, size, "%lld", (long long)n);
	return bad;
}

SHOW(bytes)
{
	uint64_t n;
	int bad = value_size(v, text, &n);

	snprintf(out, size, "%llu", S(n));
	return bad;
}

SHOW(limit)
{
	uint64_t n;
	int bad = value_limit(v, text, &n);

	if (n == UINT64_MAX)
		snprintf(out, size, "max");
	else
		snprintf(out, size, "%llu", S(n));
	return bad;
}

SHOW(cpus)
{
	uint64_t n;
	int bad = value_cpus(v, text, &n);

	snprintf(out, size, "%llu.%05llu", S(n / 100000), S(n % 100000));
	return bad;
}

SHOW(grace)
{
	int64_t n;
	int bad = value_grace(v, text, &n);

	if (n < 0)
		snprintf(out, size, "max");
	else
		snprintf(out, size, "%llu.%03llu", S(n / 1000), S(n % 1000));
	return bad;
}

SHOW(clocks)
{
	struct clock_offset c;
	int bad = value_clock(v, text, &c);
	long long seconds = c.seconds;
	unsigned long nano = c.nanoseconds;
	const char *minus = seconds < 0 ? "-" : "";

	if (seconds < 0 && nano) {
		seconds++;
		nano = 1000000000 - nano;
	}
	snprintf(out, size, "%s=%s%lld.%09lu",
		 c.clock == 1 ? "monotonic" : "boottime", minus,
		 seconds < 0 ? -seconds : seconds, nano);
	return bad;
}

SHOW(range)
{
	struct id_range r;
	int bad = value_range(v, text, &r);

	snprintf(out, size, "%u:%u:%u", r.inside, r.outside, r.count);
	return bad;
}

SHOW(namespaces)
{
	static const struct value_word names[] = {
		{ "pid", CLONE_NEWPID },   { "uts", CLONE_NEWUTS },
		{ "ipc", CLONE_NEWIPC },   { "net", CLONE_NEWNET },
		{ "user", CLONE_NEWUSER }, { "cgroup", CLONE_NEWCGROUP },
		{ "time", 0x80 },
	};
	uint64_t bits = 0;
	size_t n = 0;
	int bad = value_namespaces(v, text, &bits);

	*out = 0;
	for (size_t i = 0; i < COUNT(names); i++)
		if (bits & names[i].bits)
			n += snprintf(out + n, size - n, "%s%s", n ? "," : "",
				      names[i].name);
	return bad;
}

SHOW(capabilities)
{
	static const char *const some[] = { "CHOWN", "NET_ADMIN", "SYS_ADMIN",
					    "CHECKPOINT_RESTORE" };
	static const int numbers[] = { 0, 12, 21, 40 };
	uint64_t bits = 0;
	size_t n = 0;
	int bad = value_caps(v, text, &bits);

	*out = 0;
	if (bits == UINT64_MAX) {
		snprintf(out, size, "ALL");
		return bad;
	}
	for (size_t i = 0; i < COUNT(some); i++)
		if (bits >> numbers[i] & 1)
			n += snprintf(out + n, size - n, "%s%s", n ? "," : "",
				      some[i]);
	return bad;
}

SHOW(signals)
{
	uint64_t n = 0;
	int bad = value_signal(v, text, &n);

	snprintf(out, size, "%s", signal_name(n));
	return bad;
}

SHOW(ulimits)
{
	struct rlimit_row r;
	int bad = value_ulimit(v, text, &r);

	if (bad)
		return bad;
	/* asm-generic/resource.h: 7 is nofile, 4 is core */
	snprintf(out, size, "%s=%lld:%lld",
		 r.resource == 7 ? "nofile" :
		 r.resource == 4 ? "core" :
				   "?",
		 (long long)r.soft, (long long)r.hard);
	return 0;
}

SHOW(cpuset)
{
	const char *list = "";
	int bad = value_cpuset(v, text, &list);

	snprintf(out, size, "%s", list);
	return bad;
}

/* "DEV k=v k=v", typed as "DEV:k=v,k=v" */
SHOW(io_max)
{
	const char *line = "";
	int bad = value_io_max(v, text, &line);
	char *space;

	snprintf(out, size, "%s", line);
	for (int first = 1; (space = strchr(out, ' ')); first = 0)
		*space = first ? ':' : ',';
	return bad;
}

SHOW(cgroup)
{
	struct pair p = { "", "" };
	int bad = value_cgroup(v, text, &p);

	snprintf(out, size, "%s=%s", p.key, p.value);
	return bad;
}

SHOW(sysctl)
{
	struct pair p = { "", "" };
	uint64_t needs;
	int bad = value_sysctl(v, text, &p, &needs);

	snprintf(out, size, "%s=%s", p.key, p.value);
	if (!bad && needs != (*p.key == 'n' ? CLONE_NEWNET :
			      *p.key == 'u' ? CLONE_NEWUSER :
					      CLONE_NEWIPC))
		snprintf(out, size, "wrong namespace");
	return bad;
}

#define SHOW_TEXT(name, parser)                  \
	SHOW(name)                               \
	{                                        \
		snprintf(out, size, "%s", text); \
		return parser(v, text);          \
	}
SHOW_TEXT(env, value_env)
SHOW_TEXT(names, value_name)
SHOW_TEXT(hostname, value_hostname)
SHOW_TEXT(user, value_user)
SHOW_TEXT(group, value_group)

SHOW(path)
{
	const char *p = "";
	int bad = value_path(v, text, &p);

	snprintf(out, size, "%s", p);
	return bad;
}

SHOW(cgroup_path)
{
	const char *p = "";
	int bad = value_cgroup_path(v, text, &p);

	snprintf(out, size, "%s", p);
	return bad;
}

static size_t words(const struct value_step *s, uint64_t without, char *out,
		    size_t size)
{
	const uint64_t off = without & ~s->mount.set;
	const uint64_t on = s->mount.set & ~without;
	size_t n = 0;

	*out = 0;
#define WORD(yes, word) \
	((yes) ? (n += snprintf(out + n, size - n, ",%s", word)) : 0)
	WORD(on & MOUNT_ATTR_RDONLY, "ro");
	WORD(on & MOUNT_ATTR_NOSUID, "nosuid");
	WORD(off & MOUNT_ATTR_NOSUID, "suid");
	WORD(on & MOUNT_ATTR_NODEV, "nodev");
	WORD(off & MOUNT_ATTR_NODEV, "dev");
	WORD(on & MOUNT_ATTR_NOEXEC, "noexec");
	WORD(on & MOUNT_ATTR_NOATIME, "noatime");
	WORD(s->source.recursive && s->mount.recursive, "rec");
	WORD(s->source.idmap, "idmap");
	WORD(s->mount.propagation == MS_PRIVATE && !s->source.propagation,
	     "private");
	WORD(s->mount.propagation == MS_SLAVE &&
		     s->source.propagation == MS_SLAVE,
	     "slave");
	WORD(s->mount.propagation == MS_SHARED, "shared");
#undef WORD
	return n;
}

SHOW(volume)
{
	struct value_step s;
	char list[256];

	if (value_volume(v, text, &s) < 0)
		return -1;
	words(&s, 0, list, sizeof list);
	if (*list)
		*list = ':';
	snprintf(out, size, "%s:%s%s", s.source.path, s.mount.target, list);
	return s.mount.kind == MOUNT_TREE ? 0 : -1;
}

#define SAFE (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)

SHOW(tmpfs)
{
	struct value_step s;
	char list[256];

	if (value_tmpfs(v, text, &s) < 0)
		return -1;
	words(&s, SAFE, list, sizeof list);
	if (s.mount.data)
		snprintf(out, size, "%s:%s%s", s.mount.target, s.mount.data,
			 list);
	else
		snprintf(out, size, "%s%s%s", s.mount.target, *list ? ":" : "",
			 *list ? list + 1 : "");
	return strcmp(s.mount.type, "tmpfs") ? -1 : 0;
}

SHOW(mount)
{
	struct value_step s;
	char list[256];
	size_t n;

	if (value_mount(v, text, &s) < 0)
		return -1;
	if (s.mount.kind == MOUNT_TREE) {
		words(&s, 0, list, sizeof list);
		snprintf(out, size, "type=bind,src=%s,dst=%s%s", s.source.path,
			 s.mount.target, list);
		return 0;
	}
	words(&s, SAFE, list, sizeof list);
	n = snprintf(out, size, "type=%s,src=%s,dst=%s%s", s.mount.type,
		     s.mount.source, s.mount.target, list);
	for (const char *d = s.mount.data; d; d = *d ? d + 1 : NULL) {
		size_t len = strcspn(d, ",");

		n += snprintf(out + n, size - n, ",o=%.*s", (int)len, d);
		d += len;
	}
	return 0;
}

SHOW(address)
{
	const char *shown;

	if (value_address(v, text, &shown) < 0)
		return -1;
	snprintf(out, size, "%s", shown);
	return 0;
}

SHOW(ip)
{
	uint8_t ip[4];
	int bad = value_ip(v, text, ip);

	if (!bad)
		snprintf(out, size, "%u.%u.%u.%u", ip[0], ip[1], ip[2], ip[3]);
	return bad;
}

SHOW(subnet)
{
	struct net n = { 0 };
	char net[INET6_ADDRSTRLEN];
	int bad = value_subnet(v, text, &n);

	if (bad)
		return bad;
	inet_ntop(n.bits4 ? AF_INET : AF_INET6,
		  n.bits4 ? n.subnet4 : n.subnet6, net, sizeof net);
	snprintf(out, size, "%s/%u", net, n.bits4 ? n.bits4 : n.bits6);
	return n.bits4 && n.bits6 ? -1 : 0;
}

SHOW(mac)
{
	uint8_t m[6];
	int bad = value_mac(v, text, m);

	if (!bad)
		snprintf(out, size, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1],
			 m[2], m[3], m[4], m[5]);
	return bad;
}

SHOW(port)
{
	struct net_port p;
	int six;

	if (value_port(v, text, &p) < 0)
		return -1;
	six = p.family == AF_INET6;
	snprintf(out, size, "%s%s%s%s%u:%u%s", six ? "[" : "",
		 p.address ? p.address : "", six ? "]" : "",
		 p.address ? ":" : "", p.host, p.inside, p.udp ? "/udp" : "");
	return !p.address != !p.family;
}

SHOW(host)
{
	struct pair pair;

	if (value_host(v, text, &pair) < 0)
		return -1;
	snprintf(out, size, "%s:%s", pair.key, pair.value);
	return 0;
}

SHOW(net)
{
	static const char *const names[] = { "none", "host",	  "nat",
					     "user", "container", "ns" };
	struct net n = { 0 };

	if (value_net(v, text, &n) < 0)
		return -1;
	snprintf(out, size, "%s%s%s", names[n.kind], n.target ? ":" : "",
		 n.target ? n.target : "");
	return 0;
}

SHOW(device)
{
	struct value_step s;

	if (value_node(v, text, &s) < 0)
		return -1;
	snprintf(out, size, "%s:%s", s.source.path, s.mount.target);
	return 0;
}

/* What is typed; what it means, NULL when it is refused. */
struct row {
	const char *text, *want;
};

#define LONG_64 \
	"aaaaaaaabbbbbbbbccccccccddddddddeeeeeeeeffffffffgggggggghhhhhhhh"

static const struct row rows_whole[] = {
	{ "1", "1" },	   { "10000", "10000" }, { "007", "7" },
	{ "0", NULL },	   { "10001", NULL },	 { "", NULL },
	{ "-1", NULL },	   { "+1", NULL },	 { " 1", NULL },
	{ "1 ", NULL },	   { "1x", NULL },	 { "0x10", NULL },
	{ "1.0", NULL },   { "1%", NULL },	 { "1e3", NULL },
	{ "99999999999999999999999", NULL },
}, rows_any[] = {
	{ "0", "0" },
	{ "18446744073709551615", "18446744073709551615" },
	{ "18446744073709551616", NULL },
	{ "18446744073709551610000", NULL },
}, rows_integer[] = {
	{ "-1000", "-1000" }, { "1000", "1000" }, { "0", "0" },
	{ "-0", "0" },	      { "-1001", NULL },  { "1001", NULL },
	{ "--1", NULL },      { "+1", NULL },	  { "-", NULL },
	{ "", NULL },	      { "- 1", NULL },	  { "9223372036854775808", NULL },
}, rows_bytes[] = {
	{ "0", "0" },
	{ "4096", "4096" },
	{ "100k", "102400" },
	{ "100K", "102400" },
	{ "512m", "536870912" },
	{ "1.5g", "1610612736" },
	{ "1.5G", "1610612736" },
	{ ".5k", "512" },
	{ "1t", "1099511627776" },
	{ "0.001k", "1" },
	{ "0.999999999t", "1099511626676" },
	{ "9223372036854775807", "9223372036854775807" },
	{ "8388607t", "9223370937343148032" },
	{ "9223372036854775808", NULL },
	{ "8388608t", NULL },
	{ "8388607.9999999999t", NULL },
	{ "18446744073709551616", NULL },
	{ "12q", NULL },
	{ "1.5", NULL },
	{ "1.k", NULL },
	{ ".k", NULL },
	{ "k", NULL },
	{ "", NULL },
	{ "-1", NULL },
	{ "-1m", NULL },
	{ "+1m", NULL },
	{ " 1m", NULL },
	{ "1m ", NULL },
	{ "1 m", NULL },
	{ "1mm", NULL },
	{ "1..5m", NULL },
	{ "1.5.5m", NULL },
	{ "1,5m", NULL },
	{ "0x10", NULL },
	{ "1e3", NULL },
	{ "50%", NULL },
	{ "max", NULL },
}, rows_limit[] = {
	{ "max", "max" }, { "64m", "67108864" }, { "maxx", NULL },
	{ "MAX", NULL },  { "-1", NULL },	 { "", NULL },
}, rows_cpus[] = {
	{ "1", "1.00000" },
	{ "0.5", "0.50000" },
	{ ".5", "0.50000" },
	{ "0.01", "0.01000" },
	{ "1.25", "1.25000" },
	{ "0.333333333", "0.33333" },
	{ "8192", "8192.00000" },
	{ "8192.1", NULL },
	{ "8193", NULL },
	{ "0.009", NULL },
	{ "0", NULL },
	{ "", NULL },
	{ ".", NULL },
	{ "1.", NULL },
	{ "-1", NULL },
	{ "1.1111111111", NULL },
	{ "1,5", NULL },
	{ "1c", NULL },
}, rows_grace[] = {
	{ "10", "10.000" }, { "0", "0.000" },	 { "0.25", "0.250" },
	{ "max", "max" },   { "-1", NULL },	 { "", NULL },
	{ "1s", NULL },	    { "1.", NULL },	 { "1.0001", NULL },
	{ "inf", NULL },    { "1e3", NULL },	 { " 1", NULL },
	{ "99999999999999999999", NULL },
}, rows_clocks[] = {
	{ "boottime=3600", "boottime=3600.000000000" },
	{ "monotonic=-1.5", "monotonic=-1.500000000" },
	{ "monotonic=-0.25", "monotonic=-0.250000000" },
	{ "monotonic=0", "monotonic=0.000000000" },
	{ "boottime=4611686017", "boottime=4611686017.000000000" },
	{ "boottime=4611686019", NULL },
	{ "boottime=99999999999999999999", NULL },
	{ "realtime=1", NULL },
	{ "boottime", NULL },
	{ "boottime=", NULL },
	{ "=1", NULL },
	{ "boottime=--1", NULL },
	{ "boottime=+1", NULL },
	{ "boottime= 1", NULL },
	{ "boottime=1s", NULL },
	{ LONG_64 "=1", NULL },
}, rows_range[] = {
	{ "0:100000:65536", "0:100000:65536" },
	{ "0:0:4294967295", "0:0:4294967295" },
	{ "4294967294:0:1", "4294967294:0:1" },
	{ "4294967295:0:1", NULL },
	{ "0:4294967295:1", NULL },
	{ "1:0:4294967295", NULL },
	{ "0:0:0", NULL },
	{ "0:0:4294967296", NULL },
	{ "0:100000", NULL },
	{ "0:1:2:3", NULL },
	{ "0::1", NULL },
	{ ":0:1", NULL },
	{ "0:0:", NULL },
	{ "-1:0:1", NULL },
	{ "a:b:c", NULL },
	{ "", NULL },
	{ "::", NULL },
}, rows_namespaces[] = {
	{ "net", "net" },
	{ "net,pid", "pid,net" },
	{ "pid,uts,ipc,net,user,cgroup,time",
	  "pid,uts,ipc,net,user,cgroup,time" },
	{ "net,net", "net" },
	{ "mount", NULL },
	{ "net,mount", NULL },
	{ "", NULL },
	{ "net,", NULL },
	{ ",net", NULL },
	{ "NET", NULL },
	{ "net pid", NULL },
	{ "network", NULL },
	{ LONG_64, NULL },
}, rows_capabilities[] = {
	{ "NET_ADMIN", "NET_ADMIN" },
	{ "cap_net_admin", "NET_ADMIN" },
	{ "CAP_Net_Admin,chown", "CHOWN,NET_ADMIN" },
	{ "CHECKPOINT_RESTORE", "CHECKPOINT_RESTORE" },
	{ "all", "ALL" },
	{ "ALL", "ALL" },
	{ "CHOWN,ALL", "ALL" },
	{ "ALL,CHOWN", "ALL" },
	{ "ALL,NOTHING", NULL },
	{ "", NULL },
	{ "CHOWN,", NULL },
	{ "0", NULL },
	{ "12", NULL },
	{ "CAP_", NULL },
	{ "CAP_CAP_CHOWN", NULL },
	{ "CHOWN ", NULL },
	{ "-CHOWN", NULL },
	{ "CAP_ALL", NULL },
	{ LONG_64, NULL },
}, rows_signals[] = {
	{ "TERM", "TERM" },	{ "SIGTERM", "TERM" }, { "term", "TERM" },
	{ "15", "TERM" },	{ "1", "HUP" },	       { "64", "RTMIN+30" },
	{ "RTMIN", "RTMIN" },	{ "SIGRTMIN+3", "RTMIN+3" },
	{ "RTMAX", "RTMIN+30" }, { "RTMAX-30", "RTMIN" },
	{ "RTMIN+30", "RTMIN+30" },
	{ "0", NULL },		{ "65", NULL },	       { "RTMIN+31", NULL },
	{ "RTMAX-31", NULL },	{ "RTMIN-1", NULL },   { "RTMIN+", NULL },
	{ "SIG", NULL },	{ "", NULL },	       { "-15", NULL },
	{ "SIG15", NULL },	{ "TERM ", NULL },     { "NOPE", NULL },
	{ LONG_64, NULL },
}, rows_ulimits[] = {
	{ "nofile=1024", "nofile=1024:1024" },
	{ "nofile=1024:4096", "nofile=1024:4096" },
	{ "core=unlimited", "core=-1:-1" },
	{ "core=0:-1", "core=0:-1" },
	{ "core=-1", "core=-1:-1" },
	{ "nofile=4096:1024", NULL },
	{ "nofile=unlimited:1", NULL },
	{ "nofile=", NULL },
	{ "nofile=1:", NULL },
	{ "nofile=:1", NULL },
	{ "nofile=1:2:3", NULL },
	{ "nofile", NULL },
	{ "NOFILE=1", NULL },
	{ "files=1", NULL },
	{ "=1", NULL },
	{ "", NULL },
	{ "nofile=1k", NULL },
	{ "nofile=-2", NULL },
	{ "nofile=18446744073709551615", NULL },
	{ LONG_64 "=1", NULL },
}, rows_cpuset[] = {
	{ "0", "0" },	   { "0-3,5", "0-3,5" }, { "8191", "8191" },
	{ "3-3", "3-3" },  { "3-0", NULL },	 { "8192", NULL },
	{ "", NULL },	   { "0,", NULL },	 { ",0", NULL },
	{ "0-", NULL },	   { "-1", NULL },	 { "0-1-2", NULL },
	{ "all", NULL },   { "0 1", NULL },	 { LONG_64, NULL },
}, rows_io_max[] = {
	{ "8:0:rbps=1m", "8:0:rbps=1048576" },
	{ "/dev/sda:rbps=1.5k,wiops=100", "/dev/sda:rbps=1536,wiops=100" },
	{ "8:16:wbps=max,riops=max", "8:16:wbps=max,riops=max" },
	{ "/dev/disk/by:id:rbps=1", "/dev/disk/by:id:rbps=1" },
	{ "8:0:rbps=0", NULL },
	{ "8:0:riops=1m", NULL },
	{ "8:0:rbps", NULL },
	{ "8:0:", NULL },
	{ "8:0", NULL },
	{ "8:rbps=1", NULL },
	{ "sda:rbps=1", NULL },
	{ "/dev/a b:rbps=1", NULL },
	{ "8:0:speed=1", NULL },
	{ "8:0:rbps=1,", NULL },
	{ ":0:rbps=1", NULL },
	{ "", NULL },
	{ ":", NULL },
}, rows_cgroup[] = {
	{ "memory.high=64m", "memory.high=64m" },
	{ "cpu.max=50000 100000", "cpu.max=50000 100000" },
	{ "hugetlb.2mb.max=1", "hugetlb.2mb.max=1" },
	{ "memory.oom.group=1", "memory.oom.group=1" },
	{ "io.max=8:0 rbps=1", "io.max=8:0 rbps=1" },
	{ "memory=1", NULL },
	{ "memory.high", NULL },
	{ "memory.high=", NULL },
	{ "=1", NULL },
	{ "../memory.max=1", NULL },
	{ "a..b=1", NULL },
	{ ".max=1", NULL },
	{ "a.b=1\n2", NULL },
	{ "a.b/c=1", NULL },
	{ "", NULL },
}, rows_sysctl[] = {
	{ "net.ipv4.ip_forward=1", "net.ipv4.ip_forward=1" },
	{ "net.ipv4.conf.eth0/100.rp_filter=0",
	  "net.ipv4.conf.eth0/100.rp_filter=0" },
	{ "kernel.shmmax=1", "kernel.shmmax=1" },
	{ "kernel.msgmax=1", "kernel.msgmax=1" },
	{ "kernel.sem=32000 1024000000 500 32000",
	  "kernel.sem=32000 1024000000 500 32000" },
	{ "fs.mqueue.msg_max=10", "fs.mqueue.msg_max=10" },
	{ "net.a=b=c", "net.a=b=c" },
	{ "kernel.core_pattern=|/x", NULL },
	{ "kernel.semantics=1", NULL },
	{ "kernel.hostname=x", NULL },
	{ "kernel.domainname=x", NULL },
	{ "vm.swappiness=1", NULL },
	{ "fs.mqueue=1", NULL },
	{ "net=1", NULL },
	{ "net.=1", NULL },
	{ "net..x=1", NULL },
	{ ".net.x=1", NULL },
	{ "net.x.=1", NULL },
	{ "net.//.kernel.core_pattern=1", NULL },
	{ "net./.x=1", NULL },
	{ "net.a//b=1", NULL },
	{ "net/ipv4/conf/eth0.100/rp_filter=0",
	  "net.ipv4.conf.eth0/100.rp_filter=0" },
	{ "user.max_user_namespaces=0", "user.max_user_namespaces=0" },
	{ "kernel/core_pattern=1", NULL },
	{ "net/../kernel/core_pattern=1", NULL },
	{ "net/ipv4.=1", NULL },
	{ "net.x/=1", NULL },
	{ "net.+x=1", NULL },
	{ "net.X=1", NULL },
	{ "net.x y=1", NULL },
	{ "net.x", NULL },
	{ "net.x=", NULL },
	{ "net.x=1\n2", NULL },
	{ "=1", NULL },
	{ "", NULL },
}, rows_env[] = {
	{ "A=b", "A=b" }, { "A=", "A=" }, { "A", "A" }, { "A=b=c", "A=b=c" },
	{ "a.b-c=1", "a.b-c=1" }, { "=b", NULL }, { "", NULL }, { "=", NULL },
}, rows_names[] = {
	{ "web", "web" },     { "web-1.2_x", "web-1.2_x" }, { "0", "0" },
	{ "-web", NULL },     { ".web", NULL },		    { "..", NULL },
	{ "", NULL },	      { "a/b", NULL },		    { "a b", NULL },
	{ "a\n", NULL },      { LONG_64, NULL },	    { "\303\244", NULL },
}, rows_hostname[] = {
	{ "host", "host" },   { "a.example.org", "a.example.org" },
	{ LONG_64, LONG_64 }, { LONG_64 "x", NULL },
	{ "", NULL },	      { "-a", NULL },
	{ ".a", NULL },	      { "a b", NULL },
	{ "a/b", NULL },      { "a\n", NULL },
}, rows_user[] = {
	{ "root", "root" },	    { "1000", "1000" },
	{ "1000:1000", "1000:1000" }, { "www-data:adm", "www-data:adm" },
	{ "4294967294", "4294967294" }, { "4294967295", NULL },
	{ "0:4294967295", NULL },   { "99999999999999999999", NULL },
	{ "", NULL },		    { ":", NULL },
	{ ":1", NULL },		    { "1:", NULL },
	{ "1:2:3", NULL },	    { "a b", NULL },
	{ "-1", NULL },		    { "a/b", NULL },
	{ "a,b", NULL },	    { "a\n", NULL },
}, rows_group[] = {
	{ "adm", "adm" }, { "4", "4" },	 { "a:b", NULL }, { "", NULL },
	{ "-4", NULL },	  { "a,b", NULL },
}, rows_path[] = {
	{ "/", "/" },	       { "/a", "/a" },	    { "/a/b", "/a/b" },
	{ "//a///b//", "/a/b" }, { "/a/...", "/a/..." }, { "/..a", "/..a" },
	{ "/a/..", NULL },     { "/../a", NULL },   { "/./a", NULL },
	{ "/a/.", NULL },      { "a", NULL },	    { "", NULL },
	{ "./a", NULL },
}, rows_cgroup_path[] = {
	{ "a", "a" },	   { "/a", "/a" },   { "a/b/", "a/b" },
	{ "//a//b", "/a/b" }, { "", NULL },     { "/", NULL },
	{ "..", NULL },	   { "a/../b", NULL }, { "./a", NULL },
}, rows_volume[] = {
	{ "/a:/b", "/a:/b" },
	{ "a:/b", "a:/b" },
	{ "./a:/b:ro", "./a:/b:ro" },
	{ "/a:/b:rw", "/a:/b" },
	{ "/a:/b:ro,rw", "/a:/b" },
	{ "/a:/b:rw,ro", "/a:/b:ro" },
	{ "/a://b//c/:ro", "/a:/b/c:ro" },
	{ "/a:/b:ro,nosuid,nodev,noexec,rec,idmap,slave",
	  "/a:/b:ro,nosuid,nodev,noexec,rec,idmap,slave" },
	{ "/a:/b:shared", "/a:/b:shared" },
	{ "/a:/b:private", "/a:/b:private" },
	{ "/a:/sys/fs/x", "/a:/sys/fs/x" },
	{ "/a:/process", "/a:/process" },
	{ "/a", NULL },
	{ ":/b", NULL },
	{ "/a:", NULL },
	{ "/a:b", NULL },
	{ "/a:/b:", NULL },
	{ "/a:/b:ro:rw", NULL },
	{ "/a:/b:ro,", NULL },
	{ "/a:/b:RO", NULL },
	{ "/a:/b:exec", NULL },
	{ "/a:/b:size=1", NULL },
	{ "/a:/b:z", NULL },
	{ "/a:/", NULL },
	{ "/a:/proc", NULL },
	{ "/a://proc/", NULL },
	{ "/a:/proc/sys", NULL },
	{ "/a:/sys", NULL },
	{ "/a:/b/../proc", NULL },
	{ "", NULL },
	{ ":", NULL },
	{ "::", NULL },
}, rows_tmpfs[] = {
	{ "/x", "/x" },
	{ "/x:size=64m", "/x:size=67108864" },
	{ "/x:size=1t,mode=1777,uid=1,gid=2,nr_inodes=1k",
	  "/x:size=1099511627776,mode=1777,uid=1,gid=2,nr_inodes=1024" },
	{ "/x:ro,noexec", "/x:ro,noexec" },
	{ "/x:noexec,exec", "/x" },
	{ "/x:suid,dev", "/x:suid,dev" },
	{ "/x:suid,nosuid", "/x" },
	{ "/x:mode=0755,ro", "/x:mode=755,ro" },
	{ "/x:", NULL },
	{ "/x:size=", NULL },
	{ "/x:size", NULL },
	{ "/x:size=50%", NULL },
	{ "/x:size=1,size=2", NULL },
	{ "/x:mode=8", NULL },
	{ "/x:mode=10777", NULL },
	{ "/x:mode=", NULL },
	{ "/x:uid=4294967295", NULL },
	{ "/x:uid=root", NULL },
	{ "/x:rec", NULL },
	{ "/x:idmap", NULL },
	{ "/x:huge=always", NULL },
	{ "/x:ro:rw", NULL },
	{ "/x:o=a", NULL },
	{ "x", NULL },
	{ "", NULL },
	{ "/", NULL },
	{ "/proc/x", NULL },
}, rows_mount[] = {
	{ "type=bind,src=/a,dst=/b,ro", "type=bind,src=/a,dst=/b,ro" },
	{ "dst=/b,ro,src=/a:b,type=bind", "type=bind,src=/a:b,dst=/b,ro" },
	{ "type=bind,source=a,target=/b,readonly,rec",
	  "type=bind,src=a,dst=/b,ro,rec" },
	{ "type=tmpfs,destination=/b,size=1m",
	  "type=tmpfs,src=tmpfs,dst=/b,o=size=1048576" },
	{ "type=ext4,src=/dev/sdb,dst=/b,noatime,o=data=journal,o=discard",
	  "type=ext4,src=/dev/sdb,dst=/b,noatime,o=data=journal,o=discard" },
	{ "type=fuse.x,dst=/b,dev,suid", "type=fuse.x,src=fuse.x,dst=/b,suid,dev" },
	{ "type=bindx,dst=/b", "type=bindx,src=bindx,dst=/b" },
	{ "type=bind,dst=/b", NULL },
	{ "type=bind,src=,dst=/b", NULL },
	{ "type=bind,src=/a", NULL },
	{ "type=bind,src=/a,dst=b", NULL },
	{ "type=bind,src=/a,dst=/b,size=1", NULL },
	{ "type=bind,src=/a,dst=/b,o=x", NULL },
	{ "type=bind,src=/a,dst=/b,exec", NULL },
	{ "type=tmpfs,dst=/b,rec", NULL },
	{ "type=ext4,src=/x,dst=/b,size=1", NULL },
	{ "type=tmpfs,dst=/proc", NULL },
	{ "type=tmpfs,dst=/b,o=", NULL },
	{ "type=,dst=/b", NULL },
	{ "type=a/b,dst=/b", NULL },
	{ "type=tmpfs,type=tmpfs,dst=/b", NULL },
	{ "type=tmpfs,dst=/b,target=/c", NULL },
	{ "dst=/b", NULL },
	{ "type=tmpfs,dst=/b,", NULL },
	{ "type=tmpfs,dst=/b,what", NULL },
	{ "type=tmpfs,dst=/b,what=x", NULL },
	{ "", NULL },
}, rows_device[] = {
	{ "/dev/fuse", "/dev/fuse:/dev/fuse" },
	{ "/dev/sdb:/dev/disk", "/dev/sdb:/dev/disk" },
	{ "sdb:/dev/disk", "sdb:/dev/disk" },
	{ "fuse", NULL },
	{ "/dev/a:b", NULL },
	{ "/dev/a:/dev/b:rwm", NULL },
	{ ":/dev/b", NULL },
	{ "/dev/a:", NULL },
	{ "/dev/a:/proc/b", NULL },
	{ "", NULL },
}, rows_address[] = {
	{ "192.0.2.1", "192.0.2.1" },
	{ "2001:DB8:0::1", "2001:db8::1" },
	{ "::", "::" },
	{ "192.0.2", NULL },
	{ "192.0.2.256", NULL },
	{ "192.0.2.1/24", NULL },
	{ "192.0.2.1 ", NULL },
	{ "name", NULL },
	{ "[::1]", NULL },
	{ "fe80::1%eth0", NULL },
	{ ":", NULL },
	{ "", NULL },
}, rows_ip[] = {
	{ "10.88.0.7", "10.88.0.7" },
	{ "223.255.255.1", "223.255.255.1" },
	{ "0.0.0.1", NULL },
	{ "127.0.0.1", NULL },
	{ "224.0.0.1", NULL },
	{ "255.255.255.255", NULL },
	{ "::1", NULL },
	{ "10.88.0", NULL },
	{ "", NULL },
}, rows_subnet[] = {
	{ "10.90.0.0/16", "10.90.0.0/16" },
	{ "10.0.0.0/8", "10.0.0.0/8" },
	{ "192.0.2.4/30", "192.0.2.4/30" },
	{ "fd00:90::/64", "fd00:90::/64" },
	{ "fd00::/96", "fd00::/96" },
	{ "10.90.0.1/16", NULL },
	{ "10.90.0.0/31", NULL },
	{ "10.0.0.0/7", NULL },
	{ "fd00::/97", NULL },
	{ "fd00::1/64", NULL },
	{ "127.0.0.0/8", NULL },
	{ "10.90.0.0", NULL },
	{ "10.90.0.0/", NULL },
	{ "10.90.0.0/16/", NULL },
	{ "10.90.0.0/99999999999999999999", NULL },
	{ "/16", NULL },
	{ "", NULL },
	{ LONG_64 "/16", NULL },
}, rows_mac[] = {
	{ "02:00:00:00:00:01", "02:00:00:00:00:01" },
	{ "FE:dc:BA:98:76:54", "fe:dc:ba:98:76:54" },
	{ "00:00:00:00:01:00", "00:00:00:00:01:00" },
	{ "00:00:00:00:00:00", NULL },
	{ "01:00:00:00:00:01", NULL },
	{ "ff:ff:ff:ff:ff:ff", NULL },
	{ "02:00:00:00:00", NULL },
	{ "02:00:00:00:00:01:", NULL },
	{ "02-00-00-00-00-01", NULL },
	{ "2:0:0:0:0:1", NULL },
	{ "0g:00:00:00:00:01", NULL },
	{ "", NULL },
}, rows_port[] = {
	{ "8080:80", "8080:80" },
	{ "8080:80/tcp", "8080:80" },
	{ "53:53/udp", "53:53/udp" },
	{ "127.0.0.1:8080:80", "127.0.0.1:8080:80" },
	{ "[::1]:8080:80/udp", "[::1]:8080:80/udp" },
	{ "1:65535", "1:65535" },
	{ "8080", NULL },
	{ "0:80", NULL },
	{ "80:0", NULL },
	{ "65536:80", NULL },
	{ "8080:80/sctp", NULL },
	{ "8080:80/", NULL },
	{ ":8080:80", NULL },
	{ "::1:8080:80", NULL },
	{ "[]:8080:80", NULL },
	{ "[127.0.0.1]:8080:80", NULL },
	{ "[::1:8080:80", NULL },
	{ "localhost:8080:80", NULL },
	{ "8080:", NULL },
	{ ":80", NULL },
	{ ":", NULL },
	{ "", NULL },
	{ LONG_64 ":80:80", NULL },
}, rows_host[] = {
	{ "db:10.88.0.7", "db:10.88.0.7" },
	{ "a.b-c:::1", "a.b-c:::1" },
	{ "db:", NULL },
	{ ":10.88.0.7", NULL },
	{ "db", NULL },
	{ "d b:10.88.0.7", NULL },
	{ "db:10.88.0.7\n", NULL },
	{ "", NULL },
}, rows_net[] = {
	{ "none", "none" },
	{ "host", "host" },
	{ "nat", "nat" },
	{ "user", "user" },
	{ "user:pasta", "user:pasta" },
	{ "user:slirp4netns", "user:slirp4netns" },
	{ "container:4711", "container:4711" },
	{ "ns:/run/netns/x", "ns:/run/netns/x" },
	{ "ns:a:b", "ns:a:b" },
	{ "user:passt", NULL },
	{ "user:", NULL },
	{ "nat:x", NULL },
	{ "none:", NULL },
	{ "container", NULL },
	{ "container:", NULL },
	{ "container:x", NULL },
	{ "container:0", NULL },
	{ "container:-1", NULL },
	{ "container:4294967297", NULL },
	{ "ns", NULL },
	{ "ns:", NULL },
	{ "NAT", NULL },
	{ "na", NULL },
	{ "", NULL },
};

static const struct kind {
	const char *name;
	shower *show;
	const struct row *rows;
	size_t count;
} kinds[] = {
#define KIND(name)                                           \
	{                                                    \
#name, name, rows_##name, COUNT(rows_##name) \
	}
	KIND(whole),   KIND(any),	 KIND(integer),	     KIND(bytes),
	KIND(limit),   KIND(cpus),	 KIND(grace),	     KIND(clocks),
	KIND(range),   KIND(namespaces), KIND(capabilities), KIND(signals),
	KIND(ulimits), KIND(cpuset),	 KIND(io_max),	     KIND(cgroup),
	KIND(sysctl),  KIND(env),	 KIND(names),	     KIND(hostname),
	KIND(user),    KIND(group),	 KIND(path),	     KIND(cgroup_path),
	KIND(volume),  KIND(tmpfs),	 KIND(mount),	     KIND(device),
	KIND(address), KIND(ip),	 KIND(subnet),	     KIND(mac),
	KIND(port),    KIND(host),	 KIND(net),
};

static void row(int good, const struct kind *k, const struct row *r,
		const char *got)
{
	okf(good, "%s \"%.60s\" is %.60s", k->name, r->text,
	    r->want ? r->want : "refused");
	if (!good)
		printf("# got: %s\n", got);
}

static void try(const struct kind *k, const struct row *r)
{
	struct value v = { .memory = &memory };
	char got[1024] = "", again[1024] = "";

	if (k->show(&v, r->text, got, sizeof got) < 0) {
		/* refused: with a reason, on one line */
		row(!r->want && *v.why && !strchr(v.why, '\n'), k, r, v.why);
		return;
	}
	row(r->want && !strcmp(got, r->want) && !*v.why &&
		    k->show(&v, got, again, sizeof again) == 0 &&
		    !strcmp(got, again),
	    k, r, got);
}

int main(void)
{
	if (arena_make(&memory, 16 << 20) < 0)
		return 1;
	for (size_t i = 0; i < COUNT(kinds); i++)
		for (size_t j = 0; j < kinds[i].count; j++)
			try(&kinds[i], &kinds[i].rows[j]);
	return done();
}
