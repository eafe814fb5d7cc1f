/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Carries out a plan (struct xns_create): THE table of steps, in order. Each row says when it
 * is wanted, what it calls, what it is for, and does it; explaining a plan and carrying it out
 * walk the same table.
 */
#include "config.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>

#include "kernel.h"
#include "run/run.h"

enum where {
	BEFORE, /* in the caller's namespaces */
	MAKE,   /* in the caller, from the namespaces' making on */
	INSIDE, /* in what becomes the program: the child with a fork, else the caller */
	LAST,   /* the same, but an init has forked the program before */
};

struct step {
	enum where where;
	const char *call; /* the system call, for people */
	bool (*wanted)(const struct xns_run *run);
	int (*run)(struct xns_run *run);
	void (*purpose)(const struct xns_run *run, char *text, size_t size);
};

/* --- which steps a plan wants, and the words for them ---------------------------------------
 */

#define WANTED(name, condition)                           \
	static bool wants_##name(const struct xns_run *r) \
	{                                                 \
		return (condition);                       \
	}
#define PURPOSE(name, ...)                                                        \
	static void tell_##name(const struct xns_run *r, char *text, size_t size) \
	{                                                                         \
		(void)r;                                                          \
		snprintf(text, size, __VA_ARGS__);                                \
	}

WANTED(owner, r->plan->owner)
PURPOSE(owner, "become %u:%u, to own the user namespace", r->plan->owner_uid,
	r->plan->owner_gid)
WANTED(pins, xns_pins_wanted(r))
PURPOSE(prepare, "find or make what the namespaces will be pinned on (helper process)")
WANTED(pid_without_fork, (r->flags & CLONE_NEWPID) && !r->fork)
WANTED(unshare, r->flags != 0)
WANTED(offsets, r->plan->set_monotonic || r->plan->set_boottime)
PURPOSE(offsets, "set the clocks' offsets, before the time namespace has a member")
WANTED(setgroups, r->plan->setgroups != XNS_SETGROUPS_KEEP)
PURPOSE(setgroups, "%s setgroups(2)",
	r->plan->setgroups == XNS_SETGROUPS_DENY ? "deny" : "allow")
WANTED(maps, r->users.n || r->groups.n)
WANTED(propagation,
       (r->flags & CLONE_NEWNS) && r->plan->propagation != XNS_PROPAGATION_UNCHANGED)
WANTED(hostname, r->plan->hostname)
PURPOSE(hostname, "set the host name %s", r->plan->hostname)
WANTED(lo_up, r->plan->lo_up)
PURPOSE(lo_up, "set the loop-back interface up")
WANTED(load_interp, r->plan->load_interp && r->plan->root)
PURPOSE(load_interp, "with flag F: register the interpreter before the root changes")
WANTED(root, r->plan->root)
PURPOSE(root, "make %s the root directory", r->plan->root)
WANTED(wd, r->plan->wd)
PURPOSE(wd, "change to the directory %s", r->plan->wd)
WANTED(mount_proc, r->plan->mount_proc)
PURPOSE(mount_proc, "mount a procfs on %s", r->plan->mount_proc)
WANTED(mount_binfmt, r->plan->mount_binfmt)
PURPOSE(mount_binfmt, "mount binfmt_misc on %s%s", r->plan->mount_binfmt,
	r->plan->load_interp ? " and register the interpreter" : "")
WANTED(ids, r->plan->set_uid || r->plan->set_gid)
WANTED(keep_caps, r->plan->keep_caps && (r->flags & CLONE_NEWUSER))
PURPOSE(keep_caps, "keep the capabilities of the user namespace over execve(2)")

static void tell_unshare(const struct xns_run *r, char *text, size_t size)
{
	size_t n = (size_t)snprintf(text, size, "make new namespaces:");

	xns_for_each_type (t)
		if (r->flags & xns_types[t].flag && n < size)
			n += (size_t)snprintf(text + n, size - n, " %s", xns_types[t].name);
}

static size_t tell_map(const struct xns_idmap *map, const char *what, char *text, size_t size)
{
	xns_auto_free char *lines = xns_idmap_text(map, ';');
	int n = 0;

	if (map->n && lines) {
		lines[strlen(lines) - 1] = '\0';
		n = snprintf(text, size, "%s (inner outer count) %s", what, lines);
	}
	return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

static void tell_maps(const struct xns_run *r, char *text, size_t size)
{
	size_t n = tell_map(&r->users, "map users", text, size);

	if (n && r->groups.n && n + 2 < size) {
		strcpy(text + n, "; ");
		n += 2;
	}
	n += tell_map(&r->groups, "map groups", text + n, size - n);
	if (xns_maps_by_helper(r))
		snprintf(text + n, size - n, " (helper process%s)",
			 r->euid ? ", with newuidmap and newgidmap" : "");
}

static void tell_propagation(const struct xns_run *r, char *text, size_t size)
{
	static const char *const names[] = { "private", "shared", "slave", "unchanged" };

	snprintf(text, size, "make all mounts %s", names[r->plan->propagation]);
}

static void tell_ids(const struct xns_run *r, char *text, size_t size)
{
	int n = 0;

	if (r->plan->set_gid)
		n = snprintf(text, size, "drop supplementary groups, become group %u%s",
			     r->plan->gid, r->plan->set_uid ? ", " : "");
	if (r->plan->set_uid)
		snprintf(text + n, size - (size_t)n, "become user %u", r->plan->uid);
}

/* --- steps that are nobody else's -----------------------------------------------------------
 */

static int do_unshare(struct xns_run *run)
{
	if (unshare((int)run->flags) == 0)
		return 0;
	int rc = xns_fail(run->ctx, errno, "unshare failed");
	xns_why_unshare(run, -rc);
	return rc;
}

static int do_prepare(struct xns_run *run)
{
	return xns_helper_ask(run, XNS_HELPER_PREPARE);
}

static int do_pin(struct xns_run *run)
{
	return xns_helper_ask(run, XNS_HELPER_PIN);
}

/* A helper needs the caller's rights, so the caller changes no ids before it stands. */
static const struct step steps[] = {
	{ BEFORE, "mkdir, mount, openat", wants_pins, do_prepare, tell_prepare },
	{ BEFORE, "setgroups, setresgid, setresuid", wants_owner, xns_become_owner,
	  tell_owner },
	{ MAKE, "unshare", wants_unshare, do_unshare, tell_unshare },
	{ MAKE, "write /proc/self/timens_offsets", wants_offsets, xns_write_offsets,
	  tell_offsets },
	{ MAKE, "write /proc/self/setgroups", wants_setgroups, xns_write_setgroups,
	  tell_setgroups },
	{ MAKE, "write uid_map, gid_map", wants_maps, xns_write_own_maps, tell_maps },
	{ INSIDE, "mount", wants_propagation, xns_set_propagation, tell_propagation },
	{ INSIDE, "sethostname", wants_hostname, xns_set_hostname, tell_hostname },
	{ INSIDE, "ioctl SIOCSIFFLAGS", wants_lo_up, xns_set_lo_up, tell_lo_up },
	{ INSIDE, "mount, write", wants_load_interp, xns_load_interp_outside,
	  tell_load_interp },
	{ INSIDE, "chroot", wants_root, xns_change_root, tell_root },
	{ INSIDE, "chdir", wants_wd, xns_change_dir, tell_wd },
	{ INSIDE, "mount", wants_mount_proc, xns_mount_proc, tell_mount_proc },
	{ INSIDE, "mount", wants_mount_binfmt, xns_mount_binfmt, tell_mount_binfmt },
	{ LAST, "setgroups, setgid, setuid", wants_ids, xns_change_ids, tell_ids },
	{ LAST, "capset, prctl", wants_keep_caps, xns_keep_caps, tell_keep_caps },
};

static int take_steps(struct xns_run *run, enum where where)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < XNS_COUNT(steps); i++)
		if (steps[i].where == where && steps[i].wanted(run))
			rc = steps[i].run(run);
	return rc;
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
static int ready(struct xns_run *run, struct xns_ctx *ctx, const struct xns_create *plan,
		 const struct xns_program *program)
{
	*run = (struct xns_run){ .ctx = ctx,
				 .plan = plan,
				 .flags = plan->flags,
				 .fork = plan->fork || plan->init || plan->kill_child,
				 .euid = geteuid(),
				 .egid = getegid(),
				 .dumpable = prctl(PR_GET_DUMPABLE) == 1,
				 .helper = -1,
				 .go = { -1, -1 } };
	if (plan->size < sizeof(*plan))
		return xns_fail(ctx, EINVAL, "read the plan: its size is %zu", plan->size);
	if (plan->init && !(plan->flags & CLONE_NEWPID))
		return xns_fail(ctx, EINVAL, "run an init: it needs a new PID namespace");
	int rc = choose_program(run, program);
	if (rc == 0)
		rc = xns_idmap_build(ctx, &plan->users, false, run->euid, &run->users);
	if (rc == 0)
		rc = xns_idmap_build(ctx, &plan->groups, true, run->egid, &run->groups);
	/* Some steps cannot do without /proc: better said before anything is done. */
	if (rc == 0 && (wants_maps(run) || wants_setgroups(run) || wants_offsets(run) ||
			wants_pins(run))) {
		rc = xns_ctx_proc(ctx);
		rc = rc < 0 ? rc : 0;
	}
	return rc;
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
	if (wants_pins(run))
		line(arg, "open_tree, move_mount",
		     "pin the new namespaces, all or none (helper process)");
	if (wants_pid_without_fork(run))
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

	for (size_t i = 0; rc == 0 && i < XNS_COUNT(steps); i++) {
		if (i && steps[i].where == INSIDE && steps[i - 1].where == MAKE)
			tell_fork(&run, line, arg);
		if (!steps[i].wanted(&run))
			continue;
		text[0] = '\0';
		steps[i].purpose(&run, text, sizeof(text));
		line(arg, steps[i].call, text);
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
	int rc = take_steps(run, LAST);

	/* Changing credentials clears it, so it is set after them. */
	if (rc == 0 && plan->kill_child && !plan->init)
		rc = xns_child_die_with_parent(run->ctx, &run->child, plan->kill_child);
	return rc < 0 ? rc : xns_exec(run->ctx, &run->what);
}

/* Without a fork the caller itself becomes the program; what was pinned is kept only then. */
static int run_here(struct xns_run *run)
{
	int rc = take_steps(run, MAKE);

	if (!wants_pins(run))
		xns_helper_end(run);
	else if (rc == 0)
		rc = do_pin(run);
	if (rc == 0)
		rc = take_steps(run, INSIDE);
	if (rc == 0 && wants_pins(run))
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
	int rc = take_steps(run, INSIDE);
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
	int rc = take_steps(run, MAKE);

	if (rc == 0 && wants_pins(run) && pipe2(run->go, O_CLOEXEC) < 0)
		rc = xns_fail(run->ctx, errno, "make a pipe");
	if (rc == 0)
		rc = run->plan->init ? xns_child_fork_init(run->ctx, &run->child)
				     : xns_child_fork(run->ctx, &run->child, -1);
	if (rc < 0)
		return rc;
	if (rc == 0 && run->child.pid == 0)
		child(run);
	run->child.forward = run->plan->forward || run->plan->init;
	rc = wants_pins(run) ? pin_child(run) : 0;
	if (rc == 0)
		rc = xns_child_wait_exec(run->ctx, &run->child);
	if (rc < 0)
		return rc;
	if (wants_pins(run))
		rc = xns_helper_ask(run, XNS_HELPER_COMMIT);
	xns_helper_end(run);
	return rc < 0 ? rc : xns_child_wait(run->ctx, &run->child, status);
}

/* Waited for, so that nothing is left when the caller sees the failure; whose message stays. */
static void roll_back(struct xns_run *run)
{
	struct xns_ctx was = *run->ctx;

	if (run->helper < 0 || !wants_pins(run))
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
		rc = take_steps(&run, BEFORE);
	if (rc == 0)
		rc = run.fork ? run_child(&run, status) : run_here(&run);
	if (rc < 0) {
		*status = ctx->exit_code << 8;
		roll_back(&run);
	}
	done(&run);
	return rc;
}
