/* read.c - a directory of service files */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "init/base/fd.h"
#include "init/services/services.h"

enum { MEMORY = 8 << 20 }; /* address space; what is not touched costs none */

/* Sorted; an editor's files are none. */
static void add(struct services *all, const char *name, struct faults *f)
{
	size_t len = strlen(name);
	unsigned i = all->count;

	if (*name == '.' || name[len - 1] == '~')
		return;
	if (i == SERVICES_MAX) {
		fault(f, &(struct service){ .file = all->dir }, 0, NULL,
		      "there are more than %d services, and %s", SERVICES_MAX,
		      name);
		return;
	}
	for (; i && strcmp(all->item[i - 1].name, name) > 0; i--) {
		all->item[i].name = all->item[i - 1].name;
		all->item[i].file = all->item[i - 1].file;
	}
	all->item[i].name = arena_text(&all->memory, name, len);
	all->item[i].file = arena_printf(&all->memory, "%s/%s", all->dir, name);
	all->count++;
}

struct entry { /* getdents(2), struct linux_dirent64 */
	uint64_t inode, offset;
	uint16_t size;
	uint8_t type;
	char name[];
};

/* By hand: readdir(3) brings malloc(3) with it. */
static int list(struct services *all, struct faults *f)
{
	char text[2048] __attribute__((aligned(8)));
	int fd = open(all->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	long n = -1;

	while (fd >= 0 &&
	       (n = syscall(SYS_getdents64, fd, text, sizeof text)) > 0)
		for (long at = 0; at < n;) {
			const struct entry *e = (const void *)(text + at);

			add(all, e->name, f);
			at += e->size;
		}
	fd_close(&fd);
	return n;
}

static void one(struct services *all, struct service *s, struct faults *f)
{
	/* A FIFO would make us wait. */
	int fd = open(s->file, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	char *text = NULL;
	ssize_t n = -1;

	service_clear(s);
	if (fd < 0 || fstat(fd, &st) < 0)
		fault(f, s, 0, NULL, "cannot be read: %m");
	else if (!S_ISREG(st.st_mode))
		fault(f, s, 0, NULL,
		      "is no file; a directory of services has "
		      "nothing but their files");
	else if (!service_named(s->name))
		fault(f, s, 0, NULL,
		      "a name is letters, digits and _.-, with "
		      "none of _.- in front, at most %d",
		      NAME_SIZE - 1);
	else if (st.st_size > FILE_MAX ||
		 !(text = arena_take(&all->memory, st.st_size + 1)))
		fault(f, s, 0, NULL, "is longer than we take");
	else if ((n = fd_read_all(fd, text, st.st_size)) < 0)
		fault(f, s, 0, NULL, "cannot be read: %m");
	fd_close(&fd);
	if (n >= 0)
		service_parse(s, text, n, &all->memory, f);
}

void services_read(struct services *all, const char *dir, struct faults *f)
{
	struct service whole = { .file = dir };

	all->dir = dir;
	all->count = 0;
	if (arena_make(&all->memory, MEMORY) < 0 ||
	    !(all->item = arena_take(&all->memory,
				     SERVICES_MAX * sizeof *all->item))) {
		fault(f, &whole, 0, NULL, "there is no memory for it: %m");
		return;
	}
	/* We touch little of it: one huge page would be 2 MB for each cinit. */
	madvise(all->memory.base, all->memory.size, MADV_NOHUGEPAGE);
	if (list(all, f) < 0) {
		fault(f, &whole, 0, NULL, "cannot be read: %m");
		return;
	}
	for (unsigned i = 0; i < all->count; i++)
		one(all, &all->item[i], f);
	if (!all->count)
		fault(f, &whole, 0, NULL, "there is no service in it");
	else
		services_order(all, f);
}
