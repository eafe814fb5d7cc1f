/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mountinfo's text, and the list of holders that follows from a snapshot. */
#include "config.h"

#include <criterion/criterion.h>

#include "scan/mountinfo.h"
#include "scan/snapshot.h"

Test(mountinfo, namespaces_and_nothing_else)
{
	char text[] =
		"22 1 0:20 / / rw - ext4 /dev/a\\040-\\040nsfs rw\n"
		"30 22 0:4 net:[4026532180] /run/a\\040b\\012c\\134\\011 rw shared:3 - nsfs "
		"nsfs rw\n"
		"31 22 0:4 foo:[1] /run/future rw - nsfs nsfs rw\n"
		"32 22 0:4 net:[1] /run/x rw - fuse.nsfs nsfs rw\n"
		"33 22 0:4 net:[2] / - nsfs - nsfs x\n"
		"junk\n\n"
		"34 22 0:4 uts:[4026532181] /run/u rw master:1 propagate_from:2 - nsfs nsfs rw";
	struct xns_nsfs_mount mount;
	char *at = text;

	cr_assert(xns_mountinfo_next(&at, &mount));
	cr_assert_eq(mount.type, XNS_NET);
	cr_assert_eq(mount.inode, 4026532180u);
	cr_assert_str_eq(mount.path, "/run/a b\nc\\\t");
	/* odd, and yet of the form */
	cr_assert(xns_mountinfo_next(&at, &mount));
	cr_assert_eq(mount.inode, 2);
	cr_assert(xns_mountinfo_next(&at, &mount));
	cr_assert_eq(mount.type, XNS_UTS);
	cr_assert_str_eq(mount.path, "/run/u", "the last line needs no newline");
	cr_assert_not(xns_mountinfo_next(&at, &mount));
}

static bool may_wait(const char *path)
{
	char text[] = "22 1 0:20 / / rw - ext4 /dev/a rw\n"
		      "23 22 0:21 / /srv rw - nfs4 host:/ rw\n"
		      "24 22 0:22 / /a\\040b rw - fuse.sshfs x rw\n"
		      "25 22 0:23 / /run rw - tmpfs tmpfs rw\n";

	return xns_mountinfo_may_wait(text, path);
}

Test(mountinfo, what_may_have_to_wait)
{
	cr_assert(may_wait("/srv/x"));
	cr_assert(may_wait("/a b/c/d"));
	cr_assert_not(may_wait("/run/netns/x"));
	cr_assert_not(may_wait("/srvx/y"));
	cr_assert_not(may_wait("/srv"), "mounted over it: the way there is ext4's");
	char nfs_root[] = "22 1 0:20 / / rw - nfs4 host:/ rw\n";
	cr_assert(xns_mountinfo_may_wait(nfs_root, "/run/x"));
}

/* A snapshot made by hand: two members, a thread, two mounts, a relative. */
static struct xns_scan s;
static struct xns_ctx ctx = { .proc_fd = -1 };
static const struct xns_ns *ns;

static void make(void)
{
	uint32_t inode[XNS_NTYPES] = { [XNS_USER] = 100 };

	cr_assert_eq(snap_init(&s, &ctx), 0);
	s.own_mnt = snap_ns(&s, XNS_MNT, 1);
	uint32_t other = snap_ns(&s, XNS_MNT, 2);
	snap_add_proc(&s, 20, inode, 0);
	snap_add_proc(&s, 10, inode, 0);
	uint32_t user = snap_find(&s, XNS_USER, 100);
	struct snap_hold hold = { .ns = user, .fd = -1, .via = SNAP_NONE };
	hold.kind = XNS_HELD_TASK;
	hold.pid = 20, hold.tid = 21;
	cr_assert_eq(snap_hold(&s, &hold), 0);
	hold = (struct snap_hold){ user, XNS_HELD_MOUNT, 0, 0, -1, other, "/there" };
	cr_assert_eq(snap_hold(&s, &hold), 0);
	hold.via = s.own_mnt;
	hold.path = "/here";
	cr_assert_eq(snap_hold(&s, &hold), 0);
	uint32_t uts = snap_ns(&s, XNS_UTS, 50);
	s.ns[uts].owner = user;
	s.ns[user].nrelated = 1;
	s.ns[user].heldby |= 1u << XNS_HELD_OWNER;
	cr_assert_eq(snap_finish(&s), 0);
	ns = xns_scan_find_ns(&s, XNS_USER, 100);
}

static void drop(void)
{
	snap_release(&s);
}

TestSuite(holder, .init = make, .fini = drop);

Test(holder, members_then_kept_then_relatives)
{
	struct xns_holder h = { .size = sizeof(h) };

	cr_assert_eq(xns_ns_nholders(ns), 6);
	cr_assert(xns_ns_next_holder(&s, ns, &h));
	cr_assert_eq(h.kind, XNS_HELD_PROC);
	cr_assert_eq(h.pid, 10);
	cr_assert(xns_ns_next_holder(&s, ns, &h));
	cr_assert_eq(h.pid, 20);
	cr_assert_eq(h.proc, xns_scan_find_proc(&s, 20));
	cr_assert(xns_ns_next_holder(&s, ns, &h));
	cr_assert_eq(h.kind, XNS_HELD_TASK);
	cr_assert_eq(h.tid, 21);
	cr_assert(xns_ns_next_holder(&s, ns, &h));
	cr_assert_eq(h.kind, XNS_HELD_MOUNT);
	cr_assert_str_eq(h.path, "/there");
	cr_assert_not(h.own);
	cr_assert_eq(xns_ns_inode(h.via), 2);
	cr_assert(xns_ns_next_holder(&s, ns, &h));
	cr_assert_str_eq(h.path, "/here");
	cr_assert(h.own);
	cr_assert(xns_ns_next_holder(&s, ns, &h));
	cr_assert_eq(h.kind, XNS_HELD_OWNER);
	cr_assert_eq(xns_ns_inode(h.via), 50);
	cr_assert_null(h.path);
	cr_assert_not(xns_ns_next_holder(&s, ns, &h));
	cr_assert_not(xns_ns_next_holder(&s, ns, &h), "and stays at the end");
}

Test(holder, only_some_kinds)
{
	struct xns_holder h = { .size = sizeof(h), .kinds = 1u << XNS_HELD_OWNER };

	cr_assert(xns_ns_next_holder(&s, ns, &h));
	cr_assert_eq(h.kind, XNS_HELD_OWNER);
	cr_assert_not(xns_ns_next_holder(&s, ns, &h));
	h = (struct xns_holder){ .size = sizeof(h), .kinds = 1u << XNS_HELD_FD };
	cr_assert_not(xns_ns_next_holder(&s, ns, &h));
}

Test(holder, nobody_is_the_kernel)
{
	const struct xns_ns *mnt = xns_scan_find_ns(&s, XNS_MNT, 2);
	struct xns_holder h = { .size = sizeof(h) };

	cr_assert_eq(xns_ns_heldby(mnt), 1u << XNS_HELD_KERNEL);
	cr_assert_eq(xns_ns_nholders(mnt), 1);
	cr_assert(xns_ns_next_holder(&s, mnt, &h));
	cr_assert_eq(h.kind, XNS_HELD_KERNEL);
	cr_assert_not(xns_ns_next_holder(&s, mnt, &h));
}

Test(holder, leaked)
{
	cr_assert_not(xns_ns_is_leaked(&s, ns));
	cr_assert(xns_ns_is_leaked(&s, xns_scan_find_ns(&s, XNS_UTS, 50)));
}

Test(holder, every_kind_has_a_name)
{
	for (enum xns_holder_kind k = 0; k < XNS_HELD_KINDS; k++)
		cr_assert_not_null(xns_holder_name(k));
	cr_assert_null(xns_holder_name(XNS_HELD_KINDS));
}
