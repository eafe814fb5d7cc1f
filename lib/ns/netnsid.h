/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The small numbers by which network namespaces know each other (RTM_GETNSID, rtnetlink(7)). */
#ifndef XNS_NS_NETNSID_H
#define XNS_NS_NETNSID_H

#include <stddef.h>
#include <stdint.h>

/* A socket to ask with: a descriptor, or a negative errno. */
int xns_netnsid_open(void);

/*
 * The number that our network namespace has for the one open as @netns_fd; -1 where it has
 * none. Returns 0 or a negative errno.
 */
int xns_netnsid_ask(int rtnl, int netns_fd, int32_t *id);

/*
 * Reads the @len bytes of an answer, aligned as struct nlmsghdr: the number into *@id and 0,
 * the error it tells, or -EBADMSG.
 */
int xns_netnsid_parse(const void *answer, size_t len, int32_t *id);

#endif
