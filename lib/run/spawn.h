/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Running another program to its end: newuidmap, newgidmap, getsubids. */
#ifndef XNS_RUN_SPAWN_H
#define XNS_RUN_SPAWN_H

#include "private.h"

/*
 * Runs @argv (argv[0] is an absolute path: never looked up in PATH) without any environment.
 * What it prints, errors too, goes to @text, NUL-ended and cut at @size. Returns the exit code
 * (128 + signal) or a negative errno.
 */
int xns_spawn(struct xns_ctx *ctx, char *const argv[], char *text, size_t size);

#endif
