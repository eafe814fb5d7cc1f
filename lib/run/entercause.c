/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Why setns(2) refused: the kernel's errno together with what can be found out about it. */
#include "config.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "kernel.h"
#include "ns/handle.h"
#include "run/enter.h"

static uint32_t inode_of(int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 ? (uint32_t)st.st_ino : 0;
}

static bool has_cap(unsigned cap)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return syscall(SYS_capget, &head, data) == 0 &&
	       (data[cap / 32].effective & (1u << cap % 32));
}

/*
 * Is the PID namespace @fd above the caller's? Then the caller has a number in it (6.11). The
 * kernel shows nobody the parent of his own PID namespace, so there is no way up from below.
 */
static bool is_above(int fd)
{
	return ioctl(fd, XNS_NS_GET_PID_IN_PIDNS, (long)getpid()) > 0;
}

static void because_einval(struct xns_ctx *ctx, enum xns_type type, int fd, int own)
{
	if (inode_of(fd) == inode_of(own) && type == XNS_USER)
		xns_because(ctx, "it is the caller's own user namespace, which cannot be "
				 "joined again");
	else if (type == XNS_PID && inode_of(fd) != inode_of(own) && is_above(fd))
		xns_because(ctx,
			    "pid:[%u] is above the caller's PID namespace; only the "
			    "caller's own and those below it can be joined",
			    inode_of(fd));
	else if (type == XNS_PID)
		xns_because(ctx, "only the caller's own PID namespace and those below it can "
				 "be joined");
	else if (type == XNS_USER)
		xns_because(ctx, "a user namespace cannot be joined by a process that shares "
				 "its file system context or has threads");
}

static void because_eperm(struct xns_ctx *ctx, const struct xns_entry *plan, enum xns_type type,
			  int fd)
{
	xns_auto_close int own = xns_handle_open(ctx->proc_fd, "self/ns/user");
	xns_auto_close int owner = fd < 0 ? -1 : xns_handle_owner(fd);
	uint32_t ino = type == XNS_USER ? inode_of(fd) : inode_of(owner);
	const char *caps =
		type == XNS_MNT ? "CAP_SYS_ADMIN and CAP_SYS_CHROOT are" : "CAP_SYS_ADMIN is";

	if (!ino)
		xns_because(ctx,
			    "%s needed in the user namespace that owns it, which is "
			    "not below the caller's",
			    caps);
	else if (ino == inode_of(own) && has_cap(CAP_SYS_ADMIN) && type == XNS_MNT &&
		 !has_cap(CAP_SYS_CHROOT))
		xns_because(ctx, "CAP_SYS_CHROOT is missing");
	else if (ino == inode_of(own))
		xns_because(ctx, "%s needed in user:[%u], the caller's user namespace", caps,
			    ino);
	else if (type == XNS_USER)
		xns_because(ctx,
			    "CAP_SYS_ADMIN is needed in user:[%u]; its owner and root "
			    "have it",
			    ino);
	else if (!(plan->types & XNS_TYPE_BIT(XNS_USER)))
		xns_because(ctx,
			    "%s needed in user:[%u], which owns it: enter that too, "
			    "with --user or --all, or with --user-parent",
			    caps, ino);
	else
		xns_because(ctx, "%s needed in user:[%u], which owns it", caps, ino);
}

void xns_entry_because(struct xns_ctx *ctx, const struct xns_entry *plan, enum xns_type type,
		       int fd, int err)
{
	char link[32];

	snprintf(link, sizeof(link), "self/ns/%s", xns_types[type].name);
	xns_auto_close int own = xns_handle_open(ctx->proc_fd, link);
	switch (err) {
	case EINVAL:
		because_einval(ctx, type, fd, own);
		break;
	case EPERM:
		because_eperm(ctx, plan, type, fd);
		break;
	case EUSERS:
		xns_because(ctx, "a process that has threads cannot join a time namespace");
		break;
	default:
		break;
	}
}
