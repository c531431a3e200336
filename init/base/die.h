/* die.h - one sentence, and the end */
#ifndef CINIT_BASE_DIE_H
#define CINIT_BASE_DIE_H

#include <stdarg.h>
#include <sys/types.h>

/* Exit statuses of our own, as env(1), chroot(1) and docker run have them. */
enum { EXIT_OURS = 125, EXIT_NOT_EXECUTABLE = 126, EXIT_NOT_FOUND = 127 };

/*
 * Where sentences go. Each program sets its own once, before anything can
 * fail: to stderr, to the launcher, to a log. die_route.fail does not return;
 * it is called at most once (a die inside it ends the process with 125).
 */
struct die_route {
	void (*fail)(int status, const char *text) __attribute__((noreturn));
	void (*warn)(const char *text);
	/* Called before _exit, where that may not happen; or NULL. */
	void (*leave)(int status);
};
extern struct die_route die_route;

/* Who has died by this, or 0. A child that shares our memory has failed before
 * its execve if it is the one. */
extern pid_t die_pid;

/* Set-up code ends here: verb, object, errno (%m), and what to do about it. */
void die(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));
void die_status(int status, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 2, 3)));
/* The end without a sentence: of a program whose PID 1 must not exit, too. */
void leave(int status) __attribute__((noreturn));
/* The same sentence, and life goes on. */
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The default route: "NAME: text" on stderr by one write(2), then _exit. */
extern const char *die_name;
void die_to_stderr(int status, const char *text) __attribute__((noreturn));
/* `before` and the text, as one line without control characters. */
void line_to_stderr(const char *before, const char *text);
void warn_to_stderr(const char *text);

#endif
