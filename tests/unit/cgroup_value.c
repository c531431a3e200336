/* cgroup_value.c - limits are translated between cgroup v2 and v1, and compared by meaning */
#include <stdio.h>
#include <string.h>

#include "init/cgroup/internal.h"
#include "tests/unit/tap.h"

static void same(enum meaning meaning, const char *want, const char *got,
		 int expected)
{
	char name[300];

	snprintf(name, sizeof name, "meaning %d: %s %s %s", meaning, want,
		 expected ? "equals" : "differs from", got);
	for (char *p = name; *p; p++)
		if (*p == '\n')
			*p = '|';
	ok(value_same(meaning, meaning == MEANS_BYTES ? 4096 : 1, want, got) ==
		   expected,
	   name);
}

static void test_same(void)
{
	same(MEANS_BYTES, "67108864", "67108864", 1);
	same(MEANS_BYTES, "67108865", "67108864", 1);
	same(MEANS_BYTES, "67112959", "67108864", 1);
	same(MEANS_BYTES, "67112960", "67108864", 0);
	same(MEANS_BYTES, "67108863", "67108864", 0);
	same(MEANS_BYTES, "64M", "67108864", 1);
	same(MEANS_BYTES, "0x1000", "4096", 1);
	same(MEANS_BYTES, "max", "max", 1);
	same(MEANS_BYTES, "max", "9223372036854771712", 1);
	same(MEANS_BYTES, "-1", "9223372036854771712", 1);
	same(MEANS_BYTES, "-1", "4096", 0);
	same(MEANS_BYTES, "4096", "max", 0);
	same(MEANS_BYTES, "18446744073709551615", "max", 1);
	same(MEANS_BYTES, "1", "0", 1);
	same(MEANS_BYTES, "x", "0", 0);
	same(MEANS_BYTES, "", "", 0);
	ok(value_same(MEANS_BYTES, 2 << 20, "3M", "2097152"),
	   "huge pages are rounded as well");
	ok(value_same(MEANS_BYTES, 2 << 20, "-1", "9223372036852678656"),
	   "the largest number of huge pages is no limit");
	same(MEANS_NUMBER, "32", "32", 1);
	same(MEANS_NUMBER, "32", "33", 0);
	same(MEANS_NUMBER, "max", "max", 1);
	same(MEANS_NUMBER, "-1", "-1", 1);
	same(MEANS_NUMBER, "-1", "1", 0);
	same(MEANS_NUMBER, "032", "26", 1);
	same(MEANS_NUMBER, "5 6", "5", 0);
	same(MEANS_LIST, "0-1", "0,1", 1);
	same(MEANS_LIST, "0-3,5", "5,0-3", 1);
	same(MEANS_LIST, "0-6:1/2", "0,2,4,6", 1);
	same(MEANS_LIST, "0-1", "0", 0);
	same(MEANS_LIST, "0", "", 0);
	same(MEANS_LIST, "1-0", "0-1", 0);
	same(MEANS_LIST, "99999999999999999999", "0", 0);
	same(MEANS_LIST, "0-8192", "0-8192", 0);
	same(MEANS_LIST, "0-7:3/0", "0-7", 0);
	same(MEANS_LIST, "a", "a", 0);
	same(MEANS_QUOTA, "50000 100000", "50000 100000", 1);
	same(MEANS_QUOTA, "50000", "50000 100000", 1);
	same(MEANS_QUOTA, "max", "max 100000", 1);
	same(MEANS_QUOTA, "50000 50000", "50000 100000", 0);
	same(MEANS_QUOTA, "max 50000", "50000 50000", 0);
	same(MEANS_DEVICE, "8:0 100", "8:16 5\n8:0 100", 1);
	same(MEANS_DEVICE, "8:0 0", "8:16 5", 1);
	same(MEANS_DEVICE, "8:0 100", "", 0);
	same(MEANS_DEVICE, "8:1 100", "8:16 100", 0);
	same(MEANS_FIELDS, "8:0 rbps=5",
	     "8:0 rbps=5 wbps=max riops=max wiops=max", 1);
	same(MEANS_FIELDS, "8:0 wbps=max rbps=5",
	     "9:0 x=1\n8:0 rbps=5 wbps=max", 1);
	same(MEANS_FIELDS, "8:0 rbps=max", "", 1);
	same(MEANS_FIELDS, "8:0 rbps=5", "8:0 rbps=6 wbps=5", 0);
	same(MEANS_FIELDS, "8:0 rbps", "8:0 rbps=6", 0);
	same(MEANS_WEIGHT, "200", "default 200", 1);
	same(MEANS_WEIGHT, "default 200", "default 200\n8:0 5", 1);
	same(MEANS_WEIGHT, "8:0 5", "default 200\n8:0 5", 1);
	same(MEANS_WEIGHT, "8:0 default", "default 200", 1);
	same(MEANS_WEIGHT, "200", "default 100", 0);
	same(MEANS_TEXT, "root", "root", 1);
	same(MEANS_TEXT, "root", "root invalid", 0);
	same(MEANS_UNKNOWN, "8:0 target=5", "8:0 target=5", 1);
	same(MEANS_UNKNOWN, "7", "8", 0);
	same(MEANS_UNKNOWN, "+7", "7", 1);
}

/* The steps of a limit on v1 as "file=text;file=text", or what is wrong. */
static void v1(const char *key, const char *value, const char *want)
{
	const struct limit all[] = { { key, value, 1 },
				     { "memory.max", "1048576", 1 } };
	struct step step[STEPS];
	struct why why;
	char got[900] = "", name[300];
	int good, n = v1_steps(&all[0], all, 2, step, &why);

	for (int i = 0; i < n; i++)
		sprintf(got + strlen(got), "%s%s=%s", i ? ";" : "",
			step[i].file, step[i].text);
	if (n < 0)
		snprintf(got, sizeof got, "%s", why.text);
	snprintf(name, sizeof name, "on v1 %s=%s", key, value);
	good = *want == '!' ? n < 0 && strstr(got, want + 1) :
			      !strcmp(got, want);
	ok(good, name);
	if (!good)
		printf("# %s\n", got);
}

static void test_v1(void)
{
	struct limit lone = { "memory.swap.max", "4096", 1 };
	struct step step[STEPS];
	struct why why;

	v1("memory.max", "64M", "memory.limit_in_bytes=67108864");
	v1("memory.max", "max", "memory.limit_in_bytes=-1");
	v1("memory.max", "64 M", "!not a number of bytes");
	v1("memory.max", "-5", "!not a number of bytes");
	v1("memory.low", "4096", "memory.soft_limit_in_bytes=4096");
	v1("memory.swap.max", "0", "memory.memsw.limit_in_bytes=1048576");
	v1("memory.swap.max", "4096", "memory.memsw.limit_in_bytes=1052672");
	v1("memory.swap.max", "max", "memory.memsw.limit_in_bytes=-1");
	ok(v1_steps(&lone, &lone, 1, step, &why) < 0 &&
		   strstr(why.text, "memory.max"),
	   "swap without memory cannot be limited on v1, and it says so");
	lone.value = "max";
	ok(v1_steps(&lone, &lone, 1, step, &why) == 1 &&
		   !strcmp(step->text, "-1"),
	   "no limit on swap is none on both");
	v1("memory.high", "4096", "!give memory.max");
	v1("memory.oom.group", "1", "!memory controller in cgroup v1");
	v1("memory.min", "1", "!nothing like it");
	v1("cpu.max", "50000 100000",
	   "cpu.cfs_period_us=100000;cpu.cfs_quota_us=50000");
	v1("cpu.max", "50000",
	   "cpu.cfs_period_us=100000;cpu.cfs_quota_us=50000");
	v1("cpu.max", "max 20000",
	   "cpu.cfs_period_us=20000;cpu.cfs_quota_us=-1");
	v1("cpu.max", "half", "!QUOTA PERIOD");
	v1("cpu.max.burst", "1000", "cpu.cfs_burst_us=1000");
	v1("cpu.weight", "100", "cpu.shares=1024");
	v1("cpu.weight", "1", "cpu.shares=10");
	v1("cpu.weight", "10000", "cpu.shares=102400");
	v1("cpu.weight", "0", "!weight from 1 to 10000");
	v1("cpu.weight", "10001", "!weight from 1 to 10000");
	v1("cpu.weight", "max", "!weight from 1 to 10000");
	v1("cpu.weight.nice", "1", "!give cpu.weight");
	v1("cpu.idle", "1", "cpu.idle=1");
	v1("cpuset.cpus", "0-1", "cpuset.cpus=0-1");
	v1("cpuset.mems", "0", "cpuset.mems=0");
	v1("pids.max", "max", "pids.max=max");
	v1("io.weight", "1", "blkio.bfq.weight=1;blkio.weight=10");
	v1("io.weight", "default 100", "blkio.bfq.weight=100;blkio.weight=500");
	v1("io.weight", "10000", "blkio.bfq.weight=1000;blkio.weight=1000");
	v1("io.weight", "8:0 100", "!weight from 1 to 10000");
	v1("io.max", "8:0 rbps=100 wiops=max",
	   "blkio.throttle.read_bps_device=8:0 100;blkio.throttle.write_iops_device=8:0 0");
	v1("io.max", "8:0 rbps=1 wbps=2 riops=3 wiops=4",
	   "blkio.throttle.read_bps_device=8:0 1;blkio.throttle.write_bps_device=8:0 2;"
	   "blkio.throttle.read_iops_device=8:0 3;blkio.throttle.write_iops_device=8:0 4");
	v1("io.max", "8:0 rbps=1 rbps=1 rbps=1 rbps=1 rbps=1", "!MAJ:MIN");
	v1("io.max", "8:0", "!MAJ:MIN");
	v1("io.max", "8:0 rbps=0", "!rbps=");
	v1("io.max", "8:0 speed=1", "!speed=1 is not one of");
	v1("hugetlb.2MB.max", "4M", "hugetlb.2MB.limit_in_bytes=4194304");
	v1("hugetlb.1GB.rsvd.max", "max", "hugetlb.1GB.rsvd.limit_in_bytes=-1");
	v1("hugetlb..max", "1", "!nothing like it");
	v1("misc.max", "a 1", "!misc controller in cgroup v1");
	ok(!strcmp(v1_controller("io"), "blkio") &&
		   !strcmp(v1_controller("cpu"), "cpu"),
	   "io is blkio on v1");
}

static void v2(const char *key, size_t len)
{
	struct why why = { "" };
	char name[300];

	snprintf(name, sizeof name, "%s %s", key,
		 len ? "is a limit" : "is refused");
	ok(v2_controller(key, &why) == len && (len || *why.text), name);
}

static void test_v2(void)
{
	static const char *const refused[] = {
		"",
		".",
		"memory",
		"memory.",
		".max",
		"a..b",
		"cgroup.procs",
		"cgroup.threads",
		"cgroup.subtree_control",
		"cgroup.kill",
		"cgroup.freeze",
		"cgroup.type",
		"memory.max/../x",
		"../memory.max",
		"memory .max",
		"memory.max\n",
		"a_name_of_a_controller_that_is_too_long.max",
		"memory.a_very_long_name_of_a_file_that_no_kernel_has_so_that_it_does_not_fit_in",
	};
	struct limit limit = { "cpuset.cpus", "0", 1 };
	struct step step[STEPS];
	struct why why;

	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		v2(refused[i], 0);
	v2("memory.max", 6);
	v2("hugetlb.2MB.max", 7);
	v2("cgroup.max.depth", 6);
	v2("misc.max", 4);

	ok(v2_steps(&limit, step, &why) == 1 && step->meaning == MEANS_LIST &&
		   !strcmp(step->result, "cpuset.cpus.effective") &&
		   !strcmp(step->text, "0"),
	   "on v2 the effective cpus are what counts");
	limit.key = "io.latency";
	ok(v2_steps(&limit, step, &why) == 1 &&
		   step->meaning == MEANS_UNKNOWN &&
		   !strcmp(step->file, "io.latency"),
	   "other files are written as they are");
}

static void test_rest(void)
{
	struct why why;
	char buf[64];
	uint64_t n;

	ok(value_unit("hugetlb.2MB.max") == 2 << 20, "the unit of 2MB pages");
	ok(value_unit("hugetlb.64KB.max") == 64 << 10,
	   "the unit of 64KB pages");
	ok(value_unit("hugetlb.1GB.rsvd.max") == 1 << 30,
	   "the unit of 1GB pages");
	ok(value_unit("hugetlb.B.max") == value_unit("memory.max"),
	   "no unit without a number");
	ok(value_unit("hugetlb.0B.max") == value_unit("memory.max"),
	   "no unit of nothing");
	ok(!value_number("16E", 1, &n) && n == UINT64_MAX,
	   "too many bytes are no limit");
	ok(value_number("1E", 0, &n) < 0, "plain numbers have no suffix");
	ok(value_number("99999999999999999999", 0, &n) < 0,
	   "a number beyond 64 bits is none");
	ok(!value_device("8:0 rbps=1", buf, sizeof buf, &why) &&
		   !strcmp(buf, "8:0 rbps=1"),
	   "a device by its number stays");
	ok(value_device("/dev/null rbps=1", buf, sizeof buf, &why) < 0 &&
		   strstr(why.text, "/dev/null is not a block device"),
	   "a device that is no disk");
	ok(value_device("/dev/none-such", buf, sizeof buf, &why) < 0 &&
		   strstr(why.text, "/dev/none-such: No such file"),
	   "a device that is not there");
}

int main(void)
{
	test_same();
	test_v1();
	test_v2();
	test_rest();
	return done();
}
