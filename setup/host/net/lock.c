/* lock.c - who has which address, by locks that end with their process */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/fd.h"
#include "setup/host/net/part.h"

#define DIRECTORY "/run/cinit"

/* Which byte is for what; those of addresses lie beyond all others. */
enum { USE, BUILD, ADDRESSES = 16 };

enum { PATIENCE_MS = 60000, LONGEST_MS = 32 };

static int lock_fd = -1;
static char path[64]; /* of the file */

static int try(int64_t byte, int type)
{
	struct flock lock = { .l_type = type,
			      .l_whence = SEEK_SET,
			      .l_start = byte,
			      .l_len = 1 };

	return fcntl(lock_fd, F_OFD_SETLK, &lock);
}

/* Others hold it for as long as nft(8) runs, a few times. */
static void wait_for(int64_t byte, int type)
{
	long waited = 0, step = 1;

	while (try(byte, type) < 0) {
		struct timespec t = { 0, step * 1000000 };

		if (errno != EAGAIN && errno != EACCES)
			die("lock %s: %m", path);
		if (waited >= PATIENCE_MS)
			die("wait for who makes or removes the link " BRIDGE
			    ": nothing came of it in %d s",
			    PATIENCE_MS / 1000);
		nanosleep(&t, NULL);
		waited += step;
		step = step < LONGEST_MS ? step * 2 : LONGEST_MS;
	}
}

int lock_open(int make)
{
	struct stat st;

	if (stat("/proc/self/ns/net", &st) < 0)
		return -1;
	snprintf(path, sizeof path, DIRECTORY "/net-%llu",
		 (unsigned long long)st.st_ino);
	if (make && mkdir(DIRECTORY, 0755) < 0 && errno != EEXIST)
		return -1;
	lock_fd = open(path,
		       O_RDWR | O_CLOEXEC | O_NOFOLLOW | (make ? O_CREAT : 0),
		       0600);
	return lock_fd < 0 ? -1 : 0;
}

void lock_use(void)
{
	struct stat st;

	for (;;) {
		wait_for(USE, F_RDLCK);
		/* The last one may have removed it between open and lock. */
		if (fstat(lock_fd, &st) < 0 || st.st_nlink)
			return;
		fd_close(&lock_fd);
		if (lock_open(1) < 0)
			die("open %s: %m", path);
	}
}

int lock_last(void)
{
	/* Let go first: of two that end at once, one is the last. */
	return lock_fd >= 0 && !try(USE, F_UNLCK) && !try(USE, F_WRLCK);
}

void lock_end(void)
{
	fd_close(&lock_fd);
}

void lock_build(void)
{
	wait_for(BUILD, F_WRLCK);
}

void lock_built(void)
{
	try(BUILD, F_UNLCK);
}

static int64_t byte_of(const uint8_t ip4[4])
{
	uint32_t n;

	memcpy(&n, ip4, 4);
	return (int64_t)ntohl(n) + ADDRESSES;
}

int lock_address(const uint8_t ip4[4])
{
	if (!try(byte_of(ip4), F_WRLCK))
		return 1;
	if (errno != EAGAIN && errno != EACCES)
		die("lock %s: %m", path);
	return 0;
}

int lock_is_free(const uint8_t ip4[4])
{
	int free = !try(byte_of(ip4), F_WRLCK);

	if (free)
		try(byte_of(ip4), F_UNLCK);
	return free;
}

void lock_remove(void)
{
	unlink(path);
}

const char *lock_record(const uint8_t ip4[4])
{
	static char record[sizeof path + INET_ADDRSTRLEN];
	char address[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, ip4, address, sizeof address);
	snprintf(record, sizeof record, "%s.%s", path, address);
	return record;
}

void lock_orphans(void (*each)(const char *record), const uint8_t *mine)
{
	const char *name = strrchr(path, '/') + 1;
	size_t len = strlen(name);
	struct dirent *entry;
	DIR *dir = opendir(DIRECTORY);
	uint8_t ip4[4];

	while (dir && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, name, len) != 0 ||
		    entry->d_name[len] != '.' ||
		    inet_pton(AF_INET, entry->d_name + len + 1, ip4) != 1 ||
		    (mine && !memcmp(ip4, mine, 4)) || !lock_address(ip4))
			continue;
		each(lock_record(ip4));
		try(byte_of(ip4), F_UNLCK);
	}
	if (dir)
		closedir(dir);
}
