/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A scan from outside: runs the collectors in order and hands out what they found. */
#include "config.h"

#include "ns/handle.h"
#include "scan/bpfscan.h"
#include "scan/snapshot.h"

int snap_own_inode(const struct xns_scan *s, const char *name, uint32_t *inode)
{
	char path[48] = "self/ns/", link[48];
	enum xns_type type;

	strncat(path, name, sizeof(path) - strlen(path) - 1);
	ssize_t n = readlinkat(s->ctx->proc_fd, path, link, sizeof(link));
	*inode = 0;
	if (n < 0)
		return errno == ENOENT ? 0 : -errno; /* a kernel without that type */
	return xns_handle_parse_link(link, (size_t)n, &type, inode);
}

/*
 * Where we are ourselves: mounts of our own namespace are shown otherwise than those elsewhere,
 * and their paths can be opened from here; above our PID and user namespace nothing is seen.
 */
static int find_own(struct xns_scan *s)
{
	uint32_t mnt;

	/* 0 where it cannot be read, as in a tree that is no procfs */
	snap_own_inode(s, "pid", &s->own_pid);
	snap_own_inode(s, "user", &s->own_user);
	if (snap_own_inode(s, "mnt", &mnt) < 0 || !mnt)
		return 0;
	s->own_mnt = snap_ns(s, XNS_MNT, mnt);
	return s->own_mnt == SNAP_NONE ? -ENOMEM : 0;
}

static int collect_procs(struct xns_scan *s)
{
	bool forced = s->wanted_backend == XNS_BACKEND_BPF;
	int err = -ENOTSUP;

	if (s->wanted_backend != XNS_BACKEND_PROCFS)
		err = xns_bpf_collect_procs(s, forced);
	if (err == -ENOTSUP && !forced)
		err = xns_collect_procs(s);
	return err < 0 ? err : find_own(s);
}

static int collect_files(struct xns_scan *s)
{
	return s->bpf ? xns_bpf_collect_files(s) : xns_collect_files(s);
}

enum { ELSEWHERE = XNS_SCAN_KERNEL | XNS_SCAN_MOUNTS | XNS_SCAN_FDS };

/*
 * Where it does not matter what else holds a namespace, the kernel's own list of the rest, if
 * it has any, is all that there is to look for.
 */
static int list_the_rest(struct xns_scan *s)
{
	if (s->what & XNS_SCAN_HOLDERS || !s->bpf)
		return 0;
	int err = xns_relate(s);
	if (err < 0)
		return err;
	err = xns_bpf_complete(s);
	if (err == 0)
		s->what &= ~(unsigned)ELSEWHERE;
	return err == -ENOMEM ? err : 0;
}

/*
 * In this order: later ones look only at what earlier ones have found. A descriptor may lead to
 * one more mount namespace, where the kernel does not list them.
 */
static const struct xns_collector collectors[] = {
	{ 0, collect_procs },
	{ ELSEWHERE, list_the_rest },
	{ XNS_SCAN_KERNEL, xns_collect_kernel },
	{ XNS_SCAN_MOUNTS, xns_collect_mounts },
	{ XNS_SCAN_FDS, collect_files },
	{ XNS_SCAN_MOUNTS, xns_collect_mounts },
	{ XNS_SCAN_RELATIONS | XNS_SCAN_IDS | XNS_SCAN_NETNSIDS | XNS_SCAN_OWNER_UIDS,
	  xns_relate },
	{ XNS_SCAN_LEADERS, xns_read_leaders },
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
	struct xns_scan_options how = { .what = 0 };

	if (options) {
		int rc = xns_take_options(&how, sizeof(how), options,
					  XNS_SIZE_TO(struct xns_scan_options, backend));
		if (rc < 0)
			return xns_fail(ctx, -rc, "scan options of %zu bytes", options->size);
	}
	struct xns_scan *s = calloc(1, sizeof(*s));
	if (!s)
		return xns_fail(ctx, ENOMEM, "scan");
	s->what = how.what ? how.what : XNS_SCAN_ALL;
	s->wanted_backend = how.backend;
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

XNS_EXPORT bool xns_scan_gap(const struct xns_scan *scan, size_t n, struct xns_gap *gap)
{
	if (n >= scan->ngaps)
		return false;
	const struct snap_gap *g = &scan->gaps[n];
	gap->kind = g->kind;
	gap->what = g->what;
	gap->count = g->count;
	gap->cure = g->cure;
	return true;
}
