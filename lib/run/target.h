/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A process whose namespaces are to be entered, held from the first moment by descriptors, so
 * that another process with the same number is never taken for it.
 */
#ifndef XNS_RUN_TARGET_H
#define XNS_RUN_TARGET_H

#include <sys/types.h>

#include "ns/type.h"
#include "private.h"

struct xns_target {
	pid_t pid;
	int pidfd; /* -1 where the kernel has none for it (before 5.3; a thread before 6.9) */
	int dir;   /* O_PATH of /proc/PID: only ever shows the process it was opened for */
};

/* Clears @target, so that xns_target_close() may be called. */
void xns_target_init(struct xns_target *target);
void xns_target_close(struct xns_target *target);

/*
 * Takes hold of process @pid, or of a thread of it. @inode, if not 0, is the inode that the
 * process's pidfd must have (getino(1)). -ESRCH: there is none, or it is another one;
 * -EOPNOTSUPP: @inode was given and the kernel's pidfds have no inodes (before 6.9).
 */
int xns_target_open(struct xns_ctx *ctx, struct xns_target *target, pid_t pid, uint64_t inode);

/*
 * Is it alive still? Asked after everything was read through it: what was read before is then
 * known to be the target's. -ESRCH: it has ended.
 */
int xns_target_check(struct xns_ctx *ctx, const struct xns_target *target);

/* The state letter of /proc/PID/stat ('Z' is a zombie), or '?' . */
char xns_target_state(const struct xns_target *target);

/* Opens /proc/PID/@name with @flags (O_CLOEXEC is added); returns a descriptor. */
int xns_target_openat(struct xns_ctx *ctx, const struct xns_target *target, const char *name,
		      int flags);

/* Opens the target's namespace of @type; returns a descriptor. */
int xns_target_ns(struct xns_ctx *ctx, const struct xns_target *target, enum xns_type type);

/*
 * The inode of the namespace @link of the process at directory @dir ("net",
 * "pid_for_children"). -ENOENT: the kernel lacks the type, or a *_for_children namespace has no
 * process yet.
 */
int xns_proc_ns_inode(int dir, const char *link, uint32_t *inode);

/*
 * The value of field @field ("CapBnd:") of the status text of the process at @dir, without
 * leading blanks, up to the end of the line.
 */
int xns_proc_status(struct xns_ctx *ctx, int dir, const char *field, char *value, size_t size);

#endif
