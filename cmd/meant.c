/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What somebody may have meant who wrote a word that is none: hints for misspelt words. */
#include "config.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/meant.h"

/* How many single-letter edits lead from @a to @b; case does not count. */
static size_t edits(const char *a, const char *b)
{
	size_t row[65], n = strlen(b);

	if (n > 64)
		return SIZE_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t best = diagonal + (tolower((unsigned char)a[i - 1]) !=
						  tolower((unsigned char)b[j - 1]));
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = best;
		}
	}
	return row[n];
}

/* Two edits at most, and no more than half of the word. */
void meant_try(struct meant *m, const char *word)
{
	size_t e = edits(m->wrong, word);

	if (e > 2 || 2 * e > strlen(m->wrong) || (m->word && e >= m->edits))
		return;
	m->word = word;
	m->edits = e;
}

void die_with_choices(const char *choices, const char *fmt, ...)
{
	char text[256], list[256];
	size_t n = 0;
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	for (const char *c = choices; *c && n + 8 < sizeof(list); c++) {
		if (*c != '|')
			list[n++] = *c;
		else
			n += (size_t)sprintf(list + n, strchr(c + 1, '|') ? ", " : " or ");
	}
	list[n] = '\0';
	warn("%s", text);
	hint("it can be %s", list);
	exit(EXIT_FAILURE);
}

void die_unknown_column(const char *wrong, const void *columns, size_t n, size_t size)
{
	struct meant m = { .wrong = wrong };

	for (size_t i = 0; i < n; i++)
		meant_try(&m, *(const char *const *)((const char *)columns + i * size));
	warn("unknown column: %s", wrong);
	if (m.word)
		hint("did you mean %s? --list-columns lists all", m.word);
	else
		hint("--list-columns lists them");
	exit(EXIT_FAILURE);
}
