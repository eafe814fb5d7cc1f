/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Processes by way of /proc: readlinks on an O_PATH descriptor of PID/ns, nothing opened and
 * nothing asked that a chosen column does not need.
 */
#include "config.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "scan/parallel.h"

static void ns_path(char path[24], uint32_t pid)
{
	memcpy(xns_put_u64(path, pid), "/ns", 4);
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

	memcpy(xns_put_u64(path, pid), "/task", 6);
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
	if (rc < 0 && snap_is_fault(rc))
		b->faults++;
	else
		b->unreadable += rc < 0;
	if (rc < 0 || !tasks)
		return;
	xns_read_children(s, pid, 0, &links, NULL, b);
	if (has_threads(s->ctx->proc_fd, pid))
		xns_read_threads(s, pid, &links, b);
}

struct pids {
	const struct xns_scan *s;
	uint32_t *pid;
	size_t n, cap;
};

static void read_one(const void *arg, size_t i, struct xns_batch *batch)
{
	const struct pids *pids = arg;

	xns_read_proc(pids->s, pids->pid[i], batch);
}

static int list_pids(struct pids *pids)
{
	struct xns_ctx *ctx = pids->s->ctx;
	struct xns_dir dir;
	uint32_t pid;
	int err = xns_dir_open(&dir, ctx->proc_fd, ".");

	if (err < 0)
		return xns_fail(ctx, -err, "open /proc");
	while (!err && xns_dir_next(&dir, &pid)) {
		err = xns_grow(&pids->pid, &pids->cap, pids->n + 1, sizeof(*pids->pid));
		if (pid && !err)
			pids->pid[pids->n++] = pid;
	}
	close(dir.fd);
	return !err && dir.len < 0 ? xns_fail(ctx, (int)-dir.len, "read /proc") : err;
}

int xns_collect_procs(struct xns_scan *s)
{
	struct pids pids = { .s = s };
	int err = list_pids(&pids);

	s->backend = "procfs";
	if (!err)
		err = snap_expect_procs(s, pids.n);
	if (!err)
		err = xns_read_many(s, pids.n, read_one, &pids);
	free(pids.pid);
	if (!err)
		err = snap_sort_procs(s);
	/* Every PID namespace has a first process: one that is not shown is hidden (proc(5)).
	 */
	if (!err && s->ctx->own_proc && !snap_proc(s, 1))
		snap_gap(s, XNS_GAP_UNREADABLE, 0, "processes hidden by hidepid", snap_cure());
	return err;
}
