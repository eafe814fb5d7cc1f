/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Texts made safe: UTF-8 in JSON, no bidirectional control in a table, plain text unchanged. */
#include "config.h"

#include "private.h"
#include "show/cell.h"
#include "tests/fuzz/fuzz.h"

/* A decoder of our own, as plain as can be: is it one well-formed UTF-8 text (Unicode 3.9)? */
static int is_utf8(const unsigned char *s)
{
	while (*s) {
		unsigned n = *s < 0x80   ? 0
			     : *s < 0xc2 ? 9
			     : *s < 0xe0 ? 1
			     : *s < 0xf0 ? 2
			     : *s < 0xf5 ? 3
					 : 9;

		if (n == 9 || (*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) ||
		    (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] > 0x8f))
			return 0;
		for (s++; n; n--, s++)
			if (*s < 0x80 || *s > 0xbf)
				return 0;
	}
	return 1;
}

FUZZ_TARGET(safetext)
{
	static const char *const bidi[] = { "\u061c", "\u200e", "\u200f", "\u202a",
					    "\u202b", "\u202c", "\u202d", "\u202e",
					    "\u2066", "\u2067", "\u2068", "\u2069" };
	char *text = fuzz_text(data, size);
	char *json = show_safe_text(text, true), *table = show_safe_text(text, false);

	FUZZ_CHECK(json && table);
	FUZZ_CHECK(is_utf8((unsigned char *)json));
	if (is_utf8((unsigned char *)text)) {
		FUZZ_CHECK(strcmp(json, text) == 0);
		for (size_t i = 0; i < XNS_COUNT(bidi); i++)
			FUZZ_CHECK(!strstr(table, bidi[i]));
	}
	free(json);
	free(table);
	free(text);
	return 0;
}
