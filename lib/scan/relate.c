/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How namespaces belong together: each is opened once, and the kernel is asked for its owner
 * and parent. These are namespaces too, perhaps with nobody in them, and take their turn.
 */
#include "config.h"

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
 * Finds the namespace open as @fd in the snapshot, or adds it; its descriptor is kept where
 * nothing else leads to it. Takes @fd over.
 */
static uint32_t meet(struct xns_scan *s, int fd)
{
	enum xns_type type;
	uint32_t inode, i;

	if (xns_handle_identify(fd, &type, &inode) < 0) {
		close(fd);
		return SNAP_NONE;
	}
	i = snap_ns(s, type, inode);
	if (i != SNAP_NONE && s->ns[i].leader == SNAP_NONE && s->ns[i].holders == SNAP_NONE)
		snap_keep_fd(s, i, fd);
	else
		close(fd);
	return i;
}

static int relate_to(struct xns_scan *s, int related_fd, enum xns_holder_kind kind,
		     uint32_t *related)
{
	*related = SNAP_NONE;
	if (related_fd < 0)
		return 0; /* none, above our view, or a kernel that does not tell */
	*related = meet(s, related_fd);
	if (*related == SNAP_NONE)
		return -ENOMEM;
	s->ns[*related].heldby |= (uint16_t)(1u << kind);
	s->ns[*related].nrelated++;
	return 0;
}

static int ask_relations(struct xns_scan *s, uint32_t i, int fd)
{
	uint32_t related;
	int err;

	/* s->ns may move while a relative is added: no pointer into it is kept. */
	if (!(s->ns[i].known & NS_KNOWS_OWNER)) {
		err = relate_to(s, xns_handle_owner(fd), XNS_HELD_OWNER, &related);
		if (err < 0)
			return err;
		s->ns[i].owner = related;
		s->ns[i].known |= NS_KNOWS_OWNER;
	}
	if (xns_types[s->ns[i].type].hierarchical && !(s->ns[i].known & NS_KNOWS_PARENT)) {
		err = relate_to(s, xns_handle_parent(fd), XNS_HELD_PARENT, &related);
		if (err < 0)
			return err;
		s->ns[i].parent = related;
		s->ns[i].known |= NS_KNOWS_PARENT;
	}
	return 0;
}

static void ask_netnsid(struct xns_scan *s, struct xns_ns *ns, int fd)
{
	if (s->rtnl == -1)
		s->rtnl = xns_netnsid_open();
	if (s->rtnl >= 0 && xns_netnsid_ask(s->rtnl, fd, &ns->netnsid) == 0)
		ns->known |= NS_KNOWS_NETNSID;
}

static int ask(struct xns_scan *s, uint32_t i)
{
	xns_auto_close int fd = snap_open_ns(s, i);

	if (fd < 0)
		return 0; /* gone, or not ours to open: what is unknown stays so */
	if (s->what & XNS_SCAN_RELATIONS) {
		int err = ask_relations(s, i, fd);
		if (err < 0)
			return err;
	}
	struct xns_ns *ns = &s->ns[i];
	if ((s->what & XNS_SCAN_IDS) && xns_handle_id(fd, &ns->id) == 0)
		ns->known |= NS_KNOWS_ID;
	if ((s->what & XNS_SCAN_OWNER_UIDS) && ns->type == XNS_USER &&
	    xns_handle_owner_uid(fd, &ns->owner_uid) == 0)
		ns->known |= NS_KNOWS_OWNER_UID;
	if ((s->what & XNS_SCAN_NETNSIDS) && ns->type == XNS_NET)
		ask_netnsid(s, ns, fd);
	return 0;
}

int xns_relate(struct xns_scan *s)
{
	for (uint32_t i = 0; i < s->nns; i++) {
		int err = is_complete(s, &s->ns[i]) ? 0 : ask(s, i);
		if (err < 0)
			return err;
	}
	return 0;
}
