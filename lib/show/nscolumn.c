/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* THE table of xlsns' columns: a column is one row here and its getter. */
#include "config.h"

#include <inttypes.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "show/ns.h"
#include "show/nscolumn.h"

#define ROW(data) ((const struct show_ns_row *)(data))

static void get_ns(struct show_cell *cell, const void *data)
{
	show_number(cell, xns_ns_inode(ROW(data)->ns));
}

static void get_type(struct show_cell *cell, const void *data)
{
	show_put(cell, xns_type_name(xns_ns_type(ROW(data)->ns)));
}

static void get_path(struct show_cell *cell, const void *data)
{
	const struct show_ns_row *row = data;

	if (row->proc)
		show_printf(cell, "/proc/%d/ns/%s", (int)xns_proc_pid(row->proc),
			    xns_type_name(xns_ns_type(row->ns)));
}

static void get_nprocs(struct show_cell *cell, const void *data)
{
	show_number(cell, xns_ns_nprocs(ROW(data)->ns));
}

static void get_pid(struct show_cell *cell, const void *data)
{
	if (ROW(data)->proc)
		show_number(cell, (uint64_t)xns_proc_pid(ROW(data)->proc));
}

static void get_ppid(struct show_cell *cell, const void *data)
{
	const struct show_ns_row *row = data;
	pid_t ppid = row->proc ? xns_proc_ppid(row->scan, row->proc) : -1;

	if (ppid >= 0)
		show_number(cell, (uint64_t)ppid);
}

static void get_command(struct show_cell *cell, const void *data)
{
	const struct show_ns_row *row = data;
	const char *command = row->proc ? xns_proc_command(row->scan, row->proc) : NULL;

	if (command)
		show_put(cell, command);
}

/* The user of the process, or the one who made a namespace that has none. */
static int row_uid(const struct show_ns_row *row, uid_t *uid)
{
	return row->proc ? xns_proc_uid(row->scan, row->proc, uid)
			 : xns_ns_owner_uid(row->scan, row->ns, uid);
}

static void get_uid(struct show_cell *cell, const void *data)
{
	uid_t uid;

	if (row_uid(data, &uid) == 0)
		show_number(cell, uid);
}

/* Looked up once for each user id: neighbours mostly share theirs, and NSS may be slow. */
static const char *user_name(uid_t uid)
{
	enum { KEEP = 256 };
	static struct {
		uid_t uid;
		bool known;
		char name[64];
	} users[KEEP];
	size_t at = (uid * 2654435761u) % KEEP;

	if (!users[at].known || users[at].uid != uid) {
		const struct passwd *pw = getpwuid(uid);

		users[at].known = true;
		users[at].uid = uid;
		if (pw)
			snprintf(users[at].name, sizeof(users[at].name), "%s", pw->pw_name);
		else
			snprintf(users[at].name, sizeof(users[at].name), "%u", uid);
	}
	return users[at].name;
}

static void get_user(struct show_cell *cell, const void *data)
{
	uid_t uid;

	if (row_uid(data, &uid) == 0)
		show_put(cell, user_name(uid));
}

static void get_netnsid(struct show_cell *cell, const void *data)
{
	int id;

	if (xns_ns_netnsid(ROW(data)->ns, &id) < 0)
		return;
	if (id < 0)
		show_put(cell, "unassigned");
	else
		show_printf(cell, "%d", id);
}

/*
 * Where it is mounted, as lsns shows it: here. What is mounted elsewhere only is shown with the
 * mount namespace that the path is in, so that nobody takes it for a path of ours.
 */
static void get_nsfs(struct show_cell *cell, const void *data)
{
	const struct show_ns_row *row = data;

	for (int own = 1; own >= 0 && !cell->len; own--) {
		struct xns_holder h = { .size = sizeof(h), .kinds = 1u << XNS_HELD_MOUNT };

		while (xns_ns_next_holder(row->scan, row->ns, &h)) {
			if (h.own != own)
				continue;
			show_put(cell, cell->len ? "\n" : "");
			if (!own)
				show_printf(cell, "mnt:[%u]:", h.via ? xns_ns_inode(h.via) : 0);
			show_put(cell, h.path);
		}
	}
}

static void get_id(struct show_cell *cell, const void *data)
{
	uint64_t id = xns_ns_id(ROW(data)->ns);

	if (id)
		show_printf(cell, "%" PRIu64, id);
}

static void get_heldby(struct show_cell *cell, const void *data)
{
	unsigned kinds = xns_ns_heldby(ROW(data)->ns);

	for (enum xns_holder_kind k = 0; k < XNS_HELD_KINDS; k++) {
		if (!(kinds >> k & 1))
			continue;
		show_put(cell, cell->len ? "," : "");
		show_put(cell, xns_holder_name(k));
	}
}

static void get_nhold(struct show_cell *cell, const void *data)
{
	show_number(cell, xns_ns_nholders(ROW(data)->ns));
}

static void get_ntasks(struct show_cell *cell, const void *data)
{
	show_number(cell, xns_ns_ntasks(ROW(data)->ns));
}

static void get_owneruid(struct show_cell *cell, const void *data)
{
	const struct show_ns_row *row = data;
	uid_t uid;

	if (xns_ns_owner_uid(row->scan, row->ns, &uid) == 0)
		show_number(cell, uid);
}

static void put_related(struct show_cell *cell, const struct xns_ns *related)
{
	show_number(cell, related ? xns_ns_inode(related) : 0);
}

static void get_pns(struct show_cell *cell, const void *data)
{
	put_related(cell, xns_ns_parent(ROW(data)->scan, ROW(data)->ns));
}

static void get_ons(struct show_cell *cell, const void *data)
{
	put_related(cell, xns_ns_owner(ROW(data)->scan, ROW(data)->ns));
}

/* Read once for a row, when the first column asks. */
static const char *whose(const struct show_ns_row *row, enum xns_whose_kind kind)
{
	if (!row->proc)
		return NULL;
	if (!*row->whose &&
	    xns_whose_new(xns_scan_context(row->scan), xns_proc_pid(row->proc), row->whose) < 0)
		return NULL;
	return xns_whose_get(*row->whose, kind);
}

static void put_whose(struct show_cell *cell, const void *data, enum xns_whose_kind kind)
{
	const char *text = whose(data, kind);

	if (text)
		show_put(cell, text);
}

/* Ids are known by their first 12 digits. */
static void get_container(struct show_cell *cell, const void *data)
{
	const char *id = whose(data, XNS_WHOSE_CONTAINER);

	if (!id)
		return;
	if (!ROW(data)->full && strlen(id) == 64 && strspn(id, "0123456789abcdef") == 64)
		show_printf(cell, "%.12s", id);
	else
		show_put(cell, id);
}

static void get_runtime(struct show_cell *cell, const void *data)
{
	put_whose(cell, data, XNS_WHOSE_RUNTIME);
}

static void get_pod(struct show_cell *cell, const void *data)
{
	put_whose(cell, data, XNS_WHOSE_POD);
}

static void get_unit(struct show_cell *cell, const void *data)
{
	put_whose(cell, data, XNS_WHOSE_UNIT);
}

static void get_name(struct show_cell *cell, const void *data)
{
	char name[256];

	if (xns_ns_name(ROW(data)->scan, ROW(data)->ns, name, sizeof(name)) == 0)
		show_put(cell, name);
}

/* clang-format off */
static const struct show_column columns[] = {
	{ "NS",      10, SHOW_RIGHT, SHOW_NUMBER, "namespace identifier (inode number)", get_ns },
	{ "TYPE",     5, 0,          SHOW_STRING, "kind of namespace", get_type },
	{ "PATH",     0, 0,          SHOW_STRING, "path to the namespace", get_path },
	{ "NPROCS",   5, SHOW_RIGHT, SHOW_NUMBER, "number of processes in the namespace", get_nprocs },
	{ "PID",      5, SHOW_RIGHT, SHOW_NUMBER, "lowest PID in the namespace", get_pid },
	{ "PPID",     5, SHOW_RIGHT, SHOW_NUMBER, "PPID of the PID", get_ppid },
	{ "COMMAND",  0, SHOW_TRUNC, SHOW_STRING, "command line of the PID", get_command },
	{ "UID",      0, SHOW_RIGHT, SHOW_NUMBER, "UID of the PID", get_uid },
	{ "USER",     0, 0,          SHOW_STRING, "username of the PID", get_user },
	{ "NETNSID",  0, SHOW_RIGHT, SHOW_STRING, "namespace ID as used by network subsystem", get_netnsid },
	{ "NSFS",     0, SHOW_LINES, SHOW_STRING, "nsfs mountpoint (usually used network subsystem)", get_nsfs },
	{ "PNS",     10, SHOW_RIGHT, SHOW_NUMBER, "parent namespace identifier (inode number)", get_pns },
	{ "ONS",     10, SHOW_RIGHT, SHOW_NUMBER, "owner namespace identifier (inode number)", get_ons },
	/* Ours: shown only when asked for by name. */
	{ "ID",       0, SHOW_RIGHT | SHOW_EXTRA, SHOW_NUMBER, "64-bit id, which is never used again", get_id },
	{ "HELDBY",   0, SHOW_EXTRA, SHOW_STRING, "kinds of what keeps it alive", get_heldby },
	{ "NHOLD",    0, SHOW_RIGHT | SHOW_EXTRA, SHOW_NUMBER, "number of what keeps it alive (rows of --why)", get_nhold },
	{ "NTASKS",   0, SHOW_RIGHT | SHOW_EXTRA, SHOW_NUMBER, "number of threads in it whose process is elsewhere", get_ntasks },
	{ "OWNERUID", 0, SHOW_RIGHT | SHOW_EXTRA, SHOW_NUMBER, "UID that made the owning user namespace", get_owneruid },
	{ "CONTAINER", 0, SHOW_EXTRA, SHOW_STRING, "container of the PID", get_container },
	{ "RUNTIME",   0, SHOW_EXTRA, SHOW_STRING, "what runs that container", get_runtime },
	{ "POD",       0, SHOW_EXTRA, SHOW_STRING, "pod of that container", get_pod },
	{ "UNIT",      0, SHOW_EXTRA, SHOW_STRING, "systemd unit of the PID", get_unit },
	{ "NAME",      0, SHOW_EXTRA, SHOW_STRING, "name given to the namespace, or host name", get_name },
};

/* What the scan has to ask for a column, beside what finds namespaces. */
static const struct {
	const char *name;
	unsigned needs;
} needs[] = {
	{ "NETNSID", XNS_SCAN_NETNSIDS },
	{ "PPID",    XNS_SCAN_LEADERS },
	{ "COMMAND", XNS_SCAN_LEADERS },
	{ "UID",     XNS_SCAN_OWNER_UIDS | XNS_SCAN_RELATIONS | XNS_SCAN_LEADERS },
	{ "USER",    XNS_SCAN_OWNER_UIDS | XNS_SCAN_RELATIONS | XNS_SCAN_LEADERS },
	{ "OWNERUID", XNS_SCAN_OWNER_UIDS | XNS_SCAN_RELATIONS },
	{ "ID",      XNS_SCAN_IDS },
	{ "NSFS",    XNS_SCAN_HOLDERS },
	{ "HELDBY",  XNS_SCAN_HOLDERS },
	{ "NHOLD",   XNS_SCAN_HOLDERS },
	{ "NAME",    XNS_SCAN_HOLDERS },
};
/* clang-format on */

struct show_selection show_ns_columns(void)
{
	return (struct show_selection){ .all = columns,
					.nall = sizeof(columns) / sizeof(columns[0]) };
}

unsigned show_ns_needs(const struct show_selection *sel)
{
	unsigned what = 0;

	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (show_is_selected(sel, needs[i].name))
			what |= needs[i].needs;
	return what;
}
