/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libxns: find, make, enter and describe Linux namespaces and IPC objects.
 *
 * Functions that can fail return 0 (or a count) and a negative errno; the context keeps one
 * message that names the step and the object, see xns_error(). Pointers that a getter returns
 * belong to the object they came from. Every descriptor is close-on-exec.
 * A context and what comes from it belong to one thread at a time.
 */
#ifndef XNS_H
#define XNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- context -------------------------------------------------------------------------- */

struct xns_ctx;

/**
 * xns_new - make a context.
 * @ctx: where the new context is put; free it with xns_free().
 *
 * Opens /proc and checks that it is a procfs.
 * Return: 0; -ENOMEM; -ENOENT, -EACCES or another errno of open(2); -ENODEV where /proc is no
 * procfs. No context is made on failure.
 * Since: 0.1
 */
int xns_new(struct xns_ctx **ctx);

/**
 * xns_free - free a context. @ctx may be NULL.
 * Since: 0.1
 */
void xns_free(struct xns_ctx *ctx);

/**
 * xns_set_proc - read another tree instead of /proc.
 * @ctx: the context.
 * @fd: a descriptor of the tree's top directory; it is duplicated.
 *
 * For tests, and for a procfs of another PID namespace.
 * Return: 0; -EBADF, -EMFILE.
 * Since: 0.1
 */
int xns_set_proc(struct xns_ctx *ctx, int fd);

/**
 * xns_error - the step and the object of the last failure, such as "open /proc/1/ns/net".
 * Return: a string that lives until the next call with this context; empty before any failure.
 * Since: 0.1
 */
const char *xns_error(const struct xns_ctx *ctx);

/**
 * xns_version - the version of the library that is running, such as "0.1.0".
 * Since: 0.1
 */
const char *xns_version(void);

/* --- namespace types ------------------------------------------------------------------ */

/** enum xns_type - the kinds of namespace that Linux has. */
enum xns_type {
	XNS_MNT,
	XNS_UTS,
	XNS_IPC,
	XNS_NET,
	XNS_PID,
	XNS_USER,
	XNS_CGROUP,
	XNS_TIME,
	XNS_NTYPES /* how many; grows when Linux does */
};

/**
 * xns_type_name - the name of a type as in /proc/PID/ns, such as "mnt".
 * Return: a static string; NULL for a number that is no type.
 * Since: 0.1
 */
const char *xns_type_name(enum xns_type type);

/**
 * xns_type_flag - the CLONE_NEW* flag of a type (clone(2)).
 * Return: the flag; 0 for a number that is no type.
 * Since: 0.1
 */
uint64_t xns_type_flag(enum xns_type type);

/**
 * xns_type_from_name - the type of a name such as "mnt".
 * Return: an enum xns_type; -EINVAL.
 * Since: 0.1
 */
int xns_type_from_name(const char *name);

/**
 * xns_type_from_flag - the type of one CLONE_NEW* flag.
 * Return: an enum xns_type; -EINVAL.
 * Since: 0.1
 */
int xns_type_from_flag(uint64_t flag);

#ifdef __cplusplus
}
#endif

#endif
