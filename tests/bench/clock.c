/* clock.c - how long commands take, from the start of a process to its end */
/*
 *	clock [-n ROUNDS] [-w WARM] [-p MILLISECONDS] <ROWS
 *
 * Every round runs each row once, in a new order; -p pauses before each run.
 * "@" in a word is replaced by the number of the run. Prints a line per row,
 * parted by tabs, in microseconds:
 *
 *	name  median  p10  p90  over  failed
 *
 * "over" is the median of what the row takes more than the first row of the
 * same round. Runs that fail are counted and not timed.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/rows.h"

extern char **environ;
static posix_spawn_file_actions_t quiet;
static unsigned long runs;

/* Puts the number of the run in the place of each "@". */
static void number(const char *word, char *out, size_t size)
{
	size_t n = 0;

	for (; *word && n + 24 < size; word++)
		if (*word == '@')
			n += sprintf(out + n, "%lu", runs);
		else
			out[n++] = *word;
	out[n] = 0;
}

static double run(const struct row *r)
{
	static char text[WORDS][256];
	char *argv[WORDS] = { NULL };
	double start;
	int status;
	pid_t pid;

	runs++;
	for (size_t i = 0; i < r->argc; i++) {
		argv[i] = r->argv[i];
		if (strchr(argv[i], '@')) {
			number(argv[i], text[i], sizeof text[i]);
			argv[i] = text[i];
		}
	}
	start = now_us();
	if (posix_spawn(&pid, argv[0], &quiet, NULL, argv, environ) ||
	    waitpid(pid, &status, 0) != pid || status)
		return -1;
	return now_us() - start;
}

static void print(struct row *r, const double *first, size_t rounds)
{
	double *over = calloc(rounds, sizeof *over);
	size_t n, pairs = 0;

	for (size_t i = 0; i < rounds; i++)
		if (r->us[i] >= 0 && first[i] >= 0)
			over[pairs++] = r->us[i] - first[i];
	qsort(over, pairs, sizeof *over, by_value);
	n = samples_sort(r->us, rounds);
	printf("%s\t%.1f\t%.1f\t%.1f\t%.1f\t%zu\n", r->name,
	       quantile(r->us, n, .5), quantile(r->us, n, .1),
	       quantile(r->us, n, .9), quantile(over, pairs, .5), rounds - n);
	free(over);
}

int main(int argc, char *argv[])
{
	static struct row rows[ROWS];
	size_t count, order[ROWS], rounds = 100, warm = 5;
	struct timespec pause = { 0 };
	double *first;
	int option;

	while ((option = getopt(argc, argv, "n:w:p:")) != -1) {
		if (option == 'n')
			rounds = strtoul(optarg, NULL, 10);
		else if (option == 'w')
			warm = strtoul(optarg, NULL, 10);
		else if (option == 'p')
			pause.tv_nsec = strtoul(optarg, NULL, 10) * 1000000;
		else
			return 125;
	}
	posix_spawn_file_actions_init(&quiet);
	for (int fd = 0; fd < 3; fd++)
		posix_spawn_file_actions_addopen(&quiet, fd, "/dev/null",
						 O_RDWR, 0);
	count = rows_read(rows, rounds);
	for (size_t i = 0; i < count; i++)
		order[i] = i;
	srand(1);
	for (size_t round = 0; round < warm + rounds; round++) {
		shuffle(order, count);
		for (size_t i = 0; i < count; i++) {
			double us;

			if (pause.tv_nsec)
				nanosleep(&pause, NULL);
			us = run(&rows[order[i]]);
			if (round >= warm)
				rows[order[i]].us[round - warm] = us;
		}
	}
	first = memcpy(malloc(rounds * sizeof *first), rows[0].us,
		       rounds * sizeof *first);
	for (size_t i = 0; i < count; i++)
		print(&rows[i], first, rounds);
	return 0;
}
