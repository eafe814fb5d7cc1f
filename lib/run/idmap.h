/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The id maps of a new user namespace: from what was asked for to the lines that are written.
 */
#ifndef XNS_RUN_IDMAP_H
#define XNS_RUN_IDMAP_H

#include "private.h"

struct xns_idmap {
	struct xns_idrange *v;
	size_t n, cap;
};

/*
 * Builds the map of @plan for user ids, or group ids with @group. @own is the caller's
 * effective id. The single id comes first and is cut out of the ranges: the n-th inner id that
 * is left of a range goes to the n-th outer id that is left. -EINVAL where ranges overlap each
 * other or there are too many, -ENOENT where the caller has no subordinate ids.
 */
int xns_idmap_build(struct xns_ctx *ctx, const struct xns_map_plan *plan, bool group,
		    uint32_t own, struct xns_idmap *map);

void xns_idmap_free(struct xns_idmap *map);

/* Can it be written without privilege: one line, the caller's own id? */
bool xns_idmap_is_own(const struct xns_idmap *map, uint32_t own);

/* The text that /proc/PID/uid_map takes, each line ended by @end; the caller frees it. */
char *xns_idmap_text(const struct xns_idmap *map, char end);

/*
 * The first range of subordinate ids of @uid: from getsubids(1) where nsswitch.conf names a
 * source of subids, else from /etc/subuid or /etc/subgid. -ENOENT: there is none.
 */
int xns_subid_first(struct xns_ctx *ctx, bool group, uid_t uid, struct xns_idrange *range);

/*
 * The first line of @text (subuid(5)) that belongs to @name (may be NULL) or to the number
 * @uid: the whole field must match. 0 or -ENOENT.
 */
int xns_subid_find(const char *text, const char *name, uid_t uid, struct xns_idrange *range);

#endif
