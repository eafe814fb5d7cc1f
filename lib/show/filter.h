/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Display filters (scols-filter(5)), which libsmartcols has from 2.40. */
#ifndef XNS_SHOW_FILTER_H
#define XNS_SHOW_FILTER_H

#include <libsmartcols.h>

#include "show/table.h"

struct show_filter;

/* NULL with the reason in @why (static, or living as long as the program). */
struct show_filter *show_filter_new(const char *expression, const char **why);
void show_filter_free(struct show_filter *filter);

/* The next column name that the expression uses and that has no column yet; then NULL. */
const char *show_filter_next_name(struct show_filter *filter);
void show_filter_assign(struct show_filter *filter, struct libscols_column *column);

/* Tells libsmartcols how the values of a column compare. */
void show_filter_type(struct libscols_column *column, enum show_type type);

bool show_filter_matches(struct show_filter *filter, struct libscols_line *line);

#endif
