/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Namespaces that bind mounts hold, in every mount namespace. The caller's own is read from
 * mountinfo; of the others the kernel is asked by id (6.11), without going there. Where it does
 * not tell, a thread goes and reads mountinfo; where that may not be, a member's has to do.
 */
#include "config.h"

#include <sys/syscall.h>

#include "kernel.h"
#include "ns/handle.h"
#include "scan/inside.h"
#include "scan/mountinfo.h"
#include "scan/snapshot.h"

enum { MAX_MOUNTINFO = 256 << 20, IDS = 256 };

static int add_mount(struct xns_scan *s, const struct xns_nsfs_mount *mount, uint32_t via)
{
	uint32_t ns = snap_ns(s, mount->type, mount->inode);

	if (ns == SNAP_NONE)
		return -ENOMEM;
	return snap_hold(s, &(struct snap_hold){ .ns = ns,
						 .kind = XNS_HELD_MOUNT,
						 .fd = -1,
						 .via = via,
						 .path = mount->path });
}

static int add_mountinfo(struct xns_scan *s, char *text, uint32_t via)
{
	struct xns_nsfs_mount mount;
	int err = 0;

	while (!err && xns_mountinfo_next(&text, &mount))
		err = add_mount(s, &mount, via);
	return err;
}

/* --- by id ------------------------------------------------------------------------------ */

static int ask_mount(uint64_t ns_id, uint64_t mnt_id, uint64_t mask, void *buf, size_t size)
{
	struct xns_mnt_id_req req = {
		.size = sizeof(req), .mnt_id = mnt_id, .param = mask, .mnt_ns_id = ns_id
	};

	return syscall(SYS_statmount, &req, buf, size, 0) < 0 ? -errno : 0;
}

/* A namespace that is mounted adds one to @found. */
static int ask_one(struct xns_scan *s, uint32_t via, uint64_t mnt_id, size_t *found)
{
	enum { PATHS = XNS_STATMOUNT_MNT_ROOT | XNS_STATMOUNT_MNT_POINT, LONG = 1 << 20 };
	union {
		struct xns_statmount st;
		char room[sizeof(struct xns_statmount) + 4096 + 128];
	} m;
	struct xns_statmount *st = &m.st;
	xns_auto_free void *more = NULL;
	uint64_t ns_id = s->ns[via].id;
	struct xns_nsfs_mount mount;

	int err = ask_mount(ns_id, mnt_id, XNS_STATMOUNT_SB_BASIC, st, sizeof(*st));
	if (err < 0 || st->sb_magic != XNS_NSFS_MAGIC)
		return err;
	err = ask_mount(ns_id, mnt_id, PATHS, st, sizeof(m));
	/* Who goes there step by step can mount on what has a path beyond PATH_MAX. */
	if (err == -EOVERFLOW && (st = more = malloc(LONG)))
		err = ask_mount(ns_id, mnt_id, PATHS, st, LONG);
	if (err < 0)
		return err;
	const char *root = st->str + st->mnt_root;
	mount.path = st->str + st->mnt_point;
	if (xns_handle_parse_link(root, strlen(root), &mount.type, &mount.inode) < 0)
		return 0; /* a directory of pidfs' kind, or a type of the future */
	++*found;
	return add_mount(s, &mount, via);
}

/* Returns 0; -ENOMEM; another errno where the kernel does not tell. */
static int list_by_id(struct xns_scan *s, uint32_t via)
{
	struct xns_mnt_id_req req = { .size = sizeof(req),
				      .mnt_id = XNS_LSMT_ROOT,
				      .mnt_ns_id = s->ns[via].id };
	uint64_t ids[IDS];
	size_t found = 0;

	for (;;) {
		long n = syscall(SYS_listmount, &req, ids, IDS, 0);
		if (n < 0)
			return errno == ENOMEM ? -EAGAIN : -errno;
		for (long i = 0; i < n; i++) {
			int err = ask_one(s, via, ids[i], &found);
			if (err == -ENOENT)
				continue; /* unmounted meanwhile */
			/* What was added already is not to come again by another way. */
			if (err < 0 && err != -ENOMEM && found)
				snap_faults(s, 1);
			else if (err < 0)
				return err;
		}
		if (n < IDS)
			return 0;
		req.param = ids[n - 1];
	}
}

/* --- from within, or through a member --------------------------------------------------- */

struct reading {
	int proc_fd;
	char *text;
};

static int read_inside(void *arg)
{
	struct reading *r = arg;
	ssize_t n = xns_read_file(r->proc_fd, "thread-self/mountinfo", MAX_MOUNTINFO, &r->text);

	return n < 0 ? (int)n : 0;
}

/* A member sees what is below its root: not all, perhaps, but no privilege is needed. */
static int read_member(struct xns_scan *s, uint32_t via, char **text)
{
	const struct xns_ns *ns = &s->ns[via];
	char path[64];
	ssize_t n = -ENOENT;

	if (ns->leader != SNAP_NONE) {
		snprintf(path, sizeof(path), "%u/mountinfo", s->procs[ns->leader].pid);
		n = xns_read_file(s->ctx->proc_fd, path, MAX_MOUNTINFO, text);
	}
	for (uint32_t h = ns->first; n < 0 && h != SNAP_NONE; h = s->holders[h].next) {
		if (s->holders[h].kind != XNS_HELD_TASK)
			continue;
		snprintf(path, sizeof(path), "%u/task/%u/mountinfo", s->holders[h].pid,
			 s->holders[h].tid);
		n = xns_read_file(s->ctx->proc_fd, path, MAX_MOUNTINFO, text);
	}
	return n < 0 ? (int)n : 0;
}

static int list_by_reading(struct xns_scan *s, uint32_t via, int mnt_fd)
{
	struct reading r = { .proc_fd = s->ctx->proc_fd };
	int err = mnt_fd < 0 ? -ENOENT : xns_inside(mnt_fd, read_inside, &r);

	if (err < 0)
		err = read_member(s, via, &r.text);
	if (err == 0)
		err = add_mountinfo(s, r.text, via);
	free(r.text);
	return err;
}

static int look_into(struct xns_scan *s, uint32_t via)
{
	bool known = s->ns[via].known & NS_KNOWS_ID;
	int err = known ? list_by_id(s, via) : -ENOENT;

	if (err == 0 || err == -ENOMEM)
		return err;
	xns_auto_close int fd = snap_open_ns(s, via);
	if (fd < 0 && s->ns[via].leader == SNAP_NONE && fd != -EACCES && fd != -EPERM)
		return 0; /* it has gone */
	if (fd >= 0 && !known && xns_handle_id(fd, &s->ns[via].id) == 0) {
		s->ns[via].known |= NS_KNOWS_ID;
		err = list_by_id(s, via);
	}
	if (fd >= 0 && xns_relate_one(s, via, fd) < 0) /* while it is open */
		return -ENOMEM;
	if (err < 0 && err != -ENOMEM)
		err = list_by_reading(s, via, fd);
	if (err == -ENOMEM)
		return err;
	if (err < 0 && err != -ENOENT && err != -ESRCH)
		snap_gap(s, XNS_GAP_UNREADABLE, 1, "mount tables", snap_cure());
	return 0;
}

/* --- all of them ------------------------------------------------------------------------ */

static int look_at_own(struct xns_scan *s)
{
	xns_auto_free char *text = NULL;

	if (xns_read_file(s->ctx->proc_fd, "self/mountinfo", MAX_MOUNTINFO, &text) >= 0)
		return add_mountinfo(s, text, s->own_mnt);
	snap_gap(s, XNS_GAP_UNREADABLE, 1, "mount tables", snap_cure());
	return 0;
}

int xns_collect_mounts(struct xns_scan *s)
{
	if (!s->own_mounts_known) {
		s->own_mounts_known = true;
		if (s->own_mnt != SNAP_NONE)
			s->ns[s->own_mnt].known |= NS_KNOWS_MOUNTS;
		int err = look_at_own(s);
		if (err < 0)
			return err;
	}
	for (uint32_t i = 0; i < s->nns; i++) {
		if (s->ns[i].type != XNS_MNT || s->ns[i].known & NS_KNOWS_MOUNTS)
			continue;
		s->ns[i].known |= NS_KNOWS_MOUNTS;
		int err = look_into(s, i);
		if (err < 0)
			return err;
	}
	return 0;
}
