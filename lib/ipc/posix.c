/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * POSIX shared memory and named semaphores: files in the directory that shm_open(3) and
 * sem_open(3) use, reached through a descriptor so that it can be another process' directory.
 */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <sys/stat.h>

#include "ipc/ipc.h"

#define SEM_PREFIX "sem."

int xns_posix_file_name(enum xns_ipc_kind kind, const char *name, char *file, size_t size)
{
	const char *base = name[0] == '/' ? name + 1 : name;
	const char *prefix = kind == XNS_IPC_PSEM ? SEM_PREFIX : "";

	if (!base[0] || strcmp(base, ".") == 0 || strcmp(base, "..") == 0 || strchr(base, '/'))
		return -EINVAL;
	int n = snprintf(file, size, "%s%s", prefix, base);
	return n < 0 || (size_t)n >= size || n > NAME_MAX ? -ENAMETOOLONG : 0;
}

static int need_dir(struct xns_ipc *ipc)
{
	if (ipc->shm_dir >= 0)
		return 0;
	return xns_fail(
		ipc->ctx, EOPNOTSUPP,
		ipc->ns >= 0 && !ipc->named_pid
			? "reach /dev/shm, which no namespace file leads to (name a process)"
			: "reach /dev/shm");
}

/* --- listing ------------------------------------------------------------------------ */

/* libc's own bytes, so libc's own reading of them. */
static uint64_t sem_value(int dir, const char *file)
{
	xns_auto_close int fd =
		openat(dir, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	sem_t sem;
	int value;

	if (fd < 0 || pread(fd, &sem, sizeof(sem), 0) != (ssize_t)sizeof(sem) ||
	    sem_getvalue(&sem, &value) < 0 || value < 0)
		return XNS_IPC_UNKNOWN;
	return (uint64_t)value;
}

static int add_file(int dir, enum xns_ipc_kind kind, const char *file, struct xns_blob *objects)
{
	bool is_sem = strncmp(file, SEM_PREFIX, strlen(SEM_PREFIX)) == 0;
	struct stat st;

	if (is_sem != (kind == XNS_IPC_PSEM) ||
	    fstatat(dir, file, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
		return 0; /* of the other kind, vanished, or nothing that libc made */
	struct xns_ipc_object o = {
		.kind = kind,
		.id = -1,
		.mode = st.st_mode & 07777,
		.uid = st.st_uid,
		.cuid = st.st_uid,
		.gid = st.st_gid,
		.cgid = st.st_gid,
		.ctime = st.st_mtime,
	};
	snprintf(o.name, sizeof(o.name), "%s", file + (is_sem ? strlen(SEM_PREFIX) : 0));
	if (is_sem)
		o.count = sem_value(dir, file);
	else
		o.size = (uint64_t)st.st_size;
	return xns_blob_add(objects, &o, sizeof(o));
}

int xns_posix_list(struct xns_ipc *ipc, enum xns_ipc_kind kind, struct xns_blob *objects)
{
	int err = need_dir(ipc);

	if (err < 0)
		return err;
	/* Opened anew: a duplicate would share its position with other listings. */
	int fd = openat(ipc->shm_dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		err = errno;
		if (fd >= 0)
			close(fd);
		return xns_fail(ipc->ctx, err, "list /dev/shm");
	}
	for (struct dirent *e; err == 0 && (errno = 0, e = readdir(dir));)
		err = add_file(fd, kind, e->d_name, objects);
	if (err == 0)
		err = -errno;
	closedir(dir);
	return err < 0 ? xns_fail(ipc->ctx, -err, "list /dev/shm") : 0;
}

/* --- making and removing ------------------------------------------------------------ */

static int fill(int fd, const struct xns_ipc_spec *spec)
{
	if (spec->has_owner && fchown(fd, spec->uid, spec->gid) < 0)
		return -errno;
	if (spec->kind == XNS_IPC_PSHM) {
		if (spec->amount > INT64_MAX)
			return -EFBIG;
		return ftruncate(fd, (off_t)spec->amount) < 0 ? -errno : 0;
	}
	sem_t sem;
	memset(&sem, 0, sizeof(sem));
	if (spec->amount > SEM_VALUE_MAX || sem_init(&sem, 1, (unsigned)spec->amount) < 0)
		return -EINVAL;
	ssize_t n = write(fd, &sem, sizeof(sem));
	if (n < 0)
		return -errno;
	return n == (ssize_t)sizeof(sem) ? 0 : -ENOSPC;
}

/*
 * The file gets its name when it is complete: a semaphore that is found half-made would be
 * taken for a broken one. Where the file system has no unnamed files, O_EXCL has to do.
 */
int xns_posix_make(struct xns_ipc *ipc, const struct xns_ipc_spec *spec)
{
	const char *what = spec->kind == XNS_IPC_PSEM ? "semaphore" : "shared memory";
	char file[NAME_MAX + 1], self[32] = "/proc/self/fd/";
	mode_t mode = spec->mode & 07777;
	int err = need_dir(ipc);

	if (err < 0)
		return err;
	err = xns_posix_file_name(spec->kind, spec->name, file, sizeof(file));
	if (err < 0)
		return xns_fail(ipc->ctx, -err, "create POSIX %s '%s'", what, spec->name);
	xns_auto_close int fd = openat(ipc->shm_dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
	bool named = fd < 0;
	if (named)
		fd = openat(ipc->shm_dir, file,
			    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0)
		return xns_fail(ipc->ctx, errno, "create POSIX %s '%s'", what, spec->name);
	err = fill(fd, spec);
	xns_put_u64(self + strlen(self), (uint32_t)fd);
	if (err == 0 && !named &&
	    linkat(AT_FDCWD, self, ipc->shm_dir, file, AT_SYMLINK_FOLLOW) < 0)
		err = -errno;
	if (err < 0 && named)
		unlinkat(ipc->shm_dir, file, 0);
	return err < 0 ? xns_fail(ipc->ctx, -err, "create POSIX %s '%s'", what, spec->name) : 0;
}

int xns_posix_remove(struct xns_ipc *ipc, enum xns_ipc_kind kind, const char *name)
{
	char file[NAME_MAX + 1];
	int err = need_dir(ipc);

	if (err == 0)
		err = xns_posix_file_name(kind, name, file, sizeof(file));
	if (err < 0)
		return err == -EINVAL ? -ENOENT : err;
	return unlinkat(ipc->shm_dir, file, 0) < 0 ? -errno : 0;
}
