/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding the process that is meant from how people name it. */
#ifndef XNS_RUN_SELECT_H
#define XNS_RUN_SELECT_H

#include "private.h"
#include "run/target.h"

/*
 * Takes hold of the process that @text names:
 *
 *	PID               as /proc numbers it
 *	PID:INODE         whose pidfd has that inode (getino(1))
 *	PID@OTHER         number PID in the PID namespace that process OTHER is in
 *	ns:TYPE:[INODE]   the lowest-numbered one in that namespace
 *
 * Processes of a namespace need not agree about others: if those of @types (XNS_TYPE_BITs)
 *differ between them, none is taken: -ENOTUNIQ, and the hint lists one for each combination,
 *lowest numbers first. -EINVAL: @text is no target.
 */
int xns_target_select(struct xns_ctx *ctx, const char *text, unsigned types,
		      struct xns_target *target);

#endif
