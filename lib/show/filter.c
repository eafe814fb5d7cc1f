/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Display filters, or the message that this libsmartcols has none. */
#include "config.h"

#include <stdlib.h>

#include "show/filter.h"

#ifdef HAVE_SCOLS_FILTER

struct show_filter {
	struct libscols_filter *scols;
	struct libscols_iter *iter;
	const char *name;
};

struct show_filter *show_filter_new(const char *expression, const char **why)
{
	static char reason[512];
	struct show_filter *filter = calloc(1, sizeof(*filter));

	if (!filter)
		return NULL;
	filter->scols = scols_new_filter(NULL);
	filter->iter = scols_new_iter(SCOLS_ITER_FORWARD);
	if (filter->scols && filter->iter &&
	    scols_filter_parse_string(filter->scols, expression) == 0)
		return filter;
	const char *said = filter->scols ? scols_filter_get_errmsg(filter->scols) : NULL;
	snprintf(reason, sizeof(reason), "%s", said ? said : "cannot be parsed");
	*why = reason;
	show_filter_free(filter);
	return NULL;
}

void show_filter_free(struct show_filter *filter)
{
	if (!filter)
		return;
	scols_unref_filter(filter->scols);
	scols_free_iter(filter->iter);
	free(filter);
}

const char *show_filter_next_name(struct show_filter *filter)
{
	filter->name = NULL;
	if (scols_filter_next_holder(filter->scols, filter->iter, &filter->name, 0) != 0)
		return NULL;
	return filter->name;
}

void show_filter_assign(struct show_filter *filter, struct libscols_column *column)
{
	scols_filter_assign_column(filter->scols, NULL, filter->name, column);
}

void show_filter_type(struct libscols_column *column, enum show_type type)
{
	static const int types[] = { SCOLS_DATA_STRING, SCOLS_DATA_U64, SCOLS_DATA_BOOLEAN };

	scols_column_set_data_type(column, types[type]);
}

bool show_filter_matches(struct show_filter *filter, struct libscols_line *line)
{
	int matches = 0;

	return scols_line_apply_filter(line, filter->scols, &matches) == 0 && matches;
}

#else /* no filters */

struct show_filter {
	char none;
};

struct show_filter *show_filter_new(const char *expression, const char **why)
{
	(void)expression;
	*why = "filters need libsmartcols 2.40 or newer";
	return NULL;
}

void show_filter_free(struct show_filter *filter)
{
	(void)filter;
}

const char *show_filter_next_name(struct show_filter *filter)
{
	(void)filter;
	return NULL;
}

void show_filter_assign(struct show_filter *filter, struct libscols_column *column)
{
	(void)filter;
	(void)column;
}

void show_filter_type(struct libscols_column *column, enum show_type type)
{
	(void)column;
	(void)type;
}

bool show_filter_matches(struct show_filter *filter, struct libscols_line *line)
{
	(void)filter;
	(void)line;
	return true;
}

#endif
