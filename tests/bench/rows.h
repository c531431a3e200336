/* rows.h - what the two meters share: their rows, their runs, their medians */
#ifndef CINIT_TESTS_BENCH_ROWS_H
#define CINIT_TESTS_BENCH_ROWS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/*
 * A row of standard input is a command: its name, a tab, and its words, parted
 * by blanks. A second tab and name may follow, see keep.c.
 */
enum { ROWS = 32, WORDS = 64, LINE = 8192 };

struct row {
	char *name, *child;
	char *argv[WORDS];
	size_t argc;
	double *us; /* a run each; below 0: it failed */
};

static inline double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

/* `samples` is how many runs each row has room for. */
static inline size_t rows_read(struct row *rows, size_t samples)
{
	char line[LINE];
	size_t count = 0;

	while (count < ROWS && fgets(line, sizeof line, stdin)) {
		struct row *r = &rows[count];
		char *rest, *words, *word;

		line[strcspn(line, "\n")] = 0;
		rest = strdup(line);
		r->name = strsep(&rest, "\t");
		words = strsep(&rest, "\t");
		r->child = rest;
		while (words && r->argc < WORDS - 4 &&
		       (word = strsep(&words, " ")))
			if (*word)
				r->argv[r->argc++] = word;
		r->us = calloc(samples, sizeof *r->us);
		if (*r->name)
			count++;
	}
	return count;
}

static inline int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sorts, leaves out what failed, and returns how many are left. */
static inline size_t samples_sort(double *samples, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		if (samples[i] >= 0)
			samples[n++] = samples[i];
	qsort(samples, n, sizeof *samples, by_value);
	return n;
}

static inline double quantile(const double *sorted, size_t n, double q)
{
	double at = n ? q * (n - 1) : 0;
	size_t i = at;

	if (!n)
		return 0;
	if (i + 1 >= n)
		return sorted[n - 1];
	return sorted[i] + (at - i) * (sorted[i + 1] - sorted[i]);
}

/* A new order for every round: what a row leaves behind meets all others. */
static inline void shuffle(size_t *order, size_t count)
{
	for (size_t i = count; i > 1; i--) {
		size_t j = rand() % i, swap = order[i - 1];

		order[i - 1] = order[j];
		order[j] = swap;
	}
}

#endif
