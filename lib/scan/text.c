/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parsers of what /proc/PID tells in text. */
#include "config.h"

#include "private.h"
#include "scan/text.h"

bool xns_status_number(const char *status, const char *key, int nth, uint32_t *value)
{
	const char *at = strstr(status, key);
	uint64_t number;

	if (!at)
		return false;
	at += strlen(key);
	for (int i = 0;; i++) {
		at += strspn(at, "\t ");
		size_t len = strspn(at, "0123456789");
		if (i == nth) {
			if (xns_parse_u64(at, len, UINT32_MAX, &number) < 0)
				return false;
			*value = (uint32_t)number;
			return true;
		}
		at += len;
	}
}

size_t xns_join_arguments(char *text, size_t len)
{
	while (len && text[len - 1] == '\0')
		len--;
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\0')
			text[i] = ' ';
	text[len] = '\0';
	return len;
}
