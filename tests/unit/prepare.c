/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is read of a target before it is entered: its security label, its capabilities, its
 * environment, of processes that were made up.
 */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "run/enter.h"
#include "run/environ.h"
#include "tests/unit/fakeproc.h"

static struct fakeproc f;
static struct xns_entry plan;
static bool made;

static void set(const char *path, const char *text)
{
	fakeproc_file(&f, path, text, strlen(text));
}

static void setup(void)
{
	char path[96];

	fakeproc_make(&f);
	made = true;
	xns_entry_init(&plan);
	set("7/comm", "target\n");
	snprintf(path, sizeof(path), "%s/7", f.dir);
	plan.target.dir = open(path, O_PATH | O_CLOEXEC);
	plan.target.pid = 7;
	cr_assert_geq(plan.target.dir, 0);
}

static void teardown(void)
{
	if (!made)
		return;
	xns_entry_close(&plan);
	fakeproc_remove(&f);
	made = false;
}

TestSuite(prepare, .init = setup, .fini = teardown);

static void expect_label(const char *wanted, bool apparmor)
{
	plan.label[0] = '\0';
	plan.o.follow_label = true;
	cr_assert_eq(xns_entry_prepare(f.ctx, &plan), 0, "%s", xns_error(f.ctx));
	cr_assert_str_eq(plan.label, wanted);
	cr_assert_eq(plan.apparmor, apparmor);
}

Test(prepare, labels)
{
	char name[400];

	expect_label("", false);
	set("7/attr/current", "system_u:system_r:container_t:s0:c1,c2\n");
	expect_label("system_u:system_r:container_t:s0:c1,c2", false);
	set("7/attr/apparmor/current", "docker-default (enforce)\n");
	expect_label("exec docker-default", true);
	set("7/attr/apparmor/current", "/usr/bin/a (b) (complain)\n");
	expect_label("exec /usr/bin/a (b)", true);
	set("7/attr/apparmor/current", "unconfined\n");
	expect_label("", true);
	set("7/attr/apparmor/current", "(odd)\n");
	expect_label("exec (odd)", true);
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	set("7/attr/apparmor/current", name);
	cr_assert_eq(xns_entry_prepare(f.ctx, &plan), -ENAMETOOLONG);
	cr_assert_str_eq(xns_error(f.ctx), "keep the security label of process 7");
}

Test(prepare, bounding_sets)
{
	static const char *const bad[] = { "CapBnd:\t\n", "CapBnd:\tfg\n", "CapBnd:\t1f x\n" };

	plan.o.drop_caps = true;
	set("7/status", "Name:\tx\nCapEff:\t01\nCapBnd:\t000001ffffffffff\nSeccomp:\t0\n");
	cr_assert_eq(xns_entry_prepare(f.ctx, &plan), 0, "%s", xns_error(f.ctx));
	cr_assert_eq(plan.bounding, 0x1ffffffffff);
	for (size_t i = 0; i < XNS_COUNT(bad); i++) {
		set("7/status", bad[i]);
		cr_assert_eq(xns_entry_prepare(f.ctx, &plan), -EINVAL, "%zu", i);
		cr_assert_str_eq(xns_error(f.ctx), "parse CapBnd of process 7");
	}
	set("7/status", "Name:\tCapBnd:\n");
	cr_assert_lt(xns_entry_prepare(f.ctx, &plan), 0);
}

Test(prepare, environments)
{
	char **envp = NULL, *large = malloc(7 << 20);

	cr_assert_eq(xns_environ_read(f.ctx, &plan.target, true, &envp), -ENOENT);
	cr_assert_str_eq(xns_error(f.ctx), "read the environment of process 7");
	fakeproc_file(&f, "7/environ", "A=1\0LD_PRELOAD=x\0B=2", 20);
	cr_assert_eq(xns_environ_read(f.ctx, &plan.target, true, &envp), 0);
	cr_assert_str_eq(envp[0], "A=1");
	cr_assert_str_eq(envp[1], "B=2");
	cr_assert_null(envp[2]);
	xns_environ_free(envp);
	/* no program could take it */
	cr_assert_not_null(large);
	memset(large, 'x', 7 << 20);
	fakeproc_file(&f, "7/environ", large, 7 << 20);
	cr_assert_eq(xns_environ_read(f.ctx, &plan.target, true, &envp), -E2BIG);
	free(large);
}

Test(prepare, another_users_environment)
{
	char **envp = NULL, path[96];

	set("7/environ", "A=1");
	snprintf(path, sizeof(path), "%s/7/environ", f.dir);
	cr_assert_eq(chmod(path, 0), 0);
	cr_assert_eq(chmod(f.dir, 0755), 0);
	if (geteuid() == 0)
		cr_assert_eq(seteuid(65534), 0);
	int err = xns_environ_read(f.ctx, &plan.target, true, &envp);
	if (getuid() == 0)
		cr_assert_eq(seteuid(0), 0);
	cr_assert_eq(err, -EACCES);
	cr_assert(strstr(xns_hint(f.ctx), "CAP_SYS_PTRACE would be needed"));
}
