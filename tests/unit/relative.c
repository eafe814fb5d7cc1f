/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A user namespace that nobody is in, and that is known by its child alone, can be opened. */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "scan/snapshot.h"

static pid_t child = -1;

static bool put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) >= 0;

	close(fd);
	return ok;
}

/* A user namespace within which its maker may make another one; its inode, or 0. */
static uint32_t enter_user_ns(void)
{
	char users[32], groups[32];
	struct stat st;

	snprintf(users, sizeof(users), "0 %u 1", geteuid());
	snprintf(groups, sizeof(groups), "0 %u 1", getegid());
	if (unshare(CLONE_NEWUSER) < 0 || !put("/proc/self/uid_map", users) ||
	    !put("/proc/self/setgroups", "deny") || !put("/proc/self/gid_map", groups))
		return 0;
	return stat("/proc/self/ns/user", &st) < 0 ? 0 : (uint32_t)st.st_ino;
}

static void end_child(void)
{
	if (child > 0) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
}

Test(relative, a_parent_without_processes, .fini = end_child, .timeout = 60)
{
	struct xns_scan *scan;
	struct xns_ctx *ctx;
	uint32_t inode = 0;
	struct stat st;
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		inode = enter_user_ns();
		if (inode && unshare(CLONE_NEWUSER) < 0)
			inode = 0;
		if (write(ends[1], &inode, sizeof(inode)) == sizeof(inode))
			pause();
		_exit(1);
	}
	cr_assert_eq(read(ends[0], &inode, sizeof(inode)), (ssize_t)sizeof(inode));
	if (!inode)
		cr_skip_test("needs user namespaces");
	cr_assert_eq(xns_new(&ctx), 0);
	cr_assert_eq(xns_scan_new(ctx, NULL, &scan), 0, "%s", xns_error(ctx));
	const struct xns_ns *ns = xns_scan_find_ns(scan, XNS_USER, inode);
	cr_assert_not_null(ns);
	cr_assert_eq(xns_ns_nprocs(ns), 0);
	/* as before 6.18, where namespaces have no ids to open them by */
	scan->ns[ns - scan->ns].known &= ~NS_KNOWS_ID;
	int fd = xns_ns_open(scan, ns);
	cr_assert_geq(fd, 0, "%s", xns_error(ctx));
	cr_assert_eq(fstat(fd, &st), 0);
	cr_assert_eq(st.st_ino, inode);
	close(fd);
	/* and once the child has ended, nothing leads there any more */
	end_child();
	child = -1;
	for (int i = 0; i < 500 && (fd = xns_ns_open(scan, ns)) >= 0; i++) {
		close(fd);
		usleep(20000); /* the kernel frees it at its leisure */
	}
	cr_assert_lt(fd, 0);
	char message[64];
	snprintf(message, sizeof(message), "open namespace user:[%u]", inode);
	cr_assert_str_eq(xns_error(ctx), message);
	xns_scan_free(scan);
	xns_free(ctx);
}
