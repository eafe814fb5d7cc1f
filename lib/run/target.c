/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Holding the process whose namespaces are entered, and reading it through what is held. */
#include "config.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "kernel.h"
#include "ns/handle.h"
#include "run/target.h"

#define PIDFS_MAGIC 0x50494446 /* 6.9: every pidfd has an inode of its own */

void xns_target_init(struct xns_target *target)
{
	*target = (struct xns_target){ .pidfd = -1, .dir = -1 };
}

void xns_target_close(struct xns_target *target)
{
	xns_cleanup_close(&target->pidfd);
	xns_cleanup_close(&target->dir);
	xns_target_init(target);
}

static int open_pidfd(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	/* The number of a thread: EINVAL, ENOENT since 6.15 */
	if (fd < 0 && (errno == EINVAL || errno == ENOENT))
		fd = (int)syscall(SYS_pidfd_open, pid, XNS_PIDFD_THREAD);
	return fd;
}

static int check_inode(struct xns_ctx *ctx, const struct xns_target *target, uint64_t inode)
{
	struct statfs fs;
	struct stat st;

	if (target->pidfd < 0 || fstatfs(target->pidfd, &fs) < 0 || fs.f_type != PIDFS_MAGIC)
		return xns_fail(ctx, EOPNOTSUPP, "check the inode of process %d", target->pid);
	if (fstat(target->pidfd, &st) < 0)
		return xns_fail(ctx, errno, "stat the pidfd of process %d", target->pid);
	if (st.st_ino != inode)
		return xns_fail(ctx, ESRCH, "find process %d with inode %llu", target->pid,
				(unsigned long long)inode);
	return 0;
}

int xns_target_open(struct xns_ctx *ctx, struct xns_target *target, pid_t pid, uint64_t inode)
{
	char name[16];
	int err;

	xns_target_init(target);
	target->pid = pid;
	xns_put_u64(name, (uint32_t)pid);
	target->dir = openat(ctx->proc_fd, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (target->dir < 0)
		return xns_fail(ctx, errno == ENOENT ? ESRCH : errno, "find process %d", pid);
	target->pidfd = open_pidfd(pid);
	/* Numbers mean the same in /proc and for us, else the pidfd is somebody else's. */
	if (target->pidfd < 0 && errno != ENOSYS && errno != EINVAL) {
		err = xns_fail(ctx, errno, "open a pidfd of process %d", pid);
	} else {
		/* Whoever is alive in the directory now held the number at pidfd_open, too. */
		err = xns_target_check(ctx, target);
		if (err == 0 && inode)
			err = check_inode(ctx, target, inode);
	}
	if (err < 0)
		xns_target_close(target);
	return err;
}

int xns_target_check(struct xns_ctx *ctx, const struct xns_target *target)
{
	struct pollfd p = { .fd = target->pidfd, .events = POLLIN };
	struct stat st;

	/* A look-up below the directory fails once its process is gone, reaped or not known. */
	if (fstatat(target->dir, "ns", &st, 0) < 0)
		return xns_fail(ctx, ESRCH, "enter process %d: it has ended", target->pid);
	/* A pidfd is readable when its process, or thread, has ended. */
	int n = target->pidfd < 0 ? 0 : poll(&p, 1, 0);
	if (n < 0)
		return xns_fail(ctx, errno, "see whether process %d is alive", target->pid);
	if (n == 1 && (p.revents & POLLIN))
		return xns_fail(ctx, ESRCH,
				xns_target_state(target) == 'Z'
					? "enter process %d: it is a zombie"
					: "enter process %d: it has ended",
				target->pid);
	return 0;
}

char xns_target_state(const struct xns_target *target)
{
	xns_auto_free char *text = NULL;
	const char *after;

	if (xns_read_file(target->dir, "stat", 65536, &text) < 0)
		return '?';
	/* The command name may hold anything but ends at the last parenthesis. */
	after = strrchr(text, ')');
	return after && after[1] == ' ' && after[2] ? after[2] : '?';
}

int xns_target_openat(struct xns_ctx *ctx, const struct xns_target *target, const char *name,
		      int flags)
{
	int fd = openat(target->dir, name, flags | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return xns_fail(ctx, errno, "open /proc/%d/%s", target->pid, name);
	return fd;
}

int xns_target_ns(struct xns_ctx *ctx, const struct xns_target *target, enum xns_type type)
{
	char name[32];
	int fd;

	snprintf(name, sizeof(name), "ns/%s", xns_types[type].name);
	fd = xns_handle_open(target->dir, name);
	if (fd < 0)
		return xns_fail(ctx, -fd, "open /proc/%d/%s", target->pid, name);
	return fd;
}

int xns_proc_ns_inode(int dir, const char *link, uint32_t *inode)
{
	char path[48] = "ns/", text[64];
	const char *bracket;
	uint64_t number;

	memcpy(path + 3, link, strlen(link) + 1);
	ssize_t n = readlinkat(dir, path, text, sizeof(text));
	if (n < 0)
		return -errno;
	bracket = memchr(text, '[', (size_t)n);
	if (!bracket || text[n - 1] != ']' ||
	    xns_parse_u64(bracket + 1, (size_t)(text + n - 1 - (bracket + 1)), UINT32_MAX,
			  &number) < 0)
		return -EINVAL;
	*inode = (uint32_t)number;
	return 0;
}

int xns_proc_status(struct xns_ctx *ctx, int dir, const char *field, char *value, size_t size)
{
	xns_auto_free char *text = NULL;
	size_t len = strlen(field);
	ssize_t n = xns_read_file(dir, "status", 1 << 20, &text);

	if (n < 0)
		return xns_fail(ctx, (int)-n, "read the status of the process");
	/* Name: is the first line and has its line breaks escaped, so no field can be faked. */
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, field, len) != 0)
			continue;
		line += len;
		line += strspn(line, " \t");
		snprintf(value, size, "%.*s", (int)strcspn(line, "\n"), line);
		return 0;
	}
	return xns_fail(ctx, ENODATA, "find %s in the status of the process", field);
}
