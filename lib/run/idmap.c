/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Building id maps: single ids first, ranges around them, everything checked for overlaps. */
#include "config.h"

#include "run/idmap.h"

enum { MAX_LINES = 340 /* UID_GID_MAP_MAX_EXTENTS, 4.15 */ };

/* A run of ids, at most two of which are left when one id is cut out. */
struct run {
	uint32_t first, count;
};

static int add(struct xns_ctx *ctx, struct xns_idmap *map, uint32_t inner, uint32_t outer,
	       uint32_t count)
{
	if (xns_grow(&map->v, &map->cap, map->n + 1, sizeof(*map->v)) < 0)
		return xns_fail(ctx, ENOMEM, "build the id map");
	map->v[map->n++] = (struct xns_idrange){ inner, outer, count };
	return 0;
}

/* Cuts @id out of @count ids from @first; returns how many runs are left (0 to 2). */
static int cut(uint32_t first, uint32_t count, bool has_id, uint32_t id, struct run out[2])
{
	int n = 0;

	if (!has_id || id < first || id - first >= count) {
		out[0] = (struct run){ first, count };
		return 1;
	}
	if (id > first)
		out[n++] = (struct run){ first, id - first };
	if (id - first + 1 < count)
		out[n++] = (struct run){ id + 1, count - (id - first) - 1 };
	return n;
}

/* Maps @r around @single. Inside there may be @spare ids more: none outside is lost. */
static int add_around(struct xns_ctx *ctx, struct xns_idmap *map, const struct xns_idrange *r,
		      const struct xns_idrange *single, uint32_t spare)
{
	struct run in[2], out[2];
	int nin = cut(r->inner, r->count + spare, single, single ? single->inner : 0, in);
	int nout = cut(r->outer, r->count, single, single ? single->outer : 0, out);

	for (int i = 0, o = 0; i < nin && o < nout;) {
		uint32_t count = in[i].count < out[o].count ? in[i].count : out[o].count;
		int rc = add(ctx, map, in[i].first, out[o].first, count);

		if (rc < 0)
			return rc;
		in[i].first += count;
		out[o].first += count;
		if (!(in[i].count -= count))
			i++;
		if (!(out[o].count -= count))
			o++;
	}
	return 0;
}

/* Every id of the caller's own namespace, to itself. */
static int add_all(struct xns_ctx *ctx, struct xns_idmap *map, bool group,
		   const struct xns_idrange *single)
{
	const char *name = group ? "self/gid_map" : "self/uid_map";
	xns_auto_free char *text = NULL;
	unsigned inner, outer, count;
	int used, rc = xns_ctx_proc(ctx);

	if (rc < 0)
		return rc;
	rc = (int)xns_read_file(rc, name, 1 << 20, &text);
	if (rc < 0)
		return xns_fail(ctx, -rc, "read /proc/%s", name);
	for (const char *p = text; sscanf(p, "%u %u %u%n", &inner, &outer, &count, &used) == 3;
	     p += used) {
		struct xns_idrange same = { inner, inner, count };

		rc = add_around(ctx, map, &same, single, 0);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int add_range(struct xns_ctx *ctx, struct xns_idmap *map, const struct xns_map_range *r,
		     bool group, const struct xns_idrange *single)
{
	struct xns_idrange range = r->range;
	int rc;

	if (r->kind == XNS_RANGE_ALL)
		return add_all(ctx, map, group, single);
	if (r->kind != XNS_RANGE_GIVEN) {
		rc = xns_subid_first(ctx, group, geteuid(), &range);
		if (rc < 0)
			return rc;
		range.inner = r->kind == XNS_RANGE_AUTO ? 0 : range.outer;
	}
	if (range.count == 0 || UINT32_MAX - range.count < range.inner ||
	    UINT32_MAX - range.count < range.outer)
		return xns_fail(ctx, EINVAL, "map %u:%u:%u: ids must be below 4294967295",
				range.inner, range.outer, range.count);
	return add_around(ctx, map, &range, single, r->kind == XNS_RANGE_AUTO);
}

static bool overlap(uint32_t a, uint32_t na, uint32_t b, uint32_t nb)
{
	return a < b ? b - a < na : a - b < nb;
}

static int check(struct xns_ctx *ctx, const struct xns_idmap *map)
{
	if (map->n > MAX_LINES)
		return xns_fail(ctx, EINVAL, "map ids: %zu lines, the kernel takes %d", map->n,
				MAX_LINES);
	for (size_t i = 0; i < map->n; i++) {
		const struct xns_idrange *a = &map->v[i];

		for (size_t j = 0; j < i; j++) {
			const struct xns_idrange *b = &map->v[j];
			bool in = overlap(a->inner, a->count, b->inner, b->count);

			if (in || overlap(a->outer, a->count, b->outer, b->count))
				return xns_fail(ctx, EINVAL,
						"map %u:%u:%u: overlaps %u:%u:%u %s", a->inner,
						a->outer, a->count, b->inner, b->outer,
						b->count, in ? "inside" : "outside");
		}
	}
	return 0;
}

int xns_idmap_build(struct xns_ctx *ctx, const struct xns_map_plan *plan, bool group,
		    uint32_t own, struct xns_idmap *map)
{
	struct xns_idrange single = { plan->single_inner, own, 1 };
	int rc = 0;

	*map = (struct xns_idmap){ 0 };
	if (plan->single)
		rc = add(ctx, map, single.inner, single.outer, 1);
	for (size_t i = 0; rc == 0 && i < plan->nranges; i++)
		rc = add_range(ctx, map, &plan->ranges[i], group,
			       plan->single ? &single : NULL);
	if (rc == 0)
		rc = check(ctx, map);
	if (rc < 0)
		xns_idmap_free(map);
	return rc;
}

void xns_idmap_free(struct xns_idmap *map)
{
	free(map->v);
	*map = (struct xns_idmap){ 0 };
}

bool xns_idmap_is_own(const struct xns_idmap *map, uint32_t own)
{
	return map->n == 1 && map->v[0].count == 1 && map->v[0].outer == own;
}

char *xns_idmap_text(const struct xns_idmap *map, char end)
{
	enum { LINE = 3 * 10 + 3 };
	char *text = malloc(map->n * LINE + 1), *at = text;

	if (!text)
		return NULL;
	*at = '\0';
	for (size_t i = 0; i < map->n; i++) {
		at = xns_put_u64(at, map->v[i].inner);
		*at++ = ' ';
		at = xns_put_u64(at, map->v[i].outer);
		*at++ = ' ';
		at = xns_put_u64(at, map->v[i].count);
		*at++ = end;
		*at = '\0';
	}
	return text;
}
