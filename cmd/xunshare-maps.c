/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* xunshare's options that map users and groups: what their arguments say of the plan. */
#include "config.h"

#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/util.h"
#include "cmd/xunshare.h"
#include "kernel.h"

static void map_user(uint32_t id)
{
	request.plan.flags |= CLONE_NEWUSER;
	request.plan.users.single = true;
	request.plan.users.single_inner = id;
}

static void map_group(uint32_t id)
{
	request.plan.flags |= CLONE_NEWUSER;
	request.plan.groups.single = true;
	request.plan.groups.single_inner = id;
	request.single_group = true;
}

static bool is_number(const char *text)
{
	return *text >= '0' && *text <= '9';
}

XUNSHARE_HANDLER(xunshare_on_map_user)
{
	const struct passwd *pw = is_number(arg) ? NULL : getpwnam(arg);

	/* The highest number means "no id" to the kernel. */
	map_user(pw ? pw->pw_uid : (uint32_t)parse_number(arg, 0, UINT32_MAX - 1, "user"));
}

XUNSHARE_HANDLER(xunshare_on_map_group)
{
	const struct group *gr = is_number(arg) ? NULL : getgrnam(arg);

	map_group(gr ? gr->gr_gid : (uint32_t)parse_number(arg, 0, UINT32_MAX - 1, "group"));
}

XUNSHARE_HANDLER(xunshare_on_map_root)
{
	map_user(0);
	map_group(0);
}

XUNSHARE_HANDLER(xunshare_on_map_current)
{
	map_user(geteuid());
	map_group(getegid());
}

/* "INNER:OUTER:COUNT", or "OUTER,INNER,COUNT" as before util-linux 2.39. */
static struct xns_idrange parse_range(const char *text)
{
	const char sep = strchr(text, ',') ? ',' : ':';
	uint64_t n[3];
	const char *p = text;

	for (int i = 0; i < 3; i++) {
		size_t len = strcspn(p, (const char[]){ sep, '\0' });

		if (xns_parse_u64(p, len, UINT32_MAX, &n[i]) < 0 ||
		    p[len] != (i < 2 ? sep : '\0'))
			die("invalid mapping '%s': not INNER:OUTER:COUNT, auto, subids or all",
			    text);
		p += len + 1;
	}
	if (n[2] == 0)
		die("invalid mapping '%s': the count is 0", text);
	if (n[0] + n[2] > UINT32_MAX || n[1] + n[2] > UINT32_MAX)
		die("invalid mapping '%s': ids end at 4294967294", text);
	bool old = sep == ',';
	return (struct xns_idrange){ (uint32_t)n[old], (uint32_t)n[!old], (uint32_t)n[2] };
}

static void add_range(struct ranges *ranges, const char *text)
{
	struct xns_map_range *r = &ranges->v[ranges->n];

	request.plan.flags |= CLONE_NEWUSER;
	if (ranges->n == MAX_RANGES)
		die("too many mappings: the kernel takes %d", MAX_RANGES);
	ranges->n++;
	if (strcmp(text, "auto") == 0)
		r->kind = XNS_RANGE_AUTO;
	else if (strcmp(text, "subids") == 0)
		r->kind = XNS_RANGE_SUBIDS;
	else if (strcmp(text, "all") == 0)
		r->kind = XNS_RANGE_ALL;
	else
		r->range = parse_range(text);
}

XUNSHARE_HANDLER(xunshare_on_map_users)
{
	add_range(&request.users, arg);
}

XUNSHARE_HANDLER(xunshare_on_map_groups)
{
	add_range(&request.groups, arg);
}

XUNSHARE_HANDLER(xunshare_on_map_auto)
{
	add_range(&request.users, "auto");
	add_range(&request.groups, "auto");
}

XUNSHARE_HANDLER(xunshare_on_map_subids)
{
	add_range(&request.users, "subids");
	add_range(&request.groups, "subids");
}
