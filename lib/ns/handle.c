/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Namespace descriptors: safe opening, nsfs ioctls, ids and file handles. */
#include "config.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "kernel.h"
#include "ns/handle.h"
#include "private.h"

int xns_handle_parse_link(const char *link, size_t len, enum xns_type *type, uint32_t *inode)
{
	const char *colon = memchr(link, ':', len);
	uint64_t number;

	if (!colon || len < (size_t)(colon - link) + 4 || colon[1] != '[' ||
	    link[len - 1] != ']')
		return -EINVAL;
	size_t name_len = (size_t)(colon - link);
	if (xns_parse_u64(colon + 2, len - name_len - 3, UINT32_MAX, &number) < 0)
		return -EINVAL;
	xns_for_each_type (t) {
		if (strlen(xns_types[t].name) == name_len &&
		    memcmp(xns_types[t].name, link, name_len) == 0) {
			*type = t;
			*inode = (uint32_t)number;
			return 0;
		}
	}
	return -EINVAL;
}

/* The link of an nsfs file names its type, also where the descriptor is O_PATH (no ioctl). */
static int type_from_fd_link(int fd, enum xns_type *type)
{
	char path[32] = "/proc/self/fd/", link[64];
	uint32_t inode;

	xns_put_u64(path + strlen(path), (uint32_t)fd);
	ssize_t n = readlink(path, link, sizeof(link));
	if (n < 0)
		return -errno;
	/* A bind mount shows its mount point here: no type to be had. */
	return xns_handle_parse_link(link, (size_t)n, type, &inode);
}

int xns_handle_identify(int fd, enum xns_type *type, uint32_t *inode)
{
	struct statfs fs;
	struct stat st;
	xns_auto_close int opened = -1;
	int known;

	if (fstatfs(fd, &fs) < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (fs.f_type != XNS_NSFS_MAGIC || !S_ISREG(st.st_mode))
		return -EINVAL;
	*inode = (uint32_t)st.st_ino;
	int flag = ioctl(fd, NS_GET_NSTYPE);
	if (flag < 0 && errno == EBADF) {
		char path[32] = "/proc/self/fd/";

		xns_put_u64(path + strlen(path), (uint32_t)fd);
		opened = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (opened < 0)
			return -errno;
		flag = ioctl(opened, NS_GET_NSTYPE);
	}
	if (flag < 0)
		return type_from_fd_link(fd, type);
	/* pidfs is nsfs' sibling, not nsfs; a flag we do not know is a type of the future. */
	known = xns_type_from_flag((uint64_t)(unsigned)flag);
	if (known < 0)
		return known;
	*type = (enum xns_type)known;
	return 0;
}

int xns_handle_open(int dirfd, const char *path)
{
	xns_auto_close int found = openat(dirfd, path, O_PATH | O_CLOEXEC);

	return found < 0 ? -errno : xns_handle_reopen(found);
}

/* Every namespace is on the one nsfs: its device number tells, and no file system is asked. */
static int check_nsfs(int fd)
{
	struct statx ours, it;

	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_INO, &it) < 0 ||
	    statx(AT_FDCWD, "/proc/self/ns/user", AT_STATX_DONT_SYNC, STATX_INO, &ours) < 0)
		return -errno;
	return it.stx_dev_major == ours.stx_dev_major && it.stx_dev_minor == ours.stx_dev_minor
		       ? 0
		       : -EINVAL;
}

int xns_handle_reopen(int found)
{
	char self[32] = "/proc/self/fd/";
	int err = check_nsfs(found);

	if (err < 0)
		return err;
	xns_put_u64(self + strlen(self), (uint32_t)found);
	int fd = open(self, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	return fd < 0 ? -errno : fd;
}

int xns_handle_open_id(enum xns_type type, uint64_t id, uint32_t inode)
{
	struct {
		struct file_handle head;
		struct xns_nsfs_handle ns;
	} handle = {
		.head.handle_bytes = sizeof(handle.ns),
		.head.handle_type = XNS_FILEID_NSFS,
		.ns = { .ns_id = id,
			.ns_type = inode ? (uint32_t)xns_types[type].flag : 0,
			.ns_inum = inode },
	};
	int fd = open_by_handle_at(XNS_FD_NSFS_ROOT, &handle.head, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int xns_handle_owner(int fd)
{
	int owner = ioctl(fd, NS_GET_USERNS);

	return owner < 0 ? -errno : owner;
}

int xns_handle_parent(int fd)
{
	int parent = ioctl(fd, NS_GET_PARENT);

	return parent < 0 ? -errno : parent;
}

int xns_handle_owner_uid(int fd, uid_t *uid)
{
	return ioctl(fd, NS_GET_OWNER_UID, uid) < 0 ? -errno : 0;
}

int xns_handle_id(int fd, uint64_t *id)
{
	if (ioctl(fd, XNS_NS_GET_ID, id) == 0 || ioctl(fd, XNS_NS_GET_MNTNS_ID, id) == 0)
		return 0;
	return -errno;
}
