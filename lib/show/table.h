/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tables, trees and JSON: the one place that knows libsmartcols. A tool describes its columns
 * as rows of struct show_column and adds lines; how they look follows from struct show_style.
 */
#ifndef XNS_SHOW_TABLE_H
#define XNS_SHOW_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The text of one cell while it is made. */
struct show_cell {
	char *text;
	size_t len, cap;
	bool failed; /* memory ran out */
};

void show_put(struct show_cell *cell, const char *text);
void show_number(struct show_cell *cell, uint64_t value); /* in decimal */
void show_printf(struct show_cell *cell, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

enum show_type { SHOW_STRING, SHOW_NUMBER, SHOW_BOOLEAN };

enum {
	SHOW_RIGHT = 1 << 0, /* right-aligned */
	SHOW_TRUNC = 1 << 1, /* may be cut to fit the terminal */
	SHOW_LINES = 1 << 2, /* several values: one a line, or joined by commas */
	SHOW_EXTRA = 1 << 3, /* the peer tool has no such column: --output-all leaves it out */
};

struct show_column {
	const char *name;
	double width; /* libsmartcols' width hint: below 1 a part of the terminal, else columns
		       */
	unsigned flags;
	enum show_type type; /* in JSON and filters */
	const char *help;
	/* Writes the cell of @row, which may be text that others control. Nothing: null. */
	void (*get)(struct show_cell *cell, const void *row);
};

struct show_style {
	FILE *out;        /* where it is printed */
	const char *name; /* of the JSON array */
	bool json, raw, no_headings, no_truncate, no_wrap;
	bool export_all;          /* NAME="value" pairs */
	bool one_a_line;          /* the same, each on its own line */
	bool shell;               /* column names that a shell takes as variables */
	const char *filter;       /* expression, or NULL */
	const char *json_more;    /* one more member of the JSON object, or NULL */
	const char *tree_column;  /* the tree hangs on it, where it is shown; or NULL */
	bool color;               /* for a terminal: JSON and raw output never have colours */
	const char *header_color; /* an escape sequence, or NULL */
};

/* --- which columns -------------------------------------------------------------------- */

enum { SHOW_MAX_COLUMNS = 64 };

struct show_selection {
	const struct show_column *all;
	size_t nall;
	size_t chosen[SHOW_MAX_COLUMNS];
	size_t n;
};

/*
 * Chooses columns by @list ("NS,type", any case; "ALL" is every one). A leading "+" adds to
 * what
 * @sel holds.
 * Returns NULL, or the first name that is no column (static buffer).
 */
const char *show_select(struct show_selection *sel, const char *list);

/* Every column that the peer tool has too: what --output-all prints, byte for byte the same. */
void show_select_all(struct show_selection *sel);

bool show_is_selected(const struct show_selection *sel, const char *name);

/* Prints name, type and description of every column, as -H does. 0 or -1. */
int show_list_columns(const struct show_selection *sel, const char *json_name,
		      const struct show_style *style);

/* --- a table -------------------------------------------------------------------------- */

struct show_table;
struct show_line;

/* NULL when memory is short, or with a message in @why for a bad filter. */
struct show_table *show_table_new(const struct show_selection *sel,
				  const struct show_style *style, const char **why);
void show_table_free(struct show_table *table);

/*
 * Adds a line for @row. Returns NULL where the filter leaves it out, or with *@failed set when
 * memory is short.
 */
struct show_line *show_add(struct show_table *table, const void *row, bool *failed);

/* Hangs @line below @parent; nothing happens where either is NULL. */
void show_attach(struct show_table *table, struct show_line *parent, struct show_line *line);

/* Gives @line a colour where the style wants them; @sequence may be NULL. */
void show_paint(struct show_table *table, struct show_line *line, const char *sequence);

/* 0, or -1 when something could not be printed. */
int show_print(struct show_table *table);

#endif
