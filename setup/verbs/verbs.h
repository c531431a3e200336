/* verbs.h - the commands of cinit-oci, and what they are told */
#ifndef CINIT_SETUP_VERBS_VERBS_H
#define CINIT_SETUP_VERBS_VERBS_H

#include <stddef.h>
#include <stdint.h>

#include "setup/host/store.h"

/* What stands on the command line: of the program, and of its verb. */
struct call {
	const char *root, *log, *log_format, *cgroup_manager, *rootless;
	uint32_t debug, systemd_cgroup;

	const char *bundle, *config, *pid_file, *console_socket, *format;
	uint32_t no_pivot, no_new_keyring, no_subreaper, detach, keep, force,
		all, quiet;
	uint64_t preserve_fds;

	char *const *args; /* what is no option, ended by NULL */
	int count;
};

enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_NUMBER };

/* Text is in place: a pointer would cost a relocation. */
struct option {
	char letter; /* 0: none */
	char name[17];
	char arg[9];
	char help[51];
	uint8_t kind; /* enum option_kind */
	uint16_t at;  /* the member of struct call */
};

struct verb {
	char name[12];
	char args[20];
	char help[52];
	uint8_t least, most;	      /* arguments; most 0: any number */
	const struct option *options; /* ended by one without name */
	int (*run)(struct call *c);   /* the exit status */
};
extern const struct verb verbs[];
extern const struct option verb_globals[];

/*
 * options.c: takes the command line apart. The verb; prints and exits for
 * --help and --version. Dies.
 */
const struct verb *options_parse(struct call *c, int argc, char *const argv[]);

int verb_create(struct call *c);
int verb_run(struct call *c);
int verb_start(struct call *c);
int verb_state(struct call *c);
int verb_list(struct call *c);
int verb_kill(struct call *c);
int verb_delete(struct call *c);
int verb_spec(struct call *c);

/* For several of them ------------------------------------------------------- */

/* An id is a name of a directory and of a cgroup. Dies. */
void verb_check_id(const char *id);

/* store_open of the first argument. Dies when there is no such container. */
void verb_open(struct call *c, struct store *s, int lock);

enum status { CREATING, CREATED, RUNNING, PAUSED, STOPPED };
extern const char *const status_names[];

/* What it is at this moment, runtime-spec runtime.md, "State". */
enum status verb_status(const struct store *s);

#endif
