/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which namespaces become lines, in what order, and which line hangs below which. */
#include "config.h"

#include <stdlib.h>

#include "show/ns.h"
#include "show/nscolumn.h"

/* The lines made so far, found by what they are about. */
struct lines {
	const struct xns_scan *scan;
	const struct show_ns_options *options;
	struct show_table *table;
	bool failed;
	struct map {
		struct entry {
			const void *key;
			struct show_line *line;
		} * slots;
		size_t mask, used;
	} map;
};

static struct entry *slot_of(const struct map *map, const void *key)
{
	size_t at = ((uintptr_t)key >> 3) * 0x9e3779b97f4a7c15u >> 20 & map->mask;

	while (map->slots[at].key && map->slots[at].key != key)
		at = (at + 1) & map->mask;
	return &map->slots[at];
}

static struct show_line *line_of(const struct lines *lines, const void *key)
{
	return key && lines->map.slots ? slot_of(&lines->map, key)->line : NULL;
}

static void remember(struct lines *lines, const void *key, struct show_line *line)
{
	struct map *map = &lines->map;

	if (!key)
		return;
	if (map->used * 2 >= map->mask) {
		struct map bigger = { .mask = map->mask ? map->mask * 2 + 1 : 1023 };

		bigger.slots = calloc(bigger.mask + 1, sizeof(*bigger.slots));
		if (!bigger.slots) {
			lines->failed = true;
			return;
		}
		for (size_t i = 0; map->slots && i <= map->mask; i++)
			if (map->slots[i].key)
				*slot_of(&bigger, map->slots[i].key) = map->slots[i];
		bigger.used = map->used;
		free(map->slots);
		*map = bigger;
	}
	struct entry *entry = slot_of(map, key);
	if (!entry->key)
		map->used++;
	*entry = (struct entry){ key, line };
}

static bool is_shown(const struct xns_scan *scan, const struct show_ns_options *o,
		     const struct xns_ns *ns)
{
	enum xns_type type = xns_ns_type(ns);

	if (!(o->types >> type & 1))
		return false;
	if (o->persistent_only && xns_ns_nprocs(ns))
		return false;
	if (o->leaked_only && !xns_ns_is_leaked(scan, ns))
		return false;
	return !o->only || o->only[type] == xns_ns_inode(ns);
}

static const struct xns_proc *parent_process(const struct xns_scan *scan,
					     const struct xns_proc *proc)
{
	return proc ? xns_scan_find_proc(scan, xns_proc_ppid(scan, proc)) : NULL;
}

static struct show_line *add_row(struct lines *lines, const struct xns_ns *ns,
				 const struct xns_proc *proc)
{
	const struct show_style *style = &lines->options->style;
	struct xns_whose *whose = NULL;
	struct show_ns_row row = {
		.scan = lines->scan,
		.ns = ns,
		.proc = proc,
		.full = style->json || style->raw || style->no_truncate,
		.whose = &whose,
	};
	struct show_line *line = show_add(lines->table, &row, &lines->failed);

	xns_whose_free(whose);
	return line;
}

static const char *color_of(const struct lines *lines, const struct xns_ns *ns)
{
	unsigned heldby = xns_ns_heldby(ns);

	if (heldby & (1u << XNS_HELD_PROC | 1u << XNS_HELD_TASK))
		return NULL;
	return heldby & 1u << XNS_HELD_MOUNT ? lines->options->persistent_color
					     : lines->options->hidden_color;
}

static struct show_line *add_ns(struct lines *lines, const struct xns_ns *ns,
				struct show_line *parent)
{
	struct show_line *line = add_row(lines, ns, xns_ns_leader(lines->scan, ns));

	show_attach(lines->table, parent, line);
	show_paint(lines->table, line, color_of(lines, ns));
	return line;
}

/*
 * Below the line of the leader's parent process: the newest that it has, among those above.
 */
static void add_by_process(struct lines *lines, const struct xns_ns *ns)
{
	const struct xns_proc *leader = xns_ns_leader(lines->scan, ns);
	struct show_line *parent = line_of(lines, parent_process(lines->scan, leader));

	remember(lines, leader, add_ns(lines, ns, parent));
}

/*
 * Below the owner's or the parent's line. Whichever the tree shows, owner and parent come
 * before the namespace itself, as lsns has it.
 */
static struct show_line *add_by_relation(struct lines *lines, const struct xns_ns *ns)
{
	const struct xns_ns *owner, *parent;
	struct show_line *line;

	if (!ns || !is_shown(lines->scan, lines->options, ns) || lines->failed)
		return NULL;
	line = line_of(lines, ns);
	if (line)
		return line;
	owner = xns_ns_owner(lines->scan, ns);
	parent = xns_ns_parent(lines->scan, ns);
	struct show_line *owner_line = add_by_relation(lines, owner);
	struct show_line *parent_line = add_by_relation(lines, parent);
	line = add_ns(lines, ns,
		      lines->options->tree == SHOW_TREE_OWNER ? owner_line : parent_line);
	remember(lines, ns, line);
	return line;
}

static int finish(struct lines *lines)
{
	int rc = lines->failed ? -1 : show_print(lines->table);

	show_table_free(lines->table);
	free(lines->map.slots);
	return rc;
}

int show_namespaces(const struct xns_scan *scan, const struct show_ns_options *options,
		    const char **why)
{
	struct show_style style = options->style;
	struct lines lines = { .scan = scan, .options = options };

	style.tree_column = options->tree == SHOW_LIST           ? NULL
			    : options->tree == SHOW_TREE_PROCESS ? "COMMAND"
								 : "NS";
	bool tree = style.tree_column && show_is_selected(options->columns, style.tree_column);
	lines.table = show_table_new(options->columns, &style, why);
	if (!lines.table)
		return -1;
	for (const struct xns_ns *ns = NULL;
	     (ns = xns_scan_next_ns(scan, ns)) && !lines.failed;) {
		if (!is_shown(scan, options, ns))
			continue;
		if (options->tree == SHOW_TREE_OWNER || options->tree == SHOW_TREE_PARENT)
			add_by_relation(&lines, ns);
		else if (tree)
			add_by_process(&lines, ns);
		else
			add_ns(&lines, ns, NULL);
	}
	return finish(&lines);
}

static const struct xns_proc *next_member(const struct xns_scan *scan, const struct xns_ns *ns,
					  const struct xns_proc *prev)
{
	do
		prev = xns_scan_next_proc(scan, prev);
	while (prev && xns_proc_ns(scan, prev, xns_ns_type(ns)) != ns);
	return prev;
}

int show_members(const struct xns_scan *scan, const struct xns_ns *ns,
		 const struct show_ns_options *options, const char **why)
{
	struct show_style style = options->style;
	struct lines lines = { .scan = scan, .options = options };

	style.tree_column = options->tree == SHOW_TREE_PROCESS ? "COMMAND" : NULL;
	lines.table = show_table_new(options->columns, &style, why);
	if (!lines.table)
		return -1;
	bool tree = style.tree_column && show_is_selected(options->columns, style.tree_column);
	for (const struct xns_proc *p = NULL;
	     (p = next_member(scan, ns, p)) && !lines.failed;) {
		struct show_line *line = add_row(&lines, ns, p);

		if (tree)
			remember(&lines, p, line);
	}
	/* PIDs wrap: a parent may come after its child. */
	for (const struct xns_proc *p = NULL; tree && (p = next_member(scan, ns, p));)
		show_attach(lines.table, line_of(&lines, parent_process(scan, p)),
			    line_of(&lines, p));
	return finish(&lines);
}
