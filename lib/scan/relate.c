/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How namespaces belong together: each is opened once, and the kernel is asked for its owner
 * and parent. These are namespaces too, perhaps with nobody in them, and take their turn.
 */
#include "config.h"

#include <sys/stat.h>

#include "kernel.h"
#include "ns/handle.h"
#include "ns/netnsid.h"
#include "scan/snapshot.h"

/* What is still to be asked of a namespace, of what this scan wants. */
static bool is_complete(const struct xns_scan *s, const struct xns_ns *ns)
{
	unsigned want = 0;

	if (s->what & XNS_SCAN_RELATIONS)
		want |= NS_KNOWS_OWNER |
			(xns_types[ns->type].hierarchical ? NS_KNOWS_PARENT : 0);
	if (s->what & XNS_SCAN_IDS)
		want |= NS_KNOWS_ID;
	if ((s->what & XNS_SCAN_NETNSIDS) && ns->type == XNS_NET)
		want |= NS_KNOWS_NETNSID;
	if ((s->what & XNS_SCAN_OWNER_UIDS) && ns->type == XNS_USER)
		want |= NS_KNOWS_OWNER_UID;
	return (ns->known & want) == want;
}

/*
 * The namespace that @related_fd is open on is parent or owner of another: its index, or
 * SNAP_NONE where there is none to be seen. It is asked for its own relations at once, while it
 * is open: nothing else may lead there again. @above: it may be one that is kept from our view
 * (EPERM); else a refusal is a gap. Takes the descriptor over.
 */
static int meet(struct xns_scan *s, enum xns_type type, bool above, int related_fd,
		uint32_t *related)
{
	xns_auto_close int fd = related_fd;
	struct stat st;

	*related = SNAP_NONE;
	if (fd < 0 || fstat(fd, &st) < 0) {
		/* none, above our view, or a kernel that does not tell */
		snap_faults(s, fd >= 0 || fd == -EACCES || (fd == -EPERM && !above) ||
				       snap_is_fault(fd));
		return 0;
	}
	*related = snap_ns(s, type, (uint32_t)st.st_ino);
	if (*related == SNAP_NONE)
		return -ENOMEM;
	return xns_relate_one(s, *related, fd); /* at most 32 deep: so the kernel nests them */
}

/* Of a PID namespace in our view only our own has a parent that is not. */
static bool parent_may_be_above(const struct xns_scan *s, const struct xns_ns *ns)
{
	if (ns->type == XNS_PID)
		return !s->own_pid || ns->inode == s->own_pid;
	return s->own_user != XNS_INIT_USER_INODE || ns->inode == XNS_INIT_USER_INODE;
}

static void hold_relative(struct xns_scan *s, uint32_t related, enum xns_holder_kind kind)
{
	if (related == SNAP_NONE)
		return;
	s->ns[related].heldby |= (uint16_t)(1u << kind);
	s->ns[related].nrelated++;
}

/* s->ns may move while a relative is added: no pointer into it is kept. */
static int ask_relations(struct xns_scan *s, uint32_t i, int fd)
{
	enum xns_type type = s->ns[i].type;
	uint32_t related;
	int err;

	if (xns_types[type].hierarchical && !(s->ns[i].known & NS_KNOWS_PARENT)) {
		s->ns[i].known |= NS_KNOWS_PARENT;
		err = meet(s, type, parent_may_be_above(s, &s->ns[i]), xns_handle_parent(fd),
			   &related);
		if (err < 0)
			return err;
		s->ns[i].parent = related;
		hold_relative(s, related, XNS_HELD_PARENT);
	}
	if (!(s->ns[i].known & NS_KNOWS_OWNER)) {
		s->ns[i].known |= NS_KNOWS_OWNER;
		/* A user namespace is owned by its parent: that is one hold, not two. */
		if (type == XNS_USER && s->ns[i].known & NS_KNOWS_PARENT) {
			s->ns[i].owner = s->ns[i].parent;
			return 0;
		}
		err = meet(s, XNS_USER, s->own_user != XNS_INIT_USER_INODE,
			   xns_handle_owner(fd), &related);
		if (err < 0)
			return err;
		s->ns[i].owner = related;
		hold_relative(s, related, XNS_HELD_OWNER);
	}
	return 0;
}

static void ask_netnsid(struct xns_scan *s, struct xns_ns *ns, int fd)
{
	if (s->rtnl == -1)
		s->rtnl = xns_netnsid_open();
	int err = s->rtnl < 0 ? s->rtnl : xns_netnsid_ask(s->rtnl, fd, &ns->netnsid);
	if (err == 0)
		ns->known |= NS_KNOWS_NETNSID;
	snap_faults(s, err == -EPERM || snap_is_fault(err));
}

int xns_relate_one(struct xns_scan *s, uint32_t i, int fd)
{
	if (is_complete(s, &s->ns[i]))
		return 0;
	if (s->what & XNS_SCAN_RELATIONS) {
		int err = ask_relations(s, i, fd);
		if (err < 0)
			return err;
	}
	struct xns_ns *ns = &s->ns[i];
	if ((s->what & XNS_SCAN_IDS) && !(ns->known & NS_KNOWS_ID) &&
	    xns_handle_id(fd, &ns->id) == 0)
		ns->known |= NS_KNOWS_ID;
	if ((s->what & XNS_SCAN_OWNER_UIDS) && ns->type == XNS_USER &&
	    xns_handle_owner_uid(fd, &ns->owner_uid) == 0)
		ns->known |= NS_KNOWS_OWNER_UID;
	if ((s->what & XNS_SCAN_NETNSIDS) && ns->type == XNS_NET)
		ask_netnsid(s, ns, fd);
	return 0;
}

int xns_add_open(struct xns_scan *s, enum xns_type type, int fd, uint64_t id)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return 0;
	uint32_t i = snap_ns(s, type, (uint32_t)st.st_ino);
	if (i == SNAP_NONE)
		return -ENOMEM;
	s->ns[i].id = id;
	s->ns[i].known |= NS_KNOWS_ID;
	return xns_relate_one(s, i, fd);
}

int xns_relate(struct xns_scan *s)
{
	for (uint32_t i = 0; i < s->nns; i++) {
		if (is_complete(s, &s->ns[i]))
			continue;
		xns_auto_close int fd = snap_open_ns(s, i);
		/* gone, or not ours to open: what is unknown stays so */
		if (fd == -EAGAIN)
			snap_gap(s, XNS_GAP_UNREADABLE, 1, "mounted namespaces",
				 "a file system on the way might not answer");
		else
			snap_faults(s, snap_is_fault(fd < 0 ? fd : 0) || fd == -EPERM ||
					       fd == -EACCES);
		int err = fd < 0 ? 0 : xns_relate_one(s, i, fd);
		if (err < 0)
			return err;
	}
	return 0;
}
