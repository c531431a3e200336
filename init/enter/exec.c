/* exec.c - the last step: find the command and become it */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "init/base/die.h"
#include "init/base/sys.h"
#include "init/enter/parts.h"

static const char *environment(const struct plan *p, const char *key)
{
	size_t len = strlen(key);

	for (size_t i = p->env.count; i-- > 0;)
		if (!strncmp(p->env.item[i], key, len) &&
		    p->env.item[i][len] == '=')
			return p->env.item[i] + len + 1;
	return NULL;
}

/* errno of the last try, as a status (POSIX, XCU 2.8.2) and a sentence. */
static void failed(const char *name, const char *path)
	__attribute__((noreturn));

static void failed(const char *name, const char *path)
{
	switch (errno) {
	case ENOENT:
		if (!strchr(name, '/'))
			die_status(EXIT_NOT_FOUND,
				   "%s: command not found in PATH (%s)", name,
				   path);
		if (!access(name, F_OK))
			die_status(EXIT_NOT_EXECUTABLE,
				   "%s: its interpreter or loader is missing "
				   "in this root file system",
				   name);
		errno = ENOENT;
		__attribute__((fallthrough));
	case ENOTDIR:
	case ELOOP:
		die_status(EXIT_NOT_FOUND, "%s: %m", name);
	case E2BIG:
		die_status(EXIT_NOT_EXECUTABLE,
			   "%s: the arguments and the environment are longer "
			   "than the kernel takes",
			   name);
	case ENOEXEC:
		die_status(EXIT_NOT_EXECUTABLE,
			   "%s: not a program for this machine, and no script "
			   "with #!",
			   name);
	default:
		die_status(EXIT_NOT_EXECUTABLE, "%s: %m", name);
	}
}

/* Each directory of PATH in turn, as execvp(3), without its shell. */
static void search(const char *name, const char *path, char *const argv[],
		   char *const envp[])
{
	char file[PATH_MAX];
	size_t name_len = strlen(name), len;
	int denied = 0;

	for (const char *dir = path;; dir += len + 1) {
		len = strcspn(dir, ":");
		if (len + name_len + 2 <= sizeof file) {
			memcpy(file, dir, len);
			file[len] = '/';
			strcpy(file + len + !!len, name);
			execve(file, argv, envp);
			/* Of the file, not of a directory before it. */
			if (errno == EACCES)
				denied |= !access(file, F_OK);
			else if (errno != ENOENT && errno != ENOTDIR)
				return;
			else if (!access(file, F_OK))
				failed(file, path);
		}
		if (!dir[len])
			break;
	}
	errno = denied ? EACCES : ENOENT;
}

void command_exec(const struct inside *in)
{
	const struct plan *p = in->plan;
	char *const *argv = (char *const *)p->argv.item;
	char *const *envp = (char *const *)p->env.item;
	const char *path = environment(p, "PATH");

	if (!path)
		path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:"
		       "/sbin:/bin";
	if (!*argv[0])
		die_status(EXIT_NOT_FOUND, "the command is an empty word");
	if (strchr(argv[0], '/'))
		execve(argv[0], argv, envp);
	else
		search(argv[0], path, argv, envp);
	failed(argv[0], path);
}
