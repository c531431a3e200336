/* client.c - cinit status and its like: ask the cinit that supervises */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/services/check.h"
#include "init/services/control.h"
#include "init/services/services.h"

int control_path(char *path, size_t size, const char *said)
{
	const char *run = getenv("XDG_RUNTIME_DIR");
	int n;

	if (said)
		n = snprintf(path, size, "%s", said);
	else if (!geteuid())
		n = snprintf(path, size, "/run/cinit/control");
	else if (run && *run == '/')
		n = snprintf(path, size, "%s/cinit/control", run);
	else
		n = size, errno = ENOENT;
	if (n < (int)size)
		return 0;
	if (said)
		errno = ENAMETOOLONG;
	return -1;
}

static void say(const char *text, size_t len)
{
	if (fd_write_all(1, text, len) < 0)
		die("write: %m");
}

/* ---- rows: NAME STATE PID MS RESTARTS LAST SIGNAL */

enum { NAME, STATE, PID, SINCE, RESTARTS, LAST, SIGNAL, COLUMNS };

static const char *const heads[COLUMNS - 1] = { "NAME",	 "STATE",    "PID",
						"SINCE", "RESTARTS", "LAST" };

struct row {
	char cell[COLUMNS][NAME_SIZE];
};

static struct row rows[SERVICES_MAX];
static unsigned row_count;

/* What cannot be in a row is not let on the terminal, nor into JSON. */
static void take_rows(const char *text, const char *end)
{
	while (text < end && row_count < SERVICES_MAX) {
		struct row *r = &rows[row_count++];
		int column = 0;
		size_t n = 0;

		for (; text < end && *text != '\n'; text++) {
			if (*text == '\t') {
				column += column < COLUMNS - 1;
				n = 0;
			} else if (n < NAME_SIZE - 1) {
				r->cell[column][n++] =
					strchr("\"\\", *text) || *text < ' ' ?
						'?' :
						*text;
			}
		}
		text++;
	}
}

static unsigned long number(const char *cell)
{
	uint64_t n = 0;

	return value_digits(cell, cell + strlen(cell), &n) < 0 ? 0 : n;
}

/* 7s, 3m07s, 2h05m, 12d03h */
static void since(char *cell)
{
	static const struct {
		unsigned seconds, part;
		const char *form;
	} units[] = {
		{ 86400, 3600, "%lud%02luh" },
		{ 3600, 60, "%luh%02lum" },
		{ 60, 1, "%lum%02lus" },
		{ 1, 1, "%lus" },
	};
	unsigned long s = number(cell) / 1000;
	size_t i = 0;

	while (i < 3 && s < units[i].seconds)
		i++;
	snprintf(cell, NAME_SIZE, units[i].form, s / units[i].seconds,
		 s % units[i].seconds / units[i].part);
}

static void for_people(struct row *r)
{
	if (!strcmp(r->cell[PID], "0"))
		strcpy(r->cell[PID], "-");
	if (r->cell[LAST][0] == '-')
		strcpy(r->cell[LAST], "-");
	if (r->cell[SIGNAL][0])
		memcpy(r->cell[LAST], r->cell[SIGNAL], NAME_SIZE);
	since(r->cell[SINCE]);
}

static void print_table(void)
{
	int width[COLUMNS - 1];
	char line[COLUMNS * (NAME_SIZE + 2)];

	for (int c = 0; c < COLUMNS - 1; c++)
		width[c] = strlen(heads[c]);
	for (unsigned i = 0; i < row_count; i++) {
		for_people(&rows[i]);
		for (int c = 0; c < COLUMNS - 1; c++)
			if ((int)strlen(rows[i].cell[c]) > width[c])
				width[c] = strlen(rows[i].cell[c]);
	}
	for (int i = -1; i < (int)row_count; i++) {
		int n = 0;

		for (int c = 0; c < COLUMNS - 1; c++) {
			const char *cell = i < 0 ? heads[c] : rows[i].cell[c];
			int text = c == NAME || c == STATE || c == LAST;
			int fill = width[c] - (int)strlen(cell);

			n += snprintf(line + n, sizeof line - n, "%*s%s%*s",
				      text ? 0 : fill, "", cell,
				      c == LAST ? 0 : (text ? fill : 0) + 2,
				      "");
		}
		line[n++] = '\n';
		say(line, n);
	}
}

static void print_json(void)
{
	char text[512];

	say("[", 1);
	for (unsigned i = 0; i < row_count; i++) {
		struct row *r = &rows[i];
		unsigned long ms = number(r->cell[SINCE]);
		int running = strcmp(r->cell[PID], "0") != 0;
		int ended = r->cell[LAST][0] != '-';
		int n = snprintf(text, sizeof text,
				 "%s\n  {\"name\": \"%s\", \"state\": \"%s\", "
				 "\"pid\": %s, \"since_seconds\": %lu.%03lu, "
				 "\"restarts\": %s, \"last_status\": %s}",
				 i ? "," : "", r->cell[NAME], r->cell[STATE],
				 running ? r->cell[PID] : "null", ms / 1000,
				 ms % 1000, r->cell[RESTARTS],
				 ended ? r->cell[LAST] : "null");

		say(text, n);
	}
	say("\n]\n", 3);
}

/* ---- asking */

static int ask(const char *said, const char *request)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (control_path(name.sun_path, sizeof name.sun_path, said) < 0)
		die("find the control socket: %m; say it by --control PATH");
	if (connect(fd, (struct sockaddr *)&name, sizeof name) < 0)
		die("reach cinit by %s: %m%s", name.sun_path,
		    errno == ENOENT || errno == ECONNREFUSED ?
			    " (no cinit supervises services here, or it could "
			    "not make its socket)" :
			    "");
	if (send(fd, request, strlen(request), MSG_NOSIGNAL) < 0)
		die("ask cinit: %m");
	return fd;
}

/* All packets up to the last one; whether that is a good one. */
static int listen_to(int fd, int json)
{
	char text[1 + CONTROL_PACKET + 1];
	ssize_t n;

	while ((n = recv(fd, text, sizeof text - 1, 0)) > 0) {
		int last = *text == CONTROL_GOOD || *text == CONTROL_BAD;

		if (*text == CONTROL_TEXT)
			say(text + 1, n - 1);
		if (*text == CONTROL_ROWS)
			take_rows(text + 1, text + n);
		if (!last)
			continue;
		if (row_count)
			json ? print_json() : print_table();
		if (n > 1 && *text == CONTROL_BAD)
			warn("%.*s", (int)n - 1, text + 1);
		if (n > 1 && *text == CONTROL_GOOD) {
			text[n] = '\n';
			say(text + 1, n);
		}
		return *text == CONTROL_GOOD ? 0 : 1;
	}
	if (n < 0)
		die("hear from cinit: %m");
	die("cinit has ended, or has no time for us");
}

enum { TAKES_NAME = 1, NEEDS_NAME = 2, JSON = 4, NO_WAIT = 8 };

static const struct verb {
	const char *name;
	int takes;
} verbs[] = {
	{ "status", TAKES_NAME | JSON },  { "start", NEEDS_NAME | NO_WAIT },
	{ "stop", NEEDS_NAME | NO_WAIT }, { "restart", NEEDS_NAME | NO_WAIT },
	{ "reload", NEEDS_NAME },	  { "logs", NEEDS_NAME },
	{ "check", NEEDS_NAME },
};

static const struct verb *verb_of(const char *word)
{
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (!strcmp(verbs[i].name, word))
			return &verbs[i];
	return NULL;
}

int services_is_client(const char *word)
{
	return verb_of(word) != NULL;
}

int services_client(int argc, char **argv)
{
	const struct verb *v = verb_of(argv[0]);
	const char *name = NULL, *control = getenv("CINIT_CONTROL");
	int json = 0, no_wait = 0;
	char request[CONTROL_REQUEST];

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--json") && v->takes & JSON)
			json = 1;
		else if (!strcmp(argv[i], "--no-wait") && v->takes & NO_WAIT)
			no_wait = 1;
		else if (!strcmp(argv[i], "--control") && i + 1 < argc)
			control = argv[++i];
		else if (!strncmp(argv[i], "--control=", 10))
			control = argv[i] + 10;
		else if (*argv[i] == '-' || name ||
			 !(v->takes & (TAKES_NAME | NEEDS_NAME)))
			die("%s: \"%s\" is one word too many; see cinit --help",
			    v->name, argv[i]);
		else
			name = argv[i];
	}
	if (!name && v->takes & NEEDS_NAME)
		die("%s needs a name; see cinit --help", v->name);
	if (!strcmp(v->name, "check"))
		return services_check(name);
	if (snprintf(request, sizeof request, "%s%s%s%s", v->name,
		     name ? " " : "", name ? name : "",
		     no_wait ? " !" : "") >= (int)sizeof request)
		die("%s: no service has such a long name", v->name);
	return listen_to(ask(control, request), json);
}
