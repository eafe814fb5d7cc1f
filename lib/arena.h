/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many small things that are freed together: they lie in blocks, one after the other. */
#ifndef XNS_ARENA_H
#define XNS_ARENA_H

#include <stddef.h>

struct xns_block {
	struct xns_block *next;
	size_t used, size;
	_Alignas(8) char at[];
};

struct xns_arena {
	struct xns_block *first, *last;
};

/*
 * Room for @size bytes, behind what was taken before: aligned to 8 where all sizes are
 * multiples of that. NULL: no memory.
 */
void *xns_arena_take(struct xns_arena *arena, size_t size);
void xns_arena_free(struct xns_arena *arena);

#endif
