/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Processes by way of /proc: readlinks on an O_PATH descriptor of PID/ns, nothing opened and
 * nothing asked that a chosen column does not need.
 */
#include "config.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "scan/read.h"

enum { FLUSH_AT = 64 }; /* processes that are read before they are added */

static void ns_path(char path[24], uint32_t pid)
{
	memcpy(xns_put_u32(path, pid), "/ns", 4);
}

XNS_EXPORT int xns_task_ns(struct xns_ctx *ctx, pid_t tid, uint32_t inode[XNS_NTYPES])
{
	struct read_links links = { 0 };
	char path[24];
	int rc = -ESRCH;

	if (tid > 0) {
		ns_path(path, (uint32_t)tid);
		rc = xns_read_links(ctx->proc_fd, path, LINKS_OWN, &links);
	}
	memcpy(inode, links.inode, sizeof(links.inode));
	return rc == 0 ? 0 : xns_fail(ctx, -rc, "look at process %d", (int)tid);
}

static bool has_threads(int proc_fd, uint32_t pid)
{
	struct stat st;
	char path[24];

	memcpy(xns_put_u32(path, pid), "/task", 6);
	/* the directory, its parent's entry for it, and one for each thread */
	return fstatat(proc_fd, path, &st, 0) == 0 && st.st_nlink > 3;
}

static bool is_nothing(const struct read_links *links)
{
	xns_for_each_type (t)
		if (links->inode[t])
			return false;
	return true;
}

void xns_read_proc(const struct xns_scan *s, uint32_t pid, struct xns_batch *b)
{
	bool tasks = s->what & XNS_SCAN_TASKS;
	struct read_links links = { 0 };
	char path[24];

	ns_path(path, pid);
	int rc = xns_read_links(s->ctx->proc_fd, path, LINKS_OWN | (tasks ? LINKS_CHILDREN : 0),
				&links);
	if (rc == -ESRCH || (rc == 0 && is_nothing(&links)))
		return;
	if (xns_grow(&b->procs, &b->procs_cap, b->nprocs + 1, sizeof(*b->procs)) < 0) {
		b->failed = true;
		return;
	}
	struct read_proc *proc = &b->procs[b->nprocs++];
	*proc = (struct read_proc){ .pid = pid, .flags = rc < 0 ? PROC_UNREADABLE : 0 };
	memcpy(proc->inode, links.inode, sizeof(proc->inode));
	b->unreadable += rc < 0;
	if (rc < 0 || !tasks)
		return;
	xns_read_children(s, pid, 0, &links, NULL, b);
	if (has_threads(s->ctx->proc_fd, pid))
		xns_read_threads(s, pid, &links, b);
}

int xns_collect_procs(struct xns_scan *s)
{
	__attribute__((cleanup(xns_batch_free))) struct xns_batch batch = { 0 };
	struct xns_dir dir;
	uint32_t pid;
	int err = xns_dir_open(&dir, s->ctx->proc_fd, ".");

	if (err < 0)
		return xns_fail(s->ctx, -err, "open /proc");
	s->backend = "procfs";
	while (!err && xns_dir_next(&dir, &pid)) {
		if (pid)
			xns_read_proc(s, pid, &batch);
		if (batch.nprocs >= FLUSH_AT)
			err = xns_batch_flush(s, &batch);
	}
	close(dir.fd);
	if (!err)
		err = xns_batch_flush(s, &batch);
	if (!err && dir.len < 0)
		err = xns_fail(s->ctx, (int)-dir.len, "read /proc");
	if (!err)
		err = snap_sort_procs(s);
	/* Every PID namespace has a first process: one that is not shown is hidden (proc(5)).
	 */
	if (!err && s->ctx->own_proc && !snap_proc(s, 1))
		snap_gap(s, XNS_GAP_UNREADABLE, 0, "processes hidden by hidepid", snap_cure());
	return err;
}
