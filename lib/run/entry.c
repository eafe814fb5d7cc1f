/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public face of entering: options are opened to become an entry, which is then run. */
#include "config.h"

#include <fcntl.h>

#include "run/enter.h"
#include "run/environ.h"
#include "run/exec.h"
#include "run/netns.h"
#include "run/nsref.h"
#include "run/passwd.h"
#include "run/select.h"
#include "run/supervise.h"

static bool wants_target(const struct xns_enter *o)
{
	return o->types || o->all || o->net_socket >= 0 || (o->root && !*o->root) ||
	       (o->wd && !*o->wd) || o->env || o->drop_caps || o->follow_label ||
	       o->join_cgroup || o->uid_from == XNS_ID_FOLLOW || o->gid_from == XNS_ID_FOLLOW;
}

static bool has_source(const struct xns_enter *o, enum xns_type type)
{
	for (const struct xns_source *s = o->sources; s && s->from; s++)
		if (s->type == type)
			return true;
	return false;
}

static int open_target(struct xns_ctx *ctx, struct xns_entry *plan)
{
	xns_for_each_type (t)
		if ((plan->o.all || (plan->o.types & xns_types[t].flag)) &&
		    !has_source(&plan->o, t))
			plan->from_target |= XNS_TYPE_BIT(t);
	if (plan->o.target)
		return xns_target_select(ctx, plan->o.target, plan->from_target, &plan->target);
	if (wants_target(&plan->o))
		return xns_fail(ctx, EINVAL, "no target PID specified");
	return 0;
}

/* Puts the opened namespace @fd, or the error that it is, into the plan. */
static int put(struct xns_entry *plan, enum xns_type type, int fd)
{
	if (fd < 0)
		return fd;
	xns_cleanup_close(&plan->ns[type]);
	plan->ns[type] = fd;
	return 0;
}

/* The later ones win: a directory of names, files by type, a socket. */
static int open_namespaces(struct xns_ctx *ctx, struct xns_entry *plan)
{
	const struct xns_source *s = plan->o.sources;
	char name[280];
	int err = 0;

	if (plan->o.directory)
		err = xns_namespaces_named(ctx, plan->o.directory, plan->ns);
	for (; err == 0 && s && s->from; s++)
		err = put(plan, s->type, xns_namespace_select(ctx, s->type, s->from));
	if (err == 0 && plan->o.net_socket >= 0)
		err = put(plan, XNS_NET,
			  xns_namespace_of_socket(ctx, &plan->target, plan->o.net_socket));
	if (err == 0 && plan->o.netns) {
		snprintf(name, sizeof(name), "@%s", plan->o.netns);
		err = put(plan, XNS_NET, xns_namespace_select(ctx, XNS_NET, name));
	}
	return err;
}

/* @name is "" for the target's @of_target, NULL for none. */
static int open_directory(struct xns_ctx *ctx, struct xns_entry *plan, const char *name,
			  const char *of_target, int *fd)
{
	if (!name)
		return 0;
	*fd = *name ? open(name, O_PATH | O_DIRECTORY | O_CLOEXEC)
		    : xns_target_openat(ctx, &plan->target, of_target, O_PATH | O_DIRECTORY);
	if (*fd >= 0)
		return 0;
	return *name ? xns_fail(ctx, errno, "open '%s'", name) : *fd;
}

/* Without anything to do, the command line is a mistake. */
static int check_effect(struct xns_ctx *ctx, const struct xns_entry *plan)
{
	const struct xns_enter *o = &plan->o;
	bool any = plan->from_target || plan->root >= 0 || plan->wd >= 0 || o->wdns || o->env ||
		   o->join_cgroup || o->follow_label || o->drop_caps || o->no_new_privs ||
		   o->uid_from >= XNS_ID_GIVEN || o->gid_from >= XNS_ID_GIVEN || o->user_parent;

	xns_for_each_type (t)
		any |= plan->ns[t] >= 0;
	return any ? 0 : xns_fail(ctx, EINVAL, "no namespace specified");
}

static int open_all(struct xns_ctx *ctx, struct xns_entry *plan)
{
	const struct xns_enter *o = &plan->o;
	int err = open_target(ctx, plan);

	if (err == 0)
		err = open_namespaces(ctx, plan);
	if (err == 0)
		err = open_directory(ctx, plan, o->root, "root", &plan->root);
	if (err == 0)
		err = open_directory(ctx, plan, o->wd, "cwd", &plan->wd);
	plan->wd_name = o->wd && *o->wd ? o->wd : "the working directory of the target";
	if (err == 0)
		err = check_effect(ctx, plan);
	if (err == 0)
		err = xns_entry_prepare(ctx, plan);
	if (err == 0 && o->env)
		err = xns_environ_read(ctx, &plan->target,
				       !(plan->types & XNS_TYPE_BIT(XNS_MNT)), &plan->envp);
	/* Last: all of it came from this process only if it is there still. */
	if (err == 0 && plan->target.dir >= 0)
		err = xns_target_check(ctx, &plan->target);
	return err;
}

static void tell(const struct xns_entry *plan)
{
	if (*plan->note && plan->o.note)
		plan->o.note(plan->o.note_arg, plan->note);
}

XNS_EXPORT int xns_entry_new(struct xns_ctx *ctx, const struct xns_enter *options,
			     struct xns_entry **entry)
{
	struct xns_entry *plan = malloc(sizeof(*plan));
	int err;

	if (!plan)
		return xns_fail(ctx, ENOMEM, "plan what to enter");
	xns_entry_init(plan);
	plan->ctx = ctx;
	err = xns_take_options(&plan->o, sizeof(plan->o), options,
			       XNS_SIZE_TO(struct xns_enter, note_arg));
	if (err < 0)
		xns_fail(ctx, -err, "take options of %zu bytes", options->size);
	else
		err = open_all(ctx, plan);
	if (err < 0) {
		xns_entry_free(plan);
		return err;
	}
	tell(plan);
	*entry = plan;
	return 0;
}

XNS_EXPORT void xns_entry_free(struct xns_entry *entry)
{
	if (!entry)
		return;
	xns_environ_free(entry->envp);
	xns_entry_close(entry);
	free(entry);
}

XNS_EXPORT bool xns_entry_step(struct xns_entry *entry, unsigned n, const char **what,
			       const char **call)
{
	xns_entry_ask(entry);
	*what = entry->step;
	*call = entry->step_call;
	return xns_entry_describe(entry, n, entry->step, sizeof(entry->step), entry->step_call,
				  sizeof(entry->step_call));
}

XNS_EXPORT int xns_entry_join(struct xns_ctx *ctx, struct xns_entry *entry)
{
	int err = xns_entry_enter(ctx, entry);

	return err == 0 && entry->o.netns ? xns_netns_mounts(ctx, entry->o.netns) : err;
}

/* --- running the program ---------------------------------------------------------------- */

/* The shell that is run where no program is given; what needs NSS was asked outside. */
static const char *inner_shell(struct xns_ctx *ctx, const char *outer)
{
	static char shell[4096];

	if (outer)
		return outer;
	return xns_passwd_shell(ctx, geteuid(), shell, sizeof(shell)) ? shell : "/bin/sh";
}

/* Becomes the program; returns only failure. */
static int become(struct xns_ctx *ctx, struct xns_entry *plan,
		  const struct xns_program *program, const char *shell)
{
	struct xns_exec what = {
		.file = program->argv[0],
		.argv = program->argv,
		.envp = plan->envp ? plan->envp : program->envp,
		.path = program->path,
		.stand_in = plan->stand_in > 0 ? plan->stand_in : 0,
	};
	char *login[2] = { NULL, NULL };
	int err;

	plan->note[0] = '\0';
	err = xns_entry_become(ctx, plan);
	if (err < 0)
		return err;
	tell(plan);
	if (!what.file) {
		what.file = inner_shell(ctx, shell);
		login[0] = xns_login_name(what.file);
		if (!login[0])
			return xns_fail(ctx, ENOMEM, "start a shell");
		what.argv = login;
	}
	err = xns_exec(ctx, &what);
	free(login[0]);
	return err;
}

static int run_child(struct xns_ctx *ctx, struct xns_entry *plan,
		     const struct xns_program *program, const char *shell, int *status)
{
	struct xns_child child;
	int err = xns_child_fork(ctx, &child, plan->cgroups.v2);

	if (err == -ENOMEM && strcmp(ctx->message, "fork") == 0)
		xns_because(ctx, "the PID namespace is dead: its first process has ended");
	if (err < 0)
		return err;
	if (err == 0)
		xns_child_fail(ctx, &child, become(ctx, plan, program, shell));
	child.forward = true;
	err = xns_child_wait_exec(ctx, &child);
	return err < 0 ? err : xns_child_wait(ctx, &child, status);
}

static int enter_and_run(struct xns_ctx *ctx, struct xns_entry *entry,
			 const struct xns_program *program, const char *shell, int *status)
{
	int err = xns_entry_join(ctx, entry);

	if (err < 0)
		return err;
	return entry->fork ? run_child(ctx, entry, program, shell, status)
			   : become(ctx, entry, program, shell);
}

/* The same in a child with a terminal of its own; we stay outside, and relay. */
static int run_in_terminal(struct xns_ctx *ctx, struct xns_entry *entry,
			   const struct xns_program *program, const char *shell, int *status)
{
	struct xns_pty pty;
	struct xns_child child;
	int err = xns_pty_open(ctx, &pty);

	if (err == 0)
		err = xns_child_fork(ctx, &child, -1);
	if (err < 0) {
		xns_pty_close(&pty);
		return err;
	}
	if (err == 0) {
		err = xns_pty_enter(ctx, &pty);
		if (err == 0)
			err = enter_and_run(ctx, entry, program, shell, status);
		if (err < 0)
			xns_child_fail(ctx, &child, err);
		_exit(xns_pass_status(*status));
	}
	child.forward = true;
	child.pty = &pty;
	err = xns_pty_start(ctx, &pty);
	if (err == 0)
		err = xns_child_wait_exec(ctx, &child);
	else
		xns_child_kill(&child);
	if (err == 0)
		err = xns_child_wait(ctx, &child, status);
	xns_pty_close(&pty);
	return err;
}

XNS_EXPORT int xns_entry_run(struct xns_ctx *ctx, struct xns_entry *entry,
			     const struct xns_program *options, int *status)
{
	const struct xns_enter *o = &entry->o;
	struct xns_program copy, *program = &copy;
	const char *shell;
	int err = xns_take_program(ctx, program, options);

	*status = EXIT_FAILURE << 8;
	if (err < 0)
		return err;
	shell = program->shell && *program->shell ? program->shell : NULL;
	*status = 0;
	/* NSS is asked while its modules and files are our own. */
	if (!program->argv[0] && !shell && entry->stand_in < 0)
		shell = xns_default_shell(NULL,
					  o->uid_from == XNS_ID_GIVEN ? o->uid : geteuid());
	err = (o->pty ? run_in_terminal : enter_and_run)(ctx, entry, program, shell, status);
	if (err < 0)
		*status = ctx->exit_code << 8;
	return err;
}
