/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is read of a process only when somebody asks, or will: parent, user, command line.
 * Everything here is text that the process itself may have chosen: bounded, and never trusted.
 */
#include "config.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "kernel.h"
#include "scan/parallel.h"
#include "scan/text.h"

enum {
	MAX_STATUS = 64 * 1024,
	MAX_COMMAND = 128 * 1024,
};

/* Parent and user in two system calls, where the PIDs of /proc are our own (Linux 6.13). */
static bool ask_pidfd(uint32_t pid, struct read_detail *d)
{
	struct xns_pidfd_info info = { .mask = XNS_PIDFD_INFO_PID | XNS_PIDFD_INFO_CREDS };
	xns_auto_close int fd = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);

	if (fd < 0 || ioctl(fd, XNS_PIDFD_GET_INFO, &info) < 0 ||
	    !(info.mask & XNS_PIDFD_INFO_CREDS))
		return false;
	d->ppid = info.ppid;
	d->uid = info.euid;
	return true;
}

static bool ask_status(const struct xns_scan *s, uint32_t pid, struct read_detail *d)
{
	char path[32];
	xns_auto_free char *text = NULL;

	memcpy(xns_put_u64(path, pid), "/status", 8);
	ssize_t n = xns_read_file(s->ctx->proc_fd, path, MAX_STATUS, &text);
	if (n < 0) {
		d->faults += snap_is_fault((int)n);
		return false;
	}
	return xns_status_number(text, "\nPPid:", 0, &d->ppid) &&
	       xns_status_number(text, "\nUid:", 1, &d->uid);
}

static void read_ids(const struct xns_scan *s, uint32_t pid, struct read_detail *d)
{
	if ((s->ctx->own_proc && ask_pidfd(pid, d)) || ask_status(s, pid, d))
		d->flags |= PROC_KNOWS_IDS;
}

/* A living process's text that could not be read: not gone, and not known as unreadable. */
static void note_failure(struct read_detail *d, ssize_t err)
{
	if (err == -EACCES || err == -EPERM)
		d->faults += !(d->flags & PROC_UNREADABLE);
	else if (err < 0)
		d->faults += snap_is_fault((int)err);
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

static void read_command(const struct xns_scan *s, uint32_t pid, struct read_detail *d)
{
	char path[32];
	char *end = xns_put_u64(path, pid);

	d->flags |= PROC_KNOWS_COMMAND;
	memcpy(end, "/cmdline", 9);
	ssize_t len = read_head(s->ctx->proc_fd, path, MAX_COMMAND, &d->command);
	note_failure(d, len);
	if (len > 0 && xns_join_arguments(d->command, (size_t)len) > 0)
		return;
	free(xns_steal_ptr(&d->command));
	memcpy(end, "/comm", 6);
	len = read_head(s->ctx->proc_fd, path, 64, &d->command);
	note_failure(d, len);
	if (len > 0 && d->command[len - 1] == '\n')
		d->command[len - 1] = '\0';
}

/* Reads what of @wanted is not known yet. */
static void read_detail(const struct xns_scan *s, uint32_t pid, uint32_t wanted,
			struct read_detail *d)
{
	wanted &= ~d->flags;
	if (wanted & PROC_KNOWS_IDS)
		read_ids(s, pid, d);
	if (wanted & PROC_KNOWS_COMMAND)
		read_command(s, pid, d);
}

int xns_note_detail(struct xns_scan *s, struct read_detail *d)
{
	struct xns_proc *p = &s->procs[d->proc];
	int rc = 0;

	if (d->flags & ~p->flags & PROC_KNOWS_IDS) {
		p->ppid = d->ppid;
		p->uid = d->uid;
	}
	p->flags |= d->flags;
	if (d->command)
		rc = snap_set_command(s, p, d->command);
	free(xns_steal_ptr(&d->command));
	snap_faults(s, d->faults);
	return rc;
}

/* --- of all that will be shown ---------------------------------------------------------- */

struct leader {
	uint32_t pid, proc, flags;
};

struct leaders {
	const struct xns_scan *s;
	const struct leader *v;
};

static void read_leader(const void *arg, size_t i, struct xns_batch *b)
{
	const struct leaders *all = arg;
	const struct leader *leader = &all->v[i];
	struct read_detail d = { .proc = leader->proc, .flags = leader->flags };

	if (xns_grow(&b->details, &b->details_cap, b->ndetails + 1, sizeof(*b->details)) < 0) {
		b->failed = true;
		return;
	}
	read_detail(all->s, leader->pid, PROC_KNOWS_IDS | PROC_KNOWS_COMMAND, &d);
	b->details[b->ndetails++] = d;
}

int xns_read_leaders(struct xns_scan *s)
{
	xns_auto_free struct leader *v = calloc(s->nns + 1, sizeof(*v));
	size_t n = 0;

	if (!v)
		return -ENOMEM;
	for (size_t i = 0; i < s->nns; i++) {
		if (s->ns[i].leader == SNAP_NONE)
			continue;
		struct xns_proc *p = &s->procs[s->ns[i].leader];
		if (!(p->flags & PROC_TAKEN))
			v[n++] = (struct leader){ p->pid, s->ns[i].leader, p->flags };
		p->flags |= PROC_TAKEN;
	}
	return xns_read_many(s, n, read_leader, &(struct leaders){ s, v });
}

/* --- of one ----------------------------------------------------------------------------- */

/*
 * The getters' const is a promise about what was seen: filling in what nobody had asked for yet
 * does not break it.
 */
static struct xns_proc *known(const struct xns_scan *scan, const struct xns_proc *proc,
			      uint32_t wanted)
{
	struct xns_scan *s = (struct xns_scan *)scan;
	struct xns_proc *p = &s->procs[proc - s->procs];

	if (wanted & ~p->flags) {
		struct read_detail d = { .proc = (uint32_t)(proc - s->procs),
					 .flags = p->flags };

		read_detail(s, p->pid, wanted, &d);
		if (xns_note_detail(s, &d) < 0)
			snap_faults(s, 1);
	}
	return p;
}

XNS_EXPORT pid_t xns_proc_ppid(const struct xns_scan *scan, const struct xns_proc *proc)
{
	const struct xns_proc *p = known(scan, proc, PROC_KNOWS_IDS);

	return p->flags & PROC_KNOWS_IDS ? (pid_t)p->ppid : -1;
}

XNS_EXPORT int xns_proc_uid(const struct xns_scan *scan, const struct xns_proc *proc,
			    uid_t *uid)
{
	const struct xns_proc *p = known(scan, proc, PROC_KNOWS_IDS);

	if (!(p->flags & PROC_KNOWS_IDS))
		return -ESRCH;
	*uid = p->uid;
	return 0;
}

XNS_EXPORT const char *xns_proc_command(const struct xns_scan *scan,
					const struct xns_proc *proc)
{
	const struct xns_proc *p = known(scan, proc, PROC_KNOWS_COMMAND);

	return p->command ? scan->commands[p->command - 1] : NULL;
}
