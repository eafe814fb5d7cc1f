/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading many processes with more than one thread, with the result of one. */
#ifndef XNS_SCAN_PARALLEL_H
#define XNS_SCAN_PARALLEL_H

#include "scan/read.h"

/*
 * Calls @read for each of 0 to @n - 1, from several threads where there are many, each with a
 * batch of its own; the batches are added to the snapshot in order. @read must not look at what
 * the snapshot holds: it changes meanwhile. Returns 0 or -ENOMEM.
 */
int xns_read_many(struct xns_scan *s, size_t n,
		  void (*read)(const void *arg, size_t i, struct xns_batch *batch),
		  const void *arg);

#endif
