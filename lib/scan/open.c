/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opening a namespace of the snapshot through whatever is known to hold it. */
#include "config.h"

#include <fcntl.h>

#include "ns/handle.h"
#include "scan/snapshot.h"

/* What is there may have changed since it was seen: only the namespace that is meant counts. */
static int open_checked(int dirfd, const char *path, const struct xns_ns *ns)
{
	xns_auto_close int fd = xns_handle_open(dirfd, path);
	enum xns_type type;
	uint32_t inode;

	if (fd < 0)
		return fd;
	int err = xns_handle_identify(fd, &type, &inode);
	if (err < 0)
		return err;
	if (type != ns->type || inode != ns->inode)
		return -ESTALE;
	return xns_steal_fd(&fd);
}

static int open_holder(struct xns_scan *s, const struct xns_holder *h, const struct xns_ns *ns)
{
	const struct xns_type_info *info = &xns_types[ns->type];
	char path[64];

	switch (h->kind) {
	case XNS_HELD_TASK:
		snprintf(path, sizeof(path), "%u/task/%u/ns/%s", h->pid, h->tid, info->name);
		break;
	case XNS_HELD_CHILDREN:
		if (!info->for_children)
			return -EINVAL;
		snprintf(path, sizeof(path), "%u/task/%u/ns/%s", h->pid, h->tid,
			 info->for_children);
		break;
	case XNS_HELD_FD:
		snprintf(path, sizeof(path), "%u/fd/%d", h->pid, h->fd);
		break;
	case XNS_HELD_MOUNT:
		/* A path means what it says only in the caller's own mount namespace. */
		if (h->via != SNAP_NONE)
			return -EINVAL;
		return open_checked(AT_FDCWD, h->path, ns);
	default:
		return -ENOENT;
	}
	return open_checked(s->ctx->proc_fd, path, ns);
}

int snap_open_ns(struct xns_scan *s, uint32_t index)
{
	const struct xns_ns *ns = &s->ns[index];
	char path[48];
	int fd = -ENOENT;

	if (ns->fd >= 0) {
		fd = fcntl(ns->fd, F_DUPFD_CLOEXEC, 3);
		return fd < 0 ? -errno : fd;
	}
	if (ns->leader != SNAP_NONE) {
		snprintf(path, sizeof(path), "%u/ns/%s", s->procs[ns->leader].pid,
			 xns_types[ns->type].name);
		fd = open_checked(s->ctx->proc_fd, path, ns);
	}
	for (uint32_t h = ns->holders; fd < 0 && h != SNAP_NONE; h = s->holders[h].next)
		fd = open_holder(s, &s->holders[h], ns);
	return fd;
}
