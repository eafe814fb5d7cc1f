/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is read of a process only when somebody asks: parent, user, command line. Everything
 * here is text that the process itself may have chosen: bounded, and never trusted.
 */
#include "config.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "kernel.h"
#include "scan/snapshot.h"
#include "scan/text.h"

enum {
	MAX_STATUS = 64 * 1024,
	MAX_COMMAND = 128 * 1024,
};

/* Parent and user in two system calls, where the PIDs of /proc are our own (Linux 6.13). */
static bool ask_pidfd(struct xns_proc *p)
{
	struct xns_pidfd_info info = { .mask = XNS_PIDFD_INFO_PID | XNS_PIDFD_INFO_CREDS };
	xns_auto_close int fd = (int)syscall(SYS_pidfd_open, (pid_t)p->pid, 0);

	if (fd < 0 || ioctl(fd, XNS_PIDFD_GET_INFO, &info) < 0 ||
	    !(info.mask & XNS_PIDFD_INFO_CREDS))
		return false;
	p->ppid = info.ppid;
	p->uid = info.euid;
	return true;
}

static bool ask_status(struct xns_scan *s, struct xns_proc *p)
{
	char path[32];
	xns_auto_free char *text = NULL;

	memcpy(xns_put_u64(path, p->pid), "/status", 8);
	ssize_t n = xns_read_file(s->ctx->proc_fd, path, MAX_STATUS, &text);
	if (n < 0) {
		snap_faults(s, snap_is_fault((int)n));
		return false;
	}
	return xns_status_number(text, "\nPPid:", 0, &p->ppid) &&
	       xns_status_number(text, "\nUid:", 1, &p->uid);
}

static void fill_ids(struct xns_scan *s, struct xns_proc *p)
{
	if ((s->ctx->own_proc && ask_pidfd(p)) || ask_status(s, p))
		p->flags |= PROC_KNOWS_PPID | PROC_KNOWS_UID;
}

/* A living process's text that could not be read: not gone, and not known as unreadable. */
static void note_failure(struct xns_scan *s, const struct xns_proc *p, ssize_t err)
{
	if (err == -EACCES || err == -EPERM)
		snap_faults(s, !(p->flags & PROC_UNREADABLE));
	else if (err < 0)
		snap_faults(s, snap_is_fault((int)err));
}

static ssize_t read_some(int fd, char *buf, size_t size)
{
	ssize_t n;

	do
		n = read(fd, buf, size);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/*
 * As much of a file as fits, where more is no error: *@text, which the caller frees, and its
 * length. Returns that or a negative errno.
 */
static ssize_t read_head(int dirfd, const char *path, size_t max, char **text)
{
	xns_auto_close int fd =
		openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char small[4096];

	if (fd < 0)
		return -errno;
	ssize_t n = read_some(fd, small, sizeof(small));
	if (n < 0)
		return n;
	size_t len = (size_t)n;
	xns_auto_free char *head = malloc(len + 1);
	if (!head)
		return -ENOMEM;
	memcpy(head, small, len);
	while (n > 0 && len >= sizeof(small) && len < max) {
		char *more = realloc(head, len + sizeof(small) + 1);
		if (!more)
			return -ENOMEM;
		head = more;
		n = read_some(fd, head + len, sizeof(small));
		if (n < 0)
			return n;
		len += (size_t)n;
	}
	head[len] = '\0';
	*text = xns_steal_ptr(&head);
	return (ssize_t)len;
}

static void fill_command(struct xns_scan *s, struct xns_proc *p)
{
	xns_auto_free char *text = NULL;
	char path[32];
	char *end = xns_put_u64(path, p->pid);

	p->flags |= PROC_KNOWS_COMMAND;
	memcpy(end, "/cmdline", 9);
	ssize_t len = read_head(s->ctx->proc_fd, path, MAX_COMMAND, &text);
	note_failure(s, p, len);
	if (len <= 0 || xns_join_arguments(text, (size_t)len) == 0) {
		free(xns_steal_ptr(&text));
		memcpy(end, "/comm", 6);
		len = read_head(s->ctx->proc_fd, path, 64, &text);
		note_failure(s, p, len);
		if (len > 0 && text[len - 1] == '\n')
			text[len - 1] = '\0';
	}
	if (text && snap_set_command(s, p, text) < 0)
		snap_faults(s, 1);
}

/*
 * The getters' const is a promise about what was seen: filling in what nobody had asked for yet
 * does not break it.
 */
static struct xns_proc *fillable(const struct xns_scan *scan, const struct xns_proc *proc)
{
	return &scan->procs[proc - scan->procs];
}

XNS_EXPORT pid_t xns_proc_ppid(const struct xns_scan *scan, const struct xns_proc *proc)
{
	struct xns_proc *p = fillable(scan, proc);

	if (!(p->flags & PROC_KNOWS_PPID))
		fill_ids((struct xns_scan *)scan, p);
	return p->flags & PROC_KNOWS_PPID ? (pid_t)p->ppid : -1;
}

XNS_EXPORT int xns_proc_uid(const struct xns_scan *scan, const struct xns_proc *proc,
			    uid_t *uid)
{
	struct xns_proc *p = fillable(scan, proc);

	if (!(p->flags & PROC_KNOWS_UID))
		fill_ids((struct xns_scan *)scan, p);
	if (!(p->flags & PROC_KNOWS_UID))
		return -ESRCH;
	*uid = p->uid;
	return 0;
}

XNS_EXPORT const char *xns_proc_command(const struct xns_scan *scan,
					const struct xns_proc *proc)
{
	struct xns_proc *p = fillable(scan, proc);

	if (!(p->flags & PROC_KNOWS_COMMAND))
		fill_command((struct xns_scan *)scan, p);
	return p->command ? scan->commands[p->command - 1] : NULL;
}
