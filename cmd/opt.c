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
	MAX_ROWS = 128,
	LONG_BASE = 256, /* getopt's value of row N is LONG_BASE + N */
	HELP_COLUMN = 26,
	HELP_WIDTH = 80,
};

/* The rows with the type rows in place; made once, since a program parses once. */
static struct {
	const struct opt_program *program;
	struct opt rows[MAX_ROWS];
	char type_help[XNS_NTYPES][80];
	int n;
} tab;

static void add_row(const struct opt *row)
{
	if (tab.n == MAX_ROWS)
		abort();
	tab.rows[tab.n++] = *row;
}

static void add_type_rows(const struct opt *pattern)
{
	xns_for_each_type (t) {
		struct opt row = *pattern;

		const char *gap = strstr(pattern->help, "%s");
		snprintf(tab.type_help[t], sizeof(tab.type_help[t]), "%.*s%s%s",
			 (int)(gap - pattern->help), pattern->help, xns_types[t].help, gap + 2);
		row.kind = OPT_ROW;
		row.letter = xns_types[t].letter;
		row.name = xns_types[t].option;
		row.help = tab.type_help[t];
		row.value = (intptr_t)t;
		add_row(&row);
	}
}

static void build(const struct opt_program *program)
{
	tab.program = program;
	tab.n = 0;
	for (const struct opt *o = program->opts; o->letter || o->name || o->kind != OPT_ROW;
	     o++) {
		if (o->kind == OPT_TYPES)
			add_type_rows(o);
		else
			add_row(o);
	}
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
	char left[96];
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
	put_row(left, o->help);
}

void opt_help(void *state, const struct opt *opt, const char *arg)
{
	const struct opt_program *p = tab.program;
	int width = screen_width();

	(void)state;
	(void)opt;
	(void)arg;
	printf("\nUsage:\n %s ", program_name);
	put_wrapped(p->usage, (int)strlen(program_name) + 2, 4, width);
	printf("\n\n");
	put_wrapped(p->summary, 0, 0, width);
	printf("\n");
	if (tab.rows[0].kind != OPT_HEADING)
		printf("\nOptions:\n");
	for (int i = 0; i < tab.n; i++)
		print_row(&tab.rows[i]);
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

	for (int i = 0; i < tab.n; i++)
		if (tab.rows[i].name && tab.rows[i].kind == OPT_ROW)
			meant_try(&m, tab.rows[i].name);
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
	const struct opt *same = NULL;
	int prefixes = 0;

	snprintf(name, sizeof(name), "%.*s", (int)(len < 63 ? len : 63), word + 2);
	for (int i = 0; i < tab.n; i++) {
		const struct opt *o = &tab.rows[i];
		if (!o->name || o->kind != OPT_ROW || strncmp(o->name, name, strlen(name)) != 0)
			continue;
		prefixes++;
		if (!same || strcmp(o->name, name) == 0)
			same = o;
	}
	if (prefixes > 1 && strcmp(same->name, name) != 0)
		warn("option '--%s' is ambiguous", name);
	else if (same && same->name_arg == OPT_NONE)
		warn("option '--%s' doesn't allow an argument", same->name);
	else if (same)
		warn("option '--%s' requires an argument", same->name);
	else {
		const char *near = nearest_name(name);

		warn("unrecognized option '--%s'", name);
		if (near)
			hint("did you mean --%s?", near);
	}
	try_help();
}

static void check_exclusive(const struct opt **seen, int nseen, const struct opt *now)
{
	for (int i = 0; i < nseen; i++)
		if (seen[i] != now && (seen[i]->exclusive & now->exclusive))
			die("options %s and %s cannot be combined", opt_display(seen[i]),
			    opt_display(now));
}

/* Builds getopt's two tables; @letters holds 3 characters a row and the leading "+". */
static void getopt_tables(char *letters, struct option *names)
{
	static const char *const colons[] = { "", ":", "::" };

	if (tab.program->stop_at_operand)
		*letters++ = '+';
	*letters++ = ':'; /* tell a missing argument from an unknown option */
	*letters = '\0';
	for (int i = 0; i < tab.n; i++) {
		const struct opt *o = &tab.rows[i];

		if (o->kind != OPT_ROW)
			continue;
		if (o->letter)
			letters += sprintf(letters, "%c%s", o->letter, colons[o->letter_arg]);
		if (o->name)
			*names++ = (struct option){ o->name, (int)o->name_arg, NULL,
						    LONG_BASE + i };
	}
	*names = (struct option){ 0 };
}

static const struct opt *row_of(int c)
{
	if (c >= LONG_BASE)
		return &tab.rows[c - LONG_BASE];
	for (int i = 0; i < tab.n; i++)
		if (tab.rows[i].kind == OPT_ROW && tab.rows[i].letter == c)
			return &tab.rows[i];
	return NULL;
}

/*
 * What shell completion asks for: a line for each spelling of an option, with tabs between the
 * spelling, "none", "needs" or "may", the argument's name or "-", and the help.
 */
static _Noreturn void list_options(void)
{
	static const char *const kinds[] = { "none", "needs", "may" };

	for (int i = 0; i < tab.n; i++) {
		const struct opt *o = &tab.rows[i];
		const char *metavar = o->metavar ? o->metavar : "-";

		if (o->kind != OPT_ROW || !o->help)
			continue;
		if (o->letter)
			printf("-%c\t%s\t%s\t%s\n", o->letter, kinds[o->letter_arg], metavar,
			       o->help);
		if (o->name)
			printf("--%s\t%s\t%s\t%s\n", o->name, kinds[o->name_arg], metavar,
			       o->help);
	}
	exit(EXIT_SUCCESS);
}

/* Says what is wrong with a letter of @word ("-n=foo"), which getopt refused. */
static _Noreturn void refuse_letter(const char *word, char letter, bool missing)
{
	const char *at = *word == '-' ? strchr(word + 1, letter) : NULL;
	const struct opt *before = at ? row_of((unsigned char)at[-1]) : NULL;

	if (missing)
		warn("option requires an argument -- '%c'", letter);
	else
		warn("invalid option -- '%c'", letter);
	if (before && before->letter_arg == OPT_NONE && before->name_arg != OPT_NONE)
		hint("only the long form takes an argument: --%s=%s", before->name,
		     at + (letter == '='));
	try_help();
}

int opt_parse(const struct opt_program *program, void *state, int argc, char **argv)
{
	char letters[3 * MAX_ROWS + 4];
	struct option names[MAX_ROWS + 1];
	const struct opt *seen[32];
	int nseen = 0;

	build(program);
	if (argc == 2 && strcmp(argv[1], "--complete-options") == 0)
		list_options();
	getopt_tables(letters, names);
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
		const struct opt *o = row_of(c);
		if (!o)
			abort();
		if (o->exclusive) {
			check_exclusive(seen, nseen, o);
			if (nseen < (int)(sizeof(seen) / sizeof(seen[0])))
				seen[nseen++] = o;
		}
		o->handle(state, o, optarg);
	}
}
