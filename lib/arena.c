/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The blocks of arena.h. */
#include "config.h"

#include <stdlib.h>

#include "arena.h"

enum { BLOCK_SIZE = 16 * 1024 };

void *xns_arena_take(struct xns_arena *arena, size_t size)
{
	struct xns_block *block = arena->last;

	if (!block || block->size - block->used < size) {
		size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;

		block = malloc(sizeof(*block) + room);
		if (!block)
			return NULL;
		*block = (struct xns_block){ .size = room };
		if (arena->last)
			arena->last->next = block;
		else
			arena->first = block;
		arena->last = block;
	}
	block->used += size;
	return block->at + block->used - size;
}

void xns_arena_free(struct xns_arena *arena)
{
	for (struct xns_block *block = arena->first, *next; block; block = next) {
		next = block->next;
		free(block);
	}
	*arena = (struct xns_arena){ 0 };
}
