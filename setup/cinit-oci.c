/* cinit-oci.c - the OCI runtime: cinit-oci [OPTION]... COMMAND [ARG]... */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "init/base/die.h"
#include "setup/host/begin.h"
#include "setup/host/log.h"
#include "setup/host/undo.h"
#include "setup/verbs/verbs.h"

static struct call call;

/* What a command made goes, then the sentence: to stderr and to the log. */
static void fail(int status, const char *text) __attribute__((noreturn));

static void fail(int status, const char *text)
{
	undo_all();
	warn_to_stderr(text);
	if (call.log)
		log_error(call.log, call.log_format && *call.log_format == 'j',
			  text);
	_exit(status);
}

/* /run/cinit/oci, or the caller's own runtime directory. */
static const char *default_root(void)
{
	static char path[512];
	const char *dir = getenv("XDG_RUNTIME_DIR");

	if (!geteuid())
		return "/run/cinit/oci";
	if (!dir || *dir != '/')
		die("XDG_RUNTIME_DIR is not set: say with --root where "
		    "containers are to be written down");
	snprintf(path, sizeof path, "%s/cinit/oci", dir);
	return path;
}

int main(int argc, char *argv[])
{
	const struct verb *verb;

	begin("cinit-oci");
	die_route.fail = fail;
	verb = options_parse(&call, argc, argv);
	if (!call.root)
		call.root = default_root();
	return verb->run(&call);
}
