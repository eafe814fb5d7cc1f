/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The steps of a plan: explaining it and carrying it out walk the same table. */
#ifndef XNS_RUN_STEPS_H
#define XNS_RUN_STEPS_H

#include "run/run.h"

enum xns_where {
	XNS_BEFORE, /* in the caller's namespaces */
	XNS_MAKE,   /* in the caller, from the namespaces' making on */
	XNS_INSIDE, /* in what becomes the program: the child with a fork, else the caller */
	XNS_LAST,   /* the same, but an init has forked the program before */
};

struct xns_step {
	enum xns_where where;
	const char *call; /* the system call, for people */
	bool (*wanted)(const struct xns_run *run);
	int (*run)(struct xns_run *run);
	void (*purpose)(const struct xns_run *run, char *text, size_t size);
	bool needs_proc;
};

extern const struct xns_step xns_steps[];
extern const size_t xns_nsteps;

/* Takes those of @where in order, up to the first that fails: 0 or its errno. */
int xns_take_steps(struct xns_run *run, enum xns_where where);

#endif
