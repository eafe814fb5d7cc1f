/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A target's cgroup is found wherever its hierarchy is mounted, and errors name the cgroup. */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "run/cgroup.h"
#include "tests/unit/fakeproc.h"

static char dir[] = "/tmp/xns-cgroup.XXXXXX";
static char group[160]; /* below it, while it is to be removed */
static pid_t member = -1;
static struct xns_ctx *ctx;

static void teardown(void)
{
	if (member > 0) {
		kill(member, SIGKILL);
		waitpid(member, NULL, 0);
	}
	for (int i = 0; *group && rmdir(group) < 0 && errno == EBUSY && i < 100; i++)
		usleep(20000);
	umount2(dir, MNT_DETACH);
	rmdir(dir);
	xns_free(ctx);
}

/* Everything but ours is out of sight: mounts are private, and nothing is mounted at /sys. */
static void setup(void)
{
	cr_assert_not_null(mkdtemp(dir));
	atexit(teardown); /* also when the test fails, which .fini would not be */
	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		cr_skip_test("needs to mount");
	umount2("/sys", MNT_DETACH);
	cr_assert_eq(xns_new(&ctx), 0);
}

TestSuite(cgroups, .init = setup, .timeout = 30);

/* Mounts the v2 hierarchy as @name below a tmpfs, and starts a member of a new group in it. */
static void start_member(const char *source, const char *name)
{
	char path[192];

	cr_assert_eq(mount("none", dir, "tmpfs", 0, NULL), 0);
	snprintf(path, sizeof(path), "%s/%.60s", dir, name);
	cr_assert_eq(mkdir(path, 0755), 0);
	if (mount(source, path, "cgroup2", 0, NULL) < 0)
		cr_skip_test("no cgroup v2: %s", strerror(errno));
	snprintf(group, sizeof(group), "%.120s/xns-unit-%d", path, getpid());
	if (mkdir(group, 0755) < 0) {
		*group = '\0';
		cr_skip_test("no cgroup can be made: %s", strerror(errno));
	}
	member = fork();
	if (member == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
		_exit(0);
	}
	snprintf(path, sizeof(path), "%s/cgroup.procs", group);
	FILE *procs = fopen(path, "we");
	cr_assert_not_null(procs);
	fprintf(procs, "%d", member);
	cr_assert_eq(fclose(procs), 0);
}

/* Opens the member's cgroup, and the path that it leads to is the group's. */
static void check_found(void)
{
	struct xns_target target;
	struct xns_cgroups cgroups;
	struct stat opened, wanted;

	cr_assert_eq(xns_target_open(ctx, &target, member, 0), 0);
	cr_assert_eq(xns_cgroups_open(ctx, &target, &cgroups), 0, "%s: %s", xns_error(ctx),
		     dir);
	cr_assert_geq(cgroups.v2, 0);
	cr_assert_eq(fstat(cgroups.v2, &opened), 0);
	cr_assert_eq(stat(group, &wanted), 0);
	cr_assert(opened.st_dev == wanted.st_dev && opened.st_ino == wanted.st_ino);
	xns_cgroups_close(&cgroups);
	xns_target_close(&target);
}

Test(cgroups, below_a_name_that_is_escaped)
{
	start_member("none", "a b\\c");
	check_found();
}

Test(cgroups, of_a_mount_without_a_source)
{
	start_member("", "a");
	check_found();
}

Test(cgroups, hidden_by_another_mount)
{
	struct xns_target target;
	struct xns_cgroups cgroups;
	char path[128];

	start_member("none", "a");
	snprintf(path, sizeof(path), "%s/a", dir);
	cr_assert_eq(mount("none", path, "tmpfs", 0, NULL), 0);
	cr_assert_eq(xns_target_open(ctx, &target, member, 0), 0);
	cr_assert_eq(xns_cgroups_open(ctx, &target, &cgroups), -ENOENT);
	cr_assert(strstr(xns_error(ctx), "open the cgroup '/xns-unit-"), "%s", xns_error(ctx));
	xns_target_close(&target);
	umount2(path, MNT_DETACH);
}

/* --- made-up targets --------------------------------------------------------------------- */

static void expect(struct fakeproc *f, const char *of_target, int err, const char *message)
{
	struct xns_target target = { .pid = 7, .pidfd = -1 };
	struct xns_cgroups cgroups;
	char path[96];

	fakeproc_file(f, "7/cgroup", of_target, strlen(of_target));
	snprintf(path, sizeof(path), "%s/7", f->dir);
	target.dir = open(path, O_PATH | O_CLOEXEC);
	cr_assert_eq(xns_cgroups_open(f->ctx, &target, &cgroups), err, "%s", xns_error(f->ctx));
	if (err)
		cr_assert_str_eq(xns_error(f->ctx), message);
	else
		cr_assert_eq(cgroups.n, 0);
	close(target.dir);
}

Test(cgroup_files, what_cannot_be_found_is_named)
{
	struct fakeproc f;

	fakeproc_make(&f);
	expect(&f, "0::/a\n", -ENOENT, "read /proc/self/cgroup");
	fakeproc_file(&f, "self/cgroup", "4:cpu,cpuacct:/\n0::/own\n", 24);
	expect(&f, "0::/a\n", -ENOENT, "read /proc/self/mountinfo");
	static const char mounts[] = "no mount\n1 2 3 - cgroup2\n1 2 0:3 / /x rw - cgroup2 x\n"
				     "9 1 0:9 / / rw - cgroup x rw,cpu\n";
	fakeproc_file(&f, "self/mountinfo", mounts, sizeof(mounts) - 1);
	expect(&f, "0::/own\n", 0, NULL);
	expect(&f, "0::/a\n", -ENOENT, "open the cgroup '/a' (v2)");
	/* a file tells what was tried from what was not */
	expect(&f, "5:cpu:/etc/passwd\n", -ENOTDIR, "open the cgroup '/etc/passwd' (cpu)");
	expect(&f, "4:cpu,cpuacct:/etc/passwd\n", -ENOENT,
	       "open the cgroup '/etc/passwd' (cpu,cpuacct)");
	expect(&f, "5:cpu:/../etc/passwd\n", -ENOENT, "open the cgroup '/../etc/passwd' (cpu)");
	expect(&f, "5:cpu:/proc\n", -ENOENT, "open the cgroup '/proc' (cpu)");
	expect(&f, "5:cpu:/\n", 0, NULL);
	expect(&f, "nonsense\n5:cpu\n", -ENOENT, "find a cgroup of process 7");
	fakeproc_remove(&f);
}
