/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The hints of lib/run/why.c: each cause of a refusal, as a /proc tells it that was made up for
 * it. The causes that the running kernel has at hand are in tests/func/xunshare-hints.t.
 */
#include "config.h"

#include <criterion/criterion.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/syscall.h>

#include "kernel.h"
#include "run/run.h"
#include "tests/unit/fakeproc.h"

static struct fakeproc f;
static struct xns_create plan;
static struct xns_run run;
static bool made;

static void set(const char *path, const char *text)
{
	fakeproc_file(&f, path, text, strlen(text));
}

static void setup(void)
{
	fakeproc_make(&f);
	made = true;
	plan = (struct xns_create){ .size = sizeof(plan) };
	run = (struct xns_run){
		.ctx = f.ctx, .plan = &plan, .helper = -1, .euid = 1000, .egid = 1000
	};
	set("self/mountinfo", "1 0 0:1 / / rw - ext4 x rw\n");
	set("self/uid_map", "         0          0 4294967295\n");
	set("self/gid_map", "         0          0 4294967295\n");
	set("self/status", "Name:\tx\nSeccomp:\t0\n");
}

static void teardown(void)
{
	if (made)
		fakeproc_remove(&f);
	made = false;
}

TestSuite(why, .init = setup, .fini = teardown);

static void drop_capabilities(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { 0 };

	cr_assert_eq(syscall(SYS_capset, &head, none), 0);
}

static bool is_root(void)
{
	return geteuid() == 0 && unshare(CLONE_NEWUTS) == 0;
}

/* The hint begins with @wanted; "": there is none. */
static void expect_hint(const char *wanted)
{
	const char *hint = xns_hint(f.ctx);

	cr_assert(*wanted ? strncmp(hint, wanted, strlen(wanted)) == 0 : !*hint,
		  "wanted '%s', got '%s'", wanted, hint);
}

static void expect(uint64_t flags, int err, const char *wanted)
{
	run.flags = flags;
	xns_fail(f.ctx, err, "unshare");
	xns_why_unshare(&run, err);
	expect_hint(wanted);
}

Test(why, limits)
{
	expect(CLONE_NEWNET, ENOSPC, "a limit is reached, here or in a namespace above: ; or");
	set("sys/user/max_net_namespaces", "17\n");
	set("sys/user/max_uts_namespaces", "18\n");
	expect(CLONE_NEWNET | CLONE_NEWUTS, ENOSPC,
	       "a limit is reached, here or in a namespace above: user.max_uts_namespaces = "
	       "18, "
	       "user.max_net_namespaces = 17; or");
	expect(CLONE_NEWNET, EUSERS,
	       "a limit is reached, here or in a namespace above: user.max_net_namespaces = "
	       "17;");
	set("sys/user/max_net_namespaces", "0\n");
	expect(CLONE_NEWNET | CLONE_NEWUTS, ENOSPC,
	       "user.max_net_namespaces = 0 forbids it (sysctl)");
	expect(CLONE_NEWUTS, ENOMEM, "");
}

Test(why, a_type_that_the_kernel_lacks)
{
	set("self/ns/time", "");
	expect(CLONE_NEWTIME, EINVAL, "");
	expect(CLONE_NEWCGROUP | CLONE_NEWTIME, EINVAL, "this kernel has no cgroup namespaces");
}

Test(why, no_privilege)
{
	char path[128],
		text[128] = "needs CAP_SYS_ADMIN in user:[77]; with a new user namespace";

	drop_capabilities();
	expect(CLONE_NEWNET, EPERM, "needs CAP_SYS_ADMIN in the current user namespace; with");
	set("self/ns/x", "");
	snprintf(path, sizeof(path), "%s/self/ns/user", f.dir);
	cr_assert_eq(symlink("user:[77]", path), 0);
	expect(CLONE_NEWNET, EPERM, text);
}

Test(why, a_filter_may_forbid_it)
{
	if (!is_root())
		cr_skip_test("needs capabilities");
	expect(CLONE_NEWNET, EPERM, "");
	set("self/status", "Name:\tx\nSeccomp:\t2\n");
	expect(CLONE_NEWNET, EPERM, "a seccomp filter of this process may forbid it");
}

/* From the most to the least certain: each hides the next. */
Test(why, no_user_namespace)
{
	char unmapped[64];

	expect(CLONE_NEWUSER, EPERM, "this is a chroot, or a security module forbids it");
	set("self/status", "Name:\tx\nSeccomp:\t2\n");
	expect(CLONE_NEWUSER, EPERM, "a seccomp filter of this process may forbid it");
	set("sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");
	expect(CLONE_NEWUSER, EPERM,
	       "kernel.apparmor_restrict_unprivileged_userns = 1: AppArmor");
	set("sys/kernel/unprivileged_userns_clone", "0\n");
	expect(CLONE_NEWUSER, EPERM,
	       "kernel.unprivileged_userns_clone = 0 forbids it (sysctl)");
	snprintf(unmapped, sizeof(unmapped), "0 0 %u\n%u 5 100\n", getegid(), getegid() + 1);
	set("self/gid_map", unmapped);
	expect(CLONE_NEWUSER, EPERM,
	       "the caller's user or group id is not mapped in the current");
	set("self/mountinfo", "1 0 0:1 / /x rw - ext4 x rw\n2 1 0:2 / // rw - ext4 x rw\n");
	expect(CLONE_NEWUSER, EPERM,
	       "this is a chroot: the kernel makes no user namespace in one");
}

static void expect_map(int err, bool group, const char *wanted)
{
	xns_fail(f.ctx, err, "map");
	xns_why_map(&run, err, group);
	expect_hint(wanted);
}

Test(why, maps)
{
	struct xns_idrange own = { 0, 1000, 1 }, many[] = { { 0, 5, 3 }, { 9, 100, 50 } };

	drop_capabilities();
	run.users = run.groups = (struct xns_idmap){ .v = &own, .n = 1 };
	expect_map(EINVAL, true, "");
	expect_map(EPERM, false, "");
	expect_map(EPERM, true,
		   "an ordinary user can map a group only where setgroups is denied");
	plan.setgroups = XNS_SETGROUPS_DENY;
	expect_map(EPERM, true, "");
	run.users = run.groups = (struct xns_idmap){ .v = many, .n = 2 };
	expect_map(EACCES, false, "needs CAP_SETUID in");
	expect_map(EACCES, true, "needs CAP_SETGID in");
	set("self/gid_map", "0 0 8\n100 0 49\n");
	expect_map(EPERM, true, "the outer groups 100 to 149 are not all mapped in");
	expect_map(EPERM, false, "needs CAP_SETUID in");
	set("sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");
	expect_map(EPERM, true,
		   "kernel.apparmor_restrict_unprivileged_userns = 1: AppArmor gives");
	run.euid = 0;
	expect_map(EPERM, true, "the outer groups 100 to 149");
	own.outer = 0;
	run.users = run.groups = (struct xns_idmap){ .v = &own, .n = 1 };
	run.egid = 0;
	expect_map(EPERM, false, "mapping user 0 needs CAP_SETFCAP since Linux 5.12");
}

static void expect_mount(int err, const char *wanted)
{
	xns_fail(f.ctx, err, "mount");
	xns_why_mount_proc(&run, err);
	expect_hint(wanted);
}

Test(why, mounting_proc)
{
	drop_capabilities();
	expect_mount(ENOENT, "");
	expect_mount(EPERM, "needs CAP_SYS_ADMIN: an ordinary user has it with -r");
	set("self/mountinfo", "1 0 0:1 / / rw - ext4 x rw\n"
			      "2 1 0:2 / /proc/sys/fs/binfmt_misc rw - binfmt_misc x rw\n");
	expect_mount(EPERM, "needs CAP_SYS_ADMIN");
	set("self/mountinfo", "1 0 0:1 / / rw - ext4 x rw\n"
			      "2 1 0:2 / /proc/acpi rw - tmpfs x rw\n"
			      "3 1 0:2 / /processes rw - tmpfs x rw\n");
	expect_mount(EBUSY, "/proc is masked: with mounts over parts of it (/proc/acpi), the");
	run.flags = CLONE_NEWUSER;
	expect_mount(EPERM,
		     "in a new user namespace a procfs can be mounted only together with");
	run.flags |= CLONE_NEWPID;
	expect_mount(EPERM, "/proc is masked");
	fakeproc_remove(&f);
	fakeproc_make(&f);
	run.ctx = f.ctx;
	expect_mount(EPERM, "");
}

Test(why, pinning)
{
	static const struct {
		int err;
		enum xns_type type;
		const char *wanted;
	} t[] = {
		{ EPERM, XNS_NET,
		  "a bind mount needs CAP_SYS_ADMIN in the user namespace that owns" },
		{ ELOOP, XNS_MNT,
		  "the kernel takes it for older than the mount namespace it is" },
		{ ELOOP, XNS_NET, "" },
		{ EINVAL, XNS_MNT,
		  "a mount namespace can be pinned only on a mount that is not" },
		{ EINVAL, XNS_NET, "" },
		{ ENOENT, XNS_PID, "the PID namespace has no process yet: add --fork" },
		{ ENOENT, XNS_NET, "" },
	};

	for (size_t i = 0; i < XNS_COUNT(t); i++) {
		xns_fail(f.ctx, t[i].err, "pin");
		xns_why_pin(&run, t[i].err, t[i].type);
		expect_hint(t[i].wanted);
	}
}
