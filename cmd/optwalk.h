/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rows of an option table one after the other: for what is made from them. */
#ifndef OPTWALK_H
#define OPTWALK_H

#include "cmd/opt.h"
#include "ns/type.h"

/*
 * A walk over the rows of a table; the row of types stands for one row a type. Nothing is made
 * at start that --help alone needs: a page of memory touched costs a launcher more than a
 * system call does (bench/run --launch).
 */
struct opt_walk {
	const struct opt *next;
	enum xns_type type;
	struct opt row; /* of a type */
};

struct opt_walk opt_walk(const struct opt_program *program);

/* The next row, a heading as well, or NULL; it lives until the next call. */
const struct opt *opt_next_row(struct opt_walk *w);

/* The next row that is an option, and no heading. */
const struct opt *opt_next(struct opt_walk *w);

/* Prints the tables of @program and exits: for people, and for shell completion. */
_Noreturn void opt_print_help(const struct opt_program *program);
_Noreturn void opt_list(const struct opt_program *program);

#endif
