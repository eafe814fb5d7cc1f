/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Option tables as text: --help, and what shell completion reads. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cmd/optwalk.h"
#include "cmd/util.h"

enum { HELP_COLUMN = 26, HELP_WIDTH = 80 };

static const char *help_of(const struct opt *o, char *text, size_t size)
{
	const char *gap = o->kind == OPT_TYPES ? strstr(o->help, "%s") : NULL;

	if (!gap)
		return o->help;
	snprintf(text, size, "%.*s%s%s", (int)(gap - o->help), o->help,
		 xns_types[o->value].help, gap + 2);
	return text;
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

_Noreturn void opt_print_help(const struct opt_program *p)
{
	struct opt_walk w = opt_walk(p);
	int width = screen_width();

	printf("\nUsage:\n %s ", program_name);
	put_wrapped(p->usage, (int)strlen(program_name) + 2, 4, width);
	printf("\n\n");
	put_wrapped(p->summary, 0, 0, width);
	printf("\n");
	if (p->opts->kind != OPT_HEADING)
		printf("\nOptions:\n");
	for (const struct opt *o; (o = opt_next_row(&w));)
		print_row(o);
	if (p->more) {
		printf("\n");
		put_wrapped(p->more, 0, 0, width);
	}
	printf("\nFor more details see %s.\n", p->man);
	exit(EXIT_SUCCESS);
}

/*
 * What shell completion asks for: a line for each spelling of an option, with tabs between the
 * spelling, "none", "needs" or "may", the argument's name or "-", and the help.
 */
_Noreturn void opt_list(const struct opt_program *program)
{
	static const char *const kinds[] = { "none", "needs", "may" };
	struct opt_walk w = opt_walk(program);
	char text[96];

	for (const struct opt *o; (o = opt_next(&w));) {
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
