/* entropy.c - carry randomness from one run of the machine to the next */
#include <fcntl.h>
#include <linux/random.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "init/machine/parts.h"

/* Only where somebody has made it: an empty one is the wish for a seed. */
#define SEED "/var/lib/cinit/random-seed"

enum { SEED_BYTES = 32 }; /* as many as the kernel's generator has */

struct pool { /* random(4), RNDADDENTROPY */
	int bits, size;
	char bytes[SEED_BYTES];
};

/*
 * The seed counts as entropy only when it can never count again: its file is
 * empty on the disk before the kernel gets it. What cannot be emptied is mixed
 * in, and counts for nothing.
 */
void seed_take(void)
{
	struct pool pool = { .size = SEED_BYTES };
	int fd = open(SEED, O_RDWR | O_CLOEXEC), random_fd;

	if (fd >= 0)
		pool.bits = SEED_BYTES * 8;
	else
		fd = open(SEED, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (fd_read_all(fd, pool.bytes, SEED_BYTES) == SEED_BYTES) {
		if (pool.bits && (ftruncate(fd, 0) < 0 || fsync(fd) < 0))
			pool.bits = 0;
		random_fd = open("/dev/urandom", O_RDWR | O_CLOEXEC);
		if (random_fd < 0 || ioctl(random_fd, RNDADDENTROPY, &pool) < 0)
			warn("use the random seed: %m");
		fd_close(&random_fd);
	}
	explicit_bzero(&pool, sizeof pool);
	fd_close(&fd);
}

void seed_leave(void)
{
	char seed[SEED_BYTES];
	int fd = open(SEED, O_WRONLY | O_TRUNC | O_CLOEXEC);

	if (fd < 0)
		return;
	if (getrandom(seed, sizeof seed, GRND_NONBLOCK) == sizeof seed &&
	    (fchmod(fd, 0600) < 0 || fd_write_all(fd, seed, sizeof seed) < 0))
		warn("leave a random seed: %m");
	explicit_bzero(seed, sizeof seed);
	fd_close(&fd);
}
