/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What every file of the library needs: export marking, scope-exit cleanup, growing arrays,
 * the context, and error reporting. Nothing here is installed.
 */
#ifndef XNS_PRIVATE_H
#define XNS_PRIVATE_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "xns.h"

#define XNS_EXPORT             __attribute__((visibility("default")))
#define XNS_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define XNS_COUNT(array)       (sizeof(array) / sizeof((array)[0]))

/* --- scope exit ----------------------------------------------------------------------- */

static inline void xns_cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void xns_cleanup_close(const int *fd)
{
	if (*fd >= 0) {
		int saved = errno;
		close(*fd);
		errno = saved;
	}
}

static inline void xns_cleanup_fclose(FILE **f)
{
	if (*f)
		fclose(*f);
}

#define xns_auto_free   __attribute__((cleanup(xns_cleanup_free)))
#define xns_auto_close  __attribute__((cleanup(xns_cleanup_close)))
#define xns_auto_fclose __attribute__((cleanup(xns_cleanup_fclose)))

/* Hands a descriptor or a pointer on to a new owner: the variable no longer cleans it up. */
static inline int xns_steal_fd(int *fd)
{
	int taken = *fd;
	*fd = -1;
	return taken;
}

static inline void *xns_steal_ptr(void *p)
{
	void *taken = *(void **)p;
	*(void **)p = NULL;
	return taken;
}

/* --- the context ---------------------------------------------------------------------- */

struct xns_ctx {
	int proc_fd;   /* the /proc that everything is read through, or -1: not yet opened */
	bool own_proc; /* it is a procfs of our own PID namespace: its PIDs are ours */
	char message[512]; /* the last failure: step and object */
	char hint[512];    /* its cause, where it is known */
	int exit_code;     /* what a launcher returns for it: 1, of xns_exec() 126 or 127 */
};

/*
 * A context for a launcher, which mostly needs no /proc: it is opened when xns_ctx_proc() first
 * asks for it. It needs no memory, so that a launcher mostly does without malloc(3).
 */
#define XNS_CTX_LAZY                             \
	{                                        \
		.proc_fd = -1, .own_proc = true, \
	}

/* The /proc descriptor, or a negative errno with the message set. */
int xns_ctx_proc(struct xns_ctx *ctx);

/*
 * Records "<step and object>" for xns_error() and returns -err, so that a caller can write
 * return xns_fail(ctx, errno, "open /proc/%u/ns/%s", pid, name);
 */
int xns_fail(struct xns_ctx *ctx, int err, const char *fmt, ...) XNS_PRINTF(3, 4);

/* Records the known cause of the failure just recorded, for xns_hint(). */
void xns_because(struct xns_ctx *ctx, const char *fmt, ...) XNS_PRINTF(2, 3);

/* --- small helpers -------------------------------------------------------------------- */

/*
 * Makes room for at least @need elements of @size bytes in *@array (capacity *@cap), doubling.
 * Returns 0 or -ENOMEM; on failure the array is as it was.
 */
int xns_grow(void *array, size_t *cap, size_t need, size_t size);

/*
 * Copies @from, a struct that begins with its size as the caller's header has it, to @to of
 * @size bytes: what the caller does not know of is 0. @first is the size in the release that
 * brought the struct. -EINVAL: the size is none; -E2BIG: something is set that only a newer
 * library knows, and that must not be passed over.
 */
int xns_take_options(void *to, size_t size, const void *from, size_t first);

/* The size of struct @type up to and with @last, its last member in some release. */
#define XNS_SIZE_TO(type, last) (offsetof(type, last) + sizeof(((type *)NULL)->last))

/*
 * Reads a decimal number that fills the @len bytes at @s wholly: digits only, no blanks, no
 * sign. Returns 0, -EINVAL (no number) or -ERANGE (above @max).
 */
int xns_parse_u64(const char *s, size_t len, uint64_t max, uint64_t *value);

/* Writes @value in decimal, 20 digits at most, and a NUL at @at; returns the end. */
char *xns_put_u64(char *at, uint64_t value);

/*
 * Reads the file @name below @dirfd whole, up to @max bytes, into a NUL-ended buffer that the
 * caller frees. Returns the length, or a negative errno; -EFBIG where there is more than @max.
 */
ssize_t xns_read_file(int dirfd, const char *name, size_t max, char **text);

#endif
