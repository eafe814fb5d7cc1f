/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads terminal-colors.d(5): which file fits best, and the escape sequences it gives. */
#include "config.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/color.h"
#include "cmd/meant.h"
#include "cmd/util.h"
#include "private.h"

static enum { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } when;

void color_set_when(void *state, const struct opt *opt, const char *arg)
{
	(void)state;
	if (!arg || strcmp(arg, "always") == 0)
		when = COLOR_ALWAYS;
	else if (strcmp(arg, "auto") == 0)
		when = COLOR_AUTO;
	else if (strcmp(arg, "never") == 0)
		when = COLOR_NEVER;
	else
		die_with_choices(opt->metavar, "unknown colour mode: %s", arg);
}

/* --- which files apply ------------------------------------------------------------------ */

/* The best file of each kind; the more specific its name, the higher the score. */
struct choice {
	int enable, disable, scheme; /* 0: there is none */
	char scheme_name[256];
};

/*
 * How well the file name [[name][@term].]type fits us: 0 not at all, 1 for everything, more for
 * our terminal, still more for our name. @type is set to the part behind the dot.
 */
static int score(const char *file, const char *term, const char **type)
{
	const char *dot = strrchr(file, '.');
	const char *at = strchr(file, '@');
	int points = 1;

	*type = dot ? dot + 1 : file;
	if (!dot)
		return points;
	if (at > dot)
		at = NULL;
	size_t name_len = (size_t)((at ? at : dot) - file);
	if (name_len) {
		if (strlen(program_name) != name_len || memcmp(file, program_name, name_len))
			return 0;
		points += 2;
	}
	if (at) {
		size_t term_len = (size_t)(dot - at - 1);
		if (!term || strlen(term) != term_len || memcmp(at + 1, term, term_len))
			return 0;
		points += 1;
	}
	return points;
}

/* false where there is no such directory. */
static bool choose_files(const char *directory, struct choice *choice)
{
	DIR *dir = opendir(directory);
	const struct dirent *entry;
	const char *type;

	if (!dir)
		return false;
	while ((entry = readdir(dir))) {
		int points = score(entry->d_name, getenv("TERM"), &type);

		if (strcmp(type, "enable") == 0 && points > choice->enable) {
			choice->enable = points;
		} else if (strcmp(type, "disable") == 0 && points > choice->disable) {
			choice->disable = points;
		} else if (strcmp(type, "scheme") == 0 && points > choice->scheme) {
			choice->scheme = points;
			snprintf(choice->scheme_name, sizeof(choice->scheme_name), "%s",
				 entry->d_name);
		}
	}
	closedir(dir);
	return true;
}

/* The user's directory takes the place of the system's. */
static void choose(struct choice *choice, char *directory, size_t size)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (config && *config)
		snprintf(directory, size, "%s/terminal-colors.d", config);
	else if (home && *home)
		snprintf(directory, size, "%s/.config/terminal-colors.d", home);
	else
		directory[0] = '\0';
	if (directory[0] && choose_files(directory, choice))
		return;
	snprintf(directory, size, "%s", "/etc/terminal-colors.d");
	choose_files(directory, choice);
}

/* --- what a scheme says ----------------------------------------------------------------- */

static const char *named_color(const char *word)
{
	static const struct {
		const char *name, *codes;
	} names[] = {
		{ "black", "30" },      { "blink", "5" },         { "blue", "34" },
		{ "bold", "1" },        { "brown", "33" },        { "cyan", "36" },
		{ "darkgray", "1;30" }, { "gray", "37" },         { "green", "32" },
		{ "halfbright", "2" },  { "lightblue", "1;34" },  { "lightcyan", "1;36" },
		{ "lightgray", "37" },  { "lightgreen", "1;32" }, { "lightmagenta", "1;35" },
		{ "lightred", "1;31" }, { "magenta", "35" },      { "red", "31" },
		{ "reset", "0" },       { "reverse", "7" },       { "yellow", "1;33" },
	};

	for (size_t i = 0; i < XNS_COUNT(names); i++)
		if (strcmp(names[i].name, word) == 0)
			return names[i].codes;
	return NULL;
}

/* Resolves "\e[1m" and the like into @out. */
static void unescape(const char *word, char *out, size_t size)
{
	static const char from[] = "abefnrtv?_\\^#";
	static const char to[] = "\a\b\033\f\n\r\t\v\177 \\^#";
	size_t n = 0;

	for (; *word && n < size - 1; word++) {
		const char *escape = *word == '\\' && word[1] ? strchr(from, word[1]) : NULL;

		out[n++] = escape ? to[escape - from] : *word;
		if (escape)
			word++;
	}
	out[n] = '\0';
}

/* A sequence from a colour's name, codes ("37;41") or the sequence itself. NULL: no memory. */
static char *sequence_of(const char *word)
{
	char text[128 + sizeof("\033[m")]; /* what read_scheme() takes, and what is around it */
	const char *codes = named_color(word);

	if (!codes && strspn(word, "0123456789;") == strlen(word))
		codes = word;
	if (codes)
		snprintf(text, sizeof(text), "\033[%sm", codes);
	else
		unescape(word, text, sizeof(text));
	return strdup(text);
}

static void read_scheme(const char *directory, const char *file, struct color *colors, int n)
{
	char path[4400], line[512], name[64], word[128];

	snprintf(path, sizeof(path), "%s/%s", directory, file);
	xns_auto_fclose FILE *f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, " %63s %127s", name, word) != 2 || name[0] == '#')
			continue;
		for (int i = 0; i < n; i++)
			if (strcmp(colors[i].name, name) == 0)
				colors[i].sequence = sequence_of(word);
	}
}

bool color_init(struct color *colors, int n)
{
	char directory[4096];
	struct choice choice = { 0 };
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	bool on = when == COLOR_ALWAYS;

	choose(&choice, directory, sizeof(directory));
	if (when == COLOR_AUTO)
		on = isatty(STDOUT_FILENO) && !(no_color && *no_color) && term &&
		     strcmp(term, "dumb") != 0 && choice.disable <= choice.enable;
	if (on && choice.scheme)
		read_scheme(directory, choice.scheme_name, colors, n);
	for (int i = 0; !on && i < n; i++)
		colors[i].sequence = NULL;
	return on;
}
