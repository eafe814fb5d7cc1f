/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Namespaces as a table: the columns that xlsns has, and the three trees. */
#ifndef XNS_SHOW_NS_H
#define XNS_SHOW_NS_H

#include "show/table.h"
#include "xns.h"

enum show_tree { SHOW_LIST, SHOW_TREE_PROCESS, SHOW_TREE_OWNER, SHOW_TREE_PARENT };

/* The columns; give the selection to show_select() and friends. */
struct show_selection show_ns_columns(void);

/* The XNS_SCAN_* bits that the chosen columns need, beside those that find namespaces. */
unsigned show_ns_needs(const struct show_selection *sel);

struct show_ns_options {
	struct show_style style;
	const struct show_selection *columns;
	enum show_tree tree;
	unsigned types;       /* mask of 1 << enum xns_type */
	bool persistent_only; /* those without processes */
	bool leaked_only;     /* those that nobody would miss, see xns_ns_is_leaked() */
	const uint32_t *only; /* XNS_NTYPES inodes: just these; or NULL for all */
	/* escape sequences, or NULL: no process is in it, a mount keeps it; not even a mount */
	const char *persistent_color, *hidden_color;
};

/* Prints the namespaces of @scan. 0, or -1 with the reason in @why (NULL: no memory). */
int show_namespaces(const struct xns_scan *scan, const struct show_ns_options *options,
		    const char **why);

/* Prints the processes in @ns, as a tree on COMMAND unless the style says otherwise. */
int show_members(const struct xns_scan *scan, const struct xns_ns *ns,
		 const struct show_ns_options *options, const char **why);

/* What holds @ns, and the columns of that. */
struct show_selection show_why_columns(void);
int show_why(const struct xns_scan *scan, const struct xns_ns *ns,
	     const struct show_ns_options *options, const char **why);

#endif
