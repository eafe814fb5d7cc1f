/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files of lib/ipc share: the opened namespace, the call that runs a function inside
 * it, and the functions of each kind of object. All of those act in the namespace of the
 * process that calls them; only xns_ipc_call() knows that there is another one.
 */
#ifndef XNS_IPC_IPC_H
#define XNS_IPC_IPC_H

#include "private.h"

struct xns_ipc {
	struct xns_ctx *ctx;
	int ns;         /* the namespace to join, or -1: the caller's own */
	int shm_dir;    /* the directory of POSIX shared memory and semaphores, or -1 */
	bool named_pid; /* POSIX objects are those of another process' mount namespace */
};

/* Bytes that a function leaves behind, so that they can be carried out of a helper. */
struct xns_blob {
	char *data;
	size_t len, cap;
};

int xns_blob_add(struct xns_blob *blob, const void *bytes, size_t n);

/* Makes room for @n bytes, so that adding them cannot fail. 0 or -ENOMEM. */
int xns_blob_reserve(struct xns_blob *blob, size_t n);
void xns_blob_free(struct xns_blob *blob);
#define xns_auto_blob __attribute__((cleanup(xns_blob_free)))

typedef int xns_ipc_fn(struct xns_ipc *ipc, void *arg, struct xns_blob *out);

/*
 * Runs @fn inside the namespace of @ipc: at once where that is the caller's own, else in a
 * forked helper that joins it, so that the caller stays where it is. What @fn adds to @out, the
 * value it returns and the message in the context arrive here either way; what it writes
 * through @arg does not.
 */
int xns_ipc_call(struct xns_ipc *ipc, xns_ipc_fn *fn, void *arg, struct xns_blob *out);

/* What was made: enough to print and to remove it. */
struct xns_ipc_made {
	int id;
	uint32_t key;
};

/* --- System V (sysv.c) -------------------------------------------------------------- */

int xns_sysv_list(struct xns_ipc *ipc, enum xns_ipc_kind kind, struct xns_blob *objects);

/*
 * Makes one object. @random_key gives candidates where the spec has no key; a key that is in
 * use is tried no further than the next candidate.
 */
int xns_sysv_make(struct xns_ipc *ipc, const struct xns_ipc_spec *spec,
		  uint32_t (*random_key)(void), struct xns_ipc_made *made);
uint32_t xns_sysv_random_key(void);
int xns_sysv_remove(enum xns_ipc_kind kind, int id);

/* The id of the object with @key: -ENOENT where there is none. */
int xns_sysv_find(enum xns_ipc_kind kind, uint32_t key);

/* --- POSIX (posix.c, mqueue.c) ------------------------------------------------------ */

/*
 * The file name of an object: @name without its leading slash, "sem." before a semaphore's.
 * -EINVAL: empty, ".", "..", or with another slash; -ENAMETOOLONG.
 */
int xns_posix_file_name(enum xns_ipc_kind kind, const char *name, char *file, size_t size);

int xns_posix_list(struct xns_ipc *ipc, enum xns_ipc_kind kind, struct xns_blob *objects);
int xns_posix_make(struct xns_ipc *ipc, const struct xns_ipc_spec *spec);
int xns_posix_remove(struct xns_ipc *ipc, enum xns_ipc_kind kind, const char *name);

int xns_mqueue_list(struct xns_ipc *ipc, struct xns_blob *objects);
int xns_mqueue_make(struct xns_ipc *ipc, const struct xns_ipc_spec *spec);
int xns_mqueue_remove(struct xns_ipc *ipc, const char *name);

#endif
