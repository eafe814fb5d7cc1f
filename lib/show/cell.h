/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Making the text of a cell safe to print. */
#ifndef XNS_SHOW_CELL_H
#define XNS_SHOW_CELL_H

#include "show/table.h"

/* Adds @len bytes to the cell. */
void show_put_bytes(struct show_cell *cell, const char *text, size_t len);

/*
 * A copy of @text for the caller to free: in JSON valid UTF-8, with other bytes as \xNN; in
 * tables without characters that reorder what stands beside them. NULL: no memory.
 */
char *show_safe_text(const char *text, bool json);

#endif
