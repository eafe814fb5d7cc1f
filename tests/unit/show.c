/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cells, column selection and tables of lib/show. */
#include "config.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "show/cell.h"
#include "show/table.h"

static void check_safe(const char *text, bool json, const char *wanted)
{
	char *safe = show_safe_text(text, json);

	cr_assert_str_eq(safe, wanted);
	free(safe);
}

Test(show, json_text_is_valid_utf8)
{
	check_safe("plain", true, "plain");
	check_safe("gr\xc3\xbc\xc3\x9f", true, "gr\xc3\xbc\xc3\x9f");
	check_safe("\xff\xfe", true, "\\xff\\xfe");
	check_safe("a\xc3", true, "a\\xc3");
	check_safe("\xc0\x80", true, "\\xc0\\x80");                   /* overlong */
	check_safe("\xed\xa0\x80", true, "\\xed\\xa0\\x80");          /* a surrogate */
	check_safe("\xf4\x90\x80\x80", true, "\\xf4\\x90\\x80\\x80"); /* above U+10FFFF */
	check_safe("\xf0\x9f\x98\x80", true, "\xf0\x9f\x98\x80");
	check_safe("\xe2\x80\xae", true, "\xe2\x80\xae"); /* lossless: a viewer's business */
}

Test(show, tables_do_not_reorder_text)
{
	check_safe("\xe2\x80\xae"
		   "exe",
		   false, "<U+202E>exe");
	check_safe("\xe2\x81\xa6x", false, "<U+2066>x");
	check_safe("gr\xc3\xbc\xc3\x9f", false, "gr\xc3\xbc\xc3\x9f");
	check_safe("\xff", false, "\xff"); /* libsmartcols escapes it */
}

Test(show, cells_grow)
{
	struct show_cell cell = { 0 };
	char long_text[2000];

	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	show_put(&cell, "a");
	show_printf(&cell, "%d", 42);
	show_printf(&cell, "%s", long_text);
	cr_assert_eq(cell.len, 3 + strlen(long_text));
	cr_assert_eq(strncmp(cell.text, "a42xxx", 6), 0);
	cr_assert_not(cell.failed);
	free(cell.text);
}

static void get_it(struct show_cell *cell, const void *row)
{
	show_put(cell, row);
}

static const struct show_column columns[] = {
	{ "ONE", 0, 0, SHOW_STRING, "first", get_it },
	{ "TWO", 0, SHOW_LINES, SHOW_STRING, "second", get_it },
	{ "OURS", 0, SHOW_EXTRA, SHOW_STRING, "not the peer's", get_it },
};

static struct show_selection selection(void)
{
	return (struct show_selection){ .all = columns, .nall = 3 };
}

Test(show, columns_are_chosen_by_name)
{
	struct show_selection sel = selection();

	cr_assert_null(show_select(&sel, "two"));
	cr_assert_null(show_select(&sel, "+one,ONE"));
	cr_assert_eq(sel.n, 3);
	cr_assert(sel.chosen[0] == 1 && sel.chosen[1] == 0 && sel.chosen[2] == 0);
	cr_assert(show_is_selected(&sel, "One"));
	cr_assert_str_eq(show_select(&sel, "one,three"), "three");
	cr_assert_str_eq(show_select(&sel, "one,"), "");
	cr_assert_str_eq(show_select(&sel, ""), "");
	show_select_all(&sel);
	cr_assert_eq(sel.n, 2, "just what the peer has");
	cr_assert_null(show_select(&sel, "all"));
	cr_assert_eq(sel.n, 3);
	char many[1000] = "one";
	for (int i = 0; i < SHOW_MAX_COLUMNS; i++)
		strcat(many, ",one");
	cr_assert_not_null(show_select(&sel, many), "too many are refused, not overrun");
}

static char *print(struct show_style *style, const char *const *rows)
{
	struct show_selection sel = selection();
	const char *why = NULL;
	bool failed = false;
	static char text[4096];

	show_select_all(&sel);
	memset(text, 0, sizeof(text));
	style->out = fmemopen(text, sizeof(text), "w");
	struct show_table *table = show_table_new(&sel, style, &why);
	struct show_line *above = NULL;
	for (; *rows; rows++) {
		struct show_line *line = show_add(table, *rows, &failed);
		show_attach(table, above, line);
		above = line;
	}
	int rc = show_print(table);
	fclose(style->out);
	show_table_free(table);
	cr_assert(rc == 0 && !failed);
	return text;
}

Test(show, several_values_in_a_cell)
{
	const char *const rows[] = { "a\nb", NULL };
	struct show_style style = { .raw = true };

	cr_assert_str_eq(print(&style, rows), "ONE TWO\na\\x0ab a,b\n");
	style = (struct show_style){ .no_wrap = true, .no_headings = true };
	cr_assert_not_null(strstr(print(&style, rows), "a,b"));
}

Test(show, trees_hang_on_their_column)
{
	const char *const rows[] = { "a", "b", NULL };
	struct show_style style = { .tree_column = "one", .no_headings = true };

	setlocale(LC_ALL, "C.UTF-8");
	cr_assert_str_eq(print(&style, rows), "a   a\n\xe2\x94\x94\xe2\x94\x80"
					      "b b\n");
}
