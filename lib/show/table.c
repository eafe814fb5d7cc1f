/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines and columns handed to libsmartcols. */
#include "config.h"

#include <ctype.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "show/cell.h"
#include "show/filter.h"
#include "show/raw.h"
#include "show/table.h"

struct show_table {
	struct libscols_table *scols;
	struct raw_table *lines; /* instead of scols: of the two one is NULL */
	struct show_filter *filter;
	const struct show_column *columns[2 * SHOW_MAX_COLUMNS];
	size_t ncolumns;
	FILE *out;
	bool json, raw, no_headings;
	const char *json_more;
	bool joined; /* several values on one line */
	struct show_cell cell;
};

/*
 * Not in JSON: of a cell that wraps, libsmartcols 2.42 has the first line there only, and
 * blanks or the tree's lines between the objects for the others.
 */
static bool wraps(const struct show_column *column, const struct show_style *style)
{
	return (column->flags & SHOW_LINES) && !style->no_wrap && !style->json;
}

static int scols_flags(const struct show_column *column, const struct show_style *style)
{
	int flags = 0;

	if (column->flags & SHOW_RIGHT)
		flags |= SCOLS_FL_RIGHT;
	if ((column->flags & SHOW_TRUNC) && !style->no_truncate)
		flags |= SCOLS_FL_TRUNC;
	if (wraps(column, style))
		flags |= SCOLS_FL_WRAP;
	if (style->tree_column && strcasecmp(column->name, style->tree_column) == 0)
		flags = (flags & ~SCOLS_FL_RIGHT) | SCOLS_FL_TREE;
	return flags;
}

/* "USE%" becomes "USE_PCT", as libsmartcols does it since 2.38. */
static const char *shell_name(const char *name, char *text, size_t size)
{
	size_t n = 0;

	for (const char *p = name; *p && n + sizeof("_PCT") < size; p++) {
		if (*p == '%' && !p[1])
			n += (size_t)snprintf(text + n, size - n, "_PCT");
		else
			text[n++] = isalnum((unsigned char)*p) ? *p : '_';
	}
	text[n] = '\0';
	return text;
}

static int add_scols_column(struct show_table *table, const struct show_column *column,
			    const struct show_style *style, bool hidden)
{
	char name[64];
	struct libscols_column *c = scols_table_new_column(
		table->scols,
		style->shell ? shell_name(column->name, name, sizeof(name)) : column->name,
		column->width, scols_flags(column, style));

	/* A column whose name found no memory is made all the same, without a heading. */
	if (!c || !scols_cell_get_data(scols_column_get_header(c)))
		return -1;
	if (hidden)
		scols_column_set_flags(c, SCOLS_FL_HIDDEN);
	if (style->color)
		scols_cell_set_color(scols_column_get_header(c), style->header_color);
	if (wraps(column, style)) {
		scols_column_set_wrapfunc(c, scols_wrapnl_chunksize, scols_wrapnl_nextchunk,
					  NULL);
		scols_column_set_safechars(c, "\n");
	}
	if (style->json && column->type != SHOW_STRING)
		scols_column_set_json_type(c, column->type == SHOW_NUMBER ? SCOLS_JSON_NUMBER
									  : SCOLS_JSON_BOOLEAN);
	show_filter_type(c, column->type);
	return 0;
}

static int add_column(struct show_table *table, const struct show_column *column,
		      const struct show_style *style, bool hidden)
{
	if (table->scols && add_scols_column(table, column, style, hidden) < 0)
		return -1;
	table->columns[table->ncolumns++] = column;
	return 0;
}

static size_t column_index(const struct show_table *table, const struct show_column *column)
{
	size_t i = 0;

	while (i < table->ncolumns && table->columns[i] != column)
		i++;
	return i;
}

/* The filter may name columns that are not shown: they are there, but hidden. */
static int add_filter(struct show_table *table, const struct show_selection *sel,
		      const struct show_style *style, const char **why)
{
	static char wrong[96]; /* @name lives no longer than the filter */
	const char *name;

	table->filter = show_filter_new(style->filter, why);
	if (!table->filter)
		return -1;
	while ((name = show_filter_next_name(table->filter))) {
		size_t i = 0;

		while (i < sel->nall && strcasecmp(sel->all[i].name, name) != 0)
			i++;
		if (i == sel->nall) {
			snprintf(wrong, sizeof(wrong), "unknown column: %s", name);
			*why = wrong;
			return -1;
		}
		size_t at = column_index(table, &sel->all[i]);
		if (at == table->ncolumns && add_column(table, &sel->all[i], style, true) < 0)
			return -1;
		show_filter_assign(table->filter, scols_table_get_column(table->scols, at));
	}
	return 0;
}

/* The number of the column that the tree hangs on, or -1. */
static int tree_index(const struct show_selection *sel, const struct show_style *style)
{
	for (size_t i = 0; style->tree_column && i < sel->n; i++)
		if (strcasecmp(sel->all[sel->chosen[i]].name, style->tree_column) == 0)
			return (int)i;
	return -1;
}

static struct libscols_table *new_scols(const struct show_style *style)
{
	struct libscols_table *scols = scols_new_table();

	if (!scols)
		return NULL;
	scols_table_set_stream(scols, style->out);
	scols_table_enable_json(scols, style->json);
	scols_table_enable_raw(scols, style->raw);
	scols_table_enable_export(scols, style->export_all || style->one_a_line);
	if (style->one_a_line)
		scols_table_set_column_separator(scols, "\n");
	scols_table_enable_noheadings(scols, style->no_headings);
	scols_table_enable_colors(scols, style->color && !style->json && !style->raw);
	if (style->name && scols_table_set_name(scols, style->name) != 0) {
		scols_unref_table(scols);
		return NULL;
	}
	return scols;
}

/* Lines that are filtered, or are printed in a way of their own, are libsmartcols'. */
static bool is_plain_raw(const struct show_style *style)
{
	return style->raw && !style->filter && !style->export_all && !style->one_a_line;
}

struct show_table *show_table_new(const struct show_selection *sel,
				  const struct show_style *style, const char **why)
{
	struct show_table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->out = style->out;
	table->json = style->json;
	table->raw = style->raw;
	table->no_headings = style->no_headings;
	table->json_more = style->json_more;
	table->joined = style->no_wrap || style->raw;
	if (is_plain_raw(style))
		table->lines = raw_new(tree_index(sel, style));
	else
		table->scols = new_scols(style);
	bool made = table->lines || table->scols;
	for (size_t i = 0; i < sel->n && made; i++)
		made = add_column(table, &sel->all[sel->chosen[i]], style, false) == 0;
	if (made && style->filter)
		made = add_filter(table, sel, style, why) == 0;
	if (!made) {
		show_table_free(table);
		return NULL;
	}
	return table;
}

void show_table_free(struct show_table *table)
{
	if (!table)
		return;
	show_filter_free(table->filter);
	raw_free(table->lines);
	scols_unref_table(table->scols);
	free(table->cell.text);
	free(table);
}

static int set_cell(struct show_table *table, struct libscols_line *line, size_t i,
		    const void *row)
{
	const struct show_column *column = table->columns[i];
	struct show_cell *cell = &table->cell;

	cell->len = 0;
	if (cell->text)
		cell->text[0] = '\0';
	column->get(cell, row);
	if (cell->failed)
		return -1;
	if (cell->len == 0) {
		if (table->lines)
			raw_cell(table->lines, "");
		return 0;
	}
	if ((column->flags & SHOW_LINES) && table->joined)
		for (char *p = cell->text; (p = strchr(p, '\n'));)
			*p = ',';
	if (table->lines) {
		raw_cell(table->lines, cell->text);
		return 0;
	}
	/* Raw output escapes every byte that is not plain ASCII, and so needs no help. */
	char *safe = table->raw ? strdup(cell->text) : show_safe_text(cell->text, table->json);
	if (!safe)
		return -1;
	if (scols_line_refer_data(line, i, safe) != 0) {
		free(safe);
		return -1;
	}
	return 0;
}

static struct show_line *add_raw(struct show_table *table, const void *row, bool *failed)
{
	struct raw_line *line = NULL;
	size_t i = 0;

	while (i < table->ncolumns && set_cell(table, NULL, i, row) == 0)
		i++;
	if (i == table->ncolumns)
		line = raw_end_line(table->lines);
	if (!line)
		*failed = true;
	return (struct show_line *)line;
}

struct show_line *show_add(struct show_table *table, const void *row, bool *failed)
{
	if (table->lines)
		return add_raw(table, row, failed);
	struct libscols_line *line = scols_table_new_line(table->scols, NULL);

	if (!line) {
		*failed = true;
		return NULL;
	}
	for (size_t i = 0; i < table->ncolumns; i++) {
		if (set_cell(table, line, i, row) < 0) {
			*failed = true;
			return NULL;
		}
	}
	if (table->filter && !show_filter_matches(table->filter, line)) {
		scols_table_remove_line(table->scols, line);
		return NULL;
	}
	return (struct show_line *)line;
}

void show_attach(struct show_table *table, struct show_line *parent, struct show_line *line)
{
	if (table->lines && parent && line)
		raw_attach((struct raw_line *)parent, (struct raw_line *)line);
	else if (parent && line)
		scols_line_add_child((struct libscols_line *)parent,
				     (struct libscols_line *)line);
}

void show_paint(struct show_table *table, struct show_line *line, const char *sequence)
{
	if (line && table->scols && scols_table_colors_wanted(table->scols))
		scols_line_set_color((struct libscols_line *)line, sequence);
}

/* libsmartcols prints a whole object: the member goes before the brace that closes it. */
static int print_with_more(struct show_table *table)
{
	char *text = NULL;
	int rc = -1;

	if (scols_print_table_to_string(table->scols, &text) != 0)
		return -1;
	char *end = strrchr(text, '}');
	if (end) {
		while (end > text && (end[-1] == '\n' || end[-1] == ' '))
			end--;
		rc = fprintf(table->out, "%.*s,\n   %s\n}\n", (int)(end - text), text,
			     table->json_more) < 0
			     ? -1
			     : 0;
	}
	free(text);
	return rc;
}

static int print_raw(const struct show_table *table)
{
	const char *names[2 * SHOW_MAX_COLUMNS];

	for (size_t i = 0; i < table->ncolumns; i++)
		names[i] = table->columns[i]->name;
	return raw_print(table->lines, table->no_headings ? NULL : names, table->ncolumns,
			 table->out);
}

int show_print(struct show_table *table)
{
	if (table->lines)
		return print_raw(table);
	if (table->json && table->json_more)
		return print_with_more(table);
	return scols_print_table(table->scols) == 0 ? 0 : -1;
}
