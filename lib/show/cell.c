/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Cell texts, and making them safe: they may come from a hostile process. libsmartcols escapes
 * control characters in tables, but passes bidirectional controls, and copies invalid UTF-8
 * into JSON as it is.
 */
#include "config.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"
#include "show/cell.h"

static bool reserve(struct show_cell *cell, size_t more)
{
	size_t need = cell->len + more + 1, cap = cell->cap ? cell->cap : 64;

	if (cell->failed || need <= cell->cap)
		return !cell->failed;
	while (cap < need)
		cap *= 2;
	char *text = realloc(cell->text, cap);
	if (!text) {
		cell->failed = true;
		return false;
	}
	cell->text = text;
	cell->cap = cap;
	return true;
}

void show_put_bytes(struct show_cell *cell, const char *text, size_t len)
{
	if (!reserve(cell, len))
		return;
	memcpy(cell->text + cell->len, text, len);
	cell->len += len;
	cell->text[cell->len] = '\0';
}

void show_put(struct show_cell *cell, const char *text)
{
	show_put_bytes(cell, text, strlen(text));
}

void show_number(struct show_cell *cell, uint64_t value)
{
	if (reserve(cell, 20))
		cell->len = (size_t)(xns_put_u64(cell->text + cell->len, value) - cell->text);
}

void show_printf(struct show_cell *cell, const char *fmt, ...)
{
	char small[256];
	va_list args;

	va_start(args, fmt);
	int n = vsnprintf(small, sizeof(small), fmt, args);
	va_end(args);
	if (n < 0 || (size_t)n < sizeof(small)) {
		if (n > 0)
			show_put_bytes(cell, small, (size_t)n);
		return;
	}
	if (!reserve(cell, (size_t)n))
		return;
	va_start(args, fmt);
	vsnprintf(cell->text + cell->len, (size_t)n + 1, fmt, args);
	va_end(args);
	cell->len += (size_t)n;
}

/* Length of the valid UTF-8 sequence at @s and its code point; 0 where there is none. */
static size_t utf8_decode(const unsigned char *s, unsigned *code)
{
	static const unsigned least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = s[0] < 0x80       ? 1
		   : s[0] >> 5 == 6  ? 2
		   : s[0] >> 4 == 14 ? 3
		   : s[0] >> 3 == 30 ? 4
				     : 0;

	if (n < 2) {
		*code = s[0];
		return n;
	}
	*code = s[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (s[i] & 0x3f);
	}
	if (*code < least[n] || *code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return n;
}

/* Characters that change how the text around them is shown (Unicode TR9, TR36). */
static bool is_bidi_control(unsigned code)
{
	return code == 0x061c || (code >= 0x200e && code <= 0x200f) ||
	       (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

static bool is_plain(const char *text)
{
	for (const unsigned char *s = (const unsigned char *)text; *s; s++)
		if (*s >= 0x80)
			return false;
	return true;
}

char *show_safe_text(const char *text, bool json)
{
	struct show_cell safe = { 0 };

	if (is_plain(text))
		return strdup(text);
	for (const unsigned char *s = (const unsigned char *)text; *s;) {
		unsigned code;
		size_t n = utf8_decode(s, &code);

		if (n == 0 && json) {
			show_printf(&safe, "\\x%02x", *s);
			s++;
		} else if (n && !json && is_bidi_control(code)) {
			show_printf(&safe, "<U+%04X>", code);
			s += n;
		} else {
			show_put_bytes(&safe, (const char *)s, n ? n : 1);
			s += n ? n : 1;
		}
	}
	if (safe.failed) {
		free(safe.text);
		return NULL;
	}
	return safe.text;
}
