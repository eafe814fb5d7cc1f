/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Namespaces that open descriptors hold. A descriptor is known by its link's text: to look at
 * the object behind it, even to stat it, might wait for what another one serves.
 */
#include "config.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "kernel.h"
#include "ns/handle.h"
#include "scan/parallel.h"

enum {
	FIRST_INODE = 0xf0000000, /* of what procfs and nsfs number dynamically */
	TUN_MAJOR = 10,
	TUN_MINOR = 200,
	NOT_TRIED = INT32_MIN,
};

/* The mount points of namespaces: what was opened through one has its path as link. */
struct points {
	const char **path;
	uint32_t mask;
};

struct reader {
	const struct xns_scan *s;
	struct points points;
	unsigned nsfs_major, nsfs_minor;
};

/* Whose descriptors are to be read, and the inode of their process's network namespace. */
struct owner {
	uint32_t pid, tid; /* tid 0: the process, else a thread with descriptors of its own */
	uint32_t net;
};

/* The one whose descriptors are read. */
struct target {
	const struct reader *r;
	uint32_t pid, tid; /* tid 0: the process */
	uint32_t net;      /* inode of its network namespace */
	int pidfd;         /* or NOT_TRIED, or a negative errno */
	int dir;           /* its fd directory */
	struct xns_batch *batch;
};

/* --- the set of mount points ------------------------------------------------------------ */

static uint32_t hash_text(const char *text)
{
	uint32_t h = 2166136261u;

	while (*text)
		h = (h ^ (unsigned char)*text++) * 16777619u;
	return h;
}

static const char **point_slot(const struct points *points, const char *path)
{
	uint32_t at = hash_text(path) & points->mask;

	while (points->path[at] && strcmp(points->path[at], path) != 0)
		at = (at + 1) & points->mask;
	return &points->path[at];
}

static int init_points(struct points *points, const struct xns_scan *s)
{
	uint32_t size = 64;

	while (size < 2 * s->nholders)
		size *= 2;
	points->mask = size - 1;
	points->path = calloc(size, sizeof(*points->path));
	if (!points->path)
		return -ENOMEM;
	for (size_t i = 0; i < s->nholders; i++)
		if (s->holders[i].kind == XNS_HELD_MOUNT)
			*point_slot(points, s->holders[i].path) = s->holders[i].path;
	return 0;
}

/* --- one descriptor --------------------------------------------------------------------- */

static void hold(const struct target *t, const char *name, enum xns_holder_kind kind,
		 enum xns_type type, uint32_t inode)
{
	xns_batch_hold(t->batch, &(struct read_hold){ .pid = t->pid,
						      .tid = t->tid,
						      .fd = (int32_t)strtol(name, NULL, 10),
						      .inode = inode,
						      .type = (uint8_t)type,
						      .kind = (uint8_t)kind });
}

/* The descriptor's inode as fdinfo shows it (5.14); 0: it does not. Asks no file system. */
static uint64_t fdinfo_inode(const struct target *t, const char *name)
{
	char path[64], text[512], *end;

	if (t->tid)
		snprintf(path, sizeof(path), "%u/task/%u/fdinfo/%s", t->pid, t->tid, name);
	else
		snprintf(path, sizeof(path), "%u/fdinfo/%s", t->pid, name);
	xns_auto_close int fd = openat(t->r->s->ctx->proc_fd, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	const char *at = strstr(text, "\nino:\t");
	return at ? strtoull(at + 6, &end, 10) : 0;
}

/*
 * Opened through a bind mount, the link shows the mount point: "/run/netns/a"; only "/" once
 * that has been unmounted. The first test costs no file system anything, the second asks for no
 * more than the kernel has at hand; only what is on nsfs is then opened.
 */
static void read_path(const struct target *t, const char *name)
{
	uint64_t inode = fdinfo_inode(t, name);
	struct statx stx;
	enum xns_type type;
	uint32_t found;

	if (inode && inode < FIRST_INODE)
		return;
	if (statx(t->dir, name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_INO, &stx) < 0 ||
	    stx.stx_dev_major != t->r->nsfs_major || stx.stx_dev_minor != t->r->nsfs_minor)
		return;
	xns_auto_close int fd = xns_handle_open(t->dir, name);
	if (fd >= 0 && xns_handle_identify(fd, &type, &found) == 0)
		hold(t, name, XNS_HELD_FD, type, found);
}

static int open_pidfd(const struct xns_scan *s, uint32_t pid, uint32_t tid)
{
	bool thread = tid && tid != pid;

	if (!s->ctx->own_proc)
		return -EXDEV;
	int fd = (int)syscall(SYS_pidfd_open, (pid_t)(thread ? tid : pid),
			      thread ? XNS_PIDFD_THREAD : 0);
	return fd < 0 ? -errno : fd;
}

static int borrow(struct target *t, const char *name)
{
	if (t->pidfd == NOT_TRIED)
		t->pidfd = open_pidfd(t->r->s, t->pid, t->tid);
	if (t->pidfd < 0)
		return t->pidfd;
	int fd = (int)syscall(SYS_pidfd_getfd, t->pidfd, atoi(name), 0);
	return fd < 0 ? -errno : fd;
}

int xns_borrow_fd(const struct xns_scan *s, uint32_t pid, uint32_t tid, int number)
{
	xns_auto_close int pidfd = open_pidfd(s, pid, tid);
	int fd = pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, number, 0);

	return fd < 0 ? pidfd < 0 ? pidfd : -errno : fd;
}

/* /dev/net/tun, whatever its path: statx here asks the kernel about a device's inode. */
static bool is_tun(int fd)
{
	struct statx stx;

	return statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE, &stx) == 0 &&
	       S_ISCHR(stx.stx_mode) && stx.stx_rdev_major == TUN_MAJOR &&
	       stx.stx_rdev_minor == TUN_MINOR;
}

/*
 * A socket or a tun descriptor: the network namespace that it belongs to, where that is not the
 * one that its process is in anyway. @link is its link's text.
 */
static void read_net(struct target *t, const char *name, enum xns_holder_kind kind,
		     const char *link, size_t len)
{
	xns_auto_close int fd = borrow(t, name);
	struct stat st;
	char again[64];

	if (fd < 0) {
		t->batch->unread_files += fd != -ESRCH && fd != -EBADF;
		return;
	}
	if (kind == XNS_HELD_TUN && !is_tun(fd))
		return;
	xns_auto_close int ns = ioctl(fd, XNS_SIOCGSKNS);
	if (ns < 0) {
		t->batch->unread_files += errno == EPERM || errno == EACCES;
		return;
	}
	if (fstat(ns, &st) < 0 || st.st_ino == t->net)
		return;
	/* The PID may be another process's by now, and the descriptor too: ours is not. */
	ssize_t n = readlinkat(t->dir, name, again, sizeof(again));
	if (n > 0 && (size_t)n == len && memcmp(link, again, len) == 0)
		hold(t, name, kind, XNS_NET, (uint32_t)st.st_ino);
}

static void read_file(struct target *t, const char *name)
{
	char link[4097];
	ssize_t n = readlinkat(t->dir, name, link, sizeof(link) - 1);
	enum xns_type type;
	uint32_t inode;

	if (n <= 0) {
		t->batch->faults += n < 0 && snap_is_fault(errno);
		return;
	}
	link[n] = '\0';
	if (link[0] == '/') {
		if (n == 1 || *point_slot(&t->r->points, link))
			read_path(t, name);
		else if (n < 64 && strncmp(strrchr(link, '/'), "/tun", 4) == 0)
			read_net(t, name, XNS_HELD_TUN, link, (size_t)n);
	} else if (strncmp(link, "socket:[", 8) == 0) {
		read_net(t, name, XNS_HELD_SOCKET, link, (size_t)n);
	} else if (link[n - 1] == ']' &&
		   xns_handle_parse_link(link, (size_t)n, &type, &inode) == 0) {
		hold(t, name, XNS_HELD_FD, type, inode);
	}
}

/* --- all of them ------------------------------------------------------------------------ */

static void read_files(const struct reader *r, uint32_t pid, uint32_t tid, uint32_t net,
		       struct xns_batch *batch)
{
	struct target t = { .r = r, .pid = pid, .tid = tid, .net = net, .batch = batch };
	struct xns_dir dir;
	uint32_t number;
	const char *name;
	char path[40];

	t.pidfd = NOT_TRIED;
	if (tid)
		snprintf(path, sizeof(path), "%u/task/%u/fd", pid, tid);
	else
		memcpy(xns_put_u64(path, pid), "/fd", 4);
	int err = xns_dir_open(&dir, r->s->ctx->proc_fd, path);
	if (err < 0) {
		batch->faults += snap_is_fault(err);
		return; /* gone; or it has been counted among the unreadable */
	}
	t.dir = dir.fd;
	while ((name = xns_dir_next(&dir, &number)))
		read_file(&t, name);
	batch->faults += dir.len < 0 && snap_is_fault((int)dir.len);
	close(dir.fd);
	if (t.pidfd >= 0)
		close(t.pidfd);
}

static uint32_t net_of(const struct xns_scan *s, const struct xns_proc *p)
{
	uint32_t net = p ? snap_ns_of(s, p, XNS_NET) : SNAP_NONE;

	return net == SNAP_NONE ? 0 : s->ns[net].inode;
}

static int init_reader(struct reader *r, const struct xns_scan *s)
{
	struct statx stx;

	r->s = s;
	if (statx(s->ctx->proc_fd, "self/ns/user", AT_STATX_DONT_SYNC, STATX_INO, &stx) == 0) {
		r->nsfs_major = stx.stx_dev_major;
		r->nsfs_minor = stx.stx_dev_minor;
	}
	return init_points(&r->points, s);
}

struct owners {
	struct reader r;
	struct owner *owner;
	size_t n;
};

static void read_one(const void *arg, size_t i, struct xns_batch *batch)
{
	const struct owners *owners = arg;
	const struct owner *o = &owners->owner[i];

	read_files(&owners->r, o->pid, o->tid, o->net, batch);
}

static int list_owners(struct owners *owners, const struct xns_scan *s)
{
	owners->owner = calloc(s->nprocs + s->ntables + 1, sizeof(*owners->owner));
	if (!owners->owner)
		return -ENOMEM;
	for (size_t i = 0; i < s->nprocs; i++) {
		const struct xns_proc *p = &s->procs[i];
		/* A dead process, or the dead leader of living threads, has none. */
		if (!(p->flags & PROC_UNREADABLE) && snap_ns_of(s, p, XNS_MNT) != SNAP_NONE)
			owners->owner[owners->n++] = (struct owner){ p->pid, 0, net_of(s, p) };
	}
	for (size_t i = 0; i < s->ntables; i++) {
		const struct snap_table *t = &s->tables[i];
		owners->owner[owners->n++] =
			(struct owner){ t->pid, t->tid, net_of(s, snap_proc(s, t->pid)) };
	}
	return 0;
}

int xns_collect_files(struct xns_scan *s)
{
	struct owners owners = { .n = 0 };
	int err = init_reader(&owners.r, s);

	if (!err)
		err = list_owners(&owners, s);
	if (!err)
		err = xns_read_many(s, owners.n, read_one, &owners);
	free(owners.owner);
	free(owners.r.points.path);
	return err;
}
