/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What ip-netns(8) does beside joining the network namespace: /sys and /etc that fit it. */
#ifndef XNS_RUN_NETNS_H
#define XNS_RUN_NETNS_H

#include "private.h"

/*
 * To be called once network namespace @name is joined: makes a mount namespace of its own, in
 * which /sys shows the joined network namespace and each entry of /etc/netns/@name lies over
 * the one of /etc. Nothing of it is seen outside.
 */
int xns_netns_mounts(struct xns_ctx *ctx, const char *name);

#endif
