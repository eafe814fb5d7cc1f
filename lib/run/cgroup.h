/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The cgroups of a process, of all hierarchies: found, opened, and joined by the program. */
#ifndef XNS_RUN_CGROUP_H
#define XNS_RUN_CGROUP_H

#include "private.h"
#include "run/target.h"

#define XNS_MAX_HIERARCHIES 32

struct xns_cgroups {
	int v2; /* directory of the v2 cgroup, for CLONE_INTO_CGROUP, or -1 */
	int n;
	struct {
		int procs; /* cgroup.procs, open for writing */
		bool v2;
	} h[XNS_MAX_HIERARCHIES];
};

void xns_cgroups_init(struct xns_cgroups *cgroups);
void xns_cgroups_close(struct xns_cgroups *cgroups);

/*
 * One line of /proc/PID/cgroup: "ID:CONTROLLERS:PATH", cut at the first and the second colon
 * (a path may hold more). Points into @line, which is changed. Returns 0 or -EINVAL.
 */
int xns_cgroup_parse(char *line, char **controllers, char **path);

/*
 * Opens the cgroups that @target is in, wherever the hierarchies are mounted, leaving out those
 * where the caller is already. -ENOENT: no cgroup hierarchy is mounted, or the cgroup is not
 * below what the caller sees.
 */
int xns_cgroups_open(struct xns_ctx *ctx, const struct xns_target *target,
		     struct xns_cgroups *cgroups);

/* Moves the calling process into them; @v2_too: also where clone3 did not do it already. */
int xns_cgroups_join(struct xns_ctx *ctx, const struct xns_cgroups *cgroups, bool v2_too);

#endif
