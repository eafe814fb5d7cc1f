/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The small helpers of lib/util.c. */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>

#include "private.h"

static int parse(const char *s, uint64_t max, uint64_t *v)
{
	return xns_parse_u64(s, strlen(s), max, v);
}

Test(util, numbers_are_parsed_whole)
{
	uint64_t v = 7;

	cr_assert_eq(parse("0", UINT64_MAX, &v), 0);
	cr_assert_eq(v, 0);
	cr_assert_eq(parse("18446744073709551615", UINT64_MAX, &v), 0);
	cr_assert_eq(v, UINT64_MAX);
	cr_assert_eq(parse("18446744073709551616", UINT64_MAX, &v), -ERANGE);
	cr_assert_eq(parse("4294967296", UINT32_MAX, &v), -ERANGE);
	static const char *const bad[] = { "", " 1", "+1", "-1", "1 ", "0x1", "1\n", "one" };
	for (size_t i = 0; i < XNS_COUNT(bad); i++)
		cr_assert_eq(parse(bad[i], UINT64_MAX, &v), -EINVAL, "'%s'", bad[i]);
	cr_assert_eq(v, UINT64_MAX, "a failure leaves the value alone");
}

Test(util, numbers_are_written)
{
	char buf[24];

	cr_assert_eq(xns_put_u64(buf, 0) - buf, 1);
	cr_assert_str_eq(buf, "0");
	cr_assert_eq(xns_put_u64(buf, 4294967295u) - buf, 10);
	cr_assert_str_eq(buf, "4294967295");
	cr_assert_eq(xns_put_u64(buf, UINT64_MAX) - buf, 20);
	cr_assert_str_eq(buf, "18446744073709551615");
}

Test(util, arrays_grow_and_refuse_overflow)
{
	int *a = NULL;
	size_t cap = 0;

	cr_assert_eq(xns_grow(&a, &cap, 1, sizeof(*a)), 0);
	cr_assert_eq(cap, 16);
	cr_assert_eq(xns_grow(&a, &cap, 17, sizeof(*a)), 0);
	cr_assert_eq(cap, 32);
	cr_assert_eq(xns_grow(&a, &cap, SIZE_MAX / 2 + 2, sizeof(*a)), -ENOMEM);
	cr_assert_eq(cap, 32);
	free(a);
}

Test(util, files_are_read_whole_and_bounded)
{
	char *text = NULL;

	cr_assert_eq(xns_read_file(AT_FDCWD, "/dev/null", 10, &text), 0);
	cr_assert_str_eq(text, "");
	free(text);
	cr_assert_eq(xns_read_file(AT_FDCWD, "/dev/zero", 10000, &text), -EFBIG);
	cr_assert_eq(xns_read_file(AT_FDCWD, "/nonexistent", 10, &text), -ENOENT);
}
