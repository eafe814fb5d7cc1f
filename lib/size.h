/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sizes as people write and read them: "1.5KiB", "2MB", "12.1K". */
#ifndef XNS_SIZE_H
#define XNS_SIZE_H

#include <stdint.h>

/*
 * Reads a size that is the whole of @text: a decimal, octal (0...) or hexadecimal (0x...)
 * number as in C, and one of K M G T P E Z Y, alone or with "iB" (1024) or "B" (1000), in
 * either case; a decimal number before a suffix may have a fraction. No blanks, no sign.
 * Returns 0, -EINVAL or -ERANGE (above UINT64_MAX).
 */
int xns_parse_size(const char *text, uint64_t *bytes);

/* Reads octal permission bits that are the whole of @text: -EINVAL, or -ERANGE above 07777. */
int xns_parse_mode(const char *text, uint32_t *mode);

enum { XNS_SIZE_TEXT = 24 };

/* Writes @bytes with one digit behind the point at most, rounded, and one letter: "12.1K". */
const char *xns_format_size(uint64_t bytes, char text[XNS_SIZE_TEXT]);

#endif
