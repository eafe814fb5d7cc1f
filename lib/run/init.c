/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PID 1 of a new PID namespace: has the program as its child, so that signals, ^C and ^Z work
 * for it as everywhere, reaps orphans, and ends with the launcher, however that ends. The pipe
 * to the launcher tells, which no change of credentials undoes.
 */
#include "config.h"

#include "run/run.h"

void xns_init(struct xns_run *run, int (*program)(struct xns_run *))
{
	const int up = run->child.report;
	struct xns_child child;
	int status;
	int rc = xns_child_fork_under_init(run->ctx, &child, &run->child.caller);

	if (rc == 0)
		xns_child_fail(run->ctx, &child, program(run));
	if (rc > 0) {
		child.forward = true;
		child.up = up;
		rc = xns_child_wait_exec(run->ctx, &child);
	}
	if (rc < 0)
		xns_child_fail(run->ctx, &run->child, rc);
	xns_child_tell_executed(up);
	rc = xns_child_wait(run->ctx, &child, &status);
	xns_child_tell_ended(up, rc < 0 ? 1 << 8 : status);
	_exit(0);
}
