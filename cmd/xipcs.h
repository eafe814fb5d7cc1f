/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of xipcs share: the request that the options make, and its two answers. */
#ifndef XIPCS_H
#define XIPCS_H

#include <stdbool.h>

#include "show/table.h"
#include "xns.h"

enum xipcs_view { /* ipcs' output options: the last one given holds */
		  VIEW_LIST,
		  VIEW_TIME,
		  VIEW_PID,
		  VIEW_CREATOR,
		  VIEW_LIMITS,
		  VIEW_SUMMARY,
};

enum xipcs_unit { UNIT_DEFAULT, UNIT_BYTES, UNIT_HUMAN };

struct xipcs {
	unsigned kinds; /* 1 << enum xns_ipc_kind; 0: the default */
	enum xipcs_view view;
	enum xipcs_unit unit;
	const char *id;   /* System V object wanted, or NULL */
	const char *name; /* POSIX object wanted, or NULL */
	const char *ns;   /* --ns */

	bool table; /* lsipc's output instead of ipcs' */
	bool global, list, numeric_perms;
	bool all, all_namespaces, orphans, list_columns;
	struct show_style style;
	const char *columns;
	const char *time_format;
};

/* What was asked for; set once, by the options. */
extern struct xipcs want;

/* ipcs' output, byte for byte (xipcs-classic.c). Returns an exit code, as the next two do. */
int xipcs_classic(void);

/* lsipc's tables, and what only we have (xipcs-table.c). */
int xipcs_table(void);

/* lsipc's table of limits and use (xipcs-limits.c). */
int xipcs_limits(void);

/* --- columns (xipcs-column.c) ------------------------------------------------------- */

enum { XIPCS_NCOLUMNS = 37 };

struct xipcs_row {
	const struct xns_ipc_object *object;
	uint32_t ns; /* inode of its namespace; 0: not looked up */
};

/* The columns, none chosen. */
struct show_selection xipcs_columns(void);

/* The kinds of object that column @i tells of, and its name in the details of one object. */
unsigned xipcs_column_kinds(size_t i);
const char *xipcs_column_title(size_t i);

/* Dates in details and JSON are written out, if --time-format does not say otherwise. */
void xipcs_set_time_format(const char *fallback);

/* --- details of one object in lsipc's form (xipcs-detail.c) ------------------------- */

int xipcs_detail(struct xns_ipc *ipc, const struct xns_ipc_object *object,
		 const struct show_selection *columns);

/* --- small helpers (xipcs.c) -------------------------------------------------------- */

/* The id that -i names; dies where it is none. */
int xipcs_id(const char *text);

/*
 * Names of a user or group, or NULL. The string lives until the second next call with another
 * id.
 */
const char *xipcs_user(uid_t uid);
const char *xipcs_group(gid_t gid);

/* The command line of a process with blanks between its arguments, for free(3); or NULL. */
char *xipcs_command(pid_t pid);

#endif
