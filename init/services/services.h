/* services.h - many commands: what their files say, and what they are up to */
#ifndef CINIT_SERVICES_SERVICES_H
#define CINIT_SERVICES_SERVICES_H

#include "init/services/state.h"
#include "init/task/task.h"

enum {
	SERVICES_MAX = 256,
	NAME_SIZE = 64,	    /* of a service, with the NUL */
	FILE_MAX = 65536,   /* bytes of one file */
	NOTIFY_FD_MOST = 9, /* numbers above are ours until exec */
};

/* Numbers of services, a bit each. */
struct set {
	uint64_t bits[SERVICES_MAX / 64];
};

static inline int set_has(const struct set *s, unsigned i)
{
	return s->bits[i / 64] >> i % 64 & 1;
}

static inline void set_add(struct set *s, unsigned i)
{
	s->bits[i / 64] |= 1ULL << i % 64;
}

static inline void set_drop(struct set *s, unsigned i)
{
	s->bits[i / 64] &= ~(1ULL << i % 64);
}

enum log_kind { LOG_INHERIT, LOG_PREFIX, LOG_FILE, LOG_SERVICE };
enum notify_kind { NOTIFY_NONE, NOTIFY_SOCKET, NOTIFY_FD };
enum { FAILURE_STOP, FAILURE_KEEP, FAILURE_IGNORE };
enum { SUCCESS_KEEP, SUCCESS_STOP };

/* The keys that are only a service's; the others are settings (task.h). */
enum service_key {
	KEY_AFTER,
	KEY_COMMAND,
	KEY_FAILURE,
	KEY_LOG,
	KEY_NOTIFY,
	KEY_ONESHOT,
	KEY_READY,
	KEY_RELOAD_SIGNAL,
	KEY_REQUIRES,
	KEY_SUCCESS,
	KEYS,
};

/* What is used most comes first: a small offset is a small instruction. */
struct service {
	const char *name;

	/* what it is up to: life.c */
	uint8_t state;	 /* enum state */
	uint8_t verdict; /* enum event: what follows once nothing is left */
	uint8_t wanted;	 /* it shall be up */
	uint8_t held;	 /* stopped by hand: may be wanted again */
	uint8_t unready; /* was not ready in time */
	uint8_t signal;	 /* that ended the last command, or 0 */
	/* what its file says: file.c, and from then on const */
	uint8_t oneshot, notify, failure, success, log;
	uint8_t reads_logs; /* what others say: order.c */
	uint8_t reload_signal;
	uint8_t notify_fd; /* number that the command has for it */
	pid_t pid;	   /* of the command, 0: none */
	pid_t session;	   /* of the last command: what it left is in there */
	int status, last;  /* exit status or 128 + signal; last: -1 none */
	unsigned tries;	   /* in a row, without a healthy life in between */
	unsigned restarts;
	int notify_in, notify_out; /* where it says that it is ready, or -1 */
	int log_in, log_out;	   /* pipe: we read, it writes; of a reader of
			      * logs: it reads, the others write */
	int log_index; /* of the service that takes the output, or -1 */
	int64_t since, deadline; /* milliseconds; deadline -1: none */

	/* its output: log.c */
	struct outlet *outlet; /* of log = prefix */
	int log_fd;	       /* of log = FILE */
	int log_inside;	       /* a line */
	uint64_t log_filled;   /* bytes in the file */
	uint64_t log_lost;
	const char *log_to; /* a path, or the name of a service */
	uint64_t log_size;
	unsigned log_count;

	/* what the files say together: order.c */
	unsigned wave;	  /* 0: starts first */
	struct set after; /* must be up before; includes `requires` */
	struct set requires;

	/* what its file says */
	const char *file;			  /* its path, for messages */
	const char *after_names, *requires_names; /* as written, or NULL */
	uint16_t line[KEYS];			  /* of each key, 0: not said */
	int64_t ready_ms;			  /* -1: no matter how long */
	struct task task; /* argv, and what `settings` has */
};

struct services {
	const char *dir;
	struct service *item; /* sorted by name */
	unsigned count;
	struct arena memory; /* all that is made before the start */
};

/* Where the faults of files go, one sentence each. */
struct faults {
	unsigned count;
	void (*say)(const char *text);
};

void fault(struct faults *f, const struct service *s, unsigned line,
	   const char *key, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* file.c: pure ------------------------------------------------------------ */

/* What a service has before its file says anything. Keeps name and file. */
void service_clear(struct service *s);

/*
 * The text of its file, NUL behind it, which is written to and must stay: the
 * strings of s are in there. What is wrong goes to f, all of it.
 */
void service_parse(struct service *s, char *text, size_t len,
		   struct arena *memory, struct faults *f);

/* Is it a name that a service may have? */
int service_named(const char *name);

/* order.c: pure ----------------------------------------------------------- */

/* Fills in what the files say together; unknown names and cycles go to f. */
void services_order(struct services *all, struct faults *f);

/* The number of a name, or -1. */
int service_find(const struct services *all, const char *name, size_t len);

/* read.c ------------------------------------------------------------------ */

/* All files of the directory, into memory of `all`. Does not end. */
void services_read(struct services *all, const char *dir, struct faults *f);

/* the ways in ------------------------------------------------------------- */

/* Until the last of like->services has ended: the exit status. They have the
 * environment of `like`. */
int services_run(const struct task *like);

/* cinit check DIR, cinit status ...; the words from there on. */
int services_is_client(const char *word);
int services_client(int argc, char **argv);

#endif
