/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Looking at a mount namespace from within, on kernels that tell nothing about it from outside:
 * a thread goes there and comes to its end; the program itself stays where it is.
 */
#ifndef XNS_SCAN_INSIDE_H
#define XNS_SCAN_INSIDE_H

/*
 * Calls @visit in a thread of its own that has entered the mount namespace @mnt_fd, at its
 * root. What it opens, the program has. It must not print, name a user or load anything: the
 * files there are another's. Returns what @visit does, or a negative errno: EPERM, EAGAIN, ...
 */
int xns_inside(int mnt_fd, int (*visit)(void *arg), void *arg);

/*
 * Opens the namespace that is bind-mounted on @path, as seen from the root of the mount
 * namespace
 * @mnt_fd, or from here where that is -1. @proc_fd is a procfs. Waits for no file system that
 * lies on the way. Negative errno: EAGAIN where it would have had to wait; EINVAL where no
 * namespace is there.
 */
int xns_open_mounted(int proc_fd, int mnt_fd, const char *path);

#endif
