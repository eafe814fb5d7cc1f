/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Opening what will be mounted on. A mount made through another user's symbolic link lands
 * where that user likes, so the path is walked here, one component at a time, and only links
 * of root and of the caller are followed (/var/run is one).
 */
#include "config.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include "run/run.h"

enum { MAX_LINKS = 40 };

/* A walk: where it stands, and what is left of the path. */
struct walk {
	int at;
	int links;
	char left[PATH_MAX];
};

/* Puts what the link @fd says before the rest of the path. */
static int follow_link(struct walk *w, int fd, uid_t owner, const char *rest)
{
	char link[PATH_MAX], joined[2 * PATH_MAX];

	if (++w->links > MAX_LINKS || (owner != 0 && owner != geteuid()))
		return -ELOOP;
	ssize_t n = readlinkat(fd, "", link, sizeof(link) - 1);
	if (n < 0)
		return -errno;
	int len = snprintf(joined, sizeof(joined), "%.*s/%s", (int)n, link, rest);
	if (len < 0 || len >= (int)sizeof(w->left))
		return -ENAMETOOLONG;
	memcpy(w->left, joined, (size_t)len + 1);
	return 0;
}

/* Opens the next component, and goes there or follows the link that it is. */
static int walk_on(struct walk *w)
{
	size_t len = strcspn(w->left, "/");
	char name[NAME_MAX + 1], rest[PATH_MAX];
	struct stat st;

	if (len > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(name, w->left, len);
	name[len] = '\0';
	strcpy(rest, w->left + len + strspn(w->left + len, "/"));
	xns_auto_close int fd = openat(w->at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (S_ISLNK(st.st_mode))
		return follow_link(w, fd, st.st_uid, rest);
	close(w->at);
	w->at = xns_steal_fd(&fd);
	strcpy(w->left, rest);
	return 0;
}

/* Starts at the root directory where the path is absolute, also in the middle, after a link. */
static int walk_from(struct walk *w, const char *start)
{
	char rest[PATH_MAX];

	if (w->at >= 0)
		close(w->at);
	w->at = open(start, O_PATH | O_DIRECTORY | O_CLOEXEC);
	strcpy(rest, w->left + strspn(w->left, "/"));
	strcpy(w->left, rest);
	return w->at < 0 ? -errno : 0;
}

int xns_open_target(struct xns_ctx *ctx, const char *path)
{
	struct walk w = { .at = -1 };
	int rc;

	if (strlen(path) >= sizeof(w.left))
		return xns_fail(ctx, ENAMETOOLONG, "open %s", path);
	strcpy(w.left, path);
	rc = *path ? walk_from(&w, *path == '/' ? "/" : ".") : -ENOENT;
	while (rc == 0 && *w.left)
		rc = *w.left == '/' ? walk_from(&w, "/") : walk_on(&w);
	if (rc == 0)
		return w.at;
	if (w.at >= 0)
		close(w.at);
	xns_fail(ctx, -rc, "open %s", path);
	if (rc == -ELOOP)
		xns_because(ctx,
			    "a symbolic link on the way belongs to another user, who could "
			    "choose where the mount goes");
	return rc;
}
