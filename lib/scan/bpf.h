/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* bpf(2): a program over a kernel iterator, and its output as a descriptor to read from. */
#ifndef XNS_SCAN_BPF_H
#define XNS_SCAN_BPF_H

#include <stdbool.h>

#include "scan/bpfasm.h"

/* Whether the caller has the capabilities, in the initial user namespace or not. */
bool xns_bpf_capable(void);

/*
 * Loads the program @a for the iterator whose function has BTF id @iterator ("bpf_iter_task"),
 * and returns a descriptor: each read(2) runs it on as many objects as fill the buffer. @task:
 * the number of the one task that a task iterator is to walk over (6.1), or 0 for all.
 * Negative errno: EPERM, EINVAL or EACCES (the verifier does not like it), ENOMEM, E2BIG, ...
 */
int xns_bpf_iterate(const struct xns_asm *a, int32_t iterator, uint32_t task);

#endif
