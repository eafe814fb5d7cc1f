/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Choosing columns by name, and listing the ones there are. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "show/table.h"

static size_t find(const struct show_selection *sel, const char *name)
{
	for (size_t i = 0; i < sel->nall; i++)
		if (strcasecmp(sel->all[i].name, name) == 0)
			return i;
	return sel->nall;
}

static bool add(struct show_selection *sel, size_t column)
{
	if (column == sel->nall || sel->n == SHOW_MAX_COLUMNS)
		return false;
	sel->chosen[sel->n++] = column;
	return true;
}

static bool add_named(struct show_selection *sel, const char *name)
{
	if (strcasecmp(name, "ALL") != 0)
		return add(sel, find(sel, name));
	for (size_t i = 0; i < sel->nall; i++)
		if (!add(sel, i))
			return false;
	return true;
}

const char *show_select(struct show_selection *sel, const char *list)
{
	static char name[64];

	if (*list == '+')
		list++;
	else
		sel->n = 0;
	for (;;) {
		size_t len = strcspn(list, ",");
		snprintf(name, sizeof(name), "%.*s", len < 63 ? (int)len : 63, list);
		if (!add_named(sel, name))
			return name;
		if (!list[len])
			return NULL;
		list += len + 1;
	}
}

void show_select_all(struct show_selection *sel)
{
	sel->n = 0;
	for (size_t i = 0; i < sel->nall; i++)
		if (!(sel->all[i].flags & SHOW_EXTRA))
			add(sel, i);
}

bool show_is_selected(const struct show_selection *sel, const char *name)
{
	for (size_t i = 0; i < sel->n; i++)
		if (strcasecmp(sel->all[sel->chosen[i]].name, name) == 0)
			return true;
	return false;
}

/* --- the table of columns ------------------------------------------------------------- */

static void get_name(struct show_cell *cell, const void *row)
{
	show_put(cell, ((const struct show_column *)row)->name);
}

static void get_type(struct show_cell *cell, const void *row)
{
	static const char *const names[] = { "<string>", "<integer>", "<boolean>" };

	show_put(cell, names[((const struct show_column *)row)->type]);
}

static void get_help(struct show_cell *cell, const void *row)
{
	show_put(cell, ((const struct show_column *)row)->help);
}

int show_list_columns(const struct show_selection *sel, const char *json_name,
		      const struct show_style *style)
{
	static const struct show_column columns[] = {
		{ "HOLDER", 0, SHOW_RIGHT, SHOW_STRING, "name", get_name },
		{ "TYPE", 0, 0, SHOW_STRING, "type", get_type },
		{ "DESCRIPTION", 0, 0, SHOW_STRING, "meaning", get_help },
	};
	struct show_selection what = { .all = columns, .nall = 3 };
	struct show_style how = { .out = style->out,
				  .name = json_name,
				  .json = style->json,
				  .raw = style->raw,
				  .no_headings = true };
	const char *why = NULL;
	bool failed = false;

	show_select_all(&what);
	struct show_table *table = show_table_new(&what, &how, &why);
	if (!table)
		return -1;
	for (size_t i = 0; i < sel->nall && !failed; i++)
		show_add(table, &sel->all[i], &failed);
	int rc = failed ? -1 : show_print(table);
	show_table_free(table);
	return rc;
}
