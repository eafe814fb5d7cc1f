/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* xipcs: which objects of which namespaces go into a table, and with which columns. */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/ipc.h"
#include "cmd/meant.h"
#include "cmd/util.h"
#include "cmd/xipcs.h"
#include "show/report.h"

enum {
	SYSV = 1 << XNS_IPC_SHM | 1 << XNS_IPC_MSG | 1 << XNS_IPC_SEM,
	IN_MOUNT_NS = 1 << XNS_IPC_PSHM | 1 << XNS_IPC_PSEM,
};

/* --- columns ------------------------------------------------------------------------ */

/* lsipc's default columns of each kind: always, with --time (before COMMAND), with --creator.
 */
static const struct {
	const char *json; /* name of the table */
	const char *first, *time, *last, *creator;
} defaults[XNS_IPC_NKINDS] = {
	[XNS_IPC_SHM] = { "sharedmemory",
			  "KEY,ID,PERMS,OWNER,SIZE,NATTCH,STATUS,CTIME,CPID,LPID",
			  "+ATTACH,DETACH", "+COMMAND", "+CUID,CGID,UID,GID" },
	[XNS_IPC_MSG] = { "messages", "KEY,ID,PERMS,OWNER,USEDBYTES,MSGS,LSPID,LRPID",
			  "+SEND,RECV,CTIME", NULL, "+CUID,CGID,UID,GID" },
	[XNS_IPC_SEM] = { "semaphores", "KEY,ID,PERMS,OWNER,NSEMS", "+OTIME,CTIME", NULL,
			  "+CUID,CGID,UID,GID" },
	[XNS_IPC_PSHM] = { "posix-sharedmemory", "NAME,PERMS,OWNER,SIZE,MTIME", NULL, NULL,
			   "+CUID,CGID" },
	[XNS_IPC_PMSG] = { "posix-messages", "NAME,PERMS,OWNER,MTIME,USEDBYTES,MSGS", NULL,
			   NULL, "+CUID,CGID" },
	[XNS_IPC_PSEM] = { "posix-semaphores", "NAME,PERMS,OWNER,MTIME,SVAL", NULL, NULL,
			   "+CUID,CGID" },
};

static void choose(struct show_selection *columns, const char *list)
{
	if (list)
		show_select(columns, list);
}

static void choose_kind(struct show_selection *columns, int kind)
{
	choose(columns, defaults[kind].first);
	if (want.view == VIEW_TIME)
		choose(columns, defaults[kind].time);
	choose(columns, defaults[kind].last);
	if (want.view == VIEW_CREATOR)
		choose(columns, defaults[kind].creator);
}

/* Several kinds share a table: what they have in common, and what each has in numbers. */
static void choose_mixed(struct show_selection *columns)
{
	choose(columns, "TYPE");
	if (want.kinds & SYSV)
		choose(columns, "+KEY,ID");
	if (want.kinds & ~(unsigned)SYSV)
		choose(columns, "+NAME");
	choose(columns, "+PERMS,OWNER");
	for (size_t i = 0; i < XIPCS_NCOLUMNS; i++) {
		static const char *const names[] = { "+SIZE",  "+NATTCH", "+USEDBYTES", "+MSGS",
						     "+NSEMS", "+SVAL",   "+STATUS" };

		for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			if (strcmp(columns->all[i].name, names[k] + 1) == 0 &&
			    xipcs_column_kinds(i) & want.kinds)
				choose(columns, names[k]);
	}
}

/* The details of one object: all that is known of its kind. */
static void choose_all(struct show_selection *columns, int kind)
{
	columns->n = 0;
	for (size_t i = 0; i < columns->nall; i++)
		if (xipcs_column_kinds(i) & 1u << kind && xipcs_column_title(i))
			columns->chosen[columns->n++] = i;
}

/* The one kind that is wanted, or -1. */
static int single_kind(void)
{
	return want.kinds & (want.kinds - 1) ? -1 : __builtin_ctz(want.kinds);
}

static void choose_columns(struct show_selection *columns, bool detail)
{
	int kind = single_kind();
	const char *wrong;

	if (detail && want.view != VIEW_TIME && want.view != VIEW_CREATOR)
		choose_all(columns, kind);
	else if (kind >= 0)
		choose_kind(columns, kind);
	else
		choose_mixed(columns);
	if (want.all_namespaces) {
		memmove(columns->chosen + 1, columns->chosen, columns->n * sizeof(size_t));
		columns->n++;
		columns->chosen[0] = 0;
		while (strcmp(columns->all[columns->chosen[0]].name, "NS") != 0)
			columns->chosen[0]++;
	}
	if (want.columns && (wrong = show_select(columns, want.columns)))
		die_unknown_column(wrong, columns->all, columns->nall, sizeof(*columns->all));
	for (size_t i = 0; i < columns->n; i++)
		if (!(xipcs_column_kinds(columns->chosen[i]) & want.kinds))
			die("column %s does not apply to the specified IPC",
			    columns->all[columns->chosen[i]].name);
}

/* --- objects ------------------------------------------------------------------------ */

/* No attachment, and the process that made it is gone. A PID of 0 is one that we cannot see. */
static bool is_orphan(const struct xns_ipc_object *o)
{
	return o->kind == XNS_IPC_SHM && o->count == 0 && o->pid[0] > 0 &&
	       kill(o->pid[0], 0) < 0 && errno == ESRCH;
}

static bool is_wanted(const struct xns_ipc_object *o)
{
	if (want.orphans && !is_orphan(o))
		return false;
	if (want.id)
		return o->id == xipcs_id(want.id);
	if (want.name) /* the slash of a name may be left out */
		return strcmp(o->name + (o->name[0] == '/'),
			      want.name + (want.name[0] == '/')) == 0;
	return true;
}

static int add_objects(struct show_table *table, struct xns_ipc *ipc, uint32_t ns)
{
	struct xns_ipc_list *list = NULL;
	int err = xns_ipc_get_list(ipc, want.kinds, &list);
	bool failed = false;

	if (err < 0)
		return err;
	for (const struct xns_ipc_object *o = NULL; (o = xns_ipc_next(list, o)) && !failed;) {
		struct xipcs_row row = { .object = o, .ns = ns };

		if (is_wanted(o))
			show_add(table, &row, &failed);
	}
	xns_ipc_list_free(list);
	return failed ? -ENOMEM : 0;
}

/* --- every namespace ---------------------------------------------------------------- */

static int add_found(struct show_table *table, const struct xns_scan *scan,
		     const struct xns_ns *ns)
{
	struct xns_ipc *ipc = NULL;
	int err = xns_ipc_open_ns(ipc_context(), scan, ns, &ipc);

	if (err == 0)
		err = add_objects(table, ipc, xns_ns_inode(ns));
	xns_ipc_close(ipc);
	return err;
}

/* Processes that are closed to us may be in namespaces that are not even found. */
static void tell_unseen(const struct xns_scan *scan)
{
	char *line = NULL;

	if (show_report_line(scan, true, &line) == 0 && line)
		warn("incomplete: %s", line);
	free(line);
}

/* One that ended since the scan is no loss; one that is closed to us is told of. */
static int add_all_namespaces(struct show_table *table)
{
	struct xns_scan_options how = { .size = sizeof(how) };
	struct xns_scan *scan = NULL;
	unsigned closed = 0;
	int err = xns_scan_new(ipc_context(), &how, &scan), why = 0;

	if (err < 0)
		return err;
	for (const struct xns_ns *ns = NULL; (ns = xns_scan_next_ns(scan, ns));) {
		if (xns_ns_type(ns) != XNS_IPC)
			continue;
		err = add_found(table, scan, ns);
		if (err == -ENOMEM)
			break;
		if (err == 0 || err == -ESRCH || err == -ENOENT || err == -ESTALE)
			continue;
		closed++;
		why = err;
	}
	if (err != -ENOMEM)
		tell_unseen(scan);
	xns_scan_free(scan);
	if (err == -ENOMEM)
		return err;
	if (closed)
		warn("%u IPC namespace%s cannot be looked into: %s", closed,
		     closed == 1 ? "" : "s", strerror(-why));
	return closed ? 1 : 0;
}

/* --- the table ---------------------------------------------------------------------- */

static int print_table(struct xns_ipc *ipc, const struct show_selection *columns)
{
	int kind = single_kind();
	const char *why = NULL;

	want.style.name = kind >= 0 ? defaults[kind].json : "ipcobjects";
	struct show_table *table = show_table_new(columns, &want.style, &why);
	if (!table)
		die("cannot print the table: %s", strerror(ENOMEM));
	int err = want.all_namespaces ? add_all_namespaces(table) : add_objects(table, ipc, 0);
	if (err < 0)
		die("%s: %s", ipc_error(), strerror(-err));
	if (show_print(table) < 0)
		die("cannot print the table");
	show_table_free(table);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Prints the object that --id or --name names; ends with 0 also where there is none, as lsipc.
 */
static int print_one(struct xns_ipc *ipc, const struct show_selection *columns, bool detail)
{
	struct xns_ipc_list *list = NULL;
	const struct xns_ipc_object *o = NULL;
	int err = xns_ipc_get_list(ipc, want.kinds, &list), rc = EXIT_SUCCESS;

	if (err < 0)
		die("%s: %s", ipc_error(), strerror(-err));
	while ((o = xns_ipc_next(list, o)) && !is_wanted(o))
		;
	if (!o && want.name)
		warn("%s %s not found", ipc_kinds[single_kind()].noun, want.name);
	else if (!o)
		warn("id %s not found", want.id);
	else if (detail)
		rc = xipcs_detail(ipc, o, columns);
	else
		rc = print_table(ipc, columns);
	xns_ipc_list_free(list);
	return rc;
}

static bool is_global(void)
{
	bool objects =
		want.kinds || want.id || want.name || want.all_namespaces || want.orphans;

	if (want.view == VIEW_SUMMARY)
		want.global = true;
	if (want.global && (want.id || want.name || want.view == VIEW_TIME ||
			    want.view == VIEW_CREATOR || want.all_namespaces || want.orphans))
		die("--global is mutually exclusive with --creator, --id, --name, --time, "
		    "--all-namespaces and --orphans");
	return want.global || (!objects && !want.list_columns);
}

int xipcs_table(void)
{
	struct show_selection columns = xipcs_columns();
	bool formatted = want.list || want.view == VIEW_LIMITS || want.style.json ||
			 want.style.raw || want.style.export_all || want.style.one_a_line;
	bool one = want.id || want.name, detail = one && !formatted;

	xipcs_set_time_format(want.style.json ? "iso" : detail ? "full" : "short");
	if (is_global())
		return xipcs_limits();
	if (want.list_columns) {
		if (show_list_columns(&columns, "xipcs-columns", &want.style) == 0)
			return EXIT_SUCCESS;
		die("cannot print the columns: %s", strerror(ENOMEM));
	}
	if (!want.kinds)
		want.kinds = want.orphans ? 1u << XNS_IPC_SHM : SYSV;
	if (want.all_namespaces && want.kinds & IN_MOUNT_NS)
		die("POSIX shared memory and semaphores belong to mount namespaces: use --ns "
		    "PID");
	if (want.orphans && want.kinds != 1u << XNS_IPC_SHM)
		die("--orphans is about shared memory segments only");
	choose_columns(&columns, detail);
	struct xns_ipc *ipc = ipc_open(want.ns);
	int rc = one ? print_one(ipc, &columns, detail) : print_table(ipc, &columns);
	ipc_close();
	return rc;
}
