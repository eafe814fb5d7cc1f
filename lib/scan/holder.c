/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The list of what holds a namespace: members first, then what the collectors have kept, then
 * relatives. Members and relatives follow from the rest of the snapshot and are found on the
 * way.
 */
#include "config.h"

#include "scan/snapshot.h"

/* Where the iteration stands: in which part, and at which index there. */
enum part { MEMBERS, KEPT, RELATIVES, KERNEL, END };

static bool wants(const struct xns_holder *h, enum xns_holder_kind kind)
{
	return !h->kinds || h->kinds & 1u << kind;
}

static void clear(struct xns_holder *h, enum xns_holder_kind kind)
{
	h->kind = kind;
	h->proc = NULL;
	h->pid = h->tid = 0;
	h->fd = -1;
	h->path = NULL;
	h->via = NULL;
	h->own = false;
}

static bool next_member(const struct xns_scan *s, const struct xns_ns *ns, struct xns_holder *h)
{
	uint32_t index = (uint32_t)(ns - s->ns);

	if (!ns->nprocs || !wants(h, XNS_HELD_PROC))
		return false;
	while (h->at < s->nprocs) {
		const struct xns_proc *p = &s->procs[h->at++];
		if (snap_ns_of(s, p, ns->type) != index)
			continue;
		clear(h, XNS_HELD_PROC);
		h->proc = p;
		h->pid = (pid_t)p->pid;
		return true;
	}
	return false;
}

/* Here h->at is the index of the next one, and one more. */
static bool next_kept(const struct xns_scan *s, const struct xns_ns *ns, struct xns_holder *h)
{
	uint32_t at = h->at ? (uint32_t)h->at - 1 : ns->first;

	for (; at != SNAP_NONE; at = s->holders[at].next) {
		const struct snap_holder *kept = &s->holders[at];
		if (!wants(h, kept->kind))
			continue;
		clear(h, kept->kind);
		h->proc = kept->pid ? snap_proc(s, kept->pid) : NULL;
		h->pid = (pid_t)kept->pid;
		h->tid = (pid_t)kept->tid;
		h->fd = kept->fd;
		h->path = kept->path;
		h->via = kept->via == SNAP_NONE ? NULL : &s->ns[kept->via];
		h->own = kept->kind == XNS_HELD_MOUNT && kept->via == s->own_mnt;
		h->at = (uint64_t)kept->next + 1;
		return true;
	}
	return false;
}

static bool next_relative(const struct xns_scan *s, const struct xns_ns *ns,
			  struct xns_holder *h)
{
	uint32_t index = (uint32_t)(ns - s->ns);

	if (!ns->nrelated)
		return false;
	while (h->at < s->nns) {
		const struct xns_ns *other = &s->ns[s->order[h->at++]];
		bool parent = other->parent == index;

		if (!parent && other->owner != index)
			continue;
		if (!wants(h, parent ? XNS_HELD_PARENT : XNS_HELD_OWNER))
			continue;
		clear(h, parent ? XNS_HELD_PARENT : XNS_HELD_OWNER);
		h->via = other;
		return true;
	}
	return false;
}

XNS_EXPORT bool xns_ns_next_holder(const struct xns_scan *scan, const struct xns_ns *ns,
				   struct xns_holder *h)
{
	static bool (*const next[])(const struct xns_scan *, const struct xns_ns *,
				    struct xns_holder *) = {
		[MEMBERS] = next_member,
		[KEPT] = next_kept,
		[RELATIVES] = next_relative,
	};

	for (; h->part < KERNEL; h->part++, h->at = 0)
		if (next[h->part](scan, ns, h))
			return true;
	if (h->part++ == KERNEL && ns->heldby == 1u << XNS_HELD_KERNEL &&
	    wants(h, XNS_HELD_KERNEL)) {
		clear(h, XNS_HELD_KERNEL);
		return true;
	}
	h->part = END;
	return false;
}

XNS_EXPORT const char *xns_holder_name(enum xns_holder_kind kind)
{
	static const char *const names[XNS_HELD_KINDS] = {
		[XNS_HELD_PROC] = "proc",
		[XNS_HELD_TASK] = "task",
		[XNS_HELD_FD] = "fd",
		[XNS_HELD_SOCKET] = "socket",
		[XNS_HELD_TUN] = "tun",
		[XNS_HELD_MOUNT] = "mount",
		[XNS_HELD_CHILDREN] = "for-children",
		[XNS_HELD_PARENT] = "parent",
		[XNS_HELD_OWNER] = "owner",
		[XNS_HELD_KERNEL] = "kernel",
	};

	return (unsigned)kind < XNS_HELD_KINDS ? names[kind] : NULL;
}

XNS_EXPORT bool xns_ns_is_leaked(const struct xns_scan *scan, const struct xns_ns *ns)
{
	const struct xns_proc *init = snap_proc(scan, 1);
	uint32_t init_mnt = init ? snap_ns_of(scan, init, XNS_MNT) : SNAP_NONE;

	if (ns->nprocs || ns->ntasks)
		return false;
	for (uint32_t h = ns->first; h != SNAP_NONE; h = scan->holders[h].next) {
		const struct snap_holder *kept = &scan->holders[h];
		if (kept->kind == XNS_HELD_MOUNT &&
		    (kept->via == scan->own_mnt || kept->via == init_mnt))
			return false;
	}
	return true;
}
