/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What xipcmk, xipcs and xipcrm share: the kinds of object, --ns, and the limits in messages.
 */
#ifndef IPC_H
#define IPC_H

#include "xns.h"

struct ipc_kind {
	const char *keyword; /* "shm", as xipcrm --all=shm */
	const char *title;   /* "Shared memory", as xipcmk reports it */
	const char *noun;    /* "shared memory segment", as xipcrm -v says it */
	bool posix;
	unsigned char letter; /* xipcmk's option */
};

/* One row per enum xns_ipc_kind. */
extern const struct ipc_kind ipc_kinds[XNS_IPC_NKINDS];

/*
 * Opens the namespace that --ns names, NULL for our own; dies with the reason. ipc_close()
 * frees it and the context, at the end of a program that gets so far.
 */
struct xns_ipc *ipc_open(const char *where);
void ipc_close(void);

/* The message of the last failure of what ipc_open() opened. */
const char *ipc_error(void);

/* The context behind ipc_open(). */
struct xns_ctx *ipc_context(void);

/* The hint for a failure to make @spec with @err: the limit, its value, and what is in use. */
void ipc_hint_limit(struct xns_ipc *ipc, const struct xns_ipc_spec *spec, int err);

/*
 * A System V key: decimal, octal (0...) or hexadecimal (0x...), 32 bits. Returns 0, -EINVAL, or
 * -ERANGE.
 */
int ipc_parse_key(const char *text, uint32_t *key);

#endif
