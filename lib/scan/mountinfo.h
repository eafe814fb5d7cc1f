/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The namespaces in the text of /proc/PID/mountinfo (proc(5)), and nothing else of it: few of
 * its lines are about nsfs.
 */
#ifndef XNS_SCAN_MOUNTINFO_H
#define XNS_SCAN_MOUNTINFO_H

#include <stdbool.h>
#include <stdint.h>

#include "ns/type.h"

struct xns_nsfs_mount {
	enum xns_type type;
	uint32_t inode;
	const char *path; /* where it is mounted; unescaped, in the text */
};

/*
 * The next mount of a namespace in the text at *@text, which is changed and moved on. Lines of
 * another form are skipped. Returns false at the end.
 */
bool xns_mountinfo_next(char **text, struct xns_nsfs_mount *mount);

/*
 * Whether the way to @path leads through a file system that may have to ask another machine or
 * a process, and wait for the answer. Changes the text.
 */
bool xns_mountinfo_may_wait(char *text, const char *path);

#endif
