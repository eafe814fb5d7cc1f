/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A scan from outside: runs the collectors in order and hands out what they found. */
#include "config.h"

#include "scan/snapshot.h"

/* In this order: later ones look only at what earlier ones have found. */
static const struct xns_collector collectors[] = {
	{ 0, xns_collect_procs },
	{ XNS_SCAN_MOUNTS, xns_collect_mounts },
	{ XNS_SCAN_RELATIONS | XNS_SCAN_IDS | XNS_SCAN_NETNSIDS | XNS_SCAN_OWNER_UIDS,
	  xns_relate },
};

static int run(struct xns_scan *s)
{
	for (size_t i = 0; i < XNS_COUNT(collectors); i++) {
		if (collectors[i].bit && !(collectors[i].bit & s->what))
			continue;
		int err = collectors[i].collect(s);
		if (err < 0)
			return err;
	}
	return snap_finish(s);
}

XNS_EXPORT int xns_scan_new(struct xns_ctx *ctx, const struct xns_scan_options *options,
			    struct xns_scan **scan)
{
	if (options && options->size < sizeof(size_t) + sizeof(unsigned))
		return xns_fail(ctx, EINVAL, "scan options");
	struct xns_scan *s = calloc(1, sizeof(*s));
	if (!s)
		return xns_fail(ctx, ENOMEM, "scan");
	s->what = options && options->what ? options->what : XNS_SCAN_ALL;
	int err = snap_init(s, ctx);
	if (!err)
		err = run(s);
	if (err < 0) {
		if (err == -ENOMEM)
			xns_fail(ctx, ENOMEM, "scan");
		xns_scan_free(s);
		return err;
	}
	*scan = s;
	return 0;
}

XNS_EXPORT void xns_scan_free(struct xns_scan *scan)
{
	if (!scan)
		return;
	snap_release(scan);
	free(scan);
}

XNS_EXPORT struct xns_ctx *xns_scan_context(const struct xns_scan *scan)
{
	return scan->ctx;
}

/* Where in the sorted order a namespace stands: found again by its inode. */
static size_t order_of(const struct xns_scan *s, const struct xns_ns *ns)
{
	size_t low = 0, high = s->nns;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct xns_ns *m = &s->ns[s->order[middle]];
		if (m->inode < ns->inode || (m->inode == ns->inode && m->type < ns->type))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

XNS_EXPORT const struct xns_ns *xns_scan_next_ns(const struct xns_scan *scan,
						 const struct xns_ns *prev)
{
	size_t next = prev ? order_of(scan, prev) + 1 : 0;

	return next < scan->nns ? &scan->ns[scan->order[next]] : NULL;
}

XNS_EXPORT const struct xns_ns *xns_scan_find_ns(const struct xns_scan *scan, int type,
						 uint32_t inode)
{
	xns_for_each_type (t) {
		uint32_t i = type >= 0 && (enum xns_type)type != t ? SNAP_NONE
								   : snap_find(scan, t, inode);
		if (i != SNAP_NONE)
			return &scan->ns[i];
	}
	return NULL;
}

XNS_EXPORT const struct xns_proc *xns_scan_next_proc(const struct xns_scan *scan,
						     const struct xns_proc *prev)
{
	size_t next = prev ? (size_t)(prev - scan->procs) + 1 : 0;

	return next < scan->nprocs ? &scan->procs[next] : NULL;
}

XNS_EXPORT const struct xns_proc *xns_scan_find_proc(const struct xns_scan *scan, pid_t pid)
{
	return pid > 0 ? snap_proc(scan, (uint32_t)pid) : NULL;
}

XNS_EXPORT const char *xns_scan_backend(const struct xns_scan *scan)
{
	return scan->backend;
}

XNS_EXPORT const char *xns_scan_gap(const struct xns_scan *scan, size_t n,
				    enum xns_gap_kind *kind, uint64_t *count)
{
	if (n >= scan->ngaps)
		return NULL;
	*kind = scan->gaps[n].kind;
	*count = scan->gaps[n].count;
	return scan->gaps[n].what;
}
