/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opening namespaces from how people name them. All descriptors are the caller's to close. */
#ifndef XNS_RUN_NSREF_H
#define XNS_RUN_NSREF_H

#include "private.h"
#include "run/target.h"

/*
 * Opens the namespace of @type that @text names: a path, :ID (the kernel's 64-bit id, 6.18) or
 * @NAME (for net: a name that ip-netns(8) knows). -EINVAL: it is not of that type.
 */
int xns_namespace_select(struct xns_ctx *ctx, enum xns_type type, const char *text);

/* Opens what the files of directory @path, named like the types, pin; replaces those of @ns. */
int xns_namespaces_named(struct xns_ctx *ctx, const char *path, int ns[XNS_NTYPES]);

/* Opens the network namespace of descriptor @fd of @target, a socket (5.6). */
int xns_namespace_of_socket(struct xns_ctx *ctx, const struct xns_target *target, int fd);

/* Calls @each with every process (@dir: its directory, O_PATH) until it returns other than 0.
 */
typedef int xns_each_process(void *arg, pid_t pid, int dir);
int xns_for_each_process(struct xns_ctx *ctx, xns_each_process *each, void *arg);

#endif
