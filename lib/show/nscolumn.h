/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What one line of a table of namespaces is about. */
#ifndef XNS_SHOW_NSCOLUMN_H
#define XNS_SHOW_NSCOLUMN_H

#include "xns.h"

struct show_ns_row {
	const struct xns_scan *scan;
	const struct xns_ns *ns;
	const struct xns_proc *proc; /* its leader, or one member; NULL: nobody */
	bool full;                   /* do not shorten ids */
	struct xns_whose **whose; /* of @proc, once a column has asked; the caller frees it */
};

#endif
