/* boot.c - /init of a machine that is there to see cinit run: execs it, then
 * is its command */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* An orphan for PID 1 to reap: our child ends after we do not wait for it. */
static void leave_orphan(void)
{
	pid_t pid = fork();

	if (!pid) {
		if (!fork())
			_exit(0);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

int main(int argc, char *argv[])
{
	char line[64];
	int n;

	if (argc < 2) {
		execl("/cinit", "cinit", "--", "/init", "inside", (char *)NULL);
		return 1;
	}
	leave_orphan();
	n = snprintf(line, sizeof line, "command of pid %d runs %s\n",
		     getppid(), argv[1]);
	return write(1, line, n) != n;
}
