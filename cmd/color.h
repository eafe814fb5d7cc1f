/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whether to colour what a tool prints, and how: --color, NO_COLOR and the files of
 * terminal-colors.d(5).
 */
#ifndef COLOR_H
#define COLOR_H

#include "cmd/opt.h"

/* One thing that has a colour: a name for scheme files, and its escape sequence or NULL. */
struct color {
	const char *name;
	const char *sequence;
};

/* Handler of a row --color[=when]; auto, always or never. */
opt_handler color_set_when;
#define COLOR_OPTION                                                                  \
	{                                                                             \
		.name = "color", .name_arg = OPT_MAY, .metavar = "auto|always|never", \
		.handle = color_set_when, .help = "use colours; auto: on a terminal"  \
	}

/*
 * After the options: gives the @n colours the sequences of the scheme file that fits, or leaves
 * their defaults. Returns false, and sets all to NULL, where nothing is to be coloured.
 */
bool color_init(struct color *colors, int n);

#endif
