/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whose a process is, told by its cgroup path alone: no daemon is asked. */
#ifndef XNS_WHOSE_CONTAINER_H
#define XNS_WHOSE_CONTAINER_H

#include <stddef.h>

enum { XNS_WHOSE_MAX = 256 };

/* Empty strings: it is in none. All of it is text that the container's owner may have chosen.
 */
struct xns_whose {
	char runtime[16];              /* "docker", "podman", ... */
	char container[XNS_WHOSE_MAX]; /* the innermost container's id or name */
	char pod[XNS_WHOSE_MAX];       /* kubernetes pod uid, or podman pod id */
	char unit[XNS_WHOSE_MAX];      /* the innermost systemd unit */
	unsigned depth; /* how many containers it is nested in, itself included */
};

/*
 * Reads the text of /proc/PID/cgroup: the cgroup v2 line, unless that is the root; else that of
 * systemd, memory, pids or cpu.
 */
void xns_whose_from_cgroup(const char *text, struct xns_whose *whose);

/* The same for one path. */
void xns_whose_from_path(const char *path, size_t len, struct xns_whose *whose);

#endif
