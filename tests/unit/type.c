/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of namespace types: complete, and consistent with itself. */
#include "config.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "ns/type.h"
#include "private.h"

Test(type, every_row_is_complete)
{
	unsigned entries = 0;

	xns_for_each_type (t) {
		cr_assert_not_null(xns_types[t].name);
		cr_assert_not_null(xns_types[t].option);
		cr_assert_not_null(xns_types[t].help);
		cr_assert(xns_types[t].flag && xns_types[t].letter && xns_types[t].pidfd_get);
		entries |= 1u << xns_types[t].entry;
	}
	cr_assert_eq(entries, (1u << XNS_NTYPES) - 1, "each type has its own entry rank");
	cr_assert_eq(xns_types[XNS_USER].entry, 0, "the user namespace is joined first");
}

Test(type, names_and_flags_lead_back)
{
	xns_for_each_type (t) {
		cr_assert_eq(xns_type_from_name(xns_type_name(t)), (int)t);
		cr_assert_eq(xns_type_from_flag(xns_type_flag(t)), (int)t);
	}
	cr_assert_eq(xns_type_from_name("pid_for_children"), -EINVAL);
	cr_assert_eq(xns_type_from_name(""), -EINVAL);
	cr_assert_eq(xns_type_from_flag(0), -EINVAL);
	cr_assert_null(xns_type_name(XNS_NTYPES));
	cr_assert_eq(xns_type_flag(XNS_NTYPES), 0);
}

Test(type, links_of_this_process_have_these_names)
{
	char path[64], link[64];

	xns_for_each_type (t) {
		snprintf(path, sizeof(path), "/proc/self/ns/%s", xns_types[t].name);
		ssize_t n = readlink(path, link, sizeof(link) - 1);
		if (n < 0 && errno == ENOENT)
			continue; /* a kernel built without it */
		cr_assert_gt(n, 0);
		cr_assert_eq(strncmp(link, xns_types[t].name, strlen(xns_types[t].name)), 0);
	}
}
