/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fork a child that becomes the program, and stand in for it until it ends: signals are passed
 * on, stop and continue are mirrored, failures of the child's set-up come back as if they had
 * happened here, and the end of the child becomes the end of the caller.
 *
 *	struct xns_child child;
 *	int rc = xns_child_fork(ctx, &child, -1);
 *	if (rc < 0)
 *		return rc;
 *	if (rc == 0) {                        // in the child, with the caller's signal state
 *		rc = set_up(ctx);             // credentials last
 *		if (rc == 0)
 *			rc = xns_child_die_with_parent(ctx, &child, SIGKILL);
 *		if (rc == 0)
 *			rc = xns_exec(ctx, &what);
 *		xns_child_fail(ctx, &child, rc);
 *	}
 *	rc = xns_child_wait_exec(ctx, &child);     // the child's own error and message
 *	if (rc < 0)
 *		return rc;
 *	rc = xns_child_wait(ctx, &child, &status); // until its end
 *
 * For a process with one thread: signal dispositions are changed, and the parent-death signal
 * is bound to the thread that forks.
 */
#ifndef XNS_RUN_SUPERVISE_H
#define XNS_RUN_SUPERVISE_H

#include "private.h"
#include "run/pty.h"
#include "run/signals.h"

struct xns_child {
	/* set by the caller between the fork and the waits */
	bool forward; /* SIGINT and SIGTERM are passed on, else they are ignored */

	struct xns_pty *pty; /* is relayed while waiting; or NULL */

	int up; /* for an init: the report end to its own parent; else -1 */

	/* the rest is private */
	pid_t pid;
	int report; /* parent: where the child's failure is read; child: where it is written */
	int sigfd;  /* the signals to act on */
	bool executed;
	bool stopped;
	bool ended;
	bool told;  /* an init told the status of the program, below */
	int status; /* as from waitpid(2), once it has ended */
	struct xns_signals caller;
};

/*
 * Forks with signals held. @cgroup_fd: a cgroup v2 directory that the child starts in
 * (CLONE_INTO_CGROUP, 5.7), or -1. Returns the child's PID, in the child 0 after the caller's
 * signal state is back, or a negative errno of clone3(2), pipe2(2) or signalfd(2); on failure
 * the signal state is as it was.
 */
int xns_child_fork(struct xns_ctx *ctx, struct xns_child *child, int cgroup_fd);

/*
 * The same for a child that becomes PID 1 of a PID namespace and forks the program in turn: its
 * signals stay held, since the kernel drops what is sent to a PID 1 without a handler, unless
 * it is blocked. That second fork is told of them: @held is the first child's @caller.
 */
int xns_child_fork_init(struct xns_ctx *ctx, struct xns_child *child);
int xns_child_fork_under_init(struct xns_ctx *ctx, struct xns_child *child,
			      const struct xns_signals *held);

/*
 * In the child: @sig comes when the parent dies, however it dies; if it is dead already, this
 * process is sent @sig now. To be called after the last change of credentials, which resets the
 * kernel's setting (PR_SET_PDEATHSIG in prctl(2)). 0 or a negative errno.
 */
int xns_child_die_with_parent(struct xns_ctx *ctx, struct xns_child *child, int sig);

/* In the child: tells the parent that @err, with the context's message and hint, and ends. */
_Noreturn void xns_child_fail(struct xns_ctx *ctx, struct xns_child *child, int err);

/*
 * In the parent: waits until the program is executed (0) or the child reported a failure: then
 * that error, with the child's message and hint, after the child was reaped. A child that is
 * killed before either counts as executed; xns_child_wait() tells its status.
 */
int xns_child_wait_exec(struct xns_ctx *ctx, struct xns_child *child);

/*
 * In the parent: acts on signals until the child ends; @status as from waitpid(2). Gives the
 * caller's signal state back. Returns 0 or a negative errno.
 *
 * INT and TERM are passed on if @child->forward, else ignored. Every other signal that would
 * end or stop this process is passed on. What the terminal sent to the whole process group is
 * not sent again to a child of that group. When the child stops, so does this process, for the
 * shell to see; when this process continues, so does the child. Signals that the caller
 * ignored or blocked stay so.
 */
int xns_child_wait(struct xns_ctx *ctx, struct xns_child *child, int *status);

/* In the parent: kills the child and reaps it; the caller's signal state comes back. */
void xns_child_kill(struct xns_child *child);

/*
 * In an init, whose program's struct xns_child has @up set: xns_child_wait() then reaps every
 * child, tells the parent above about stops instead of stopping, and ends at once, and with it
 * all of the PID namespace, when that parent is gone. These tell that parent the rest.
 */
void xns_child_tell_executed(int up);
void xns_child_tell_ended(int up, int status);

#endif
