/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What somebody may have meant who wrote a word that is none: hints for misspelt words. */
#ifndef MEANT_H
#define MEANT_H

#include <stddef.h>

#include "cmd/util.h"

/* Set @wrong and the rest to 0, try every word that could stand there, and look at @word. */
struct meant {
	const char *wrong;
	const char *word; /* the nearest one, or NULL where none is near */
	size_t edits;
};
void meant_try(struct meant *m, const char *word);

/* As die(), and hints at what it can be: @choices is "a|b|c". */
_Noreturn void die_with_choices(const char *choices, const char *fmt, ...) CMD_PRINTF(2, 3);

/*
 * "unknown column: <wrong>", and the nearest of @n names; each is the first member of a struct
 * of @size bytes.
 */
_Noreturn void die_unknown_column(const char *wrong, const void *columns, size_t n,
				  size_t size);

#endif
