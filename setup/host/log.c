/* log.c - the file that engines read errors from */
#include "setup/host/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "init/base/fd.h"
#include "init/plan/report.h"

void log_error(const char *path, int json, const char *text)
{
	int fd =
		open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY,
		     0600);
	char quoted[8192], line[8400], when[32];
	size_t n = report_string(text, quoted, sizeof quoted - 1);
	time_t now = time(NULL);
	struct tm tm;

	quoted[n < sizeof quoted ? n : sizeof quoted - 1] = 0;
	gmtime_r(&now, &tm);
	strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &tm);
	n = snprintf(line, sizeof line,
		     json ? "{\"level\":\"error\",\"msg\":%s,\"time\":\"%s\"}\n" :
			    "level=error msg=%s time=\"%s\"\n",
		     quoted, when);
	if (fd >= 0)
		fd_write_all(fd, line, n);
	fd_close(&fd);
}
