/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What holds one namespace, a line each: the answer to "why does it not go away". */
#include "config.h"

#include "show/ns.h"

struct why_row {
	const struct xns_scan *scan;
	const struct xns_holder *holder;
};

#define ROW(data)    ((const struct why_row *)(data))
#define HOLDER(data) (ROW(data)->holder)

static void get_holder(struct show_cell *cell, const void *data)
{
	show_put(cell, xns_holder_name(HOLDER(data)->kind));
}

static void get_pid(struct show_cell *cell, const void *data)
{
	if (HOLDER(data)->pid)
		show_printf(cell, "%d", (int)HOLDER(data)->pid);
}

static void get_tid(struct show_cell *cell, const void *data)
{
	const struct xns_holder *h = HOLDER(data);

	if (h->tid && h->tid != h->pid)
		show_printf(cell, "%d", (int)h->tid);
}

static void get_fd(struct show_cell *cell, const void *data)
{
	if (HOLDER(data)->fd >= 0)
		show_printf(cell, "%d", HOLDER(data)->fd);
}

static void get_via(struct show_cell *cell, const void *data)
{
	const struct xns_ns *via = HOLDER(data)->via;

	if (via)
		show_printf(cell, "%s:[%u]", xns_type_name(xns_ns_type(via)),
			    xns_ns_inode(via));
}

static void get_path(struct show_cell *cell, const void *data)
{
	if (HOLDER(data)->path)
		show_put(cell, HOLDER(data)->path);
}

static void get_command(struct show_cell *cell, const void *data)
{
	const struct xns_proc *proc = HOLDER(data)->proc;
	const char *command = proc ? xns_proc_command(ROW(data)->scan, proc) : NULL;

	if (command)
		show_put(cell, command);
}

/* clang-format off */
static const struct show_column columns[] = {
	{ "HOLDER",  5, 0,          SHOW_STRING, "what holds the namespace", get_holder },
	{ "PID",     5, SHOW_RIGHT, SHOW_NUMBER, "process that does, or whose thread or descriptor", get_pid },
	{ "TID",     0, SHOW_RIGHT, SHOW_NUMBER, "thread, where it is not the process's first", get_tid },
	{ "FD",      0, SHOW_RIGHT, SHOW_NUMBER, "number of the descriptor", get_fd },
	{ "VIA",     0, 0,          SHOW_STRING, "mount namespace of PATH; namespace that it is parent or owner of", get_via },
	{ "PATH",    0, 0,          SHOW_STRING, "mount point, as seen in VIA", get_path },
	{ "COMMAND", 0, SHOW_TRUNC, SHOW_STRING, "command line of the PID", get_command },
};
/* clang-format on */

struct show_selection show_why_columns(void)
{
	return (struct show_selection){ .all = columns,
					.nall = sizeof(columns) / sizeof(columns[0]) };
}

int show_why(const struct xns_scan *scan, const struct xns_ns *ns,
	     const struct show_ns_options *options, const char **why)
{
	struct xns_holder holder = { .size = sizeof(holder) };
	struct why_row row = { scan, &holder };
	bool failed = false;

	struct show_table *table = show_table_new(options->columns, &options->style, why);
	if (!table)
		return -1;
	while (!failed && xns_ns_next_holder(scan, ns, &holder))
		show_add(table, &row, &failed);
	int rc = failed ? -1 : show_print(table);
	show_table_free(table);
	return rc;
}
