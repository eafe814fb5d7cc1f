/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel's own lists: all mount namespaces, also those that nobody is in (6.12), and all
 * namespaces whatever holds them, a message that is under way too: its chains of them (6.18, by
 * way of BPF), or listns (6.19). Each that is met is asked at once for all the scan wants,
 * while it is open.
 */
#include "config.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "kernel.h"
#include "ns/handle.h"
#include "scan/bpfscan.h"
#include "scan/walk.h"

#define AS_INITIAL_ROOT "run as root in the initial PID namespace"

static const char in_flight[] = "descriptors in flight";

/* --- mount namespaces ------------------------------------------------------------------- */

/* The mount namespace before or after @fd, and its id; a negative errno: -ENOENT at the end. */
static int step(int fd, bool forward, uint64_t *id)
{
	struct xns_mnt_ns_info info = { .size = sizeof(info) };
	int next = ioctl(fd, forward ? XNS_NS_MNT_GET_NEXT : XNS_NS_MNT_GET_PREV, &info);

	if (next < 0)
		return -errno;
	*id = info.mnt_ns_id;
	return next;
}

int xns_walk_mounts(int proc_fd, int (*visit)(void *arg, int fd, uint64_t id), void *arg)
{
	xns_auto_close int own = openat(proc_fd, "self/ns/mnt", O_RDONLY | O_CLOEXEC);
	uint64_t id;
	int err = 0;

	if (own < 0 || xns_handle_id(own, &id) < 0)
		return -ENOTTY;
	err = visit(arg, own, id);
	for (int forward = 0; forward <= 1 && !err; forward++) {
		int at = fcntl(own, F_DUPFD_CLOEXEC, 3), next;

		if (at < 0)
			return -errno;
		while ((next = step(at, forward, &id)) >= 0) {
			close(at);
			at = next;
			err = visit(arg, at, id);
			if (err)
				break;
		}
		close(at);
		if (next < 0 && next != -ENOENT)
			return next;
	}
	return err;
}

static int add_mount_ns(void *arg, int fd, uint64_t id)
{
	return xns_add_open(arg, XNS_MNT, fd, id);
}

static int list_mount_namespaces(struct xns_scan *s)
{
	int err = xns_walk_mounts(s->ctx->proc_fd, add_mount_ns, s);

	if (err == -ENOTTY || err == -EINVAL)
		snap_gap(s, XNS_GAP_KERNEL, 0, "mount namespaces without processes",
			 "kernel < 6.12");
	else if (err == -EPERM || err == -EACCES)
		snap_gap(s, XNS_GAP_UNREADABLE, 0, "mount namespaces without processes",
			 AS_INITIAL_ROOT);
	return err == -ENOMEM ? err : 0;
}

/* --- all namespaces --------------------------------------------------------------------- */

/* The kernel shows all of them to root of the whole machine, to others only their own. */
static bool sees_all(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
	struct stat user, pid;

	return stat("/proc/self/ns/user", &user) == 0 && stat("/proc/self/ns/pid", &pid) == 0 &&
	       user.st_ino == XNS_INIT_USER_INODE && pid.st_ino == XNS_INIT_PID_INODE &&
	       syscall(SYS_capget, &head, data) == 0 &&
	       (data[CAP_TO_INDEX(CAP_SYS_ADMIN)].effective & CAP_TO_MASK(CAP_SYS_ADMIN));
}

static int list_type(struct xns_scan *s, enum xns_type type)
{
	enum { IDS = 512 };
	struct xns_ns_id_req req = { .size = sizeof(req),
				     .ns_type = (uint32_t)xns_types[type].flag };
	uint64_t ids[IDS];

	for (;;) {
		long n = syscall(SYS_listns, &req, ids, (size_t)IDS, 0);
		if (n < 0)
			return -errno;
		for (long i = 0; i < n; i++) {
			xns_auto_close int fd = xns_handle_open_id(type, ids[i], 0);
			int err = fd < 0 ? 0 : xns_add_open(s, type, fd, ids[i]);
			if (err < 0)
				return err;
		}
		if (n < IDS)
			return 0;
		req.ns_id = ids[n - 1];
	}
}

static int list_all_namespaces(struct xns_scan *s)
{
	/* The chains hold what listns leaves out: what only sockets keep. */
	int err = xns_bpf_list(s, XNS_ALL_TYPES);

	if (err == 0 || err == -ENOMEM)
		return err;
	xns_for_each_type (t) {
		err = list_type(s, t);
		if (err == -ENOMEM)
			return err;
		if (err < 0)
			break;
	}
	if (err == -ENOSYS)
		snap_gap(s, XNS_GAP_KERNEL, 0, in_flight, "kernel < 6.19");
	else if (err < 0 || !sees_all())
		snap_gap(s, XNS_GAP_UNREADABLE, 0, in_flight, AS_INITIAL_ROOT);
	return 0;
}

int xns_collect_kernel(struct xns_scan *s)
{
	int err = list_all_namespaces(s);

	return err ? err : list_mount_namespaces(s);
}
