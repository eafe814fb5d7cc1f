/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opening a namespace of the snapshot through whatever is known to hold it. */
#include "config.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "kernel.h"
#include "ns/handle.h"
#include "scan/inside.h"
#include "scan/read.h"
#include "scan/walk.h"

/* What is there may have changed since it was seen: only the namespace that is meant counts. */
static int checked(int opened, const struct xns_ns *ns)
{
	xns_auto_close int fd = opened;
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

/* A link below PID/fd leads to anything, perhaps to another thing than a moment ago. */
static int open_fd_link(struct xns_scan *s, const char *path, const struct xns_ns *ns)
{
	return checked(xns_handle_open(s->ctx->proc_fd, path), ns);
}

/*
 * A link below PID/ns of a true procfs leads to a namespace and nowhere else, to one of the
 * type that its name tells: which one it is now is all that is to be seen. With thousands of
 * namespaces to open, half of the system calls matter.
 */
static int open_link(struct xns_scan *s, const char *path, const struct xns_ns *ns)
{
	struct stat st;

	if (!s->ctx->own_proc)
		return open_fd_link(s, path, ns);
	xns_auto_close int fd = openat(s->ctx->proc_fd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	return st.st_ino == ns->inode ? xns_steal_fd(&fd) : -ESTALE;
}

/* The PID namespace of children that has no process yet: no link leads there (6.11). */
static int open_unborn(const struct xns_scan *s, uint32_t pid, uint32_t tid)
{
	bool thread = tid && tid != pid;

	if (!s->ctx->own_proc)
		return -ENOENT;
	xns_auto_close int pidfd = (int)syscall(SYS_pidfd_open, (pid_t)(thread ? tid : pid),
						thread ? XNS_PIDFD_THREAD : 0);
	if (pidfd < 0)
		return -errno;
	int fd = ioctl(pidfd, XNS_PIDFD_GET_NS(xns_types[XNS_PID].pidfd_get_children), 0);
	return fd < 0 ? -errno : fd;
}

static int open_children(struct xns_scan *s, const struct snap_holder *h,
			 const struct xns_ns *ns)
{
	const struct xns_type_info *info = &xns_types[ns->type];
	char path[64];

	snprintf(path, sizeof(path), "%u/task/%u/ns/%s", h->pid, h->tid, info->for_children);
	int fd = open_link(s, path, ns);
	if (fd < 0 && ns->type == XNS_PID)
		fd = checked(open_unborn(s, h->pid, h->tid), ns);
	return fd;
}

/* The network namespace that a socket or a tun descriptor belongs to. */
static int open_net_of(const struct xns_scan *s, const struct snap_holder *h)
{
	xns_auto_close int socket = xns_borrow_fd(s, h->pid, h->tid, h->fd);
	int fd = socket < 0 ? socket : ioctl(socket, XNS_SIOCGSKNS);

	return socket >= 0 && fd < 0 ? -errno : fd;
}

static int open_mount(struct xns_scan *s, const struct snap_holder *h, const struct xns_ns *ns)
{
	if (h->via == s->own_mnt)
		return checked(xns_open_mounted(s->ctx->proc_fd, -1, h->path), ns);
	xns_auto_close int mnt = snap_open_ns(s, h->via);
	return mnt < 0 ? mnt : checked(xns_open_mounted(s->ctx->proc_fd, mnt, h->path), ns);
}

static int open_holder(struct xns_scan *s, const struct snap_holder *h, const struct xns_ns *ns)
{
	char path[64];

	switch (h->kind) {
	case XNS_HELD_TASK:
		snprintf(path, sizeof(path), "%u/task/%u/ns/%s", h->pid, h->tid,
			 xns_types[ns->type].name);
		return open_link(s, path, ns);
	case XNS_HELD_CHILDREN:
		return open_children(s, h, ns);
	case XNS_HELD_FD:
		snprintf(path, sizeof(path), "%u/task/%u/fd/%d", h->pid, h->tid, h->fd);
		return open_fd_link(s, path, ns);
	case XNS_HELD_SOCKET:
	case XNS_HELD_TUN:
		return checked(open_net_of(s, h), ns);
	case XNS_HELD_MOUNT:
		return open_mount(s, h, ns);
	default:
		return -ENOENT;
	}
}

/* Parents and owners without anybody: through one of those that are related to them. */
static int open_relative(struct xns_scan *s, uint32_t index)
{
	for (uint32_t i = 0; i < s->nns; i++) {
		const struct xns_ns *ns = &s->ns[i];
		if (i == index || (ns->owner != index && ns->parent != index))
			continue;
		xns_auto_close int child = snap_open_ns(s, i);
		if (child < 0)
			continue;
		return checked(ns->owner == index ? xns_handle_owner(child)
						  : xns_handle_parent(child),
			       &s->ns[index]);
	}
	return -ENOENT;
}

struct sought {
	uint64_t id;
	int fd;
};

static int is_sought(void *arg, int fd, uint64_t id)
{
	struct sought *sought = arg;

	if (id != sought->id)
		return 0;
	sought->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return 1;
}

/* By id: one step where there are handles (6.18), else the walk through mount namespaces. */
static int open_by_id(struct xns_scan *s, const struct xns_ns *ns)
{
	struct sought sought = { .id = ns->id, .fd = -1 };

	if (!(ns->known & NS_KNOWS_ID))
		return -ENOENT;
	int fd = checked(xns_handle_open_id(ns->type, ns->id, ns->inode), ns);
	if (fd >= 0 || ns->type != XNS_MNT)
		return fd;
	xns_walk_mounts(s->ctx->proc_fd, is_sought, &sought);
	return sought.fd < 0 ? -ENOENT : checked(sought.fd, ns);
}

int snap_open_ns(struct xns_scan *s, uint32_t index)
{
	const struct xns_ns *ns = &s->ns[index];
	char path[48];
	int fd = -ENOENT;

	if (ns->leader != SNAP_NONE) {
		snprintf(path, sizeof(path), "%u/ns/%s", s->procs[ns->leader].pid,
			 xns_types[ns->type].name);
		fd = open_link(s, path, ns);
	}
	/* Where no other way leads there, either, this is the reason to tell. */
	int first = snap_is_fault(fd) || fd == -EACCES || fd == -EPERM ? fd : 0;
	if (fd < 0 && ns->first == SNAP_NONE)
		fd = open_by_id(s, ns);
	for (uint32_t h = ns->first; fd < 0 && h != SNAP_NONE; h = s->holders[h].next) {
		fd = open_holder(s, &s->holders[h], ns);
		if (!first && snap_is_fault(fd < 0 ? fd : 0) && fd != -EAGAIN)
			first = fd;
	}
	bool would_wait = fd == -EAGAIN;
	if (fd < 0)
		fd = open_by_id(s, ns);
	if (fd < 0)
		fd = open_relative(s, index);
	if (fd < 0 && would_wait)
		return -EAGAIN;
	return fd < 0 && first ? first : fd;
}

XNS_EXPORT int xns_ns_open(const struct xns_scan *scan, const struct xns_ns *ns)
{
	struct xns_scan *s = (struct xns_scan *)scan; /* nothing in it changes */
	int fd = snap_open_ns(s, (uint32_t)(ns - s->ns));

	if (fd < 0)
		return xns_fail(s->ctx, -fd, "open namespace %s:[%u]", xns_types[ns->type].name,
				ns->inode);
	return fd;
}
