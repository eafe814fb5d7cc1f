/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Executing a plan to enter namespaces: joining, and becoming the program. */
#include "config.h"

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <sys/prctl.h>

#include "kernel.h"
#include "run/enter.h"
#include "run/sealed.h"

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2) /* 5.11 */
#endif
#ifndef SYS_close_range
#define SYS_close_range 436 /* 5.9 */
#endif

void xns_entry_init(struct xns_entry *plan)
{
	*plan = (struct xns_entry){ .root = -1, .wd = -1, .stand_in = -1 };
	xns_target_init(&plan->target);
	xns_cgroups_init(&plan->cgroups);
	xns_for_each_type (t)
		plan->ns[t] = -1;
}

void xns_entry_close(struct xns_entry *plan)
{
	xns_target_close(&plan->target);
	xns_cgroups_close(&plan->cgroups);
	xns_cleanup_close(&plan->root);
	xns_cleanup_close(&plan->wd);
	xns_cleanup_close(&plan->stand_in);
	xns_for_each_type (t)
		xns_cleanup_close(&plan->ns[t]);
	xns_entry_init(plan);
}

/* --- before: what lies outside ---------------------------------------------------------- */

/* The label as attr/exec takes it: SELinux's as it is, AppArmor's profile without its mode. */
static int read_label(struct xns_ctx *ctx, struct xns_entry *plan)
{
	xns_auto_free char *text = NULL;
	ssize_t n = xns_read_file(plan->target.dir, "attr/apparmor/current", 4096, &text);

	plan->apparmor = n > 0;
	if (n <= 0) {
		free(text);
		text = NULL;
		n = xns_read_file(plan->target.dir, "attr/current", 4096, &text);
	}
	/* No label system is active: nothing to be followed, as for nsenter. */
	if (n == -EINVAL || n == -ENOENT || n == 0)
		return 0;
	if (n < 0)
		return xns_fail(ctx, (int)-n, "read the security label of process %d",
				plan->target.pid);
	text[strcspn(text, "\n")] = '\0';
	if (plan->apparmor && strcmp(text, "unconfined") == 0)
		return 0;
	char *mode = plan->apparmor ? strrchr(text, '(') : NULL;
	if (mode && mode > text && mode[-1] == ' ')
		mode[-1] = '\0';
	if (snprintf(plan->label, sizeof(plan->label), "%s%s", plan->apparmor ? "exec " : "",
		     text) >= (int)sizeof(plan->label))
		return xns_fail(ctx, ENAMETOOLONG, "keep the security label of process %d",
				plan->target.pid);
	return 0;
}

static int read_bounding(struct xns_ctx *ctx, struct xns_entry *plan)
{
	char value[32], *end;
	int err = xns_proc_status(ctx, plan->target.dir, "CapBnd:", value, sizeof(value));

	if (err < 0)
		return err;
	plan->bounding = strtoull(value, &end, 16);
	return *end || end == value
		       ? xns_fail(ctx, EINVAL, "parse CapBnd of process %d", plan->target.pid)
		       : 0;
}

int xns_entry_prepare(struct xns_ctx *ctx, struct xns_entry *plan)
{
	int err = xns_entry_choose(ctx, plan);

	if (err == 0 && plan->o.join_cgroup)
		err = xns_cgroups_open(ctx, &plan->target, &plan->cgroups);
	if (err == 0 && plan->o.follow_label)
		err = read_label(ctx, plan);
	if (err == 0 && plan->o.drop_caps)
		err = read_bounding(ctx, plan);
	if (err == 0 && ((plan->types & XNS_TYPE_BIT(XNS_MNT)) || plan->root >= 0)) {
		plan->stand_in = xns_sealed_new(ctx);
		if (plan->stand_in == -EACCES)
			xns_because(ctx, "the sysctl vm.memfd_noexec forbids what keeps this "
					 "program's file safe from the target");
		err = plan->stand_in < 0 ? plan->stand_in : 0;
	}
	return err;
}

/* --- joining ---------------------------------------------------------------------------- */

static int join_namespaces(struct xns_ctx *ctx, struct xns_entry *plan)
{
	unsigned flags = 0;
	int err;

	if (!plan->types)
		return 0;
	if (plan->one_call) {
		xns_for_each_type (t)
			if (plan->from_target & XNS_TYPE_BIT(t))
				flags |= (unsigned)xns_types[t].flag;
		if (setns(plan->target.pidfd, (int)flags) == 0)
			return 0;
		/*
		 * Before 5.8 (EINVAL), or refused as a whole: nothing was joined. One by one it
		 * may work, and if not, it shows which one it is.
		 */
		if (errno == ESRCH)
			return xns_target_check(ctx, &plan->target);
		xns_entry_ask(plan);
		err = xns_entry_open(ctx, plan);
		if (err < 0)
			return err;
		/* A descriptor of a process that has ended may be of any process since. */
		if ((err = xns_target_check(ctx, &plan->target)) < 0)
			return err;
	}
	return xns_join_each(ctx, plan, plan->ns);
}

/* Is the working directory below the root directory? The kernel marks it if it is not. */
static int check_inside(struct xns_ctx *ctx, const char *name)
{
	char path[PATH_MAX];
	long n = syscall(SYS_getcwd, path, sizeof(path));

	if (n < 0 && errno != ERANGE)
		return xns_fail(ctx, errno, "change to '%s'", name);
	if (n < 0 || path[0] == '/')
		return 0;
	xns_fail(ctx, EXDEV, "change to '%s'", name);
	xns_because(ctx, "the directory is outside of what is entered and would be a way out "
			 "of it; --wdns=DIR takes one that is inside, --wd-outside allows it");
	return -EXDEV;
}

static int change_directories(struct xns_ctx *ctx, struct xns_entry *plan)
{
	bool moved = plan->root >= 0 || (plan->types & XNS_TYPE_BIT(XNS_MNT));

	if (plan->root >= 0) {
		if (fchdir(plan->root) < 0 || chroot(".") < 0)
			return xns_fail(ctx, errno, "change the root directory");
		if (chdir("/") < 0)
			return xns_fail(ctx, errno, "change to the new root directory");
	} else if ((plan->left_out & XNS_TYPE_BIT(XNS_MNT)) && plan->o.all && plan->wd < 0) {
		/* As joining it would have done. */
		if (chdir("/") < 0)
			return xns_fail(ctx, errno, "change to the root directory");
	}
	if (plan->wd >= 0) {
		if (fchdir(plan->wd) < 0)
			return xns_fail(ctx, errno, "change to '%s'", plan->wd_name);
		if (moved && !plan->o.wd_outside)
			return check_inside(ctx, plan->wd_name);
	} else if (plan->o.wdns) {
		if (chdir(plan->o.wdns) < 0)
			return xns_fail(ctx, errno, "change to '%s'", plan->o.wdns);
		/* Inside, a symbolic link may lead to one of our own descriptors. */
		if (moved)
			return check_inside(ctx, plan->o.wdns);
	}
	return 0;
}

static int become_untraceable(struct xns_ctx *ctx)
{
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return xns_fail(ctx, errno, "become untraceable (PR_SET_DUMPABLE)");
	return 0;
}

int xns_entry_enter(struct xns_ctx *ctx, struct xns_entry *plan)
{
	int err;

	/* From now on those inside may see this process: they must not trace it. */
	err = become_untraceable(ctx);
	if (err == 0)
		err = join_namespaces(ctx, plan);
	/* A change of credentials may have undone it (the sysctl fs.suid_dumpable). */
	if (err == 0)
		err = become_untraceable(ctx);
	return err < 0 ? err : change_directories(ctx, plan);
}

/* --- becoming the program --------------------------------------------------------------- */

static int set_label(struct xns_ctx *ctx, const struct xns_entry *plan)
{
	const char *name =
		plan->apparmor ? "thread-self/attr/apparmor/exec" : "thread-self/attr/exec";
	xns_auto_close int fd = openat(ctx->proc_fd, name, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, plan->label, strlen(plan->label)) < 0)
		return xns_fail(ctx, errno, "take over the security label '%s'", plan->label);
	return 0;
}

/* Every descriptor from @first on ends with the exec. */
static int close_on_exec(struct xns_ctx *ctx, unsigned first)
{
	if (syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
		return 0;
	if (errno != ENOSYS && errno != EINVAL)
		return xns_fail(ctx, errno, "close the caller's descriptors");
	long last = sysconf(_SC_OPEN_MAX);
	for (long fd = first; fd < (last < 0 || last > 1 << 20 ? 1 << 20 : last); fd++)
		fcntl((int)fd, F_SETFD, FD_CLOEXEC);
	return 0;
}

int xns_entry_become(struct xns_ctx *ctx, struct xns_entry *plan)
{
	int err = xns_cgroups_join(ctx, &plan->cgroups, !plan->fork);

	if (err == 0 && *plan->label)
		err = set_label(ctx, plan);
	if (err == 0)
		err = xns_entry_ids(ctx, plan);
	if (err == 0)
		err = become_untraceable(ctx);
	if (err == 0 && plan->o.no_new_privs && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		err = xns_fail(ctx, errno, "set no_new_privs");
	if (err == 0)
		err = close_on_exec(ctx, 3 + plan->o.preserve_fds);
	return err;
}
