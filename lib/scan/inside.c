/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The thread that visits another mount namespace, and opening what is mounted there. */
#include "config.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>

#include "kernel.h"
#include "ns/handle.h"
#include "private.h"
#include "scan/inside.h"
#include "scan/mountinfo.h"

enum { MAX_MOUNTINFO = 256 << 20 };

struct trip {
	int mnt_fd, rc;
	int (*visit)(void *arg);
	void *arg;
};

static void *travel(void *data)
{
	struct trip *trip = data;

	/* Root and working directory of its own, which is what setns(2) asks of a thread. */
	if (unshare(CLONE_FS) < 0 || setns(trip->mnt_fd, CLONE_NEWNS) < 0)
		trip->rc = -errno;
	else
		trip->rc = trip->visit(trip->arg);
	return NULL;
}

int xns_inside(int mnt_fd, int (*visit)(void *arg), void *arg)
{
	struct trip trip = { .mnt_fd = mnt_fd, .visit = visit, .arg = arg };
	sigset_t all, before;
	pthread_t thread;

	/* A signal handler of the program shall not run in there. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int err = pthread_create(&thread, NULL, travel, &trip);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (err)
		return err == EAGAIN ? -ENOMEM
				     : -err; /* -EAGAIN: the path might have to wait */
	pthread_join(thread, NULL);
	return trip.rc;
}

struct way {
	int proc_fd;
	const char *path;
};

/* Asked of our own /proc, also inside: what stands at /proc there may be anything. */
static bool may_wait(const struct way *way)
{
	xns_auto_free char *text = NULL;

	return xns_read_file(way->proc_fd, "thread-self/mountinfo", MAX_MOUNTINFO, &text) < 0 ||
	       xns_mountinfo_may_wait(text, way->path);
}

/*
 * A mount pins the names that lead to it, so the kernel has them at hand; it asks a file system
 * only where that insists on being asked each time (FUSE, NFS), which RESOLVE_CACHED forbids.
 */
static int open_cached(void *arg)
{
	const struct way *way = arg;
	const char *path = way->path;
	struct xns_open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = XNS_RESOLVE_CACHED | XNS_RESOLVE_NO_SYMLINKS |
			   XNS_RESOLVE_NO_MAGICLINKS,
	};

	xns_auto_close int found = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
	if (found < 0 && errno == EINVAL) { /* before 5.12 */
		if (may_wait(way))
			return -EAGAIN;
		how.resolve &= ~(uint64_t)XNS_RESOLVE_CACHED;
		found = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
	}
	return found < 0 ? -errno : xns_steal_fd(&found);
}

int xns_open_mounted(int proc_fd, int mnt_fd, const char *path)
{
	struct way way = { proc_fd, path };
	xns_auto_close int found =
		mnt_fd < 0 ? open_cached(&way) : xns_inside(mnt_fd, open_cached, &way);

	return found < 0 ? found : xns_handle_reopen(found);
}
