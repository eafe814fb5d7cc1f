/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* THE table of namespace types: what differs between them is here and nowhere else. */
#ifndef XNS_NS_TYPE_H
#define XNS_NS_TYPE_H

#include <stdbool.h>
#include <stdint.h>

#include "xns.h"

struct xns_type_info {
	const char *name;         /* /proc/PID/ns link, and TYPE in lists */
	uint64_t flag;            /* CLONE_NEW* */
	const char *for_children; /* link that shows the children's namespace, or NULL */
	bool per_task;            /* threads of one process may differ */
	bool hierarchical;        /* has parents: NS_GET_PARENT works */
	/* To join it while in it changes nothing: not the root directory, as mnt does, nor the
	 * semaphores' undo lists, as ipc does. */
	bool again;
	uint8_t pidfd_get; /* number of PIDFD_GET_*_NAMESPACE */
	uint8_t pidfd_get_children;
	uint8_t entry;      /* rank when several are joined one by one: low first */
	const char *option; /* long option of xunshare and xnsenter */
	char letter;        /* its short form */
	const char *help;   /* "<help> namespace" */
};

extern const struct xns_type_info xns_types[XNS_NTYPES];

#define xns_for_each_type(t) for (enum xns_type t = 0; t < XNS_NTYPES; t++)

#endif
