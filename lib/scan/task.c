/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Threads whose namespaces are not those of their process's leader, also where the leader is
 * dead and shows none, and the namespaces that children will be born into.
 */
#include "config.h"

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "kernel.h"
#include "scan/read.h"

int64_t xns_read_unborn(uint32_t pid, uint32_t tid)
{
	unsigned flags = tid && tid != pid ? XNS_PIDFD_THREAD : 0;
	xns_auto_close int pidfd =
		(int)syscall(SYS_pidfd_open, (pid_t)(flags ? tid : pid), flags);
	struct stat st;

	if (pidfd < 0)
		return errno == ENOSYS || errno == EINVAL ? -ENOTTY : 0;
	xns_auto_close int fd =
		ioctl(pidfd, XNS_PIDFD_GET_NS(xns_types[XNS_PID].pidfd_get_children), 0);
	if (fd < 0)
		return errno == ENOTTY || errno == EINVAL ? -ENOTTY : 0;
	return fstat(fd, &st) < 0 ? 0 : (int64_t)(uint32_t)st.st_ino;
}

/* A living task of which no link shows the PID namespace of its children. */
static void complete(const struct xns_scan *s, uint32_t pid, uint32_t tid,
		     struct read_links *links, struct xns_batch *b)
{
	if (links->children[XNS_PID] || !links->inode[XNS_MNT])
		return;
	int64_t unborn = s->ctx->own_proc ? xns_read_unborn(pid, tid) : -ENOTTY;
	if (unborn < 0)
		b->unborn++;
	else
		links->children[XNS_PID] = (uint32_t)unborn;
}

void xns_read_children(const struct xns_scan *s, uint32_t pid, uint32_t tid,
		       struct read_links *links, const struct read_links *leader,
		       struct xns_batch *b)
{
	const struct read_links *own = leader ? leader : links;

	complete(s, pid, tid, links, b);
	xns_for_each_type (t) {
		uint32_t inode = links->children[t];
		/* What threads cannot differ in is read of the leader only, if that lives. */
		uint32_t mine = links->inode[t] ? links->inode[t] : own->inode[t];

		if (inode && inode != mine && !(leader && inode == leader->children[t]))
			xns_batch_hold(b, &(struct read_hold){ .pid = pid,
							       .tid = tid,
							       .fd = -1,
							       .inode = inode,
							       .type = (uint8_t)t,
							       .kind = XNS_HELD_CHILDREN });
	}
}

static void read_thread(const struct xns_scan *s, int dirfd, uint32_t pid, uint32_t tid,
			const struct read_links *leader, struct xns_batch *b)
{
	bool dead_leader = !leader->inode[XNS_MNT];
	struct read_links links = { 0 };
	char path[24];

	memcpy(xns_put_u64(path, tid), "/ns", 4);
	int rc = xns_read_links(dirfd, path,
				(dead_leader ? LINKS_OWN : LINKS_PER_TASK) | LINKS_CHILDREN,
				&links);
	if (rc < 0) {
		b->faults += snap_is_fault(rc);
		return;
	}
	xns_for_each_type (t)
		if (links.inode[t] && links.inode[t] != leader->inode[t])
			xns_batch_hold(b, &(struct read_hold){ .pid = pid,
							       .tid = tid,
							       .fd = -1,
							       .inode = links.inode[t],
							       .type = (uint8_t)t,
							       .kind = XNS_HELD_TASK });
	xns_read_children(s, pid, tid, &links, leader, b);
}

/*
 * Threads share their descriptors, as a rule. Those that do not are remembered; a dead leader
 * has none, and a thread stands for it. @first is where this process's begin in the batch.
 */
static void read_table(uint32_t pid, uint32_t tid, bool dead_leader, size_t first,
		       struct xns_batch *b)
{
	long differs = dead_leader ? 1 : syscall(SYS_kcmp, pid, tid, XNS_KCMP_FILES, 0, 0);
	b->untold += differs < 0 && (errno == ENOSYS || errno == EPERM);
	if (differs <= 0)
		return;
	for (size_t i = first; i < b->ntables; i++)
		if (syscall(SYS_kcmp, b->tables[i].tid, tid, XNS_KCMP_FILES, 0, 0) == 0)
			return;
	if (xns_grow(&b->tables, &b->tables_cap, b->ntables + 1, sizeof(*b->tables)) < 0)
		b->failed = true;
	else
		b->tables[b->ntables++] = (struct snap_table){ pid, tid };
}

void xns_read_threads(const struct xns_scan *s, uint32_t pid, const struct read_links *leader,
		      struct xns_batch *b)
{
	bool dead_leader = !leader->inode[XNS_MNT];
	size_t first = b->ntables;
	struct xns_dir dir;
	char path[24];
	uint32_t tid;

	memcpy(xns_put_u64(path, pid), "/task", 6);
	int rc = xns_dir_open(&dir, s->ctx->proc_fd, path);
	if (rc < 0) {
		b->faults += snap_is_fault(rc);
		return;
	}
	while (xns_dir_next(&dir, &tid)) {
		if (tid == pid)
			continue;
		read_thread(s, dir.fd, pid, tid, leader, b);
		if (s->what & XNS_SCAN_FDS && s->ctx->own_proc)
			read_table(pid, tid, dead_leader, first, b);
	}
	b->faults += dir.len < 0 && snap_is_fault((int)dir.len);
	close(dir.fd);
}
