/* keep.c - what an init costs as PID 1: its reaping, its signals, its rest */
/*
 *	keep orphans ROUNDS COMMAND [ARG]... <ROWS
 *		name  median of wall time, of PID 1's CPU time, failed
 *	keep signals COUNT COMMAND [ARG]... <ROWS
 *		name  median and p90 from kill to reception, lost
 *	keep idle SECONDS COMMAND [ARG]... <ROWS
 *		name  VmRSS, RssAnon, RssFile, RssShmem, Pss in kB, how often
 *		it was switched away from: of itself, and not of itself
 *	keep services ROUNDS COMMAND... <ROWS
 *		name  median and p90 until as many services run as there are
 *		words in COMMAND; the same from TERM to the end; failed
 *
 * Times are in microseconds. A row's words, with COMMAND after them, become
 * PID 1 of a new pid namespace. A row with a third column has no COMMAND after
 * it: its words know themselves what to run. If the column is not empty it is a
 * launcher: it is started in no namespace, and its first child is shown too, by
 * the name that the column gives.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/rows.h"

/* Milliseconds: after which a signal is lost, until all have come to rest. */
enum { PATIENCE = 1000, SETTLE = 1500 };

/* So many signals before all are started anew. */
enum { BATCH = 100 };

static char **command;
static size_t words;

static int is_launcher(const struct row *r)
{
	return r->child && *r->child;
}

/* Starts the row; what it writes to standard output goes to out_fd. */
static pid_t start(const struct row *r, int out_fd)
{
	struct clone_args args = { .exit_signal = SIGCHLD };
	char *argv[2 * WORDS] = { NULL };
	pid_t pid;

	memcpy(argv, r->argv, r->argc * sizeof *argv);
	if (!r->child)
		memcpy(argv + r->argc, command, words * sizeof *argv);
	if (!is_launcher(r))
		args.flags = CLONE_NEWPID;
	pid = syscall(SYS_clone3, &args, sizeof args);
	if (pid == 0) {
		int null_fd = open("/dev/null", O_RDWR);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(null_fd, 0);
		dup2(out_fd < 0 ? null_fd : out_fd, 1);
		dup2(null_fd, 2);
		close(null_fd);
		execv(argv[0], argv);
		_exit(127);
	}
	return pid;
}

static void stop(pid_t pid)
{
	if (pid <= 0)
		return;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void nap(long ns)
{
	struct timespec t = { ns / 1000000000, ns % 1000000000 };

	nanosleep(&t, NULL);
}

/* orphans ----------------------------------------------------------------- */

/* CPU time of that process alone, user and system; also of a zombie. */
static double cpu_us(pid_t pid)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &t))
		return -1;
	return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void orphans(struct row *rows, size_t count, size_t rounds)
{
	size_t order[ROWS], n;
	double *cpu[ROWS];

	for (size_t i = 0; i < count; i++) {
		cpu[i] = calloc(rounds, sizeof *cpu[i]);
		order[i] = i;
	}
	for (size_t round = 0; round < rounds; round++) {
		shuffle(order, count);
		for (size_t i = 0; i < count; i++) {
			size_t k = order[i];
			double from = now_us();
			pid_t pid = start(&rows[k], -1);
			siginfo_t info = { 0 };

			waitid(P_PID, pid, &info, WEXITED | WNOWAIT);
			rows[k].us[round] = now_us() - from;
			cpu[k][round] = cpu_us(pid);
			waitpid(pid, NULL, 0);
			if (info.si_code != CLD_EXITED || info.si_status)
				rows[k].us[round] = cpu[k][round] = -1;
		}
	}
	for (size_t i = 0; i < count; i++) {
		n = samples_sort(rows[i].us, rounds);
		samples_sort(cpu[i], rounds);
		printf("%s\t%.0f\t%.0f\t%zu\n", rows[i].name,
		       quantile(rows[i].us, n, .5), quantile(cpu[i], n, .5),
		       rounds - n);
	}
}

/* signals ----------------------------------------------------------------- */

/* The catcher's next word, or 0 when none comes in time. */
static uint64_t hear(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t ns;

	if (poll(&p, 1, PATIENCE) != 1 || read(fd, &ns, sizeof ns) != sizeof ns)
		return 0;
	return ns;
}

/* All inits started anew: where they came to lie is part of what is measured. */
static void start_all(struct row *rows, size_t count, pid_t *pid, int *fd)
{
	for (size_t i = 0; i < count; i++) {
		int ends[2];

		if (pipe2(ends, O_CLOEXEC) < 0)
			exit(1);
		pid[i] = start(&rows[i], ends[1]);
		close(ends[1]);
		fd[i] = ends[0];
		if (!hear(fd[i]))
			fprintf(stderr, "%s: did not start\n", rows[i].name);
	}
	nap(SETTLE / 10 * 1000000L);
}

static void signals(struct row *rows, size_t count, size_t rounds)
{
	size_t order[ROWS], n;
	pid_t pid[ROWS];
	int fd[ROWS];

	for (size_t i = 0; i < count; i++)
		order[i] = i;
	for (size_t round = 0; round < rounds; round++) {
		if (round % BATCH == 0)
			start_all(rows, count, pid, fd);
		shuffle(order, count);
		for (size_t i = 0; i < count; i++) {
			size_t k = order[i];
			double from = now_us();
			uint64_t ns = 0;

			if (kill(pid[k], SIGUSR1) == 0)
				ns = hear(fd[k]);
			rows[k].us[round] = ns ? ns / 1e3 - from : -1;
			nap(200000); /* all back to sleep */
		}
		if (round % BATCH != BATCH - 1 && round != rounds - 1)
			continue;
		for (size_t i = 0; i < count; i++) {
			stop(pid[i]);
			close(fd[i]);
		}
	}
	for (size_t i = 0; i < count; i++) {
		n = samples_sort(rows[i].us, rounds);
		printf("%s\t%.1f\t%.1f\t%zu\n", rows[i].name,
		       quantile(rows[i].us, n, .5), quantile(rows[i].us, n, .9),
		       rounds - n);
	}
}

/* idle -------------------------------------------------------------------- */

static long field(pid_t pid, const char *file, const char *name)
{
	char path[64], line[256];
	long value = -1;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
	f = fopen(path, "re");
	if (!f)
		return -1;
	while (value < 0 && fgets(line, sizeof line, f))
		if (!strncmp(line, name, strlen(name)) &&
		    line[strlen(name)] == ':')
			value = atol(line + strlen(name) + 1);
	fclose(f);
	return value;
}

static pid_t first_child(pid_t pid)
{
	char path[64];
	pid_t child = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
	f = fopen(path, "re");
	if (f && fscanf(f, "%d", &child) != 1)
		child = 0;
	if (f)
		fclose(f);
	return child;
}

struct watched {
	const char *name;
	pid_t pid;
	long switches[2];
};

static const char *const switches[2] = { "voluntary_ctxt_switches",
					 "nonvoluntary_ctxt_switches" };

static void show(const struct watched *w)
{
	static const char *const memory[] = { "VmRSS", "RssAnon", "RssFile",
					      "RssShmem" };

	printf("%s", w->name);
	for (size_t i = 0; i < sizeof memory / sizeof *memory; i++)
		printf("\t%ld", field(w->pid, "status", memory[i]));
	printf("\t%ld", field(w->pid, "smaps_rollup", "Pss"));
	for (int i = 0; i < 2; i++)
		printf("\t%ld",
		       field(w->pid, "status", switches[i]) - w->switches[i]);
	printf("\n");
}

static void idle(struct row *rows, size_t count, size_t seconds)
{
	struct watched w[2 * ROWS];
	pid_t pid[ROWS];
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		pid[i] = start(&rows[i], -1);
	nap(SETTLE * 1000000L);
	for (size_t i = 0; i < count; i++) {
		w[n++] = (struct watched){ rows[i].name, pid[i], { 0 } };
		if (is_launcher(&rows[i]))
			w[n++] = (struct watched){ rows[i].child,
						   first_child(pid[i]),
						   { 0 } };
	}
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < 2; k++)
			w[i].switches[k] =
				field(w[i].pid, "status", switches[k]);
	nap(seconds * 1000000000L);
	for (size_t i = 0; i < n; i++)
		show(&w[i]);
	for (size_t i = 0; i < count; i++) {
		/* A launcher has to clean up after itself. */
		if (is_launcher(&rows[i])) {
			kill(first_child(pid[i]), SIGKILL);
			waitpid(pid[i], NULL, 0);
		} else {
			stop(pid[i]);
		}
	}
}

/* services ---------------------------------------------------------------- */

/* One round of a row: `down` is from TERM to the end of PID 1. Below 0: failed. */
static void up_and_down(const struct row *r, double *up, double *down)
{
	uint64_t last = 0, ns;
	int ends[2], status;
	double from;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		exit(1);
	from = now_us();
	pid = start(r, ends[1]);
	close(ends[1]);
	for (size_t i = 0; i < words; i++) {
		ns = hear(ends[0]);
		last = !ns ? UINT64_MAX : ns > last ? ns : last;
	}
	*up = last < UINT64_MAX ? last / 1e3 - from : -1;
	nap(20000000); /* what is up has something to note yet */
	from = now_us();
	kill(pid, SIGTERM);
	waitpid(pid, &status, 0);
	*down = *up >= 0 ? now_us() - from : -1;
	close(ends[0]);
}

static void services(struct row *rows, size_t count, size_t rounds)
{
	size_t order[ROWS], n;
	double *down[ROWS];

	for (size_t i = 0; i < count; i++) {
		down[i] = calloc(rounds, sizeof *down[i]);
		order[i] = i;
	}
	for (size_t round = 0; round < rounds; round++) {
		shuffle(order, count);
		for (size_t i = 0; i < count; i++)
			up_and_down(&rows[order[i]], &rows[order[i]].us[round],
				    &down[order[i]][round]);
	}
	for (size_t i = 0; i < count; i++) {
		samples_sort(rows[i].us, rounds);
		n = samples_sort(down[i], rounds);
		printf("%s\t%.0f\t%.0f\t%.0f\t%.0f\t%zu\n", rows[i].name,
		       quantile(rows[i].us, n, .5), quantile(rows[i].us, n, .9),
		       quantile(down[i], n, .5), quantile(down[i], n, .9),
		       rounds - n);
	}
}

int main(int argc, char *argv[])
{
	static const struct {
		char name[9];
		void (*run)(struct row *, size_t, size_t);
	} modes[] = { { "orphans", orphans },
		      { "signals", signals },
		      { "idle", idle },
		      { "services", services } };
	static struct row rows[ROWS];
	size_t amount, count;

	if (argc < 4)
		return 125;
	amount = strtoul(argv[2], NULL, 10);
	command = argv + 3;
	words = argc - 3;
	count = rows_read(rows, amount);
	srand(1);
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
		if (!strcmp(modes[i].name, argv[1]))
			modes[i].run(rows, count, amount);
	return 0;
}
