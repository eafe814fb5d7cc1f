/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Option tables, row by row; the row of types stands for as many as there are types. */
#include "config.h"

#include "cmd/optwalk.h"

struct opt_walk opt_walk(const struct opt_program *program)
{
	return (struct opt_walk){ .next = program->opts };
}

const struct opt *opt_next_row(struct opt_walk *w)
{
	if (w->next->kind == OPT_TYPES) {
		w->row = *w->next;
		w->row.letter = xns_types[w->type].letter;
		w->row.name = xns_types[w->type].option;
		w->row.value = (intptr_t)w->type;
		if (++w->type == XNS_NTYPES) {
			w->type = 0;
			w->next++;
		}
		return &w->row;
	}
	if (!w->next->letter && !w->next->name && w->next->kind == OPT_ROW)
		return NULL;
	return w->next++;
}

const struct opt *opt_next(struct opt_walk *w)
{
	const struct opt *o;

	do
		o = opt_next_row(w);
	while (o && o->kind == OPT_HEADING);
	return o;
}
