/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A namespace mounted where the path is longer than PATH_MAX, as who goes there step by step
 * can do: it is found like any other, in our own mount namespace and in another one.
 */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "private.h"

enum { DEPTH = 25, NAME = 200 }; /* above 4096 bytes, below the kernel's own limits */

/* Mounts this process's UTS namespace on the new file @name. */
static int put(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	return fd < 0 || close(fd) < 0 ? -1
				       : mount("/proc/self/ns/uts", name, NULL, MS_BIND, NULL);
}

/* Leaves its inode mounted below /tmp, in a mount namespace of this process's own. */
static uint32_t mount_deep(void)
{
	char name[NAME + 1];
	struct stat st;

	memset(name, 'd', NAME);
	name[NAME] = '\0';
	if (unshare(CLONE_NEWNS | CLONE_NEWUTS) < 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", "/tmp", "tmpfs", 0, NULL) < 0 || chdir("/tmp") < 0)
		return 0;
	/* A shallow one before it: then reading mountinfo is no way out any more. */
	if (put("shallow") < 0)
		return 0;
	for (int i = 0; i < DEPTH; i++)
		if (mkdir(name, 0755) < 0 || chdir(name) < 0)
			return 0;
	if (unshare(CLONE_NEWUTS) < 0 || stat("/proc/self/ns/uts", &st) < 0 || put("uts") < 0)
		return 0;
	/* Only the mount is to hold it, and the way there is of no use to anybody else. */
	return chdir("/") < 0 || unshare(CLONE_NEWUTS) < 0 ? 0 : (uint32_t)st.st_ino;
}

/* The kernel lists some hundred mounts at a time; this is one of the last. */
static uint32_t mount_behind_many(void)
{
	struct stat st;

	if (unshare(CLONE_NEWNS | CLONE_NEWUTS) < 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", "/tmp", "tmpfs", 0, NULL) < 0 || chdir("/tmp") < 0)
		return 0;
	for (int i = 0; i < 600; i++)
		if (mount("/tmp", "/tmp", NULL, MS_BIND, NULL) < 0)
			return 0;
	if (stat("/proc/self/ns/uts", &st) < 0 || chdir("/tmp") < 0 || put("uts") < 0)
		return 0;
	return unshare(CLONE_NEWUTS) < 0 ? 0 : (uint32_t)st.st_ino;
}

static void check_found(struct xns_ctx *ctx, uint32_t inode, const char *end)
{
	struct xns_holder holder = { .size = sizeof(holder) };
	struct xns_scan *scan;

	cr_assert_eq(xns_scan_new(ctx, NULL, &scan), 0, "%s", xns_error(ctx));
	const struct xns_ns *ns = xns_scan_find_ns(scan, XNS_UTS, inode);
	cr_assert_not_null(ns, "uts:[%u] is not found", inode);
	cr_assert(xns_ns_next_holder(scan, ns, &holder));
	cr_assert_eq(holder.kind, XNS_HELD_MOUNT);
	cr_assert_str_eq(holder.path + strlen(holder.path) - strlen(end), end);
	if (*end == 'd')
		cr_assert_gt(strlen(holder.path), (size_t)PATH_MAX);
	xns_scan_free(scan);
}

/* The mount is made by another process, in its mount namespace. */
static void find_elsewhere(uint32_t (*make)(void), const char *end)
{
	struct xns_ctx *ctx;
	uint32_t inode = 0;
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	pid_t pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		inode = make();
		if (write(ends[1], &inode, sizeof(inode)) == sizeof(inode))
			pause();
		_exit(1);
	}
	close(ends[1]);
	cr_assert_eq(read(ends[0], &inode, sizeof(inode)), (ssize_t)sizeof(inode));
	if (inode) {
		cr_assert_eq(xns_new(&ctx), 0);
		check_found(ctx, inode, end);
		xns_free(ctx);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	if (!inode)
		cr_skip_test("needs to mount");
}

Test(deepmount, elsewhere, .timeout = 60)
{
	find_elsewhere(mount_deep, "d/uts");
}

Test(deepmount, behind_many, .timeout = 60)
{
	find_elsewhere(mount_behind_many, "/tmp/uts");
}

Test(deepmount, here, .timeout = 60)
{
	struct xns_ctx *ctx;
	uint32_t inode = mount_deep();

	if (!inode)
		cr_skip_test("needs to mount");
	cr_assert_eq(xns_new(&ctx), 0);
	check_found(ctx, inode, "d/uts");
	xns_free(ctx);
}
