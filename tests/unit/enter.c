/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Entering, in words: the plan for --explain, and why setns(2) refused. */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "kernel.h"
#include "ns/handle.h"
#include "run/enter.h"

/* --- the plan --------------------------------------------------------------------------- */

static struct xns_entry plan;

static void clear(void)
{
	xns_entry_init(&plan);
}

TestSuite(enterplan, .init = clear);

/* The steps as "text | call", a line each. */
static const char *steps(void)
{
	static char all[4096];
	char text[512], call[128];
	size_t n = 0;

	*all = '\0';
	for (unsigned i = 0;
	     xns_entry_describe(&plan, i, text, sizeof(text), call, sizeof(call)); i++)
		n += (size_t)snprintf(all + n, sizeof(all) - n, "%s | %s\n", text, call);
	return all;
}

#define FIRST "be untraceable until the program runs | prctl(PR_SET_DUMPABLE, 0)\n"
#define LAST  "close every descriptor above 2 | close_range(3, ~0, CLOEXEC)\n"

Test(enterplan, nothing_but_what_always_is)
{
	cr_assert_str_eq(steps(), FIRST LAST);
	plan.o.preserve_fds = 4;
	cr_assert_str_eq(steps(), FIRST
			 "close every descriptor above 6 | close_range(7, ~0, CLOEXEC)\n");
}

Test(enterplan, a_target_at_once)
{
	plan.target = (struct xns_target){ .pid = 42, .pidfd = 9, .dir = 8 };
	plan.one_call = plan.fork = true;
	plan.types = XNS_TYPE_BIT(XNS_MNT) | XNS_TYPE_BIT(XNS_PID);
	plan.left_out = XNS_TYPE_BIT(XNS_TIME);
	plan.stand_in = 7;
	cr_assert_str_eq(steps(),
			 "hold process 42 | pidfd_open(42), open(/proc/42)\n"
			 "leave out what is the caller's own, or unknown here: time | -\n"
			 "keep this program's file out of the target's reach | memfd_create, "
			 "fcntl(F_ADD_SEALS)\n" FIRST
			 "join at once: mnt, pid | setns(pidfd, all flags)\n"
			 "fork: only children are in the PID namespace | clone3\n" LAST);
	plan.target.pidfd = -1;
	cr_assert_eq(strncmp(steps(), "hold process 42 | open(/proc/42)\n", 33), 0);
}

Test(enterplan, one_by_one_with_all_that_there_is)
{
	plan.types = XNS_TYPE_BIT(XNS_USER) | XNS_TYPE_BIT(XNS_NET);
	plan.o.pty = plan.o.drop_caps = plan.o.no_new_privs = plan.o.keep_caps = true;
	plan.root = 5;
	plan.wd = 6;
	plan.wd_name = "/w";
	plan.fork = true;
	plan.cgroups.v2 = 3;
	plan.cgroups.n = 3;
	plan.bounding = 0x1ff;
	strcpy(plan.label, "exec docker");
	cr_assert_str_eq(
		steps(),
		"go on in a child with a terminal of its own, and relay | posix_openpt, clone, "
		"setsid, ioctl(TIOCSCTTY)\n" FIRST
		"join one by one, the user namespace when the others allow: net, user | "
		"setns(fd, flag) each\n"
		"change the root directory and go to its top | fchdir, chroot(\".\"), "
		"chdir(\"/\")\n"
		"go to '/w', which must be inside | fchdir, getcwd\n"
		"fork: only children are in the PID namespace; start in the target's cgroup | "
		"clone3(CLONE_INTO_CGROUP)\n"
		"join 3 cgroups of the target | write(cgroup.procs, \"0\")\n"
		"take the security label 'exec docker' | write(/proc/self/attr/exec)\n"
		"keep no capability beyond the target's bounding set 00000000000001ff | "
		"prctl(PR_CAPBSET_DROP), capset\n"
		"drop the groups, run as uid 0 and gid 0, keeping capabilities | setgroups, "
		"setresgid, setresuid\n"
		"gain no privileges by exec | prctl(PR_SET_NO_NEW_PRIVS, 1)\n" LAST);
}

Test(enterplan, directories_and_cgroups)
{
	plan.types = XNS_TYPE_BIT(XNS_NET);
	plan.o.wdns = "/in";
	plan.o.wd_outside = true;
	plan.cgroups.n = 1;
	cr_assert_str_eq(steps(), FIRST
			 "join one by one: net | setns(fd, flag) each\n"
			 "go to '/in' | chdir, getcwd\n"
			 "join 1 cgroup of the target | write(cgroup.procs, \"0\")\n" LAST);
	plan.fork = true;
	plan.cgroups.v2 = 5; /* the only one: clone3 does it */
	cr_assert_null(strstr(steps(), "join 1 cgroup"), "%s", steps());
}

Test(enterplan, ids)
{
	plan.o.uid_from = XNS_ID_GIVEN;
	plan.o.uid = 7;
	cr_assert_str_eq(steps(),
			 FIRST "run as uid 7 and the same gid | setresgid, setresuid\n" LAST);
	plan.o.gid_from = XNS_ID_FOLLOW;
	cr_assert_str_eq(steps(), FIRST "drop the groups, run as uid 7 and the target's gid | "
					"setgroups, setresgid, setresuid\n" LAST);
}

/* --- why setns refused ------------------------------------------------------------------ */

static struct xns_ctx *ctx;
static pid_t other = -1; /* a process in a user, a network and a PID namespace of its own */

static void start_other(void)
{
	int ends[2];
	char c;

	clear();
	cr_assert_eq(xns_new(&ctx), 0);
	cr_assert_eq(pipe(ends), 0);
	other = fork();
	if (other == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) == 0 &&
		    write(ends[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	close(ends[1]);
	if (read(ends[0], &c, 1) != 1)
		cr_skip_test("needs user namespaces");
	close(ends[0]);
}

static void end_other(void)
{
	if (other > 0) {
		kill(other, SIGKILL);
		waitpid(other, NULL, 0);
	}
	xns_free(ctx);
}

TestSuite(entercause, .init = start_other, .fini = end_other, .timeout = 30);

static int open_ns(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	cr_assert_geq(fd, 0, "%s: %s", path, strerror(errno));
	return fd;
}

/* @wanted, where "#" stands for the inode of @named, is what @hint says. */
static void compare(const char *hint, const char *wanted, int named)
{
	const char *hash = strchr(wanted, '#');
	int before = hash ? (int)(hash - wanted) : (int)strlen(wanted);
	struct stat st = { 0 };
	char text[512];

	if (named >= 0)
		cr_assert_eq(fstat(named, &st), 0);
	snprintf(text, sizeof(text), "%.*s", before, wanted);
	if (hash)
		snprintf(text + before, sizeof(text) - (size_t)before, "%u%s",
			 (unsigned)st.st_ino, hash + 1);
	cr_assert_str_eq(hint, text);
}

static void expect(enum xns_type type, int fd, int err, const char *wanted, int named)
{
	xns_fail(ctx, err, "join");
	xns_entry_because(ctx, &plan, type, fd, err);
	compare(xns_hint(ctx), wanted, named);
}

/* The same for a process that is in new namespaces. */
static void expect_inside(int flags, enum xns_type type, int fd, int err, const char *wanted,
			  int named)
{
	char hint[512];
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	pid_t pid = fork();
	if (pid == 0) {
		/* a child's PID namespace is the new one, not that of who made it */
		if (unshare(flags) == 0 && (pid = fork()) == 0) {
			xns_entry_because(ctx, &plan, type, fd, err);
			if (write(ends[1], ctx->hint, sizeof(ctx->hint)) < 0)
				_exit(1);
		}
		_exit(pid > 0 ? waitpid(pid, NULL, 0) < 0 : 0);
	}
	close(ends[1]);
	ssize_t n = read(ends[0], hint, sizeof(hint) - 1);
	close(ends[0]);
	waitpid(pid, NULL, 0);
	if (n <= 0)
		cr_skip_test("needs to make namespaces");
	hint[n] = '\0';
	compare(hint, wanted, named);
}

static void keep_capabilities(uint32_t first_word)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2] = { { 0 } };

	caps[0].effective = caps[0].permitted = first_word;
	cr_assert_eq(syscall(SYS_capset, &head, caps), 0);
}

Test(entercause, not_permitted)
{
	int net = open_ns(getpid(), "net"), user = open_ns(getpid(), "user");
	int their_net = open_ns(other, "net"), their_user = open_ns(other, "user");

	keep_capabilities(0);
	expect(XNS_NET, net, EPERM,
	       "CAP_SYS_ADMIN is needed in user:[#], the caller's user namespace", user);
	expect(XNS_MNT, open_ns(getpid(), "mnt"), EPERM,
	       "CAP_SYS_ADMIN and CAP_SYS_CHROOT are needed in user:[#], the caller's user "
	       "namespace",
	       user);
	expect(XNS_USER, their_user, EPERM,
	       "CAP_SYS_ADMIN is needed in user:[#]; its owner and root have it", their_user);
	expect(XNS_NET, their_net, EPERM,
	       "CAP_SYS_ADMIN is needed in user:[#], which owns it: enter that too, with "
	       "--user or "
	       "--all, or with --user-parent",
	       their_user);
	plan.types = XNS_TYPE_BIT(XNS_USER) | XNS_TYPE_BIT(XNS_NET);
	expect(XNS_NET, their_net, EPERM, "CAP_SYS_ADMIN is needed in user:[#], which owns it",
	       their_user);
	expect(XNS_NET, -1, EPERM,
	       "CAP_SYS_ADMIN is needed in the user namespace that owns it, which is not below "
	       "the "
	       "caller's",
	       -1);
	expect(XNS_NET, net, ENOMEM, "", -1);
	expect(XNS_TIME, net, EUSERS, "a process that has threads cannot join a time namespace",
	       -1);
}

Test(entercause, only_one_capability_is_missing)
{
	if (geteuid() != 0 || unshare(CLONE_NEWUTS) < 0)
		cr_skip_test("needs capabilities");
	keep_capabilities(CAP_TO_MASK(CAP_SYS_ADMIN));
	expect(XNS_MNT, open_ns(getpid(), "mnt"), EPERM, "CAP_SYS_CHROOT is missing", -1);
}

Test(entercause, above_the_callers_user_namespace)
{
	expect_inside(
		CLONE_NEWUSER, XNS_NET, open_ns(getpid(), "net"), EPERM,
		"CAP_SYS_ADMIN is needed in the user namespace that owns it, which is not "
		"below the caller's",
		-1);
}

Test(entercause, not_possible)
{
	int user = open_ns(getpid(), "user"), pid_ns = open_ns(getpid(), "pid");

	expect(XNS_USER, user, EINVAL,
	       "it is the caller's own user namespace, which cannot be joined again", -1);
	expect(XNS_USER, open_ns(other, "user"), EINVAL,
	       "a user namespace cannot be joined by a process that shares its file system "
	       "context "
	       "or has threads",
	       -1);
	expect(XNS_NET, open_ns(other, "net"), EINVAL, "", -1);
	expect(XNS_PID, pid_ns, EINVAL,
	       "only the caller's own PID namespace and those below it can be joined", -1);
	int known = ioctl(pid_ns, XNS_NS_GET_PID_IN_PIDNS, (long)getpid());
	if (known < 0) /* before 6.11 */
		cr_skip_test("the kernel does not tell what is above");
	expect_inside(CLONE_NEWUSER | CLONE_NEWPID, XNS_PID, pid_ns, EINVAL,
		      "pid:[#] is above the caller's PID namespace; only the caller's own and "
		      "those below it can be joined",
		      pid_ns);
}
