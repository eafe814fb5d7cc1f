/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mountinfo, line by line: most are passed over after one search for " - nsfs ". */
#include "config.h"

#include <string.h>

#include "ns/handle.h"
#include "scan/mountinfo.h"

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* Blank, tab, newline and backslash are written as \ooo. */
static void unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from;) {
		if (from[0] == '\\' && is_octal(from[1]) && is_octal(from[2]) &&
		    is_octal(from[3])) {
			*to++ = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 |
				       (from[3] - '0'));
			from += 4;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
}

/* Ends the field at *@at and returns it; *@at is then the next one. NULL: there is none. */
static char *take_field(char **at)
{
	char *field = *at, *end = strchr(field, ' ');

	if (!end)
		return NULL;
	*end = '\0';
	*at = end + 1;
	return field;
}

/* "id parent major:minor root path options [tags] - nsfs source options" */
static bool parse_line(char *line, struct xns_nsfs_mount *mount)
{
	char *root, *path, *field;

	if (!strstr(line, " - nsfs "))
		return false;
	for (int skip = 0; skip < 3; skip++)
		if (!take_field(&line))
			return false;
	root = take_field(&line);
	path = root ? take_field(&line) : NULL;
	do
		field = path ? take_field(&line) : NULL;
	while (field && strcmp(field, "-") != 0);
	/* A file system's type is its own, and has no blank: this cannot be a part of a path.
	 */
	if (!field || strncmp(line, "nsfs ", 5) != 0)
		return false;
	mount->path = path;
	if (xns_handle_parse_link(root, strlen(root), &mount->type, &mount->inode) < 0)
		return false;
	unescape(path);
	return true;
}

bool xns_mountinfo_next(char **text, struct xns_nsfs_mount *mount)
{
	while (**text) {
		char *line = *text, *end = strchr(line, '\n');

		if (end)
			*end = '\0';
		*text = end ? end + 1 : line + strlen(line);
		if (parse_line(line, mount))
			return true;
	}
	return false;
}
