/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The environment of another process, which may hold anything. */
#ifndef XNS_RUN_ENVIRON_H
#define XNS_RUN_ENVIRON_H

#include "private.h"
#include "run/target.h"

/*
 * Makes an environment of the @len bytes at @text, which ends with a NUL beyond them. What is
 * no NAME=value is left out; with @drop_unsafe, so is what the dynamic loader takes orders
 * from (ld.so(8), secure-execution mode). The array points into @text, which
 * xns_environ_free() frees with it. NULL: no memory; @text is still the caller's then.
 */
char **xns_environ_parse(char *text, size_t len, bool drop_unsafe);

/*
 * The environment of @target at the moment of its exec; free *@envp with xns_environ_free().
 * -E2BIG: more than an exec could hand on.
 */
int xns_environ_read(struct xns_ctx *ctx, const struct xns_target *target, bool drop_unsafe,
		     char ***envp);

void xns_environ_free(char **envp);

#endif
