/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * POSIX message queues in the namespace of the calling process. They are made and removed by
 * system calls, but listed only through a mounted mqueue file system. The one at /dev/mqueue
 * belongs to the namespace it was mounted in, which may be another: so a fresh, unattached
 * mount is preferred.
 */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <mqueue.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include "ipc/ipc.h"
#include "kernel.h"

#define XNS_MQUEUE_MAGIC 0x19800202

#ifndef SYS_fsopen
#define SYS_fsopen   430 /* 5.2 */
#define SYS_fsconfig 431
#define SYS_fsmount  432
#endif
enum { FSOPEN_CLOEXEC_ = 1, FSMOUNT_CLOEXEC_ = 1, FSCONFIG_CMD_CREATE_ = 6 };

static int mount_fresh(void)
{
	xns_auto_close int fs = (int)syscall(SYS_fsopen, "mqueue", FSOPEN_CLOEXEC_);

	if (fs < 0 || syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE_, NULL, NULL, 0) < 0)
		return -errno;
	int fd = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC_, 0);
	return fd < 0 ? -errno : fd;
}

static int open_mqueues(struct xns_ipc *ipc)
{
	xns_auto_close int mounted = mount_fresh();
	struct statfs fs;

	if (mounted >= 0) {
		int fd = openat(mounted, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		return fd < 0 ? xns_fail(ipc->ctx, errno, "open the message queues") : fd;
	}
	/* In another namespace, /dev/mqueue would show the caller's queues as if they were its.
	 */
	int err = -mounted;
	xns_auto_close int dev = -1;
	if (ipc->ns < 0)
		dev = open("/dev/mqueue", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dev < 0 || fstatfs(dev, &fs) < 0 || fs.f_type != XNS_MQUEUE_MAGIC)
		return xns_fail(ipc->ctx, err, "mount the message queues to list them");
	return xns_steal_fd(&dev);
}

/* "QSIZE:5          NOTIFY:0 ..." */
static void read_queue(int dir, const char *file, struct xns_ipc_object *o)
{
	xns_auto_close int fd =
		openat(dir, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct mq_attr attr;
	char text[128] = "";

	o->size = o->count = XNS_IPC_UNKNOWN;
	if (fd < 0)
		return;
	if (read(fd, text, sizeof(text) - 1) <= 0 ||
	    sscanf(text, "QSIZE:%" SCNu64, &o->size) != 1)
		o->size = XNS_IPC_UNKNOWN;
	if (mq_getattr(fd, &attr) == 0) {
		o->count = (uint64_t)attr.mq_curmsgs;
		o->limit = (uint64_t)attr.mq_maxmsg * (uint64_t)attr.mq_msgsize;
	}
}

static int add_queue(int dir, const char *file, struct xns_blob *objects)
{
	struct stat st;

	if (fstatat(dir, file, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
		return 0;
	struct xns_ipc_object o = {
		.kind = XNS_IPC_PMSG,
		.id = -1,
		.mode = st.st_mode & 07777,
		.uid = st.st_uid,
		.cuid = st.st_uid,
		.gid = st.st_gid,
		.cgid = st.st_gid,
		.ctime = st.st_mtime,
	};
	snprintf(o.name, sizeof(o.name), "/%s", file);
	read_queue(dir, file, &o);
	return xns_blob_add(objects, &o, sizeof(o));
}

int xns_mqueue_list(struct xns_ipc *ipc, struct xns_blob *objects)
{
	int fd = open_mqueues(ipc), err = 0;

	if (fd < 0)
		return fd;
	DIR *dir = fdopendir(fd);
	if (!dir) {
		err = errno;
		close(fd);
		return xns_fail(ipc->ctx, err, "list the message queues");
	}
	for (struct dirent *e; err == 0 && (errno = 0, e = readdir(dir));)
		err = add_queue(fd, e->d_name, objects);
	if (err == 0)
		err = -errno;
	closedir(dir);
	return err < 0 ? xns_fail(ipc->ctx, -err, "list the message queues") : 0;
}

/* mq_open(3) wants the slash that we leave to the caller's taste. */
static int queue_name(const char *name, char *slashed, size_t size)
{
	slashed[0] = '/';
	return xns_posix_file_name(XNS_IPC_PMSG, name, slashed + 1, size - 1);
}

int xns_mqueue_make(struct xns_ipc *ipc, const struct xns_ipc_spec *spec)
{
	char name[NAME_MAX + 2];
	int err = queue_name(spec->name, name, sizeof(name));

	if (err == 0) {
		mqd_t queue = mq_open(name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC,
				      spec->mode & 07777, NULL);

		if (queue == (mqd_t)-1)
			err = -errno;
		else if (spec->has_owner && fchown(queue, spec->uid, spec->gid) < 0) {
			err = -errno;
			mq_unlink(name);
		}
		if (queue != (mqd_t)-1)
			mq_close(queue);
	}
	return err < 0 ? xns_fail(ipc->ctx, -err, "create POSIX message queue '%s'", spec->name)
		       : 0;
}

int xns_mqueue_remove(struct xns_ipc *ipc, const char *name)
{
	char slashed[NAME_MAX + 2];
	int err = queue_name(name, slashed, sizeof(slashed));

	(void)ipc;
	if (err < 0)
		return err;
	return mq_unlink(slashed) < 0 ? -errno : 0;
}
