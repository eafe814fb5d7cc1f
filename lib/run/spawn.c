/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Running another program to its end and reading what it says. */
#include "config.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include "run/spawn.h"
#include "run/supervise.h"

/* Starts @argv with stdout and stderr in @out and a signal state that every program expects. */
static int start(char *const argv[], int out, const struct xns_signals *caller, pid_t *pid)
{
	static char *const env[] = { NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t chld;
	int err;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, &caller->mask);
	posix_spawnattr_setsigdefault(&attr, &chld);
	err = posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&files, out, STDERR_FILENO);
	if (!err)
		err = posix_spawn(pid, argv[0], &files, &attr, argv, env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return -err;
}

static void collect(int fd, char *text, size_t size)
{
	char drain[256] = "";
	size_t len = 0;
	ssize_t n;

	for (;;) {
		bool room = len + 1 < size;

		n = read(fd, room ? text + len : drain, room ? size - 1 - len : sizeof(drain));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		if (room)
			len += (size_t)n;
	}
	text[len] = '\0';
}

int xns_spawn(struct xns_ctx *ctx, char *const argv[], char *text, size_t size)
{
	struct xns_signals caller;
	int ends[2], status = 0;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return xns_fail(ctx, errno, "make a pipe");
	xns_signals_hold(&caller);
	int rc = start(argv, ends[1], &caller, &pid);
	close(ends[1]);
	if (rc == 0) {
		collect(ends[0], text, size);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	close(ends[0]);
	xns_signals_restore(&caller);
	if (rc < 0)
		return xns_fail(ctx, -rc, "execute %s", argv[0]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
