/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One child that becomes the program: fork, wait, pass signals on, report failures. */
#include "config.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "kernel.h"
#include "run/supervise.h"

/*
 * What a child writes to its parent: a failure before exec, or, from an init, what becomes of
 * the program. Smaller than PIPE_BUF, so it comes whole.
 */
struct report {
	enum report_kind { FAILED, EXECUTED, STOPPED, ENDED } kind;
	int value;     /* negative errno, signal or wait status */
	int exit_code; /* what a launcher returns for a failure */
	char message[512];
	char hint[512];
};

/*
 * Without fork(3), which writes to pages of libc in the child that execve throws away; fork(3)
 * where clone3(2) is missing (before 5.3) or kept from us as if it were (seccomp).
 */
static pid_t fork_into(int cgroup_fd)
{
	struct clone_args args = { .exit_signal = SIGCHLD };

	if (cgroup_fd >= 0) {
		args.flags = CLONE_INTO_CGROUP;
		args.cgroup = (unsigned)cgroup_fd;
	}
	pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	return pid < 0 && errno == ENOSYS && cgroup_fd < 0 ? fork() : pid;
}

/*
 * @held: what the caller's signal state was before signals were held; NULL: they are not yet.
 * @keep: they stay held in the child.
 */
static int fork_child(struct xns_ctx *ctx, struct xns_child *child, int cgroup_fd,
		      const struct xns_signals *held, bool keep)
{
	xns_auto_close int read_end = -1, write_end = -1, sigfd = -1;
	sigset_t wanted;
	int ends[2];

	*child = (struct xns_child){ .report = -1, .sigfd = -1, .up = -1 };
	if (pipe2(ends, O_CLOEXEC) < 0)
		return xns_fail(ctx, errno, "make a pipe");
	read_end = ends[0];
	write_end = ends[1];
	xns_signals_hold(&child->caller);
	if (held)
		child->caller = *held;
	xns_signals_wanted(&child->caller, &wanted);
	sigfd = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
	if (sigfd < 0) {
		int err = errno;
		xns_signals_restore(&child->caller);
		return xns_fail(ctx, err, "make a signal descriptor");
	}
	pid_t pid = fork_into(cgroup_fd);
	if (pid < 0) {
		int err = errno;
		xns_signals_restore(&child->caller);
		return xns_fail(ctx, err, "fork");
	}
	if (pid == 0) {
		child->report = xns_steal_fd(&write_end);
		if (!keep)
			xns_signals_restore(&child->caller);
		return 0;
	}
	child->pid = pid;
	child->report = xns_steal_fd(&read_end);
	child->sigfd = xns_steal_fd(&sigfd);
	return pid;
}

int xns_child_fork(struct xns_ctx *ctx, struct xns_child *child, int cgroup_fd)
{
	return fork_child(ctx, child, cgroup_fd, NULL, false);
}

int xns_child_fork_init(struct xns_ctx *ctx, struct xns_child *child)
{
	return fork_child(ctx, child, -1, NULL, true);
}

int xns_child_fork_under_init(struct xns_ctx *ctx, struct xns_child *child,
			      const struct xns_signals *held)
{
	return fork_child(ctx, child, -1, held, false);
}

int xns_child_die_with_parent(struct xns_ctx *ctx, struct xns_child *child, int sig)
{
	/*
	 * Only the parent has the read end, and a dying process closes its descriptors before
	 * it sends death signals: either the signal is set in time, or the pipe is seen broken.
	 * A pidfd would turn readable just after the signals are sent: a gap.
	 */
	struct pollfd broken = { .fd = child->report };

	if (prctl(PR_SET_PDEATHSIG, (unsigned long)sig) < 0)
		return xns_fail(ctx, errno, "set the parent-death signal");
	if (poll(&broken, 1, 0) > 0 && (broken.revents & POLLERR)) {
		kill(getpid(), sig);
		/* which does nothing to PID 1 of a PID namespace */
		if (sig == SIGKILL)
			_exit(128 + SIGKILL);
	}
	return 0;
}

void xns_child_fail(struct xns_ctx *ctx, struct xns_child *child, int err)
{
	struct report r = { .kind = FAILED, .value = err, .exit_code = ctx->exit_code };

	memcpy(r.message, ctx->message, sizeof(r.message));
	memcpy(r.hint, ctx->hint, sizeof(r.hint));
	/* A parent that is gone needs no report, and SIGPIPE may take us as well. */
	if (write(child->report, &r, sizeof(r)) < 0)
		_exit(2);
	_exit(1);
}

static void tell(int up, enum report_kind kind, int value)
{
	struct report r = { .kind = kind, .value = value };

	if (write(up, &r, sizeof(r)) < 0)
		return; /* the parent is gone: poll(2) says so as well */
}

void xns_child_tell_executed(int up)
{
	tell(up, EXECUTED, 0);
}

void xns_child_tell_ended(int up, int status)
{
	tell(up, ENDED, status);
}

static void note_stop(struct xns_child *child, int sig)
{
	child->stopped = true;
	if (child->up >= 0)
		tell(child->up, STOPPED, sig); /* PID 1 cannot stop itself */
	else
		xns_stop_self(sig);
}

static int reap(struct xns_ctx *ctx, struct xns_child *child)
{
	const pid_t which = child->up >= 0 ? -1 : child->pid;
	int status;
	pid_t pid;

	for (;;) {
		do
			pid = waitpid(which, &status, WNOHANG | WUNTRACED | WCONTINUED);
		while (pid < 0 && errno == EINTR);
		if (pid <= 0)
			break;
		if (pid != child->pid)
			continue;
		if (WIFSTOPPED(status)) {
			note_stop(child, WSTOPSIG(status));
		} else if (WIFCONTINUED(status)) {
			child->stopped = false;
		} else {
			child->ended = true;
			if (!child->told)
				child->status = status;
			return 0;
		}
	}
	/* Without an answer we would wait for a signal that has been. */
	return pid < 0 ? xns_fail(ctx, errno, "wait for the program") : 0;
}

/* Did the terminal send it to our whole process group, and so to the child as well? */
static bool child_has_it(const struct xns_child *child, const struct signalfd_siginfo *si)
{
	switch (si->ssi_signo) {
	case SIGINT:
	case SIGQUIT:
	case SIGTSTP:
	case SIGHUP:
		return si->ssi_code == SI_KERNEL && getpgid(child->pid) == getpgrp();
	default:
		return false;
	}
}

static int act_on(struct xns_ctx *ctx, struct xns_child *child,
		  const struct signalfd_siginfo *si)
{
	int sig = (int)si->ssi_signo, rc;

	switch (sig) {
	case SIGCHLD:
		return reap(ctx, child);
	case SIGCONT:
		/* A shell's fg continues the whole group: then the child runs already. */
		rc = reap(ctx, child);
		if (rc == 0 && child->stopped && !child->ended) {
			child->stopped = false;
			kill(child->pid, SIGCONT);
		}
		return rc;
	case SIGINT:
	case SIGTERM:
		if (!child->forward)
			return 0;
		break;
	default:
		break;
	}
	if (!xns_signal_is_ignored(sig) && !child_has_it(child, si))
		kill(child->pid, sig);
	return 0;
}

static int read_signals(struct xns_ctx *ctx, struct xns_child *child)
{
	struct signalfd_siginfo si;
	ssize_t n;
	int rc;

	/* After its end the PID is free for others: no kill any more. */
	while (!child->ended && (n = read(child->sigfd, &si, sizeof(si))) == sizeof(si)) {
		rc = act_on(ctx, child, &si);
		if (rc < 0)
			return rc;
	}
	if (!child->ended && n < 0 && errno != EAGAIN && errno != EINTR)
		return xns_fail(ctx, errno, "read signals");
	return 0;
}

/* A failure before exec: it becomes the parent's. */
static int take_failure(struct xns_ctx *ctx, struct xns_child *child, const struct report *r)
{
	xns_fail(ctx, -r->value, "%.*s", (int)sizeof(r->message) - 1, r->message);
	if (*r->hint)
		xns_because(ctx, "%.*s", (int)sizeof(r->hint) - 1, r->hint);
	ctx->exit_code = r->exit_code;
	while (waitpid(child->pid, &child->status, 0) < 0 && errno == EINTR)
		;
	child->ended = true;
	return r->value;
}

/* One report, or end of file: the program was executed, or the child is dead. */
static int read_report(struct xns_ctx *ctx, struct xns_child *child)
{
	struct report r;
	ssize_t n;

	do
		n = read(child->report, &r, sizeof(r));
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(r)) {
		close(xns_steal_fd(&child->report));
		child->executed = true;
		return 0;
	}
	switch (r.kind) {
	case FAILED:
		return take_failure(ctx, child, &r);
	case EXECUTED:
		child->executed = true;
		break;
	case STOPPED:
		note_stop(child, r.value);
		break;
	case ENDED:
		child->told = true;
		child->status = r.value;
		break;
	}
	return 0;
}

static void release(struct xns_child *child)
{
	if (child->sigfd < 0)
		return;
	close(xns_steal_fd(&child->sigfd));
	if (child->report >= 0)
		close(xns_steal_fd(&child->report));
	xns_signals_restore(&child->caller);
}

/* Acts on signals until the child ends, or, with @until_exec, until it was executed. */
static int attend(struct xns_ctx *ctx, struct xns_child *child, bool until_exec)
{
	int rc = 0;

	while (rc == 0 && !child->ended && !(until_exec && child->executed)) {
		struct pollfd fds[3 + XNS_PTY_FDS] = {
			{ .fd = child->sigfd, .events = POLLIN },
			{ .fd = child->report, .events = POLLIN }, /* -1 is passed over */
			{ .fd = child->up },                       /* POLLERR: nobody reads */
		};

		if (child->pty)
			xns_pty_poll(child->pty, fds + 3);
		if (poll(fds, child->pty ? 3 + XNS_PTY_FDS : 3, -1) < 0) {
			if (errno != EINTR)
				rc = xns_fail(ctx, errno, "wait for the program");
			continue;
		}
		if (fds[2].revents)
			_exit(128 + SIGKILL);
		if (child->pty)
			xns_pty_relay(child->pty, fds + 3);
		/* The report first: it must not be lost when the child's end is seen at once.
		 */
		if (fds[1].revents)
			rc = read_report(ctx, child);
		else if (fds[0].revents)
			rc = read_signals(ctx, child);
		while (rc == 0 && child->ended && child->report >= 0)
			rc = read_report(ctx, child);
	}
	return rc;
}

int xns_child_wait_exec(struct xns_ctx *ctx, struct xns_child *child)
{
	int rc = attend(ctx, child, true);

	if (rc < 0)
		release(child);
	return rc;
}

int xns_child_wait(struct xns_ctx *ctx, struct xns_child *child, int *status)
{
	int rc = attend(ctx, child, false);

	release(child);
	*status = child->status;
	return rc;
}

void xns_child_kill(struct xns_child *child)
{
	kill(child->pid, SIGKILL);
	while (waitpid(child->pid, &child->status, 0) < 0 && errno == EINTR)
		;
	child->ended = true;
	release(child);
}
