/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Id maps: ranges around single ids, overlaps, limits, and whose subordinate ids are whose. */
#include "config.h"

#include <criterion/criterion.h>

#include "run/idmap.h"

/* Builds a map of @n ranges around the single id @inner (-1: none), outside 1000; its text. */
static char *map_of(long long inner, const struct xns_idrange *ranges, size_t n, int *rc)
{
	static char empty[] = "";
	struct xns_map_range r[400] = { 0 };
	struct xns_ctx *ctx;
	struct xns_idmap map;
	char *text = empty;

	for (size_t i = 0; i < n; i++)
		r[i].range = ranges[i];
	struct xns_map_plan plan = { inner >= 0, (uint32_t)inner, r, n };
	cr_assert_eq(xns_new(&ctx), 0);
	*rc = xns_idmap_build(ctx, &plan, false, 1000, &map);
	if (*rc == 0)
		text = xns_idmap_text(&map, ';');
	xns_idmap_free(&map);
	xns_free(ctx);
	return text;
}

Test(idmap, ranges_go_around_the_single_id)
{
	static const struct {
		long long inner;
		struct xns_idrange range;
		const char *map;
	} t[] = {
		{ -1, { 0, 5000, 10 }, "0 5000 10;" },
		{ 0, { 0, 5000, 10 }, "0 1000 1;1 5000 9;" },
		{ 9, { 0, 5000, 10 }, "9 1000 1;0 5000 9;" },
		{ 10, { 0, 5000, 10 }, "10 1000 1;0 5000 10;" },
		{ 4, { 0, 5000, 10 }, "4 1000 1;0 5000 4;5 5004 5;" },
		{ 11, { 1, 5000, 10 }, "11 1000 1;1 5000 10;" },
		/* the outer id of the single one is cut out as well */
		{ 50, { 0, 1000, 10 }, "50 1000 1;0 1001 9;" },
		{ 50, { 0, 995, 10 }, "50 1000 1;0 995 5;5 1001 4;" },
		{ 3, { 0, 999, 10 }, "3 1000 1;0 999 1;1 1001 2;4 1003 6;" },
		{ 0, { 0, 5000, 1 }, "0 1000 1;" },
		{ 7, { 0, 0, 4294967295u }, "7 1000 1;0 0 7;8 7 993;1001 1001 4294966294;" },
	};
	int rc;

	for (size_t i = 0; i < XNS_COUNT(t); i++) {
		char *text = map_of(t[i].inner, &t[i].range, 1, &rc);

		cr_assert_eq(rc, 0, "%zu", i);
		cr_assert_str_eq(text, t[i].map, "%zu: %s", i, text);
		free(text);
	}
}

Test(idmap, what_the_kernel_would_refuse_is_refused_before)
{
	struct xns_idrange inside[] = { { 0, 5000, 10 }, { 9, 6000, 1 } };
	struct xns_idrange outside[] = { { 0, 5000, 10 }, { 10, 5009, 1 } };
	struct xns_idrange beyond = { 4294967295u, 0, 1 };
	struct xns_idrange many[400];
	int rc;

	map_of(-1, inside, 2, &rc);
	cr_assert_eq(rc, -EINVAL);
	map_of(-1, outside, 2, &rc);
	cr_assert_eq(rc, -EINVAL);
	map_of(-1, &beyond, 1, &rc);
	cr_assert_eq(rc, -EINVAL);
	for (unsigned i = 0; i < 400; i++)
		many[i] = (struct xns_idrange){ 2 * i, 2 * i, 1 };
	map_of(-1, many, 341, &rc);
	cr_assert_eq(rc, -EINVAL);
	free(map_of(-1, many, 340, &rc));
	cr_assert_eq(rc, 0);
}

Test(idmap, subordinate_ids_belong_to_exact_names_and_numbers)
{
	static const char file[] = "# comment\n"
				   "ann:bad:10\n"
				   "anna:100000:65536\n"
				   "1000x:5:5\n"
				   "10000:7:7\n"
				   ":8:8\n"
				   "ann:200000:0\n"
				   "ann:300000:10\n"
				   "ann:400000:10\n"
				   "1000:500000:20\n"
				   "big:4294967290:100\n"
				   "last:1:2";
	struct xns_idrange r;

	cr_assert_eq(xns_subid_find(file, "ann", 1, &r), 0);
	cr_assert(r.outer == 300000 && r.count == 10, "%u %u", r.outer, r.count);
	cr_assert_eq(xns_subid_find(file, NULL, 1000, &r), 0);
	cr_assert(r.outer == 500000 && r.count == 20);
	cr_assert_eq(xns_subid_find(file, "an", 100, &r), -ENOENT);
	cr_assert_eq(xns_subid_find(file, "root", 0, &r), -ENOENT);
	cr_assert_eq(xns_subid_find(file, "big", 1, &r), 0);
	cr_assert(r.outer == 4294967290u && r.count == 5, "cut to what ids there are");
	cr_assert_eq(xns_subid_find(file, "last", 1, &r), 0);
	cr_assert_eq(xns_subid_find("", "ann", 1, &r), -ENOENT);
}
