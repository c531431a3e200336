/* plan_wire.c - plans as text and back: whole, equal, or refused */
#include <linux/mount.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "init/plan/plan.h"
#include "tests/unit/tap.h"

struct list { /* LIST() of any type */
	char *item;
	size_t count;
};

static struct arena memory; /* of the decoded */
static char why[200];

/* Plans that are filled and compared by their rows --------------------------- */

struct filler {
	struct arena memory;
	uint64_t n; /* counts, so that no two members are the same */
	enum { COUNTED, LARGEST, LEAST } how;
};

static uint64_t some(struct filler *f, const struct plan_row *row)
{
	uint64_t n = ++f->n;

	switch (f->how) {
	case LARGEST:
		return row->type == PLAN_I64 ? INT64_MAX : UINT64_MAX;
	case LEAST:
		return row->type == PLAN_I64 ? (uint64_t)INT64_MIN : 1;
	default:
		if (row->type == PLAN_I64)
			return n % 2 ? n : -n;
		return row->size == 4 ? 0xfedc0000 + n : 0xfedcba9876540000 + n;
	}
}

static char *text(struct filler *f)
{
	static const char *const forms[] = {
		"text %llu",
		"key=value %llu=",
		"=%llu",
		"two\nlines %llu\n",
		"\xff\x01\x7f %llu \xc3\xa4",
	};

	f->n++;
	if (f->how == LEAST)
		return arena_text(&f->memory, "", 0);
	return arena_printf(&f->memory, forms[f->n % COUNT(forms)],
			    (unsigned long long)f->n);
}

static size_t stride_of(const struct plan_row *row)
{
	return row->type == PLAN_LIST  ? row->stride :
	       row->type == PLAN_TEXTS ? sizeof(char *) :
	       row->type == PLAN_WORDS ? sizeof(uint64_t) :
					 0;
}

static void fill(struct filler *f, const struct plan_row *rows, char *base);

/* Three elements: one that is full, one that is empty, one that is full. */
static void fill_list(struct filler *f, const struct plan_row *row,
		      struct list *list)
{
	size_t stride = stride_of(row);

	list->count = 3;
	list->item = arena_take(&f->memory, 3 * stride);
	for (size_t i = 0; i < 3; i++) {
		char *at = list->item + i * stride;
		char *string = i == 1 ? arena_text(&f->memory, "", 0) : text(f);
		uint64_t word = i == 1 ? 0 : some(f, row);

		if (row->type == PLAN_TEXTS)
			memcpy(at, &string, sizeof string);
		if (row->type == PLAN_WORDS)
			memcpy(at, &word, sizeof word);
		if (row->type == PLAN_LIST && i != 1)
			fill(f, row->rows, at);
	}
}

static void fill(struct filler *f, const struct plan_row *rows, char *base)
{
	for (const struct plan_row *row = rows; row->key; row++) {
		char *at = base + row->offset, *string;
		uint64_t number;

		if (row->type == PLAN_GROUP) {
			fill(f, row->rows, at);
		} else if (row->type == PLAN_TEXT) {
			string = text(f);
			memcpy(at, &string, sizeof string);
		} else if (stride_of(row)) {
			fill_list(f, row, (void *)at);
		} else {
			number = some(f, row);
			memcpy(at, &number, row->size); /* low bytes first */
		}
	}
}

static int same(const struct plan_row *rows, const char *a, const char *b);

static int same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static int same_member(const struct plan_row *row, const char *a, const char *b)
{
	const struct list *x = (const void *)a, *y = (const void *)b;
	size_t stride = stride_of(row);

	if (row->type == PLAN_GROUP)
		return same(row->rows, a, b);
	if (row->type == PLAN_TEXT)
		return same_text(*(char *const *)a, *(char *const *)b);
	if (!stride)
		return !memcmp(a, b, row->size);
	if (x->count != y->count)
		return 0;
	for (size_t i = 0; i < x->count; i++) {
		const char *p = x->item + i * stride, *q = y->item + i * stride;

		if (row->type == PLAN_WORDS ? memcmp(p, q, 8) :
		    row->type == PLAN_TEXTS ? !same_text(*(char *const *)p,
							 *(char *const *)q) :
					      !same(row->rows, p, q))
			return 0;
	}
	return 1;
}

static int same(const struct plan_row *rows, const char *a, const char *b)
{
	for (const struct plan_row *row = rows; row->key; row++)
		if (!same_member(row, a + row->offset, b + row->offset)) {
			printf("# %s is not the same\n", row->key);
			return 0;
		}
	return 1;
}

/* A copy in a block of just this size: ASan sees what is read behind it. */
static char *copy(const char *from, size_t size)
{
	char *to = malloc(size);

	return memcpy(to, from, size);
}

static char *encoded(const struct plan *p, size_t *size)
{
	char *to;

	*size = plan_encode(p, NULL, 0);
	to = malloc(*size);
	if (plan_encode(p, to, *size) != *size)
		ok(0, "the size of a text is the same twice");
	return to;
}

static int decode(struct plan *p, char *from, size_t size)
{
	arena_free(&memory);
	if (arena_make(&memory, 1 << 20) < 0)
		return -2;
	memset(why, 0, sizeof why);
	memset(p, 0xa5, sizeof *p);
	return plan_decode(p, from, size, &memory, why, sizeof why);
}

static void round_trip(int how, const char *name)
{
	struct filler f = { .how = how };
	struct plan p = { 0 }, back;
	size_t size, again_size;
	char *once, *kept, *again;

	if (arena_make(&f.memory, 1 << 20) < 0)
		return;
	fill(&f, plan_rows, (char *)&p);
	once = encoded(&p, &size);
	kept = copy(once, size);
	okf(decode(&back, once, size) == 0 && !*why,
	    "a plan of %s is understood", name);
	okf(same(plan_rows, (char *)&p, (char *)&back),
	    "a plan of %s comes back as it was", name);
	again = encoded(&back, &again_size);
	okf(again_size == size && !memcmp(again, kept, size),
	    "a plan of %s is the same text again", name);
	free(once);
	free(kept);
	free(again);
	arena_free(&f.memory);
}

/* The text itself ---------------------------------------------------------- */

static const char plain[] =
	"namespaces=20000\0"
	"hostname=box\0"
	"domainname=\0"
	"clock=\0clock.clock=1\0clock.seconds=-5\0clock.nanoseconds=7\0"
	"sysctl=\0sysctl.key=net.a=b\0sysctl.value=1\n2\0"
	"root.tree=1\0root.attr=100001\0"
	"mount=\0mount.kind=1\0mount.type=proc\0mount.target=/proc\0"
	"mount.set=e\0"
	"mount=\0"
	"mount=\0mount.kind=3\0mount.target=/dev/null\0mount.device=259\0"
	"mount.mode=20666\0"
	"arg=/bin/sh\0arg=\0arg=-c\0"
	"env=A==b\0"
	"umask=22\0"
	"rlimit=\0rlimit.resource=7\0rlimit.soft=18446744073709551615\0"
	"caps.bounding=ffffffffffffffff\0caps.ambient=a\0"
	"seccomp=2\0filter=0\0filter=7fff000000000006\0"
	"grace-ms=-1";

static const struct plan typed = {
	.namespaces = CLONE_NEWNS,
	.hostname = "box",
	.domainname = "",
	.clocks = { (struct clock_offset[]){ { -5, 7, 1 } }, 1 },
	.sysctls = { (struct pair[]){ { "net.a=b", "1\n2" } }, 1 },
	.root_tree = 1,
	.root_attr = MOUNT_ATTR_RDONLY | MOUNT_ATTR_IDMAP,
	.mounts = { (struct mount[]){ { .kind = MOUNT_FS,
					.type = "proc",
					.target = "/proc",
					.set = MOUNT_ATTR_NOSUID |
					       MOUNT_ATTR_NODEV |
					       MOUNT_ATTR_NOEXEC },
				      { 0 },
				      { .kind = MOUNT_NODE,
					.target = "/dev/null",
					.device = 259,
					.mode = 020666 } },
		    3 },
	.argv = { (const char *[]){ "/bin/sh", "", "-c" }, 3 },
	.env = { (const char *[]){ "A==b" }, 1 },
	.umask = 022,
	.rlimits = { (struct rlimit_row[]){ { UINT64_MAX, 0, 7 } }, 1 },
	.caps = { .bounding = UINT64_MAX, .ambient = 10 },
	.seccomp = SECCOMP_FILTER,
	.filter = { (uint64_t[]){ 0, 0x7fff000000000006 }, 2 },
	.grace_ms = -1,
};

static void exact_text(void)
{
	struct plan p;
	size_t size;
	char *got = encoded(&typed, &size), *read;

	if (!ok(size == sizeof plain && !memcmp(got, plain, size),
		"a plan is the records one would write by hand"))
		for (char *s = got; s < got + size; s += strlen(s) + 1)
			printf("# %s\n", s);
	free(got);
	read = copy(plain, sizeof plain);
	ok(!decode(&p, read, sizeof plain) &&
		   same(plan_rows, (char *)&typed, (char *)&p),
	   "records written by hand are a plan");
	free(read);
}

/* As snprintf: what fits is written, nothing behind, and the size is told. */
static void encode_cut(void)
{
	char room[sizeof plain + 8];
	int whole = 1, within = 1;

	for (size_t size = 0; size <= sizeof plain + 1; size++) {
		size_t n = size < sizeof plain ? size : sizeof plain;

		memset(room, '#', sizeof room);
		whole &= plan_encode(&typed, room, size) == sizeof plain &&
			 !memcmp(room, plain, n);
		for (size_t i = n; i < sizeof room; i++)
			within &= room[i] == '#';
	}
	ok(whole, "the size is told whatever the room, and the room is used");
	ok(within, "nothing is written behind the room");
}

/* Every text that ends too early: good between records, else refused. */
static void decode_cut(void)
{
	int good = 1, sentence = 1;
	struct plan p;

	for (size_t size = 0; size < sizeof plain; size++) {
		char *cut = copy(plain, size);
		int n = decode(&p, cut, size);

		if (!size || !plain[size - 1])
			good &= !n && !*why;
		else
			sentence &= n == -1 &&
				    !strcmp(why,
					    "plan: the last record is cut off");
		free(cut);
	}
	ok(good, "a text that ends with any of its records is a plan");
	ok(sentence, "a text that ends within any of its records is not");
}

static int zero(const char *p, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (p[i])
			return 0;
	return 1;
}

static void two_more(void)
{
	char *read = copy(plain, sizeof plain);
	struct plan p;
	int good = !decode(&p, read, sizeof plain), room = 1;

	for (const struct plan_row *row = plan_rows; row->key; row++) {
		struct list *list = (void *)((char *)&p + row->offset);
		size_t stride = stride_of(row);

		if (stride)
			good &= zero(list->item + list->count * stride,
				     2 * stride);
		if (stride)
			room &= list->item + (list->count + 2) * stride <=
				memory.base + memory.used;
	}
	ok(good && room, "each list, empty or not, has two zeros at its end");
	ok(p.hostname > read && p.hostname < read + sizeof plain,
	   "strings point into the text");
	free(read);
}

/* One text or another -------------------------------------------------------- */

#define T(string) string, sizeof string

static const struct {
	const char *text;
	size_t size;
	const char *why; /* NULL: taken */
} table[] = {
	{ "", 0, NULL },

	/* keys */
	{ T("nonsense=1"), "plan: unknown key nonsense=1" },
	{ T("hostnam=x"), "plan: unknown key hostnam=x" },
	{ T("hostnames=x"), "plan: unknown key hostnames=x" },
	{ T("Hostname=x"), "plan: unknown key Hostname=x" },
	{ T("=x"), "plan: unknown key =x" },
	{ T("="), "plan: unknown key =" },
	{ T("."), "plan: \".\" has no value" },
	{ T(".=x"), "plan: unknown key .=x" },
	{ T(""), "plan: \"\" has no value" },
	{ T("umask=1\0"), "plan: \"\" has no value" },
	{ T("hostname"), "plan: \"hostname\" has no value" },
	{ T("mount"), "plan: \"mount\" has no value" },
	{ T("umask=1\0mount\0umask=1"), "plan: \"mount\" has no value" },
	{ T("0123456789abcdef0123456789abcdef0123456789=1"),
	  "plan: unknown key 0123456789abcdef0123456789abcdef01234567" },
	{ T("0123456789abcdef0123456789abcdef0123456789"),
	  "plan: \"0123456789abcdef0123456789abcdef01234567\" has no value" },
	{ T("root=1"), "plan: unknown key root=1" },
	{ T("root.trees=1"), "plan: unknown key root.trees=1" },
	{ T("hostname.x=1"), "plan: unknown key hostname.x=1" },
	{ T("arg.x=1"), "plan: unknown key arg.x=1" },
	{ T("filter.x=1"), "plan: unknown key filter.x=1" },
	{ T("caps=1"), "plan: unknown key caps=1" },
	{ T("caps.=1"), "plan: unknown key caps.=1" },
	{ T("caps.all=1"), "plan: unknown key caps.all=1" },
	{ T("caps.bounding.x=1"), "plan: unknown key caps.bounding.x=1" },
	{ T("mount=\0mount.x=1"), "plan: unknown key mount.x=1" },
	{ T("mount=\0mount.=1"), "plan: unknown key mount.=1" },
	{ T("mount=\0mount.mount.kind=1"),
	  "plan: unknown key mount.mount.kind=1" },

	/* single values come once; the others as often as one likes */
	{ T("hostname=x\0hostname=x"), "plan: hostname is there twice" },
	{ T("umask=0\0root.tree=1\0umask=0"), "plan: umask is there twice" },
	{ T("verbose=1\0verbose=1"), "plan: verbose is there twice" },
	{ T("arg=x\0umask=1\0arg=x"), NULL },
	{ T("filter=1\0umask=1\0filter=1"), NULL },
	{ T("verbose=1\0loopback=1\0caps.ambient=1\0caps.bounding=1"), NULL },

	/* structs of a list */
	{ T("mount.kind=1"), "plan: mount.kind=1 before its mount=" },
	{ T("mount=\0rlimit.soft=1"), "plan: rlimit.soft=1 before its rlimit=" },
	{ T("mount=1"), "plan: mount= takes no value" },
	{ T("rlimit= "), "plan: rlimit= takes no value" },
	{ T("mount=\0umask=1\0mount.kind=1\0mount.mode=7"), NULL },

	/* numbers */
	{ T("umask="), "plan: umask= is not a number it can hold" },
	{ T("umask=8"), "plan: umask=8 is not a number it can hold" },
	{ T("umask=-1"), "plan: umask=-1 is not a number it can hold" },
	{ T("umask=37777777777"), NULL },
	{ T("mount=\0mount.mode=40000000000"),
	  "plan: mode=40000000000 is not a number it can hold" },
	{ T("rows=4294967295"), NULL },
	{ T("rows=4294967296"),
	  "plan: rows=4294967296 is not a number it can hold" },
	{ T("rows=99999999999999999999"),
	  "plan: rows=99999999999999999999 is not a number it can hold" },
	{ T("rows=ff"), "plan: rows=ff is not a number it can hold" },
	{ T("rows=1a"), "plan: rows=1a is not a number it can hold" },
	{ T("rows=0x1"), "plan: rows=0x1 is not a number it can hold" },
	{ T("rows=-1"), "plan: rows=-1 is not a number it can hold" },
	{ T("rows=+1"), "plan: rows=+1 is not a number it can hold" },
	{ T("rows= 1"), "plan: rows= 1 is not a number it can hold" },
	{ T("rows=1 "), "plan: rows=1  is not a number it can hold" },
	{ T("rows=1\n"), "plan: rows=1\n is not a number it can hold" },
	{ T("rows=1=1"), "plan: rows=1=1 is not a number it can hold" },
	{ T("rlimit=\0rlimit.soft=18446744073709551615"), NULL },
	{ T("rlimit=\0rlimit.soft=18446744073709551616"),
	  "plan: soft=18446744073709551616 is not a number it can hold" },
	{ T("rlimit=\0rlimit.soft=-1"),
	  "plan: soft=-1 is not a number it can hold" },
	{ T("grace-ms=-9223372036854775808"), NULL },
	{ T("grace-ms=-9223372036854775809"),
	  "plan: grace-ms=-9223372036854775809 is not a number it can hold" },
	{ T("grace-ms=9223372036854775807"), NULL },
	{ T("grace-ms=9223372036854775808"),
	  "plan: grace-ms=9223372036854775808 is not a number it can hold" },
	{ T("grace-ms=-"), "plan: grace-ms=- is not a number it can hold" },
	{ T("grace-ms=--1"), "plan: grace-ms=--1 is not a number it can hold" },
	{ T("namespaces=ffffffffffffffff"), NULL },
	{ T("namespaces=10000000000000000"),
	  "plan: namespaces=10000000000000000 is not a number it can hold" },
	{ T("namespaces=fF"),
	  "plan: namespaces=fF is not a number it can hold" },
	{ T("namespaces=g"), "plan: namespaces=g is not a number it can hold" },
	{ T("namespaces=-1"),
	  "plan: namespaces=-1 is not a number it can hold" },
	{ T("filter="), "plan: filter= is not a number it can hold" },
	{ T("filter=1\0filter=ffffffffffffffff"), NULL },
	{ T("filter=-1"), "plan: filter=-1 is not a number it can hold" },
	{ T("filter=10000000000000000"),
	  "plan: filter=10000000000000000 is not a number it can hold" },
};

/* The records on one line. */
static const char *shown(const char *text, size_t size)
{
	static char line[200];
	size_t n = size > sizeof line ? sizeof line : size;

	memcpy(line, text, n);
	for (size_t i = 0; i + 1 < n; i++)
		if (!line[i])
			line[i] = ' ';
	return size ? line : "no record";
}

static void one_or_another(void)
{
	for (size_t i = 0; i < COUNT(table); i++) {
		char *read = copy(table[i].text, table[i].size);
		struct plan p;
		int n = decode(&p, read, table[i].size);
		const char *want = table[i].why;

		if (!okf(n == (want ? -1 : 0) && !strcmp(why, want ? want : ""),
			 "%s: %s", shown(table[i].text, table[i].size),
			 want ? want : "taken"))
			printf("# %d %s\n", n, why);
		free(read);
	}
}

static void values(void)
{
	static const char text[] = "hostname=\0env==\0env=a=b\nc\0grace-ms=-0\0"
				   "rows=007";
	char *read = copy(text, sizeof text);
	struct plan p;
	size_t size;

	ok(!decode(&p, read, sizeof text) && p.hostname && !*p.hostname &&
		   !p.domainname,
	   "an empty string is not the same as none");
	ok(p.env.count == 2 && !strcmp(p.env.item[0], "=") &&
		   !strcmp(p.env.item[1], "a=b\nc"),
	   "the first = ends the key, whatever comes after it");
	ok(!p.grace_ms && p.rows == 7, "zeros in front do no harm");
	free(read);
	memset(&p, 0, sizeof p);
	free(encoded(&p, &size));
	ok(!size, "a plan of nothing is no text");
}

static void little_memory(void)
{
	char *text = copy(plain, sizeof plain);
	struct plan p;
	int refused = 1;

	arena_free(&memory);
	for (size_t size = 1; size < 400; size++) {
		memory = (struct arena){ malloc(size), 0, size };
		memset(memory.base, 0, size);
		refused &= plan_decode(&p, text, sizeof plain, &memory, why,
				       sizeof why) == -1 &&
			   !strcmp(why, "plan: too large for its memory");
		free(memory.base);
	}
	memory = (struct arena){ 0 };
	ok(refused, "a plan that its memory cannot hold is refused");
	memset(why, '#', sizeof why);
	ok(decode(&p, text, sizeof plain - 1) == -1, "a plan that is cut");
	memset(why, '#', sizeof why);
	ok(plan_decode(&p, text, sizeof plain - 1, &memory, why, 6) == -1 &&
		   !strcmp(why, "plan:") && why[6] == '#',
	   "a sentence that does not fit is cut");
	free(text);
}

int main(void)
{
	exact_text();
	round_trip(COUNTED, "different values");
	round_trip(LARGEST, "the largest numbers");
	round_trip(LEAST, "the least numbers and empty strings");
	encode_cut();
	decode_cut();
	two_more();
	one_or_another();
	values();
	little_memory();
	arena_free(&memory);
	return done();
}
