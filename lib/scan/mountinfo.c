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

struct line {
	char *root, *path;  /* still escaped */
	const char *fstype; /* followed by a blank, not by NUL */
};

/* "id parent major:minor root path options [tags] - fstype source options" */
static bool split_line(char *text, struct line *line)
{
	char *field;

	for (int skip = 0; skip < 3; skip++)
		if (!take_field(&text))
			return false;
	line->root = take_field(&text);
	line->path = line->root ? take_field(&text) : NULL;
	do
		field = line->path ? take_field(&text) : NULL;
	while (field && strcmp(field, "-") != 0);
	line->fstype = text;
	return field;
}

static bool parse_line(char *text, struct xns_nsfs_mount *mount)
{
	struct line line;

	/* No path looks like this, since its blanks are escaped. */
	if (!strstr(text, " - nsfs ") || !split_line(text, &line) ||
	    strncmp(line.fstype, "nsfs ", 5) != 0 ||
	    xns_handle_parse_link(line.root, strlen(line.root), &mount->type, &mount->inode) <
		    0)
		return false;
	unescape(line.path);
	mount->path = line.path;
	return true;
}

static char *take_line(char **text)
{
	char *line = *text, *end = strchr(line, '\n');

	if (!*line)
		return NULL;
	if (end)
		*end = '\0';
	*text = end ? end + 1 : line + strlen(line);
	return line;
}

bool xns_mountinfo_next(char **text, struct xns_nsfs_mount *mount)
{
	char *line;

	while ((line = take_line(text)))
		if (parse_line(line, mount))
			return true;
	return false;
}

bool xns_mountinfo_may_wait(char *text, const char *path)
{
	static const char *const waiting[] = { "fuse", "nfs", "cifs",   "smb", "9p",
					       "ceph", "afs", "autofs", "gfs", "ocfs" };
	struct line line;
	char *at;

	while ((at = take_line(&text))) {
		if (!split_line(at, &line))
			continue;
		unescape(line.path);
		size_t len = strcmp(line.path, "/") == 0 ? 0 : strlen(line.path);
		if (strncmp(line.path, path, len) != 0 || path[len] != '/')
			continue;
		for (size_t i = 0; i < sizeof(waiting) / sizeof(waiting[0]); i++)
			if (strncmp(line.fstype, waiting[i], strlen(waiting[i])) == 0)
				return true;
	}
	return false;
}
