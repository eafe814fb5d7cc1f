/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What readers share: links, directories of numbers, batches. */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>

#include "ns/handle.h"
#include "scan/read.h"

/* "mnt:[4026531832]" -> 4026531832; 0 where it is not of that form. */
static uint32_t link_inode(const char *link, ssize_t len, enum xns_type type)
{
	enum xns_type seen;
	uint32_t inode;

	if (len <= 0 || xns_handle_parse_link(link, (size_t)len, &seen, &inode) < 0 ||
	    seen != type)
		return 0;
	return inode;
}

static int look_error(int err)
{
	if (snap_is_fault(err))
		return -err;
	return err == EACCES || err == EPERM ? -EACCES : -ESRCH;
}

/*
 * The link @name of a process's directory ns. Where it ends between the look at the name and
 * that at the process, the kernel says EACCES, as it does for a refusal; asked again, that it
 * is gone.
 */
static ssize_t read_link(int dir, const char *name, char *link, size_t size)
{
	ssize_t n = readlinkat(dir, name, link, size);

	return n < 0 && errno == EACCES ? readlinkat(dir, name, link, size) : n;
}

int xns_read_links(int dirfd, const char *path, unsigned which, struct read_links *links)
{
	xns_auto_close int dir = openat(dirfd, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	char link[48];

	if (dir < 0)
		return look_error(errno);
	xns_for_each_type (t) {
		const struct xns_type_info *info = &xns_types[t];

		if (which & LINKS_OWN || (which & LINKS_PER_TASK && info->per_task)) {
			ssize_t n = read_link(dir, info->name, link, sizeof(link));
			if (n < 0 && look_error(errno) != -ESRCH)
				return look_error(errno); /* so will the others be */
			links->inode[t] = link_inode(link, n, t);
		}
		if (which & LINKS_CHILDREN && info->for_children) {
			ssize_t n = readlinkat(dir, info->for_children, link, sizeof(link));
			if (n < 0 && snap_is_fault(errno))
				return -errno;
			links->children[t] = link_inode(link, n, t);
		}
	}
	return 0;
}

/* --- directories ------------------------------------------------------------------------ */

int xns_dir_open(struct xns_dir *dir, int dirfd, const char *path)
{
	dir->at = dir->len = 0;
	dir->fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir->fd < 0 ? -errno : 0;
}

const char *xns_dir_next(struct xns_dir *dir, uint32_t *number)
{
	for (;;) {
		if (dir->at >= dir->len) {
			if (dir->len < 0)
				return NULL;
			dir->at = 0;
			dir->len = getdents64(dir->fd, dir->buf, sizeof(dir->buf));
			if (dir->len <= 0) {
				dir->len = dir->len < 0 ? -errno : 0;
				return NULL;
			}
		}
		const struct dirent64 *entry = (const struct dirent64 *)(dir->buf + dir->at);
		const char *name = (const char *)entry + offsetof(struct dirent64, d_name);
		uint64_t value;

		dir->at += entry->d_reclen;
		if (xns_parse_u64(name, strlen(name), INT32_MAX, &value) < 0)
			continue;
		*number = (uint32_t)value;
		return name;
	}
}

/* --- batches ------------------------------------------------------------------------------
 */

void xns_batch_hold(struct xns_batch *b, const struct read_hold *hold)
{
	if (xns_grow(&b->holds, &b->holds_cap, b->nholds + 1, sizeof(*b->holds)) < 0)
		b->failed = true;
	else
		b->holds[b->nholds++] = *hold;
}

static int add_hold(struct xns_scan *s, const struct read_hold *h)
{
	uint32_t ns = snap_ns(s, h->type, h->inode);

	if (ns == SNAP_NONE)
		return -ENOMEM;
	return snap_hold(s, &(struct snap_hold){ .ns = ns,
						 .kind = h->kind,
						 .pid = h->pid,
						 .tid = h->tid ? h->tid : h->pid,
						 .fd = h->fd,
						 .via = SNAP_NONE });
}

static void add_gaps(struct xns_scan *s, struct xns_batch *b)
{
	if (b->unreadable)
		snap_gap(s, XNS_GAP_UNREADABLE, b->unreadable, "processes", snap_cure());
	if (b->unread_files)
		snap_gap(s, XNS_GAP_UNREADABLE, b->unread_files, "sockets and tun descriptors",
			 snap_cure());
	if (b->unborn)
		snap_gap(s, XNS_GAP_KERNEL, 0, "PID namespaces without a first process",
			 "kernel < 6.11");
	if (b->untold)
		snap_gap(s, XNS_GAP_KERNEL, 0, "descriptors of single threads",
			 "kcmp is forbidden or missing");
	snap_faults(s, b->faults);
	b->unreadable = b->unread_files = b->unborn = b->untold = b->faults = 0;
}

int xns_batch_flush(struct xns_scan *s, struct xns_batch *b)
{
	if (b->failed)
		return -ENOMEM;
	for (size_t i = 0; i < b->nprocs; i++)
		if (snap_add_proc(s, b->procs[i].pid, b->procs[i].inode, b->procs[i].flags) < 0)
			return -ENOMEM;
	for (size_t i = 0; i < b->nholds; i++)
		if (add_hold(s, &b->holds[i]) < 0)
			return -ENOMEM;
	for (size_t i = 0; i < b->ntables; i++)
		if (snap_add_table(s, b->tables[i].pid, b->tables[i].tid) < 0)
			return -ENOMEM;
	for (size_t i = 0; i < b->ndetails; i++)
		if (xns_note_detail(s, &b->details[i]) < 0)
			return -ENOMEM;
	b->nprocs = b->nholds = b->ntables = b->ndetails = 0;
	add_gaps(s, b);
	return 0;
}

void xns_batch_free(struct xns_batch *b)
{
	free(b->procs);
	free(b->holds);
	free(b->tables);
	for (size_t i = 0; i < b->ndetails; i++)
		free(b->details[i].command);
	free(b->details);
}
