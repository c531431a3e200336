/* ending.h - what is said about a run when it is over */
#ifndef CINIT_SETUP_HOST_ENDING_H
#define CINIT_SETUP_HOST_ENDING_H

#include "init/cgroup/cgroup.h"
#include "setup/host/watch.h"
#include "setup/launch.h"

/* On stderr: why it did not run, or which limit ended it; else nothing. */
void ending_say(const struct heard *h, const struct cgroup_figures *f);

/* --report. times: nanoseconds of CLOCK_REALTIME */
void ending_open_report(const struct launch *l);
void ending_report(const struct launch *l, const struct heard *h,
		   const struct cgroup_figures *f, uint64_t started,
		   uint64_t running);
void ending_report_failure(const struct launch *l, int status,
			   const char *sentence, uint64_t started);

/* "64 MiB", "1.5 GiB", "unknown": binary units, as the options take them. */
const char *ending_size(uint64_t bytes, char *text, size_t room);

#endif
