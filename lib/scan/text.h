/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Texts of /proc/PID that the process has its hand in: parsed within bounds, never trusted. */
#ifndef XNS_SCAN_TEXT_H
#define XNS_SCAN_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The number in place @nth of the line that begins with @key, in the text of /proc/PID/status
 * ("Uid:\t1000\t1000..."). @key begins with a newline: the name in the first line cannot fake
 * it, since its own newlines are escaped. False: there is no such number.
 */
bool xns_status_number(const char *status, const char *key, int nth, uint32_t *value);

/*
 * Turns the @len bytes of /proc/PID/cmdline, one argument after the other, each ended by NUL,
 * into one text with a blank in between; there is room for a NUL behind them. Returns the
 * length.
 */
size_t xns_join_arguments(char *text, size_t len);

#endif
