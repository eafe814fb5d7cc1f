/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The writer of raw.h: lines keep their text escaped, and the tree is drawn when printed. */
#include "config.h"

#include <ctype.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

#include "show/cell.h"
#include "show/raw.h"

struct raw_line {
	struct raw_line *next;         /* in the order of addition */
	struct raw_line *child, *last; /* below it */
	struct raw_line *sibling;      /* the next below the same parent */
	bool attached;                 /* has a parent */
	size_t tree_at;                /* where in the text the tree goes */
	char text[];
};

struct raw_table {
	struct raw_line *first, *last;
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
	for (struct raw_line *line = table->first, *next; line; line = next) {
		next = line->next;
		free(line);
	}
	free(table->line.text);
	free(table);
}

/* Whatever could be taken for the blank between cells, or for an escape, is escaped. */
static void put_escaped(struct show_cell *out, const char *text)
{
	const char *plain = text;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		char escaped[5];

		if (!isblank(c) && c != '\\' && isprint(c))
			continue;
		show_put_bytes(out, plain, (size_t)(text - plain));
		snprintf(escaped, sizeof(escaped), "\\x%02x", c);
		show_put(out, escaped);
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

struct raw_line *raw_end_line(struct raw_table *table)
{
	size_t size = sizeof(struct raw_line) + table->line.len + 1;
	struct raw_line *line = table->line.failed ? NULL : malloc(size);

	if (!line)
		return NULL;
	*line = (struct raw_line){ .tree_at = table->tree_at };
	memcpy(line->text, table->line.len ? table->line.text : "", table->line.len);
	line->text[table->line.len] = '\0';
	if (table->last)
		table->last->next = line;
	else
		table->first = line;
	table->last = line;
	table->line.len = 0;
	table->cells = 0;
	return line;
}

void raw_attach(struct raw_line *parent, struct raw_line *line)
{
	if (line->attached)
		return;
	if (parent->last)
		parent->last->sibling = line;
	else
		parent->child = line;
	parent->last = line;
	line->attached = true;
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
	for (const struct raw_line *child = line->child; child; child = child->sibling) {
		bool more = child->sibling;
		const char *past = more ? branches->past.text : branches->none.text;
		char *further;

		print_line(child, above, more ? branches->one.text : branches->last.text, out);
		if (!child->child)
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
	if (rc == 0 && names && table->first)
		rc = print_names(names, n, out);
	for (const struct raw_line *line = table->first; line && rc == 0; line = line->next) {
		if (line->attached)
			continue;
		print_line(line, "", "", out);
		rc = print_below(line, "", &b, out);
	}
	free(b.one.text);
	free(b.last.text);
	free(b.past.text);
	free(b.none.text);
	return rc;
}
