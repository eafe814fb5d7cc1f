/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which namespaces are joined: what was asked for, without what is the caller's own. */
#include "config.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "ns/handle.h"
#include "run/enter.h"

/* The namespace that joining @t would change: for PID, that of our children. */
static int own_inode(int self, enum xns_type t, uint32_t *inode)
{
	const char *for_children = xns_types[t].for_children;

	return xns_proc_ns_inode(self, for_children ? for_children : xns_types[t].name, inode);
}

/* Leaves out of @types what we are in: -EINVAL or -EPERM is all we would get for joining it. */
static void leave_out_own(struct xns_entry *plan, unsigned types)
{
	xns_auto_close int self = openat(plan->ctx->proc_fd, "self", O_PATH | O_CLOEXEC);

	xns_for_each_type (t) {
		uint32_t own, theirs;
		int err;

		if (!(types & XNS_TYPE_BIT(t)))
			continue;
		err = own_inode(self, t, &own);
		/* A *_for_children namespace without processes has no link, yet is not theirs
		 */
		if (err == -ENOENT && !xns_types[t].for_children)
			plan->left_out |= XNS_TYPE_BIT(t);
		else if (err == 0 &&
			 xns_proc_ns_inode(plan->target.dir, xns_types[t].name, &theirs) == 0 &&
			 own == theirs)
			plan->left_out |= XNS_TYPE_BIT(t);
	}
	plan->from_target &= ~plan->left_out;
	plan->unasked &= ~types;
}

/*
 * With all namespaces of a target in our own user namespace, most types need no look at which
 * of them are ours: to join those again changes nothing, and takes what the others take. Where
 * that fails, or somebody wants to know, xns_entry_ask() looks.
 */
static void leave_out(struct xns_entry *plan, bool one_call)
{
	unsigned types = 0, later = 0;

	xns_for_each_type (t) {
		/* What was asked for by its own name is joined, or fails. */
		if ((plan->from_target & XNS_TYPE_BIT(t)) &&
		    !(plan->o.types & xns_types[t].flag))
			types |= XNS_TYPE_BIT(t);
		if (one_call && xns_types[t].again)
			later |= XNS_TYPE_BIT(t);
	}
	plan->unasked = types & later;
	leave_out_own(plan, types & ~later);
	if (!(plan->left_out & XNS_TYPE_BIT(XNS_USER)))
		xns_entry_ask(plan);
}

void xns_entry_ask(struct xns_entry *plan)
{
	if (!plan->unasked)
		return;
	leave_out_own(plan, plan->unasked);
	plan->types &= ~plan->left_out;
}

/* unshare(1) without --fork stays outside of the PID namespace that it made. */
static void note_other_children(struct xns_entry *plan)
{
	uint32_t own, children;

	if (plan->target.dir < 0 ||
	    !((plan->from_target | plan->left_out) & XNS_TYPE_BIT(XNS_PID)) ||
	    xns_proc_ns_inode(plan->target.dir, "pid", &own) < 0)
		return;
	int err = xns_proc_ns_inode(plan->target.dir, "pid_for_children", &children);
	if (err == 0 && own != children)
		snprintf(plan->note, sizeof(plan->note),
			 "process %d is itself in pid:[%u], only its children are in pid:[%u]; "
			 "to enter that, take one of them as target",
			 plan->target.pid, own, children);
	else if (err == -ENOENT)
		snprintf(plan->note, sizeof(plan->note),
			 "process %d is itself in pid:[%u]; its children's PID namespace has "
			 "no process yet",
			 plan->target.pid, own);
}

/* Replaces the user namespace by its parent, or finds the one that owns what is joined. */
static int find_user_parent(struct xns_ctx *ctx, struct xns_entry *plan)
{
	xns_auto_close int self = openat(ctx->proc_fd, "self", O_PATH | O_CLOEXEC);
	uint32_t own = 0;
	struct stat st;
	int parent = -ENOENT;

	if (plan->ns[XNS_USER] >= 0) {
		parent = xns_handle_parent(plan->ns[XNS_USER]);
	} else {
		for (enum xns_type t = 0; t < XNS_NTYPES && parent == -ENOENT; t++)
			if (plan->ns[t] >= 0)
				parent = xns_handle_owner(plan->ns[t]);
	}
	if (parent < 0) {
		xns_fail(ctx, -parent, "find the parent user namespace");
		if (parent == -ENOENT)
			xns_because(ctx, "--user-parent needs a namespace whose owner it is");
		else if (parent == -EPERM)
			xns_because(ctx, "it is above the caller's user namespace");
		return parent;
	}
	xns_cleanup_close(&plan->ns[XNS_USER]);
	plan->ns[XNS_USER] = parent;
	/* The caller's own: nothing needs to be done to be in it. */
	if (own_inode(self, XNS_USER, &own) == 0 && fstat(parent, &st) == 0 &&
	    st.st_ino == own) {
		close(parent);
		plan->ns[XNS_USER] = -1;
		plan->left_out |= XNS_TYPE_BIT(XNS_USER);
	}
	return 0;
}

int xns_entry_open(struct xns_ctx *ctx, struct xns_entry *plan)
{
	int *fd = plan->ns;

	xns_for_each_type (t) {
		if (!(plan->from_target & XNS_TYPE_BIT(t)) || fd[t] >= 0)
			continue;
		fd[t] = xns_target_ns(ctx, &plan->target, t);
		if (fd[t] >= 0)
			continue;
		if (xns_target_state(&plan->target) == 'Z')
			xns_because(ctx, "process %d is a zombie: it has left its namespaces",
				    plan->target.pid);
		else if (fd[t] == -EACCES)
			xns_because(ctx,
				    "it is not the caller's process, or may not be traced; "
				    "CAP_SYS_PTRACE would be needed");
		return fd[t];
	}
	return 0;
}

int xns_entry_choose(struct xns_ctx *ctx, struct xns_entry *plan)
{
	bool mixed = plan->o.user_parent;
	int err;

	xns_for_each_type (t) {
		if (plan->ns[t] < 0)
			continue;
		mixed = true;
		plan->from_target &= ~XNS_TYPE_BIT(t);
	}
	bool at_once = !mixed && plan->target.pidfd >= 0;
	if (plan->o.all)
		leave_out(plan, at_once);
	note_other_children(plan);
	plan->one_call = at_once && plan->from_target;
	if (!plan->one_call && (err = xns_entry_open(ctx, plan)) < 0)
		return err;
	if (plan->o.user_parent && (err = find_user_parent(ctx, plan)) < 0)
		return err;
	plan->types = plan->one_call ? plan->from_target : 0;
	xns_for_each_type (t)
		if (plan->ns[t] >= 0)
			plan->types |= XNS_TYPE_BIT(t);
	plan->fork = (plan->types & XNS_TYPE_BIT(XNS_PID)) && !plan->o.no_fork;
	return 0;
}
