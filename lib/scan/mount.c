/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Namespaces that bind mounts hold, found in mount tables: nothing on the way is opened. */
#include "config.h"

#include <fcntl.h>
#include <libmount.h>

#include "ns/handle.h"
#include "scan/snapshot.h"

static void free_table(struct libmnt_table **table)
{
	mnt_unref_table(*table);
}

static void free_iter(struct libmnt_iter **iter)
{
	mnt_free_iter(*iter);
}

/* The root of an nsfs mount is the namespace's link text: "net:[4026532180]". */
static int add_mount(struct xns_scan *s, struct libmnt_fs *fs, uint32_t via)
{
	const char *fstype = mnt_fs_get_fstype(fs), *root = mnt_fs_get_root(fs);
	enum xns_type type;
	uint32_t inode;

	if (!fstype || !root || strcmp(fstype, "nsfs") != 0 ||
	    xns_handle_parse_link(root, strlen(root), &type, &inode) < 0)
		return 0;
	uint32_t ns = snap_ns(s, type, inode);
	if (ns == SNAP_NONE)
		return -ENOMEM;
	return snap_hold(s, &(struct snap_hold){ .ns = ns,
						 .kind = XNS_HELD_MOUNT,
						 .fd = -1,
						 .via = via,
						 .path = mnt_fs_get_target(fs) });
}

int xns_collect_mounts(struct xns_scan *s)
{
	int fd = openat(s->ctx->proc_fd, "self/mountinfo", O_RDONLY | O_CLOEXEC);
	xns_auto_fclose FILE *f = fd < 0 ? NULL : fdopen(fd, "re");
	__attribute__((cleanup(free_table))) struct libmnt_table *table = mnt_new_table();
	__attribute__((cleanup(free_iter))) struct libmnt_iter *iter =
		mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;

	if (!f || !table || !iter || mnt_table_parse_stream(table, f, "mountinfo") != 0) {
		if (!f && fd >= 0)
			close(fd);
		snap_gap(s, XNS_GAP_UNREADABLE, 0, "the mount table");
		return 0;
	}
	while (mnt_table_next_fs(table, iter, &fs) == 0) {
		int err = add_mount(s, fs, SNAP_NONE);
		if (err < 0)
			return err;
	}
	return 0;
}
