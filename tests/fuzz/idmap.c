/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Id maps of any ranges: what is built maps each id once, either way, and does not overflow. */
#include "config.h"

#include "private.h"
#include "run/idmap.h"
#include "tests/fuzz/fuzz.h"

static bool overlap(uint32_t a, uint32_t na, uint32_t b, uint32_t nb)
{
	return (uint64_t)a < (uint64_t)b + nb && (uint64_t)b < (uint64_t)a + na;
}

static void check(const struct xns_idmap *map)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct xns_idrange *a = &map->v[i];

		FUZZ_CHECK(a->count > 0);
		FUZZ_CHECK((uint64_t)a->inner + a->count <= (uint64_t)UINT32_MAX + 1);
		FUZZ_CHECK((uint64_t)a->outer + a->count <= (uint64_t)UINT32_MAX + 1);
		for (size_t j = 0; j < i; j++) {
			const struct xns_idrange *b = &map->v[j];

			FUZZ_CHECK(!overlap(a->inner, a->count, b->inner, b->count));
			FUZZ_CHECK(!overlap(a->outer, a->count, b->outer, b->count));
		}
	}
}

FUZZ_TARGET(idmap)
{
	struct xns_ctx ctx = { .proc_fd = -1 };
	struct xns_map_range ranges[8] = { 0 };
	struct xns_map_plan plan = { .ranges = ranges };
	struct xns_idmap map = { 0 };
	uint32_t own;

	if (size < 9)
		return 0;
	plan.single = data[0] & 1;
	memcpy(&plan.single_inner, data + 1, 4);
	memcpy(&own, data + 5, 4);
	data += 9;
	size -= 9;
	while (size >= sizeof(struct xns_idrange) && plan.nranges < XNS_COUNT(ranges)) {
		memcpy(&ranges[plan.nranges++].range, data, sizeof(struct xns_idrange));
		data += sizeof(struct xns_idrange);
		size -= sizeof(struct xns_idrange);
	}
	if (xns_idmap_build(&ctx, &plan, false, own, &map) == 0)
		check(&map);
	xns_idmap_free(&map);
	return 0;
}
