/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whose subordinate ids are whose: subuid(5), subgid(5), and getsubids(1) for other sources. */
#include "config.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/wait.h>

#include "run/idmap.h"
#include "run/spawn.h"

#ifndef XNS_GETSUBIDS
#define XNS_GETSUBIDS "/usr/bin/getsubids"
#endif

enum { MAX_FILE = 16 << 20 };

/* "NAME:FIRST:COUNT" of @len bytes: is it for this user, and sound? */
static bool match_line(const char *line, size_t len, const char *name, uid_t uid,
		       struct xns_idrange *range)
{
	const char *c1 = memchr(line, ':', len);
	const char *end = line + len;
	uint64_t owner, first, count;

	if (!c1)
		return false;
	const char *c2 = memchr(c1 + 1, ':', (size_t)(end - c1 - 1));
	size_t nlen = (size_t)(c1 - line);
	bool ours = name && strlen(name) == nlen && memcmp(name, line, nlen) == 0;

	if (!ours && (xns_parse_u64(line, nlen, UINT32_MAX, &owner) < 0 || owner != uid))
		return false;
	if (!c2 || xns_parse_u64(c1 + 1, (size_t)(c2 - c1 - 1), UINT32_MAX - 1, &first) < 0 ||
	    xns_parse_u64(c2 + 1, (size_t)(end - c2 - 1), UINT32_MAX, &count) < 0 || count == 0)
		return false;
	if (first + count > UINT32_MAX)
		count = UINT32_MAX - first;
	*range = (struct xns_idrange){ .outer = (uint32_t)first, .count = (uint32_t)count };
	return true;
}

int xns_subid_find(const char *text, const char *name, uid_t uid, struct xns_idrange *range)
{
	for (const char *line = text; *line;) {
		size_t len = strcspn(line, "\n");

		if (*line != '#' && match_line(line, len, name, uid, range))
			return 0;
		line += len;
		line += *line == '\n';
	}
	return -ENOENT;
}

/* Does nsswitch.conf(5) send subids anywhere but to the files? */
static bool other_source(void)
{
	xns_auto_free char *text = NULL;

	if (xns_read_file(AT_FDCWD, "/etc/nsswitch.conf", MAX_FILE, &text) < 0)
		return false;
	for (const char *line = text; *line;) {
		size_t len = strcspn(line, "\n");
		const char *p = line + strspn(line, " \t");

		if (strncmp(p, "subid:", 6) == 0) {
			p += 6 + strspn(p + 6, " \t");
			return strncmp(p, "files", 5) != 0;
		}
		line += len;
		line += *line == '\n';
	}
	return false;
}

/* getsubids prints "0: NAME FIRST COUNT". Returns 0, 1: there is none, or a negative errno. */
static int ask_getsubids(struct xns_ctx *ctx, bool group, const char *user,
			 struct xns_idrange *range)
{
	char *const argv[] = { (char *)(uintptr_t)XNS_GETSUBIDS,
			       (char *)(uintptr_t)(group ? "-g" : user),
			       group ? (char *)(uintptr_t)user : NULL, NULL };
	char text[512];
	unsigned index;
	int rc = xns_spawn(ctx, argv, text, sizeof(text));

	if (rc < 0)
		return rc;
	if (rc != 0 || sscanf(text, "%u: %*s %u %u", &index, &range->outer, &range->count) != 3)
		return 1;
	return 0;
}

int xns_subid_first(struct xns_ctx *ctx, bool group, uid_t uid, struct xns_idrange *range)
{
	const char *file = group ? "/etc/subgid" : "/etc/subuid";
	const struct passwd *pw = getpwuid(uid);
	const char *name = pw ? pw->pw_name : NULL;
	xns_auto_free char *text = NULL;
	int rc;

	if (name && access(XNS_GETSUBIDS, X_OK) == 0 && other_source()) {
		file = XNS_GETSUBIDS;
		rc = ask_getsubids(ctx, group, name, range);
	} else {
		rc = (int)xns_read_file(AT_FDCWD, file, MAX_FILE, &text);
		if (rc < 0)
			return xns_fail(ctx, -rc, "read %s", file);
		rc = xns_subid_find(text, name, uid, range) < 0;
	}
	if (rc > 0) {
		rc = xns_fail(ctx, ENOENT, "find subordinate ids of user \"%s\" (%u) in %s",
			      name ? name : "", uid, file);
		xns_because(ctx,
			    "%s names no range for this user: see %s, or usermod "
			    "--add-sub%ss",
			    file, group ? "subgid(5)" : "subuid(5)", group ? "gid" : "uid");
	}
	return rc;
}
