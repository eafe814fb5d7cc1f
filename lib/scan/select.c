/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Selectors: the ways in which a user may name one namespace of a scan. */
#include "config.h"

#include <fcntl.h>

#include "ns/handle.h"
#include "scan/snapshot.h"

static int found(struct xns_scan *s, const struct xns_ns *ns, const char *text,
		 const struct xns_ns **result)
{
	if (!ns)
		return xns_fail(s->ctx, ENOENT, "not found namespace: %s", text);
	*result = ns;
	return 0;
}

static int select_id(struct xns_scan *s, const char *text, const struct xns_ns **result)
{
	const char *number = text + strlen("id:");
	const struct xns_ns *ns = NULL;
	uint64_t id;

	if (xns_parse_u64(number, strlen(number), UINT64_MAX, &id) < 0 || !id)
		return xns_fail(s->ctx, EINVAL, "invalid namespace id: '%s'", text);
	for (size_t i = 0; i < s->nns && !ns; i++)
		if (xns_ns_id(&s->ns[i]) == id)
			ns = &s->ns[i];
	return found(s, ns, text, result);
}

static int select_path(struct xns_scan *s, const char *path, const struct xns_ns **result)
{
	xns_auto_close int fd = xns_handle_open(AT_FDCWD, path);
	enum xns_type type;
	uint32_t inode;

	if (fd == -EINVAL || (fd >= 0 && xns_handle_identify(fd, &type, &inode) < 0))
		return xns_fail(s->ctx, EINVAL, "not a namespace: %s", path);
	if (fd < 0) {
		errno = -fd;
		return xns_fail(s->ctx, -fd, "cannot open %s: %m", path);
	}
	return found(s, xns_scan_find_ns(s, (int)type, inode), path, result);
}

/* ip-netns(8) keeps names as mount points: one there is meant before others of that name. */
static bool is_netns_name(const char *path, size_t len)
{
	static const char *const dirs[] = { "/run/netns", "/var/run/netns" };

	for (size_t i = 0; i < XNS_COUNT(dirs); i++)
		if (strlen(dirs[i]) == len && memcmp(path, dirs[i], len) == 0)
			return true;
	return false;
}

/* By what the column NAME shows. Returns whether there are several. */
static bool find_by_name(struct xns_scan *s, const char *wanted, const struct xns_ns **one)
{
	char name[256];

	for (size_t i = 0; i < s->nns; i++) {
		if (xns_ns_name(s, &s->ns[i], name, sizeof(name)) < 0 ||
		    strcmp(name, wanted) != 0)
			continue;
		if (*one)
			return true;
		*one = &s->ns[i];
	}
	return false;
}

static int select_name(struct xns_scan *s, const char *text, const struct xns_ns **result)
{
	const char *name = text + 1;
	const struct xns_ns *one = NULL;
	bool several = false;

	for (size_t i = 0; i < s->nns; i++) {
		struct xns_holder h = { .size = sizeof(h), .kinds = 1u << XNS_HELD_MOUNT };

		while (xns_ns_next_holder(s, &s->ns[i], &h)) {
			const char *last = strrchr(h.path, '/');
			if (!h.own || !last || strcmp(last + 1, name) != 0)
				continue;
			if (is_netns_name(h.path, (size_t)(last - h.path)))
				return found(s, &s->ns[i], text, result);
			several |= one && one != &s->ns[i];
			one = &s->ns[i];
		}
	}
	/* No such mount: names that xunshare --name gave, and host names. */
	if (!one)
		several = find_by_name(s, name, &one);
	if (several)
		return xns_fail(s->ctx, ENOTUNIQ, "several namespaces have the name: %s", text);
	return found(s, one, text, result);
}

XNS_EXPORT int xns_scan_select(const struct xns_scan *scan, const char *text,
			       const struct xns_ns **ns)
{
	struct xns_scan *s = (struct xns_scan *)scan; /* for the message of its context */
	enum xns_type type;
	uint32_t inode;
	uint64_t number;

	if (xns_parse_u64(text, strlen(text), UINT32_MAX, &number) == 0)
		return found(s, xns_scan_find_ns(s, -1, (uint32_t)number), text, ns);
	if (strncmp(text, "id:", 3) == 0)
		return select_id(s, text, ns);
	if (xns_handle_parse_link(text, strlen(text), &type, &inode) == 0)
		return found(s, xns_scan_find_ns(s, (int)type, inode), text, ns);
	if (text[0] == '@' && text[1])
		return select_name(s, text, ns);
	if (strchr(text, '/'))
		return select_path(s, text, ns);
	return xns_fail(s->ctx, EINVAL, "invalid namespace argument: '%s'", text);
}
