/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Options as rows: the getopt string, the long options, --help and the checks for options that
 * exclude each other are all made from one table of struct opt.
 */
#ifndef OPT_H
#define OPT_H

#include <stdbool.h>
#include <stdint.h>

enum opt_arg {
	OPT_NONE,  /* takes no argument */
	OPT_NEEDS, /* needs one */
	OPT_MAY,   /* may have one: glued to a letter, behind = for a long name */
};

struct opt;

/* Stores what one option says into @state; dies with a message on a bad @arg. */
typedef void opt_handler(void *state, const struct opt *opt, const char *arg);

struct opt {
	char letter;      /* short form, or 0 */
	const char *name; /* long form, or NULL */
	enum opt_arg letter_arg;
	enum opt_arg name_arg;
	const char *metavar; /* what --help calls the argument */
	const char *help;    /* NULL: works, but --help does not show it */
	opt_handler *handle;
	intptr_t value;     /* for handlers that several rows share; a type row: its type */
	unsigned exclusive; /* rows that share a bit here cannot be combined */
	enum {
		OPT_ROW,
		OPT_HEADING, /* @help stands alone in --help, nothing else */
		OPT_TYPES,   /* becomes one row a namespace type; %s in @help is its name */
	} kind;
};

/* Rows that every tool has, and the end of a table. */
#define OPT_SECTION(text)                           \
	{                                           \
		.kind = OPT_HEADING, .help = (text) \
	}
#define OPT_COMMON                                                                          \
	{ .letter = 'h', .name = "help", .help = "display this help", .handle = opt_help }, \
	{                                                                                   \
		.letter = 'V', .name = "version", .help = "display version",                \
		.handle = opt_version                                                       \
	}
#define OPT_END              \
	{                    \
		.name = NULL \
	}

opt_handler opt_help;
opt_handler opt_version;

/* Ready-made handlers: @state is not used, @value is the address of what is set. */
opt_handler opt_set_true; /* *(bool *)value = true */
opt_handler opt_set_text; /* *(const char **)value = arg */
#define OPT_BOOL(variable) .handle = opt_set_true, .value = (intptr_t) & (variable)
#define OPT_TEXT(variable) .handle = opt_set_text, .value = (intptr_t) & (variable)

struct opt_program {
	const char *usage;      /* "[options] [<namespace>]" */
	const char *summary;    /* one sentence */
	const char *more;       /* text below the options of --help, or NULL */
	const char *man;        /* "xlsns(8)" */
	const struct opt *opts; /* ends with OPT_END */
	bool stop_at_operand;   /* the first operand ends the options (launchers) */
};

/*
 * Handles every option of @argv in order. Returns the index of the first operand (argv is
 * permuted as getopt_long does). Dies with exit code 1 on a wrong option.
 */
int opt_parse(const struct opt_program *program, void *state, int argc, char **argv);

/* The long name of @opt with its dashes, or the short one: "--json", "-x". Static buffer. */
const char *opt_display(const struct opt *opt);

#endif
