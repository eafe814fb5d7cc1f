/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The helper: a process that stays in the caller's namespaces while the caller makes new ones.
 * It writes id maps that need the old namespace's privileges, and pins namespaces on files of
 * the old mount namespace. It waits on a socket: when the caller is gone, it takes back what is
 * not committed, and ends.
 */
#include "config.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include "run/run.h"

struct answer {
	int err;
	char message[512];
	char hint[512];
};

bool xns_helper_wanted(const struct xns_run *run)
{
	return run->plan->owner || xns_maps_by_helper(run) || xns_pins_wanted(run);
}

static int serve(struct xns_run *run, struct xns_pins *pins, enum xns_helper_op op, pid_t pid)
{
	switch (op) {
	case XNS_HELPER_PREPARE:
		return xns_pins_prepare(run, pins);
	case XNS_HELPER_MAPS:
	case XNS_HELPER_SETGROUPS:
	case XNS_HELPER_OFFSETS:
		return xns_write_outside(run, op, pid);
	case XNS_HELPER_PIN:
		return xns_pins_bind(run, pins, pid);
	case XNS_HELPER_UNDO:
		xns_pins_undo(pins);
		return 0;
	case XNS_HELPER_COMMIT:
		break;
	}
	return -EINVAL;
}

/*
 * The caller's next wish; false at its end. An error is no end: to take it for one would undo
 * what was pinned for a program that runs.
 */
static bool next_op(int sock, enum xns_helper_op *op)
{
	ssize_t n = -1;

	for (int tries = 0; n < 0 && tries < 10; tries++)
		n = recv(sock, op, sizeof(*op), 0);
	return n == (ssize_t)sizeof(*op);
}

static _Noreturn void helper(struct xns_run *run, int sock, pid_t pid)
{
	struct xns_pins pins = { 0 };
	bool committed = false;
	enum xns_helper_op op;

	while (next_op(sock, &op)) {
		struct answer a = { 0 };

		committed = op == XNS_HELPER_COMMIT;
		if (committed)
			continue;
		a.err = serve(run, &pins, op, pid);
		memcpy(a.message, run->ctx->message, sizeof(a.message));
		memcpy(a.hint, run->ctx->hint, sizeof(a.hint));
		if (send(sock, &a, sizeof(a), MSG_NOSIGNAL) != (ssize_t)sizeof(a))
			break;
	}
	if (!committed)
		xns_pins_undo(&pins);
	_exit(0);
}

/*
 * Where the program replaces the caller and the helper has to outlast that, it is forked twice:
 * the program must not find a child that it never made. Returns the helper's PID, 0 for one
 * that needs no wait, or a negative errno.
 */
static pid_t fork_helper(struct xns_run *run, int sock, int other_end)
{
	const bool twice = !run->fork && xns_pins_wanted(run);
	const pid_t caller = getpid();
	int status = 0;
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		close(other_end);
		if (twice && (pid = fork()) != 0)
			_exit(pid < 0 ? errno : 0);
		helper(run, sock, caller);
	}
	if (!twice)
		return pid;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -ECHILD;
}

/* All signals stay blocked in the helper: only the end of the socket ends it. */
int xns_helper_start(struct xns_run *run)
{
	struct xns_signals caller;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return xns_fail(run->ctx, errno, "make a socket pair");
	xns_signals_hold(&caller);
	pid_t pid = fork_helper(run, ends[1], ends[0]);
	xns_signals_restore(&caller);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return xns_fail(run->ctx, -pid, "fork the helper process");
	}
	run->helper = ends[0];
	run->helper_pid = pid;
	return 0;
}

void xns_helper_end(struct xns_run *run)
{
	if (run->helper < 0)
		return;
	close(xns_steal_fd(&run->helper));
	if (run->helper_pid)
		while (waitpid(run->helper_pid, NULL, 0) < 0 && errno == EINTR)
			;
}

int xns_helper_ask(struct xns_run *run, enum xns_helper_op op)
{
	struct answer a;

	if (send(run->helper, &op, sizeof(op), MSG_NOSIGNAL) != (ssize_t)sizeof(op))
		return xns_fail(run->ctx, EPIPE, "talk to the helper process");
	if (op == XNS_HELPER_COMMIT)
		return 0;
	ssize_t n;
	do
		n = recv(run->helper, &a, sizeof(a), 0);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(a))
		return xns_fail(run->ctx, EPIPE, "talk to the helper process");
	if (a.err == 0)
		return 0;
	xns_fail(run->ctx, -a.err, "%.*s", (int)sizeof(a.message) - 1, a.message);
	if (*a.hint)
		xns_because(run->ctx, "%.*s", (int)sizeof(a.hint) - 1, a.hint);
	return a.err;
}
