/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Getting a file of sysfs into memory where that cannot be mapped, as BTF could not
 * before 6.16. */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>

#include "private.h"
#include "scan/btf.h"

Test(btfmap, what_cannot_be_mapped_is_read)
{
	const char *path = "/sys/kernel/notes";
	char *text;
	size_t size;
	void *data;

	if (access(path, R_OK) < 0)
		cr_skip_test("no %s", path);
	ssize_t n = xns_read_file(AT_FDCWD, path, 1 << 20, &text);
	cr_assert_gt(n, 0);
	cr_assert_eq(xns_btf_map(path, &data, &size), 0);
	cr_assert_eq(size, (size_t)n);
	cr_assert_arr_eq((char *)data, text, size);
	xns_btf_unmap(data, size);
	free(text);
}

Test(btfmap, what_ends_early_is_refused)
{
	const char *path = "/sys/kernel/uevent_seqnum"; /* as long as a page, says its inode */
	size_t size;
	void *data;

	if (access(path, R_OK) < 0)
		cr_skip_test("no %s", path);
	cr_assert_eq(xns_btf_map(path, &data, &size), -EINVAL);
}
