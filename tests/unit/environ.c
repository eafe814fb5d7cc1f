/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Others' environments, as lib/run/environ.c takes them apart. */
#include "config.h"

#include <criterion/criterion.h>

#include "run/environ.h"

static char **parse(const char *text, size_t len, bool drop)
{
	char *copy = malloc(len + 1);

	memcpy(copy, text, len);
	copy[len] = '\0';
	return xns_environ_parse(copy, len, drop);
}

Test(environ, what_is_no_assignment_is_left_out)
{
	static const char text[] = "A=1\0nothing\0=empty\0B=\0\0\0C==x\0D=un\nended";
	char **envp = parse(text, sizeof(text) - 1, false);

	cr_assert_str_eq(envp[0], "A=1");
	cr_assert_str_eq(envp[1], "B=");
	cr_assert_str_eq(envp[2], "C==x");
	cr_assert_str_eq(envp[3], "D=un\nended");
	cr_assert_null(envp[4]);
	xns_environ_free(envp);
}

Test(environ, nothing_and_zeros_are_an_empty_environment)
{
	char **none = parse("", 0, true), **zeros = parse("\0\0\0\0", 4, true);

	cr_assert_null(none[0]);
	cr_assert_null(zeros[0]);
	xns_environ_free(none);
	xns_environ_free(zeros);
	xns_environ_free(NULL);
}

Test(environ, orders_to_the_loader_are_dropped_on_request)
{
	static const char text[] = "LD_PRELOAD=x\0LD_=y\0GCONV_PATH=z\0LDX=1\0TMPDIR=/t\0"
				   "TMPDIRS=/u\0GLIBC_TUNABLES=a\0LD_NOTHING\0";
	char **some = parse(text, sizeof(text) - 1, true);
	char **all = parse(text, sizeof(text) - 1, false);

	cr_assert_str_eq(some[0], "LDX=1");
	cr_assert_str_eq(some[1], "TMPDIRS=/u");
	cr_assert_null(some[2]);
	cr_assert_str_eq(all[0], "LD_PRELOAD=x");
	cr_assert_str_eq(all[6], "GLIBC_TUNABLES=a");
	cr_assert_null(all[7]);
	xns_environ_free(some);
	xns_environ_free(all);
}
