/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The private mounts of `ip netns exec`. */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

#include "run/netns.h"

/* A new sysfs shows the network namespace of whoever mounts it. */
static int mount_sys(struct xns_ctx *ctx)
{
	struct statvfs fs;
	unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;

	if (statvfs("/sys", &fs) == 0 && (fs.f_flag & ST_RDONLY))
		flags |= MS_RDONLY;
	if (umount2("/sys", MNT_DETACH) < 0 && errno != EINVAL && errno != ENOENT)
		return xns_fail(ctx, errno, "unmount /sys");
	if (mount("sysfs", "/sys", "sysfs", flags, NULL) < 0 && errno != ENOENT)
		return xns_fail(ctx, errno, "mount /sys");
	return 0;
}

static int bind_etc(struct xns_ctx *ctx, const char *name)
{
	char from[PATH_MAX], to[PATH_MAX];
	struct dirent *d;
	int err = 0;

	snprintf(from, sizeof(from), "/etc/netns/%s", name);
	DIR *dir = opendir(from);
	if (!dir)
		return errno == ENOENT ? 0 : xns_fail(ctx, errno, "open %s", from);
	while (err == 0 && (d = readdir(dir))) {
		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;
		snprintf(from, sizeof(from), "/etc/netns/%s/%s", name, d->d_name);
		snprintf(to, sizeof(to), "/etc/%s", d->d_name);
		/* As `ip netns exec`: what has no counterpart in /etc is not bound. */
		if (access(to, F_OK) == 0 && mount(from, to, "none", MS_BIND, NULL) < 0)
			err = xns_fail(ctx, errno, "bind %s over %s", from, to);
	}
	closedir(dir);
	return err;
}

int xns_netns_mounts(struct xns_ctx *ctx, const char *name)
{
	int err;

	if (unshare(CLONE_NEWNS) < 0)
		return xns_fail(ctx, errno, "make a mount namespace");
	/* Mounts made outside later do arrive, ours stay in. */
	if (mount("none", "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		return xns_fail(ctx, errno, "keep mounts from spreading");
	err = mount_sys(ctx);
	return err < 0 ? err : bind_etc(ctx, name);
}
