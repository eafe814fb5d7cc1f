/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Walking through all mount namespaces of the machine. */
#ifndef XNS_SCAN_WALK_H
#define XNS_SCAN_WALK_H

#include "scan/snapshot.h"

/*
 * Calls @visit with a descriptor, closed afterwards, and the id of each mount namespace, the
 * caller's own first, until it returns other than 0. Returns that; 0 at the end; -ENOTTY or
 * -EINVAL: the kernel has no such walk (before 6.12); -EPERM.
 */
int xns_walk_mounts(int proc_fd, int (*visit)(void *arg, int fd, uint64_t id), void *arg);

#endif
