/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The BPF back end, as the scan sees it: collectors that may say that they cannot be used. */
#ifndef XNS_SCAN_BPFSCAN_H
#define XNS_SCAN_BPFSCAN_H

#include "scan/bpfprog.h"
#include "scan/snapshot.h"

/* What the back end keeps between its collectors. */
struct xns_bpf {
	struct xns_kernel_facts facts;
	int level; /* depth of the PID namespace we and /proc are in */
};

/* Longer than any record, and as much as the kernel hands out at once. */
#define XNS_BPF_BUFFER 32768

/*
 * Runs the program @a over @iterator (of all tasks, or of @task alone) and calls @use with each
 * record of @size bytes until that returns other than 0. Returns that, 0 at the end, or a
 * negative errno.
 */
int xns_bpf_read(const struct xns_asm *a, int32_t iterator, uint32_t task, size_t size,
		 int (*use)(void *data, const void *record), void *data);

/*
 * Processes, threads that differ from theirs, children's namespaces, and their relations.
 * -ENOTSUP: not here, with the reason as the context's message; the snapshot is empty then and
 * the caller goes another way. @forced: also where reading /proc would be faster.
 */
int xns_bpf_collect_procs(struct xns_scan *s, bool forced);

/* Descriptors and sockets that hold namespaces. */
int xns_bpf_collect_files(struct xns_scan *s);

#define XNS_ALL_TYPES ((1 << XNS_NTYPES) - 1)

/*
 * The types, as bits 1 << enum xns_type, of which the kernel has others than those in the
 * snapshot; 0: these are all there are. -ENOTSUP where that cannot be told: without BPF, before
 * 6.18, or within a PID namespace.
 */
int xns_bpf_missing(struct xns_scan *s);

/*
 * Adds all namespaces of @types that the kernel has, whatever holds them. 0, -ENOMEM, or
 * another negative errno, -ENOTSUP as above, where not all have been seen.
 */
int xns_bpf_list(struct xns_scan *s, int types);

/* The same for those types that miss any. */
int xns_bpf_complete(struct xns_scan *s);

#endif
