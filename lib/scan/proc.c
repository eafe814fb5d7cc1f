/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Processes by way of /proc: eight readlinks on an O_PATH descriptor of PID/ns, nothing opened
 * and nothing asked that a chosen column does not need.
 */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>

#include "ns/handle.h"
#include "scan/snapshot.h"

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

/*
 * Reads the links of /proc/@pid. Returns 0 with what could be read (a zombie has only a few),
 * -1 where the process is gone, or -EACCES where we may not look.
 */
static int read_links(int proc_fd, uint32_t pid, uint32_t inode[XNS_NTYPES])
{
	char path[24], link[48];

	memcpy(xns_put_u32(path, pid), "/ns", 4);
	xns_auto_close int dir = openat(proc_fd, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return errno == EACCES || errno == EPERM ? -EACCES : -1;
	xns_for_each_type (t) {
		ssize_t n = readlinkat(dir, xns_types[t].name, link, sizeof(link));
		if (n < 0 && (errno == EACCES || errno == EPERM))
			return -EACCES; /* so will the others be, at 2 microseconds each */
		inode[t] = link_inode(link, n, t);
	}
	return 0;
}

static int collect_one(struct xns_scan *s, uint32_t pid)
{
	uint32_t inode[XNS_NTYPES] = { 0 };
	int rc = read_links(s->ctx->proc_fd, pid, inode);

	if (rc == -1)
		return 0;
	if (rc == -EACCES)
		snap_gap(s, XNS_GAP_UNREADABLE, 1, "processes");
	return snap_add_proc(s, pid, inode, rc == -EACCES ? PROC_UNREADABLE : 0) < 0 ? -ENOMEM
										     : 0;
}

XNS_EXPORT int xns_task_ns(struct xns_ctx *ctx, pid_t tid, uint32_t inode[XNS_NTYPES])
{
	memset(inode, 0, XNS_NTYPES * sizeof(*inode));
	int rc = tid > 0 ? read_links(ctx->proc_fd, (uint32_t)tid, inode) : -1;
	if (rc == 0)
		return 0;
	return xns_fail(ctx, rc == -EACCES ? EACCES : ESRCH, "look at process %d", (int)tid);
}

static void close_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

int xns_collect_procs(struct xns_scan *s)
{
	int fd = openat(s->ctx->proc_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	__attribute__((cleanup(close_dir))) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!dir) {
		int err = errno;
		if (fd >= 0)
			close(fd);
		return xns_fail(s->ctx, err, "open /proc");
	}
	s->backend = "procfs";
	while (errno = 0, (entry = readdir(dir))) {
		uint64_t pid;
		if (xns_parse_u64(entry->d_name, strlen(entry->d_name), INT32_MAX, &pid) < 0 ||
		    !pid)
			continue;
		int err = collect_one(s, (uint32_t)pid);
		if (err < 0)
			return err;
	}
	return errno ? xns_fail(s->ctx, errno, "read /proc") : 0;
}
