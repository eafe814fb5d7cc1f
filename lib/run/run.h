/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A plan being carried out: what the steps of lib/run share. Each step returns 0 or an errno.
 */
#ifndef XNS_RUN_RUN_H
#define XNS_RUN_RUN_H

#include "ns/type.h"
#include "private.h"
#include "run/exec.h"
#include "run/idmap.h"
#include "run/supervise.h"

struct xns_pin;

struct xns_run {
	struct xns_ctx *ctx;
	const struct xns_create *plan; /* the one below */
	struct xns_create taken;
	struct xns_exec what;
	char *login[2]; /* argv of the default shell */
	uint64_t flags; /* of the plan, with what others imply */
	bool fork;      /* likewise */
	uid_t euid;     /* of the caller, before anything changed */
	gid_t egid;
	bool dumpable;    /* was the caller so? */
	int helper;       /* socket to the process that stays outside, or -1 */
	pid_t helper_pid; /* to be waited for, or 0 */
	int go[2];        /* the child waits for this pipe's end, or -1 */
	struct xns_idmap users, groups;
	struct xns_child child;
};

/* helper.c: a process that stays in the old namespaces, for what must be done from there. */
enum xns_helper_op {
	XNS_HELPER_PREPARE, /* make and open what namespaces are pinned on */
	XNS_HELPER_MAPS,    /* write the id maps */
	XNS_HELPER_SETGROUPS,
	XNS_HELPER_OFFSETS,
	XNS_HELPER_PIN,    /* bind the namespaces */
	XNS_HELPER_UNDO,   /* take back what PREPARE and PIN did */
	XNS_HELPER_COMMIT, /* keep it when this process ends; no answer */
};
bool xns_helper_wanted(const struct xns_run *run);
int xns_helper_start(struct xns_run *run);
int xns_helper_ask(struct xns_run *run, enum xns_helper_op op);
void xns_helper_end(struct xns_run *run);

/* userns.c */
bool xns_maps_by_helper(const struct xns_run *run);
int xns_become_owner(struct xns_run *run);
int xns_write_setgroups(struct xns_run *run);
int xns_write_offsets(struct xns_run *run);
int xns_write_own_maps(struct xns_run *run);
int xns_write_outside(struct xns_run *run, enum xns_helper_op op,
		      pid_t pid); /* in the helper */

/* persist.c: all of it runs in the helper. */
struct xns_pins {
	struct xns_pin *v;
	size_t n, cap;
	const char *made_dir; /* mounted on itself and to be removed again */
};
bool xns_pins_wanted(const struct xns_run *run);
int xns_pins_prepare(struct xns_run *run, struct xns_pins *pins);
int xns_pins_bind(struct xns_run *run, struct xns_pins *pins, pid_t pid);
void xns_pins_undo(struct xns_pins *pins);

/* mounts.c */
int xns_set_propagation(struct xns_run *run);
int xns_mount_proc(struct xns_run *run);
int xns_mount_binfmt(struct xns_run *run);
int xns_load_interp_outside(struct xns_run *run);
int xns_change_root(struct xns_run *run);
int xns_change_dir(struct xns_run *run);

/* inside.c */
int xns_set_hostname(struct xns_run *run);
int xns_set_lo_up(struct xns_run *run);
int xns_change_ids(struct xns_run *run);
int xns_keep_caps(struct xns_run *run);

/* why.c: record the cause of a failure as the context's hint. */
void xns_why_unshare(struct xns_run *run, int err);
void xns_why_mount_proc(struct xns_run *run, int err);
void xns_why_map(struct xns_run *run, int err, bool group);
void xns_why_pin(struct xns_run *run, int err, enum xns_type type);

/* init.c: in PID 1; runs the program as a child of it and never returns. */
_Noreturn void xns_init(struct xns_run *run, int (*program)(struct xns_run *));

/*
 * Opens the directory or file @path with O_PATH for mounting on it, following only symbolic
 * links that belong to root or to the caller: -ELOOP for others'.
 */
int xns_open_target(struct xns_ctx *ctx, const char *path);

#endif
