/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Descriptors by way of the kernel's own walk of them: only those that hold a namespace are
 * told of, and no other object is ever looked at.
 */
#include "config.h"

#include <sys/ioctl.h>
#include <sys/stat.h>

#include "kernel.h"
#include "scan/bpf.h"
#include "scan/bpfscan.h"
#include "scan/read.h"

struct tables {
	struct xns_scan *s;
	struct table {
		uint64_t table;
		uint32_t tgid, tid;
	} * seen; /* of threads, without those they share with their leader */
	size_t nseen, cap;
};

/*
 * The kernel leaves out the tables that threads share with their leader. Where that is dead,
 * or where two threads share another one, the first thread stands for all.
 */
static int is_first(struct tables *tables, const struct xns_bpf_file *file)
{
	if (file->tid == file->tgid)
		return 1;
	for (size_t i = tables->nseen; i-- > 0;)
		if (tables->seen[i].table == file->table && tables->seen[i].tgid == file->tgid)
			return tables->seen[i].tid == file->tid;
	if (xns_grow(&tables->seen, &tables->cap, tables->nseen + 1, sizeof(*tables->seen)) < 0)
		return -ENOMEM;
	tables->seen[tables->nseen++] = (struct table){ file->table, file->tgid, file->tid };
	return 1;
}

static uint32_t net_of(const struct xns_scan *s, uint32_t pid)
{
	const struct xns_proc *p = snap_proc(s, pid);
	uint32_t net = p ? snap_ns_of(s, p, XNS_NET) : SNAP_NONE;

	return net == SNAP_NONE ? 0 : s->ns[net].inode;
}

/* The driver may be a module, whose types are described elsewhere: the descriptor is asked. */
static uint32_t net_of_tun(const struct xns_scan *s, const struct xns_bpf_file *file)
{
	xns_auto_close int fd = xns_borrow_fd(s, file->tgid, file->tid, (int)file->fd);
	xns_auto_close int ns = fd < 0 ? -1 : ioctl(fd, XNS_SIOCGSKNS);
	struct stat st;

	return ns < 0 || fstat(ns, &st) < 0 ? 0 : (uint32_t)st.st_ino;
}

static int use_file(void *data, const void *record)
{
	const struct xns_bpf_file *file = record;
	struct tables *tables = data;
	struct xns_scan *s = tables->s;
	enum xns_holder_kind kind = XNS_HELD_FD;
	uint32_t inode = file->inode;
	int type = XNS_NET;

	int first = is_first(tables, file);
	if (first <= 0)
		return first;
	if (file->kind == XNS_BPF_NSFS) {
		type = xns_type_from_flag(file->flag);
	} else {
		kind = file->kind == XNS_BPF_TUN ? XNS_HELD_TUN : XNS_HELD_SOCKET;
		if (file->kind == XNS_BPF_TUN)
			inode = net_of_tun(s, file);
		if (inode == net_of(s, file->tgid))
			return 0; /* its process holds that anyway */
	}
	if (!inode || type < 0)
		return 0; /* gone meanwhile, or a type of the future */
	uint32_t ns = snap_ns(s, (enum xns_type)type, inode);
	if (ns == SNAP_NONE)
		return -ENOMEM;
	return snap_hold(s, &(struct snap_hold){ .ns = ns,
						 .kind = kind,
						 .pid = file->tgid,
						 .tid = file->tid,
						 .fd = (int32_t)file->fd,
						 .via = SNAP_NONE });
}

int xns_bpf_collect_files(struct xns_scan *s)
{
	struct tables tables = { .s = s };
	struct xns_asm a;

	xns_bpf_file_program(&a, &s->bpf->facts, s->bpf->level, false);
	int err = xns_bpf_read(&a, xns_bpf_file_iterator(&s->bpf->facts), 0,
			       sizeof(struct xns_bpf_file), use_file, &tables);
	free(tables.seen);
	if (err == 0 || err == -ENOMEM)
		return err;
	/* It did for tasks, but not for descriptors: /proc has them as well. */
	snap_gap(s, XNS_GAP_KERNEL, 0, "descriptors of single threads", "--backend=procfs");
	return xns_collect_files(s);
}
