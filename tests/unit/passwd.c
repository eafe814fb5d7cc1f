/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The login shell in hostile passwd text, and the lines of /proc/PID/cgroup. */
#include "config.h"

#include <criterion/criterion.h>

#include "run/cgroup.h"
#include "run/passwd.h"

Test(passwd, the_shell_of_a_uid)
{
	char shell[16] = "";

	cr_assert(xns_passwd_find("a:x:1:1::/:/bin/a\nb:x:2:2:::/bin/b", 2, shell,
				  sizeof(shell)));
	cr_assert_str_eq(shell, "/bin/b");
	cr_assert(xns_passwd_find("b:x:2:2:::/bin/b:more", 2, shell, sizeof(shell)));
	cr_assert_str_eq(shell, "/bin/b");
}

Test(passwd, what_is_no_entry_is_none)
{
	static const char *const bad[] = {
		"",
		"\n\n\n",
		"a:x:2",
		"a:x:2:",
		":::::::",
		"a:x:+2:2:::/bin/a",
		"a:x:2 :2:::/bin/a",
		"a:x:4294967298:2:::/bin/a",
		"a:x:2:2:::",
		"a:x:2:2:::relative",
		"a:x:2:2:::/longer/than/the/buffer",
		"a:x\n:2:2:::/bin/a",
		"a:x:3:2:::/bin/a",
	};
	char shell[16] = "untouched";

	for (size_t i = 0; i < XNS_COUNT(bad); i++)
		cr_assert_not(xns_passwd_find(bad[i], 2, shell, sizeof(shell)), "%s", bad[i]);
	cr_assert_str_eq(shell, "untouched");
}

Test(cgroup, lines_are_cut_at_the_first_two_colons)
{
	char v2[] = "0::/a:b:c", v1[] = "12:cpu,cpuacct:/", named[] = "1:name=systemd:/x y";
	char bad[][16] = { "", "0", "0:", "0::", "0::x", "::", "0:a" };
	char *controllers, *path;

	cr_assert_eq(xns_cgroup_parse(v2, &controllers, &path), 0);
	cr_assert_str_eq(controllers, "");
	cr_assert_str_eq(path, "/a:b:c");
	cr_assert_eq(xns_cgroup_parse(v1, &controllers, &path), 0);
	cr_assert_str_eq(controllers, "cpu,cpuacct");
	cr_assert_str_eq(path, "/");
	cr_assert_eq(xns_cgroup_parse(named, &controllers, &path), 0);
	cr_assert_str_eq(controllers, "name=systemd");
	cr_assert_str_eq(path, "/x y");
	for (size_t i = 0; i < XNS_COUNT(bad); i++)
		cr_assert_eq(xns_cgroup_parse(bad[i], &controllers, &path), -EINVAL);
}
