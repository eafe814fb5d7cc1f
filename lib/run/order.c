/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Joining opened namespaces one by one. Each needs CAP_SYS_ADMIN in the user namespace that
 * owns it *and* in the caller's own. Whoever has both joins it before leaving for another user
 * namespace; whoever gets it by joining the owner, after; and where what is to be joined
 * belongs to a user namespace above the wanted one, through that one (user_namespaces(7),
 * setns(2)).
 */
#include "config.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

#include "ns/handle.h"
#include "run/enter.h"

enum { MAX_NESTING = 33 }; /* user namespaces nest 32 deep at most */

static bool same_ns(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_ino == y.st_ino &&
	       x.st_dev == y.st_dev;
}

/*
 * Joins what is still open of @fd, apart from the user namespace, in the table's order. What
 * works is closed; the rest is left for a later pass. Returns how many are left, and the first
 * of them.
 */
static int join_members(int fd[XNS_NTYPES], enum xns_type *first, int *first_err)
{
	int left = 0;

	for (int rank = 1; rank < XNS_NTYPES; rank++)
		xns_for_each_type (t) {
			if (xns_types[t].entry != rank || fd[t] < 0)
				continue;
			if (setns(fd[t], (int)xns_types[t].flag) == 0) {
				close(fd[t]);
				fd[t] = -1;
			} else if (left++ == 0) {
				*first = t;
				*first_err = errno;
			}
		}
	return left;
}

static int join_user(struct xns_ctx *ctx, const struct xns_entry *plan, int user)
{
	if (setns(user, CLONE_NEWUSER) == 0)
		return 0;
	int err = errno;
	xns_fail(ctx, err, "join the user namespace");
	xns_entry_because(ctx, plan, XNS_USER, user, err);
	return -err;
}

/* The user namespaces above @user, nearest first, without the caller's own. */
static int find_above(int user, int above[MAX_NESTING])
{
	xns_auto_close int own = xns_handle_open(AT_FDCWD, "/proc/self/ns/user");
	int n = 0;

	while (n < MAX_NESTING) {
		int parent = xns_handle_parent(n ? above[n - 1] : user);

		if (parent < 0)
			break;
		if (own < 0 || same_ns(parent, own)) {
			close(parent);
			break;
		}
		above[n++] = parent;
	}
	return n;
}

/* Does the user namespace @user own any of what is still to be joined? */
static bool owns_any(int user, const int fd[XNS_NTYPES])
{
	bool owns = false;

	xns_for_each_type (t) {
		xns_auto_close int owner =
			t == XNS_USER || fd[t] < 0 ? -1 : xns_handle_owner(fd[t]);
		owns |= owner >= 0 && same_ns(owner, user);
	}
	return owns;
}

int xns_join_each(struct xns_ctx *ctx, const struct xns_entry *plan, int fd[XNS_NTYPES])
{
	const int user = fd[XNS_USER];
	enum xns_type first = XNS_MNT;
	int above[MAX_NESTING], err = 0, result = 0;
	/* Looked for first: once a mount namespace is joined, /proc is somebody else's. */
	int n = user < 0 ? 0 : find_above(user, above);
	int left = join_members(fd, &first, &err);

	while (n-- > 0) {
		if (result == 0 && left > 0 && owns_any(above[n], fd)) {
			result = join_user(ctx, plan, above[n]);
			left = join_members(fd, &first, &err);
		}
		close(above[n]);
	}
	if (result == 0 && user >= 0) {
		result = join_user(ctx, plan, user);
		left = join_members(fd, &first, &err);
	}
	if (result < 0 || left == 0)
		return result;
	xns_fail(ctx, err, "join the %s namespace", xns_types[first].name);
	xns_entry_because(ctx, plan, first, fd[first], err);
	return -err;
}
