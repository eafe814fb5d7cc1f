/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a new mount namespace is given: propagation, proc, binfmt_misc, another root. */
#include "config.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "kernel.h"
#include "run/run.h"

int xns_set_propagation(struct xns_run *run)
{
	static const unsigned long flags[] = {
		[XNS_PROPAGATION_PRIVATE] = MS_REC | MS_PRIVATE,
		[XNS_PROPAGATION_SHARED] = MS_REC | MS_SHARED,
		[XNS_PROPAGATION_SLAVE] = MS_REC | MS_SLAVE,
	};

	if (mount("none", "/", NULL, flags[run->plan->propagation], NULL) == 0)
		return 0;
	int rc = xns_fail(run->ctx, errno, "change the propagation of /");
	if (rc == -EINVAL)
		xns_because(run->ctx, "the root directory is no mount point: this is a chroot; "
				      "use --propagation unchanged");
	return rc;
}

/*
 * Makes the mount that holds @fd private, so that what is mounted there stays in this
 * namespace. ".." leads to the top of the mount, however deep @fd is.
 */
static int isolate(struct xns_run *run, int fd)
{
	xns_auto_close int at = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	struct statx stx;

	while (at >= 0 && statx(at, "", AT_EMPTY_PATH, 0, &stx) == 0 &&
	       (stx.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT)) {
		if (stx.stx_attributes & STATX_ATTR_MOUNT_ROOT) {
			if (fchdir(at) == 0 && mount("none", ".", NULL, MS_PRIVATE, NULL) == 0)
				return 0;
			break;
		}
		int up = openat(at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		close(at);
		at = up;
	}
	return xns_fail(run->ctx, errno, "keep a mount in this namespace");
}

/*
 * Mounts @type on the directory @path. The directory is found first and then mounted on as ".",
 * so that nobody can put a link in between, and no /proc is needed.
 */
static int mount_on(struct xns_run *run, const char *type, const char *path)
{
	const unsigned long flags = MS_NOSUID | MS_NOEXEC | MS_NODEV;
	xns_auto_close int back = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	xns_auto_close int fd = xns_open_target(run->ctx, path);
	int rc = 0;

	if (fd < 0) {
		xns_fail(run->ctx, -fd, "mount %s failed", path);
		return fd;
	}
	if (back < 0)
		return xns_fail(run->ctx, errno, "open the working directory");
	if (run->plan->propagation != XNS_PROPAGATION_PRIVATE)
		rc = isolate(run, fd);
	if (rc == 0 && (fchdir(fd) < 0 || mount(type, ".", type, flags, NULL) < 0))
		rc = xns_fail(run->ctx, errno, "mount %s failed", path);
	if (fchdir(back) < 0 && rc == 0)
		rc = xns_fail(run->ctx, errno, "return to the working directory");
	return rc;
}

int xns_mount_proc(struct xns_run *run)
{
	int rc = mount_on(run, "proc", run->plan->mount_proc);

	if (rc < 0)
		xns_why_mount_proc(run, -rc);
	return rc;
}

static int write_register(struct xns_run *run, const char *dir)
{
	const char *text = run->plan->load_interp;
	xns_auto_close int at = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	xns_auto_close int fd = openat(at, "register", O_WRONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return xns_fail(run->ctx, errno, "write failed %s/register", dir);
	return 0;
}

/* Does the line's last field have the flag F: open the interpreter now, once for all? */
static bool wants_fixed_binary(const char *line)
{
	const char *flags = *line ? strrchr(line, *line) : NULL;

	return flags && strchr(flags, 'F');
}

/*
 * With F the interpreter is the caller's, not one inside the new root: it is registered before
 * the root changes. The mount is seen again inside, since one user namespace has one
 * binfmt_misc.
 */
int xns_load_interp_outside(struct xns_run *run)
{
	const char *dir = "/proc/sys/fs/binfmt_misc";

	if (!run->plan->root || !wants_fixed_binary(run->plan->load_interp))
		return 0;
	int rc = mount_on(run, "binfmt_misc", dir);
	return rc < 0 ? rc : write_register(run, dir);
}

int xns_mount_binfmt(struct xns_run *run)
{
	const struct xns_create *plan = run->plan;
	int rc = mount_on(run, "binfmt_misc", plan->mount_binfmt);

	if (rc == -ENODEV || rc == -EPERM)
		xns_because(run->ctx, "binfmt_misc in a user namespace needs Linux 6.7 and its "
				      "module loaded");
	if (rc < 0 || !plan->load_interp ||
	    (plan->root && wants_fixed_binary(plan->load_interp)))
		return rc;
	return write_register(run, plan->mount_binfmt);
}

int xns_change_root(struct xns_run *run)
{
	const char *root = run->plan->root;

	if (chroot(root) < 0) {
		int rc =
			xns_fail(run->ctx, errno, "cannot change root directory to '%s'", root);

		if (rc == -EPERM)
			xns_because(run->ctx,
				    "chroot needs CAP_SYS_CHROOT: an ordinary user gets "
				    "it with -r");
		return rc;
	}
	if (chdir("/") < 0)
		return xns_fail(run->ctx, errno, "cannot chdir to '/'");
	return 0;
}

int xns_change_dir(struct xns_run *run)
{
	if (chdir(run->plan->wd) < 0)
		return xns_fail(run->ctx, errno, "cannot chdir to '%s'", run->plan->wd);
	return 0;
}
