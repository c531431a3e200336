/* ask.c - one mount by its place: statmount(2), Linux 6.8, with options 6.11 */
#include "init/cgroup/internal.h"

#include <fcntl.h>
#include <linux/stat.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_statmount
#define SYS_statmount 457
#endif
#ifndef STATX_MNT_ID_UNIQUE
#define STATX_MNT_ID_UNIQUE 0x4000U
#endif

/* STATMOUNT_SB_BASIC, MNT_ROOT, MNT_POINT, FS_TYPE, MNT_OPTS: linux/mount.h */
enum { WANTED = 1 | 8 | 16 | 32 | 128 };

/* struct mnt_id_req */
struct question {
	uint32_t size, spare;
	uint64_t id, wanted;
};

/* struct statmount, whose texts are offsets into the last member */
struct answer {
	uint32_t size, options;
	uint64_t mask;
	uint32_t major, minor;
	uint64_t magic;
	uint32_t flags, type;
	uint64_t ids[3], attr, propagation, group, master, from;
	uint32_t root, point;
	uint64_t others[50];
	char text[1024];
};
_Static_assert(offsetof(struct answer, text) == 512, "as the kernel has it");

int ask_mount(const char *place, struct cgroup_mount *m)
{
	static struct answer a;
	struct question q = { .size = sizeof q, .wanted = WANTED };
	struct statx st;

	if (syscall(SYS_statx, AT_FDCWD, place, AT_SYMLINK_NOFOLLOW,
		    STATX_MNT_ID_UNIQUE, &st) < 0 ||
	    !(st.stx_mask & STATX_MNT_ID_UNIQUE))
		return 0;
	q.id = st.stx_mnt_id;
	if (syscall(SYS_statmount, &q, &a, sizeof a, 0) < 0 ||
	    (a.mask & WANTED) != WANTED)
		return 0;
	m->v2 = !strcmp(a.text + a.type, "cgroup2");
	if ((!m->v2 && strcmp(a.text + a.type, "cgroup") != 0) ||
	    strlen(a.text + a.root) >= sizeof m->root ||
	    strlen(a.text + a.point) >= sizeof m->point)
		return 0;
	strcpy(m->root, a.text + a.root);
	strcpy(m->point, a.text + a.point);
	m->options = a.text + a.options;
	m->major = a.major;
	m->minor = a.minor;
	return 1;
}
