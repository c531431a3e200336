/* base_parse.c - numbers, seconds and signals as both programs read them */
#include <signal.h>
#include <string.h>

#include "init/base/parse.h"
#include "tests/unit/tap.h"

enum { UNTOUCHED = 4711 };

static const struct {
	const char *text;
	uint64_t most;
	int good;
	uint64_t value;
} numbers[] = {
	{ "0", 0, 1, 0 },
	{ "0", 9, 1, 0 },
	{ "007", 7, 1, 7 },
	{ "1", 0, 0, 0 },
	{ "7", 7, 1, 7 },
	{ "8", 7, 0, 0 },
	{ "10", 9, 0, 0 },
	{ "10", 10, 1, 10 },
	{ "64", 64, 1, 64 },
	{ "65", 64, 0, 0 },
	{ "4294967295", UINT32_MAX, 1, UINT32_MAX },
	{ "4294967296", UINT32_MAX, 0, 0 },
	{ "9223372036854775807", INT64_MAX, 1, INT64_MAX },
	{ "9223372036854775808", INT64_MAX, 0, 0 },
	{ "18446744073709551615", UINT64_MAX, 1, UINT64_MAX },
	{ "18446744073709551616", UINT64_MAX, 0, 0 },
	{ "18446744073709551625", UINT64_MAX, 0, 0 },
	{ "184467440737095516150", UINT64_MAX, 0, 0 },
	{ "99999999999999999999999999999", UINT64_MAX, 0, 0 },
	{ "", 9, 0, 0 },
	{ "-1", 9, 0, 0 },
	{ "-0", 9, 0, 0 },
	{ "+1", 9, 0, 0 },
	{ " 1", 9, 0, 0 },
	{ "1 ", 9, 0, 0 },
	{ "1\n", 9, 0, 0 },
	{ "0x1", 9, 0, 0 },
	{ "1e1", 99, 0, 0 },
	{ "1.0", 99, 0, 0 },
	{ "1k", 9999, 0, 0 },
	{ "1/", 99, 0, 0 }, /* the neighbours of the digits */
	{ "1:", 99, 0, 0 },
	{ "\xd9\xa1", 99, 0, 0 }, /* a digit elsewhere */
};

static const struct {
	const char *text;
	int64_t ms; /* -1: refused */
} seconds[] = {
	{ "0", 0 },
	{ "2", 2000 },
	{ "10", 10000 },
	{ "0.25", 250 },
	{ "1.5", 1500 },
	{ "1.05", 1050 },
	{ "1.005", 1005 },
	{ "0.001", 1 },
	{ "0.999", 999 },
	{ "3.000", 3000 },
	{ "007.10", 7100 },
	{ "1000000000", 1000000000000 },
	{ "1000000000.999", 1000000000999 },
	{ "1000000001", -1 },
	{ "9999999999999999", -1 },
	{ "18446744073709551617", -1 },
	{ "", -1 },
	{ ".", -1 },
	{ ".5", 500 },
	{ ".", -1 },
	{ "5.", -1 },
	{ "1.0000", -1 },
	{ "0.0001", -1 },
	{ "1..5", -1 },
	{ "1.5.", -1 },
	{ "1.-5", -1 },
	{ "1.+5", -1 },
	{ "1. 5", -1 },
	{ "-1", -1 },
	{ "+1", -1 },
	{ "1s", -1 },
	{ "1,5", -1 },
	{ " 1", -1 },
	{ "1 ", -1 },
	{ "1e3", -1 },
	{ "0x1", -1 },
	{ "inf", -1 },
	{ "nan", -1 },
};

static const struct {
	const char *text;
	int sig; /* 0: refused */
} signals[] = {
	{ "1", 1 },
	{ "15", SIGTERM },
	{ "015", SIGTERM },
	{ "32", 32 },
	{ "33", 33 },
	{ "34", 34 },
	{ "64", 64 },
	{ "TERM", SIGTERM },
	{ "SIGTERM", SIGTERM },
	{ "sigterm", SIGTERM },
	{ "Term", SIGTERM },
	{ "hup", SIGHUP },
	{ "KILL", SIGKILL },
	{ "USR2", SIGUSR2 },
	{ "VTALRM", SIGVTALRM },
	{ "STKFLT", SIGSTKFLT },
	{ "SIGSYS", SIGSYS },
	{ "RTMIN", 34 },
	{ "SIGRTMIN", 34 },
	{ "rtmin+0", 34 },
	{ "RTMIN+3", 37 },
	{ "RTMIN+30", 64 },
	{ "RTMAX", 64 },
	{ "SIGRTMAX-1", 63 },
	{ "RTMAX-30", 34 },
	{ "0", 0 },
	{ "65", 0 },
	{ "-1", 0 },
	{ "4294967311", 0 },
	{ "18446744073709551631", 0 },
	{ "", 0 },
	{ "SIG", 0 },
	{ "SIGSIGTERM", 0 },
	{ "SIG15", 0 },
	{ "TER", 0 },
	{ "TERMS", 0 },
	{ "TERM ", 0 },
	{ " TERM", 0 },
	{ "RTMIN+31", 0 },
	{ "RTMIN-1", 0 },
	{ "RTMIN+", 0 },
	{ "RTMIN3", 0 },
	{ "RTMIN+-1", 0 },
	{ "RTMAX-31", 0 },
	{ "RTMAX+1", 0 },
	{ "RTMAX-", 0 },
	{ "RT", 0 },
	{ "NOPE", 0 },
};

static void all_signals(void)
{
	int back = 1, sig;

	for (int i = 1; i <= 64; i++)
		if (parse_signal(signal_name(i), &sig) < 0 || sig != i) {
			printf("# %d is %s\n", i, signal_name(i));
			back = 0;
		}
	ok(back, "the name of each of the 64 signals is that signal");
	ok(!strcmp(signal_name(SIGTERM), "TERM") &&
		   !strcmp(signal_name(33), "33") &&
		   !strcmp(signal_name(34), "RTMIN") &&
		   !strcmp(signal_name(64), "RTMIN+30"),
	   "names are without SIG, and numbers where there is none");
	ok(!strcmp(signal_name(0), "0") && !strcmp(signal_name(-5), "-5") &&
		   !strcmp(signal_name(65), "65") &&
		   !strcmp(signal_name(-2147483647 - 1), "-2147483648"),
	   "what is no signal is a number");
}

int main(void)
{
	for (size_t i = 0; i < COUNT(numbers); i++) {
		uint64_t n = UNTOUCHED;
		int bad = parse_number(numbers[i].text, numbers[i].most, &n);

		okf(bad == (numbers[i].good ? 0 : -1) &&
			    n == (bad ? UNTOUCHED : numbers[i].value),
		    "\"%s\" is %sa number up to %llu", numbers[i].text,
		    numbers[i].good ? "" : "not ",
		    (unsigned long long)numbers[i].most);
	}
	for (size_t i = 0; i < COUNT(seconds); i++) {
		int64_t ms = UNTOUCHED;
		int bad = parse_seconds(seconds[i].text, &ms);

		okf(seconds[i].ms < 0 ? bad == -1 && ms == UNTOUCHED :
					!bad && ms == seconds[i].ms,
		    "\"%s\" as seconds is %lld ms", seconds[i].text,
		    (long long)seconds[i].ms);
	}
	for (size_t i = 0; i < COUNT(signals); i++) {
		int sig = 0, bad = parse_signal(signals[i].text, &sig);

		okf(signals[i].sig ? !bad && sig == signals[i].sig : bad == -1,
		    "\"%s\" is signal %d", signals[i].text, signals[i].sig);
	}
	all_signals();
	return done();
}
