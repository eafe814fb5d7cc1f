/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a scan could not see, in words and as JSON. */
#ifndef XNS_SHOW_REPORT_H
#define XNS_SHOW_REPORT_H

#include <stdbool.h>

#include "xns.h"

/*
 * "41 processes unreadable (run as root); descriptors in flight (kernel < 6.19)" in *@line,
 * for the caller to free; NULL where nothing was missed. With @few only what keeps processes
 * from being seen: for lists that are not about all namespaces. Returns 0, or -1: no memory.
 */
int show_report_line(const struct xns_scan *scan, bool few, char **line);

/* The member "completeness": {...} of a JSON object, for the caller to free; NULL: no memory.
 */
char *show_report_json(const struct xns_scan *scan);

#endif
