/* trace.c - how long each step took, as JSON or as a picture */
#include "setup/host/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "init/base/fd.h"

enum { SIDES = 2, TEXT = 256 << 10 };

static struct step {
	uint64_t start, end; /* nanoseconds; from the first step on, at last */
	int side;
	char name[TRACE_NAME];
} steps[TRACE_STEPS];
static int count;

static const char *const sides[SIDES] = { "host", "inside" };

void trace_step(const char *side, const char *name, uint64_t start_ns,
		uint64_t end_ns)
{
	struct step *s = &steps[count];

	if (count == TRACE_STEPS)
		return;
	s->start = start_ns;
	s->end = end_ns < start_ns ? start_ns : end_ns;
	s->side = !!strcmp(side, sides[0]);
	snprintf(s->name, sizeof s->name, "%s", name);
	count++;
}

/* text --------------------------------------------------------------------- */

struct text {
	char *at;
	size_t used;
};

static void put(struct text *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void put(struct text *t, const char *fmt, ...)
{
	size_t room = TEXT - t->used;
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(t->at + t->used, room, fmt, args);
	va_end(args);
	if (n > 0)
		t->used += (size_t)n < room ? (size_t)n : room - 1;
}

/* Names as both JSON and XML may have them; bytes that neither may: "?". */
static void put_name(struct text *t, const char *s, int xml)
{
	for (; *s; s++) {
		unsigned char c = *s;

		if (c < ' ' || c == 127)
			put(t, "?");
		else if (xml && strchr("<>&\"'", c))
			put(t, "&#%d;", c);
		else if (!xml && (c == '"' || c == '\\'))
			put(t, "\\%c", c);
		else
			put(t, "%c", c);
	}
}

/* Microseconds with the nanoseconds behind the point. */
static void put_us(struct text *t, uint64_t ns)
{
	put(t, "%llu.%03llu", (unsigned long long)ns / 1000,
	    (unsigned long long)ns % 1000);
}

/* JSON ---------------------------------------------------------------------- */

static void json(struct text *t)
{
	for (int i = 0; i < count; i++) {
		const struct step *s = &steps[i];

		put(t, "%s{\"side\":\"%s\",\"step\":\"", i ? ",\n " : "[\n ",
		    sides[s->side]);
		put_name(t, s->name, 0);
		put(t, "\",\"start_us\":");
		put_us(t, s->start);
		put(t, ",\"duration_us\":");
		put_us(t, s->end - s->start);
		put(t, ",\"name\":\"");
		put_name(t, s->name, 0);
		put(t,
		    "\",\"cat\":\"%s\",\"ph\":\"X\",\"ts\":", sides[s->side]);
		put_us(t, s->start);
		put(t, ",\"dur\":");
		put_us(t, s->end - s->start);
		put(t, ",\"pid\":1,\"tid\":%d}", s->side + 1);
	}
	put(t, "%s]\n", count ? "\n" : "[");
}

/* SVG ------------------------------------------------------------------------ */

/* All in pixels. Left of the plot stand the names, right of a bar its time. */
enum {
	WIDTH = 1080,
	LEFT = 190,
	PLOT = 780,
	TOP = 72, /* of the overview: both sides, a line each */
	LANE = 22,
	ROWS = TOP + SIDES * LANE + 44, /* of the first row of the list */
	ROW = 19,
	HEAD = 30, /* of a side in the list */
	BAR = 11,
	TICKS = 8,
};

static const char *const style =
	"<style>\n"
	"text{font:12px system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans'"
	",sans-serif;fill:#334155}\n"
	".title{font-size:19px;font-weight:600;fill:#0f172a}\n"
	".quiet{fill:#8492a6;font-size:11px}\n"
	".name{text-anchor:end}\n"
	".head{font-weight:600;font-size:13px}\n"
	".mid{text-anchor:middle}\n"
	".host{fill:#2f6fde}.inside{fill:#0f9d76}\n"
	"text.host{fill:#2459b8}text.inside{fill:#0b7a5b}\n"
	".grid{stroke:#e6ebf2}.axis{stroke:#b6c2d2}\n"
	".odd{fill:#f6f8fb}.lane{fill:#eef2f7}\n"
	"</style>\n";

/* Places and lengths are counted in tenths of a pixel, and printed as %d.%d. */
enum { PIXEL = 10 };
#define TENTHS(n) (n) / PIXEL, (n) % PIXEL

struct picture {
	struct text *t;
	uint64_t total; /* ns, at least 1 */
	uint64_t tick;	/* ns between two lines of the grid */
	int bottom;
};

static int x_of(const struct picture *p, uint64_t ns)
{
	return PIXEL * LEFT + (PIXEL * PLOT * ns + p->total / 2) / p->total;
}

/* "38.1 µs", "1.5 ms": three digits are enough for the eye. */
static void put_time(struct text *t, uint64_t ns)
{
	static const struct {
		uint64_t below, unit;
		const char *name;
	} units[] = { { 999500, 1000, "µs" },
		      { 999500000, 1000000, "ms" },
		      { UINT64_MAX, 1000000000, "s" } };
	int i = 0, digits;
	uint64_t part = 1, n;

	while (ns >= units[i].below && i < 2)
		i++;
	for (digits = 0; digits < 2 && ns * part < 100 * units[i].unit;
	     digits++)
		part *= 10;
	n = (ns * part + units[i].unit / 2) / units[i].unit;
	for (; digits && n % 10 == 0; digits--, part /= 10)
		n /= 10;
	put(t, "%llu", (unsigned long long)(n / part));
	if (digits)
		put(t, ".%0*llu", digits, (unsigned long long)(n % part));
	put(t, " %s", units[i].name);
}

/* 1, 2 or 5 times a power of ten, so that there are at most TICKS. */
static uint64_t tick_of(uint64_t total)
{
	uint64_t tick = 1;

	for (int i = 0; total / tick > TICKS; i++)
		tick = i % 3 == 1 ? tick / 2 * 5 : tick * 2;
	return tick;
}

static void put_bar(const struct picture *p, const struct step *s, int y,
		    int height, int least)
{
	int x = x_of(p, s->start), width = x_of(p, s->end) - x;

	if (width < least)
		width = least;

	put(p->t,
	    "<rect class=\"%s\" x=\"%d.%d\" y=\"%d.%d\" width=\"%d.%d\" "
	    "height=\"%d\" rx=\"%s\"><title>",
	    sides[s->side], TENTHS(x), TENTHS(y), TENTHS(width), height,
	    least > PIXEL ? "1.5" : "0");
	put_name(p->t, s->name, 1);
	put(p->t, ": ");
	put_us(p->t, s->end - s->start);
	put(p->t, " µs, at ");
	put_us(p->t, s->start);
	put(p->t, " µs</title></rect>\n");
}

static uint64_t sum_of(int side)
{
	uint64_t sum = 0;

	for (int i = 0; i < count; i++)
		if (steps[i].side == side)
			sum += steps[i].end - steps[i].start;
	return sum;
}

static int steps_of(int side)
{
	int n = 0;

	for (int i = 0; i < count; i++)
		n += steps[i].side == side;
	return n;
}

static void put_header(const struct picture *p)
{
	put(p->t, "<text class=\"title\" x=\"24\" y=\"36\">");
	put_time(p->t, p->total);
	put(p->t, " from the first step to the last</text>\n");
	for (int side = 0; side < SIDES; side++) {
		int y = TOP + side * LANE;

		put(p->t,
		    "<text class=\"name head %s\" x=\"%d\" y=\"%d\">%s</text>\n"
		    "<rect class=\"lane\" x=\"%d\" y=\"%d\" width=\"%d\" "
		    "height=\"%d\"/>\n",
		    sides[side], LEFT - 10, y + 14, sides[side], LEFT, y, PLOT,
		    LANE - 4);
		for (int i = 0; i < count; i++)
			if (steps[i].side == side)
				put_bar(p, &steps[i], PIXEL * y, LANE - 4, 6);
	}
}

static void put_axis(const struct picture *p)
{
	int top = TOP + SIDES * LANE;

	for (uint64_t at = 0; at <= p->total; at += p->tick) {
		int x = x_of(p, at);

		put(p->t,
		    "<path class=\"grid\" d=\"M%d.%d %d V%d\"/>\n"
		    "<text class=\"quiet mid\" x=\"%d.%d\" y=\"%d\">",
		    TENTHS(x), top + 22, p->bottom, TENTHS(x), top + 16);
		put_time(p->t, at);
		put(p->t, "</text>\n");
	}
	put(p->t, "<path class=\"axis\" d=\"M%d %d H%d\"/>\n", LEFT, top + 22,
	    LEFT + PLOT);
}

/* The time stands right of the bar, or left of it where that ends too late. */
static void put_row(const struct picture *p, const struct step *s, int y)
{
	int start = x_of(p, s->start), end = x_of(p, s->end), x;
	int before =
		end > PIXEL * (LEFT + PLOT - 8) && start > PIXEL * (LEFT + 80);

	put(p->t, "<text class=\"name\" x=\"%d\" y=\"%d\">", LEFT - 10, y + 13);
	put_name(p->t, s->name, 1);
	put(p->t, "</text>\n");
	put_bar(p, s, PIXEL * y + PIXEL * (ROW - BAR) / 2, BAR, 2 * PIXEL);
	if (end < start + 2 * PIXEL)
		end = start + 2 * PIXEL;
	x = before ? start - 6 * PIXEL : end + 6 * PIXEL;
	put(p->t, "<text class=\"quiet%s\" x=\"%d.%d\" y=\"%d\">",
	    before ? " name" : "", TENTHS(x), y + 13);
	put_time(p->t, s->end - s->start);
	put(p->t, "</text>\n");
}

static void put_list(const struct picture *p, int stripes)
{
	int y = ROWS;

	for (int side = 0; side < SIDES; side++) {
		int n = steps_of(side), row = 0;

		if (!n)
			continue;
		if (!stripes) {
			put(p->t,
			    "<text class=\"name head %s\" x=\"%d\" y=\"%d\">%s"
			    "</text>\n<text class=\"quiet\" x=\"%d\" "
			    "y=\"%d\">%d step%s, ",
			    sides[side], LEFT - 10, y + 18, sides[side],
			    LEFT + 6, y + 18, n, n == 1 ? "" : "s");
			put_time(p->t, sum_of(side));
			put(p->t, "</text>\n");
		}
		y += HEAD;
		for (int i = 0; i < count; i++) {
			if (steps[i].side != side)
				continue;
			if (!stripes)
				put_row(p, &steps[i], y);
			else if (row++ % 2)
				put(p->t,
				    "<rect class=\"odd\" x=\"12\" y=\"%d\" "
				    "width=\"%d\" height=\"%d\"/>\n",
				    y, WIDTH - 24, ROW);
			y += ROW;
		}
		y += ROW / 2;
	}
}

static void svg(struct text *t)
{
	struct picture p = { .t = t, .total = 1, .bottom = ROWS };

	for (int i = 0; i < count; i++)
		if (steps[i].end > p.total)
			p.total = steps[i].end;
	p.tick = tick_of(p.total);
	for (int side = 0; side < SIDES; side++)
		if (steps_of(side))
			p.bottom += HEAD + steps_of(side) * ROW + ROW / 2;
	put(t,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
	    "height=\"%d\" viewBox=\"0 0 %d %d\">\n%s"
	    "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
	    WIDTH, p.bottom + 16, WIDTH, p.bottom + 16, style);
	/* Stripes, then the grid, then what is to be read. */
	put_list(&p, 1);
	put_axis(&p);
	put_header(&p);
	put_list(&p, 0);
	put(t, "</svg>\n");
}

/* files ----------------------------------------------------------------------- */

/* By their beginnings, the outer one first; nearly in order as they come. */
static int comes_later(const struct step *x, const struct step *y)
{
	return x->start > y->start || (x->start == y->start && x->end < y->end);
}

static void sort_steps(void)
{
	for (int i = 1; i < count; i++) {
		struct step step = steps[i];
		int k = i;

		for (; k && comes_later(&steps[k - 1], &step); k--)
			steps[k] = steps[k - 1];
		steps[k] = step;
	}
}

static int write_text(const char *path, const struct text *t)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY,
		      0644);
	int done;

	if (fd < 0)
		return -1;
	done = fd_write_all(fd, t->at, t->used);
	fd_close(&fd);
	return done;
}

int trace_write(const char *path)
{
	const char *dot = strrchr(path, '.');
	struct text t = { 0 };
	uint64_t first;
	int done;

	if (!dot || (strcasecmp(dot, ".json") && strcasecmp(dot, ".svg"))) {
		errno = EINVAL;
		return -1;
	}
	t.at = malloc(TEXT);
	if (!t.at)
		return -1;
	sort_steps();
	first = steps[0].start;
	for (int i = 0; i < count; i++) {
		steps[i].start -= first;
		steps[i].end -= first;
	}
	(strcasecmp(dot, ".json") ? svg : json)(&t);
	done = write_text(path, &t);
	free(t.at);
	return done;
}
