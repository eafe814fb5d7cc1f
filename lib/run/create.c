/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A plan (struct xns_create) made ready, explained, carried out, or taken back. */
#include "config.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>

#include "kernel.h"
#include "run/steps.h"

static int do_pin(struct xns_run *run)
{
	return xns_helper_ask(run, XNS_HELPER_PIN);
}

/* --- the plan, made ready -------------------------------------------------------------------
 */

/* The program, or the default shell as a login shell, as unshare(1) starts it. */
static int choose_program(struct xns_run *run, const struct xns_program *program)
{
	run->what = (struct xns_exec){ .file = program->argv[0],
				       .argv = program->argv,
				       .envp = program->envp,
				       .path = program->path,
				       .root = run->plan->root };
	if (run->what.file)
		return 0;
	run->what.file = xns_default_shell(program->shell, getuid());
	run->login[0] = xns_login_name(run->what.file);
	run->what.argv = run->login;
	return run->login[0] ? 0 : xns_fail(run->ctx, ENOMEM, "choose a shell");
}

/* What options imply is settled here, so that explaining and doing cannot differ. */
static int ready(struct xns_run *run, struct xns_ctx *ctx, const struct xns_create *options,
		 const struct xns_program *given)
{
	const struct xns_create *plan = &run->taken;
	struct xns_program program;

	*run = (struct xns_run){ .ctx = ctx, .plan = plan, .helper = -1, .go = { -1, -1 } };
	int rc = xns_take_options(&run->taken, sizeof(run->taken), options,
				  XNS_SIZE_TO(struct xns_create, keep_caps));
	if (rc < 0)
		return xns_fail(ctx, -rc, "take a plan of %zu bytes", options->size);
	if ((rc = xns_take_program(ctx, &program, given)) < 0)
		return rc;
	run->flags = plan->flags;
	run->fork = plan->fork || plan->init || plan->kill_child;
	run->euid = geteuid();
	run->egid = getegid();
	run->dumpable = prctl(PR_GET_DUMPABLE) == 1;
	if (plan->init && !(plan->flags & CLONE_NEWPID))
		return xns_fail(ctx, EINVAL, "run an init: it needs a new PID namespace");
	rc = choose_program(run, &program);
	if (rc == 0)
		rc = xns_idmap_build(ctx, &plan->users, false, run->euid, &run->users);
	if (rc == 0)
		rc = xns_idmap_build(ctx, &plan->groups, true, run->egid, &run->groups);
	/* Some steps cannot do without /proc: better said before anything is done. */
	for (size_t i = 0; rc >= 0 && i < xns_nsteps; i++)
		if (xns_steps[i].needs_proc && xns_steps[i].wanted(run))
			rc = xns_ctx_proc(ctx);
	return rc < 0 ? rc : 0;
}

static void done(struct xns_run *run)
{
	free(run->login[0]);
	xns_idmap_free(&run->users);
	xns_idmap_free(&run->groups);
	xns_helper_end(run);
	for (int i = 0; i < 2; i++)
		if (run->go[i] >= 0)
			close(xns_steal_fd(&run->go[i]));
}

/* What stands between the steps of the caller and those of the program. */
static void tell_fork(const struct xns_run *run,
		      void (*line)(void *arg, const char *call, const char *purpose), void *arg)
{
	if (run->plan->init)
		line(arg, "fork",
		     "PID 1 is an init, with the program as its child; all end with xunshare");
	else if (run->fork)
		line(arg, "fork", "the program is a child; wait for it");
	if (xns_pins_wanted(run))
		line(arg, "open_tree, move_mount",
		     "pin the new namespaces, all or none (helper process)");
	if ((run->flags & CLONE_NEWPID) && !run->fork)
		line(arg, "note",
		     "without --fork only the program's children are in the new PID "
		     "namespace, and when the first of them ends, fork fails (ENOMEM)");
}

XNS_EXPORT int xns_create_explain(
	struct xns_ctx *ctx, const struct xns_create *plan, const struct xns_program *program,
	void (*line)(void *arg, const char *call, const char *purpose), void *arg)
{
	struct xns_run run;
	char text[1024];
	int rc = ready(&run, ctx, plan, program);

	for (size_t i = 0; rc == 0 && i < xns_nsteps; i++) {
		const struct xns_step *step = &xns_steps[i];

		if (i && step->where == XNS_INSIDE && step[-1].where == XNS_MAKE)
			tell_fork(&run, line, arg);
		if (!step->wanted(&run))
			continue;
		text[0] = '\0';
		step->purpose(&run, text, sizeof(text));
		line(arg, step->call, text);
	}
	if (rc == 0 && plan->kill_child && !plan->init) {
		snprintf(text, sizeof(text), "signal %d when the parent dies",
			 plan->kill_child);
		line(arg, "prctl PR_SET_PDEATHSIG", text);
	}
	if (rc == 0)
		line(arg, "execve", run.what.file);
	done(&run);
	return rc;
}

/* --- carrying it out ------------------------------------------------------------------------
 */

/* The last of the set-up, in the process that becomes the program. */
static int become_program(struct xns_run *run)
{
	const struct xns_create *plan = run->plan;
	int rc = xns_take_steps(run, XNS_LAST);

	/* Changing credentials clears it, so it is set after them. */
	if (rc == 0 && plan->kill_child && !plan->init)
		rc = xns_child_die_with_parent(run->ctx, &run->child, plan->kill_child);
	return rc < 0 ? rc : xns_exec(run->ctx, &run->what);
}

/* Without a fork the caller itself becomes the program; what was pinned is kept only then. */
static int run_here(struct xns_run *run)
{
	int rc = xns_take_steps(run, XNS_MAKE);

	if (!xns_pins_wanted(run))
		xns_helper_end(run);
	else if (rc == 0)
		rc = do_pin(run);
	if (rc == 0)
		rc = xns_take_steps(run, XNS_INSIDE);
	if (rc == 0 && xns_pins_wanted(run))
		rc = xns_helper_ask(run, XNS_HELPER_COMMIT);
	return rc < 0 ? rc : become_program(run);
}

/* In the child: the pins of its namespaces stand when the parent says so. */
static void wait_go(struct xns_run *run)
{
	ssize_t n;
	char c;

	if (run->go[0] < 0)
		return;
	close(xns_steal_fd(&run->go[1]));
	do
		n = read(run->go[0], &c, 1);
	while (n < 0 && errno == EINTR);
	if (n != 1)
		_exit(1); /* the parent failed, and tells why, or is dead */
	close(xns_steal_fd(&run->go[0]));
}

static _Noreturn void child(struct xns_run *run)
{
	/* The socket must end with the parent alone. */
	if (run->helper >= 0)
		close(xns_steal_fd(&run->helper));
	wait_go(run);
	int rc = xns_take_steps(run, XNS_INSIDE);
	if (rc == 0 && run->plan->init)
		xns_init(run, become_program);
	if (rc == 0)
		rc = become_program(run);
	xns_child_fail(run->ctx, &run->child, rc);
}

/* Pins the child's namespaces, and lets it go on only then. */
static int pin_child(struct xns_run *run)
{
	close(xns_steal_fd(&run->go[0]));
	int rc = do_pin(run);

	if (rc == 0 && write(run->go[1], "", 1) < 0)
		rc = xns_fail(run->ctx, errno, "talk to the child");
	close(xns_steal_fd(&run->go[1]));
	if (rc < 0)
		xns_child_kill(&run->child);
	return rc;
}

/* With a fork: the caller makes the namespaces, the child lives in them, the caller waits. */
static int run_child(struct xns_run *run, int *status)
{
	int rc = xns_take_steps(run, XNS_MAKE);

	if (rc == 0 && xns_pins_wanted(run) && pipe2(run->go, O_CLOEXEC) < 0)
		rc = xns_fail(run->ctx, errno, "make a pipe");
	if (rc == 0)
		rc = run->plan->init ? xns_child_fork_init(run->ctx, &run->child)
				     : xns_child_fork(run->ctx, &run->child, -1);
	if (rc < 0)
		return rc;
	if (rc == 0 && run->child.pid == 0)
		child(run);
	run->child.forward = run->plan->forward || run->plan->init;
	rc = xns_pins_wanted(run) ? pin_child(run) : 0;
	if (rc == 0)
		rc = xns_child_wait_exec(run->ctx, &run->child);
	if (rc < 0)
		return rc;
	if (xns_pins_wanted(run))
		rc = xns_helper_ask(run, XNS_HELPER_COMMIT);
	xns_helper_end(run);
	return rc < 0 ? rc : xns_child_wait(run->ctx, &run->child, status);
}

/* Waited for, so that nothing is left when the caller sees the failure; whose message stays. */
static void roll_back(struct xns_run *run)
{
	struct xns_ctx was = *run->ctx;

	if (run->helper < 0 || !xns_pins_wanted(run))
		return;
	xns_helper_ask(run, XNS_HELPER_UNDO);
	memcpy(run->ctx->message, was.message, sizeof(was.message));
	memcpy(run->ctx->hint, was.hint, sizeof(was.hint));
	run->ctx->exit_code = was.exit_code;
}

XNS_EXPORT int xns_create_run(struct xns_ctx *ctx, const struct xns_create *plan,
			      const struct xns_program *program, int *status)
{
	struct xns_run run;
	int rc = ready(&run, ctx, plan, program);

	*status = 0;
	if (rc == 0 && xns_helper_wanted(&run))
		rc = xns_helper_start(&run);
	if (rc == 0)
		rc = xns_take_steps(&run, XNS_BEFORE);
	if (rc == 0)
		rc = run.fork ? run_child(&run, status) : run_here(&run);
	if (rc < 0) {
		*status = ctx->exit_code << 8;
		roll_back(&run);
	}
	done(&run);
	return rc;
}
