/* task_settings.c - the settings of a command: each row, and what it refuses */
#include <string.h>
#include <sys/mount.h>

#include "init/task/task.h"
#include "tests/unit/tap.h"

static struct arena memory;
static struct task task;
static struct value v = { .memory = &memory };

static int set(const char *name, const char *text)
{
	const struct setting *s = setting_find(name, strlen(name), IN_OPTIONS);

	return s ? s->set(&v, &task, text) : -2;
}

static void rows(void)
{
	size_t letters[128] = { 0 };

	for (const struct setting *s = settings; s->name; s++) {
		okf(s->where & IN_BOTH && s->help && s->set,
		    "--%s says where, what and how", s->name);
		okf(setting_find(s->name, strlen(s->name), s->where) == s,
		    "--%s has its name alone", s->name);
		okf(!s->letter || !letters[(int)s->letter]++,
		    "--%s has its letter alone", s->name);
	}
}

static void refused(void)
{
	static const struct {
		const char *name, *text;
	} bad[] = {
		{ "user", "" },
		{ "user", "a:b:c" },
		{ "group-add", "" },
		{ "cap-add", "nosuch" },
		{ "cap-drop", "" },
		{ "seccomp", "" },
		{ "ulimit", "nofile" },
		{ "ulimit", "nofile=3:2" },
		{ "chdir", "" },
		{ "umask", "8" },
		{ "umask", "1777" },
		{ "umask", "" },
		{ "umask", "00000777777" },
		{ "env", "KEY" },
		{ "env", "=value" },
		{ "oom-score-adj", "1001" },
		{ "tmpfs", "tmp" },
		{ "tmpfs", "/" },
		{ "tmpfs", "/t:wrong" },
		{ "memory", "1k" },
		{ "memory", "-1" },
		{ "memory-swap", "0" },
		{ "cpus", "0" },
		{ "cpu-weight", "0" },
		{ "cpuset-cpus", "3-1" },
		{ "pids", "0" },
		{ "io-weight", "10001" },
		{ "cgroup", "memory.max" },
		{ "cgroup", "../x=1" },
		{ "ready-fd", "2" },
		{ "ready-fd", "x" },
	};

	for (size_t i = 0; i < COUNT(bad); i++) {
		v.why[0] = 0;
		okf(set(bad[i].name, bad[i].text) == -1 && v.why[0],
		    "--%s \"%s\" is refused", bad[i].name, bad[i].text);
	}
}

static const char *limit(const char *key)
{
	for (size_t i = 0; i < task.limits.count; i++)
		if (!strcmp(task.limits.item[i].key, key))
			return task.limits.item[i].value;
	return "";
}

static void taken(void)
{
	task_clear(&task);
	ok(!set("memory", "64m") && !set("cpus", "1.5") &&
		   !set("pids", "max") && !set("memory-high", "max") &&
		   !set("io-weight", "50"),
	   "limits are taken");
	ok(!strcmp(limit("memory.max"), "67108864") && task.memory == 64 << 20,
	   "memory in bytes");
	ok(!strcmp(limit("cpu.max"), "150000 100000"), "CPUs as a quota");
	ok(!set("pids", "7") && !strcmp(limit("pids.max"), "7") &&
		   task.limits.count == 5,
	   "of the same limit the last one counts");
	ok(!set("ulimit", "nofile=1:2") && !set("ulimit", "core=0") &&
		   !set("ulimit", "nofile=3:4") &&
		   task.plan.rlimits.count == 2 &&
		   task.plan.rlimits.item[0].hard == 4,
	   "so of the same resource");
	ok(!set("tmpfs", "/t:size=1m,noexec,suid,mode=700") &&
		   !strcmp(task.plan.mounts.item[0].target, "/t") &&
		   !strcmp(task.plan.mounts.item[0].data, "size=1m,mode=700") &&
		   task.plan.mounts.item[0].set == (MS_NODEV | MS_NOEXEC),
	   "a tmpfs has flags and data");
	ok(!set("umask", "027") && task.plan.umask == 027 && task.has_umask,
	   "a mask is octal");
	for (int i = 0; i < 100; i++)
		set("env", "A=b");
	ok(task.env.count == 100 && !strcmp(task.env.item[99], "A=b"),
	   "lists grow");
	ok(!set("seccomp", "default") && task.plan.seccomp == SECCOMP_BUILTIN &&
		   !task.seccomp_file,
	   "the built-in filter");
	ok(!set("seccomp", "file") && task.plan.seccomp == SECCOMP_FILTER &&
		   !strcmp(task.seccomp_file, "file"),
	   "a filter of a file");
	ok(!set("seccomp", "none") && !task.plan.seccomp && !task.seccomp_file,
	   "none after all");
	ok(!set("ready-fd", "notify") && !set("ready-fd", "7") &&
		   task.ready_notify && task.ready_fd == 7,
	   "readiness both ways");
}

int main(void)
{
	if (arena_make(&memory, TASK_MEMORY) < 0)
		return 1;
	task_clear(&task);
	rows();
	refused();
	taken();
	return done();
}
