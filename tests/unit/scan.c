/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scanning fake /proc trees: what is found, and what odd or hostile entries do. */
#include "config.h"

#include <criterion/criterion.h>

#include "scan/snapshot.h"
#include "tests/unit/fakeproc.h"

static struct fakeproc f;
static struct xns_scan *scan;

static void setup(void)
{
	fakeproc_make(&f);
}

static void teardown(void)
{
	xns_scan_free(scan);
	scan = NULL;
	fakeproc_remove(&f);
}

TestSuite(scan, .init = setup, .fini = teardown);

/* Only what fake trees can show: processes. */
static void scan_it(void)
{
	struct xns_scan_options options = { .size = sizeof(options),
					    .what = XNS_SCAN_OWNER_UIDS };

	cr_assert_eq(xns_scan_new(f.ctx, &options, &scan), 0, "%s", xns_error(f.ctx));
}

static size_t count_ns(void)
{
	size_t n = 0;

	for (const struct xns_ns *ns = NULL; (ns = xns_scan_next_ns(scan, ns));)
		n++;
	return n;
}

Test(scan, processes_share_namespaces)
{
	fakeproc_proc(&f, 10, 1, 1000, NULL);
	fakeproc_proc(&f, 7, 1, 1000, NULL);
	fakeproc_proc(&f, 300, 7, 1000, (uint32_t[XNS_NTYPES]){ [XNS_NET] = 5000 });
	scan_it();
	cr_assert_eq(count_ns(), XNS_NTYPES + 1);
	const struct xns_ns *net = xns_scan_find_ns(scan, XNS_NET, 1000 + XNS_NET);
	cr_assert_eq(xns_ns_nprocs(net), 2);
	cr_assert_eq(xns_proc_pid(xns_ns_leader(scan, net)), 7,
		     "the lowest, not the first seen");
	const struct xns_ns *own = xns_scan_find_ns(scan, -1, 5000);
	cr_assert_eq(xns_ns_nprocs(own), 1);
	cr_assert_eq(xns_ns_type(own), XNS_NET);
	cr_assert_eq(xns_ns_heldby(own), 1u << XNS_HELD_PROC);
	const struct xns_proc *p = xns_scan_find_proc(scan, 300);
	cr_assert_eq(xns_proc_ns(scan, p, XNS_NET), own);
	cr_assert_eq(xns_proc_ppid(scan, p), 7);
	uid_t uid = 0;
	cr_assert_eq(xns_proc_uid(scan, p, &uid), 0);
	cr_assert_eq(uid, 301, "the effective user id");
	cr_assert_str_eq(xns_proc_command(scan, p), "prog300");
	cr_assert_null(xns_scan_find_proc(scan, 301));
	cr_assert_null(xns_scan_find_ns(scan, XNS_MNT, 5000));
}

Test(scan, order_is_by_inode_and_by_pid)
{
	for (unsigned i = 0; i < 200; i++)
		fakeproc_proc(&f, 1 + (i * 37) % 200, 0, 100000 - i * 16, NULL);
	scan_it();
	uint32_t last = 0;
	for (const struct xns_ns *ns = NULL; (ns = xns_scan_next_ns(scan, ns));) {
		cr_assert_gt(xns_ns_inode(ns), last);
		last = xns_ns_inode(ns);
	}
	cr_assert_eq(count_ns(), 200 * XNS_NTYPES);
	pid_t pid = 0;
	for (const struct xns_proc *p = NULL; (p = xns_scan_next_proc(scan, p));)
		cr_assert_eq(xns_proc_pid(p), ++pid);
	cr_assert_eq(pid, 200);
	for (const struct xns_ns *ns = NULL; (ns = xns_scan_next_ns(scan, ns));)
		cr_assert_eq(xns_proc_ns(scan, xns_ns_leader(scan, ns), xns_ns_type(ns)), ns);
}

Test(scan, what_is_no_process_is_passed_over)
{
	fakeproc_file(&f, "self", "", 0);
	fakeproc_file(&f, "12x/ns/mnt", "", 0);
	fakeproc_file(&f, "0/ns/mnt", "", 0);
	fakeproc_file(&f, "99999999999/ns/mnt", "", 0);
	fakeproc_file(&f, "-5/ns/mnt", "", 0);
	fakeproc_file(&f, "55", "a file", 6);
	scan_it();
	cr_assert_eq(count_ns(), 0);
	cr_assert_null(xns_scan_next_proc(scan, NULL));
}

Test(scan, a_zombie_has_few_links)
{
	fakeproc_link(&f, 5, "user", "user:[77]");
	fakeproc_link(&f, 5, "pid", "pid:[78]");
	scan_it();
	cr_assert_eq(count_ns(), 2);
	cr_assert_null(xns_proc_ns(scan, xns_scan_find_proc(scan, 5), XNS_MNT));
	cr_assert_eq(xns_proc_ppid(scan, xns_scan_find_proc(scan, 5)), -1, "no status: gone");
	cr_assert_null(xns_proc_command(scan, xns_scan_find_proc(scan, 5)));
}

Test(scan, links_that_lie_are_not_believed)
{
	static const char *const bad[] = {
		"mnt:[]",         "mnt:[12", "net:[12]", "mnt:[99999999999]", "/etc/passwd",
		"mnt:[12](gone)", "mnt",     ":[1]",     "mnt:[-1]",
	};

	for (unsigned i = 0; i < XNS_COUNT(bad); i++)
		fakeproc_link(&f, i + 1, "mnt", bad[i]);
	scan_it();
	cr_assert_eq(count_ns(), 0);
}

Test(scan, same_inode_different_type_are_different)
{
	fakeproc_link(&f, 1, "mnt", "mnt:[9]");
	fakeproc_link(&f, 1, "net", "net:[9]");
	scan_it();
	cr_assert_eq(count_ns(), 2);
	cr_assert_neq(xns_scan_find_ns(scan, XNS_MNT, 9), xns_scan_find_ns(scan, XNS_NET, 9));
}

Test(scan, command_lines)
{
	static char huge[300 * 1024];
	static const char args[] = "a\0b c\0\0\0";

	memset(huge, 'x', sizeof(huge));
	for (unsigned pid = 1; pid <= 5; pid++)
		fakeproc_link(&f, pid, "mnt", "mnt:[9]");
	fakeproc_file(&f, "1/cmdline", args, sizeof(args) - 1);
	fakeproc_file(&f, "2/cmdline", "", 0);
	fakeproc_file(&f, "2/comm", "kthread\n", 8);
	fakeproc_file(&f, "3/cmdline", "\0\0\0", 3);
	fakeproc_file(&f, "3/comm", "blank\n", 6);
	fakeproc_file(&f, "4/cmdline", huge, sizeof(huge));
	fakeproc_file(&f, "5/comm", "", 0);
	scan_it();
	const struct xns_proc *p = xns_scan_next_proc(scan, NULL);
	cr_assert_str_eq(xns_proc_command(scan, p), "a b c");
	p = xns_scan_next_proc(scan, p);
	cr_assert_str_eq(xns_proc_command(scan, p), "kthread");
	p = xns_scan_next_proc(scan, p);
	cr_assert_str_eq(xns_proc_command(scan, p), "blank");
	p = xns_scan_next_proc(scan, p);
	size_t len = strlen(xns_proc_command(scan, p));
	cr_assert(len >= 128 * 1024 && len <= 132 * 1024, "bounded: %zu", len);
	p = xns_scan_next_proc(scan, p);
	cr_assert_str_eq(xns_proc_command(scan, p), "");
}

/* More than one thread takes, each the leader of a namespace; and one that leads none. */
Test(scan, leaders_are_read_at_once)
{
	struct xns_scan_options options = { .size = sizeof(options),
					    .what = XNS_SCAN_OWNER_UIDS | XNS_SCAN_LEADERS };
	enum { LEADERS = 1000 };
	char path[300];

	for (unsigned pid = 1; pid <= LEADERS; pid++)
		fakeproc_proc(&f, pid, pid - 1, 1000,
			      (uint32_t[XNS_NTYPES]){ [XNS_NET] = 10000 + pid });
	fakeproc_proc(&f, LEADERS + 1, 1, 1000, (uint32_t[XNS_NTYPES]){ [XNS_NET] = 10001 });
	cr_assert_eq(xns_scan_new(f.ctx, &options, &scan), 0);
	for (unsigned pid = 1; pid <= LEADERS + 1; pid++) {
		snprintf(path, sizeof(path), "%s/%u/cmdline", f.dir, pid);
		cr_assert_eq(unlink(path), 0);
		snprintf(path, sizeof(path), "%s/%u/status", f.dir, pid);
		cr_assert_eq(unlink(path), 0);
	}
	for (unsigned pid = 1; pid <= LEADERS; pid++) {
		const struct xns_proc *p = xns_scan_find_proc(scan, (pid_t)pid);
		char command[20];
		uid_t uid = 0;

		snprintf(command, sizeof(command), "prog%u", pid);
		cr_assert_str_eq(xns_proc_command(scan, p), command);
		cr_assert_eq(xns_proc_ppid(scan, p), (pid_t)pid - 1);
		cr_assert_eq(xns_proc_uid(scan, p, &uid), 0);
		cr_assert_eq(uid, pid + 1);
	}
	const struct xns_proc *other = xns_scan_find_proc(scan, LEADERS + 1);
	cr_assert_null(xns_proc_command(scan, other));
	cr_assert_eq(xns_proc_ppid(scan, other), -1);
}

Test(scan, status_of_a_hostile_name)
{
	static const char status[] =
		"Name:\tPPid: 9 Uid: 9 9\nUmask:\t0\nPPid:\t4\nUid:\t1\t2\t3\t4\n";
	static const char junk[] = "Name:\tx\nPPid:\tmany\nUid:\t1\n";

	fakeproc_link(&f, 1, "mnt", "mnt:[9]");
	fakeproc_link(&f, 2, "mnt", "mnt:[9]");
	fakeproc_file(&f, "1/status", status, sizeof(status) - 1);
	fakeproc_file(&f, "2/status", junk, sizeof(junk) - 1);
	scan_it();
	const struct xns_proc *p = xns_scan_find_proc(scan, 1);
	uid_t uid;
	cr_assert_eq(xns_proc_ppid(scan, p), 4);
	cr_assert_eq(xns_proc_uid(scan, p, &uid), 0);
	cr_assert_eq(uid, 2);
	p = xns_scan_find_proc(scan, 2);
	cr_assert_eq(xns_proc_ppid(scan, p), -1);
	cr_assert_eq(xns_proc_uid(scan, p, &uid), -ESRCH);
}

Test(scan, options_are_checked)
{
	struct xns_scan_options options = { .size = 1 };

	cr_assert_eq(xns_scan_new(f.ctx, &options, &scan), -EINVAL);
	cr_assert_null(scan);
}

Test(scan, task_namespaces)
{
	uint32_t inode[XNS_NTYPES];

	fakeproc_proc(&f, 10, 1, 1000, NULL);
	cr_assert_eq(xns_task_ns(f.ctx, 10, inode), 0);
	cr_assert_eq(inode[XNS_PID], 1000 + XNS_PID);
	cr_assert_eq(xns_task_ns(f.ctx, 11, inode), -ESRCH);
	cr_assert_eq(xns_task_ns(f.ctx, -1, inode), -ESRCH);
	cr_assert_str_eq(xns_error(f.ctx), "look at process -1");
}

Test(scan, own_machine)
{
	struct xns_ctx *ctx = NULL;
	uint32_t inode[XNS_NTYPES];

	cr_assert_eq(xns_new(&ctx), 0);
	cr_assert(ctx->own_proc);
	cr_assert_eq(xns_scan_new(ctx, NULL, &scan), 0, "%s", xns_error(ctx));
	cr_assert_eq(xns_task_ns(ctx, getpid(), inode), 0);
	const struct xns_proc *me = xns_scan_find_proc(scan, getpid());
	cr_assert_not_null(me);
	cr_assert_eq(xns_proc_ppid(scan, me), getppid());
	uid_t uid;
	cr_assert_eq(xns_proc_uid(scan, me, &uid), 0);
	cr_assert_eq(uid, geteuid());
	xns_for_each_type (t)
		if (inode[t])
			cr_assert_eq(xns_ns_inode(xns_proc_ns(scan, me, t)), inode[t]);
	const struct xns_ns *net = xns_proc_ns(scan, me, XNS_NET);
	cr_assert_not_null(xns_ns_owner(scan, net));
	cr_assert_eq(xns_ns_type(xns_ns_owner(scan, net)), XNS_USER);
	int id;
	cr_assert_eq(xns_ns_netnsid(net, &id), 0);
	cr_assert_eq(xns_ns_netnsid(xns_proc_ns(scan, me, XNS_UTS), &id), -EINVAL);
	xns_scan_free(scan);
	scan = NULL;
	xns_free(ctx);
}
