/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Turns option rows into getopt_long(3) calls, --help and messages about wrong options. */
#include "config.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cmd/meant.h"
#include "cmd/opt.h"
#include "cmd/util.h"
#include "ns/type.h"

enum {
	MAX_ROWS = 96,
	MAX_EXCLUSIVE = 16,
	LONG_BASE = 256, /* getopt's value of row N is LONG_BASE + N */
	HELP_COLUMN = 26,
	HELP_WIDTH = 80,
};

static const struct opt_program *parsed; /* for opt_help(): a program parses once */

/*
 * A walk over the rows of a table; the row of types stands for one row a type. Nothing is made
 * at start that --help alone needs: a page of memory touched costs a launcher more than a
 * system call does (bench/run --launch).
 */
struct walk {
	const struct opt *next;
	enum xns_type type;
	struct opt row; /* of a type */
};

static struct walk walk_rows(void)
{
	return (struct walk){ .next = parsed->opts };
}

static const struct opt *next_row(struct walk *w)
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

/* The next row that is an option, and no heading. */
static const struct opt *next_option(struct walk *w)
{
	const struct opt *o;

	do
		o = next_row(w);
	while (o && o->kind == OPT_HEADING);
	return o;
}

static const char *help_of(const struct opt *o, char *text, size_t size)
{
	const char *gap = o->kind == OPT_TYPES ? strstr(o->help, "%s") : NULL;

	if (!gap)
		return o->help;
	snprintf(text, size, "%.*s%s%s", (int)(gap - o->help), o->help,
		 xns_types[o->value].help, gap + 2);
	return text;
}

const char *opt_display(const struct opt *opt)
{
	static char text[2][64];
	static int turn;
	char *t = text[turn ^= 1];

	if (opt->name)
		snprintf(t, sizeof(text[0]), "--%s", opt->name);
	else
		snprintf(t, sizeof(text[0]), "-%c", opt->letter);
	return t;
}

void opt_set_true(void *state, const struct opt *opt, const char *arg)
{
	(void)state;
	(void)arg;
	*(bool *)opt->value = true;
}

void opt_set_text(void *state, const struct opt *opt, const char *arg)
{
	(void)state;
	*(const char **)opt->value = arg;
}

void opt_version(void *state, const struct opt *opt, const char *arg)
{
	(void)state;
	(void)opt;
	(void)arg;
	printf("%s from %s %s\n", program_name, PACKAGE_NAME, PACKAGE_VERSION);
	exit(EXIT_SUCCESS);
}

/* The width of the terminal that help goes to; HELP_WIDTH where it goes elsewhere. */
static int screen_width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col < 20)
		return HELP_WIDTH;
	return size.ws_col;
}

/* Prints @text from column @at on, in lines of @width that are broken at blanks. */
static void put_wrapped(const char *text, int at, int indent, int width)
{
	while (*text) {
		size_t blanks = strspn(text, " "), len = strcspn(text + blanks, " \n");

		if (at > indent && at + (int)(blanks + len) > width) {
			printf("\n%*s", indent, "");
			at = indent;
			text += blanks;
			blanks = 0;
		}
		printf("%.*s", (int)(blanks + len), text);
		at += (int)(blanks + len);
		text += blanks + len;
		if (*text == '\n') {
			putchar(*text++);
			at = 0;
		}
	}
}

static void put_row(const char *left, const char *help)
{
	int width = screen_width();

	if (width < HELP_WIDTH) { /* two columns would leave nothing for the second */
		put_wrapped(left, 0, 4, width);
		printf("\n%*s", 8, "");
		put_wrapped(help, 8, 8, width);
		printf("\n");
	} else if (strlen(left) >= HELP_COLUMN) {
		printf("%s\n%*s%s\n", left, HELP_COLUMN, "", help);
	} else {
		printf("%-*s%s\n", HELP_COLUMN, left, help);
	}
}

static void print_row(const struct opt *o)
{
	char left[96], text[96];
	int n = 0;

	if (!o->help)
		return;
	if (o->kind == OPT_HEADING) {
		printf("\n");
		put_wrapped(o->help, 0, 0, screen_width() - 1);
		printf(":\n");
		return;
	}
	if (o->letter && o->name)
		n = snprintf(left, sizeof(left), " -%c, --%s", o->letter, o->name);
	else if (o->name)
		n = snprintf(left, sizeof(left), "     --%s", o->name);
	else
		n = snprintf(left, sizeof(left), " -%c", o->letter);
	enum opt_arg arg = o->name ? o->name_arg : o->letter_arg;
	if (arg == OPT_NEEDS)
		snprintf(left + n, sizeof(left) - (size_t)n, " <%s>", o->metavar);
	else if (arg == OPT_MAY)
		snprintf(left + n, sizeof(left) - (size_t)n, "[=<%s>]", o->metavar);
	put_row(left, help_of(o, text, sizeof(text)));
}

void opt_help(void *state, const struct opt *opt, const char *arg)
{
	const struct opt_program *p = parsed;
	struct walk w = walk_rows();
	int width = screen_width();

	(void)state;
	(void)opt;
	(void)arg;
	printf("\nUsage:\n %s ", program_name);
	put_wrapped(p->usage, (int)strlen(program_name) + 2, 4, width);
	printf("\n\n");
	put_wrapped(p->summary, 0, 0, width);
	printf("\n");
	if (p->opts->kind != OPT_HEADING)
		printf("\nOptions:\n");
	for (const struct opt *o; (o = next_row(&w));)
		print_row(o);
	if (p->more) {
		printf("\n");
		put_wrapped(p->more, 0, 0, width);
	}
	printf("\nFor more details see %s.\n", p->man);
	exit(EXIT_SUCCESS);
}

static const char *nearest_name(const char *wrong)
{
	struct meant m = { .wrong = wrong };
	struct walk w = walk_rows();

	for (const struct opt *o; (o = next_option(&w));)
		if (o->name)
			meant_try(&m, o->name);
	return m.word;
}

static _Noreturn void try_help(void)
{
	fprintf(stderr, "Try '%s --help' for more information.\n", program_name);
	exit(EXIT_FAILURE);
}

/* Says what is wrong with the long option @word ("--foo=bar"), which getopt refused. */
static _Noreturn void refuse_long(const char *word)
{
	char name[64];
	size_t len = strcspn(word + 2, "=");
	struct opt same = { .name = NULL };
	int prefixes = 0;
	struct walk w = walk_rows();

	snprintf(name, sizeof(name), "%.*s", (int)(len < 63 ? len : 63), word + 2);
	for (const struct opt *o; (o = next_option(&w));) {
		if (!o->name || strncmp(o->name, name, strlen(name)) != 0)
			continue;
		prefixes++;
		if (!same.name || strcmp(o->name, name) == 0)
			same = *o;
	}
	if (prefixes > 1 && strcmp(same.name, name) != 0)
		warn("option '--%s' is ambiguous", name);
	else if (same.name && same.name_arg == OPT_NONE)
		warn("option '--%s' doesn't allow an argument", same.name);
	else if (same.name)
		warn("option '--%s' requires an argument", same.name);
	else {
		const char *near = nearest_name(name);

		warn("unrecognized option '--%s'", name);
		if (near)
			hint("did you mean --%s?", near);
	}
	try_help();
}

static bool same_option(const struct opt *a, const struct opt *b)
{
	return a->letter == b->letter && a->name == b->name;
}

/* Dies where @now excludes an option that was given before. */
static void check_exclusive(const struct opt *now)
{
	static struct opt seen[MAX_EXCLUSIVE];
	static int nseen;

	for (int i = 0; i < nseen; i++)
		if ((seen[i].exclusive & now->exclusive) && !same_option(&seen[i], now))
			die("options %s and %s cannot be combined", opt_display(&seen[i]),
			    opt_display(now));
	if (now->exclusive && nseen < MAX_EXCLUSIVE)
		seen[nseen++] = *now;
}

/* getopt's string of letters: at most 3 characters a row and the leading "+:". */
static void letter_table(char *letters)
{
	struct walk w = walk_rows();

	if (parsed->stop_at_operand)
		*letters++ = '+';
	*letters++ = ':'; /* tell a missing argument from an unknown option */
	for (const struct opt *o; (o = next_option(&w));) {
		if (!o->letter)
			continue;
		*letters++ = o->letter;
		for (enum opt_arg a = OPT_NONE; a < o->letter_arg; a++)
			*letters++ = ':'; /* needs: one; may: two */
	}
	*letters = '\0';
}

/* getopt's long options, of which there are none where no argument may be one. */
static void name_table(struct option *names, int argc, char **argv)
{
	struct walk w = walk_rows();
	int i = 1, n = 0;

	while (i < argc && strncmp(argv[i], "--", 2) != 0)
		i++;
	for (const struct opt *o; i < argc && (o = next_option(&w)); n++) {
		if (n == MAX_ROWS)
			abort();
		if (o->name)
			*names++ = (struct option){ o->name, (int)o->name_arg, NULL,
						    LONG_BASE + n };
	}
	*names = (struct option){ 0 };
}

/* Finds the row of what getopt returned: a letter, or the number of the option. */
static bool find_row(int c, struct opt *row)
{
	struct walk w = walk_rows();
	int n = LONG_BASE;

	for (const struct opt *o; (o = next_option(&w)); n++)
		if (c >= LONG_BASE ? c == n : c == o->letter) {
			*row = *o;
			return true;
		}
	return false;
}

/*
 * What shell completion asks for: a line for each spelling of an option, with tabs between the
 * spelling, "none", "needs" or "may", the argument's name or "-", and the help.
 */
static _Noreturn void list_options(void)
{
	static const char *const kinds[] = { "none", "needs", "may" };
	struct walk w = walk_rows();
	char text[96];

	for (const struct opt *o; (o = next_option(&w));) {
		const char *metavar = o->metavar ? o->metavar : "-";

		if (!o->help)
			continue;
		const char *help = help_of(o, text, sizeof(text));
		if (o->letter)
			printf("-%c\t%s\t%s\t%s\n", o->letter, kinds[o->letter_arg], metavar,
			       help);
		if (o->name)
			printf("--%s\t%s\t%s\t%s\n", o->name, kinds[o->name_arg], metavar,
			       help);
	}
	exit(EXIT_SUCCESS);
}

/* Says what is wrong with a letter of @word ("-n=foo"), which getopt refused. */
static _Noreturn void refuse_letter(const char *word, char letter, bool missing)
{
	const char *at = *word == '-' ? strchr(word + 1, letter) : NULL;
	struct opt before;
	bool known = at && find_row((unsigned char)at[-1], &before);

	if (missing)
		warn("option requires an argument -- '%c'", letter);
	else
		warn("invalid option -- '%c'", letter);
	if (known && before.letter_arg == OPT_NONE && before.name_arg != OPT_NONE)
		hint("only the long form takes an argument: --%s=%s", before.name,
		     at + (letter == '='));
	try_help();
}

int opt_parse(const struct opt_program *program, void *state, int argc, char **argv)
{
	char letters[3 * MAX_ROWS + 4];
	struct option names[MAX_ROWS + 1];
	struct opt row;

	parsed = program;
	if (argc == 2 && strcmp(argv[1], "--complete-options") == 0)
		list_options();
	letter_table(letters);
	name_table(names, argc, argv);
	opterr = 0;
	for (;;) {
		int at = optind ? optind : 1;
		int c = getopt_long(argc, argv, letters, names, NULL);

		if (c == -1)
			return optind;
		if (c == '?' || c == ':') {
			/* optopt is a letter, or the value of a long row, or 0 for no row */
			if (optopt > 0 && optopt < LONG_BASE)
				refuse_letter(argv[at], (char)optopt, c == ':');
			refuse_long(strncmp(argv[optind - 1], "--", 2) == 0 ? argv[optind - 1]
									    : argv[at]);
		}
		if (!find_row(c, &row))
			abort();
		check_exclusive(&row);
		row.handle(state, &row, optarg);
	}
}
