/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The least that a launcher can cost: a dynamically linked program that does nothing but the
 * system calls without which it would be none.
 *
 *	floor exec COMMAND...        executes it
 *	floor mount COMMAND...       in a new mount namespace, made private
 *	floor fork COMMAND...        in a child in a new PID namespace, waited for
 *	floor enter PID COMMAND...   in a child in the namespaces of PID (one setns), waited for
 */
#define _GNU_SOURCE
#include <err.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void run(char **argv)
{
	execvp(argv[0], argv);
	err(127, "%s", argv[0]);
}

static _Noreturn void run_child(char **argv)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		run(argv);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		err(1, "fork");
	_exit(WEXITSTATUS(status));
}

int main(int argc, char **argv)
{
	const int all = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET |
			CLONE_NEWPID | CLONE_NEWCGROUP;

	if (argc > 2 && strcmp(argv[1], "exec") == 0)
		run(argv + 2);
	if (argc > 2 && strcmp(argv[1], "mount") == 0) {
		if (unshare(CLONE_NEWNS) < 0 ||
		    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
			err(1, "mount");
		run(argv + 2);
	}
	if (argc > 2 && strcmp(argv[1], "fork") == 0) {
		if (unshare(CLONE_NEWPID) < 0)
			err(1, "unshare");
		run_child(argv + 2);
	}
	if (argc > 3 && strcmp(argv[1], "enter") == 0) {
		int fd = (int)syscall(SYS_pidfd_open, atoi(argv[2]), 0);

		if (fd < 0 || setns(fd, all) < 0)
			err(1, "enter %s", argv[2]);
		run_child(argv + 3);
	}
	errx(2, "floor exec COMMAND | mount COMMAND | fork COMMAND | enter PID COMMAND");
}
