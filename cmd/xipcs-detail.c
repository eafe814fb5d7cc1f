/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* xipcs: one object, a line a fact, and the semaphores of a set, as lsipc --id has it. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/ipc.h"
#include "cmd/util.h"
#include "cmd/xipcs.h"
#include "show/cell.h"

enum { WIDTH = 36 };

/* Escapes what would disturb the terminal: a command line is what its process says it is. */
static void print_fact(const char *title, const char *value)
{
	char *safe = show_safe_text(value, false);
	struct show_cell cell = { 0 };

	for (const char *p = safe ? safe : ""; *p; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			show_printf(&cell, "\\x%02x", (unsigned char)*p);
		else
			show_printf(&cell, "%c", *p);
	}
	if (!safe || cell.failed)
		die("cannot allocate memory");
	printf("%s:%*s%-*s\n", title, WIDTH - 1 - (int)strlen(title), "", WIDTH,
	       cell.text ? cell.text : "");
	free(cell.text);
	free(safe);
}

static void print_column(const struct show_selection *columns, size_t i,
			 const struct xipcs_row *row)
{
	const struct show_column *column = &columns->all[i];
	const char *title = xipcs_column_title(i);
	struct show_cell cell = { 0 };

	column->get(&cell, row);
	/* What is not there has no line; a status is there, and may be empty. */
	if (cell.len || strcmp(column->name, "STATUS") == 0)
		print_fact(title ? title : column->name, cell.text ? cell.text : "");
	free(cell.text);
}

/* --- semaphores --------------------------------------------------------------------- */

struct element {
	size_t number;
	struct xns_ipc_sem sem;
};

static void get_number(struct show_cell *cell, const void *row)
{
	show_number(cell, ((const struct element *)row)->number);
}

static void get_value(struct show_cell *cell, const void *row)
{
	show_printf(cell, "%d", ((const struct element *)row)->sem.value);
}

static void get_ncount(struct show_cell *cell, const void *row)
{
	show_printf(cell, "%d", ((const struct element *)row)->sem.ncount);
}

static void get_zcount(struct show_cell *cell, const void *row)
{
	show_printf(cell, "%d", ((const struct element *)row)->sem.zcount);
}

static void get_pid(struct show_cell *cell, const void *row)
{
	show_printf(cell, "%d", ((const struct element *)row)->sem.pid);
}

static void get_command(struct show_cell *cell, const void *row)
{
	char *command = xipcs_command(((const struct element *)row)->sem.pid);

	if (command)
		show_put(cell, command);
	free(command);
}

static const struct show_column element_columns[] = {
	{ "SEMNUM", 0, SHOW_RIGHT, SHOW_STRING, "", get_number },
	{ "VALUE", 0, SHOW_RIGHT, SHOW_STRING, "", get_value },
	{ "NCOUNT", 0, SHOW_RIGHT, SHOW_STRING, "", get_ncount },
	{ "ZCOUNT", 0, SHOW_RIGHT, SHOW_STRING, "", get_zcount },
	{ "PID", 0, SHOW_RIGHT, SHOW_STRING, "", get_pid },
	{ "COMMAND", 0, SHOW_RIGHT, SHOW_STRING, "", get_command },
};

static int print_elements(struct xns_ipc *ipc, int id)
{
	struct show_selection columns = { .all = element_columns, .nall = 6 };
	struct show_style style = { .out = stdout, .name = "elements" };
	struct xns_ipc_sem *sems = NULL;
	const char *why = NULL;
	bool failed = false;
	size_t n = 0;
	int err = xns_ipc_get_sems(ipc, id, &sems, &n);

	if (err < 0) {
		warn("%s: %s", ipc_error(), strerror(-err));
		return EXIT_FAILURE;
	}
	printf("Elements:\n\n");
	show_select_all(&columns);
	struct show_table *table = show_table_new(&columns, &style, &why);
	if (!table)
		die("cannot allocate memory");
	for (size_t i = 0; i < n; i++) {
		struct element element = { i, sems[i] };
		show_add(table, &element, &failed);
	}
	if (failed || show_print(table) < 0)
		die("cannot print the semaphores");
	show_table_free(table);
	free(sems);
	return EXIT_SUCCESS;
}

int xipcs_detail(struct xns_ipc *ipc, const struct xns_ipc_object *object,
		 const struct show_selection *columns)
{
	struct xipcs_row row = { .object = object };

	for (size_t i = 0; i < columns->n; i++)
		print_column(columns, columns->chosen[i], &row);
	return object->kind == XNS_IPC_SEM ? print_elements(ipc, object->id) : EXIT_SUCCESS;
}
