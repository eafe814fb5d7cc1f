/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The writer of raw.h: lines keep their text escaped, and the tree is drawn when printed. */
#include "config.h"

#include <ctype.h>
#include <langinfo.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "show/cell.h"
#include "show/raw.h"

/* Thousands of lines are kept until the tree is whole: they are small, and lie in an arena. */
struct raw_line {
	struct raw_line *last;    /* the last one below it */
	struct raw_line *sibling; /* the next below the same parent, after the last the first */
	uint32_t size;            /* of the text, with its end */
	uint32_t tree_at;         /* where in the text the tree goes */
	char text[];
};

struct raw_table {
	struct xns_arena lines;
	struct show_cell line; /* being made */
	int tree, cells;
	size_t tree_at;
};

struct raw_table *raw_new(int tree)
{
	struct raw_table *table = calloc(1, sizeof(*table));

	if (table)
		table->tree = tree;
	return table;
}

void raw_free(struct raw_table *table)
{
	if (!table)
		return;
	xns_arena_free(&table->lines);
	free(table->line.text);
	free(table);
}

/* Whatever could be taken for the blank between cells, or for an escape, is escaped. */
static void put_escaped(struct show_cell *out, const char *text)
{
	static const char digits[] = "0123456789abcdef";
	const char *plain = text;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (!isblank(c) && c != '\\' && isprint(c))
			continue;
		show_put_bytes(out, plain, (size_t)(text - plain));
		show_put_bytes(out, (char[]){ '\\', 'x', digits[c >> 4], digits[c & 15] }, 4);
		plain = text + 1;
	}
	show_put_bytes(out, plain, (size_t)(text - plain));
}

void raw_cell(struct raw_table *table, const char *text)
{
	if (table->cells)
		show_put(&table->line, " ");
	if (table->cells++ == table->tree)
		table->tree_at = table->line.len;
	put_escaped(&table->line, text);
}

/* What a line with a text of @size takes in its block. */
static size_t line_size(size_t size)
{
	return (sizeof(struct raw_line) + size + alignof(struct raw_line) - 1) &
	       ~(alignof(struct raw_line) - 1);
}

struct raw_line *raw_end_line(struct raw_table *table)
{
	size_t size = table->line.len + 1;
	bool fits = !table->line.failed && size <= UINT32_MAX;
	struct raw_line *line = fits ? xns_arena_take(&table->lines, line_size(size)) : NULL;

	if (!line)
		return NULL;
	*line = (struct raw_line){ .size = (uint32_t)size,
				   .tree_at = (uint32_t)table->tree_at };
	memcpy(line->text, table->line.len ? table->line.text : "", size);
	table->line.len = 0;
	table->cells = 0;
	return line;
}

void raw_attach(struct raw_line *parent, struct raw_line *line)
{
	if (line->sibling)
		return;
	if (parent->last) {
		line->sibling = parent->last->sibling;
		parent->last->sibling = line;
	} else {
		line->sibling = line;
	}
	parent->last = line;
}

/* --- printing --------------------------------------------------------------------------- */

/* The tree's branches, escaped: to one of several, to the last one, past one, past none. */
struct branches {
	struct show_cell one, last, past, none;
};

static void print_line(const struct raw_line *line, const char *above, const char *branch,
		       FILE *out)
{
	fwrite(line->text, 1, line->tree_at, out);
	fputs(above, out);
	fputs(branch, out);
	fputs(line->text + line->tree_at, out);
	fputc('\n', out);
}

/* The lines below @line, each after what is drawn for those @above; -1: no memory. */
static int print_below(const struct raw_line *line, const char *above,
		       const struct branches *branches, FILE *out)
{
	const struct raw_line *child = line->last;

	for (bool more = child; more;) {
		child = child->sibling;
		more = child != line->last;
		const char *past = more ? branches->past.text : branches->none.text;
		char *further;

		print_line(child, above, more ? branches->one.text : branches->last.text, out);
		if (!child->last)
			continue;
		if (asprintf(&further, "%s%s", above, past) < 0)
			return -1;
		int rc = print_below(child, further, branches, out);
		free(further);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* The lines of @block that are below none, each with all that are below it; -1: no memory. */
static int print_block(const struct xns_block *block, const struct branches *b, FILE *out)
{
	const struct raw_line *line;
	int rc = 0;

	for (size_t at = 0; at < block->used && rc == 0; at += line_size(line->size)) {
		line = (const struct raw_line *)(block->at + at);
		if (line->sibling)
			continue;
		print_line(line, "", "", out);
		rc = print_below(line, "", b, out);
	}
	return rc;
}

static void draw_branches(struct branches *b)
{
	bool unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;

	put_escaped(&b->one, unicode ? "├─" : "|-");
	put_escaped(&b->last, unicode ? "└─" : "`-");
	put_escaped(&b->past, unicode ? "│ " : "| ");
	put_escaped(&b->none, "  ");
}

static int print_names(const char *const *names, size_t n, FILE *out)
{
	struct show_cell all = { 0 };
	int rc = 0;

	for (size_t i = 0; i < n; i++) {
		put_escaped(&all, names[i]);
		show_put(&all, i + 1 < n ? " " : "\n");
	}
	if (all.failed || fputs(all.text, out) == EOF)
		rc = -1;
	free(all.text);
	return rc;
}

int raw_print(const struct raw_table *table, const char *const *names, size_t n, FILE *out)
{
	struct branches b = { 0 };
	int rc = 0;

	draw_branches(&b);
	if (b.one.failed || b.last.failed || b.past.failed || b.none.failed)
		rc = -1;
	if (rc == 0 && names && table->lines.first)
		rc = print_names(names, n, out);
	for (const struct xns_block *block = table->lines.first; block && rc == 0;
	     block = block->next)
		rc = print_block(block, &b, out);
	free(b.one.text);
	free(b.last.text);
	free(b.past.text);
	free(b.none.text);
	return rc;
}
