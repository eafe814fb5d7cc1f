/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The child that becomes the program: reports, signals, stop and continue, death of the parent.
 */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>

#include "run/exec.h"
#include "run/supervise.h"

static bool forward_signals;

static int run(struct xns_ctx *ctx, struct xns_child *child, const char *file, const char *one,
	       const char *two)
{
	char *const argv[] = { (char *)file, (char *)one, (char *)two, NULL };
	struct xns_exec what = { .file = file, .argv = argv, .envp = environ };
	int rc = xns_child_fork(ctx, child, -1);

	if (rc == 0)
		xns_child_fail(ctx, child, xns_exec(ctx, &what));
	cr_assert_geq(rc, 0);
	child->forward = forward_signals; /* before the first wait, which acts on signals too */
	return xns_child_wait_exec(ctx, child);
}

static int sh(struct xns_ctx *ctx, struct xns_child *child, const char *script)
{
	return run(ctx, child, "/bin/sh", "-c", script);
}

Test(supervise, a_failed_set_up_is_the_callers_failure)
{
	struct xns_ctx *ctx;
	struct xns_child child;

	cr_assert_eq(xns_new(&ctx), 0);
	int rc = xns_child_fork(ctx, &child, -1);
	if (rc == 0) {
		rc = xns_fail(ctx, EPERM, "mount 100%% of it");
		xns_because(ctx, "because");
		xns_child_fail(ctx, &child, rc);
	}
	cr_assert_eq(xns_child_wait_exec(ctx, &child), -EPERM);
	cr_assert_str_eq(xns_error(ctx), "mount 100% of it");
	cr_assert_str_eq(xns_hint(ctx), "because");
	cr_assert_eq(waitpid(child.pid, NULL, 0), -1, "it was reaped");
	xns_free(ctx);
}

Test(supervise, status_and_signal_state, .timeout = 20)
{
	struct xns_ctx *ctx;
	struct xns_child child;
	struct sigaction ignore = { .sa_handler = SIG_IGN }, now;
	sigset_t mask, after;
	int status;

	cr_assert_eq(xns_new(&ctx), 0);
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR1);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	sigaction(SIGCHLD, &ignore, NULL);
	/* SIGUSR1 (10) is blocked and SIGCHLD (17) ignored in the program */
	cr_assert_eq(run(ctx, &child, "awk",
			 "/^SigBlk:.*0200$/ { n++ } /^SigIgn:.*1....$/ { n++ }"
			 "END { exit 40 + n }",
			 "/proc/self/status"),
		     0);
	cr_assert_eq(xns_child_wait(ctx, &child, &status), 0);
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 42, "%#x", status);
	sigprocmask(SIG_SETMASK, NULL, &after);
	sigaction(SIGCHLD, NULL, &now);
	cr_assert(sigismember(&after, SIGUSR1) == 1 && sigismember(&after, SIGTERM) == 0);
	cr_assert(now.sa_handler == SIG_IGN);
	xns_free(ctx);
}

/* Runs @script below a supervisor in a process of its own, sends it @sig; its wait status. */
static int signal_supervisor(const char *script, bool forward, int sig)
{
	int up[2], status;
	char c;

	cr_assert_eq(pipe(up), 0);
	pid_t pid = fork();
	if (pid == 0) {
		struct xns_ctx *ctx;
		struct xns_child child;

		setpgid(0, 0);
		dup2(up[1], 1);
		signal(sig, SIG_DFL); /* as nohup and a shell's background do not have it */
		xns_new(&ctx);
		forward_signals = forward;
		sh(ctx, &child, script);
		xns_child_wait(ctx, &child, &status);
		_exit(xns_pass_status(status));
	}
	close(up[1]);
	cr_assert_eq(read(up[0], &c, 1), 1, "the script says when it is ready");
	kill(pid, sig);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	close(up[0]);
	return status;
}

#define READY "echo; i=0; while [ $i -lt 200 ]; do sleep 0.05; i=$((i+1)); done; exit 9"

Test(supervise, signals_are_passed_on, .timeout = 30)
{
	int status;

	status = signal_supervisor("trap 'exit 5' TERM; " READY, true, SIGTERM);
	cr_assert_eq(WEXITSTATUS(status), 5);
	status = signal_supervisor("trap 'exit 6' HUP; " READY, false, SIGHUP);
	cr_assert_eq(WEXITSTATUS(status), 6, "%#x", status);
	status = signal_supervisor("trap 'exit 4' USR1; " READY, false, SIGUSR1);
	cr_assert_eq(WEXITSTATUS(status), 4);
	status = signal_supervisor("trap 'exit 5' TERM; echo; sleep 0.3; exit 3", false,
				   SIGTERM);
	cr_assert_eq(WEXITSTATUS(status), 3, "ignored: %#x", status);
	status = signal_supervisor(READY, false, SIGQUIT);
	cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGQUIT, "%#x", status);
}

Test(supervise, stop_and_continue, .timeout = 30)
{
	struct xns_ctx *ctx;
	int up[2], status;
	char c;

	cr_assert_eq(pipe(up), 0);
	pid_t pid = fork();
	if (pid == 0) {
		struct xns_child child;

		dup2(up[1], 1);
		xns_new(&ctx);
		sh(ctx, &child, "kill -STOP $$; echo; exit 8");
		xns_child_wait(ctx, &child, &status);
		_exit(xns_pass_status(status));
	}
	cr_assert_eq(waitpid(pid, &status, WUNTRACED), pid);
	cr_assert(WIFSTOPPED(status), "%#x", status);
	struct pollfd out = { .fd = up[0], .events = POLLIN };
	cr_assert_eq(poll(&out, 1, 100), 0, "the program is stopped");
	kill(pid, SIGCONT);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 8, "%#x", status);
	cr_assert_eq(read(up[0], &c, 1), 1);
}

Test(supervise, the_child_dies_with_the_parent, .timeout = 30)
{
	int up[2];
	char c;

	/* 20 times, the parent dies right after the fork: either way of noticing must do. */
	for (int i = 0; i < 20; i++) {
		cr_assert_eq(pipe(up), 0);
		pid_t pid = fork();
		if (pid == 0) {
			struct xns_ctx *ctx;
			struct xns_child child;

			xns_new(&ctx);
			int rc = xns_child_fork(ctx, &child, -1);
			if (rc == 0) {
				if (i % 2)
					usleep(2000);
				rc = xns_child_die_with_parent(ctx, &child, SIGKILL);
				usleep(20 * 1000 * 1000);
				xns_child_fail(ctx, &child, rc);
			}
			kill(getpid(), SIGKILL);
		}
		close(up[1]);
		cr_assert_eq(waitpid(pid, NULL, 0), pid);
		struct pollfd gone = { .fd = up[0] };
		cr_assert_eq(poll(&gone, 1, 10000), 1, "round %d: the child lives on", i);
		cr_assert_eq(read(up[0], &c, 1), 0);
		close(up[0]);
	}
}

Test(supervise, death_by_an_ignored_signal_is_passed_on)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		sigset_t all;

		signal(SIGTERM, SIG_IGN);
		sigfillset(&all);
		sigprocmask(SIG_SETMASK, &all, NULL);
		_exit(xns_pass_status(SIGTERM));
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM, "%#x", status);
	cr_assert_eq(xns_pass_status(77 << 8), 77);
}
