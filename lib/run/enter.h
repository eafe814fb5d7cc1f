/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Entering namespaces that exist. xns_entry_new() (run/entry.c) turns options into an entry,
 * by opening what they name; then
 *
 *	xns_entry_prepare()  reads everything else that lies outside, and decides the order
 *	xns_entry_enter()    joins; the parent of a forked program does this as well
 *	(fork, where plan.fork says so)
 *	xns_entry_become()   in the process that executes the program: cgroup, ids, capabilities
 *	xns_exec()           with plan.stand_in where the program is others' (run/exec.h)
 *
 * From the first setns on nothing is opened by a path that others control, apart from the
 * directory o.wdns and the program.
 */
#ifndef XNS_RUN_ENTER_H
#define XNS_RUN_ENTER_H

#include <sys/types.h>

#include "ns/type.h"
#include "private.h"
#include "run/cgroup.h"
#include "run/target.h"

#define XNS_TYPE_BIT(type) (1u << (type))

struct xns_entry {
	struct xns_ctx *ctx; /* of xns_entry_new(): it outlives the entry */
	struct xns_enter o;  /* what was asked for */

	/* opened by xns_entry_new() */
	struct xns_target target; /* target.dir is -1 where there is none */
	unsigned from_target;     /* XNS_TYPE_BITs of what is taken from the target */
	int ns[XNS_NTYPES];       /* opened namespaces, or -1; they win over from_target */
	int root, wd;             /* O_PATH directories, or -1 */
	const char *wd_name;      /* what messages call wd */
	char **envp;              /* the target's environment, or NULL */

	/* found out by xns_entry_prepare() */
	unsigned left_out; /* bits of what o.all left out */
	unsigned unasked;  /* bits of what may have to be left out: xns_entry_ask() */
	bool one_call;     /* all comes from the target: one setns(2) */
	unsigned types;    /* bits of what is joined */
	bool fork;         /* the program needs a process of its own */
	int stand_in;      /* for run/exec.h, or -1: the program is one of ours */
	struct xns_cgroups cgroups;
	uint64_t bounding; /* the target's */
	char label[256];   /* what is written to attr/exec; empty: nothing */
	bool apparmor;     /* the label is AppArmor's */

	char step[512], step_call[128]; /* for xns_entry_step() */
	char note[256]; /* what the caller should be told though nothing failed, or empty */
};

void xns_entry_init(struct xns_entry *plan);

/* Closes all that the plan holds, also what the caller opened. */
void xns_entry_close(struct xns_entry *plan);

/*
 * Each returns 0 or a negative errno with message and hint. After a failure of
 * xns_entry_enter() or xns_entry_become() the process is half inside and must end.
 */
int xns_entry_prepare(struct xns_ctx *ctx, struct xns_entry *plan);
int xns_entry_enter(struct xns_ctx *ctx, struct xns_entry *plan);

int xns_entry_become(struct xns_ctx *ctx, struct xns_entry *plan);

/*
 * Their parts in run/enterchoice.c: decides what is joined; opens plan->ns where it comes from
 * the target; finds out what of plan->unasked is the caller's own, and leaves that out.
 */
int xns_entry_choose(struct xns_ctx *ctx, struct xns_entry *plan);
int xns_entry_open(struct xns_ctx *ctx, struct xns_entry *plan);
void xns_entry_ask(struct xns_entry *plan);

/*
 * The steps of a prepared plan in order: the text of step @n (from 0) as "what it does" and the
 * system call. Returns false after the last.
 */
bool xns_entry_describe(const struct xns_entry *plan, unsigned n, char *text, size_t size,
			char *call, size_t call_size);

/* The cause of a failed setns(2) of @type with errno @err, as a hint (run/entercause.c). */
void xns_entry_because(struct xns_ctx *ctx, const struct xns_entry *plan, enum xns_type type,
		       int fd, int err);

/*
 * Joins the opened namespaces @fd (-1: none) one by one, in an order that the capabilities of
 * the caller allow (run/order.c).
 */
int xns_join_each(struct xns_ctx *ctx, const struct xns_entry *plan, int fd[XNS_NTYPES]);

/* Changes groups, ids and capabilities to what the plan says (run/creds.c). */
int xns_entry_ids(struct xns_ctx *ctx, struct xns_entry *plan);

#endif
