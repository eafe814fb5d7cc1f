/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Turns option rows into getopt_long(3) calls, and says what is wrong with an option. */
#include "config.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/meant.h"
#include "cmd/optwalk.h"
#include "cmd/util.h"

enum {
	MAX_ROWS = 96,
	MAX_EXCLUSIVE = 16,
	LONG_BASE = 256, /* getopt's value of row N is LONG_BASE + N */
};

static const struct opt_program *parsed; /* for opt_help(): a program parses once */

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

void opt_help(void *state, const struct opt *opt, const char *arg)
{
	(void)state;
	(void)opt;
	(void)arg;
	opt_print_help(parsed);
}

void opt_version(void *state, const struct opt *opt, const char *arg)
{
	(void)state;
	(void)opt;
	(void)arg;
	printf("%s from %s %s\n", program_name, PACKAGE_NAME, PACKAGE_VERSION);
	exit(EXIT_SUCCESS);
}

static const char *nearest_name(const char *wrong)
{
	struct meant m = { .wrong = wrong };
	struct opt_walk w = opt_walk(parsed);

	for (const struct opt *o; (o = opt_next(&w));)
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
	struct opt_walk w = opt_walk(parsed);

	snprintf(name, sizeof(name), "%.*s", (int)(len < 63 ? len : 63), word + 2);
	for (const struct opt *o; (o = opt_next(&w));) {
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
	struct opt_walk w = opt_walk(parsed);

	if (parsed->stop_at_operand)
		*letters++ = '+';
	*letters++ = ':'; /* tell a missing argument from an unknown option */
	for (const struct opt *o; (o = opt_next(&w));) {
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
	struct opt_walk w = opt_walk(parsed);
	int i = 1, n = 0;

	while (i < argc && strncmp(argv[i], "--", 2) != 0)
		i++;
	for (const struct opt *o; i < argc && (o = opt_next(&w)); n++) {
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
	struct opt_walk w = opt_walk(parsed);
	int n = LONG_BASE;

	for (const struct opt *o; (o = opt_next(&w)); n++)
		if (c >= LONG_BASE ? c == n : c == o->letter) {
			*row = *o;
			return true;
		}
	return false;
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
		opt_list(program);
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
