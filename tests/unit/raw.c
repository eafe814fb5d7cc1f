/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lib/show/raw.c writes what libsmartcols would, byte for byte: both are asked. */
#include "config.h"

#include <criterion/criterion.h>
#include <libsmartcols.h>
#include <locale.h>

#include "private.h"
#include "show/raw.h"

enum { COLUMNS = 3, KINDS = 7, LINES = 2000 };

static const char *const names[COLUMNS] = { "A A", "B", "C" };
static const char *const cells[KINDS][COLUMNS] = {
	{ "1", NULL, "x y\tz\\q\x01\xc3\xa9\"" },
	{ "2", "", NULL },
	{ NULL, NULL, NULL },
	{ "", "b", "c " },
	{ "5", "e", "" },
	{ "6", "\x7f\xff", "g" },
	{ "7", "\n", "h" },
};
static const int parents[KINDS] = { -1, 0, 0, 1, 3, -1, 1 };

/* The first lines are all kinds; the others are many, and some are longer than a block. */
static const char *cell(size_t line, size_t column)
{
	static char big[40 * 1024];

	if (line >= KINDS && line % 400 == 0)
		return memset(big, 'a', sizeof(big) - 1);
	return cells[line % KINDS][column];
}

static int parent(size_t line)
{
	if (line < KINDS)
		return parents[line];
	return line % 5 ? (int)(line / 2) : -1;
}

static char *by_scols(int tree, bool headings, size_t n)
{
	struct libscols_table *table = scols_new_table();
	struct libscols_line *lines[LINES];
	char *text = NULL;
	size_t size;

	FILE *out = open_memstream(&text, &size);
	scols_table_enable_raw(table, 1);
	scols_table_enable_noheadings(table, !headings);
	scols_table_set_stream(table, out);
	for (int i = 0; i < COLUMNS; i++)
		scols_table_new_column(table, names[i], 0, i == tree ? SCOLS_FL_TREE : 0);
	for (size_t i = 0; i < n; i++) {
		lines[i] = scols_table_new_line(table, NULL);
		for (size_t k = 0; k < COLUMNS; k++)
			if (cell(i, k))
				scols_line_set_data(lines[i], k, cell(i, k));
		if (tree >= 0 && parent(i) >= 0)
			scols_line_add_child(lines[parent(i)], lines[i]);
	}
	scols_print_table(table);
	scols_unref_table(table);
	fclose(out);
	return text;
}

static char *by_raw(int tree, bool headings, size_t n)
{
	struct raw_table *table = raw_new(tree);
	struct raw_line *lines[LINES];
	char *text = NULL;
	size_t size;

	FILE *out = open_memstream(&text, &size);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < COLUMNS; k++)
			raw_cell(table, cell(i, k) ? cell(i, k) : "");
		lines[i] = raw_end_line(table);
		cr_assert_not_null(lines[i]);
		if (tree >= 0 && parent(i) >= 0)
			raw_attach(lines[parent(i)], lines[i]);
	}
	cr_assert_eq(raw_print(table, headings ? names : NULL, COLUMNS, out), 0);
	raw_free(table);
	fclose(out);
	return text;
}

Test(raw, the_same_as_libsmartcols)
{
	static const char *const locales[] = { "C", "C.UTF-8" };

	for (size_t l = 0; l < XNS_COUNT(locales); l++) {
		setlocale(LC_ALL, locales[l]);
		for (int tree = -1; tree < COLUMNS; tree++)
			for (size_t n = 0; n <= LINES; n += n < KINDS ? 1 : LINES - KINDS)
				for (int headings = 0; headings <= 1; headings++) {
					xns_auto_free char *wanted =
						by_scols(tree, headings, n);
					xns_auto_free char *got = by_raw(tree, headings, n);

					cr_assert_str_eq(got, wanted,
							 "%s, tree %d, %zu lines:\n%s%s",
							 locales[l], tree, n, got, wanted);
				}
	}
}
