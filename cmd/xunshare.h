/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What xunshare's command line asks for: between its options and its main. */
#ifndef XUNSHARE_H
#define XUNSHARE_H

#include "cmd/opt.h"
#include "private.h"

#define MAX_RANGES 340 /* lines that the kernel takes */

struct ranges {
	size_t n;
	struct xns_map_range v[MAX_RANGES];
};

/* What most runs touch comes first, on one page of memory. */
struct request {
	struct xns_create plan;
	const char *pin[XNS_NTYPES];
	bool single_group; /* --map-group, -r, -c: setgroups has to be denied */
	const char *name, *forget;
	bool explain, dry_run;
	bool clear_env;
	const char *keep_env;
	struct ranges users, groups;
	char directory[4096];
};

extern struct request request;
extern const struct opt_program xunshare_program;

/* A handler whose parameters tell all in one place: @value is what the row gives. */
#define XUNSHARE_HANDLER(name)                                   \
	void name(void *state __attribute__((unused)),           \
		  const struct opt *opt __attribute__((unused)), \
		  const char *arg __attribute__((unused)))

/* xunshare-maps.c */
opt_handler xunshare_on_map_user, xunshare_on_map_group, xunshare_on_map_root,
	xunshare_on_map_current, xunshare_on_map_users, xunshare_on_map_groups,
	xunshare_on_map_auto, xunshare_on_map_subids;

#endif
