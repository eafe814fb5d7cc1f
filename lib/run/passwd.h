/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The login shell in a passwd file that others may have written. It is read as text, without
 * NSS: the target's nsswitch.conf must not choose what code we load (CVE-2019-14271).
 */
#ifndef XNS_RUN_PASSWD_H
#define XNS_RUN_PASSWD_H

#include "private.h"

/* The shell of @uid in passwd(5) text; false where there is none, or none that fits. */
bool xns_passwd_find(const char *text, uid_t uid, char *shell, size_t size);

/*
 * The shell of @uid in /etc/passwd of the root directory that is current now. Reads regular
 * files of a sensible size only, and never waits for one. False: none is to be had.
 */
bool xns_passwd_shell(const struct xns_ctx *ctx, uid_t uid, char *shell, size_t size);

#endif
