/* ending.c - what is said about a run when it is over */
#include "setup/host/ending.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "init/base/clock.h"
#include "init/base/die.h"
#include "init/plan/report.h"

#define UNKNOWN UINT64_MAX /* cgroup.h */

/* "64 MiB", "1.5 GiB", "?": binary units, as the options take them. */
const char *ending_size(uint64_t bytes, char *text, size_t room)
{
	static const char units[][4] = { "B", "KiB", "MiB", "GiB", "TiB" };
	uint64_t tenths = bytes * 10;
	unsigned unit = 0;

	if (bytes == UNKNOWN || bytes > UNKNOWN / 10) {
		snprintf(text, room, "%s",
			 bytes == UNKNOWN ? "unknown" : "no limit");
		return text;
	}
	for (; tenths >= 10240 && unit < 4; unit++)
		tenths /= 1024;
	if (tenths % 10)
		snprintf(text, room, "%llu.%llu %s",
			 (unsigned long long)tenths / 10,
			 (unsigned long long)tenths % 10, units[unit]);
	else
		snprintf(text, room, "%llu %s",
			 (unsigned long long)tenths / 10, units[unit]);
	return text;
}

static void say_oom(const struct heard *h, const struct cgroup_figures *f)
{
	char max[32], peak[32], who[64] = "a process";

	if (f->oom_kills == UNKNOWN || !f->oom_kills)
		return;
	if (h->victim)
		snprintf(who, sizeof who, "%s (pid %d)",
			 *h->victim_name ? h->victim_name : "a process",
			 h->victim);
	warn("out of memory: the kernel killed %s: memory.max %s, peak %s, "
	     "%llu kill%s", who, ending_size(f->memory_max, max, sizeof max),
	     ending_size(f->memory_peak, peak, sizeof peak),
	     (unsigned long long)f->oom_kills, f->oom_kills == 1 ? "" : "s");
}

static void say_pids(const struct cgroup_figures *f)
{
	char peak[48] = "";

	if (f->pids_refused == UNKNOWN || !f->pids_refused)
		return;
	if (f->pids_peak != UNKNOWN)
		snprintf(peak, sizeof peak, ", peak %llu",
			 (unsigned long long)f->pids_peak);
	warn("out of processes: the kernel refused %llu new one%s: pids.max "
	     "%llu%s", (unsigned long long)f->pids_refused,
	     f->pids_refused == 1 ? "" : "s", (unsigned long long)f->pids_max,
	     peak);
}

static void say_filter(const struct heard *h)
{
	if (h->signal == SIGSYS)
		warn("killed by SIGSYS, as for a system call that a seccomp "
		     "filter forbids: --seccomp-log says which");
}

void ending_say(const struct heard *h, const struct cgroup_figures *f)
{
	if (h->failed)
		warn("%s", h->sentence);
	say_oom(h, f);
	say_pids(f);
	say_filter(h);
}

static uint64_t microseconds(struct timeval t)
{
	return t.tv_sec * 1000000ULL + t.tv_usec;
}

static int report_fd = -1;

void ending_open_report(const struct launch *l)
{
	if (!l->report)
		return;
	report_fd = report_open(l->report);
	if (report_fd < 0)
		die("open the report %s: %m", l->report);
}

static void write_or_warn(const struct launch *l, const struct report *r)
{
	if (report_fd < 0)
		return; /* that is what went wrong */
	if (report_write(r, report_fd) < 0)
		warn("write the report %s: %m", l->report);
}

void ending_report(const struct launch *l, const struct heard *h,
		   const struct cgroup_figures *f, uint64_t started,
		   uint64_t running)
{
	struct report r;

	report_clear(&r);
	r.name = l->name;
	r.command = l->plan.argv.item[0];
	r.error = h->failed ? h->sentence : NULL;
	r.status = h->status;
	r.signal = h->signal;
	r.late = h->late;
	r.started_ns = started;
	r.running_ns = running;
	r.ended_ns = clock_ns();
	r.reaped = h->reaped;
	/* The kernel's sums per cgroup where there is one, else what wait4(2)
	 * says of all that was reaped. */
	r.cpu_us = f->cpu_us;
	r.user_us = f->user_us;
	r.system_us = f->system_us;
	if (f->cpu_us == UNKNOWN) {
		r.user_us = microseconds(h->usage.ru_utime);
		r.system_us = microseconds(h->usage.ru_stime);
		r.cpu_us = r.user_us + r.system_us;
	}
	r.throttled_us = f->throttled_us;
	r.memory_peak = f->memory_peak == UNKNOWN ? h->usage.ru_maxrss * 1024ULL :
						    f->memory_peak;
	r.memory_max = f->memory_max;
	r.pids_peak = f->pids_peak;
	r.pids_max = f->pids_max;
	r.pids_refused = f->pids_refused;
	r.oom_kills = f->oom_kills;
	if (f->oom_kills && f->oom_kills != UNKNOWN && h->victim) {
		r.oom_pid = h->victim;
		r.oom_victim = h->victim_name;
	}
	write_or_warn(l, &r);
}

void ending_report_failure(const struct launch *l, int status,
			   const char *sentence, uint64_t started)
{
	struct report r;

	report_clear(&r);
	r.name = l->name;
	r.command = l->plan.argv.count ? l->plan.argv.item[0] : NULL;
	r.error = sentence;
	r.status = status;
	r.started_ns = started;
	r.ended_ns = clock_ns();
	write_or_warn(l, &r);
}
